import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { sqliteKind } from '../../electron/connectors/sqlite/sqlite-kind.ts';
import { openPairEngine } from '../../electron/engine/open-pair-engine.ts';
import type { PairEngine } from '../../electron/engine/pair-engine.ts';
import type { Connector } from '../../electron/engine/port/connector.ts';
import { silentLog, type Ports } from '../../electron/engine/ports.ts';
import type { RunReport } from '../../electron/engine/reports/run.ts';
import {
  defaultCollection,
  defaultSettings,
  type PairSettings,
  type SideName,
} from '../../electron/engine/settings.ts';
import { openState } from '../../electron/engine/state/open-state.ts';
import type { StateStore } from '../../electron/engine/state/store.ts';
import { must } from '../../shared/lib/assert.ts';

/** Two real SQLite files and a state file in a folder that goes with the test. */
export class SqliteBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'tandem-engine-'));
  settings: PairSettings;
  #engine: PairEngine | null = null;
  #store: StateStore | null = null;
  #sides: Record<SideName, Connector> | null = null;
  #now = Date.UTC(2026, 0, 5, 9);

  constructor(settings: Partial<PairSettings> & Pick<PairSettings, 'collections'>) {
    this.settings = {
      ...defaultSettings,
      name: 'office',
      sideLabel: { A: 'This computer', B: 'Remote' },
      sideMove: { A: 'name side A', B: 'name side B' },
      ...settings,
    };
    onTestFinished(async () => {
      await this.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  static async open(
    sql: string,
    tables: Readonly<Record<string, readonly string[]>>,
    settings: Partial<PairSettings> = {},
  ): Promise<SqliteBench> {
    const collections = Object.entries(tables).map(([name, fields]) =>
      defaultCollection(name, fields, [must(fields[0], 'a field')]),
    );
    const bench = new SqliteBench({ collections, ...settings });
    for (const side of ['A', 'B'] as const) bench.exec(side, `PRAGMA journal_mode = WAL; ${sql}`);
    await bench.reopen();
    return bench;
  }

  get engine(): PairEngine {
    return must(this.#engine, 'an open engine');
  }
  get statePath(): string {
    return join(this.folder, 'state.db');
  }
  path(side: SideName): string {
    return join(this.folder, `${side}.db`);
  }

  async reopen(): Promise<void> {
    await this.close();
    const clock: Ports['clock'] = { now: () => this.#now++, sleep: async (ms) => void (this.#now += ms) };
    const open = (side: SideName): Promise<Connector> =>
      sqliteKind.open({ url: this.path(side), busyMs: 2000, create: false, readOnly: false, clock });
    this.#sides = { A: await open('A'), B: await open('B') };
    this.#store = openState({ path: this.statePath });
    const ports: Ports = { clock, ids: { random: () => 0.5 }, log: silentLog };
    this.#engine = await openPairEngine({ settings: this.settings, sides: this.#sides, store: this.#store, ports });
  }

  async close(): Promise<void> {
    await this.#engine?.close();
    await this.#sides?.A.close();
    await this.#sides?.B.close();
    await this.#store?.close();
    this.#engine = null;
    this.#sides = null;
    this.#store = null;
  }

  /** As another program does it. */
  exec(side: SideName, sql: string): void {
    this.#as(side, (db) => db.exec(sql));
  }

  rows(side: SideName, sql: string): readonly unknown[] {
    return this.#as(side, (db) => db.prepare(sql).raw().all());
  }

  #as<T>(side: SideName, work: (db: Database.Database) => T): T {
    const db = new Database(this.path(side));
    try {
      db.pragma('foreign_keys = OFF');
      return work(db);
    } finally {
      db.close();
    }
  }

  sync(): Promise<RunReport> {
    return this.engine.sync({ trigger: 'manual', who: 'ann' });
  }
}
