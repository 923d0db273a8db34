import { keyBytes } from '../port/key-codec.ts';
import { packEncoded } from './blobs.ts';
import type { StateChange } from './change.ts';
import type { Limits, Statements } from './statements.ts';

/** So many records a statement; what a call of the driver costs by itself is then shared by them. */
const ROWS = 20;

const insertOf = (rows: number): string =>
  `INSERT OR REPLACE INTO base(pair, coll, key, hash, doc, vec) SELECT ?, ?, column1, column2, column3, column4 FROM (VALUES ${Array(rows).fill('(?, ?, ?, ?)').join(', ')})`;
const [one, many] = [insertOf(1), insertOf(ROWS)];

/** Records without a base so far, in their stored form; answers their keys and hashes. */
export function insertBase(
  db: Statements,
  pair: number,
  { collection, rows }: NonNullable<StateChange['agreed']>,
  limits: Limits,
): { readonly key: Buffer; readonly hash: Buffer }[] {
  const written = rows.map(({ key, encoded, hash }) => {
    const { doc, vec } = packEncoded(encoded, hash, limits.keepDocBytes);
    return { key: keyBytes(key), hash, doc, vec };
  });
  const whole = written.length - (written.length % ROWS);
  for (let at = 0; at < written.length; at += at < whole ? ROWS : 1) {
    const page = written.slice(at, at < whole ? at + ROWS : at + 1);
    const values = page.flatMap(({ key, hash, doc, vec }) => [key, hash, doc, vec]);
    db.run(at < whole ? many : one, pair, collection, ...values);
  }
  return written;
}
