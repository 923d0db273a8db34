import { must } from '../../../shared/lib/assert.ts';
import type { Index } from './describe/indexes.ts';
import type { TableInfo } from './describe/table-info.ts';
import { foldName, isSign, isWord, tokenize, type Token } from './sql.ts';

/** What CREATE INDEX says, as far as statements can be made of it. */
export interface IndexTerms {
  /** Each indexed column or expression, without its direction. */
  readonly terms: readonly string[];
  /** What stands behind WHERE: records outside it hold no value of the index. */
  readonly condition: string | null;
  /** Columns that the terms and the condition may read. */
  readonly reads: readonly string[];
  /** Columns that the terms alone may read. */
  readonly indexed: readonly string[];
}

/** `undefined` where no statement made the index: a constraint of the table, whose columns are known by name. */
export function indexTerms(table: TableInfo, { name }: Index): IndexTerms | undefined {
  const sql = table.create.find((statement) => {
    const tokens = tokenize(statement);
    return tokens.some(({ value }) => value === name) && tokens.some((token) => isWord(token, 'INDEX'));
  });
  const tokens = tokenize(sql ?? '');
  const on = tokens.findIndex((token) => isWord(token, 'ON'));
  const open = tokens.findIndex((token, i) => i > on && isSign(token, '('));
  if (sql === undefined || on < 0 || open < 0) return undefined;
  const parts = listed(tokens, open);
  const last = must(parts.at(-1), 'a term').end;
  const rest = tokens.slice(last + 1);
  const where = rest.find((token) => isWord(token, 'WHERE'));
  const terms = parts.map(({ from, end }) => textOf(sql, tokens.slice(from, end)));
  return {
    terms,
    condition: where ? sql.slice(where.end) : null,
    reads: columnsIn(table, tokens.slice(open)),
    indexed: columnsIn(table, tokens.slice(open, last)),
  };
}

/** The places between the commas of a bracketed list; `end` of the last one is its closing bracket. */
function listed(tokens: readonly Token[], open: number): { readonly from: number; readonly end: number }[] {
  const parts: { from: number; end: number }[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < tokens.length; at++) {
    if (isSign(tokens[at], '(')) depth++;
    else if (isSign(tokens[at], ')')) depth--;
    if (depth > 1 || (depth === 1 && !isSign(tokens[at], ',')) || at === open) continue;
    parts.push({ from, end: at });
    from = at + 1;
    if (depth === 0) break;
  }
  return parts;
}

function textOf(sql: string, tokens: readonly Token[]): string {
  const last = tokens.at(-1);
  const said = isWord(last, 'ASC') || isWord(last, 'DESC') ? tokens.slice(0, -1) : tokens;
  return sql.slice(said[0]?.start ?? 0, said.at(-1)?.end ?? 0);
}

function columnsIn({ columns }: TableInfo, tokens: readonly Token[]): string[] {
  const words = new Set(
    tokens.filter(({ kind }) => kind === 'word' || kind === 'name').map(({ value }) => foldName(value)),
  );
  return columns.map(({ name }) => name).filter((name) => words.has(foldName(name)));
}
