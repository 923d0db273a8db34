import { countText, numberText } from '../../../shared/lib/count-text.ts';
import type { Binding } from '../bind-pair.ts';
import type { PairEngineParts } from '../pair-engine.ts';
import type { PairStatus, Receipt } from '../reports/pair.ts';
import type { RunReport } from '../reports/run.ts';
import type { BrakeReport } from '../reports/waiting.ts';
import type { Busy } from '../queue.ts';
import { withCounts } from './cut-runs.ts';
import { brakeReport, outcomeOf, runReports } from './report.ts';

/** The state of a pair in the words of the one table (design.md 8); reads the state only, never a side. */
export async function statusOf(
  { store, settings }: Pick<PairEngineParts, 'store' | 'settings'>,
  id: number,
  syncing: Busy | null,
  { notInPair, unlike }: Pick<Binding, 'notInPair' | 'unlike'>,
): Promise<PairStatus> {
  const all = await latest(store, id, settings.name);
  const runs = all.filter((run) => !isDecision(run));
  const { mode, auditAt } = await store.pair(id);
  // A saved plan that was refused was asked too late; nothing failed.
  const ended = runs.find(({ status, error }) => status !== 'running' && error?.code !== 'moved');
  // What ran before a new beginning says nothing about the sides as they are now.
  const last = mode === 'new' && ended?.status === 'completed' ? undefined : ended;
  const since = all.filter((run) => isDecision(run) && run.id > (last?.id ?? Infinity));
  const found = since.find((run) => run.status === 'completed' || run.cut);
  const decision = found && (await withCounts(store, id, found));
  const brakes = (await store.brakes(id, false)).map((row) => brakeReport(row, settings));
  const conflicts = await store.countItems(id);
  const resting = await store.countHolds(id);
  const apart = resting.reduce((sum, each) => sum + each.apart, 0);
  const holds = resting.reduce((sum, { count }) => sum + count, 0) - apart;
  const oneWay = new Set(settings.collections.flatMap(({ name, direction }) => (direction === 'both' ? [] : [name])));
  const drift = (await store.countDrift(id)).reduce(
    (sum, { collection, count }) => sum + (oneWay.has(collection) ? count : 0),
    0,
  );
  const pending = await store.countDirty(id);
  const receipt = await store.lastReceipt(id);
  const { state, sentence } = stateOf({
    syncing,
    brakes: brakes.filter(({ kind }) => kind !== 'drift'),
    overwriting: brakes.filter(({ kind }) => kind === 'drift').length,
    drift,
    open: conflicts.open,
    behind: conflicts.behind,
    holds,
    apart,
    pending,
    last,
    whole: auditAt > 0,
    cutDecision: decision?.cut ? (decision.error?.message ?? CUT_OFF) : null,
    answered: last !== undefined && outcomeOf(last) === 'stopped' && decision?.trigger === 'brake' && !decision.cut,
  });
  const goesOn = last !== undefined && (state === 'in-step' || state === 'waiting');
  return {
    pair: settings.name,
    state,
    sentence: goesOn && unlike.length > 0 ? `${sentence} ${unlikeText(settings.name)}` : sentence,
    ...(last ? { lastRun: await withCounts(store, id, last) } : {}),
    ...(decision ? { lastDecision: decision } : {}),
    ...(receipt === null ? {} : { lastReceipt: JSON.parse(receipt) as Receipt }),
    runs: await store.countSyncs(id),
    conflicts,
    holds,
    apart,
    drift,
    brakes,
    pending,
    notInPair,
    ...(syncing ? { syncing: { who: syncing.who, since: syncing.since } } : {}),
  };
}

/** What one side refuses or deletes by itself, the other does not. */
const unlikeText = (pair: string): string =>
  `The two sides are not defined alike; what differs: \`tandem pair test ${pair}\`.`;

/** As far back as a sync stands there; looked at after every live step, so no more than that is read. */
async function latest(store: PairEngineParts['store'], id: number, pair: string): Promise<readonly RunReport[]> {
  for (let limit = 20; ; limit *= 10) {
    const rows = await store.runs(id, limit);
    const reports = runReports(rows, pair);
    const isEnough = reports.some((run) => !isDecision(run) && run.status !== 'running' && run.error?.code !== 'moved');
    if (isEnough || rows.length < limit) return reports;
  }
}

const isDecision = ({ trigger }: RunReport): boolean => ['resolve', 'undo', 'brake', 'hold'].includes(trigger);

const CUT_OFF =
  'The last sync was cut off: its program ended in the middle. What it wrote is noted; the next sync looks at what was under way, and does the rest.';

interface Known {
  readonly syncing: Busy | null;
  readonly brakes: readonly BrakeReport[];
  /** Questions about drift, which hold nothing else up. */
  readonly overwriting: number;
  readonly open: number;
  /** Records in no listed conflict that wait for one. */
  readonly behind: number;
  readonly holds: number;
  readonly apart: number;
  readonly drift: number;
  readonly pending: number;
  readonly last: RunReport | undefined;
  /** The last word since that sync was a decision that was cut off. */
  readonly cutDecision: string | null;
  /** Every record was looked at once since the pair began. */
  readonly whole: boolean;
  /** The last sync was stopped by a brake, and the brake was answered since. */
  readonly answered: boolean;
}

function stateOf({
  syncing,
  brakes,
  overwriting,
  open,
  behind,
  holds,
  apart,
  drift,
  pending,
  last,
  cutDecision,
  whole,
  answered,
}: Known): Pick<PairStatus, 'state' | 'sentence'> {
  if (syncing) return { state: 'syncing', sentence: `Syncing, started by ${syncing.who}.` };
  if (brakes.length > 0) return { state: 'stopped', sentence: brakedText(brakes, last) };
  if (last?.cut) return { state: 'stopped', sentence: CUT_OFF };
  if (cutDecision !== null) return { state: 'stopped', sentence: cutDecision };
  if (last?.status === 'failed')
    return { state: 'stopped', sentence: `Stopped: ${last.error?.message ?? 'the last run failed'}` };
  const waiting = (sentence: string): ReturnType<typeof stateOf> => ({ state: 'waiting', sentence });
  const questions = open + overwriting;
  const more =
    behind === 0 ? '' : ` ${countText(behind, 'more record')} ${behind === 1 ? 'waits' : 'wait'} behind that.`;
  if (questions > 0) return waiting(`Waiting for you (${numberText(questions)}).${more} Everything else goes on.`);
  if (!last) return waiting('Not synced yet.');
  if (last.status === 'cancelled')
    return waiting('The last sync was stopped before its end; the next one goes on from there.');
  if (holds > 0)
    return waiting(
      `${countText(holds, 'record')} ${holds === 1 ? 'rests' : 'rest'} after an undo until you choose. Everything else goes on.`,
    );
  if (pending > 0)
    return waiting(`${countText(pending, 'record')} ${pending === 1 ? 'waits' : 'wait'} for the next sync.`);
  if (!whole) return waiting('Only a part was synced so far; the rest waits for the next sync.');
  const but = [
    ...(apart > 0 ? [`${countText(apart, 'record')} kept apart on purpose`] : []),
    ...(drift > 0 ? [`${countText(drift, 'record')} edited on the receiving side (drift)`] : []),
  ];
  return {
    state: 'in-step',
    sentence: `In step ${answered ? 'since the brake was answered' : 'at the last sync'}${but.length > 0 ? `, but for ${but.join(' and ')}` : ''}.`,
  };
}

/** What waits for an answer, what a person keeps paused, and whether anything is left that goes on. */
function brakedText(brakes: readonly BrakeReport[], last: RunReport | undefined): string {
  const asked = brakes.filter(({ answer }) => answer === undefined);
  const kept = brakes.filter(({ answer }) => answer !== undefined);
  const goesOn = !isOfWhole(brakes) && last?.status !== 'failed' && last?.cut === undefined;
  const questions = asked.length === 1 ? 'one question waits' : `${numberText(asked.length)} questions wait`;
  const stop = asked.length === 1 || isOfWhole(asked) ? 'a brake' : 'brakes';
  const where = isOfWhole(asked) ? '' : ` in ${namesText(asked)}`;
  return [
    ...(asked.length > 0 ? [`Stopped by ${stop}${where}: ${questions} for your answer.`] : []),
    ...(kept.length > 0 ? [`Kept paused until you answer otherwise: ${namesText(kept)}.`] : []),
    ...(goesOn ? ['Everything else goes on with each sync.'] : []),
  ].join(' ');
}

const isOfWhole = (brakes: readonly BrakeReport[]): boolean => brakes.some(({ collection }) => collection === '');

/** So many collections are named. */
const NAMED = 3;

function namesText(brakes: readonly BrakeReport[]): string {
  if (isOfWhole(brakes)) return 'the whole pair';
  const names = [...new Set(brakes.map(({ collection }) => collection))];
  return names.length > NAMED ? countText(names.length, 'collection') : names.join(', ');
}
