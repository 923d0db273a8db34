import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import type { WireProgress } from '../../shared/contract/run-shapes.ts';
import { percent } from '../text/numbers.ts';
import { t } from '../text/text.ts';
import { age, time } from '../text/times.ts';
import { addresses } from './addresses.ts';

/** The six states of the design; `stop` is also a brake. */
export const stateMarks = ['stop', 'wait', 'off', 'sync', 'pause', 'step'] as const;
export type StateMark = (typeof stateMarks)[number];

export interface ShownState {
  readonly mark: StateMark;
  readonly words: string;
  readonly second: string;
  /** What a person does next: a page, or something that is done at once. */
  readonly action:
    | { readonly label: string; readonly to: string }
    | { readonly label: string; readonly does: 'sync' | 'resume' };
  /** Where the name of the pair leads: to what answers its state. */
  readonly to: string;
}

/** What the state of a pair is in words, in a row, in the side bar, on its page. */
export function shownState(status: WirePairStatus, progress?: WireProgress, now = Date.now()): ShownState {
  const { pair, state, brakes, conflicts, holds } = status;
  const asked = brakes.filter(({ answer }) => answer === null);
  const lookAt = addresses.pair(pair);
  if (state === 'syncing') return syncing(status, progress);
  if (asked[0] !== undefined) {
    const to = addresses.brake(pair, asked[0].collection);
    return {
      mark: 'stop',
      words: t('state.brake'),
      second: brakeSecond(status, now),
      action: { label: t('state.act.decide'), to },
      to,
    };
  }
  if (state === 'stopped')
    return {
      mark: 'stop',
      words: t('state.stopped'),
      second: status.sentence.replace(/^Stopped: /, ''),
      action: { label: t('state.act.look'), to: lookAt },
      to: lookAt,
    };
  if (state === 'offline') {
    const to = addresses.network();
    const server = status.error?.label || status.b.label;
    return {
      mark: 'off',
      words: t('state.offline', { server }),
      second: status.sentence,
      action: { label: t('state.act.why'), to },
      to,
    };
  }
  if (state === 'paused') return paused(status, now);
  if (conflicts.open > 0) {
    const to = addresses.conflicts({ pair });
    return {
      mark: 'wait',
      words: t('state.waiting', { n: conflicts.open }),
      second: otherwise(status, now),
      action: { label: t('state.act.resolve'), to },
      to,
    };
  }
  if (holds > 0) {
    const to = addresses.history('holds', pair);
    return {
      mark: 'wait',
      words: t('state.waitingHolds', { n: holds }),
      second: status.sentence,
      action: { label: t('state.act.look'), to },
      to,
    };
  }
  const sync = { label: t('state.act.sync'), does: 'sync' } as const;
  if (state === 'waiting')
    return { mark: 'wait', words: t('state.waitingSync'), second: status.sentence, action: sync, to: lookAt };
  return { mark: 'step', words: t('state.inStep'), second: equalSecond(status, now), action: sync, to: lookAt };
}

function syncing({ pair }: WirePairStatus, progress: WireProgress | undefined): ShownState {
  const to = addresses.run(pair, 'now');
  const counted = progress !== undefined && progress.all > 0;
  return {
    mark: 'sync',
    words: counted ? t('state.syncing', { p: percent(progress.done, progress.all) }) : t('state.syncing.begin'),
    second: counted
      ? t('state.syncing.second', { done: progress.done, all: progress.all, collection: progress.collection })
      : progress === undefined
        ? ''
        : t('state.syncing.phase', { phase: t(`phase.${progress.phase}`) }),
    action: { label: t('state.act.watch'), to },
    to,
  };
}

function paused(status: WirePairStatus, now: number): ShownState {
  const { pair, paused: pause } = status;
  const until = pause?.until ?? null;
  return {
    mark: 'pause',
    words: until === null ? t('state.paused') : t('state.pausedUntil', { time: time(until, now, { clockToo: true }) }),
    second: pause ? t('state.paused.second', { who: pause.by, time: time(pause.since, now) }) : status.sentence,
    action: { label: t('state.act.resume'), does: 'resume' },
    to: addresses.pair(pair),
  };
}

function brakeSecond({ brakes, lastReceipt }: WirePairStatus, now: number): string {
  const since = time(brakes.map(({ at }) => at).sort()[0] ?? '', now);
  if (lastReceipt === null) return t('state.brake.second', { time: since });
  return t('state.brake.lastStep', { time: since, last: time(lastReceipt.at, now) });
}

const otherwise = ({ lastRun }: WirePairStatus, now: number): string =>
  lastRun === null
    ? t('state.waiting.never')
    : t('state.waiting.second', { time: time(lastRun.endTime ?? lastRun.startTime, now) });

/** When it was last proved equal, and over how many records; never only “up to date”. */
function equalSecond({ lastReceipt }: WirePairStatus, now: number): string {
  if (lastReceipt === null) return t('state.inStep.never');
  const n = lastReceipt.collections.reduce((sum, { equal }) => sum + equal, 0);
  return t('state.inStep.second', { age: age(lastReceipt.at, now), n });
}

const order = (mark: StateMark): number => stateMarks.indexOf(mark);

/** By need, then by name: what has to be looked at comes first. */
export const byNeed = (pairs: readonly WirePairStatus[]): readonly WirePairStatus[] =>
  pairs.toSorted((a, b) => order(shownState(a).mark) - order(shownState(b).mark) || a.pair.localeCompare(b.pair));

/** The worst state of all pairs; `step` where there are none. */
export const worstOf = (pairs: readonly WirePairStatus[]): StateMark =>
  stateMarks.find((mark) => pairs.some((status) => shownState(status).mark === mark)) ?? 'step';
