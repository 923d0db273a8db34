import type { RunState, Strategy, Trigger } from '../../../shared/model/words.ts';
import { keyFromBytes } from '../port/key-codec.ts';
import type { SideName } from '../settings.ts';
import { toRun, type RawRun } from './rows.ts';
import type { Statements } from './statements.ts';
import type { DecidedItem, DecisionLine, RunRow, RunTally } from './stored.ts';

interface RawTally {
  id: number;
  started: number;
  status: RunState;
  cut: number;
  toA: number;
  toB: number;
  conflicts: number;
}

const writtenOn = (side: SideName): string =>
  ['insert', 'update', 'delete'].map((op) => `ifnull(report ->> '$.written.${side}.${op}', 0)`).join(' + ');

/** In the order of their numbers. */
export const readRunTallies = (
  db: Statements,
  pair: number,
  { since, afterId, limit }: { readonly since: number; readonly afterId: number; readonly limit: number },
): RunTally[] =>
  db
    .all<RawTally>(
      `SELECT id, started, status, ifnull(report ->> '$.cut', 0) AS cut, ${writtenOn('A')} AS toA, ${writtenOn('B')} AS toB,
       (SELECT ifnull(sum(value), 0) FROM json_each(report, '$.conflicts')) AS conflicts
       FROM run WHERE pair = ? AND id > ? AND started >= ? ORDER BY id LIMIT ?`,
      pair,
      afterId,
      since,
      limit,
    )
    .map(({ started, cut, ...row }) => ({ ...row, startedAt: started, cut: cut === 1 }));

export const readRunsBy = (db: Statements, pair: number, trigger: Trigger): RunRow[] =>
  db.all<RawRun>('SELECT * FROM run WHERE pair = ? AND trig = ? ORDER BY id DESC', pair, trigger).map(toRun);

interface RawLine {
  id: number;
  run: number;
  coll: string;
  key: Buffer;
  policy: string;
  winner: SideName | null;
  fields: string;
  who: string;
  at: number;
  text: string;
}

export const readDecisionLines = (
  db: Statements,
  pair: number,
  { beforeId, limit }: { readonly beforeId: number; readonly limit: number },
): DecisionLine[] =>
  db
    .all<RawLine>(
      'SELECT id, run, coll, key, policy, winner, fields, who, at, text FROM decision WHERE pair = ? AND id < ? ORDER BY id DESC LIMIT ?',
      pair,
      beforeId,
      limit,
    )
    .map(({ coll, key, fields, ...row }) => ({
      ...row,
      collection: coll,
      key: keyFromBytes(key),
      fields: JSON.parse(fields) as string[],
    }));

export const readDecidedItems = (db: Statements, pair: number, runs: readonly number[]): DecidedItem[] =>
  db
    .all<{ id: number; coll: string; key: Buffer; strategy: Strategy; notes: string; run: number }>(
      `SELECT id, coll, key, strategy, notes, extra ->> 'decidedIn' AS run FROM item
       WHERE pair = ? AND strategy IS NOT NULL AND extra ->> 'decidedIn' IN (SELECT value FROM json_each(?)) ORDER BY id`,
      pair,
      JSON.stringify(runs),
    )
    .map(({ coll, key, ...row }) => ({ ...row, collection: coll, key: keyFromBytes(key) }));

export const stillStands = (db: Statements, pair: number, run: number): boolean =>
  db.get("SELECT 1 FROM journal WHERE pair = ? AND run = ? AND status = 'applied' LIMIT 1", pair, run) !== undefined;
