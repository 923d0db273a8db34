/** `most` of them, evenly from the first on; all where there are no more. */
export const spread = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most
    ? all
    : all.filter((_, i) => Math.floor((i * most) / all.length) !== Math.floor(((i - 1) * most) / all.length));

/** Of a stream of unknown length at most `most`, and from half as many on, evenly from the whole of it; of a short one all. */
export class Spread<T> {
  readonly #most: number;
  #kept: T[] = [];
  #every = 1;
  #seen = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(one: T): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#kept.push(one);
    if (this.#kept.length <= this.#most) return;
    this.#kept = everyOther(this.#kept);
    this.#every *= 2;
  }

  get kept(): readonly T[] {
    return this.#kept;
  }
}

export const everyOther = <T>(all: readonly T[]): T[] => all.filter((_, i) => i % 2 === 0);
