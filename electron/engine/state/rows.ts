import { everyOther } from '../../../shared/lib/spread.ts';
import type {
  BrakeAnswer,
  BrakeKind,
  ConflictKind,
  ItemState,
  RunState,
  Strategy,
  Trigger,
} from '../../../shared/model/words.ts';
import { keyFromBytes } from '../port/key-codec.ts';
import type { SideName } from '../settings.ts';
import { unpackAction, unpackState, unpackWholeBase } from './blobs.ts';
import type {
  ActionNote,
  ActionRow,
  ActionStatus,
  BrakeRow,
  DecisionRow,
  JournalRow,
  JournalStatus,
  Origin,
  PairRow,
  RunRow,
} from './stored.ts';
import type { HoldRow, ItemExtra, ItemRow, Wait } from './waiting.ts';

/** The rows as SQLite gives them, and their translation. Column names are those of `migrations.ts`. */
export interface RawPair {
  id: number;
  name: string;
  epoch: number;
  n: number;
  raising: number;
  batch: number;
  mode: PairRow['mode'];
  identity: string;
  schema: string;
  audit_at: number;
  count_since: string;
  seen: string;
  keys: string;
  covered: string;
  made: string;
  stamps: number;
  marks: string;
  doubted: string;
}
export const toPair = (row: RawPair): PairRow => ({
  id: row.id,
  name: row.name,
  epoch: row.epoch,
  n: row.n,
  raising: row.raising === 1,
  batch: row.batch,
  mode: row.mode,
  identity: JSON.parse(row.identity) as PairRow['identity'],
  schema: JSON.parse(row.schema) as PairRow['schema'],
  auditAt: row.audit_at,
  countSince: JSON.parse(row.count_since) as PairRow['countSince'],
  seen: JSON.parse(row.seen) as PairRow['seen'],
  keys: JSON.parse(row.keys) as PairRow['keys'],
  covered: JSON.parse(row.covered) as PairRow['covered'],
  made: JSON.parse(row.made) as PairRow['made'],
  stamps: row.stamps === 1,
  marks: JSON.parse(row.marks) as PairRow['marks'],
  doubted: JSON.parse(row.doubted) as PairRow['doubted'],
});

export interface RawAction {
  id: number;
  run: number;
  coll: string;
  key: Buffer;
  gen: number;
  origin: Origin;
  status: ActionStatus;
  level: number;
  judged: number;
  grp: number | null;
  data: Buffer;
  note: string;
}
export const toAction = (row: RawAction): ActionRow => ({
  id: row.id,
  run: row.run,
  collection: row.coll,
  key: keyFromBytes(row.key),
  gen: row.gen,
  origin: row.origin,
  status: row.status,
  level: row.level,
  constrained: row.judged === 1,
  group: row.grp,
  note: JSON.parse(row.note) as ActionNote,
  ...unpackAction(row.data),
});

export interface RawItem {
  id: number;
  coll: string;
  key: Buffer;
  kind: ConflictKind;
  state: ItemState;
  gen: number;
  fields: string;
  base: Buffer | null;
  a: Buffer | null;
  b: Buffer | null;
  ha: Buffer | null;
  hb: Buffer | null;
  reason: string;
  extra: string;
  at: number;
  run: number;
  notes: string;
  strategy: Strategy | null;
  resolved_by: string | null;
  resolved_at: number | null;
}
export const toItem = (row: RawItem, waits: readonly Wait[]): ItemRow => ({
  id: row.id,
  collection: row.coll,
  key: keyFromBytes(row.key),
  kind: row.kind,
  state: row.state,
  generation: row.gen,
  fields: JSON.parse(row.fields) as string[],
  base: unpackWholeBase(row.base),
  a: unpackState(row.a),
  b: unpackState(row.b),
  hashA: row.ha,
  hashB: row.hb,
  reason: row.reason,
  extra: JSON.parse(row.extra) as ItemExtra,
  waits,
  at: row.at,
  run: row.run,
  notes: row.notes,
  strategy: row.strategy,
  resolvedBy: row.resolved_by,
  resolvedAt: row.resolved_at,
});

export interface RawWait {
  item: number;
  coll: string;
  key: Buffer;
  ha: Buffer | null;
  hb: Buffer | null;
}
export const toWait = (row: RawWait): Wait => ({
  collection: row.coll,
  key: keyFromBytes(row.key),
  seenA: row.ha,
  seenB: row.hb,
});

export interface RawHold {
  coll: string;
  key: Buffer;
  fields: string;
  a: Buffer | null;
  b: Buffer | null;
  edited: string;
  run: number;
  at: number;
  gen: number;
  kept: number;
  kept_by: string;
  kept_at: number;
}
export const toHold = (row: RawHold): HoldRow => ({
  collection: row.coll,
  key: keyFromBytes(row.key),
  fields: JSON.parse(row.fields) as string[],
  a: unpackState(row.a),
  b: unpackState(row.b),
  edited: JSON.parse(row.edited) as SideName[],
  run: row.run,
  at: row.at,
  generation: row.gen,
  kept: row.kept === 1 ? { by: row.kept_by, at: row.kept_at || row.at } : null,
});

export interface RawJournal {
  id: number;
  run: number;
  batch: number;
  action: number;
  coll: string;
  key: Buffer;
  side: SideName;
  op: JournalRow['op'];
  before: Buffer | null;
  after: Buffer | null;
  base: Buffer | null;
  before_hash: Buffer | null;
  after_hash: Buffer | null;
  origin: Origin;
  status: JournalStatus;
  at: number;
}
export const toJournal = (row: RawJournal): JournalRow => ({
  id: row.id,
  run: row.run,
  batch: row.batch,
  action: row.action,
  collection: row.coll,
  key: keyFromBytes(row.key),
  side: row.side,
  op: row.op,
  before: unpackState(row.before),
  after: unpackState(row.after),
  base: unpackWholeBase(row.base),
  beforeHash: row.before_hash,
  afterHash: row.after_hash,
  origin: row.origin,
  status: row.status,
  at: row.at,
});

export interface RawDecision {
  id: number;
  run: number;
  coll: string;
  key: Buffer;
  policy: string;
  winner: SideName | null;
  fields: string;
  lost: Buffer | null;
  won: Buffer | null;
  who: string;
  at: number;
  text: string;
}
export const toDecision = (row: RawDecision): DecisionRow => ({
  id: row.id,
  run: row.run,
  collection: row.coll,
  key: keyFromBytes(row.key),
  policy: row.policy,
  winner: row.winner,
  fields: JSON.parse(row.fields) as string[],
  lost: unpackState(row.lost),
  won: unpackState(row.won),
  who: row.who,
  at: row.at,
  text: row.text,
});

export interface RawBrake {
  id: number;
  coll: string;
  kind: BrakeKind;
  side: SideName;
  count: number;
  of_count: number;
  cause: string;
  at: number;
  samples: Buffer;
  counts: string;
  answer: BrakeAnswer | null;
  answered_by: string | null;
  answered_at: number | null;
  fields: string;
  made: string | null;
}
interface PackedSample {
  readonly collection: string;
  readonly key: string;
  readonly a: string | null;
  readonly b: string | null;
}
/** More than this is not kept beside a question, however few records it is about; the first is. */
const SAMPLE_BYTES = 4 * 1024 * 1024;

interface Packed {
  readonly collection: string;
  readonly key: string;
  readonly a: Buffer | null;
  readonly b: Buffer | null;
}

/** Samples of a brake: where there is no room for all, fewer of them from the same range. */
export const packSamples = (samples: readonly Packed[]): Buffer => {
  let kept = samples;
  while (kept.length > 1 && bytesOf(kept) > SAMPLE_BYTES) kept = everyOther(kept);
  return Buffer.from(
    JSON.stringify(
      kept.map(({ collection, key, a, b }) => ({
        collection,
        key: Buffer.from(key, 'latin1').toString('base64'),
        a: a?.toString('base64') ?? null,
        b: b?.toString('base64') ?? null,
      })),
    ),
  );
};
const bytesOf = (samples: readonly Packed[]): number =>
  samples.reduce((sum, { a, b }) => sum + (a?.length ?? 0) + (b?.length ?? 0), 0);

export const toBrake = (row: RawBrake): BrakeRow => ({
  id: row.id,
  collection: row.coll,
  kind: row.kind,
  side: row.side,
  count: row.count,
  of: row.of_count,
  cause: row.cause,
  at: row.at,
  samples: (JSON.parse(row.samples.toString('utf8')) as PackedSample[]).map(({ collection, key, a, b }) => ({
    collection,
    key: keyFromBytes(Buffer.from(key, 'base64')),
    a: unpackState(a === null ? null : Buffer.from(a, 'base64')),
    b: unpackState(b === null ? null : Buffer.from(b, 'base64')),
  })),
  counts: JSON.parse(row.counts) as BrakeRow['counts'],
  answer: row.answer,
  answeredBy: row.answered_by,
  answeredAt: row.answered_at,
  fields: JSON.parse(row.fields) as string[],
  made: row.made === null ? null : (JSON.parse(row.made) as BrakeRow['made']),
});

export interface RawRun {
  id: number;
  pair: number;
  status: RunState;
  trig: Trigger;
  who: string;
  started: number;
  ended: number;
  report: string;
}
export const toRun = (row: RawRun): RunRow => ({
  id: row.id,
  pair: row.pair,
  status: row.status,
  trigger: row.trig,
  who: row.who,
  startedAt: row.started,
  endedAt: row.ended,
  report: row.report,
});
