import type { Database } from 'better-sqlite3';
import type { FieldInfo } from '../../../engine/port/schema.ts';
import type { Collation } from '../../../engine/port/key-codec.ts';
import { foldName, isSign, isWord } from '../sql.ts';
import { additionOf, originOf, type Origin } from './addition.ts';
import type { CatalogEntry, CatalogTable } from './catalog.ts';
import { constantOf } from './constant.ts';

export interface Column extends FieldInfo {
  /** Place in the primary key, counted from 1; 0 = not in it. */
  readonly keyPart: number;
}

interface XinfoRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: bigint;
  readonly dflt_value: string | null;
  readonly pk: bigint;
  readonly hidden: bigint;
}

export function collationNamed(name: string): Collation | 'unknown' {
  switch (name.toUpperCase()) {
    case 'BINARY':
      return 'binary';
    case 'NOCASE':
      return 'nocase';
    case 'RTRIM':
      return 'rtrim';
    default:
      return 'unknown';
  }
}

export function readColumns(
  db: Database,
  table: CatalogTable,
  sql: string,
  indexes: readonly CatalogEntry[],
): Column[] {
  const origin = originOf(table.name, sql, indexes);
  const collations = declaredCollations(origin.parts);
  const rows = db.prepare<[string], XinfoRow>('SELECT * FROM pragma_table_xinfo(?)').all(table.name);
  const rowidKey = isRowidKey(rows, table);
  return rows.map((row) => {
    const nullable = row.notnull === 0n && !(row.pk > 0n && (rowidKey || table.withoutRowid || table.strict));
    const generated = row.hidden === 2n || row.hidden === 3n;
    const constant = constantOf(row.type, table.strict, row.dflt_value);
    const column = { name: row.name, keyPart: Number(row.pk), nullable, defaultText: row.dflt_value };
    return {
      name: row.name,
      type: row.type,
      nullable,
      collation: collationNamed(collations.get(foldName(row.name)) ?? 'BINARY'),
      generated,
      hasDefault: row.dflt_value !== null,
      keyPart: column.keyPart,
      ...(constant === undefined ? {} : { default: constant }),
      ...(generated ? {} : { add: additionOf(column, origin) }),
    };
  });
}

/** A single INTEGER key that may be the row's own number; `describeKey` makes sure by the absence of an index. */
function isRowidKey(rows: readonly XinfoRow[], table: CatalogTable): boolean {
  const parts = rows.filter((row) => row.pk > 0n);
  return !table.withoutRowid && parts.length === 1 && parts[0]?.type.toUpperCase() === 'INTEGER';
}

/** Column name → name of the collation written behind it in CREATE TABLE; SQLite tells it nowhere else. */
function declaredCollations(parts: Origin['parts']): Map<string, string> {
  const found = new Map<string, string>();
  for (const definition of parts) {
    const column = definition[0];
    if (!column) continue;
    let depth = 0;
    definition.forEach((token, i) => {
      if (isSign(token, '(')) depth++;
      if (isSign(token, ')')) depth--;
      const name = definition[i + 1];
      if (i > 0 && depth === 0 && isWord(token, 'COLLATE') && name) found.set(foldName(column.value), name.value);
    });
  }
  return found;
}
