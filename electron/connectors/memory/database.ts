import type { Capabilities, Marker } from '../../engine/port/connector.ts';
import type { RecordImage } from '../../engine/port/record.ts';
import { sameValue } from '../../engine/port/value.ts';
import { collationsOf, type MemoryCollection } from './schema.ts';
import { MemoryTable, type TableSnapshot } from './table.ts';
import { MemoryTransaction, RefusedWrite, type MemoryTrigger, type RowChange } from './transaction.ts';

export interface MemoryDatabaseOptions {
  readonly name: string;
  /** What `identity()` answers; made up if left out. */
  readonly identity?: string;
  readonly collections?: readonly MemoryCollection[];
  /** How many row changes the history keeps; 100,000 if left out. */
  readonly captureWindow?: number;
  /** What connectors to this database say they can do; everything but missing fields if left out. */
  readonly capabilities?: Partial<Capabilities>;
}

export interface LoggedChange extends RowChange {
  readonly sequence: number;
}

/** Everything a database holds; values are never changed in place, so a snapshot costs little. */
export interface MemorySnapshot {
  readonly identity: string;
  readonly collections: readonly MemoryCollection[];
  readonly tables: ReadonlyMap<string, TableSnapshot>;
  readonly markers: ReadonlyMap<string, Marker>;
}

const everything: Capabilities = {
  groups: 'side',
  capture: true,
  watch: true,
  gate: true,
  digest: true,
  lookup: true,
  setup: true,
  marker: true,
  missingFields: false,
  stamps: true,
};

let made = 0;

/**
 * A database that several connectors and users can have open at once: the "server" of the memory kind. Everything
 * happens inside the call that asks for it, one transaction at a time, and depends on nothing but what was asked.
 *
 * Fidelity limits, against a real side: transactions never wait, overlap or time out, and readers never see an old
 * state; what is committed is durable at once (a power cut is `restore` of an earlier `snapshot`); a value is stored
 * as it is or refused, never converted by an affinity; NaN is kept; there are no defaults, CHECKs (a trigger may
 * refuse with `RefusedWrite('check', …)`), generated fields, partial or expression indexes; indexes are judged at
 * the end of each intent, group or transaction and never row by row; definitions change only by `create` and
 * `restore`; everything fits in memory.
 */
export class MemoryDatabase {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly #captureWindow: number;
  readonly #hooks: MemoryTrigger[] = [];
  readonly #subscribers = new Set<(author: object | null) => void>();
  #identity: string;
  #tables = new Map<string, MemoryTable>();
  #markers = new Map<string, Marker>();
  #log: LoggedChange[] = [];
  #sequence = 0;
  #commits = 0;
  readonly #commitsBy = new WeakMap<object, number>();
  #timeline = 1;

  constructor(options: MemoryDatabaseOptions) {
    this.name = options.name;
    this.#identity = options.identity ?? `${options.name}#${++made}`;
    const capabilities = { ...everything, ...options.capabilities };
    this.capabilities = { ...capabilities, watch: capabilities.capture && capabilities.watch };
    this.#captureWindow = options.captureWindow ?? 100_000;
    for (const collection of options.collections ?? []) this.#add(collection);
  }

  get identity(): string {
    return this.#identity;
  }

  /** Transactions committed so far that changed something, by anybody. */
  get commits(): number {
    return this.#commits;
  }

  /** Those of `commits` that `author` made. */
  commitsBy(author: object): number {
    return this.#commitsBy.get(author) ?? 0;
  }

  /** Another number after each `restore`: history before it says nothing about what is there now. */
  get timeline(): number {
    return this.#timeline;
  }

  /** The place in history that is now. */
  get sequence(): number {
    return this.#sequence;
  }

  get tables(): ReadonlyMap<string, MemoryTable> {
    return this.#tables;
  }

  triggers(): readonly MemoryTrigger[] {
    return [...[...this.#tables.values()].flatMap(({ collection }) => rewriteTrigger(collection)), ...this.#hooks];
  }

  /** Adds a trigger in code, for simulations. It is no part of a snapshot and stays through `restore`. */
  addTrigger(trigger: MemoryTrigger): void {
    this.#hooks.push(trigger);
  }

  /**
   * Runs `work` as one transaction: all of it stands, or, if it throws, nothing. `author` is told apart by the
   * subscribers and by `gate`; `null` is a user. Unique values are always judged at the end. With
   * `references: 'enforce'` deletes cascade as the references say and a broken one fails the transaction.
   */
  transaction<T>(work: (transaction: MemoryTransaction) => T, options: TransactionOptions = {}): T {
    const transaction = this.#begin();
    try {
      const result = work(transaction);
      if (options.references === 'enforce') transaction.cascade();
      transaction.checkUnique(0);
      if (options.references === 'enforce') transaction.checkReferences(0);
      this.#commit(transaction.changes, options.marker?.(), options.author ?? null);
      return result;
    } catch (error) {
      transaction.rollbackTo(0);
      throw error;
    }
  }

  marker(pair: string): Marker | null {
    return this.#markers.get(pair) ?? null;
  }

  setMarker(marker: Marker, author: object | null): void {
    this.#commit([], marker, author);
  }

  removeMarker(pair: string, author: object | null): void {
    if (this.#markers.delete(pair)) this.#commit([], undefined, author, true);
  }

  /** Adds collections, all or none. */
  create(collections: readonly MemoryCollection[], author: object | null): void {
    const names = [...this.#tables.keys(), ...collections.map(({ name }) => name)];
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new RefusedWrite('other', `there is already a collection ${twice}`);
    for (const collection of collections) this.#add(collection);
    this.#commit([], undefined, author, true);
  }

  /** Changes after `sequence`, oldest first; `null` if some of them are forgotten. */
  changesAfter(sequence: number, limit: number): readonly LoggedChange[] | null {
    const oldest = this.#sequence - this.#log.length;
    if (sequence < oldest || sequence > this.#sequence) return null;
    return this.#log.slice(sequence - oldest, sequence - oldest + limit);
  }

  /** Calls back after every commit, until the returned function is called. */
  subscribe(onCommit: (author: object | null) => void): () => void {
    this.#subscribers.add(onCommit);
    return () => this.#subscribers.delete(onCommit);
  }

  /** The whole database as it stands: records, markers, definitions, identity. */
  snapshot(): MemorySnapshot {
    return {
      identity: this.#identity,
      collections: [...this.#tables.values()].map(({ collection }) => collection),
      tables: new Map([...this.#tables].map(([name, table]) => [name, table.snapshot()])),
      markers: new Map(this.#markers),
    };
  }

  /** Puts a snapshot of this or another database in place of everything, as restoring a backup does. History is lost. */
  restore(snapshot: MemorySnapshot): void {
    this.#identity = snapshot.identity;
    this.#tables = new Map(
      snapshot.collections.map((collection) => [
        collection.name,
        new MemoryTable(collection, snapshot.tables.get(collection.name)),
      ]),
    );
    this.#markers = new Map(snapshot.markers);
    this.#log = [];
    this.#timeline++;
    this.#commit([], undefined, null, true);
  }

  #begin(): MemoryTransaction {
    return new MemoryTransaction({
      tables: this.#tables,
      table: (name) => {
        const table = this.#tables.get(name);
        if (!table) throw new RefusedWrite('other', `there is no collection ${name}`);
        return table;
      },
      triggers: this.triggers(),
      missingFields: this.capabilities.missingFields,
    });
  }

  #add(collection: MemoryCollection): void {
    this.#tables.set(collection.name, new MemoryTable(collection));
  }

  #commit(changes: readonly RowChange[], marker: Marker | undefined, author: object | null, more = false): void {
    if (changes.length === 0 && !marker && !more) return;
    for (const change of changes) this.#log.push({ ...change, sequence: ++this.#sequence });
    if (this.#log.length > this.#captureWindow) this.#log.splice(0, this.#log.length - this.#captureWindow);
    if (marker) this.#markers.set(marker.pair, marker);
    this.#commits++;
    if (author) this.#commitsBy.set(author, this.commitsBy(author) + 1);
    for (const tell of this.#subscribers) tell(author);
  }
}

export interface TransactionOptions {
  readonly author?: object;
  readonly references?: 'ignore' | 'enforce';
  /** Asked at the end for the marker to write in the same transaction. */
  readonly marker?: () => Marker | undefined;
}

function rewriteTrigger({ name: collection, rewrites }: MemoryCollection): MemoryTrigger[] {
  if (!rewrites) return [];
  const { name, field, to } = rewrites;
  const differs = (image: RecordImage): boolean => !sameValue(image.values[image.names.indexOf(field)], to);
  return [
    {
      name,
      collection,
      writes: [collection],
      fire: (transaction, { row, after }) => {
        if (after && differs(after)) transaction.update(collection, row, new Map([[field, to]]));
      },
    },
  ];
}

/** The only row of `collection` whose `fields` hold `values`, for tests and simulations that play a user. */
export function findRow(database: MemoryDatabase, collection: string, where: RecordImage): number | null {
  const table = database.tables.get(collection);
  if (!table) return null;
  const index = table.index(where.names, collationsOf(table.collection, where.names));
  const bytes = index.bytesFor(where.values);
  return bytes === null ? null : (index.rows(bytes)[0] ?? null);
}
