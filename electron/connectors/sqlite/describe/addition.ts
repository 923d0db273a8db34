import type { FieldAddition } from '../../../engine/port/schema.ts';
import { foldName, isSign, isWord, quoteName, topLevelParts, tokenize, type Token } from '../sql.ts';
import type { CatalogEntry } from './catalog.ts';
import { isLiteral } from './constant.ts';

interface Added {
  readonly name: string;
  readonly keyPart: number;
  readonly defaultText: string | null;
  readonly nullable: boolean;
}

/** The table that a column is to be taken over from: its definition and its indexes. */
export interface Origin {
  readonly table: string;
  readonly sql: string;
  /** What stands between the outer parentheses of `sql`. */
  readonly parts: readonly (readonly Token[])[];
  readonly indexes: readonly { readonly sql: string; readonly tokens: readonly Token[] }[];
}

export const originOf = (table: string, sql: string, indexes: readonly CatalogEntry[]): Origin => ({
  table,
  sql,
  parts: topLevelParts(tokenize(sql)),
  indexes: indexes.map((index) => ({ sql: index.sql, tokens: tokenize(index.sql) })),
});

/**
 * How another table gets this column exactly as it is here. ALTER TABLE ADD COLUMN takes neither a key, nor UNIQUE, nor
 * a computed default, nor NOT NULL without a value for the records that are there.
 */
export function additionOf(column: Added, { table, sql, parts, indexes }: Origin): FieldAddition {
  const own = parts.find(([first]) => isNamed(first, column.name));
  const [first, last] = [own?.[0], own?.at(-1)];
  if (!own || !first || !last) return { why: 'its definition cannot be read' };
  const why = whyNot(column, own) ?? (inARule(column.name, parts, own) ? 'a rule of the table names it' : null);
  if (why !== null) return { why };
  return {
    statements: [
      `ALTER TABLE ${quoteName(table)} ADD COLUMN ${sql.slice(first.start, last.end)}`,
      ...indexes.filter(({ tokens }) => tokens.some((token) => isNamed(token, column.name))).map((index) => index.sql),
    ],
  };
}

const isNamed = (token: Token | undefined, name: string): boolean =>
  (token?.kind === 'word' || token?.kind === 'name') && foldName(token.value) === foldName(name);

function whyNot({ keyPart, defaultText, nullable }: Added, own: readonly Token[]): string | null {
  if (keyPart > 0) return 'it is part of the key';
  if (own.some((token) => isWord(token, 'UNIQUE'))) return 'it is UNIQUE in the definition of the table';
  if (defaultText !== null && !isLiteral(defaultText)) return 'its default is computed';
  const empty = defaultText === null || isWord(tokenize(defaultText)[0], 'NULL');
  if (!nullable && empty) return 'it takes no NULL and has no default for the records that are there';
  if (!empty && own.some((token) => isWord(token, 'REFERENCES'))) return 'it refers to another table and has a default';
  return null;
}

/** A CHECK of another column, or a constraint of the table, that would have to come along. */
function inARule(name: string, parts: readonly (readonly Token[])[], own: readonly Token[]): boolean {
  return parts.some((part) => {
    if (part === own) return false;
    let depth = 0;
    return part.some((token) => {
      if (isSign(token, '(')) depth++;
      if (isSign(token, ')')) depth--;
      return depth > 0 && isNamed(token, name);
    });
  });
}
