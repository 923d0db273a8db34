import type { Hint } from '../../../engine/port/connector.ts';
import { isUnlisted, listedNames } from '../describe/describe.ts';
import { MARKER_COLLECTION } from '../marker-collection.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import { ChangeStream, collectionIn, isHistoryGone, typeIn, type Names } from './stream.ts';

const LIMIT = 100;
/** How long a question waits for something to happen, and how long a stream that broke is left alone. */
const WAIT_MS = 1000;
const PAUSE_MS = 1000;
/** Changes in quick succession are one hint: whoever is woken reads all of them. */
const GATHER_MS = 20;

interface Ear {
  readonly bound: ReadonlySet<string>;
  readonly onHint: (hint: Hint) => void;
}

/** A stream that only wakes; where it breaks it wakes, is opened anew at its place, and wakes for what happened meanwhile. */
export class Wake {
  readonly #database: MongoDatabase;
  readonly #ear: Ear;
  readonly #names: Names;
  /** What is not bound and was there before, or was told of. */
  readonly #known: Set<string>;
  #stopped = false;

  private constructor(database: MongoDatabase, ear: Ear, beside: readonly string[]) {
    this.#database = database;
    this.#ear = ear;
    this.#names = { $nin: [...beside, MARKER_COLLECTION] };
    this.#known = new Set(beside);
  }

  /** Listens once it has resolved. Fails with the server's error where no stream opens. */
  static async begin(
    database: MongoDatabase,
    collections: readonly string[],
    onHint: (hint: Hint) => void,
  ): Promise<Wake> {
    const bound = new Set(collections);
    const beside = (await listedNames(database)).filter((name) => !bound.has(name));
    const wake = new Wake(database, { bound, onHint }, beside);
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
        const hints = new Set(events.map((event) => this.#hintIn(event)));
        if (hints.has('collections')) this.#hint('collections');
        else if (hints.has('records')) this.#hint('records');
        await this.#database.sleep(GATHER_MS);
      }
      await stream.close();
    } catch {
      this.#hint('records');
    }
  }

  /** `null`: it is about nothing that the pair has or could get. */
  #hintIn(event: Buffer): Hint | null {
    const type = typeIn(event);
    const from = collectionIn(event, 'ns');
    const came = type === 'drop' ? '' : type === 'rename' ? collectionIn(event, 'to') : from;
    const isNew = came !== '' && ![this.#ear.bound, this.#known].some((names) => names.has(came)) && !isUnlisted(came);
    if (isNew) this.#known.add(came);
    if (isNew) return 'collections';
    const concerns = this.#ear.bound.has(from) || this.#ear.bound.has(came);
    return concerns || from === '' ? 'records' : null;
  }

  async #again(place: Buffer): Promise<ChangeStream | null> {
    let token: Buffer | null = place;
    while (!this.#isOver) {
      await this.#database.sleep(PAUSE_MS);
      if (this.#isOver) return null;
      try {
        const stream = await this.#open(token);
        this.#hint(token === null ? 'collections' : 'records');
        return stream;
      } catch (error) {
        // Whoever is woken finds out what that means; to be woken it is enough to listen from now on.
        if (isHistoryGone(error)) token = null;
      }
    }
    return null;
  }

  #open(token: Buffer | null): Promise<ChangeStream> {
    return ChangeStream.open(this.#database, this.#names, { token, limit: LIMIT });
  }

  get #isOver(): boolean {
    return this.#stopped || this.#database.isClosed;
  }

  #hint(hint: Hint): void {
    if (!this.#isOver) this.#ear.onHint(hint);
  }
}
