/** What JSON calls a number, and nothing else that a program may read as one (RFC 8259 section 6). */
export const isNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text);

/** The number that was typed, rounded to what a field can hold; `null` for any other text. */
export function numberIn(text: string): number | null {
  const number = isNumber(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : null;
}
