import { keyBytes, keyFromBytes, keyHex, type Key } from '../port/key-codec.ts';
import { copiesOf, readCopied } from './copied.ts';
import type { SideName } from '../settings.ts';
import {
  toAction,
  toBrake,
  toDecision,
  toJournal,
  type RawAction,
  type RawBrake,
  type RawDecision,
  type RawJournal,
} from './rows.ts';
import { filter, type Statements } from './statements.ts';
import type {
  ActionCount,
  ActionQuery,
  ActionRow,
  BrakeRow,
  ClaimQuery,
  ClaimRow,
  DecisionRow,
  JournalQuery,
  JournalRow,
  KeyRef,
  Origin,
  ActionStatus,
  Allowance,
} from './stored.ts';

/** Reads of the staged plan, the journal and what hangs on them. */

export function readActions(db: Statements, pair: number, query: ActionQuery): ActionRow[] {
  const { where, values } = filter([
    ['pair = ?', pair],
    ['run = ?', query.run],
    ['coll = ?', query.collection],
    ['id > ?', query.afterId],
    ['judged = ?', query.constrained === undefined ? undefined : Number(query.constrained)],
    ['id IN (SELECT value FROM json_each(?))', query.ids && JSON.stringify(query.ids)],
  ]);
  const order = query.order === 'apply' ? 'level, grp, coll, key' : 'id';
  // A page that goes on after an id is read from there on; sorting what an index finds would read all that is left, page after page.
  const how = query.afterId === undefined ? '' : 'NOT INDEXED';
  return db
    .all<RawAction>(
      `SELECT * FROM action ${how} WHERE ${where.join(' AND ')} AND status = '${query.status}' ORDER BY ${order} LIMIT ?`,
      ...values,
      query.limit,
    )
    .map(toAction);
}

interface RawCount {
  coll: string;
  op_a: ActionCount['op'] | null;
  op_b: ActionCount['op'] | null;
  origin: Origin;
  status: ActionStatus;
  n: number;
}
export function countActions(db: Statements, pair: number, run: number): ActionCount[] {
  const rows = db.all<RawCount>(
    'SELECT coll, op_a, op_b, origin, status, count(*) AS n FROM action WHERE pair = ? AND run = ? GROUP BY 1, 2, 3, 4, 5',
    pair,
    run,
  );
  return rows.flatMap((row) => {
    const one = (side: SideName, op: ActionCount['op'] | null): ActionCount[] =>
      op === null ? [] : [{ collection: row.coll, side, op, origin: row.origin, status: row.status, count: row.n }];
    return [...one('A', row.op_a), ...one('B', row.op_b)];
  });
}

export const readLevels = (db: Statements, ids: readonly number[]): Map<number, number> =>
  new Map(
    db
      .all<{ id: number; level: number }>(
        'SELECT id, level FROM action WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify(ids),
      )
      .map(({ id, level }) => [id, level]),
  );

export function readClaims(db: Statements, run: number, { side, collection, index, values }: ClaimQuery): ClaimRow[] {
  const rows: ClaimRow[] = [];
  for (const value of values) {
    const found = db.all<{ action: number; key: Buffer }>(
      `SELECT c.action, a.key FROM claim c JOIN action a ON a.id = c.action
       WHERE c.run = ? AND c.side = ? AND c.coll = ? AND c.idx = ? AND c.value = ? AND a.status = 'staged' ORDER BY c.action`,
      run,
      side,
      collection,
      index,
      keyBytes(value),
    );
    for (const { action, key } of found) rows.push({ value, action, key: keyFromBytes(key) });
  }
  return rows;
}

export function readStaged(
  db: Statements,
  pair: number,
  run: number,
  collection: string,
  keys: readonly Key[],
): Map<Key, ActionRow> {
  const found = new Map<Key, ActionRow>();
  for (const key of keys) {
    const row = db.get<RawAction>(
      "SELECT * FROM action WHERE pair = ? AND run = ? AND coll = ? AND key = ? AND status = 'staged'",
      pair,
      run,
      collection,
      keyBytes(key),
    );
    if (row) found.set(key, toAction(row));
  }
  return found;
}

export function readJournal(db: Statements, pair: number, query: JournalQuery): JournalRow[] {
  const { where, values } = filter([
    ['pair = ?', pair],
    ['run = ?', query.run],
    ['coll = ?', query.collection],
    ['key = ?', query.key === undefined ? undefined : keyBytes(query.key)],
    ['key IN (SELECT unhex(value) FROM json_each(?))', query.keys && JSON.stringify(query.keys.map(keyHex))],
    ['status = ?', query.status],
    ['id > ?', query.afterId],
  ]);
  const rows = db.all<RawJournal>(
    `SELECT * FROM journal WHERE ${where.join(' AND ')} ORDER BY id LIMIT ?`,
    ...values,
    query.limit,
  );
  const copied = readCopied(db, pair, query);
  const both = copied.length === 0 ? rows : [...copied, ...rows].toSorted((x, y) => x.id - y.id);
  return both.slice(0, query.limit).map(toJournal);
}

/** Records, each once however often it was written. What a person decided does not count; rows found applied after a restart do, since they became `applied` then. */
export function countWritten(
  db: Statements,
  pair: number,
  collection: string,
  side: SideName,
  since: number,
  notBefore: number,
): { deletes: number; updates: number } {
  const row = db.get<{ deletes: number; updates: number }>(
    `SELECT count(DISTINCT key) FILTER (WHERE op = 'delete') AS deletes, count(DISTINCT key) FILTER (WHERE op = 'update') AS updates FROM journal
     WHERE pair = ? AND coll = ? AND side = ? AND id > ? AND op IN ('delete', 'update') AND at >= ? AND status IN ('applied', 'undone') AND origin = 'plan'`,
    pair,
    collection,
    side,
    since,
    notBefore,
  );
  return row ?? { deletes: 0, updates: 0 };
}

export function readDecisions(
  db: Statements,
  pair: number,
  query: { collection?: string; key?: Key; run?: number; limit: number },
): DecisionRow[] {
  const { where, values } = filter([
    ['pair = ?', pair],
    ['coll = ?', query.collection],
    ['key = ?', query.key === undefined ? undefined : keyBytes(query.key)],
    ['run = ?', query.run],
  ]);
  return db
    .all<RawDecision>(
      `SELECT * FROM decision WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`,
      ...values,
      query.limit,
    )
    .map(toDecision);
}

export const readBrakes = (db: Statements, pair: number, all: boolean): BrakeRow[] =>
  db
    .all<RawBrake>(
      `SELECT * FROM brake WHERE pair = ? ${all ? '' : "AND (answer IS NULL OR (answer = 'keep' AND kind <> 'drift'))"}`,
      pair,
    )
    // There are few, and preparing a sort takes the database longer than finding them.
    .sort((a, b) => a.id - b.id)
    .map(toBrake);

/** Hashes of what was there before, per key, newest first: how an older copy of a side is recognised (L6). */
export function readEarlier(
  db: Statements,
  pair: number,
  collection: string,
  keys: readonly Key[],
): Map<Key, Buffer[]> {
  const found = new Map<Key, Buffer[]>();
  const copies = copiesOf(db, pair, collection, keys);
  for (const key of keys) {
    const rows = db.all<{ before_hash: Buffer | null }>(
      "SELECT before_hash FROM journal WHERE pair = ? AND coll = ? AND key = ? AND status = 'applied' ORDER BY id DESC LIMIT 20",
      pair,
      collection,
      keyBytes(key),
    );
    const absent = Array.from({ length: copies.get(key) ?? 0 }, () => ({ before_hash: null }));
    if (rows.length + absent.length > 0)
      found.set(
        key,
        [...rows, ...absent].map((row) => row.before_hash ?? Buffer.alloc(0)),
      );
  }
  return found;
}

/**
 * The records of these collections that were inserted last on a side and not deleted there since, the newest first; first copies are left out,
 * and what a person had brought back, which that person may well delete again.
 */
export function readNewestInserts(
  db: Statements,
  pair: number,
  side: SideName,
  { collections, limit }: { readonly collections: readonly string[]; readonly limit: number },
): KeyRef[] {
  return db
    .all<{ coll: string; key: Buffer }>(
      `SELECT coll, key FROM journal j WHERE pair = ? AND side = ? AND coll IN (SELECT value FROM json_each(?)) AND op = 'insert' AND status = 'applied' AND origin NOT IN ('brake', 'undo', 'hold') AND NOT EXISTS (
         SELECT 1 FROM journal d WHERE d.pair = j.pair AND d.coll = j.coll AND d.key = j.key AND d.side = j.side AND d.id > j.id
         AND d.op = 'delete' AND d.status = 'applied') ORDER BY id DESC LIMIT ?`,
      pair,
      side,
      JSON.stringify(collections),
      limit,
    )
    .map(({ coll, key }) => ({ collection: coll, key: keyFromBytes(key) }));
}

export function readLastWritten(db: Statements, pair: number, limit: number): KeyRef[] {
  const rows = db.all<{ coll: string; key: Buffer }>(
    "SELECT coll, key FROM journal WHERE pair = ? AND status = 'applied' ORDER BY id DESC LIMIT ?",
    pair,
    limit,
  );
  return rows.map(({ coll, key }) => ({ collection: coll, key: keyFromBytes(key) }));
}

/** What a person allowed (or asked back) for these keys, where a brake had stopped them. */
export function readAllowed(
  db: Statements,
  pair: number,
  collection: string,
  keys: readonly Key[],
): Map<Key, Allowance> {
  const found = new Map<Key, Allowance>();
  if (!db.get('SELECT 1 FROM allowance WHERE pair = ? LIMIT 1', pair)) return found;
  for (const key of keys) {
    const row = db.get<Allowance>(
      'SELECT answer, side, kind, shown FROM allowance WHERE pair = ? AND coll = ? AND key = ?',
      pair,
      collection,
      keyBytes(key),
    );
    if (row) found.set(key, row);
  }
  return found;
}

/** What was agreed on last for these keys, of what was set aside, as hashes. */
export function readAside(db: Statements, pair: number, collection: string, keys: readonly Key[]): Map<Key, Buffer> {
  const found = new Map<Key, Buffer>();
  for (const key of keys) {
    const row = db.get<{ hash: Buffer }>(
      'SELECT hash FROM base_aside WHERE pair = ? AND coll = ? AND key = ? ORDER BY epoch DESC LIMIT 1',
      pair,
      collection,
      keyBytes(key),
    );
    if (row) found.set(key, row.hash);
  }
  return found;
}

/** Which of these keys waited for a person when the base was last set aside. */
export function readWaited(db: Statements, pair: number, collection: string, keys: readonly Key[]): Set<Key> {
  if (!db.get('SELECT 1 FROM waited WHERE pair = ? LIMIT 1', pair)) return new Set();
  const waits = (key: Key): boolean =>
    db.get('SELECT 1 FROM waited WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key)) !==
    undefined;
  return new Set(keys.filter(waits));
}

/** What was noted of these keys when the brake fell; nothing for those that it did not stop. */
export function readShown(db: Statements, brake: number, collection: string, keys: readonly Key[]): Map<Key, Buffer> {
  const found = new Map<Key, Buffer>();
  for (const key of keys) {
    const row = db.get<{ shown: Buffer | null }>(
      'SELECT shown FROM braked WHERE brake = ? AND coll = ? AND key = ?',
      brake,
      collection,
      keyBytes(key),
    );
    if (row?.shown) found.set(key, row.shown);
  }
  return found;
}
