import { isWord, type Token, tokenize } from '../sql.ts';
import type { Catalog } from './catalog.ts';

/** A trigger and the tables that the statements in its body write. */
export function describeTrigger(name: string, sql: string, catalog: Catalog): { name: string; writes: string[] } {
  const tokens = tokenize(sql);
  const body = tokens.slice(tokens.findIndex((token) => isWord(token, 'BEGIN')) + 1);
  const written = body.flatMap((_, i) => targetAt(body, i) ?? []);
  const tables = written.map((table) => catalog.table(table)?.name ?? table);
  return { name, writes: [...new Set(tables)].sort() };
}

/** The table that a statement writes which begins at `at`. */
function targetAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  if (isWord(token, 'INTO')) return tokens[at + 1]?.value;
  if (isWord(token, 'DELETE') && isWord(tokens[at + 1], 'FROM')) return tokens[at + 2]?.value;
  // DO UPDATE SET belongs to an upsert, whose INTO has named the table.
  if (!isWord(token, 'UPDATE') || isWord(tokens[at - 1], 'DO')) return undefined;
  return tokens[isWord(tokens[at + 1], 'OR') ? at + 3 : at + 1]?.value;
}
