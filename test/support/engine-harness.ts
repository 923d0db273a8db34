import { expect, onTestFinished } from 'vitest';
import { MemoryConnector } from '../../electron/connectors/memory/connector.ts';
import { findRow, MemoryDatabase } from '../../electron/connectors/memory/database.ts';
import type { MemoryTable } from '../../electron/connectors/memory/table.ts';
import type { MemoryCollection, MemoryField } from '../../electron/connectors/memory/schema.ts';
import { openPairEngine } from '../../electron/engine/open-pair-engine.ts';
import type { PairEngine } from '../../electron/engine/pair-engine.ts';
import type { Connector } from '../../electron/engine/port/connector.ts';
import { encodeKey, type Key } from '../../electron/engine/port/key-codec.ts';
import { entriesOf, recordFrom, type State } from '../../electron/engine/port/record.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { silentLog, type Ports } from '../../electron/engine/ports.ts';
import type { RunReport } from '../../electron/engine/reports/run.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import type { SyncRequest } from '../../electron/engine/requests.ts';
import type { PairSettings, SideName } from '../../electron/engine/settings.ts';
import { openState } from '../../electron/engine/state/open-state.ts';
import type { StateStore } from '../../electron/engine/state/store.ts';
import type { Facts, JournalRow } from '../../electron/engine/state/stored.ts';
import { must } from '../../shared/lib/assert.ts';
import { settingsFor, type BenchOptions } from './bench-options.ts';
import { tappedConnector, tappedStore, type Tap } from './tapped.ts';

export type Row = Readonly<Record<string, Value>>;

/**
 * A collection in short: `table('t', { id: 'integer', name: 'text?' })`. The first field is the key unless `key` says
 * otherwise; a question mark allows NULL.
 */
export function table(
  name: string,
  fields: Readonly<Record<string, string>>,
  more: Partial<Omit<MemoryCollection, 'name' | 'fields'>> & { readonly nocase?: readonly string[] } = {},
): MemoryCollection {
  const { nocase = [], ...rest } = more;
  const made = Object.entries(fields).map(([field, type]): MemoryField => ({
    name: field,
    type: type.replace('?', '') as MemoryField['type'],
    nullable: type.endsWith('?'),
    ...(nocase.includes(field) ? { collation: 'nocase' as const } : {}),
  }));
  return { name, fields: made, key: [must(made[0], 'a field').name], ...rest };
}

/** Records as plain objects; a field that is missing has no property. */
export const plain = (state: State): Row | null => state && Object.fromEntries(entriesOf(state));

const same = (is: unknown, shall: unknown, what: string): void => expect({ [what]: is }).toEqual({ [what]: shall });

/** Two memory databases, a state and an engine over them; users edit with `put` and `drop`, behind the engine's back. */
export class Bench {
  readonly A: MemoryDatabase;
  readonly B: MemoryDatabase;
  settings: PairSettings;
  readonly tap: { current: Tap | null } = { current: null };
  store: StateStore;
  now = Date.UTC(2026, 0, 5, 9);
  #engine: PairEngine | null = null;
  #random = 1;

  constructor(options: BenchOptions) {
    const { capabilities, captureWindow } = options;
    const more = {
      ...(capabilities ? { capabilities } : {}),
      ...(captureWindow === undefined ? {} : { captureWindow }),
    };
    this.A = new MemoryDatabase({ name: 'a', identity: 'db-a', collections: options.tables, ...more });
    this.B = new MemoryDatabase({
      name: 'b',
      identity: 'db-b',
      collections: options.tablesB ?? options.tables,
      ...more,
    });
    this.settings = settingsFor(options);
    this.store = openState({ memory: true }, this.settings);
    onTestFinished(() => this.store.close());
  }

  static async open(options: BenchOptions): Promise<Bench> {
    const bench = new Bench(options);
    await bench.reopen();
    return bench;
  }

  get engine(): PairEngine {
    return must(this.#engine, 'an open engine');
  }

  /** The clock goes on by a millisecond with every look; sleeping takes no time. */
  get ports(): Ports {
    return {
      clock: { now: () => this.now++, sleep: async (ms) => void (this.now += ms) },
      ids: { random: () => (this.#random = (this.#random * 48271) % 2147483647) / 2147483647 },
      log: silentLog,
    };
  }

  /** A new engine over the same sides and the same state, as after a restart of the program. */
  async reopen(
    options: { readonly bytes?: Uint8Array; readonly settings?: Partial<PairSettings> } = {},
  ): Promise<PairEngine> {
    if (options.bytes) {
      this.store = openState({ bytes: options.bytes }, this.settings);
      const { store } = this;
      onTestFinished(() => store.close());
    }
    const tap: Tap = (call) => this.tap.current?.(call);
    const sides = { A: this.#connector('A', tap), B: this.#connector('B', tap) };
    const settings = { ...this.settings, ...options.settings };
    this.#engine = await openPairEngine({ settings, sides, store: tappedStore(this.store, tap), ports: this.ports });
    return this.#engine;
  }

  #connector(side: SideName, tap: Tap): Connector {
    return tappedConnector(new MemoryConnector(this[side]), side, tap);
  }

  // ---------------------------------------------------------------- users

  /** Inserts the record, or changes the given fields of the one under its key. */
  put(side: SideName, name: string, values: Row): void {
    const { key = [], fields } = this.#table(side, name).collection;
    const where = recordFrom(key.map((field) => [field, values[field]]));
    this[side].transaction((work) => {
      const row = findRow(this[side], name, where);
      if (row !== null) work.update(name, row, new Map(Object.entries(values)));
      else
        work.insert(
          name,
          recordFrom(fields.flatMap((field) => (field.name in values ? [[field.name, values[field.name]]] : []))),
        );
    });
  }

  drop(side: SideName, name: string, ...key: readonly Value[]): void {
    const fields = this.#table(side, name).collection.key ?? [];
    const row = findRow(this[side], name, recordFrom(fields.map((field, i) => [field, key[i]])));
    this[side].transaction((work) => work.delete(name, must(row, 'the record to delete')));
  }

  /** The same record on both sides. */
  putBoth(name: string, ...rows: readonly Row[]): void {
    for (const row of rows) for (const side of ['A', 'B'] as const) this.put(side, name, row);
  }

  #table(side: SideName, name: string): MemoryTable {
    return must(this[side].tables.get(name), `collection ${name}`);
  }

  // ---------------------------------------------------------------- looking

  /** All records of a collection, by key. */
  dump(side: SideName, name: string): readonly Row[] {
    const { collection } = this.#table(side, name);
    return [...this.#table(side, name).entries()]
      .map(([, image]) => Object.fromEntries(entriesOf(image)))
      .sort((x, y) => (this.#sortKey(collection, x) < this.#sortKey(collection, y) ? -1 : 1));
  }

  #sortKey({ key = [] }: MemoryCollection, row: Row): string {
    return encodeKey(
      key.map((field) => row[field] ?? null),
      [],
    );
  }

  /** Both sides hold the same records; answers them. */
  both(name: string): readonly Row[] {
    const a = this.dump('A', name);
    same(this.dump('B', name), a, `${name} on B as on A`);
    return a;
  }

  one(side: SideName, name: string, ...key: readonly Value[]): Row | null {
    const fields = this.#table(side, name).collection.key ?? [];
    return this.dump(side, name).find((row) => fields.every((field, i) => row[field] === key[i])) ?? null;
  }

  keyOf(name: string, ...values: readonly Value[]): Key {
    const { key = [], fields } = this.#table('A', name).collection;
    return encodeKey(
      values,
      key.map((part) => fields.find((field) => field.name === part)?.collation ?? 'binary'),
    );
  }

  async facts(name: string, ...key: readonly Value[]): Promise<Facts> {
    const wanted = this.keyOf(name, ...key);
    return must((await this.store.facts(1, name, [wanted])).get(wanted), 'facts');
  }

  /** What the state says both sides were last told; `null`: no base. */
  async base(name: string, ...key: readonly Value[]): Promise<Row | null> {
    return plain((await this.facts(name, ...key)).base?.doc ?? null);
  }

  journal(query: { readonly run?: number } = {}): Promise<readonly JournalRow[]> {
    return this.store.journal(1, { limit: 10_000, ...query });
  }

  // ---------------------------------------------------------------- acting

  sync(request: Partial<SyncRequest> = {}): Promise<RunReport> {
    return this.engine.sync({ trigger: 'manual', who: 'ann', ...request });
  }

  open(): Promise<readonly ConflictItem[]> {
    return this.engine.conflicts({});
  }

  /** The one open conflict. */
  async theConflict(): Promise<ConflictItem> {
    const [only, ...others] = await this.open();
    same(
      others.map(({ kind, collection }) => `${collection} ${kind}`),
      [],
      'other open conflicts',
    );
    return must(only, 'an open conflict');
  }

  /** Both sides equal, nothing open, and a further pass writes nothing. */
  async expectPeace(...names: readonly string[]): Promise<void> {
    for (const name of names) this.both(name);
    same(await this.open(), [], 'open conflicts');
    const before = [this.A.sequence, this.B.sequence];
    same(writtenBy(await this.sync()), 0, 'records written by a further sync');
    same([this.A.sequence, this.B.sequence], before, 'changes on both sides');
  }
}

export const writtenBy = ({ written: { A, B } }: RunReport): number =>
  A.insert + A.update + A.delete + B.insert + B.update + B.delete;
