import { ageText } from '../cli/text/times.ts';
import { pauseChoices, untilText } from './pause-times.ts';
import { needsOf, pairRoute, stateOf, worstState, type PairView, type Pause, type ShellState } from './shell-state.ts';

export type TrayIcon = 'idle' | 'running' | 'paused' | 'attention' | 'error';

export type TrayAction =
  | { readonly do: 'open'; readonly route?: string }
  | { readonly do: 'sync-all' }
  | { readonly do: 'stop-syncs' }
  | { readonly do: 'pause'; readonly until: string | null }
  | { readonly do: 'resume' }
  | { readonly do: 'retry-engine' }
  | { readonly do: 'quit' };

export type TrayItem =
  | { readonly id: string; readonly line: true }
  | { readonly id: string; readonly label: string; readonly action?: TrayAction; readonly items?: readonly TrayItem[] };

export interface TrayLook {
  readonly icon: TrayIcon;
  /** The state in words; the first line of the menu is the same, since icons may be stale or hidden. */
  readonly tooltip: string;
  readonly menu: readonly TrayItem[];
}

/** What icon, tooltip and menu show. An item without an action only tells. */
export function trayLook(state: ShellState, now: number): TrayLook {
  const [first, second] = words(state, now);
  const told: TrayItem[] = [
    { id: 'state', label: first },
    ...(second === '' ? [] : [{ id: 'state-more', label: second }]),
  ];
  const parts = [[...told, ...needItems(state)], workItems(state, now), PROGRAM];
  return {
    icon: iconOf(state),
    tooltip: `Tandem: ${first}`,
    menu: parts
      .filter((part) => part.length > 0)
      .flatMap((part, i) => (i === 0 ? part : [{ id: `line-${i}`, line: true as const }, ...part])),
  };
}

const PROGRAM: readonly TrayItem[] = [
  { id: 'open', label: 'Open Tandem', action: { do: 'open' } },
  { id: 'settings', label: 'Settings…', action: { do: 'open', route: '#/settings/general' } },
  { id: 'quit', label: 'Quit Tandem…', action: { do: 'quit' } },
];

const icons: Readonly<Record<PairView['state'], TrayIcon>> = {
  stopped: 'error',
  waiting: 'attention',
  offline: 'idle',
  syncing: 'running',
  paused: 'paused',
  'in-step': 'idle',
};

function iconOf({ engine, pairs }: ShellState): TrayIcon {
  if (engine.state === 'stopped') return 'error';
  return icons[worstState(pairs ?? [])];
}

type Words = readonly [first: string, second: string];

function words(state: ShellState, now: number): Words {
  const { engine, pairs } = state;
  if (engine.state === 'stopped') {
    const next = engine.nextTry === null ? '' : `Started again at ${untilText(engine.nextTry, now)}`;
    return [`Stopped: ${short(engine.reason)}`, next];
  }
  if (engine.state === 'starting' || pairs === null) return ['Starting', ''];
  const attached = engine.attached ? 'Through a Tandem that runs here already' : '';
  if (pairs.length === 0) return ['No pair is set up yet', attached];
  const [first, second] = pairWords(pairs, state, now);
  return [first, second === '' ? attached : second];
}

function pairWords(pairs: readonly PairView[], state: ShellState, now: number): Words {
  const worst = worstState(pairs);
  const these = pairs.filter((pair) => stateOf(pair) === worst);
  // What has no page of its own to be answered on is said first.
  const one = these.find(({ brakes }) => brakes.length === 0) ?? these[0];
  const others = pairs.length - these.length;
  const goOn = others === 0 ? '' : others === 1 ? '1 other pair goes on' : `${others} other pairs go on`;
  const needs = needsOf(pairs).length;
  switch (worst) {
    case 'stopped':
      if (one && one.brakes.length === 0) return [`${one.pair} stopped: ${reasonOf(one)}`, goOn];
      return [thingsText(needs), ''];
    case 'waiting':
      return [thingsText(Math.max(needs, 1)), ''];
    case 'offline':
      return [`${one?.pair ?? ''} is offline`, one ? short(one.sentence) : ''];
    case 'syncing':
      return [syncingText(one, state), ''];
    case 'paused':
      return [pausedText(state.pauses ?? [], now), notedText(pairs)];
    case 'in-step':
      return [
        pairs.length === 1 ? `${one?.pair ?? ''} is in step` : `All ${pairs.length} pairs are in step`,
        lastText(pairs, now),
      ];
  }
}

const thingsText = (n: number): string => (n === 1 ? '1 thing needs you' : `${n} things need you`);

function syncingText(one: PairView | undefined, { progress }: ShellState): string {
  const far = progress[one?.pair ?? ''];
  return far === undefined || far.all === 0
    ? `${one?.pair ?? ''} is syncing`
    : `${one?.pair ?? ''}: ${far.done} of ${far.all} changes`;
}

/** All pairs that are paused, in one word: with a time only where all end by themselves. */
function pausedText(pauses: readonly Pause[], now: number): string {
  const ends = pauses.map(({ until }) => until);
  const last = ends.includes(null) ? undefined : (ends as string[]).toSorted().at(-1);
  return last === undefined ? 'Paused' : `Paused until ${untilText(last, now)}`;
}

function notedText(pairs: readonly PairView[]): string {
  const noted = pairs.reduce((sum, { pending }) => sum + pending, 0);
  return noted === 0 ? '' : noted === 1 ? '1 change noted meanwhile' : `${noted} changes noted meanwhile`;
}

function lastText(pairs: readonly PairView[], now: number): string {
  const last = pairs
    .map(({ lastRun }) => lastRun?.endTime ?? '')
    .toSorted()
    .at(-1);
  return last === undefined || last === '' ? '' : `Last sync ${ageText(last, now)}`;
}

/** The state is said before it; the end of a sentence is not needed in a menu. */
const reasonOf = ({ error, sentence }: PairView): string =>
  short((error?.message ?? sentence).replace(/^Stopped: /, ''));

const LONGEST = 90;
function short(text: string): string {
  const sentence = text.replace(/\.$/, '');
  return sentence.length <= LONGEST ? sentence : `${sentence.slice(0, LONGEST - 1).trimEnd()}…`;
}

function needItems({ engine, pairs }: ShellState): TrayItem[] {
  if (engine.state === 'stopped') return [{ id: 'retry', label: 'Start it now', action: { do: 'retry-engine' } }];
  const all = pairs ?? [];
  const stopped = all
    .filter((pair) => pair.state === 'stopped' && pair.brakes.length === 0)
    .map(({ pair }) => ({ id: `stopped:${pair}`, label: `${pair}: see why it stopped…`, route: pairRoute(pair) }));
  return [...needsOf(all), ...stopped].map(({ id, label, route }) => ({ id, label, action: { do: 'open', route } }));
}

function workItems({ engine, pairs, pauses }: ShellState, now: number): TrayItem[] {
  if (engine.state !== 'running' || pairs === null || pairs.length === 0) return [];
  const paused = (pauses ?? []).length > 0;
  const syncing = pairs.some(({ state }) => state === 'syncing');
  const sync: TrayItem = syncing
    ? { id: 'stop-syncs', label: 'Stop after this batch', action: { do: 'stop-syncs' } }
    : { id: 'sync-all', label: paused ? 'Sync once, stay paused' : 'Sync all now', action: { do: 'sync-all' } };
  const resume: TrayItem[] = paused ? [{ id: 'resume', label: 'Resume now', action: { do: 'resume' } }] : [];
  return [...resume, sync, ...(pauses === null ? [] : [pauseItem(paused, now)])];
}

const pauseItem = (paused: boolean, now: number): TrayItem => ({
  id: 'pause',
  label: paused ? 'Pause longer' : 'Pause',
  items: pauseChoices(now).map(({ id, label, until }) => ({ id, label, action: { do: 'pause', until } })),
});
