import type { Database } from 'better-sqlite3';
import type { FieldInfo } from '../../../engine/port/schema.ts';
import type { Collation } from '../../../engine/port/key-codec.ts';
import { foldName, isSign, isWord, type Token, tokenize } from '../sql.ts';
import type { CatalogTable } from './catalog.ts';

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

export function readColumns(db: Database, table: CatalogTable, sql: string): Column[] {
  const collations = declaredCollations(sql);
  const rows = db.prepare<[string], XinfoRow>('SELECT * FROM pragma_table_xinfo(?)').all(table.name);
  const rowidKey = isRowidKey(rows, table);
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    nullable: row.notnull === 0n && !(row.pk > 0n && (rowidKey || table.withoutRowid || table.strict)),
    collation: collationNamed(collations.get(foldName(row.name)) ?? 'BINARY'),
    generated: row.hidden === 2n || row.hidden === 3n,
    hasDefault: row.dflt_value !== null,
    keyPart: Number(row.pk),
  }));
}

/** A single INTEGER key that may be the row's own number; `describeKey` makes sure by the absence of an index. */
function isRowidKey(rows: readonly XinfoRow[], table: CatalogTable): boolean {
  const parts = rows.filter((row) => row.pk > 0n);
  return !table.withoutRowid && parts.length === 1 && parts[0]?.type.toUpperCase() === 'INTEGER';
}

/** Column name → name of the collation written behind it in CREATE TABLE; SQLite tells it nowhere else. */
function declaredCollations(sql: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const definition of topLevelParts(tokenize(sql))) {
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

/** What stands between the outer parentheses, cut at its commas. */
function topLevelParts(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, ')') && --depth === 0) break;
    if (depth === 1 && isSign(token, ',')) parts.push([]);
    else if (depth > 0) parts.at(-1)?.push(token);
    if (isSign(token, '(')) depth++;
  }
  return parts;
}
