import { VISIBLE } from './reads.ts';
import { toItem, type RawItem } from './rows.ts';
import { filter, OPEN, type Statements } from './statements.ts';
import type { ItemGroup, ItemOfPair, ItemPageQuery } from './waiting.ts';

const OF_PAIRS = 'pair IN (SELECT value FROM json_each(?))';
const which = (over: boolean): string => `${over ? `NOT ${OPEN}` : OPEN} AND ${VISIBLE}`;

export const readItemGroups = (
  db: Statements,
  pairs: readonly number[],
  { over }: Pick<ItemPageQuery, 'over'>,
): ItemGroup[] =>
  db.all<ItemGroup>(
    `SELECT pair, coll AS collection, kind, count(*) AS count FROM item WHERE ${OF_PAIRS} AND ${which(over)} GROUP BY pair, coll, kind`,
    JSON.stringify(pairs),
  );

export function readItemPage(
  db: Statements,
  pairs: readonly number[],
  { over, kinds, collection, afterId, offset = 0, limit }: ItemPageQuery,
): ItemOfPair[] {
  const { where, values } = filter([
    [OF_PAIRS, JSON.stringify(pairs)],
    ['kind IN (SELECT value FROM json_each(?))', kinds && JSON.stringify(kinds)],
    ['coll = ?', collection],
    ['id > ?', afterId],
  ]);
  // Numbers first: a page far down passes over what it leaves out without reading any values.
  // And who walks through all of them comes by in their order, so that no page sorts what is left.
  const from = afterId === undefined ? 'item' : 'item NOT INDEXED';
  const ids = `SELECT id FROM ${from} WHERE ${where.join(' AND ')} AND ${which(over)} ORDER BY id LIMIT ? OFFSET ?`;
  return db
    .all<RawItem & { pair: number }>(`SELECT * FROM item WHERE id IN (${ids}) ORDER BY id`, ...values, limit, offset)
    .map((row) => ({ pair: row.pair, ...toItem(row, []) }));
}
