import type { Database } from 'better-sqlite3';
import { isOwnTable, isOwnTrigger, OWN_TABLES } from '../own-tables.ts';
import { foldName } from '../sql.ts';

/** One row of `sqlite_schema`. */
export interface CatalogEntry {
  readonly type: 'table' | 'index' | 'view' | 'trigger';
  readonly name: string;
  readonly table: string;
  /** '' for what SQLite made by itself. */
  readonly sql: string;
}

export interface CatalogTable {
  readonly name: string;
  readonly type: 'table' | 'view' | 'virtual' | 'shadow';
  readonly withoutRowid: boolean;
  readonly strict: boolean;
}

const OWN_NAMES = OWN_TABLES.map((name) => `'${name}'`).join(', ');

/** The definitions of a database as they stand now, without Tandem's own. */
export interface Catalog {
  readonly entries: readonly CatalogEntry[];
  readonly tables: readonly CatalogTable[];
  readonly encoding: string;
  /** The table of that name, however its case was written. */
  table(name: string): CatalogTable | undefined;
}

export function readCatalog(db: Database): Catalog {
  const entries = db
    .prepare<[], CatalogEntry>(
      `SELECT type, name, tbl_name AS "table", coalesce(sql, '') AS sql FROM sqlite_schema ORDER BY rowid`,
    )
    .all()
    .filter(({ type, name, table }) => !isOwnTable(table) && !(type === 'trigger' && isOwnTrigger(name)));
  const tables = db
    .prepare<[], { name: string; type: CatalogTable['type']; wr: bigint; strict: bigint }>(
      `SELECT name, type, wr, strict FROM pragma_table_list
       WHERE schema = 'main' AND name NOT IN ('sqlite_schema', ${OWN_NAMES}) ORDER BY name`,
    )
    .all()
    .map(({ name, type, wr, strict }) => ({ name, type, withoutRowid: wr !== 0n, strict: strict !== 0n }));
  const byName = new Map(tables.map((table) => [foldName(table.name), table]));
  const encoding = String(db.pragma('encoding', { simple: true }));
  return { entries, tables, encoding, table: (name) => byName.get(foldName(name)) };
}
