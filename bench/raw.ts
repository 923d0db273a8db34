import Database from 'better-sqlite3';
import { insertInto, type Cell, type CellRow, type Table } from './tables.ts';

/** What a program without an engine does: prepared statements, 1,000 records a transaction, as durable as Tandem's own writes. */
export const RAW_BATCH = 1000;

export function openRaw(path: string): Database.Database {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = OFF');
  return db;
}

export function makeFile(path: string, tables: readonly Table[], indexes: readonly string[] = []): void {
  const db = openRaw(path);
  for (const { create } of tables) db.exec(create);
  for (const index of indexes) db.exec(index);
  db.close();
}

export function insertAll(db: Database.Database, filled: readonly { table: Table; rows: readonly CellRow[] }[]): void {
  for (const { table, rows } of filled) runInBatches(db, insertInto(db, table), rows);
}

/** Fills a table without ever holding its rows. */
export function fill(path: string, table: Table, count: number): void {
  const db = openRaw(path);
  const insert = insertInto(db, table);
  db.transaction(() => {
    for (const row of table.rows(count)) insert.run(...(row as Cell[]));
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

export function runInBatches(
  db: Database.Database,
  statement: Database.Statement<Cell[]>,
  rows: readonly CellRow[],
): void {
  const batch = db.transaction((from: number) => {
    const to = Math.min(rows.length, from + RAW_BATCH);
    for (let i = from; i < to; i++) statement.run(...((rows[i] ?? []) as Cell[]));
  });
  for (let from = 0; from < rows.length; from += RAW_BATCH) batch.immediate(from);
}

/** New values for two fields of `count` records, spread evenly over `of`. */
export function edits(count: number, of: number, round: number): CellRow[] {
  const step = Math.max(1, Math.floor(of / count));
  return Array.from({ length: count }, (_, i) => [
    `edited ${round} ${i} ${'x'.repeat(56)}`,
    round * 1000 + i,
    1 + i * step,
  ]);
}
export const EDIT = 'UPDATE people SET note = ?, quantity = ? WHERE id = ?';

export function editPeople(path: string, rows: readonly CellRow[]): void {
  const db = openRaw(path);
  try {
    runInBatches(db, db.prepare<Cell[]>(EDIT), rows);
  } finally {
    db.close();
  }
}

export function countRows(path: string, table: string): number {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}
