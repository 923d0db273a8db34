import { type ChildProcessWithoutNullStreams, spawn, type SpawnOptionsWithoutStdio } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { sqliteKind } from '../../electron/connectors/sqlite/sqlite-kind.ts';
import type { CollectionSpec, Connector, OpenOptions } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';

export type Mode = 'wal' | 'delete';

export const realClock = { sleep: (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms)) };

/** A new empty folder that goes with the test. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database file made by plain SQLite statements, as another program would make it. */
export function makeFile(
  sql: string,
  { mode = 'delete', name = 'office.db' }: { mode?: Mode; name?: string } = {},
): string {
  const path = join(tempFolder(), name);
  const db = new Database(path);
  db.pragma(`journal_mode = ${mode}`);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
  return path;
}

/** Another program's connection, with the settings that SQLite has by itself. */
export function otherProgram(path: string): Database.Database {
  const db = new Database(path, { timeout: 2000 });
  db.defaultSafeIntegers(true);
  db.pragma('foreign_keys = OFF');
  onTestFinished(() => void db.close());
  return db;
}

export function rowsOf(path: string, sql: string): unknown[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare(sql).safeIntegers().raw().all();
  } finally {
    db.close();
  }
}

export async function openSqlite(url: string, options: Partial<OpenOptions> = {}): Promise<Connector> {
  const connector = await sqliteKind.open({
    url,
    busyMs: 2000,
    create: false,
    readOnly: false,
    clock: realClock,
    ...options,
  });
  onTestFinished(() => connector.close());
  return connector;
}

/** All fields of a table under their own names; the declared key unless another is named. */
export async function specFor(connector: Connector, table: string, key?: readonly string[]): Promise<CollectionSpec> {
  const info = must(
    (await connector.describe()).collections.find(({ name }) => name === table),
    table,
  );
  const fields = info.fields.filter(({ generated }) => !generated).map(({ name }) => ({ name, physical: name }));
  return { name: table, physical: table, key: key ?? info.key?.fields ?? [], fields };
}

export async function bindTables(connector: Connector, ...tables: readonly string[]) {
  return connector.bind(await Promise.all(tables.map((table) => specFor(connector, table))));
}

const CHILD = fileURLToPath(new URL('sqlite-child.ts', import.meta.url));

/** Starts `sqlite-child.ts` as a program of its own. */
export function startProgram(
  args: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [CHILD, ...args], options);
  onTestFinished(() => void child.kill());
  return child;
}

/** Runs it to its end; gives what it printed. */
export async function runProgram(args: readonly string[], options: SpawnOptionsWithoutStdio = {}): Promise<string> {
  const child = startProgram(args, options);
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The program ended with ${String(code)}: ${err}`);
  return out.trim();
}
