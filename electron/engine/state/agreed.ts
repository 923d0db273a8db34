import { keyBytes } from '../port/key-codec.ts';
import { packEncoded } from './blobs.ts';
import type { StateChange } from './change.ts';
import type { KeptBytes } from './kept-bytes.ts';
import type { Statements } from './statements.ts';

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
  kept: KeptBytes,
): { readonly key: Buffer; readonly hash: Buffer }[] {
  const keys = rows.map(({ key }) => keyBytes(key));
  const [first, last] = [keys[0], keys.at(-1)];
  if (first && last && !kept.isClear(collection, first, last)) for (const key of keys) kept.release(collection, key);
  const written = rows.map(({ encoded, hash }, i) => {
    const { doc, vec } = packEncoded(encoded, hash, kept.room);
    kept.take(doc);
    return { key: keys[i] as Buffer, hash, doc, vec };
  });
  const whole = written.length - (written.length % ROWS);
  for (let at = 0; at < written.length; at += at < whole ? ROWS : 1) {
    const page = written.slice(at, at < whole ? at + ROWS : at + 1);
    const values = page.flatMap(({ key, hash, doc, vec }) => [key, hash, doc, vec]);
    db.run(at < whole ? many : one, pair, collection, ...values);
  }
  return written;
}
