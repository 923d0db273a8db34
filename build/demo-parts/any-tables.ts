import Database from 'better-sqlite3';

/** What the demo may do with a table it has never seen. */
export interface AnyTable {
  readonly name: string;
  readonly records: number;
  readonly key: readonly string[];
  /** Text fields that can be edited freely: in no key, no unique index, no reference. */
  readonly texts: readonly string[];
  /** Numbers that can be edited as freely. */
  readonly numbers: readonly string[];
  /** Text fields that are unique by themselves. */
  readonly unique: readonly string[];
  /** No other table refers to it. */
  readonly isLeaf: boolean;
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
  readonly hidden: number;
}
interface IndexInfo {
  readonly name: string;
  readonly unique: number;
  readonly partial: number;
}

/** The tables with these names, most records first. */
export function lookAtTables(path: string, names: readonly string[]): readonly AnyTable[] {
  const db = new Database(path, { readonly: true });
  try {
    const parents = new Set(names.flatMap((name) => references(db, name).map(({ table }) => table.toLowerCase())));
    return names.map((name) => describe(db, name, parents)).toSorted((one, other) => other.records - one.records);
  } finally {
    db.close();
  }
}

const references = (db: Database.Database, table: string) =>
  db
    .prepare<[string], { table: string; from: string }>('SELECT "table", "from" FROM pragma_foreign_key_list(?)')
    .all(table);

function describe(db: Database.Database, name: string, parents: ReadonlySet<string>): AnyTable {
  const columns = db
    .prepare<[string], ColumnInfo>('SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)')
    .all(name);
  const indexes = db
    .prepare<[string], IndexInfo>('SELECT name, "unique", partial FROM pragma_index_list(?)')
    .all(name)
    .filter((index) => index.unique === 1)
    .map(({ name: index, partial }) => ({ partial, fields: indexFields(db, index) }));
  const bound = new Set([...indexes.flatMap(({ fields }) => fields), ...references(db, name).map(({ from }) => from)]);
  const plain = columns.filter(({ pk, hidden }) => pk === 0 && hidden === 0);
  const texts = plain.filter(({ type }) => /CHAR|TEXT|CLOB/i.test(type));
  const numbers = plain.filter(({ type }) => /INT|REAL|NUM|DEC|FLOA|DOUB/i.test(type));
  const single = new Set(
    indexes.flatMap(({ partial, fields }) => (partial === 0 && fields.length === 1 ? fields : [])),
  );
  return {
    name,
    records:
      db
        .prepare<[], number>(`SELECT count(*) FROM ${quoteName(name)}`)
        .pluck()
        .get() ?? 0,
    key: columns.filter(({ pk }) => pk > 0).map((column) => column.name),
    texts: texts.map((column) => column.name).filter((column) => !bound.has(column)),
    numbers: numbers.map((column) => column.name).filter((column) => !bound.has(column)),
    unique: texts.map((column) => column.name).filter((column) => single.has(column)),
    isLeaf: !parents.has(name.toLowerCase()),
  };
}

const indexFields = (db: Database.Database, index: string): string[] =>
  db
    .prepare<[string], string | null>('SELECT name FROM pragma_index_info(?)')
    .pluck()
    .all(index)
    .filter((field) => field !== null);

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The condition that names the record at this place in the order of its key, written as SQL. */
export function recordAt(path: string, { name, key }: AnyTable, place: number): string {
  const db = new Database(path, { readonly: true });
  try {
    const fields = key.map(quoteName);
    const quoted = fields.map((field) => `quote(${field})`).join(', ');
    const sql = `SELECT ${quoted} FROM ${quoteName(name)} ORDER BY ${fields.join(', ')} LIMIT 1 OFFSET ?`;
    const values = db.prepare<[number], string[]>(sql).raw().get(place) ?? [];
    return fields.map((field, i) => `${field} = ${values[i] ?? 'NULL'}`).join(' AND ');
  } finally {
    db.close();
  }
}
