const plain = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** `1,204`, as the system's language writes it. */
export const number = (value: number): string => plain.format(value);

/** For a badge in a narrow place: `10k` from ten thousand on. */
export const shortNumber = (value: number): string =>
  value < 10_000 ? number(value) : `${number(Math.floor(value / 1000))}k`;

/** `61 %`; never 100 before it is all. */
export const percent = (done: number, all: number): string =>
  `${all === 0 ? 0 : done >= all ? 100 : Math.min(99, Math.floor((done / all) * 100))} %`;
