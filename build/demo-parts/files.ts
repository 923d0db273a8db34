import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fromRoot } from './tandem.ts';
import { told } from './told.ts';
import type { Screen } from './screen.ts';

export type SideFile = 'here.db' | 'there.db';
export type Row = Readonly<Record<string, unknown>>;

/** What the demo puts into its folder; anything else there is not its own, and it touches nothing. */
const OWN = /^(home|cache|(here|there)\.db(-wal|-shm|-journal)?)$/;

/** The folder of the demo with its two databases, looked at and written as other programs do it. */
export class DemoFiles {
  readonly folder: string;
  readonly #screen: Screen;

  constructor(folder: string, screen: Screen) {
    this.folder = folder;
    this.#screen = screen;
  }

  /** Starts from nothing. */
  clear(): void {
    const strange = existsSync(this.folder) ? readdirSync(this.folder).filter((name) => !OWN.test(name)) : [];
    told(strange.length === 0, `${this.folder} is empty or an earlier demo.`, `It also holds: ${strange.join(', ')}`);
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  path(name: SideFile | 'home' | 'cache'): string {
    return join(this.folder, name);
  }

  /** The path as a person types it in the folder of the project. */
  shown(name: SideFile | 'home'): string {
    return fromRoot(this.path(name));
  }

  /** One commit of another program, shown. */
  edit(file: SideFile, statement: string): void {
    this.#screen.edit(file, statement);
    this.quietly(file, statement);
  }

  quietly(file: SideFile, statement: string): void {
    const db = new Database(this.path(file), { timeout: 5000 });
    try {
      db.pragma('foreign_keys = ON');
      db.exec(statement);
    } finally {
      db.close();
    }
  }

  rows(file: SideFile, sql: string): readonly Row[] {
    const db = new Database(this.path(file), { readonly: true });
    try {
      return db.prepare<[], Row>(sql).all();
    } finally {
      db.close();
    }
  }

  /** The first column of the first row; `undefined` where there is none. */
  value(file: SideFile, sql: string): unknown {
    return Object.values(this.rows(file, sql)[0] ?? {})[0];
  }

  /** Every record of these tables as one fingerprint. */
  fingerprint(file: SideFile, tables: readonly string[]): string {
    const hash = createHash('sha256');
    const db = new Database(this.path(file), { readonly: true });
    try {
      for (const table of tables) {
        const quoted = `"${table.replaceAll('"', '""')}"`;
        const rows = db.prepare<[], unknown[]>(`SELECT * FROM ${quoted}`).safeIntegers().raw().all();
        const lines = rows.map((row) => row.map((cell) => literal(cell)).join('\u0001')).toSorted();
        hash.update(`${table}\n${lines.join('\n')}\n`);
      }
    } finally {
      db.close();
    }
    return hash.digest('hex');
  }

  expectEqual(tables: readonly string[], text: string): void {
    told(this.fingerprint('here.db', tables) === this.fingerprint('there.db', tables), text);
    this.#screen.seen(text);
  }
}

function literal(cell: unknown): string {
  if (cell instanceof Uint8Array) return `x${Buffer.from(cell).toString('hex')}`;
  return `${typeof cell} ${String(cell)}`;
}

export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
