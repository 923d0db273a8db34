import { AppError } from '../../../shared/contract/errors.ts';
import { brakeAnswers, type RunOutcome } from '../../../shared/model/words.ts';
import { notInPairName } from '../not-in-pair.ts';
import type { RunReport } from '../reports/run.ts';
import type { BrakeReport } from '../reports/waiting.ts';
import type { CollectionSettings, PairSettings } from '../settings.ts';
import type { BrakeRow, RunRow } from '../state/stored.ts';
import type { Tally } from './tally.ts';

type Body = Omit<
  RunReport,
  'id' | 'pair' | 'status' | 'trigger' | 'who' | 'startedAt' | 'endedAt' | 'undoneBy' | 'undone'
>;

export function bodyOf(
  tally: Tally,
  brakes: readonly BrakeReport[],
  { undoOf, undoes }: Pick<RunReport, 'undoOf' | 'undoes'> = {},
  error?: unknown,
): Body {
  const {
    collections,
    aToB,
    bToA,
    conflicts,
    written,
    decisions,
    retries,
    bytes,
    replanned,
    adopted,
    recovered,
    parked,
    withheld,
  } = tally;
  return {
    collections,
    aToB,
    bToA,
    conflicts,
    written,
    decisions,
    retries,
    bytes,
    replanned,
    adopted,
    recovered,
    parked,
    withheld,
    drift: tally.drift + tally.waiting,
    notCompared: [...tally.notCompared].sort(),
    notInPair: tally.notInPair,
    moved: movedOf(tally),
    brakes: brakes.map((brake) => ({ ...brake, samples: [] })),
    ...(error === undefined
      ? {}
      : {
          error: {
            code: error instanceof AppError ? error.code : 'internal',
            message: error instanceof Error ? error.message : 'unknown',
          },
        }),
    ...(undoOf === undefined ? {} : { undoOf }),
    ...(undoes === undefined ? {} : { undoes }),
  };
}

const NAMED = 20;

function movedOf({ moved }: Tally): Body['moved'] {
  const all = [...moved.values()];
  const otherFields = Map.groupBy(
    all.filter((record) => record.otherFields),
    ({ collection }) => collection,
  );
  return {
    total: all.length,
    records: all.slice(0, NAMED).map(({ collection, key }) => ({ collection, key })),
    otherFields: Object.fromEntries([...otherFields].map(([name, records]) => [name, records.length])),
  };
}

export function runReport(row: RunRow, pair: string): RunReport {
  const empty = {
    collections: [],
    aToB: {},
    bToA: {},
    conflicts: {},
    written: { A: none, B: none },
    replanned: 0,
    adopted: 0,
    recovered: 0,
    parked: 0,
    withheld: 0,
    drift: 0,
    notCompared: [],
    notInPair: [],
    moved: { total: 0, records: [], otherFields: {} },
    brakes: [],
  };
  const body = JSON.parse(row.report) as Partial<Body>;
  return {
    id: row.id,
    pair,
    status: row.status,
    trigger: row.trigger,
    who: row.who,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    undoneBy: [],
    ...empty,
    ...body,
    // Runs of an earlier version noted less.
    moved: { ...empty.moved, ...body.moved },
  };
}
/** How a run ended: one that a brake kept from writing something went to its end, and is no success. */
export function outcomeOf({ status, brakes, withheld }: Pick<RunReport, 'status' | 'brakes' | 'withheld'>): RunOutcome {
  return status === 'completed' && (brakes.length > 0 || withheld > 0) ? 'stopped' : status;
}

/** Runs, newest first, each with those among them that took back something of it. */
export function runReports(rows: readonly RunRow[], pair: string): RunReport[] {
  const reports = rows.map((row) => runReport(row, pair));
  const undos = reports.filter((report) => report.undoOf !== undefined && hasWritten(report));
  return reports.map((report) => ({
    ...report,
    undoneBy: undos.filter((undo) => takesBack(undo, report.id)).map(({ id }) => id),
  }));
}

/** What was written before runs noted whose writes they take back names the run alone. */
const takesBack = ({ undoes, undoOf }: RunReport, id: number): boolean =>
  undoes === undefined ? undoOf === `run ${id}` : undoes === id;

export const hasWritten = ({ written: { A, B } }: RunReport): boolean =>
  A.insert + A.update + A.delete + B.insert + B.update + B.delete > 0;

const none = { insert: 0, update: 0, delete: 0 };

/**
 * What would have to leave the pair for the question to be over. The last collection cannot leave, and a field not while
 * it is part of the key or a rule names it: then the collection can.
 */
function toLeaveOut({ collection, kind, fields }: BrakeRow, { collections, resting }: Mapped): readonly string[] {
  if (collection === '' || (kind !== 'missing' && kind !== 'schema')) return [];
  const mapped = collections.find(({ name }) => name === collection);
  const needed = mapped ? neededBy(mapped) : new Set();
  if (fields.length > 0 && !fields.some((field) => needed.has(field)))
    return fields.map((field) => notInPairName({ collection, field }));
  return collections.length + resting.length > 1 ? [collection] : [];
}

type Mapped = Pick<PairSettings, 'collections' | 'resting'>;

const neededBy = (mapped: CollectionSettings): ReadonlySet<string> =>
  new Set([
    ...mapped.key,
    ...mapped.touch,
    ...mapped.uniqueFields,
    ...mapped.groups.flat(),
    ...Object.keys(mapped.fieldPolicy),
    mapped.newestBy,
  ]);

/** What a look at both sides says of a brake. `answerable`: what vanished is there again; where nobody looked, it is not. */
export interface BrakeJudged extends Partial<Pick<BrakeReport, 'first' | 'along' | 'sameAgain'>> {
  readonly answerable: boolean;
}

export function brakeReport(
  row: BrakeRow,
  settings: Pick<PairSettings, 'name' | 'collections' | 'resting'>,
  judged?: BrakeJudged,
): BrakeReport {
  const isLost = row.kind === 'missing' || row.kind === 'schema';
  const { answerable = !isLost, first = [], along = [], sameAgain = false } = judged ?? {};
  return {
    id: row.id,
    pair: settings.name,
    collection: row.collection,
    kind: row.kind,
    side: row.side,
    count: row.count,
    of: row.of,
    cause: row.cause,
    at: row.at,
    counts: row.counts,
    samples: row.samples.map(({ collection, key, a, b }) => ({ collection, key, local: a, remote: b })),
    ...(row.answer === null ? {} : { answer: row.answer }),
    ...(row.answeredBy === null ? {} : { answeredBy: row.answeredBy }),
    ...(row.answeredAt === null ? {} : { answeredAt: row.answeredAt }),
    possible: brakeAnswers.filter(
      (each) => each === 'keep' || (answerable && !first.some(({ answer }) => answer === each)),
    ),
    first,
    along,
    sameAgain,
    leaveOut: toLeaveOut(row, settings),
  };
}
