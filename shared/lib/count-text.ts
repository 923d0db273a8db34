/** Exact, and with a separator from 10,000 on. */
export const numberText = (n: number): string =>
  Math.abs(n) < 10_000 ? String(n) : String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** `1 record`, `12 records`. */
export const countText = (n: number, noun: string, plural = `${noun}s`): string =>
  `${numberText(n)} ${n === 1 ? noun : plural}`;
