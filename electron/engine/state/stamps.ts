import { keyBytes, keyFromBytes } from '../port/key-codec.ts';
import type { StateChange } from './change.ts';
import type { Statements } from './statements.ts';
import type { DirtyQuery, DueStamp, KeyRef } from './stored.ts';

/** Where a record came from. What is known of it is never forgotten for what is not, nor what was made here for a way it took. */
const ORIGIN = { unknown: 0, there: 1, here: 2 } as const;
type Origin = (typeof ORIGIN)[keyof typeof ORIGIN];

/** Switched on, everything that is known is due; switched off, nothing is. */
export function switchStamps(db: Statements, pair: number, on: boolean): void {
  if (!on) db.run('DELETE FROM stamp WHERE pair = ?', pair);
  if (!on || isStamping(db, pair)) return;
  for (const table of ['base', 'item', 'hold'])
    db.run(
      `INSERT OR IGNORE INTO stamp(pair, coll, key, origin) SELECT pair, coll, key, 0 FROM ${table} WHERE pair = ?`,
      pair,
    );
}

const isStamping = (db: Statements, pair: number): boolean =>
  db.get<{ stamps: number }>('SELECT stamps FROM pair WHERE id = ?', pair)?.stamps === 1;

/** In the transaction of what makes them due, so that no crash can come in between. */
export function commitStamps(db: Statements, pair: number, change: StateChange): void {
  for (const { collection, key } of change.stamped ?? [])
    db.run('DELETE FROM stamp WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key));
  if (!isStamping(db, pair)) return;
  const due = ({ collection, key }: KeyRef, origin: Origin): void => {
    db.run(
      'INSERT INTO stamp(pair, coll, key, origin) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET origin = max(origin, excluded.origin)',
      pair,
      collection,
      keyBytes(key),
      origin,
    );
  };
  for (const ref of change.pulling ?? []) due(ref, ORIGIN.there);
  for (const ref of change.moving ?? []) due(ref, ORIGIN.here);
  for (const ref of agreedOrAsked(change)) due(ref, ORIGIN.unknown);
  for (const { id } of (change.patchItems ?? []).filter(({ state }) => state !== undefined))
    db.run('INSERT OR IGNORE INTO stamp(pair, coll, key, origin) SELECT pair, coll, key, 0 FROM item WHERE id = ?', id);
  const { agreed, copied } = change;
  for (const { key } of agreed?.rows ?? []) due({ collection: agreed?.collection ?? '', key }, ORIGIN.unknown);
  for (const { key } of copied?.rows ?? [])
    due({ collection: copied?.collection ?? '', key }, copied?.side === 'A' ? ORIGIN.there : ORIGIN.unknown);
  const applied = (change.journalStatus ?? []).filter(({ status }) => status === 'applied').map(({ id }) => id);
  if (applied.length > 0) db.run(DUE_PULLED, ORIGIN.there, JSON.stringify(applied));
}

const agreedOrAsked = ({ setBase, putItems, putHolds, dropHolds }: StateChange): readonly KeyRef[] => [
  ...(setBase ?? []),
  ...(putItems ?? []),
  ...(putHolds ?? []),
  ...(dropHolds ?? []),
];

/** New records on A that B had: what a decision or an undo puts on both sides, or back, is not from there. */
const DUE_PULLED = `INSERT INTO stamp(pair, coll, key, origin) SELECT pair, coll, key, ? FROM journal j
  WHERE id IN (SELECT value FROM json_each(?)) AND side = 'A' AND op = 'insert' AND origin <> 'undo'
    AND NOT EXISTS (SELECT 1 FROM journal o WHERE o.pair = j.pair AND o.coll = j.coll AND o.key = j.key AND o.action = j.action AND o.side = 'B')
  ON CONFLICT DO UPDATE SET origin = max(origin, excluded.origin)`;

interface RawStamp {
  coll: string;
  key: Buffer;
  origin: Origin;
}

export function readStampsDue(db: Statements, pair: number, { collections, after, limit }: DirtyQuery): DueStamp[] {
  const some = collections === null ? '' : 'AND coll IN (SELECT value FROM json_each(?))';
  const rows = db.all<RawStamp>(
    `SELECT coll, key, origin FROM stamp WHERE pair = ? AND (coll, key) > (?, ?) ${some} ORDER BY coll, key LIMIT ?`,
    pair,
    after?.collection ?? '',
    after ? keyBytes(after.key) : Buffer.alloc(0),
    ...(collections === null ? [] : [JSON.stringify(collections)]),
    limit,
  );
  return rows.map(({ coll, key, origin }) => ({
    collection: coll,
    key: keyFromBytes(key),
    remote: origin === ORIGIN.there,
    moving: origin === ORIGIN.here,
  }));
}
