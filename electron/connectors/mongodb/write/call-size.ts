/** A server takes no more statements in one command than this, with room to spare. */
const MOST = 1000;
const FEWEST = 20;
/** A call that takes longer says too little for too long: it cannot be ended, and its answer may be lost. */
const LONG_MS = 4000;
const SHORT_MS = 1000;

/**
 * How many statements one command holds, by what the last ones took: a server that carries out so many operations a
 * second, as shared clusters do, gets fewer, and more again once it is quick (MO47).
 */
export class CallSize {
  #most = MOST;

  get most(): number {
    return this.#most;
  }

  /** A command of so many statements took so long. */
  took(statements: number, ms: number): void {
    if (ms > LONG_MS) this.#set((statements * LONG_MS) / (2 * ms));
    else if (ms < SHORT_MS && statements >= this.#most) this.#set(this.#most * 2);
  }

  /** The server had no room for some of its statements. */
  refused(): void {
    this.#set(this.#most / 2);
  }

  #set(most: number): void {
    this.#most = Math.round(Math.min(MOST, Math.max(FEWEST, most)));
  }
}
