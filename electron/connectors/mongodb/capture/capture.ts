import { hash } from 'node:crypto';
import type { CaptureFacet, CapturePage, Hint } from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { MongoServerError } from 'mongodb';
import type { BoundCollection } from '../bound-collection.ts';
import { elementNamed } from '../bson/walk.ts';
import { translateError } from '../errors.ts';
import { keyOfId } from '../id-key.ts';
import type { MongoDatabase } from '../mongo-database.ts';
import { ChangeStream, collectionIn, isHistoryGone, typeIn } from './stream.ts';
import { Wake } from './wake.ts';

/** How long an empty history is waited for: long enough for an answer, short enough for a pass. */
const DRAIN_MS = 10;
/** The same where what is at hand is enough, and something was. */
const READY_MS = 1;

export interface CaptureParts {
  readonly database: MongoDatabase;
  readonly collections: readonly BoundCollection[];
  /** The id of the database: a cursor of another one is no cursor here. */
  readonly identity: () => string;
  assertOpen(operation: string): void;
}

interface Wanted {
  readonly cursor: string;
  readonly token: Buffer;
  readonly limit: number;
  /** How long more is waited for once there was something. */
  readonly endMs: number;
}

/** The history of the database as dirty keys, by one change stream. Our own writes are among them. */
export class MongoCapture implements CaptureFacet {
  readonly #parts: CaptureParts;
  readonly #names: readonly string[];
  readonly #byPhysical: ReadonlyMap<string, readonly BoundCollection[]>;
  /** Left open between two calls that follow one another. */
  #open: { readonly stream: ChangeStream; cursor: string } | null = null;
  readonly #watches = new Set<Wake>();

  constructor(parts: CaptureParts) {
    this.#parts = parts;
    this.#names = [...new Set(parts.collections.map(({ physical }) => physical))];
    this.#byPhysical = Map.groupBy(parts.collections, ({ physical }) => physical);
  }

  async start(): Promise<string> {
    return this.#attempt('start', () => this.#begin());
  }

  /** A place from now on. What was written before it is held by most members when this resolves, so that whoever reads then finds it. */
  async #begin(): Promise<string> {
    const stream = await this.#stream(null, 1);
    const { openedAt } = stream;
    await stream.close();
    const [name] = this.#names;
    if (openedAt !== undefined && name !== undefined) await this.#heldByMost(name, openedAt);
    return this.#cursorAt(stream.token);
  }

  /** A server that takes no such question, or not from this user, is not waited for. */
  async #heldByMost(name: string, time: unknown): Promise<void> {
    try {
      await this.#parts.database.send({
        find: name,
        limit: 1,
        singleBatch: true,
        projection: { _id: 1 },
        readConcern: { level: 'majority', afterClusterTime: time },
      });
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error;
    }
  }

  async changes(cursor: string, limit: number, ready?: 'ready'): Promise<CapturePage> {
    return this.#attempt('changes', async () => {
      const token = this.#tokenIn(cursor);
      if (!token) return this.#lost();
      const wanted: Wanted = { cursor, token, limit, endMs: ready ? READY_MS : DRAIN_MS };
      const isKept = this.#open?.cursor === cursor;
      try {
        return await this.#drained(wanted);
      } catch (error) {
        if (!isKept || isHistoryGone(error)) return this.#lostBy(error);
      }
      // What was kept since the last page may have been closed by the server, or cut: that says nothing of the history.
      this.#open?.stream.abandon();
      this.#open = null;
      try {
        return await this.#drained(wanted);
      } catch (error) {
        return this.#lostBy(error);
      }
    });
  }

  async watch(onHint: (hint: Hint) => void): Promise<() => void> {
    return this.#attempt('watch', async () => {
      const wake = await Wake.begin(this.#parts.database, this.#names, onHint);
      this.#watches.add(wake);
      return () => {
        wake.stop();
        this.#watches.delete(wake);
      };
    });
  }

  async close(): Promise<void> {
    for (const wake of this.#watches) wake.stop();
    await this.#drop();
  }

  async #drained({ cursor, token, limit, endMs }: Wanted): Promise<CapturePage> {
    if (this.#open?.cursor !== cursor) await this.#drop();
    // An event may stand for several collections of the pair: a page that could overflow ends before it.
    const most = Math.max(1, Math.floor(limit / this.#widest()));
    const stream = this.#open?.stream ?? (await this.#stream(token, most));
    this.#open = { stream, cursor: '' };
    const dirty: { collection: string; key: Key }[] = [];
    let more = true;
    let last = token;
    for (let count = 0; more && count < most;) {
      const { events, token: next } = await stream.next(most - count, count === 0 ? DRAIN_MS : endMs);
      count += events.length;
      for (const event of events) {
        const found = this.#dirtyIn(event);
        if (!found) {
          await this.#drop();
          return this.#lost();
        }
        dirty.push(...found);
      }
      last = next;
      more = events.length > 0;
    }
    const next = this.#cursorAt(last);
    this.#open = { stream, cursor: next };
    return { dirty, next, more };
  }

  #widest(): number {
    return Math.max(1, ...[...this.#byPhysical.values()].map((list) => list.length));
  }

  /** `null`: a bound collection, or all of the database, was dropped or renamed. */
  #dirtyIn(event: Buffer): readonly { collection: string; key: Key }[] | null {
    const type = typeIn(event);
    const name = collectionIn(event, 'ns');
    switch (type) {
      case 'drop':
      case 'rename':
        return this.#byPhysical.has(name) || this.#byPhysical.has(collectionIn(event, 'to')) ? null : [];
      case 'dropDatabase':
      case 'invalidate':
        return null;
      default:
        return this.#keysOf(event, name);
    }
  }

  #keysOf(event: Buffer, name: string): { collection: string; key: Key }[] {
    const documentKey = elementNamed(event, 'documentKey')?.bytes;
    const id = documentKey && elementNamed(documentKey, '_id');
    const { key } = id ? keyOfId(id) : {};
    if (key === undefined) return [];
    return (this.#byPhysical.get(name) ?? []).map(({ spec }) => ({ collection: spec.name, key }));
  }

  #stream(token: Buffer | null, limit: number): Promise<ChangeStream> {
    return ChangeStream.open(this.#parts.database, { $in: this.#names }, { token, limit: Math.max(1, limit) });
  }

  /** What failed is thrown, unless the history is what failed. */
  async #lostBy(error: unknown): Promise<CapturePage> {
    this.#open?.stream.abandon();
    this.#open = null;
    if (isHistoryGone(error)) return this.#lost();
    throw error;
  }

  async #drop(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.stream.close();
  }

  async #lost(): Promise<CapturePage> {
    return { dirty: [], next: await this.#begin(), more: false, lost: true };
  }

  #cursorAt(token: Buffer): string {
    return `${this.#home()}.${token.toString('base64url')}`;
  }

  #tokenIn(cursor: string): Buffer | null {
    const [home, token] = cursor.split('.');
    if (home !== this.#home() || token === undefined) return null;
    const bytes = Buffer.from(token, 'base64url');
    return bytes.length >= 5 && bytes.readInt32LE(0) === bytes.length ? bytes : null;
  }

  #home(): string {
    return hash('sha256', this.#parts.identity(), 'hex').slice(0, 12);
  }

  async #attempt<T>(operation: string, work: () => Promise<T>): Promise<T> {
    this.#parts.assertOpen(operation);
    const { database } = this.#parts;
    try {
      return await work();
    } catch (error) {
      throw translateError(error, { operation, what: 'Reading the history' }, database.place);
    }
  }
}
