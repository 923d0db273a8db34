const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The statement that keeps each value of these fields from standing in two records of the table. */
export const uniqueIndexOver = (table: string, fields: readonly string[]): string =>
  `CREATE UNIQUE INDEX ${quoted(`${table}_key`)} ON ${quoted(table)}(${fields.map(quoted).join(', ')})`;

/** How a table without a key comes to be synced, as the end of a sentence. The only place with these words. */
export const keyAdvice = (table: string): string =>
  `to sync it, make a unique index over the fields that identify a record, on both sides (${uniqueIndexOver(table, ['FIELD'])}), and name them with --key ${table}=FIELD, in pair add or in pair edit NAME --add ${table}`;
