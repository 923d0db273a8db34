import type { State } from '../port/record.ts';
import { keyBytes } from '../port/key-codec.ts';
import { insertBase } from './agreed.ts';
import { packAction, packBase, packState, packWholeBase } from './blobs.ts';
import { commitBrakes, countAnew } from './commit-brakes.ts';
import { commitItems } from './commit-items.ts';
import { spread, writeCopied } from './copied.ts';
import { commitStamps, switchStamps } from './stamps.ts';
import { KeptBytes } from './kept-bytes.ts';
import { OF_ITS_OWN, OPEN, type Statements } from './statements.ts';
import type { CommitResult, StateChange } from './change.ts';
import type { Limits } from './store.ts';
import type { NewAction, PairPatch } from './stored.ts';

/** Applies one change inside the caller's transaction. The order of the parts is fixed, so that one change can hold them all. */
export function applyChange(db: Statements, pair: number, change: StateChange, limits: Limits): CommitResult {
  const run = change.newRun ? newRun(db, pair, change.newRun) : 0;
  if (change.setAside) setAside(db, pair);
  if (change.forgetWaited) db.run('DELETE FROM waited WHERE pair = ?', pair);
  for (const { collection, key } of change.leaveWaiting ?? [])
    db.run('INSERT OR IGNORE INTO waited(pair, coll, key) VALUES (?, ?, ?)', pair, collection, keyBytes(key));
  for (const collection of change.forget ?? []) forget(db, pair, collection);
  if (change.pair?.stamps !== undefined) switchStamps(db, pair, change.pair.stamps);
  if (change.pair) patchPair(db, pair, change.pair);
  const gens = commitKeys(db, pair, change);
  const kept = new KeptBytes(db, pair, limits);
  commitBase(db, pair, change, kept);
  commitDrift(db, pair, change);
  commitItems(db, pair, change);
  const actions = commitPlan(db, pair, change);
  const journal = commitJournal(db, pair, change);
  if (change.agreed) insertBase(db, pair, change.agreed, kept);
  if (change.copied) writeCopied(db, pair, change.copied, insertBase(db, pair, change.copied, kept));
  kept.save();
  const brakes = commitBrakes(db, pair, change);
  if (change.countAnew) countAnew(db, pair, change.countAnew);
  commitHistory(db, pair, change);
  commitStamps(db, pair, change);
  return { run, actions, journal, brakes, gens };
}

function newRun(
  db: Statements,
  pair: number,
  { trigger, who, at, traceless }: NonNullable<StateChange['newRun']>,
): number {
  const { lastInsertRowid } = db.run(
    "INSERT INTO run(pair, status, trig, who, started, report) VALUES (?, 'running', ?, ?, ?, ?)",
    pair,
    trigger,
    who,
    at,
    traceless ? TRACELESS : '{}',
  );
  return Number(lastInsertRowid);
}

/** In place of a report, which such a run never has. */
const TRACELESS = '{"traceless":true}';

function closeRuns(db: Statements, pair: number, { at, report }: NonNullable<StateChange['closeRuns']>): void {
  const traceless = db.all<{ id: number }>(
    "SELECT id FROM run WHERE pair = ? AND status = 'running' AND report = ? ORDER BY id DESC",
    pair,
    TRACELESS,
  );
  for (const { id } of traceless) dropRun(db, id);
  db.run(
    "UPDATE run SET status = 'failed', ended = ?, report = ? WHERE pair = ? AND status = 'running'",
    at,
    report,
    pair,
  );
}

/** The number of the last run is free again: a gap in the history looks like something hidden. */
function dropRun(db: Statements, id: number): void {
  db.run('DELETE FROM run WHERE id = ?', id);
  db.run("UPDATE sqlite_sequence SET seq = ? WHERE name = 'run' AND seq = ?", id - 1, id);
}

function setAside(db: Statements, pair: number): void {
  const waiting = [
    'SELECT pair, coll, key FROM hold WHERE pair = ?',
    `SELECT pair, coll, key FROM item WHERE pair = ? AND ${OPEN} AND ${OF_ITS_OWN}`,
  ];
  for (const rows of waiting) db.run(`INSERT OR IGNORE INTO waited(pair, coll, key) ${rows}`, pair);
  db.run(
    'INSERT OR REPLACE INTO base_aside SELECT b.pair, p.epoch, b.coll, b.key, b.hash, b.doc, b.vec FROM base b JOIN pair p ON p.id = b.pair WHERE b.pair = ?',
    pair,
  );
  for (const table of ['base', 'hold', 'bounce', 'allowance', 'dirty', 'drift'])
    db.run(`DELETE FROM ${table} WHERE pair = ?`, pair);
  db.run('UPDATE pair SET kept = 0 WHERE id = ?', pair);
  db.run(`UPDATE item SET state = 'vanished' WHERE pair = ? AND ${OPEN}`, pair);
  db.run("UPDATE journal SET status = 'missed' WHERE pair = ? AND status = 'intended'", pair);
  db.run('DELETE FROM action WHERE pair = ?', pair);
  db.run('DELETE FROM wait WHERE pair = ?', pair);
}

function forget(db: Statements, pair: number, collection: string): void {
  for (const table of ['base', 'hold', 'bounce', 'allowance', 'braked', 'dirty', 'action', 'stamp', 'drift', 'waited'])
    db.run(`DELETE FROM ${table} WHERE pair = ? AND coll = ?`, pair, collection);
  db.run('DELETE FROM brake WHERE pair = ? AND coll = ? AND answer IS NULL', pair, collection);
  db.run("UPDATE journal SET status = 'missed' WHERE pair = ? AND coll = ? AND status = 'intended'", pair, collection);
  db.run('DELETE FROM wait WHERE item IN (SELECT id FROM item WHERE pair = ? AND coll = ?)', pair, collection);
  db.run(`UPDATE item SET state = 'vanished' WHERE pair = ? AND coll = ? AND ${OPEN}`, pair, collection);
}

const columns: Record<keyof PairPatch, string> = {
  epoch: 'epoch',
  n: 'n',
  raising: 'raising',
  batch: 'batch',
  mode: 'mode',
  identity: 'identity',
  schema: 'schema',
  auditAt: 'audit_at',
  countSince: 'count_since',
  seen: 'seen',
  keys: 'keys',
  covered: 'covered',
  made: 'made',
  stamps: 'stamps',
  marks: 'marks',
  doubted: 'doubted',
};
function patchPair(db: Statements, pair: number, patch: PairPatch): void {
  for (const name of Object.keys(patch) as (keyof PairPatch)[]) {
    const value = patch[name];
    const stored =
      typeof value === 'object' ? JSON.stringify(value) : typeof value === 'boolean' ? Number(value) : value;
    db.run(`UPDATE pair SET ${columns[name]} = ? WHERE id = ?`, stored, pair);
  }
}

function commitKeys(db: Statements, pair: number, change: StateChange): number[] {
  for (const { side, token } of change.cursors ?? [])
    db.run('INSERT OR REPLACE INTO cursor(pair, side, token) VALUES (?, ?, ?)', pair, side, token);
  for (const { collection, key, gen } of change.clean ?? []) {
    db.run(
      'DELETE FROM dirty WHERE pair = ? AND coll = ? AND key = ? AND gen = ?',
      pair,
      collection,
      keyBytes(key),
      gen,
    );
  }
  const touched = change.touch ?? [];
  if (touched.length === 0) return [];
  let gen = db.get<{ gen: number }>('SELECT gen FROM pair WHERE id = ?', pair)?.gen ?? 0;
  const gens = touched.map(({ collection, key }) => {
    db.run(
      'INSERT INTO dirty(pair, coll, key, gen) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET gen = excluded.gen',
      pair,
      collection,
      keyBytes(key),
      ++gen,
    );
    return gen;
  });
  db.run('UPDATE pair SET gen = ? WHERE id = ?', gen, pair);
  return gens;
}

function commitBase(db: Statements, pair: number, change: StateChange, kept: KeptBytes): void {
  for (const { collection, key, base } of change.setBase ?? []) {
    kept.release(collection, keyBytes(key));
    const { hash, doc, vec } = packBase(base, kept.room);
    kept.take(doc);
    db.run(
      'INSERT OR REPLACE INTO base(pair, coll, key, hash, doc, vec) VALUES (?, ?, ?, ?, ?, ?)',
      pair,
      collection,
      keyBytes(key),
      hash,
      doc,
      vec,
    );
  }
  for (const { collection, key } of change.dropBase ?? []) {
    kept.release(collection, keyBytes(key));
    db.run('DELETE FROM base WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key));
  }
  for (const { collection, key, count } of change.bounce ?? []) {
    if (count === 0)
      db.run('DELETE FROM bounce WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key));
    else
      db.run(
        'INSERT OR REPLACE INTO bounce(pair, coll, key, n) VALUES (?, ?, ?, ?)',
        pair,
        collection,
        keyBytes(key),
        count,
      );
  }
}

function commitDrift(db: Statements, pair: number, { drift = [], setBase = [], dropBase = [] }: StateChange): void {
  const put = drift.filter(({ drifts }) => drifts);
  for (const { collection, key } of put)
    db.run('INSERT OR IGNORE INTO drift(pair, coll, key) VALUES (?, ?, ?)', pair, collection, keyBytes(key));
  const ended = [...drift.filter(({ drifts }) => !drifts), ...setBase, ...dropBase];
  if (ended.length === 0 || !db.get('SELECT 1 FROM drift WHERE pair = ? LIMIT 1', pair)) return;
  for (const { collection, key } of ended)
    db.run('DELETE FROM drift WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key));
}

/** insert, update or delete, as the side will see it; `null`: the side is not written. */
function opOf(from: State, to: State | undefined): string | null {
  if (to === undefined) return null;
  if (to === null) return from === null ? null : 'delete';
  return from === null ? 'insert' : 'update';
}

function commitPlan(db: Statements, pair: number, change: StateChange): number[] {
  if (change.dropPlan !== undefined) dropPlan(db, pair, change.dropPlan);
  const ids = (change.stage?.actions ?? []).map((action) => stageOne(db, pair, change.stage?.run ?? 0, action));
  for (const { action, side, collection, index, value } of change.claims?.claims ?? []) {
    db.run(
      'INSERT OR IGNORE INTO claim(run, side, coll, idx, value, action) VALUES (?, ?, ?, ?, ?, ?)',
      change.claims?.run,
      side,
      collection,
      index,
      keyBytes(value),
      action,
    );
  }
  setActions(db, change.actionStatus ?? []);
  return ids;
}

function setActions(db: Statements, patches: NonNullable<StateChange['actionStatus']>): void {
  for (const { id, level, group } of patches) {
    if (level !== undefined) db.run('UPDATE action SET level = ? WHERE id = ?', level, id);
    if (group !== undefined) db.run('UPDATE action SET grp = ? WHERE id = ?', group, id);
  }
  for (const [status, ids] of byStatus(patches)) {
    if (status === 'done') db.run('DELETE FROM action WHERE id IN (SELECT value FROM json_each(?))', ids);
    else db.run('UPDATE action SET status = ? WHERE id IN (SELECT value FROM json_each(?))', status, ids);
  }
}

/** The ids that get each status, as a list in JSON: one statement for all of them. */
function byStatus<Status>(patches: readonly { readonly id: number; readonly status: Status }[]): Map<Status, string> {
  const found = new Map<Status, number[]>();
  for (const { id, status } of patches) {
    const ids = found.get(status);
    if (ids) ids.push(id);
    else found.set(status, [id]);
  }
  return new Map([...found].map(([status, ids]) => [status, JSON.stringify(ids)]));
}

function stageOne(db: Statements, pair: number, run: number, action: NewAction): number {
  const { lastInsertRowid } = db.run(
    "INSERT INTO action(pair, run, coll, key, gen, origin, status, level, judged, op_a, op_b, data, note) VALUES (?, ?, ?, ?, ?, ?, 'staged', ?, ?, ?, ?, ?, ?)",
    pair,
    run,
    action.collection,
    keyBytes(action.key),
    action.gen,
    action.origin,
    action.level,
    action.constrained ? 1 : 0,
    opOf(action.a, action.toA),
    opOf(action.b, action.toB),
    packAction(action),
    JSON.stringify(action.note),
  );
  return Number(lastInsertRowid);
}

function dropPlan(db: Statements, pair: number, run: number | 'all'): void {
  if (run === 'all') {
    db.run("DELETE FROM action WHERE pair = ? AND status <> 'sent'", pair);
    db.run('DELETE FROM claim WHERE run IN (SELECT id FROM run WHERE pair = ?)', pair);
    return;
  }
  db.run("DELETE FROM action WHERE pair = ? AND run = ? AND status <> 'sent'", pair, run);
  db.run('DELETE FROM claim WHERE run = ?', run);
}

function commitJournal(db: Statements, pair: number, change: StateChange): number[] {
  const { journal } = change;
  const ids = (journal?.rows ?? []).map((row) => {
    const { lastInsertRowid } = db.run(
      `INSERT INTO journal(pair, run, batch, action, coll, key, side, op, before, after, base, before_hash, after_hash, origin, status, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      pair,
      journal?.run,
      journal?.batch,
      row.action,
      row.collection,
      keyBytes(row.key),
      row.side,
      row.op,
      packState(row.before),
      packState(row.after),
      packWholeBase(row.base),
      row.beforeHash,
      row.afterHash,
      row.origin,
      journal?.status ?? 'intended',
      journal?.at,
    );
    return Number(lastInsertRowid);
  });
  for (const [status, rows] of byStatus(change.journalStatus ?? []))
    db.run(
      "UPDATE journal SET status = ? WHERE id IN (SELECT value FROM json_each(?)) AND status = 'intended'",
      status,
      rows,
    );
  for (const { run, collection, key, side } of change.undone ?? []) {
    spread(db, pair, run, collection, key);
    db.run(
      "UPDATE journal SET status = 'undone' WHERE pair = ? AND run = ? AND coll = ? AND key = ? AND side = ? AND status = 'applied'",
      pair,
      run,
      collection,
      keyBytes(key),
      side,
    );
  }
  return ids;
}

function commitHistory(db: Statements, pair: number, change: StateChange): void {
  for (const row of change.decisions ?? []) {
    db.run(
      'INSERT INTO decision(pair, run, coll, key, policy, winner, fields, lost, won, who, at, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      pair,
      row.run,
      row.collection,
      keyBytes(row.key),
      row.policy,
      row.winner,
      JSON.stringify(row.fields),
      packState(row.lost),
      packState(row.won),
      row.who,
      row.at,
      row.text,
    );
  }
  const { run, receipt } = change;
  if (change.closeRuns) closeRuns(db, pair, change.closeRuns);
  if (run)
    db.run(
      'UPDATE run SET status = ?, ended = ?, report = ? WHERE id = ?',
      run.status,
      run.endedAt,
      run.report,
      run.id,
    );
  if (change.dropRun !== undefined) dropRun(db, change.dropRun);
  if (receipt) db.run('INSERT INTO receipt(pair, at, body) VALUES (?, ?, ?)', pair, receipt.at, receipt.body);
  for (const { at, who, what, detail } of change.audit ?? [])
    db.run('INSERT INTO audit(pair, at, who, what, detail) VALUES (?, ?, ?, ?, ?)', pair, at, who, what, detail);
  if (change.pruneBefore !== undefined) prune(db, pair, change.pruneBefore);
}

/** Ids rise with time, so a look at the oldest row tells whether there is anything to do. */
function prune(db: Statements, pair: number, before: number): void {
  const oldest = db.get<{ at: number }>('SELECT at FROM journal WHERE pair = ? ORDER BY id LIMIT 1', pair);
  if (oldest && oldest.at < before)
    db.run("DELETE FROM journal WHERE pair = ? AND at < ? AND status <> 'intended'", pair, before);
  db.run('DELETE FROM copied WHERE pair = ? AND at < ?', pair, before);
  const decision = db.get<{ at: number }>('SELECT at FROM decision WHERE pair = ? ORDER BY id LIMIT 1', pair);
  if (decision && decision.at < before) db.run('DELETE FROM decision WHERE pair = ? AND at < ?', pair, before);
}
