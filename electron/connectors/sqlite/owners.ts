import { encodeKey, type Key } from '../../engine/port/key-codec.ts';
import { fieldOf, type RecordImage } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import type { BoundCollection, Row } from './bound-collection.ts';
import type { Index } from './describe/indexes.ts';
import { indexTerms } from './index-terms.ts';
import { quoteName } from './sql.ts';

interface OwnerQuery {
  readonly values: readonly Value[];
  readonly limit: number;
}

/** Keys of the records that hold `values` in `columns`, under the collations of `index` where one is given. */
export function findOwners(
  collection: BoundCollection,
  columns: readonly (string | null)[],
  index: Index | undefined,
  { values, limit }: OwnerQuery,
): Key[] {
  if (values.includes(null)) return [];
  const terms = columns.map((name) => {
    const at = index ? index.fields.indexOf(name) : -1;
    const declared = collection.table.columns.find((column) => column.name === name)?.collation;
    const wanted = index?.collations[at] ?? declared;
    const collate =
      wanted === declared || wanted === 'unknown' || wanted === undefined ? '' : ` COLLATE ${wanted.toUpperCase()}`;
    return `${quoteName(name ?? '')}${collate} = ?`;
  });
  const condition = index?.partial ? indexTerms(collection.table, index)?.condition : null;
  return keysWhere(collection, condition ? [...terms, `(${condition})`] : terms, [...values, limit]);
}

/** The records that hold what `record` would hold under the index, computed where it is an expression; none where nobody can say. */
export function holdersOf(index: Index, collection: BoundCollection, record: RecordImage): readonly Key[] {
  const limit = 2;
  if (index.fields.includes(null)) return holdersByTerms(index, collection, record, limit);
  const values = index.fields.map((field) => valueOf(collection, record, field ?? ''));
  if (values.includes(undefined)) return [];
  return findOwners(collection, index.fields, index, { values: values as Value[], limit });
}

function holdersByTerms(index: Index, collection: BoundCollection, record: RecordImage, limit: number): readonly Key[] {
  const said = indexTerms(collection.table, index);
  const values = said?.reads.map((column) => valueOf(collection, record, column)) ?? [];
  if (!said || said.reads.length === 0 || values.includes(undefined)) return [];
  const given = `(SELECT ${said.reads.map((column) => `? AS ${quoteName(column)}`).join(', ')})`;
  const terms = said.terms.map((term) => `(${term}) = (SELECT ${term} FROM ${given})`);
  const parameters = said.terms.flatMap(() => values as Value[]);
  return keysWhere(collection, said.condition === null ? terms : [...terms, `(${said.condition})`], [
    ...parameters,
    limit,
  ]);
}

/** `undefined` for a column that is no part of the pair. */
const valueOf = ({ columns, names }: BoundCollection, record: RecordImage, column: string): Value | undefined =>
  fieldOf(record, names[columns.indexOf(column)] ?? '');

function keysWhere(collection: BoundCollection, terms: readonly string[], parameters: readonly unknown[]): Key[] {
  const present = collection.keyTerms.map((term) => `${term} IS NOT NULL`);
  const keys = collection.keyAt.map((at) => quoteName(collection.columns[at] ?? '')).join(', ');
  const sql = `SELECT ${keys} FROM ${collection.quotedTable} WHERE ${[...terms, ...present].join(' AND ')} LIMIT ?`;
  const rows = collection.statement(sql).all(...parameters) as Row[];
  return rows.map((row) => encodeKey(row, collection.collations)).sort();
}
