import { keyBytes } from '../port/key-codec.ts';
import { hashRecord } from '../port/record-codec.ts';
import type { State } from '../port/record.ts';
import { packState, packWholeBase } from './blobs.ts';
import { OPEN, type Statements } from './statements.ts';
import type { StateChange } from './change.ts';
import type { HoldRow, ItemPatch, PutItem, Wait } from './waiting.ts';

const hash = (state: State): Buffer | null => state && hashRecord(state);

/** Conflict items and holds. One open item per key: opening a second gives the first a new content and generation. */
export function commitItems(db: Statements, pair: number, change: StateChange): void {
  for (const patch of change.patchItems ?? []) patchItem(db, pair, patch);
  for (const item of change.putItems ?? []) putItem(db, pair, item);
  for (const { collection, key } of change.dropHolds ?? [])
    db.run('DELETE FROM hold WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key));
  for (const hold of change.putHolds ?? []) putHold(db, pair, hold);
}

function putItem(db: Statements, pair: number, item: PutItem): void {
  const shared = [
    item.kind,
    item.generation,
    JSON.stringify(item.fields),
    packWholeBase(item.base),
    packState(item.a),
    packState(item.b),
    hash(item.a),
    hash(item.b),
    item.reason,
    JSON.stringify(item.extra),
  ];
  const open = db.get<{ id: number }>(
    `SELECT id FROM item WHERE pair = ? AND coll = ? AND key = ? AND ${OPEN}`,
    pair,
    item.collection,
    keyBytes(item.key),
  );
  let id = open?.id;
  if (id === undefined) {
    const { lastInsertRowid } = db.run(
      `INSERT INTO item(kind, gen, fields, base, a, b, ha, hb, reason, extra, pair, coll, key, at, run, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`,
      ...shared,
      pair,
      item.collection,
      keyBytes(item.key),
      item.at,
      item.run,
    );
    id = Number(lastInsertRowid);
  } else {
    db.run(
      "UPDATE item SET kind = ?, gen = ?, fields = ?, base = ?, a = ?, b = ?, ha = ?, hb = ?, reason = ?, extra = ?, state = 'open' WHERE id = ?",
      ...shared,
      id,
    );
  }
  setWaits(db, pair, id, item.waits);
}

function setWaits(db: Statements, pair: number, item: number, waits: readonly Wait[]): void {
  db.run('DELETE FROM wait WHERE item = ?', item);
  for (const { collection, key, seenA, seenB } of waits) {
    db.run(
      'INSERT OR REPLACE INTO wait(item, pair, coll, key, ha, hb) VALUES (?, ?, ?, ?, ?, ?)',
      item,
      pair,
      collection,
      keyBytes(key),
      seenA,
      seenB,
    );
  }
}

function patchItem(db: Statements, pair: number, patch: ItemPatch): void {
  const set = (column: string, value: unknown): void => {
    if (value !== undefined) db.run(`UPDATE item SET ${column} = ? WHERE id = ?`, value, patch.id);
  };
  set('run', patch.run);
  set('at', patch.at);
  set('reason', patch.reason);
  set('state', patch.state);
  set('gen', patch.generation);
  set('extra', patch.extra && JSON.stringify(patch.extra));
  set('notes', patch.notes);
  set('strategy', patch.strategy);
  set('resolved_by', patch.resolvedBy);
  set('resolved_at', patch.resolvedAt);
  if (patch.waits) setWaits(db, pair, patch.id, patch.waits);
  if (patch.state === 'resolved' || patch.state === 'vanished') db.run('DELETE FROM wait WHERE item = ?', patch.id);
}

function putHold(db: Statements, pair: number, hold: HoldRow): void {
  db.run(
    'INSERT OR REPLACE INTO hold(pair, coll, key, fields, a, b, ha, hb, edited, run, at, gen, kept, kept_by, kept_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    pair,
    hold.collection,
    keyBytes(hold.key),
    JSON.stringify(hold.fields),
    packState(hold.a),
    packState(hold.b),
    hash(hold.a),
    hash(hold.b),
    JSON.stringify(hold.edited),
    hold.run,
    hold.at,
    hold.generation,
    hold.kept ? 1 : 0,
    hold.kept?.by ?? '',
    hold.kept?.at ?? 0,
  );
}
