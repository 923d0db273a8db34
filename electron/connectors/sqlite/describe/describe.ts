import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { KeyInfo, SideSchema } from '../../../engine/port/schema.ts';
import { must } from '../../../../shared/lib/assert.ts';
import { type Catalog, type CatalogEntry, type CatalogTable, readCatalog } from './catalog.ts';
import { type Column, readColumns } from './columns.ts';
import { type Index, readIndexes, uniqueIndexes } from './indexes.ts';
import type { TableInfo } from './table-info.ts';
import { readReferences } from './references.ts';
import { reportedObjects, shadowNames } from './reported.ts';
import { describeTrigger } from './triggers.ts';

export function describeSchema(db: Database): SideSchema {
  const catalog = readCatalog(db);
  const tables = describeTables(db, catalog);
  return {
    collections: tables.map(({ columns: _c, indexes: _i, strict: _s, hasConflictClause: _h, ...shown }) => shown),
    reported: reportedObjects(db, catalog, tables),
    version: schemaVersion(catalog),
    more: statementsBesideTables(catalog),
  };
}

/** Ordinary tables of the user's, whether they can be synced or not. */
export function describeTables(db: Database, catalog = readCatalog(db)): TableInfo[] {
  const shadows = shadowNames(db, catalog);
  return catalog.tables
    .filter((table) => table.type === 'table' && !table.name.startsWith('sqlite_') && !shadows.has(table.name))
    .map((table) => describeTable(db, table, catalog));
}

function describeTable(db: Database, table: CatalogTable, catalog: Catalog): TableInfo {
  const own = catalog.entries.filter((entry) => entry.table === table.name);
  const sql = own.find((entry) => entry.type === 'table')?.sql ?? '';
  const columns = readColumns(
    db,
    table,
    sql,
    own.filter((entry) => entry.type === 'index' && entry.sql !== ''),
  );
  const indexes = readIndexes(db, table.name);
  const triggers = own.filter((entry) => entry.type === 'trigger');
  return {
    name: table.name,
    fields: columns.map(({ keyPart: _keyPart, ...field }) => field),
    key: describeKey(columns, indexes),
    unique: uniqueIndexes(indexes),
    references: readReferences(db, table.name, catalog),
    triggers: triggers.map((trigger) => describeTrigger(trigger.name, trigger.sql, catalog)),
    autoKey: isAutoKey(columns, indexes),
    create: ['table', 'index', 'trigger'].flatMap((type) => statementsOf(own, type)),
    columns,
    indexes,
    strict: table.strict,
    hasConflictClause: /\bon\s+conflict\s+(replace|ignore|rollback|fail)\b/i.test(sql),
  };
}

function statementsOf(entries: readonly CatalogEntry[], type: string): string[] {
  return entries.filter((entry) => entry.type === type && entry.sql !== '').map((entry) => entry.sql);
}

/** The declared primary key. A unique index is never taken in its place, and a collation of the user's own orders nothing for us. */
function describeKey(columns: readonly Column[], indexes: readonly Index[]): KeyInfo | null {
  const parts = columns.filter((column) => column.keyPart > 0).sort((a, b) => a.keyPart - b.keyPart);
  if (parts.length === 0) return null;
  const index = indexes.find((candidate) => candidate.origin === 'pk');
  const collations = parts.map((part) => {
    const at = index?.fields.indexOf(part.name) ?? -1;
    return (at < 0 ? undefined : index?.collations[at]) ?? 'binary';
  });
  const known = collations.filter((collation) => collation !== 'unknown');
  return known.length < collations.length
    ? null
    : { fields: parts.map((part) => part.name), collations: known, origin: 'primary' };
}

/** INTEGER PRIMARY KEY is the row's own number and therefore has no index. */
function isAutoKey(columns: readonly Column[], indexes: readonly Index[]): boolean {
  const parts = columns.filter((column) => column.keyPart > 0);
  return parts.length === 1 && !indexes.some((index) => index.origin === 'pk');
}

function statementsBesideTables(catalog: Catalog): string[] {
  const views = new Set(catalog.tables.filter((table) => table.type === 'view').map((table) => table.name));
  const triggers = catalog.entries.filter((entry) => entry.type === 'trigger' && views.has(entry.table));
  return [...statementsOf(catalog.entries, 'view'), ...triggers.map((trigger) => trigger.sql)];
}

/**
 * Changes with every definition and with nothing else: `schema_version` alone also moves with VACUUM and with our own
 * marker, and two files never share it.
 */
export function schemaVersion(catalog: Catalog): string {
  const rows = catalog.entries.map(({ type, name, table, sql }) => JSON.stringify([type, name, table, sql]));
  return hash('sha256', rows.sort().join('\n'), 'hex').slice(0, 32);
}

/** `PRAGMA schema_version`: another one with every change of a definition, and with VACUUM. */
export const schemaNumber = (db: Database): bigint =>
  must(db.prepare<[], bigint>('PRAGMA schema_version').pluck().get(), 'a schema version');
