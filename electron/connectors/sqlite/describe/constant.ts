import Database from 'better-sqlite3';
import type { Value } from '../../../engine/port/value.ts';
import { affinityOf, type Affinity } from '../../../../shared/model/affinity.ts';
import { isSign, isWord, tokenize } from '../sql.ts';

const TYPES: Readonly<Record<Affinity, string>> = {
  integer: 'INTEGER',
  numeric: 'NUMERIC',
  real: 'REAL',
  text: 'TEXT',
  none: 'BLOB',
};

/** Is the DEFAULT one literal, so that it is the same for every record? */
export function isLiteral(text: string): boolean {
  const tokens = tokenize(text);
  const [first] = tokens;
  const at = isSign(first, '+') || isSign(first, '-') ? 1 : 0;
  const value = tokens[at];
  if (tokens.length !== at + 1 || value === undefined) return false;
  if (value.kind === 'number') return true;
  return at === 0 && (value.kind === 'text' || ['NULL', 'TRUE', 'FALSE'].some((word) => isWord(value, word)));
}

const known = new Map<string, Value | undefined>();

/** What a column of this type holds by its DEFAULT; `undefined` where that is NULL, or computed for each record. */
export function constantOf(type: string, strict: boolean, text: string | null): Value | undefined {
  if (text === null || !isLiteral(text)) return undefined;
  const affinity = TYPES[affinityOf(type, strict)];
  const name = `${affinity} ${text}`;
  if (!known.has(name)) known.set(name, stored(affinity, text));
  return known.get(name);
}

/** SQLite itself says what it would store; a literal can do nothing else. */
function stored(affinity: string, literal: string): Value | undefined {
  const scratch = new Database(':memory:');
  try {
    scratch.defaultSafeIntegers(true);
    scratch.exec(`CREATE TABLE one(value ${affinity} DEFAULT ${literal}); INSERT INTO one DEFAULT VALUES`);
    return scratch.prepare<[], Value>('SELECT value FROM one').pluck().get() ?? undefined;
  } finally {
    scratch.close();
  }
}
