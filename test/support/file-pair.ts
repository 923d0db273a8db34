import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { systemPorts } from '../../electron/api/host/system-ports.ts';
import { sqliteKind } from '../../electron/connectors/sqlite/sqlite-kind.ts';
import { openPairEngine } from '../../electron/engine/open-pair-engine.ts';
import type { PairEngine } from '../../electron/engine/pair-engine.ts';
import type { Connector, ConnectorKind } from '../../electron/engine/port/connector.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import {
  defaultCollection,
  defaultSettings,
  type CollectionSettings,
  type PairSettings,
  type SideName,
} from '../../electron/engine/settings.ts';
import { openState } from '../../electron/engine/state/open-state.ts';
import type { StateStore } from '../../electron/engine/state/store.ts';

/** Where the parts of one pair lie. */
export interface PairFiles {
  readonly folder: string;
  readonly A: string;
  readonly B: string;
  readonly state: string;
}

export function newPairFiles(): PairFiles {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-pair-'));
  return { folder, A: join(folder, 'here.db'), B: join(folder, 'there.db'), state: join(folder, 'state.db') };
}

export const removePairFiles = ({ folder }: PairFiles): void => rmSync(folder, { recursive: true, force: true });

export type JournalMode = 'wal' | 'delete';

/** Both files, made as another program would make them: the same definitions, and rows on `A` only. */
export function makeSides(files: PairFiles, schema: string, rows: string, modes: Record<SideName, JournalMode>): void {
  for (const side of ['A', 'B'] as const) {
    const db = new Database(files[side]);
    db.pragma(`journal_mode = ${modes[side]}`);
    db.exec(schema);
    if (side === 'A') db.exec(rows);
    db.close();
  }
}

export interface OpenPair {
  readonly engine: PairEngine;
  readonly store: StateStore;
  close(): Promise<void>;
}

export interface OpenWish {
  readonly marker?: boolean;
  readonly settings?: Partial<PairSettings>;
  readonly collection?: (settings: CollectionSettings) => CollectionSettings;
  /** What stands between the engine and its parts, for tests that end it at a named point. */
  readonly store?: (store: StateStore) => StateStore;
  readonly connector?: (side: SideName, connector: Connector) => Connector;
  /** What the addresses belong to; SQLite where it is not said. */
  readonly kind?: ConnectorKind;
}

/** The real engine over two real files, or databases at addresses, and a real state file; every table with a key takes part. */
export async function openFilePair(files: Omit<PairFiles, 'folder'>, wish: OpenWish = {}): Promise<OpenPair> {
  const ports = systemPorts(silentLog);
  const open = (url: string): Promise<Connector> =>
    (wish.kind ?? sqliteKind).open({ url, busyMs: 4000, create: false, readOnly: false, clock: ports.clock });
  const A = await open(files.A);
  const B = await open(files.B).catch(async (error: unknown) => {
    await A.close();
    throw error;
  });
  const collections = await collectionsOf(A);
  const settings: PairSettings = {
    ...defaultSettings,
    name: 'office',
    sideLabel: { A: 'This computer', B: 'Remote' },
    sideMove: { A: 'name side A', B: 'name side B' },
    marker: wish.marker ?? false,
    collections: collections.map(wish.collection ?? ((one) => one)),
    ...wish.settings,
  };
  const real = openState({ path: files.state });
  const store = wish.store?.(real) ?? real;
  const sides = { A: wish.connector?.('A', A) ?? A, B: wish.connector?.('B', B) ?? B };
  const engine = await openPairEngine({ settings, sides, store, ports });
  return {
    engine,
    store: real,
    async close() {
      await engine.close();
      await A.close();
      await B.close();
      await real.close();
    },
  };
}

async function collectionsOf(connector: Connector): Promise<CollectionSettings[]> {
  const { collections } = await connector.describe();
  return collections.flatMap(({ name, fields, key, anyField }) =>
    key === null
      ? []
      : [
          {
            ...defaultCollection(
              name,
              fields.filter(({ generated }) => !generated).map((field) => field.name),
              key.fields,
            ),
            ...(anyField ? { anyField } : {}),
          },
        ],
  );
}

export type Row = Readonly<Record<string, unknown>>;
/** Every row of every table of the user, by table and then by key; Tandem's own table is left out. */
export type Dump = Readonly<Record<string, readonly Row[]>>;

export function dumpOf(path: string): Dump {
  const db = new Database(path, { readonly: true });
  try {
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '_tandem_marker' ORDER BY name",
      )
      .pluck()
      .all();
    return Object.fromEntries(
      tables.map((table) => [table, db.prepare<[], Row>(`SELECT * FROM "${table}" ORDER BY 1, 2`).all()]),
    );
  } finally {
    db.close();
  }
}

/** A consistent copy, as a backup program makes one while nothing else is open. */
export function backupFile(from: string, to: string): void {
  const db = new Database(from);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  copyFileSync(from, to);
  if (existsSync(`${from}-journal`)) throw new Error(`${from} is being written`);
}

/** Statements of another program, each its own commit. */
export function edit(path: string, ...statements: readonly string[]): void {
  const db = new Database(path, { timeout: 5000 });
  try {
    for (const statement of statements) db.exec(statement);
  } finally {
    db.close();
  }
}
