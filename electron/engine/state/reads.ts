import { keyBytes, keyFromBytes, type Key } from '../port/key-codec.ts';
import type { SideName } from '../settings.ts';
import { unpackBase } from './blobs.ts';
import { toHold, toItem, toWait, type RawHold, type RawItem, type RawWait } from './rows.ts';
import { filter, OF_ITS_OWN, OPEN, type Statements } from './statements.ts';
import type { DirtyQuery, DirtyRow, ExpectedRow, Facts, KeyRef, Resting, Waiter } from './stored.ts';
import type { ConflictCounts, HoldCount } from '../reports/waiting.ts';
import type { HoldQuery, HoldRow, ItemQuery, ItemRow, Wait } from './waiting.ts';

/**
 * The mirror of a unique clash is not shown while its other half is open, and the records behind a brake not while it
 * stands, nor once they were answered there.
 */
export const VISIBLE = `NOT (ifnull(extra ->> 'mirror', 0) = 1 AND (NOT ${OPEN} OR EXISTS (SELECT 1 FROM item p WHERE p.pair = item.pair AND p.coll = item.coll
  AND p.key = unhex(item.extra ->> 'otherKey') AND p.kind = 'unique' AND p.${OPEN})))
  AND NOT (kind = 'restored' AND strategy IS NULL AND NOT ${OPEN})
  AND ${OF_ITS_OWN}`;
const OF_IDS = 'id IN (SELECT value FROM json_each(?))';
/** Of an open row that is not shown: it is not the other half of the conflict that is listed in its place, but a third record. */
const BEHIND = `ifnull(extra ->> 'mirror', 0) = 1 AND ${OF_ITS_OWN} AND EXISTS (SELECT 1 FROM item p WHERE p.pair = item.pair AND p.coll = item.coll
  AND p.key = unhex(item.extra ->> 'otherKey') AND p.kind = 'unique' AND p.${OPEN} AND unhex(p.extra ->> 'otherKey') IS NOT item.key)`;
const EMPTY = Buffer.alloc(0);
const from = (key: Key | null): Buffer => (key === null ? EMPTY : keyBytes(key));

/** As text, which the driver hands over in a third of the time that buffers take: this is read for every record there is. */
interface RawExpected {
  hexKey: string;
  /** '' = NULL. */
  hexHash: string;
}

/**
 * Base overlaid by open items and holds, in key order. The overlay is read for the same range of keys as the page of
 * the base, so that both are bounded by `limit` and by the number of parked keys in between.
 */
export function readExpected(
  db: Statements,
  pair: number,
  coll: string,
  side: SideName,
  after: Key | null,
  limit: number,
): ExpectedRow[] {
  const base = db.all<RawExpected>(
    'SELECT hex(key) AS hexKey, lower(hex(hash)) AS hexHash FROM base WHERE pair = ? AND coll = ? AND key > ? ORDER BY key LIMIT ?',
    pair,
    coll,
    from(after),
    limit,
  );
  const column = side === 'A' ? 'ha' : 'hb';
  const full = base.length === limit;
  const upTo = full ? Buffer.from((base[base.length - 1] as RawExpected).hexKey, 'hex') : null;
  const range = upTo ? 'AND key <= ?' : 'AND ? IS NULL';
  const overlay = (table: string, where: string): RawExpected[] =>
    db.all<RawExpected>(
      `SELECT hex(key) AS hexKey, lower(hex(${column})) AS hexHash FROM ${table} WHERE pair = ? AND coll = ? AND key > ? ${range} ${where} ORDER BY key`,
      pair,
      coll,
      from(after),
      upTo,
    );
  const parked = [...overlay('item', `AND ${OPEN}`), ...overlay('hold', '')];
  if (parked.length === 0) return base.map(toExpected);
  const merged = new Map(base.map((row) => [row.hexKey, row]));
  for (const row of parked) merged.set(row.hexKey, row);
  return [...merged.values()].sort((a, b) => (a.hexKey < b.hexKey ? -1 : 1)).map(toExpected);
}
const toExpected = ({ hexKey, hexHash }: RawExpected): ExpectedRow => ({
  key: keyFromBytes(Buffer.from(hexKey, 'hex')),
  hash: hexHash === '' ? null : hexHash,
});

interface RawDirty {
  coll: string;
  key: Buffer;
  gen: number;
}
export function readDirty(db: Statements, pair: number, { collections, after, limit }: DirtyQuery): DirtyRow[] {
  const isOne = collections?.length === 1;
  const some = isOne ? 'AND coll = ?' : 'AND coll IN (SELECT value FROM json_each(?))';
  const rows = db.all<RawDirty>(
    `SELECT coll, key, gen FROM dirty WHERE pair = ? AND (coll, key) > (?, ?) ${collections ? some : ''} ORDER BY coll, key LIMIT ?`,
    pair,
    after?.collection ?? '',
    after ? keyBytes(after.key) : EMPTY,
    ...(collections ? [isOne ? collections[0] : JSON.stringify(collections)] : []),
    limit,
  );
  return rows.map((row) => ({ collection: row.coll, key: keyFromBytes(row.key), gen: row.gen }));
}

interface RawBase {
  hash: Buffer;
  doc: Buffer | null;
  vec: Buffer | null;
}
interface RawWaiter extends RawWait {
  iColl: string;
  iKey: Buffer;
}

export function readFacts(db: Statements, pair: number, coll: string, keys: readonly Key[]): Map<Key, Facts> {
  const plain = nothingParked(db, pair);
  return new Map(
    keys.map((key) => {
      const bytes = keyBytes(key);
      const row = db.get<RawBase>(
        'SELECT hash, doc, vec FROM base WHERE pair = ? AND coll = ? AND key = ?',
        pair,
        coll,
        bytes,
      );
      const base = row ? unpackBase(row) : null;
      return [key, { ...(plain ? nothing : readParkedOne(db, pair, coll, bytes)), base }];
    }),
  );
}

export function readParked(db: Statements, pair: number, coll: string, keys: readonly Key[]): Map<Key, Facts> {
  const found = new Map<Key, Facts>();
  if (nothingParked(db, pair)) return found;
  for (const key of keys) {
    const facts = readParkedOne(db, pair, coll, keyBytes(key));
    if (facts.item || facts.hold || facts.bounces > 0 || facts.waiters.length > 0) found.set(key, facts);
  }
  return found;
}

export function readResting(db: Statements, pair: number, coll: string, keys: readonly Key[]): Map<Key, Resting> {
  const found = new Map<Key, Resting>();
  for (const key of keys) {
    const resting = readRestingOne(db, pair, coll, keyBytes(key));
    if (resting.item || resting.hold) found.set(key, resting);
  }
  return found;
}

const nothing: Facts = { base: null, item: null, hold: null, bounces: 0, waiters: [] };

const nothingParked = (db: Statements, pair: number): boolean =>
  db.get<{ n: number }>(
    `SELECT EXISTS(SELECT 1 FROM item WHERE pair = ? AND ${OPEN}) + EXISTS(SELECT 1 FROM hold WHERE pair = ?) + EXISTS(SELECT 1 FROM bounce WHERE pair = ?) AS n`,
    pair,
    pair,
    pair,
  )?.n === 0;

function readRestingOne(db: Statements, pair: number, coll: string, key: Buffer): Resting {
  const item = db.get<RawItem>(
    `SELECT * FROM item WHERE pair = ? AND coll = ? AND key = ? AND ${OPEN}`,
    pair,
    coll,
    key,
  );
  const hold = db.get<RawHold>('SELECT * FROM hold WHERE pair = ? AND coll = ? AND key = ?', pair, coll, key);
  return { item: item ? (withWaits(db, [item])[0] ?? null) : null, hold: hold ? toHold(hold) : null };
}

function readParkedOne(db: Statements, pair: number, coll: string, key: Buffer): Facts {
  const bounce = db.get<{ n: number }>('SELECT n FROM bounce WHERE pair = ? AND coll = ? AND key = ?', pair, coll, key);
  return {
    base: null,
    ...readRestingOne(db, pair, coll, key),
    bounces: bounce?.n ?? 0,
    waiters: readWaiters(db, pair, coll, key),
  };
}

function readWaiters(db: Statements, pair: number, coll: string, key: Buffer): Waiter[] {
  return db
    .all<RawWaiter>(
      `SELECT w.*, i.coll AS iColl, i.key AS iKey FROM wait w JOIN item i ON i.id = w.item
       WHERE w.pair = ? AND w.coll = ? AND w.key = ? AND i.${OPEN}`,
      pair,
      coll,
      key,
    )
    .map((row) => ({ collection: row.iColl, key: keyFromBytes(row.iKey), seenA: row.ha, seenB: row.hb }));
}

/** Whole items only: the page may be longer than `limit` by the waits of its last item. */
export function readAllWaits(
  db: Statements,
  pair: number,
  afterItem: number,
  limit: number,
): { item: number; waiter: KeyRef; wait: Wait }[] {
  const rows = db.all<RawWaiter>(
    `SELECT w.*, i.coll AS iColl, i.key AS iKey FROM wait w JOIN item i ON i.id = w.item
     WHERE w.pair = ? AND w.item IN (SELECT DISTINCT item FROM wait WHERE pair = ? AND item > ? ORDER BY item LIMIT ?) AND i.${OPEN} ORDER BY w.item`,
    pair,
    pair,
    afterItem,
    limit,
  );
  return rows.map((row) => ({
    item: row.item,
    waiter: { collection: row.iColl, key: keyFromBytes(row.iKey) },
    wait: toWait(row),
  }));
}

/** The items with what they wait for, which is read for all of them at once. */
function withWaits(db: Statements, items: readonly RawItem[]): ItemRow[] {
  if (items.length === 0) return [];
  const waits = db.all<RawWait>(
    'SELECT * FROM wait WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item, coll, key',
    JSON.stringify(items.map(({ id }) => id)),
  );
  const byItem = Map.groupBy(waits, ({ item }) => item);
  return items.map((row) => toItem(row, (byItem.get(row.id) ?? []).map(toWait)));
}

export function readItems(db: Statements, pair: number, query: ItemQuery): ItemRow[] {
  // Mostly nothing waits, and this is asked many times in each pass.
  if (query.open && !db.get(`SELECT 1 FROM item WHERE pair = ? AND ${OPEN} LIMIT 1`, pair)) return [];
  const where: string[] = ['pair = ?'];
  const values: unknown[] = [pair];
  const add = (sql: string, value: unknown): void => {
    if (value === undefined) return;
    where.push(sql);
    values.push(value);
  };
  add('id = ?', query.id);
  add(OF_IDS, query.ids && JSON.stringify(query.ids));
  add('coll = ?', query.collection);
  add('kind = ?', query.kind);
  add('run = ?', query.run);
  add("extra ->> 'decidedIn' = ?", query.decidedIn);
  add('id > ?', query.afterId);
  if (query.open) where.push(OPEN);
  if (query.visible) where.push(VISIBLE);
  const rows = db.all<RawItem>(
    `SELECT * FROM item WHERE ${where.join(' AND ')} ORDER BY id LIMIT ?`,
    ...values,
    query.limit,
  );
  return withWaits(db, rows);
}

export const readItemIds = (db: Statements, pair: number, ids: readonly number[]): number[] =>
  db
    .all<{ id: number }>(
      `SELECT id FROM item WHERE pair = ? AND ${OF_IDS} AND ${VISIBLE} ORDER BY id`,
      pair,
      JSON.stringify(ids),
    )
    .map(({ id }) => id);

export const countItems = (db: Statements, pair: number): ConflictCounts =>
  db.get<ConflictCounts>(
    `SELECT count(*) FILTER (WHERE ${VISIBLE}) AS total, count(*) FILTER (WHERE ${VISIBLE} AND ${OPEN}) AS open,
      count(*) FILTER (WHERE ${OPEN} AND ${BEHIND}) AS behind FROM item WHERE pair = ?`,
    pair,
  ) ?? { total: 0, open: 0, behind: 0 };

export function readHolds(db: Statements, pair: number, query: HoldQuery): HoldRow[] {
  const { where, values } = filter([
    ['pair = ?', pair],
    ['coll = ?', query.collection],
    ['key = ?', query.key === undefined ? undefined : keyBytes(query.key)],
    ['run = ?', query.run],
  ]);
  const { after } = query;
  return db
    .all<RawHold>(
      `SELECT * FROM hold WHERE ${where.join(' AND ')} AND (coll, key) > (?, ?) ORDER BY coll, key LIMIT ?`,
      ...values,
      after?.collection ?? '',
      after ? keyBytes(after.key) : EMPTY,
      query.limit,
    )
    .map(toHold);
}

export const countHolds = (db: Statements, pair: number): HoldCount[] =>
  db.all<HoldCount>(
    'SELECT run, coll AS collection, count(*) AS count, sum(kept) AS apart FROM hold WHERE pair = ? GROUP BY run, coll ORDER BY run DESC, coll',
    pair,
  );

export const countDrift = (db: Statements, pair: number): { collection: string; count: number }[] =>
  db.all('SELECT coll AS collection, count(*) AS count FROM drift WHERE pair = ? GROUP BY coll ORDER BY coll', pair);

export const readDrifted = (
  db: Statements,
  pair: number,
  collection: string,
  after: Key | null,
  limit: number,
): Key[] =>
  db
    .all<{ key: Buffer }>(
      'SELECT key FROM drift WHERE pair = ? AND coll = ? AND key > ? ORDER BY key LIMIT ?',
      pair,
      collection,
      after === null ? EMPTY : keyBytes(after),
      limit,
    )
    .map(({ key }) => keyFromBytes(key));

/** The conditions are those of the index `run_went_through`, so that no report is read. */
export const countSyncs = (db: Statements, pair: number): number =>
  db.get<{ n: number }>(
    `SELECT count(*) AS n FROM run WHERE pair = ? AND status = 'completed' AND trig NOT IN ('resolve', 'undo', 'brake', 'hold')
     AND ifnull(json_array_length(report, '$.brakes'), 0) = 0 AND ifnull(report ->> '$.withheld', 0) = 0`,
    pair,
  )?.n ?? 0;
