import { brakeAnswers } from '../../../shared/model/words.ts';
import type { UndoReport } from '../../engine/reports/decision.ts';
import type { Receipt } from '../../engine/reports/pair.ts';
import type { PlanReport } from '../../engine/reports/plan.ts';
import type { Progress, RunRecords, RunReport, TimelineEntry } from '../../engine/reports/run.ts';
import type { BrakeReport } from '../../engine/reports/waiting.ts';
import type {
  WireBrake,
  WireProgress,
  WireReceipt,
  WireRun,
  WireRunRecords,
  WireUndo,
} from '../../../shared/contract/run-shapes.ts';
import type { WirePlan } from '../../../shared/contract/plan-shapes.ts';
import type { WireTimelineEntry } from '../../../shared/contract/system-shapes.ts';
import { shownFields } from '../../engine/port/field-order.ts';
import { changedFields } from '../../engine/port/record.ts';
import { outcomeOf } from '../../engine/run/report.ts';
import { wireByItself } from './by-itself.ts';
import { wireConflict } from './conflicts.ts';
import { wireKeyOf } from './key-text.ts';
import { RECORD_BYTES } from './shortened.ts';
import { plannedChanges } from './planned-changes.ts';
import { momentOf, momentOrNull, wireStatesOf } from './values.ts';

export function wireRun(run: RunReport): WireRun {
  const ended = run.endedAt > 0;
  return {
    id: run.id,
    pair: run.pair,
    status: run.status,
    outcome: outcomeOf(run),
    trigger: run.trigger,
    who: run.who,
    startTime: momentOf(run.startedAt),
    endTime: momentOrNull(run.endedAt),
    // A clock that was set back in between must not make a duration negative.
    durationSeconds: ended ? Math.max(0, run.endedAt - run.startedAt) / 1000 : null,
    collections: [...run.collections],
    localToRemote: { ...run.aToB },
    remoteToLocal: { ...run.bToA },
    conflicts: { ...run.conflicts },
    written: { A: { ...run.written.A }, B: { ...run.written.B } },
    decisions: run.decisions ?? null,
    retries: run.retries ?? null,
    bytes: run.bytes ?? null,
    replanned: run.replanned,
    adopted: run.adopted,
    recovered: run.recovered,
    parked: run.parked,
    withheld: run.withheld,
    drift: run.drift,
    notCompared: [...run.notCompared],
    notInPair: run.notInPair.map((one) => ({ ...one })),
    moved: {
      total: run.moved.total,
      records: run.moved.records.map(({ collection, key }) => ({ collection, key: wireKeyOf(key) })),
      otherFields: { ...run.moved.otherFields },
    },
    brakes: run.brakes.map(wireBrake),
    error: run.error ? { ...run.error } : null,
    undoOf: run.undoOf ?? null,
    undoneBy: [...run.undoneBy],
    undone: run.undone ? { ...run.undone } : null,
  };
}

export const wireRunRecords = ({ total, undone, records }: RunRecords): WireRunRecords => ({
  total,
  undone,
  records: records.map((record) => ({
    collection: record.collection,
    key: wireKeyOf(record.key),
    op: { A: record.op.A ?? null, B: record.op.B ?? null },
    undone: record.undone,
  })),
});

export function wireBrake(brake: BrakeReport): WireBrake {
  const { id, pair, collection, kind, side, count, of, cause, counts } = brake;
  return {
    id,
    pair,
    collection,
    kind,
    side,
    count,
    of,
    cause,
    at: momentOf(brake.at),
    samples: brake.samples.map((sample) => {
      const [local = null, remote = null] = wireStatesOf(
        [sample.local, sample.remote],
        changedFields(sample.local, sample.remote),
      );
      return { collection: sample.collection, key: wireKeyOf(sample.key), local, remote };
    }),
    counts: { ...counts },
    answer: brake.answer ?? null,
    answeredBy: brake.answeredBy ?? null,
    answeredAt: momentOrNull(brake.answeredAt),
    // Runs of earlier versions did not note these.
    possible: [...(brake.possible ?? brakeAnswers)],
    first: [...(brake.first ?? [])],
    along: [...(brake.along ?? [])],
    sameAgain: brake.sameAgain ?? false,
    leaveOut: [...(brake.leaveOut ?? [])],
  };
}

export function wireProgress(pair: string, activity: WireProgress['activity'], progress: Progress): WireProgress {
  return {
    pair,
    activity,
    phase: progress.phase,
    collection: progress.collection,
    done: progress.done,
    all: progress.all,
  };
}

export function wireReceipt(receipt: Receipt): WireReceipt {
  return {
    pair: receipt.pair,
    at: momentOf(receipt.at),
    equal: receipt.equal,
    collections: receipt.collections.map(({ name, equal, different, onlyA, onlyB, waiting, apart }) => ({
      name,
      equal,
      different,
      onlyA,
      onlyB,
      waiting,
      // Receipts of earlier versions did not tell them apart.
      apart: apart ?? 0,
    })),
    // Receipts of earlier versions named none.
    differing: (receipt.differing ?? []).map(({ collection, key, only, waits }) => ({
      collection,
      key: wireKeyOf(key),
      only,
      waits,
    })),
    notCompared: [...receipt.notCompared],
  };
}

export function wireUndo(pair: string, report: UndoReport): WireUndo {
  const { run, restored, without, resting, kept, leftOnHold, written } = report;
  const inPart = report.inPart.map(({ collection, key, side, why }) => ({
    collection,
    key: wireKeyOf(key),
    side,
    why,
  }));
  const refused = report.refused.map(({ collection, key, why }) => ({ collection, key: wireKeyOf(key), why }));
  return {
    pair,
    byItself: wireByItself(pair, report.byItself),
    run: run > 0 ? run : null,
    dryRun: run === 0,
    restored,
    inPart,
    without: without.map(({ fields, ...one }) => ({ ...one, fields: [...fields] })),
    resting,
    kept,
    leftOnHold,
    written: { A: { ...written.A }, B: { ...written.B } },
    refused,
  };
}

/** So many actions are told field by field. */
const SAMPLED = 100;

export function wirePlan(plan: PlanReport, create: WirePlan['create']): WirePlan {
  return {
    id: null,
    pair: plan.pair,
    at: momentOf(plan.at),
    localToRemote: { ...plan.aToB },
    remoteToLocal: { ...plan.bToA },
    adopt: plan.adopt,
    drift: plan.drift,
    conflicts: plan.conflicts.map((item) => wireConflict(item)),
    brakes: plan.brakes.map(wireBrake),
    actions: plan.actions.map((action) => ({
      id: action.id,
      collection: action.collection,
      key: wireKeyOf(action.key),
      op: { A: action.op.A ?? null, B: action.op.B ?? null },
      fields: shownFields(action.fields),
      rules: [...action.rules],
      ...wireAction(action),
    })),
    notInPair: plan.notInPair.map((one) => ({ ...one })),
    total: plan.total,
    sample: plan.actions.slice(0, SAMPLED).flatMap(plannedChanges),
    decided: plan.decided,
    create: [...create],
    entries: plan.fingerprint.map((entry) => ({ ...entry })),
  };
}

function wireAction({
  before,
  after,
  fields,
}: PlanReport['actions'][number]): Pick<WirePlan['actions'][number], 'before' | 'after'> {
  const [a = null, b = null, agreed = null] = wireStatesOf([before.A, before.B, after], fields);
  return { before: { A: a, B: b }, after: agreed };
}

export function wireTimeline(
  { at, what, side, run, before, after, who, text }: TimelineEntry,
  most = RECORD_BYTES,
): WireTimelineEntry {
  const changed = before && after ? changedFields(before, after) : [];
  const [was = null, is = null] = wireStatesOf([before, after], changed, most);
  return {
    at: momentOf(at),
    what,
    side: side ?? null,
    run,
    before: was,
    after: is,
    who,
    text,
  };
}
