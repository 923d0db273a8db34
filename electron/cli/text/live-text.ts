import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import type { WireNetwork, WireServer } from '../../../shared/contract/network-shapes.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented, tableLines } from './table.ts';
import { ageText, whenText } from './times.ts';

interface Look {
  readonly style: Style;
  readonly now: number;
}

/** What came of a pause or its end. */
export const pauseLines = (pairs: readonly WireLivePair[], now: number): string[] =>
  pairs.map(({ pair, paused, mode }) => {
    const name = safeText(pair, 60);
    if (paused !== null) return `${name}: paused ${untilText(paused.until, now)}.`;
    return mode === 'off' ? `${name}: not paused.` : `${name}: goes on by itself.`;
  });

/** Also of a time that is still to come. */
function untilText(until: string | null, now: number): string {
  if (until === null) return 'until you say so';
  const isToday = new Date(until).toDateString() === new Date(now).toDateString();
  return `until ${isToday ? whenText(until, now, true) : whenText(until, Date.parse(until) + 8 * 86_400_000, true)}`;
}

/** What happens with a pair by itself, in one line; null where nothing does. */
export function byItselfText({ mode, paused, nextWhy, trouble }: WireLivePair, now: number): string | null {
  if (paused !== null)
    return `paused ${untilText(paused.until, now)} (since ${whenText(paused.since, now)}, by ${safeText(paused.by, 60)})`;
  if (mode === 'off') return null;
  const how = mode === 'watching' ? 'watched' : 'at its times';
  const next = trouble?.nextTry == null ? '' : ` Next try: ${whenText(trouble.nextTry, now, true)}.`;
  return safeText(`${how}. ${nextWhy}${next}`, 300);
}

/** The servers of the pairs, and what changed. */
export function networkLines(network: WireNetwork, { style, now }: Look): string[] {
  const { servers, history } = network;
  if (servers.length === 0)
    return ['No pair has a server: all sides are files on this computer, which need no network.'];
  const rows = servers.map((each) => [
    safeText(each.pair, 40),
    safeText(each.label, 40),
    safeText(each.address, 60),
    stateWord(each),
    each.latencyMs === null ? '' : `${Math.max(1, Math.round(each.latencyMs))} ms`,
    each.lastAnswer === null ? 'never' : ageText(each.lastAnswer, now),
  ]);
  const heads = ['pair', 'side', 'server', 'state', 'answered in', 'last answer'].map((head) => ({ head }));
  return [
    ...tableLines(heads, rows, (text) => style.bold(text)),
    ...servers.filter(({ state }) => state !== 'online').flatMap((each) => ['', ...whyLines(each, style)]),
    ...(history.length === 0 ? [] : ['', style.bold('What changed:'), ...indented(changes(network, now))]),
    '',
    network.running
      ? `Asked every ${network.checkIntervalSeconds} s, and sooner after a change.`
      : 'Asked just now; nobody asks by itself while no tandem serve runs.',
  ];
}

const LISTED = 10;

const changes = ({ history }: WireNetwork, now: number): string[] =>
  history
    .slice(0, LISTED)
    .map(({ at, pair, sentence }) => `${whenText(at, now, true)}  ${safeText(pair, 40)}: ${safeText(sentence, 200)}`);

const whyLines = ({ pair, sentence, hint }: WireServer, style: Style): string[] => [
  style.bad(`${safeText(pair, 40)}: ${safeText(sentence, 400)}`),
  ...(hint === '' ? [] : [`  ${safeText(hint, 400)}`]),
];

const words: Readonly<Record<WireServer['state'], string>> = {
  unknown: 'not asked yet',
  online: 'online',
  'no-network': 'no network',
  'captive-portal': 'something in between',
  'server-down': 'does not answer',
  'login-refused': 'login refused',
};
const stateWord = ({ state }: WireServer): string => words[state];
