import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';

/** Of a copy, so that a look never touches locks, journals or bytes; a file that is no database counts by its bytes. */
export function contentHash(path: string, queries: readonly string[] | null = null): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return bytesHash(path);
  const folder = mkdtempSync(join(tmpdir(), 'tandem-look-'));
  const copy = join(folder, basename(path));
  try {
    for (const end of ['', '-wal', '-journal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    const db = new Database(copy);
    try {
      return dumpHash(db, queries);
    } finally {
      db.close();
    }
  } catch {
    return bytesHash(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dumpHash(db: Database.Database, queries: readonly string[] | null): string {
  db.defaultSafeIntegers(true);
  const hash = createHash('sha256');
  const tables = db
    .prepare<[], [string, string]>(
      "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    )
    .raw()
    .all();
  if (queries === null) hash.update(JSON.stringify(tables));
  const all = queries ?? tables.map(([name]) => `SELECT * FROM "${name.replaceAll('"', '""')}"`);
  for (const query of all) hash.update(rowsText(db.prepare(query).raw().all() as unknown[][]));
  return hash.digest('hex');
}

const rowsText = (rows: readonly (readonly unknown[])[]): string =>
  JSON.stringify(rows.map((row) => JSON.stringify(row.map(typed))).toSorted());

function typed(value: unknown): string {
  if (value instanceof Uint8Array) return `blob ${Buffer.from(value).toString('hex')}`;
  return `${typeof value} ${String(value)}`;
}

export function bytesHash(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'nothing';
  if (stat.isDirectory()) return `folder of ${readdirSync(path).toSorted().join()}`;
  if (!stat.isFile()) return 'no file';
  const hash = createHash('sha256');
  for (const end of ['', '-wal', '-journal']) if (existsSync(path + end)) hash.update(readFileSync(path + end));
  return hash.digest('hex');
}
