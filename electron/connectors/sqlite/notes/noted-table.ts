import type { BoundCollection } from '../bound-collection.ts';
import { isSign, isWord, quoteName, tokenize } from '../sql.ts';
import { NOTES_TABLE } from '../own-tables.ts';

/** So many notes are kept where nobody reads them; from then on none is written, and a comparison takes their place. */
export const MOST_NOTES = 100_000;

const KEY_COLUMNS = ['k0', 'k1', 'k2', 'k3'] as const;

/** A table whose changed keys are noted: its triggers, and what has to be counted beside them. */
export interface NotedTable {
  readonly collection: BoundCollection;
  /** By name. */
  readonly triggers: ReadonlyMap<string, string>;
  /**
   * REPLACE can take a row away under another index than that of the key, for which SQLite runs no trigger: how many
   * rows there are has to fit what was noted.
   */
  readonly counted: boolean;
  /** The columns of a note in which its key stands. */
  readonly keyColumns: readonly string[];
}

/** Why triggers cannot tell of all that changes in the table; '' where they can. */
export function whyNotNoted(collection: BoundCollection): string {
  const { table, keyAt, nullableKeys } = collection;
  if (keyAt.length > KEY_COLUMNS.length) return `the key of ${table.name} has more than four columns`;
  if (table.create.some(mayHide))
    return `a trigger of ${table.name} says RAISE(IGNORE), which keeps others from running`;
  if (isCounted(collection) && nullableKeys.length > 0)
    return `${table.name} takes NULL in its key, and has another unique index, under which REPLACE takes rows away unseen`;
  return '';
}

export function notedTable(collection: BoundCollection, most: number): NotedTable {
  const counted = isCounted(collection);
  return {
    collection,
    counted,
    keyColumns: KEY_COLUMNS.slice(0, collection.keyAt.length),
    triggers: new Map(statementsFor(collection, counted, most)),
  };
}

/** RAISE(IGNORE) after a row was changed ends the statement and every trigger that has not run yet, and leaves the row. */
function mayHide(statement: string): boolean {
  const tokens = tokenize(statement);
  if (!isWord(tokens[0], 'CREATE') || !tokens.slice(1, 3).some((token) => isWord(token, 'TRIGGER'))) return false;
  return tokens.some(
    (token, i) => isWord(token, 'RAISE') && isSign(tokens[i + 1], '(') && isWord(tokens[i + 2], 'IGNORE'),
  );
}

/** Is there anything unique beside the key? */
export function isCounted({ table, columns, keyAt }: BoundCollection): boolean {
  const key = keyAt.map((at) => columns[at] ?? '');
  const isKey = (fields: readonly (string | null)[]): boolean =>
    fields.length === key.length && key.every((column) => fields.includes(column));
  const rowNumber = table.autoKey ? table.columns.filter(({ keyPart }) => keyPart === 1).map(({ name }) => name) : null;
  return (
    (rowNumber !== null && !isKey(rowNumber)) ||
    table.indexes.some(({ isUnique, partial, fields }) => isUnique && (partial || !isKey(fields)))
  );
}

function statementsFor(
  { table, columns, keyAt, keyTerms, quotedTable }: BoundCollection,
  counted: boolean,
  most: number,
): [string, string][] {
  const key = keyAt.map((at) => quoteName(columns[at] ?? ''));
  const notes = quoteName(NOTES_TABLE);
  const into = `INSERT INTO ${notes} (t, had, ${KEY_COLUMNS.slice(0, key.length).join(', ')})`;
  const name = `'${table.name.replaceAll("'", "''")}'`;
  const has = (row: 'NEW' | 'OLD'): string => key.map((column) => `${row}.${column}`).join(', ');
  const room = `(SELECT max(seq) FROM ${notes}) - (SELECT min(seq) FROM ${notes}) < ${most}`;
  const trigger = (event: string, moment: string, when: string, body: string): [string, string] => {
    const called = `${NOTES_TABLE} ${event} ${table.name}`;
    return [called, `CREATE TRIGGER ${quoteName(called)} ${moment} ON ${quotedTable} WHEN ${when} BEGIN ${body} END`];
  };
  const moved = key.map((column) => `NEW.${column} IS NOT OLD.${column} COLLATE BINARY`).join(' OR ');
  const here = keyTerms.map((term, i) => `${term} = NEW.${key[i] ?? ''}`).join(' AND ');
  const all = [
    trigger('insert', 'AFTER INSERT', room, `${into} VALUES (${name}, 0, ${has('NEW')});`),
    trigger(
      'update',
      'AFTER UPDATE',
      room,
      `${into} VALUES (${name}, 1, ${has('OLD')}); ${into} SELECT ${name}, 0, ${has('NEW')} WHERE ${moved};`,
    ),
    trigger('delete', 'AFTER DELETE', room, `${into} VALUES (${name}, 1, ${has('OLD')});`),
  ];
  const before = `${room} AND EXISTS (SELECT 1 FROM ${quotedTable} WHERE ${here})`;
  return counted
    ? [...all, trigger('replace', 'BEFORE INSERT', before, `${into} VALUES (${name}, 1, ${has('NEW')});`)]
    : all;
}
