import type Database from 'better-sqlite3';
import { quoteName } from '../sql.ts';
import { isOwnTrigger, NOTES_TABLE, READERS_TABLE } from '../own-tables.ts';

export const NOTES = quoteName(NOTES_TABLE);
export const READERS = quoteName(READERS_TABLE);

/**
 * A note is the key of a row (`t`: its table; `had`: it was there before). Where `t` is NULL it is a place up to which
 * somebody reads: its token, reader, schema_version and counts. The last row always stays, so that numbers never return.
 */
const CREATE = [
  `CREATE TABLE IF NOT EXISTS ${NOTES} (seq INTEGER PRIMARY KEY, t, had, k0, k1, k2, k3)`,
  `CREATE TABLE IF NOT EXISTS ${READERS} (
  token TEXT PRIMARY KEY NOT NULL, reader TEXT NOT NULL, pair TEXT NOT NULL, seq INTEGER NOT NULL)`,
];

export function hasNoteTables(db: Database.Database): boolean {
  const found = db
    .prepare<[string, string], bigint>("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (?, ?)")
    .pluck()
    .get(NOTES_TABLE, READERS_TABLE);
  return found === 2n;
}

export const lastNote = (db: Database.Database): bigint =>
  db.prepare<[], bigint | null>(`SELECT max(seq) FROM ${NOTES}`).pluck().get() ?? 0n;

interface TriggerRow {
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

/** Those of Tandem. */
export const ownTriggers = (db: Database.Database): TriggerRow[] =>
  db
    .prepare<[], TriggerRow>(`SELECT name, tbl_name AS "table", sql FROM sqlite_schema WHERE type = 'trigger'`)
    .all()
    .filter(({ name }) => isOwnTrigger(name));

/** Do these triggers stand, word for word? */
export function triggersStand(db: Database.Database, wanted: ReadonlyMap<string, string>): boolean {
  const there = new Map(ownTriggers(db).map(({ name, sql }) => [name, sql]));
  return [...wanted].every(([name, sql]) => there.get(name) === sql);
}

/** In an open transaction. What stands of these tables and is not wanted word for word goes. */
export function makeTriggers(
  db: Database.Database,
  tables: ReadonlySet<string>,
  wanted: ReadonlyMap<string, string>,
): void {
  for (const statement of CREATE) db.exec(statement);
  const kept = new Set<string>();
  for (const { name, table, sql } of ownTriggers(db)) {
    if (wanted.get(name) === sql) kept.add(name);
    else if (tables.has(table) || wanted.has(name)) db.exec(`DROP TRIGGER ${quoteName(name)}`);
  }
  for (const [name, sql] of wanted) if (!kept.has(name)) db.exec(sql);
}

export const readsNotes = (db: Database.Database, pair: string): boolean =>
  hasNoteTables(db) && db.prepare(`SELECT 1 FROM ${READERS} WHERE pair = ?`).get(pair) !== undefined;

/** In an open transaction. Tables and triggers go with the last pair that reads them. */
export function stopReading(db: Database.Database, pair: string): void {
  if (!hasNoteTables(db)) return;
  db.prepare(`DELETE FROM ${READERS} WHERE pair = ?`).run(pair);
  if (db.prepare(`SELECT 1 FROM ${READERS}`).get()) return;
  for (const { name } of ownTriggers(db)) db.exec(`DROP TRIGGER ${quoteName(name)}`);
  db.exec(`DROP TABLE ${NOTES}`);
  db.exec(`DROP TABLE ${READERS}`);
}
