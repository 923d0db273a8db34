import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import type {
  CaptureFacet,
  DigestFacet,
  GateFacet,
  LookupFacet,
  LookupQuery,
  Marker,
  MarkerFacet,
  ScanPage,
  ScannedRecord,
  Seal,
  Side,
  Stamp,
  StampFacet,
  StampOutcome,
  WriteBatch,
  WriteIntent,
  WriteResult,
} from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { RecordImage } from '../../engine/port/record.ts';
import type { BoundCollection } from './binding.ts';
import { MemoryCapture } from './capture.ts';
import type { MemoryDatabase } from './database.ts';
import { collationsOf } from './schema.ts';
import { writeStamp } from './stamps.ts';
import { applyIntents } from './write.ts';

/** What a side shares with the connector that bound it. */
export interface SideParts {
  readonly database: MemoryDatabase;
  readonly collections: ReadonlyMap<string, BoundCollection>;
  readonly readOnly: boolean;
  /** Stands for the connector as the author of its commits. */
  readonly author: object;
  /** Throws if the connector is closed. */
  assertOpen(operation: string): void;
}

/** A bound side. Each call is one transaction, done when the call returns. */
export class MemorySide implements Side {
  readonly capture?: CaptureFacet;
  readonly gate?: GateFacet;
  readonly digest?: DigestFacet;
  readonly lookup?: LookupFacet;
  readonly marker?: MarkerFacet;
  readonly stamps?: StampFacet;
  readonly #parts: SideParts;
  readonly #watchers = new Set<() => void>();
  #closed = false;

  constructor(parts: SideParts) {
    this.#parts = parts;
    const can = parts.database.capabilities;
    if (can.capture) this.capture = new MemoryCapture((operation) => this.#open(operation), this.#watchers);
    if (can.gate) this.gate = { token: async () => this.#token() };
    if (can.digest) this.digest = { count: async (collection) => this.#count(collection) };
    if (can.lookup) this.lookup = { find: async (query) => this.#find(query) };
    if (can.stamps) this.stamps = { write: async (stamps) => this.#stamp(stamps) };
    if (can.marker) {
      this.marker = {
        read: async (pair) => this.#open('read').database.marker(pair),
        raise: async (pair, expected, next) => this.#raise(pair, expected, next),
      };
    }
  }

  async scan(collection: string, afterKey: Key | null, limit: number): Promise<ScanPage> {
    const bound = this.#bound(collection, 'scan');
    const keys = bound.keys();
    const sorted = keys.sorted();
    const from = afterKey === null ? 0 : firstAfter(sorted, afterKey);
    const page = sorted.slice(from, from + limit);
    const records = page.flatMap((key): ScannedRecord[] => {
      const record = bound.read(key);
      return record ? [{ key, record }] : [];
    });
    const left = afterKey === null ? keys.without().map((row) => describeLeft(bound, row)) : [];
    return { records, next: from + limit < sorted.length ? (page.at(-1) ?? null) : null, left };
  }

  async read(collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, RecordImage>> {
    const bound = this.#bound(collection, 'read');
    const found = new Map<Key, RecordImage>();
    for (const key of keys) {
      const record = bound.read(key);
      if (record) found.set(key, record);
    }
    return found;
  }

  async write({ intents, seal }: WriteBatch): Promise<readonly WriteResult[]> {
    const { database, collections, readOnly, author } = this.#open('write');
    if (readOnly) throw this.#refusal('read-only', 'write', 'it was opened for reading only');
    this.#assertGroups(intents);
    const marker = seal && this.#sealable(seal);
    let results: readonly WriteResult[] = [];
    return database.transaction((transaction) => (results = applyIntents(transaction, collections, intents)), {
      author,
      marker: () => marker && seal && { ...marker, batch: seal.batch, missed: missedOf(intents, results) },
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#watchers) stop();
    this.#watchers.clear();
  }

  #assertGroups(intents: readonly WriteIntent[]): void {
    const { groups } = this.#parts.database.capabilities;
    const collectionOf = new Map<number, string>();
    for (const { group, collection } of intents) {
      if (group === undefined) continue;
      if (groups === 'none') throw this.#refusal('unsupported', 'write', 'it cannot write records as a group');
      const first = collectionOf.get(group) ?? collection;
      collectionOf.set(group, first);
      if (groups === 'collection' && first !== collection)
        throw this.#refusal('unsupported', 'write', 'it cannot write a group across collections');
    }
  }

  #sealable({ pair }: Seal): Marker {
    const { database } = this.#parts;
    if (!database.capabilities.marker) throw this.#refusal('unsupported', 'write', 'it cannot keep a marker');
    const marker = database.marker(pair);
    if (!marker) throw this.#refusal('replaced', 'write', `the marker of the pair ${pair} is no longer there`);
    return marker;
  }

  #token(): string {
    const { database, author } = this.#open('token');
    return `${database.timeline}:${database.commits - database.commitsBy(author)}`;
  }

  #count(collection: string): number {
    return this.#bound(collection, 'count').keys().sorted().length;
  }

  #find({ collection, fields, tuples, index, limit }: LookupQuery): readonly (readonly Key[])[] {
    const bound = this.#bound(collection, 'find');
    const { collection: schema } = bound.table();
    const unique = schema.unique?.find(({ name }) => name === index);
    if (index !== undefined && !unique)
      throw this.#refusal('not-found', 'find', `${collection} has no unique index ${index}`);
    const physical = fields.map((name) => bound.physicalOf(name));
    const values = bound.table().index(physical, collationsOf(schema, physical), unique?.nullsClash);
    return tuples.map((tuple) => {
      const bytes = values.bytesFor(tuple);
      const keys = bytes === null ? [] : values.rows(bytes).map((row) => keyAt(bound, row));
      return keys
        .filter((key) => key !== null)
        .sort()
        .slice(0, limit);
    });
  }

  #stamp(stamps: readonly Stamp[]): StampOutcome {
    const { database, readOnly, author } = this.#open('stamps');
    if (readOnly) throw this.#refusal('read-only', 'stamps', 'it was opened for reading only');
    for (const stamp of stamps) {
      const bound = this.#bound(stamp.collection, 'stamps');
      database.transaction((transaction) => writeStamp(transaction, bound, stamp), { author });
    }
    return { refused: 0, why: '' };
  }

  #raise(pair: string, expected: number | null, next: { readonly epoch: number; readonly n: number }): boolean {
    const { database, readOnly, author } = this.#open('raise');
    if (readOnly) throw this.#refusal('read-only', 'raise', 'it was opened for reading only');
    const marker = database.marker(pair);
    if (!marker || marker.n !== expected) return false;
    database.setMarker({ ...marker, epoch: next.epoch, n: next.n }, author);
    return true;
  }

  #open(operation: string): SideParts {
    this.#parts.assertOpen(operation);
    if (this.#closed) throw this.#refusal('internal', operation, 'the side was closed');
    return this.#parts;
  }

  #bound(collection: string, operation: string): BoundCollection {
    const bound = this.#open(operation).collections.get(collection);
    if (!bound) throw this.#refusal('not-found', operation, `the pair has no collection ${collection}`);
    return bound;
  }

  #refusal(code: ErrorCode, operation: string, why: string): AppError {
    const path = `memory:${this.#parts.database.name}`;
    return new AppError({
      code,
      operation,
      subject: { path },
      message: `The call ${operation} on ${path} failed: ${why}.`,
      next: 'Nothing was written.',
    });
  }
}

function keyAt(bound: BoundCollection, row: number): Key | null {
  const stored = bound.table().get(row);
  return stored && bound.keys().bytesOf(stored);
}

function describeLeft(bound: BoundCollection, row: number): { what: string; why: string } {
  const { name, key } = bound.spec;
  return {
    what: `record ${row} of ${name}`,
    why: `its key (${key.join(', ')}) holds NULL, so it cannot be told apart from others`,
  };
}

function missedOf(intents: readonly WriteIntent[], results: readonly WriteResult[]): Marker['missed'] {
  return intents
    .filter((_, at) => results[at]?.status !== 'applied')
    .map(({ collection, key }) => ({ collection, key }));
}

function firstAfter(sorted: readonly Key[], key: Key): number {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as Key) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
