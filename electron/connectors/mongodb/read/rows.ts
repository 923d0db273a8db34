/** Documents of one cursor of the server, which come in batches. */
export class Rows {
  readonly #batches: AsyncGenerator<readonly Buffer[], void>;
  #batch: readonly Buffer[] = [];
  #at = 0;
  #ahead: Promise<IteratorResult<readonly Buffer[], void>> | null = null;

  constructor(batches: AsyncGenerator<readonly Buffer[], void>) {
    this.#batches = batches;
  }

  /** The next document, if it has come already. */
  here(): Buffer | undefined {
    return this.#batch[this.#at++];
  }

  /** Waits for more; is there any? */
  async more(): Promise<boolean> {
    const coming = this.#ahead ?? this.#batches.next();
    this.#ahead = null;
    const { value } = await coming;
    this.#batch = value ?? [];
    this.#at = 0;
    return value !== undefined;
  }

  /** The server reads on while the caller works. What fails is told when it is asked for. */
  readAhead(): void {
    if (this.#at < this.#batch.length || this.#ahead !== null) return;
    this.#ahead = this.#batches.next();
    this.#ahead.catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#batches.return(undefined).catch(() => undefined);
  }
}
