import type Database from 'better-sqlite3';
import type { CollectionSpec } from '../../engine/port/connector.ts';
import { type Collation, decodeKey, encodeKey, type Key } from '../../engine/port/key-codec.ts';
import type { RecordImage } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import { type Affinity, affinityOf } from '../../../shared/model/affinity.ts';
import type { Column } from './describe/columns.ts';
import type { TableInfo } from './describe/table-info.ts';
import { quoteName } from './sql.ts';

/** Values in the order of `columns`; blobs still as the driver's buffers. */
export type Row = Value[];

/** One collection of a pair over its table: names, key, and the pieces of SQL that all statements share. */
export class BoundCollection {
  readonly spec: CollectionSpec;
  readonly table: TableInfo;
  /** Logical names by code unit; every record of this collection shares the one array. */
  readonly names: readonly string[];
  /** Physical names and affinities, in the order of `names`. */
  readonly columns: readonly string[];
  readonly affinities: readonly Affinity[];
  /** Where the parts of the key stand in a row. */
  readonly keyAt: readonly number[];
  readonly collations: readonly Collation[];
  /** `"a" = ? AND "b" = ?` under the key's collations. */
  readonly whereKey: string;
  readonly quotedTable: string;
  /** The columns of a record, in the order of `names`. */
  readonly selectList: string;
  /** The record of one key. */
  readonly selectByKey: string;
  /** The key's columns with their collations, for ORDER BY and comparisons. */
  readonly keyTerms: readonly string[];
  /** Key columns that take NULL, quoted. Records with NULL there have no key. */
  readonly nullableKeys: readonly string[];
  /** Columns beside the record in which a person may have written something: not computed, not filled by the database. */
  readonly unsynced: readonly string[];
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(db: Database.Database, spec: CollectionSpec, table: TableInfo) {
    this.#db = db;
    this.spec = spec;
    this.table = table;
    const fields = [...spec.fields].sort((a, b) => (a.name < b.name ? -1 : 1));
    const columns = fields.map((field) => columnOf(table, spec, field.physical));
    this.names = fields.map((field) => field.name);
    this.columns = columns.map((column) => column.name);
    this.affinities = columns.map((column) => affinityOf(column.type, table.strict));
    this.keyAt = spec.key.map((name) => keyPlace(this.names, spec, name));
    const keyColumns = this.keyAt.map((at) => must(columns[at], 'a key column'));
    this.collations = keyCollations(table, keyColumns, spec);
    if (!isUniqueKey(table, keyColumns, this.collations)) {
      throw mismatch(
        spec,
        `nothing keeps ${spec.key.join(', ')} from standing in two records of ${table.name}; that needs a unique index`,
      );
    }
    this.keyTerms = keyColumns.map((column, i) => collated(column, this.collations[i] ?? 'binary'));
    this.nullableKeys = keyColumns.filter((column) => column.nullable).map((column) => quoteName(column.name));
    this.unsynced = unsyncedColumns(table, this.columns);
    this.whereKey = this.keyTerms.map((term) => `${term} = ?`).join(' AND ');
    this.quotedTable = quoteName(table.name);
    this.selectList = this.columns.map(quoteName).join(', ');
    this.selectByKey = `SELECT ${this.selectList} FROM ${this.quotedTable} WHERE ${this.whereKey}`;
  }

  /** One prepared statement per text; rows come as arrays. */
  statement(sql: string): Database.Statement<unknown[], unknown> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare<unknown[], unknown>(sql);
      if (statement.reader) statement.raw();
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** False once a statement has rolled back all that was written with it. */
  get inTransaction(): boolean {
    return this.#db.inTransaction;
  }

  keyOf(row: readonly Value[]): Key {
    return encodeKey(
      this.keyAt.map((at) => row[at] as Value),
      this.collations,
    );
  }

  /** What finds the record of a key by `whereKey`. */
  keyParameters(key: Key): Value[] {
    return decodeKey(key);
  }

  image(row: Row): RecordImage {
    for (let i = 0; i < row.length; i++) {
      const value = row[i];
      if (value instanceof Uint8Array) row[i] = new Uint8Array(value.buffer, value.byteOffset, value.length);
    }
    return { names: this.names, values: row };
  }

  /** The physical name of a field; `undefined` if it is not bound. */
  columnNamed(name: string): string | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.columns[at];
  }
}

function columnOf(table: TableInfo, spec: CollectionSpec, physical: string): Column {
  const column = table.columns.find((candidate) => candidate.name === physical);
  if (!column) throw mismatch(spec, `the table ${table.name} has no field ${physical}`);
  if (column.generated) throw mismatch(spec, `the database computes ${table.name}.${physical} by itself`);
  return column;
}

function unsyncedColumns(table: TableInfo, synced: readonly string[]): string[] {
  return table.columns
    .filter(({ name, generated, hasDefault }) => !generated && !hasDefault && !synced.includes(name))
    .filter(({ keyPart }) => !(table.autoKey && keyPart === 1))
    .map(({ name }) => name);
}

function keyPlace(names: readonly string[], spec: CollectionSpec, name: string): number {
  const at = names.indexOf(name);
  if (at < 0) throw mismatch(spec, `the key field ${name} is not among its fields`);
  return at;
}

/** Those of the primary key where it is the key, else those the columns were declared with. */
function keyCollations(table: TableInfo, columns: readonly Column[], spec: CollectionSpec): Collation[] {
  if (columns.length === 0) throw mismatch(spec, 'no key is named');
  const primary = table.key;
  const isPrimary =
    primary?.fields.length === columns.length && primary.fields.every((field, i) => field === columns[i]?.name);
  if (primary && isPrimary) return [...primary.collations];
  return columns.map((column) => {
    if (column.collation === 'unknown')
      throw mismatch(spec, `the collation of ${table.name}.${column.name} is known to your own program only`);
    return column.collation;
  });
}

/** A unique index over some of the key's fields is enough, if it tells apart no more than the key does. */
function isUniqueKey(table: TableInfo, columns: readonly Column[], collations: readonly Collation[]): boolean {
  if (table.autoKey && columns.some((column) => column.keyPart === 1)) return true;
  const collationOf = new Map(columns.map((column, i) => [column.name, collations[i]]));
  return table.indexes.some(
    (index) =>
      index.isUnique &&
      !index.partial &&
      index.fields.every((field, i) => {
        const collation = field === null ? undefined : collationOf.get(field);
        return collation !== undefined && (collation === 'binary' || collation === index.collations[i]);
      }),
  );
}

/** The column compares by its own collation anyway; a collation that is written needs an index that has it as well. */
function collated(column: Column, collation: Collation): string {
  return column.collation === collation
    ? quoteName(column.name)
    : `${quoteName(column.name)} COLLATE ${collation.toUpperCase()}`;
}

export function mismatch(spec: CollectionSpec, why: string): AppError {
  return new AppError({
    code: 'schema-mismatch',
    operation: 'bind',
    subject: { collection: spec.name },
    message: `The collection ${spec.name} cannot be kept in step: ${why}.`,
    next: 'Nothing was read or written.',
    hint: 'Look at the tables of both sides. What cannot be kept in step leaves the pair with pair edit NAME --leave-out TABLE; with --add it is taken in again, with another key if --key names one.',
    retry: 'after-user-action',
  });
}
