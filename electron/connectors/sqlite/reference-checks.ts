import type { ForeignKey } from '../../engine/port/schema.ts';
import type { Value } from '../../engine/port/value.ts';
import type { BoundCollection, Row } from './bound-collection.ts';
import type { TableInfo } from './describe/table-info.ts';
import { quoteName } from './sql.ts';

/** A foreign key as one table sees it, ready to be asked in the transaction of a write. */
export interface ReferenceCheck {
  readonly reference: string;
  /** Physical columns of this table that take part. */
  readonly columns: readonly string[];
  readonly sql: string;
}

/** Everything about references that a write to one table can break. Broken ones that it does not touch are not asked. */
export interface ReferenceChecks {
  /** Does the record under this key miss a parent? Parameters: the key. */
  readonly outgoing: readonly ReferenceCheck[];
  /** Do records still refer to these values, which no parent has any more? Parameters: the values, twice. */
  readonly incoming: readonly ReferenceCheck[];
}

/**
 * Judged here and not by SQLite, whose own enforcement would cascade (L3). `tables` are all tables of the side, for a
 * record that nobody syncs can still refer to one that is. A reference to a table that does not exist means nothing.
 */
export function referenceChecks(collection: BoundCollection, tables: readonly TableInfo[]): ReferenceChecks {
  const own = collection.table.name;
  const names = new Set(tables.map((table) => table.name));
  return {
    outgoing: collection.table.references
      .filter((reference) => names.has(reference.parent))
      .map((reference) => outgoing(collection, reference)),
    incoming: tables.flatMap((child) =>
      child.references
        .filter((reference) => reference.parent === own)
        .map((reference) => incoming(child, collection, reference)),
    ),
  };
}

/** The parent's column stands on the left, so its collation decides, as in SQLite's own check. */
function outgoing(collection: BoundCollection, reference: ForeignKey): ReferenceCheck {
  const present = reference.fields.map((field) => `c.${quoteName(field)} IS NOT NULL`);
  const match = reference.fields.map((field, i) => `p.${column(reference.parentFields[i])} = c.${quoteName(field)}`);
  const key = collection.keyTerms.map((term) => `c.${term} = ?`);
  return {
    reference: reference.name,
    columns: reference.fields,
    sql:
      `SELECT 1 FROM ${collection.quotedTable} c WHERE ${[...key, ...present].join(' AND ')} ` +
      `AND NOT EXISTS (SELECT 1 FROM ${quoteName(reference.parent)} p WHERE ${match.join(' AND ')})`,
  };
}

function incoming(child: TableInfo, parent: BoundCollection, reference: ForeignKey): ReferenceCheck {
  const match = reference.fields.map((field, i) => {
    const declared =
      parent.table.columns.find((candidate) => candidate.name === reference.parentFields[i])?.collation ?? 'binary';
    const own = child.columns.find((candidate) => candidate.name === field)?.collation;
    return `c.${quoteName(field)} = ?${declared === own || declared === 'unknown' ? '' : ` COLLATE ${declared.toUpperCase()}`}`;
  });
  const still = reference.parentFields.map((field) => `p.${column(field)} = ?`);
  return {
    reference: reference.name,
    columns: reference.parentFields,
    sql:
      `SELECT 1 FROM ${quoteName(child.name)} c WHERE ${match.join(' AND ')} ` +
      `AND NOT EXISTS (SELECT 1 FROM ${parent.quotedTable} p WHERE ${still.join(' AND ')}) LIMIT 1`,
  };
}

const column = (name: string | undefined): string => quoteName(name ?? 'rowid');

/** The values under which others refer to the record of `key`, read before it is changed. */
export function referredValues(
  collection: BoundCollection,
  check: ReferenceCheck,
  key: readonly Value[],
): Row | undefined {
  const list = check.columns.map(quoteName).join(', ');
  const sql = `SELECT ${list} FROM ${collection.quotedTable} WHERE ${collection.whereKey}`;
  return collection.statement(sql).get(...key) as Row | undefined;
}
