import { type ClientSession, MongoError } from 'mongodb';
import { driverValue, plainOf } from '../bson/build.ts';
import { elementNamed, itemsOf } from '../bson/walk.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import { must } from '../../../../shared/lib/assert.ts';
import { codeOf } from '../errors.ts';
import type { MongoDatabase, Reply } from '../mongo-database.ts';

export interface StreamBatch {
  /** Events as they came. */
  readonly events: readonly Buffer[];
  /** The place after the last of them, also where there were none. */
  readonly token: Buffer;
}

/** ChangeStreamHistoryLost, ChangeStreamFatalError, InvalidResumeToken, and what servers say of a token they cannot read. */
const goneCodes: ReadonlySet<number> = new Set([
  9, 136, 222, 234, 260, 280, 286, 40573, 40576, 40585, 40647, 40649, 50811,
]);

/** The history after the place is not there any more, or the place is none of this server. */
export const isHistoryGone = (error: unknown): boolean =>
  error instanceof MongoError &&
  (error.hasErrorLabel('NonResumableChangeStreamError') || goneCodes.has(codeOf(error) ?? -1));

/** No more of an event than what names the document: the documents themselves are read when they are needed. */
const PROJECT = { $project: { operationType: 1, ns: 1, to: 1, documentKey: 1 } };
const STRUCTURAL = ['drop', 'rename', 'dropDatabase', 'invalidate'];

/** The names of the collections that a stream tells of. */
export type Names = { readonly $in: readonly string[] } | { readonly $nin: readonly string[] };

/** One open change stream of the database, with what it says about some collections and about the database itself. */
export class ChangeStream {
  readonly #database: MongoDatabase;
  readonly #session: ClientSession;
  readonly #cursor: unknown;
  /** The time of the server when it was opened; no server alone tells one. */
  readonly openedAt: unknown;
  /** What came with the answer that opened it. */
  #first: StreamBatch | null;
  #token: Buffer;

  private constructor(database: MongoDatabase, session: ClientSession, reply: Reply) {
    const cursor = cursorIn(reply);
    this.#database = database;
    this.#session = session;
    this.#cursor = cursor.id;
    this.openedAt = reply['operationTime'];
    this.#token = must(cursor.token, 'a token of the change stream');
    this.#first = { events: cursor.events, token: this.#token };
  }

  /** After `token`, or from now on. Fails with the server's error if the history after `token` is gone. */
  static async open(
    database: MongoDatabase,
    names: Names,
    { token, limit }: { readonly token: Buffer | null; readonly limit: number },
  ): Promise<ChangeStream> {
    const session = database.client.startSession({ causalConsistency: false });
    const resume = token ? { resumeAfter: driverValue({ type: bsonType.object, bytes: token }) } : {};
    const about = { $match: { $or: [{ 'ns.coll': names }, { operationType: { $in: STRUCTURAL } }] } };
    try {
      const reply = await database.send(
        {
          aggregate: 1,
          pipeline: [{ $changeStream: resume }, about, PROJECT],
          cursor: { batchSize: limit },
          readConcern: { level: 'majority' },
          collation: { locale: 'simple' },
        },
        session,
      );
      return new ChangeStream(database, session, reply);
    } catch (error) {
      await session.endSession();
      throw error;
    }
  }

  /** At most `limit` events; waits at most `waitMs` for the first. */
  async next(limit: number, waitMs: number): Promise<StreamBatch> {
    const first = this.#first;
    this.#first = null;
    if (first && first.events.length > 0) return first;
    const reply = await this.#database.send(
      { getMore: this.#cursor, collection: '$cmd.aggregate', batchSize: limit, maxTimeMS: waitMs },
      this.#session,
    );
    const { events, token } = cursorIn(reply);
    this.#token = token ?? this.#token;
    return { events, token: this.#token };
  }

  get token(): Buffer {
    return this.#token;
  }

  /** The server ends it by itself where it cannot be told any more. */
  async close(): Promise<void> {
    try {
      if (!this.#database.isClosed)
        await this.#database.send({ killCursors: '$cmd.aggregate', cursors: [this.#cursor] }, this.#session);
    } catch {
      // It is gone already, or the connection is.
    }
    this.abandon();
  }

  /** Without a word to the server, which may be gone; it forgets the stream by itself after a while. */
  abandon(): void {
    void this.#session.endSession().catch(() => undefined);
  }
}

/** The name of the collection in the namespace that stands in a field of an event; '' where there is none. */
export function collectionIn(event: Buffer, field: string): string {
  const namespace = elementNamed(event, field)?.bytes;
  const name = namespace && plainOf(elementNamed(namespace, 'coll'));
  return typeof name === 'string' ? name : '';
}

export const typeIn = (event: Buffer): unknown => plainOf(elementNamed(event, 'operationType'));

interface CursorReply {
  readonly id: unknown;
  readonly events: readonly Buffer[];
  readonly token: Buffer | null;
}

function cursorIn(reply: Reply): CursorReply {
  const cursor = reply['cursor'] as Buffer;
  const batch = elementNamed(cursor, 'firstBatch') ?? must(elementNamed(cursor, 'nextBatch'), 'a batch');
  const token = elementNamed(cursor, 'postBatchResumeToken')?.bytes;
  return {
    id: driverValue(must(elementNamed(cursor, 'id'), 'a cursor')),
    events: itemsOf(batch.bytes),
    token: token ? Buffer.from(token) : null,
  };
}
