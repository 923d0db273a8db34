import { Binary, type ClientSession, type Db, type FindOptions, type MongoClient } from 'mongodb';
import { AppError } from '../../../shared/contract/errors.ts';
import type { DriverDocument } from './bson/build.ts';
import { translateError, type Doing, type Place } from './errors.ts';
import { patiently } from './overload.ts';
import { CallSize } from './write/call-size.ts';

/** What the address leads to. */
export type Topology = 'replica set' | 'sharded' | 'standalone';

export interface DatabaseParts {
  readonly client: MongoClient;
  readonly name: string;
  readonly place: Place;
  readonly topology: Topology;
  readonly readOnly: boolean;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface FindQuery {
  readonly filter: DriverDocument | Readonly<Record<string, unknown>>;
  readonly limit?: number;
  /** How many come with one answer of the server. */
  readonly batch?: number;
  /** By `_id`. */
  readonly sorted?: 'up' | 'down';
  readonly idOnly?: boolean;
  readonly collation?: Readonly<Record<string, unknown>>;
  readonly session?: ClientSession | undefined;
  readonly level?: 'local';
}

/** Its name stands first. */
export type Command = Readonly<Record<string, unknown>>;

/** Nested documents come as their bytes. */
export type Reply = Readonly<Record<string, unknown>>;

/** Acknowledged by most members, on disk; a server that cannot do so within a minute leaves the outcome open. */
export const WRITE_CONCERN = { w: 'majority', j: true, wtimeout: 60_000 };

/** Bytes are compared as they stand, whatever collation the collection has. */
export const SIMPLE = { locale: 'simple' };

/** One connected database. Every call that fails does so with an `AppError`, except `send`. */
export class MongoDatabase {
  readonly client: MongoClient;
  readonly db: Db;
  readonly name: string;
  readonly place: Place;
  readonly topology: Topology;
  readonly readOnly: boolean;
  readonly sleep: (ms: number) => Promise<void>;
  readonly callSize = new CallSize();
  #closed = false;

  constructor({ client, name, place, topology, readOnly, sleep }: DatabaseParts) {
    this.client = client;
    this.db = client.db(name);
    this.name = name;
    this.place = place;
    this.topology = topology;
    this.readOnly = readOnly;
    this.sleep = sleep;
  }

  get hasTransactions(): boolean {
    return this.topology !== 'standalone';
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  async attempt<T>(doing: Doing, work: () => Promise<T>): Promise<T> {
    this.assertOpen(doing);
    try {
      return await work();
    } catch (error) {
      throw translateError(error, doing, this.place);
    }
  }

  /** One command and its answer, with the driver's own errors. A server that has too much to do is waited for, unless a transaction has to start over. */
  async send(command: Command, session?: ClientSession): Promise<Reply> {
    if (session) return this.db.command(command, { raw: true, session });
    return patiently(this.sleep, () => this.db.command(command, { raw: true }));
  }

  /** Documents as the server sent them, one by one. What is read is held by most members (L5). */
  async *find(collection: string, query: FindQuery): AsyncGenerator<Buffer, void> {
    for await (const batch of this.batches(collection, query)) yield* batch;
  }

  /** The same, as many at once as come in one answer: waiting for each would take longer than reading it. */
  async *batches(collection: string, query: FindQuery): AsyncGenerator<readonly Buffer[], void> {
    const cursor = this.db.collection(collection).find(query.filter as never, this.#options(query));
    try {
      for await (const first of cursor)
        yield [first, ...cursor.readBufferedDocuments()] as unknown as readonly Buffer[];
    } finally {
      await cursor.close();
    }
  }

  #options({ limit, batch, sorted, idOnly, collation, session, level }: FindQuery): FindOptions {
    const concern = this.hasTransactions && level === undefined ? 'majority' : 'local';
    return {
      raw: true,
      collation: { ...SIMPLE, ...collation },
      ...(limit === undefined ? {} : { limit, batchSize: limit + 1 }),
      ...(batch === undefined ? {} : { batchSize: batch }),
      ...(sorted ? { sort: { _id: sorted === 'up' ? 1 : -1 } as const } : {}),
      ...(idOnly ? { projection: { _id: 1 } } : {}),
      ...(session ? { session } : { readConcern: { level: concern } }),
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.client.close();
  }

  assertOpen({ operation, what }: Doing): void {
    if (!this.#closed) return;
    throw this.refusal('internal', operation, `${what} failed: the connection to ${this.place.label} was closed`);
  }

  assertWritable({ operation, what }: Doing): void {
    this.assertOpen({ operation, what });
    if (!this.readOnly) return;
    throw this.refusal('read-only', operation, `${what} failed: ${this.place.label} was opened for reading only`);
  }

  refusal(code: AppError['code'], operation: string, message: string, hint = ''): AppError {
    return new AppError({
      code,
      operation,
      subject: { path: this.place.label },
      message: `${message}.`,
      next: 'Nothing was written.',
      hint,
      retry: code === 'internal' ? 'never' : 'after-user-action',
    });
  }
}

/** Bytes for a document of our own. */
export const bytesOf = (bytes: Uint8Array): Binary => new Binary(bytes);
