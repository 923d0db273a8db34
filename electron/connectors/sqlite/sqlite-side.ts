import type {
  CaptureFacet,
  DigestFacet,
  GateFacet,
  LookupFacet,
  LookupQuery,
  MarkerFacet,
  Rejection,
  Side,
  WriteBatch,
  WriteIntent,
  WriteResult,
} from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { RecordImage } from '../../engine/port/record.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import { readCatalog } from './describe/catalog.ts';
import { schemaNumber, schemaVersion } from './describe/describe.ts';
import { isBusy, isSqliteError, translateError } from './errors.ts';
import { foreseeRejection } from './foresee.ts';
import { assertWritable, markerFacet } from './marker.ts';
import { NotesCapture, type NotesState } from './notes/notes-capture.ts';
import { ownNotes } from './notes/own-notes.ts';
import { findOwners } from './owners.ts';
import { scanPage, type SqliteScanPage } from './scan.ts';
import { isSortedApart, SortedScans } from './sorted-scan.ts';
import { quoteName } from './sql.ts';
import { fileIdOf, type SqliteFile } from './sqlite-file.ts';
import type { WritableCollection } from './writable.ts';
import { writeBatch, type WriteContext } from './write.ts';

export interface SideParts {
  readonly file: SqliteFile;
  readonly collections: ReadonlyMap<string, WritableCollection>;
  readonly encoding: string;
  /** What `describe` gave when the side was bound. */
  readonly version: string;
  /** `PRAGMA schema_version` at that time: a cheap sign that nothing changed. */
  readonly schemaNumber: bigint;
  /** Shared by all sides of the connection. */
  readonly effects: { count: number };
  /** `null`: no triggers note what changes. */
  readonly notes: NotesState | null;
}

/** A SQLite file bound to the collections of a pair. Every call is one transaction that ends before the call waits. */
export class SqliteSide implements Side {
  readonly capture?: CaptureFacet;
  readonly gate: GateFacet;
  readonly digest: DigestFacet;
  readonly lookup: LookupFacet;
  readonly marker: MarkerFacet;
  readonly #parts: SideParts;
  readonly #sorted: SortedScans;
  #schemaNumber: bigint;
  #closed = false;

  constructor(parts: SideParts) {
    this.#parts = parts;
    this.#schemaNumber = parts.schemaNumber;
    this.#sorted = new SortedScans(parts.file.db, parts.encoding);
    const { notes } = parts;
    if (notes)
      this.capture = new NotesCapture(
        (operation) => (this.#assertOpen(operation), parts.file),
        [...parts.collections.values()].map(({ bound }) => bound),
        notes,
      );
    const marker = markerFacet(parts.file);
    this.gate = { token: async () => this.#token() };
    this.digest = { count: async (collection) => this.#count(collection) };
    this.lookup = { find: async (query) => this.#find(query) };
    this.marker = {
      read: async (pair) => (this.#assertOpen('marker'), marker.read(pair)),
      raise: async (pair, expected, next) => (this.#assertOpen('marker'), marker.raise(pair, expected, next)),
    };
  }

  async scan(collection: string, afterKey: Key | null, limit: number): Promise<SqliteScanPage> {
    const writable = this.#collection(collection, 'scan');
    const { file, encoding } = this.#parts;
    return this.#read('scan', `Reading ${collection}`, () =>
      isSortedApart(writable.bound, encoding)
        ? this.#sorted.page(writable, afterKey, limit)
        : scanPage(file.db, writable.bound, { after: afterKey, limit, encoding }),
    );
  }

  async read(collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, RecordImage>> {
    const writable = this.#collection(collection, 'read');
    const { db } = this.#parts.file;
    const work = db.transaction(() => {
      const found = new Map<Key, RecordImage>();
      for (const key of keys) {
        const { row, why } = writable.current(key);
        if (why !== '') throw this.#uncarried(collection, writable, key, why);
        if (row) found.set(key, writable.bound.image(row));
      }
      return found;
    });
    return this.#read('read', `Reading ${collection}`, work);
  }

  async write(batch: WriteBatch): Promise<readonly WriteResult[]> {
    this.#assertOpen('write');
    const { file, effects } = this.#parts;
    const count = batch.intents.length;
    const doing = { operation: 'write', what: count === 1 ? 'Writing 1 record' : `Writing ${count} records` };
    assertWritable(file, doing);
    for (const name of new Set(batch.intents.map(({ collection }) => collection))) this.#collection(name, 'write');
    if (batch.intents.length === 0 && !batch.seal) return [];
    const context: WriteContext = {
      db: file.db,
      collection: (name) => must(this.#parts.collections.get(name), 'a collection that was looked up before'),
      checkSchema: () => this.#checkSchema(doing),
      notes: () => ownNotes(file.db, this.#parts.notes?.reader ?? null),
      begin: () => file.begin(doing),
      commit: () => file.commit(doing),
    };
    const { results, sideEffects } = await file.attempt(doing, () => writeBatch(context, batch));
    if (sideEffects) effects.count++;
    return results;
  }

  async foresee(intents: readonly WriteIntent[]): Promise<readonly (Rejection | null)[]> {
    const work = this.#parts.file.db.transaction(() =>
      intents.map((intent) => foreseeRejection(this.#collection(intent.collection, 'foresee'), intent)),
    );
    return this.#read('foresee', 'Looking at what is to be written', work);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sorted.clear();
  }

  /** Not held against the path: a replaced file gives another token, and the next call says `replaced`. */
  async #token(): Promise<string> {
    this.#assertOpen('gate');
    const { file, effects } = this.#parts;
    const version = await file.retry({ operation: 'gate', what: 'Looking for changes' }, () => file.dataVersion());
    return `${version}:${effects.count}:${fileIdOf(file.path) ?? 'gone'}`;
  }

  async #count(collection: string): Promise<number> {
    const { bound } = this.#collection(collection, 'count');
    const present = bound.nullableKeys.map((column) => `${column} IS NOT NULL`);
    const sql = `SELECT count(*) FROM ${bound.quotedTable} WHERE ${['1', ...present].join(' AND ')}`;
    return this.#read('count', `Counting ${collection}`, () => Number((bound.statement(sql).get() as bigint[])[0]));
  }

  async #find({ collection, fields, tuples, index: name, limit }: LookupQuery): Promise<readonly (readonly Key[])[]> {
    const { bound } = this.#collection(collection, 'find');
    const index = name === undefined ? undefined : bound.table.indexes.find((candidate) => candidate.name === name);
    if (name !== undefined && !index) throw this.#refusal('not-found', 'find', `${collection} has no index ${name}`);
    const columns = fields.map((field) => bound.columnNamed(field) ?? this.#unmapped(collection, field));
    return this.#read('find', `Looking in ${collection}`, () =>
      tuples.map((values) => findOwners(bound, columns, index, { values, limit })),
    );
  }

  /** A statement that no longer fits its tables is no fault of the database: the side has to be bound again. */
  #read<T>(operation: string, what: string, work: () => T): Promise<T> {
    const { file } = this.#parts;
    return file.read({ operation, what }, () => {
      try {
        return work();
      } catch (error) {
        if (isSqliteError(error) && !isBusy(error) && error.code === 'SQLITE_ERROR')
          this.#checkVersion({ operation, what });
        throw error;
      }
    });
  }

  #checkSchema(doing: { operation: string; what: string }): void {
    const number = schemaNumber(this.#parts.file.db);
    if (number === this.#schemaNumber) return;
    this.#checkVersion(doing);
    this.#schemaNumber = number;
  }

  #checkVersion({ operation, what }: { operation: string; what: string }): void {
    const { file, version } = this.#parts;
    if (schemaVersion(readCatalog(file.db)) === version) return;
    const error = Object.assign(new Error('the definitions differ from those that were bound'), {
      code: 'SQLITE_SCHEMA',
    });
    throw translateError(error, { operation, what, path: file.path });
  }

  #collection(name: string, operation: string): WritableCollection {
    this.#assertOpen(operation);
    return this.#parts.collections.get(name) ?? this.#missing(name, operation);
  }

  #missing(name: string, operation: string): never {
    throw this.#refusal('not-found', operation, `the pair has no collection ${name}`);
  }

  #unmapped(collection: string, field: string): never {
    throw this.#refusal('not-found', 'find', `the pair maps no field ${field} of ${collection}`);
  }

  #assertOpen(operation: string): void {
    if (this.#closed) throw this.#refusal('internal', operation, 'the side was closed');
    if (!this.#parts.file.db.open) throw this.#refusal('internal', operation, 'the connection was closed');
  }

  /** Saying nothing would look like a delete. */
  #uncarried(collection: string, { bound }: WritableCollection, key: Key, why: string): AppError {
    const shown = bound
      .keyParameters(key)
      .map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value)));
    const { path } = this.#parts.file;
    const record = shown.join(', ');
    return new AppError({
      code: 'value-invalid',
      operation: 'read',
      subject: { collection, record, path },
      message: `Reading ${collection} ${record} from ${path} stopped: ${why}.`,
      next: 'The record was not changed and does not count as deleted.',
      hint: `Correct it in the database: ${quoteName(bound.table.name)} holds bytes that are no text.`,
      retry: 'after-user-action',
    });
  }

  #refusal(code: 'not-found' | 'internal', operation: string, why: string): AppError {
    const { path } = this.#parts.file;
    const message = `The call ${operation} on ${path} failed: ${why}.`;
    return new AppError({ code, operation, subject: { path }, message, next: 'Nothing was written.' });
  }
}
