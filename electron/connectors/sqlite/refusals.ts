import type { WriteResult } from '../../engine/port/connector.ts';
import { encodeKey, type Key } from '../../engine/port/key-codec.ts';
import { fieldOf, type RecordImage } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import type { BoundCollection, Row } from './bound-collection.ts';
import type { Index } from './describe/indexes.ts';
import { isSqliteError } from './errors.ts';
import { isWord, quoteName, tokenize } from './sql.ts';

export type Rejected = Extract<WriteResult, { status: 'rejected' }>;

/** What a statement was refused for, in the words of the port. `record` is what would have stood there. */
export function rejectionOf(error: unknown, collection: BoundCollection, record: RecordImage, ownKey: Key): Rejected {
  const message = error instanceof Error ? error.message : String(error);
  const code = isSqliteError(error) ? error.code : '';
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case 'SQLITE_CONSTRAINT_ROWID':
      return uniqueRejection(message, collection, record, ownKey);
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return { status: 'rejected', code: 'not-null', detail: message, ...fieldIn(message, collection) };
    case 'SQLITE_CONSTRAINT_CHECK':
      return { status: 'rejected', code: 'check', detail: message };
    case 'SQLITE_CONSTRAINT_DATATYPE':
    case 'SQLITE_MISMATCH':
      return { status: 'rejected', code: 'type', detail: message, ...fieldIn(message, collection) };
    case 'SQLITE_TOOBIG':
      return { status: 'rejected', code: 'too-large', detail: message };
    default:
      if (error instanceof RangeError) return { status: 'rejected', code: 'too-large', detail: message };
      return { status: 'rejected', code: 'other', detail: message };
  }
}

/** SQLite ends its text with "table.column"; a column's name may hold any character, so the table's is cut off. */
function fieldIn(message: string, collection: BoundCollection): { field?: string } {
  const physical = columnsIn(message, collection)[0];
  const at = collection.columns.indexOf(physical ?? '');
  const name = at < 0 ? undefined : collection.names[at];
  return name === undefined ? {} : { field: name };
}

function columnsIn(message: string, { table }: BoundCollection): string[] {
  const prefix = `${table.name}.`;
  const from = message.indexOf(prefix);
  return from < 0 ? [] : message.slice(from + prefix.length).split(`, ${prefix}`);
}

function uniqueRejection(message: string, collection: BoundCollection, record: RecordImage, ownKey: Key): Rejected {
  const base: Rejected = { status: 'rejected', code: 'unique', detail: message };
  const index = indexIn(message, collection);
  if (!index) return base;
  const owner = ownerOf(index, collection, record, ownKey);
  const places = index.fields.map((field) => (field === null ? -1 : collection.columns.indexOf(field)));
  const field = places.length === 1 ? collection.names[places[0] ?? -1] : undefined;
  return {
    ...base,
    index: index.name,
    ...(owner === undefined ? {} : { ownerKey: owner }),
    ...(field === undefined ? {} : { field }),
  };
}

/** Which index the text means: by name, or by its columns. */
function indexIn(message: string, collection: BoundCollection): Index | undefined {
  const { indexes } = collection.table;
  const named = /index '(.*)'$/s.exec(message)?.[1];
  if (named !== undefined) return indexes.find((index) => index.name === named);
  const columns = columnsIn(message, collection).join('\0');
  return indexes.find((index) => index.isUnique && index.fields.join('\0') === columns);
}

/** The record that holds the unique value already. */
function ownerOf(index: Index, collection: BoundCollection, record: RecordImage, ownKey: Key): Key | undefined {
  const values = valuesUnder(index, collection, record);
  return values && findOwners(collection, index.fields, index, { values, limit: 2 }).find((key) => key !== ownKey);
}

/** `undefined` if the record does not say all of them: an expression, or a field that is not mapped. */
function valuesUnder(index: Index, collection: BoundCollection, record: RecordImage): Value[] | undefined {
  const values = index.fields.map((field) => {
    const at = field === null ? -1 : collection.columns.indexOf(field);
    return fieldOf(record, collection.names[at] ?? '');
  });
  return values.includes(undefined) ? undefined : (values as Value[]);
}

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
  const statement = collection.statement(ownerSql(collection, columns, index));
  const rows = statement.all(...values, limit) as Row[];
  return rows.map((row) => encodeKey(row, collection.collations)).sort();
}

function ownerSql(collection: BoundCollection, columns: readonly (string | null)[], index: Index | undefined): string {
  const terms = columns.map((name) => {
    const at = index ? index.fields.indexOf(name) : -1;
    const declared = collection.table.columns.find((column) => column.name === name)?.collation;
    const wanted = index?.collations[at] ?? declared;
    const collate =
      wanted === declared || wanted === 'unknown' || wanted === undefined ? '' : ` COLLATE ${wanted.toUpperCase()}`;
    return `${quoteName(name ?? '')}${collate} = ?`;
  });
  const present = collection.keyTerms.map((term) => `${term} IS NOT NULL`);
  const partial = index?.partial ? partialCondition(collection, index) : undefined;
  const where = [...terms, ...present, ...(partial === undefined ? [] : [`(${partial})`])].join(' AND ');
  const keys = collection.keyAt.map((at) => quoteName(collection.columns[at] ?? '')).join(', ');
  return `SELECT ${keys} FROM ${collection.quotedTable} WHERE ${where} LIMIT ?`;
}

/** What stands behind WHERE in CREATE INDEX; records outside it do not own the value. */
function partialCondition({ table }: BoundCollection, index: Index): string | undefined {
  const sql = table.create.find((statement) => {
    const tokens = tokenize(statement);
    return tokens.some((token) => token.value === index.name) && tokens.some((token) => isWord(token, 'INDEX'));
  });
  const where = tokenize(sql ?? '').find((token) => isWord(token, 'WHERE'));
  return sql === undefined || !where ? undefined : sql.slice(where.end);
}
