import type { MongoDatabase } from '../mongo-database.ts';
import { ChangeStream, isHistoryGone } from './stream.ts';

const LIMIT = 100;
/** How long a question waits for something to happen, and how long a stream that broke is left alone. */
const WAIT_MS = 1000;
const PAUSE_MS = 1000;
/** Changes in quick succession are one hint: whoever is woken reads all of them. */
const GATHER_MS = 20;

/** A stream that only wakes; where it breaks it wakes, is opened anew at its place, and wakes for what happened meanwhile. */
export class Wake {
  readonly #database: MongoDatabase;
  readonly #collections: readonly string[];
  readonly #onHint: () => void;
  #stopped = false;

  private constructor(database: MongoDatabase, collections: readonly string[], onHint: () => void) {
    this.#database = database;
    this.#collections = collections;
    this.#onHint = onHint;
  }

  /** Listens once it has resolved. Fails with the server's error where no stream opens. */
  static async begin(database: MongoDatabase, collections: readonly string[], onHint: () => void): Promise<Wake> {
    const wake = new Wake(database, collections, onHint);
    const stream = await wake.#open(null);
    void wake.#listen(stream);
    return wake;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #listen(first: ChangeStream): Promise<void> {
    for (let stream: ChangeStream | null = first; stream !== null; stream = await this.#again(stream.token)) {
      await this.#follow(stream);
      // What it was for is over, or it broke: a server that is gone is not asked to forget it.
      stream.abandon();
    }
  }

  /** Until it breaks or is over. */
  async #follow(stream: ChangeStream): Promise<void> {
    try {
      while (!this.#isOver) {
        const { events } = await stream.next(LIMIT, WAIT_MS);
        if (events.length === 0) continue;
        this.#hint();
        await this.#database.sleep(GATHER_MS);
      }
      await stream.close();
    } catch {
      this.#hint();
    }
  }

  async #again(place: Buffer): Promise<ChangeStream | null> {
    let token: Buffer | null = place;
    while (!this.#isOver) {
      await this.#database.sleep(PAUSE_MS);
      if (this.#isOver) return null;
      try {
        const stream = await this.#open(token);
        this.#hint();
        return stream;
      } catch (error) {
        // Whoever is woken finds out what that means; to be woken it is enough to listen from now on.
        if (isHistoryGone(error)) token = null;
      }
    }
    return null;
  }

  #open(token: Buffer | null): Promise<ChangeStream> {
    return ChangeStream.open(this.#database, this.#collections, { token, limit: LIMIT });
  }

  get #isOver(): boolean {
    return this.#stopped || this.#database.isClosed;
  }

  #hint(): void {
    if (!this.#isOver) this.#onHint();
  }
}
