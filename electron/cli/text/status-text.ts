import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import { captureText } from '../../../shared/model/capture-text.ts';
import { assertNever } from '../../../shared/lib/assert.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { labelsOf } from './labels.ts';
import { byItselfText } from './live-text.ts';
import { notInPairLines } from './not-in-pair-text.ts';
import { addHint } from './pair-text.ts';
import type { Labels } from './recommendations.ts';
import { movedText, statusWord, waitingLines, type RunLook } from './run-text.ts';
import { safeText } from './safe-text.ts';
import { indented, pairLines } from './table.ts';
import { ageText, durationText, whenText } from './times.ts';
import { total, triggerNames } from './words.ts';

export type StatusLook = Omit<RunLook, 'labels'> & {
  readonly runnable: (text: string) => string;
  /** The sides that do not answer, by pair; of a pair that is not in it nothing is known beyond its error. */
  readonly silent?: ReadonlyMap<string, ReadonlySet<'A' | 'B'>>;
  /** What happens by itself, by pair. */
  readonly live?: ReadonlyMap<string, WireLivePair>;
};

/** Every pair: both sides, what it does now, its last sync, its totals, and what waits with the next command. */
export function statusLines(pairs: readonly WirePairStatus[], look: StatusLook): string[] {
  if (pairs.length === 0)
    return [
      'No pairs yet. A pair is two databases that Tandem keeps in step.',
      ...addHint(look.command('pair', 'add')),
    ];
  return pairs.flatMap((pair, i) => [...(i === 0 ? [] : ['']), ...pairStatusLines(pair, look)]);
}

function pairStatusLines(pair: WirePairStatus, look: StatusLook): string[] {
  const { style } = look;
  const labels = labelsOf(pair);
  return [
    `${style.bold(safeText(pair.pair))}: ${stateText(pair, look)}`,
    ...indented([
      ...pairLines([
        [labels.a, sideText(pair, 'A', look)],
        [labels.b, sideText(pair, 'B', look)],
        ...noticedBy(pair),
        ...byItself(pair, look),
        ['now', activity(pair, look)],
        ['last sync', lastSync(pair, look)],
        ...sinceThen(pair, look),
        ['syncs', `${numberText(pair.runs)} completed${isAnew(pair) ? ' before the pair began anew' : ''}`],
        ['conflicts', `${numberText(pair.conflicts.total)} in all, ${numberText(pair.conflicts.open)} unresolved`],
        ...(pair.lastReceipt === null
          ? []
          : ([['last receipt', receiptText(pair.lastReceipt, labels, look.now)]] as const)),
        ...(pair.pending === 0
          ? []
          : ([['waiting', `${countText(pair.pending, 'record')} for the next sync`]] as const)),
      ]),
      ...(pair.error === null
        ? []
        : ['', style.bad(errorText(pair.error)), safeText(look.runnable(pair.error.hint), 500)]),
      ...section([...firstStep(pair, look), ...waitingLines(pair, { ...look, labels })]),
      ...section(notInPairLines(pair.pair, pair.notInPair, { ...look, labels })),
    ]),
  ];
}

/** What never synced has nothing to warn of, and one thing to do. */
function firstStep(status: WirePairStatus, { style, command }: StatusLook): string[] {
  const { lastRun, error, syncing, pair } = status;
  if (lastRun !== null || error !== null || syncing !== null) return [];
  return [
    `Nothing was synced ${isAnew(status) ? 'since the pair began anew' : 'yet'}. To see what a sync would do, and to do it:`,
    ...['plan', 'sync'].map((word) => `  ${style.bold(command(word, pair))}`),
  ];
}

/** The last receipt in one line: when, and what differed then. */
function receiptText(
  { at, equal, collections }: NonNullable<WirePairStatus['lastReceipt']>,
  labels: Labels,
  now: number,
): string {
  const sum = (pick: (each: (typeof collections)[number]) => number): number =>
    collections.reduce((all, each) => all + pick(each), 0);
  const differences = (
    [
      [sum((each) => each.different), 'different'],
      [sum((each) => each.onlyA), `only on ${labels.a}`],
      [sum((each) => each.onlyB), `only on ${labels.b}`],
      [sum((each) => each.waiting), 'waiting for you'],
      [sum((each) => each.apart), 'kept apart on purpose'],
    ] as const
  ).flatMap(([n, what]) => (n > 0 ? [`${numberText(n)} ${what}`] : []));
  const found = equal ? 'both sides were equal then' : `then ${differences.join(', ') || 'not equal'}`;
  return `${whenText(at, now, true)} (${ageText(at, now)}): ${found}`;
}

/** What went wrong, after the name of the side where it is of one. */
export const errorText = ({ label, message }: NonNullable<WirePairStatus['error']>): string =>
  `${label === '' ? '' : `${safeText(label, 60)}: `}${safeText(message, 500)}`;

const section = (lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', ...lines]);

function stateText({ state, sentence, error }: WirePairStatus, { style, runnable }: StatusLook): string {
  const said = safeText(runnable(sentence), 500);
  switch (state) {
    case 'in-step':
      return style.good(said);
    case 'syncing':
    case 'paused':
      return said;
    case 'waiting':
      return style.warn(said);
    case 'offline':
    case 'stopped':
      return style.bad(error === null ? said : state === 'offline' ? 'Offline.' : 'Stopped.');
    default:
      return assertNever(state, 'state of a pair');
  }
}

/** One line where both sides notice changes in the same way. */
function noticedBy({ capture, ...pair }: WirePairStatus): (readonly [string, string])[] {
  const labels = labelsOf(pair);
  const texts = { a: capture.A && captureText(capture.A), b: capture.B && captureText(capture.B) };
  if (texts.a !== null && texts.a === texts.b) return [['noticed by', safeText(texts.a, 300)]];
  return (['a', 'b'] as const).flatMap((side) => {
    const text = texts[side];
    return text === null ? [] : [['noticed by', safeText(`${text} (${labels[side]})`, 300)] as const];
  });
}

function byItself({ pair }: WirePairStatus, { live, now }: StatusLook): (readonly [string, string])[] {
  const found = live?.get(pair);
  const text = found === undefined ? null : byItselfText(found, now);
  return text === null ? [] : [['by itself', text]];
}

function activity({ syncing, state, brakes, error, lastRun }: WirePairStatus, { now }: StatusLook): string {
  if (syncing !== null) return `syncing, started by ${safeText(syncing.who, 60)} at ${whenText(syncing.since, now)}`;
  const stopped = brakes.filter(({ kind }) => kind !== 'drift').map(({ collection }) => collection);
  const goesOn = error === null && lastRun?.status !== 'failed' && stopped.length > 0 && !stopped.includes('');
  if (state === 'stopped' && goesOn) return `ready, but for ${safeText(stopped.join(', '), 120)}`;
  return state === 'stopped' || state === 'offline' ? 'not syncing' : 'ready';
}

/** An address is configured in any case; that it can be reached is only known where no side gave an error. */
function sideText({ pair, error, a, b, syncing }: WirePairStatus, side: 'A' | 'B', { silent }: StatusLook): string {
  const { url } = side === 'A' ? a : b;
  if (url === '') return 'not configured';
  const silence = silent?.get(pair)?.has(side);
  const answers = error === null || silence === false;
  // A run that is at work may be trying again at this moment, and nobody else asks meanwhile.
  if (syncing !== null && error === null) return `${safeText(url, 200)} (configured, in use)`;
  const reach = answers ? 'reachable' : silence && error.code === 'unreachable' ? 'not reachable' : 'see below';
  return `${safeText(url, 200)} (configured, ${reach})`;
}

/** The history of an earlier beginning stays, and says nothing about the sides as they are now. */
const isAnew = ({ lastRun, runs }: WirePairStatus): boolean => lastRun === null && runs > 0;

function lastSync(pair: WirePairStatus, { now, style }: StatusLook): string {
  const { lastRun } = pair;
  if (lastRun === null) return isAnew(pair) ? 'none since the pair began anew' : 'never';
  const { durationSeconds } = lastRun;
  const took = durationSeconds === null ? '' : `, took ${durationText(durationSeconds)}`;
  return `${whenText(lastRun.startTime, now)} (${ageText(lastRun.startTime, now)}), ${statusWord(lastRun, style)}${took}`;
}

/** A decision that came after the last sync is the last word about the pair. */
function sinceThen({ lastDecision }: WirePairStatus, { now }: StatusLook): (readonly [string, string])[] {
  if (lastDecision === null) return [];
  const { id, startTime, trigger, localToRemote, remoteToLocal, outcome } = lastDecision;
  const isCut = outcome === 'failed';
  const moved = total(localToRemote) + total(remoteToLocal) > 0 || !isCut;
  const what = `${triggerNames[trigger]} (run ${id})${isCut ? ', cut off' : ''}${moved ? `, ${movedText({ localToRemote, remoteToLocal })}` : ''}`;
  return [['since then', `${whenText(startTime, now)} (${ageText(startTime, now)}), ${what}`]];
}
