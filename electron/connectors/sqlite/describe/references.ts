import type { Database } from 'better-sqlite3';
import type { ForeignKey } from '../../../engine/port/schema.ts';
import { foldName } from '../sql.ts';
import type { Catalog } from './catalog.ts';

interface ForeignKeyRow {
  readonly id: bigint;
  readonly table: string;
  readonly from: string;
  readonly to: string | null;
  readonly on_update: string;
  readonly on_delete: string;
}

/** `fields` as they are declared; a parent named without fields means its primary key. */
export function readReferences(db: Database, table: string, catalog: Catalog): ForeignKey[] {
  const rows = db
    .prepare<[string], ForeignKeyRow>('SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq')
    .all(table);
  const byId = Map.groupBy(rows, (row) => row.id);
  return [...byId.values()].flatMap((parts) => {
    const first = parts[0];
    return first ? [describeReference(db, table, parts, catalog.table(first.table)?.name ?? first.table)] : [];
  });
}

function describeReference(db: Database, table: string, parts: readonly ForeignKeyRow[], parent: string): ForeignKey {
  const fields = parts.map((part) => actualName(db, table, part.from));
  const named = parts.map((part) => part.to);
  const key = db
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
    .pluck()
    .all(parent);
  const parentFields = named.map((name, i) => (name === null ? (key[i] ?? 'rowid') : actualName(db, parent, name)));
  return {
    name: `${table}(${fields.join(', ')}) → ${parent}(${parentFields.join(', ')})`,
    fields,
    parent,
    parentFields,
    onDelete: parts[0]?.on_delete.toLowerCase() ?? 'no action',
    onUpdate: parts[0]?.on_update.toLowerCase() ?? 'no action',
  };
}

/** The name as the table writes it; a reference may write it in another case. */
function actualName(db: Database, table: string, name: string): string {
  const names = db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table);
  return names.find((candidate) => foldName(candidate) === foldName(name)) ?? name;
}
