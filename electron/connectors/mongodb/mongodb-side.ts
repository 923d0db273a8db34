import type {
  CaptureFacet,
  DigestFacet,
  LookupFacet,
  LookupQuery,
  MarkerFacet,
  Rejection,
  ScanPage,
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
import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { BoundCollection } from './bound-collection.ts';
import { MongoCapture } from './capture/capture.ts';
import type { Doing } from './errors.ts';
import { markerFacet } from './marker.ts';
import type { MongoDatabase } from './mongo-database.ts';
import { patiently } from './overload.ts';
import { findTuples } from './read/lookup.ts';
import { readKeys } from './read/read.ts';
import { Scanner } from './read/scan.ts';
import { foreseeRejections } from './write/foresee.ts';
import { writeExclusively } from './write/exclusive.ts';
import { writeStamps } from './write/stamps.ts';
import { PinnedWriter, type WriteContext } from './write/pinned.ts';

export interface SideParts {
  readonly database: MongoDatabase;
  readonly collections: ReadonlyMap<string, BoundCollection>;
  readonly canCapture: boolean;
  readonly identity: () => string;
}

/** A MongoDB database bound to the collections of a pair. */
export class MongoSide implements Side {
  readonly capture?: CaptureFacet;
  readonly digest: DigestFacet;
  readonly lookup: LookupFacet;
  readonly marker?: MarkerFacet;
  readonly stamps: StampFacet;
  readonly #parts: SideParts;
  readonly #scanners: ReadonlyMap<string, Scanner>;
  readonly #capture: MongoCapture | null;
  #closed = false;

  constructor(parts: SideParts) {
    const { database, collections, identity } = parts;
    this.#parts = parts;
    this.#scanners = new Map([...collections].map(([name, bound]) => [name, new Scanner(database, bound)]));
    const assertOpen = (operation: string): void => this.#assertOpen(operation);
    this.#capture = parts.canCapture
      ? new MongoCapture({ database, collections: [...collections.values()], identity, assertOpen })
      : null;
    if (this.#capture) this.capture = this.#capture;
    if (database.hasTransactions) this.marker = markerFacet(database, assertOpen);
    this.digest = { count: async (collection) => this.#count(collection) };
    this.stamps = { write: async (stamps) => this.#stamp(stamps) };
    this.lookup = { find: async (query) => this.#find(query) };
  }

  async scan(collection: string, afterKey: Key | null, limit: number): Promise<ScanPage> {
    this.#bound(collection, 'scan');
    const scanner = must(this.#scanners.get(collection), 'a scanner');
    return this.#attempt('scan', `Reading ${collection}`, () => scanner.page(afterKey, limit));
  }

  async read(collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, RecordImage>> {
    const bound = this.#bound(collection, 'read');
    const found = await this.#attempt('read', `Reading ${collection}`, () =>
      readKeys(this.#parts.database, bound, [...new Set(keys)]),
    );
    const records = new Map<Key, RecordImage>();
    for (const [key, document] of found) {
      if ('left' in document) throw this.#uncarried(collection, document.left);
      records.set(key, document.record);
    }
    return records;
  }

  async write({ intents, seal }: WriteBatch): Promise<readonly WriteResult[]> {
    const { database } = this.#parts;
    const count = intents.length;
    const doing: Doing = { operation: 'write', what: writing(intents) };
    this.#assertOpen('write');
    database.assertWritable(doing);
    for (const name of new Set(intents.map(({ collection }) => collection))) this.#bound(name, 'write');
    const isExclusive = seal !== undefined || intents.some(({ group }) => group !== undefined);
    if (isExclusive) this.#assertTransactions(seal === undefined ? 'write records as a group' : 'keep a marker');
    if (count === 0 && !seal) return [];
    const context: WriteContext = { database, doing, collection: (name) => this.#bound(name, 'write') };
    if (isExclusive) return database.attempt(doing, () => writeExclusively(context, intents, seal));
    const alone = database.hasTransactions
      ? (several: typeof intents): Promise<readonly WriteResult[]> => writeExclusively(context, several)
      : null;
    return new PinnedWriter(context, intents, alone).run();
  }

  async foresee(intents: readonly WriteIntent[]): Promise<readonly (Rejection | null)[]> {
    const { database } = this.#parts;
    const context = { database, collection: (name: string) => this.#bound(name, 'foresee') };
    this.#assertOpen('foresee');
    return this.#attempt('foresee', 'Looking whether records can be written', () =>
      foreseeRejections(context, intents),
    );
  }

  async #stamp(stamps: readonly Stamp[]): Promise<StampOutcome> {
    const { database } = this.#parts;
    const doing: Doing = { operation: 'stamps', what: 'Stamping documents' };
    this.#assertOpen('stamps');
    database.assertWritable(doing);
    const outcomes: StampOutcome[] = [];
    for (const [name, several] of Map.groupBy(stamps, ({ collection }) => collection)) {
      const bound = this.#bound(name, 'stamps');
      outcomes.push(await database.attempt(doing, () => writeStamps(database, bound, several)));
    }
    return {
      refused: outcomes.reduce((sum, { refused }) => sum + refused, 0),
      why: outcomes.find(({ why }) => why !== '')?.why ?? '',
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const scanner of this.#scanners.values()) await scanner.close();
    await this.#capture?.close();
  }

  async #count(collection: string): Promise<number> {
    const bound = this.#bound(collection, 'count');
    const { database } = this.#parts;
    const level = database.hasTransactions ? 'majority' : 'local';
    return this.#attempt('count', `Counting ${collection}`, () =>
      database.db.collection(bound.physical).countDocuments({}, { readConcern: { level } }),
    );
  }

  async #find(query: LookupQuery): Promise<readonly (readonly Key[])[]> {
    const bound = this.#bound(query.collection, 'find');
    const index = query.index === undefined ? undefined : bound.indexes.find(({ name }) => name === query.index);
    if (query.index !== undefined && !index)
      throw this.#refusal('not-found', 'find', `${query.collection} has no index ${query.index}`);
    const names = query.fields.map((field) => bound.physicalOf(field) ?? this.#unmapped(query.collection, field));
    return this.#attempt('find', `Looking in ${query.collection}`, () =>
      findTuples(this.#parts.database, bound, query, { names, index }),
    );
  }

  #attempt<T>(operation: string, what: string, work: () => Promise<T>): Promise<T> {
    const { database } = this.#parts;
    return database.attempt({ operation, what }, () => patiently(database.sleep, work));
  }

  #bound(name: string, operation: string): BoundCollection {
    this.#assertOpen(operation);
    const bound = this.#parts.collections.get(name);
    if (!bound) throw this.#refusal('not-found', operation, `the pair has no collection ${name}`);
    return bound;
  }

  #unmapped(collection: string, field: string): never {
    throw this.#refusal('not-found', 'find', `the pair maps no field ${field} of ${collection}`);
  }

  #assertOpen(operation: string): void {
    if (this.#closed) throw this.#refusal('internal', operation, 'the side was closed');
    this.#parts.database.assertOpen({ operation, what: `The call ${operation}` });
  }

  #assertTransactions(what: string): void {
    const { database } = this.#parts;
    if (database.hasTransactions) return;
    throw this.#refusal('unsupported', 'write', `it cannot ${what}, for it has no transactions`);
  }

  /** Saying nothing would look like a delete. */
  #uncarried(collection: string, { what, why }: { readonly what: string; readonly why: string }): AppError {
    const { label } = this.#parts.database.place;
    return new AppError({
      code: 'value-invalid',
      operation: 'read',
      subject: { collection, path: label },
      message: `Reading ${what} from ${label} stopped: ${why}.`,
      next: 'The document was not changed and does not count as deleted.',
      hint: 'Correct it with your own program.',
      retry: 'after-user-action',
    });
  }

  #refusal(code: 'not-found' | 'internal' | 'unsupported', operation: string, why: string): AppError {
    const { database } = this.#parts;
    return database.refusal(code, operation, `The call ${operation} on ${database.place.label} failed: ${why}`);
  }
}

function writing(intents: WriteBatch['intents']): string {
  const [first, ...more] = new Set(intents.map(({ collection }) => collection));
  const records = intents.length === 1 ? '1 record' : `${intents.length} records`;
  return `Writing ${records}${first === undefined || more.length > 0 ? '' : ` to ${first}`}`;
}
