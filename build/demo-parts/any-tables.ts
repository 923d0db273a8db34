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
  /** The condition for a record that nothing refers to, as SQL; `null`: it cannot be told by one field. */
  readonly alone: string | null;
  /** How many are so. */
  readonly countAlone: number;
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

/** Every table of the file, whether it can be kept in step or not. */
export function tableNames(path: string): readonly string[] {
  const db = new Database(path, { readonly: true });
  try {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    return db.prepare<[], string>(sql).pluck().all();
  } finally {
    db.close();
  }
}

/** The tables with these names, most records first. */
export function lookAtTables(path: string, names: readonly string[]): readonly AnyTable[] {
  const db = new Database(path, { readonly: true });
  try {
    const all = names.flatMap((name) => references(db, name));
    return names.map((name) => describe(db, name, all)).toSorted((one, other) => other.records - one.records);
  } finally {
    db.close();
  }
}

interface Reference {
  readonly child: string;
  readonly id: number;
  readonly table: string;
  readonly from: string;
  /** `null`: the key. */
  readonly to: string | null;
}

const references = (db: Database.Database, child: string): readonly Reference[] =>
  db
    .prepare<[string], Omit<Reference, 'child'>>('SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?)')
    .all(child)
    .map((one) => ({ child, ...one }));

function aloneIn(key: readonly string[], toIt: readonly Reference[]): string | null {
  const names = toIt.map(({ child, id }) => `${id} ${child}`);
  if (new Set(names).size < names.length) return null;
  const [only = '', ...more] = key;
  if (more.length > 0 && toIt.some(({ to }) => to === null)) return null;
  const conditions = toIt.map(({ child, from, to }) => {
    const field = quoteName(from);
    return `${quoteName(to ?? only)} NOT IN (SELECT ${field} FROM ${quoteName(child)} WHERE ${field} IS NOT NULL)`;
  });
  return ['1', ...conditions].join(' AND ');
}

function describe(db: Database.Database, name: string, all: readonly Reference[]): AnyTable {
  const toIt = all.filter(({ table }) => table.toLowerCase() === name.toLowerCase());
  const count = (where: string): number =>
    db
      .prepare<[], number>(`SELECT count(*) FROM ${quoteName(name)} WHERE ${where}`)
      .pluck()
      .get() ?? 0;
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
  const key = columns.filter(({ pk }) => pk > 0).map((column) => column.name);
  const alone = aloneIn(key, toIt);
  return {
    name,
    records: count('1'),
    key,
    texts: texts.map((column) => column.name).filter((column) => !bound.has(column)),
    numbers: numbers.map((column) => column.name).filter((column) => !bound.has(column)),
    unique: texts.map((column) => column.name).filter((column) => single.has(column)),
    isLeaf: toIt.length === 0,
    alone,
    countAlone: alone === null ? 0 : count(alone),
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
