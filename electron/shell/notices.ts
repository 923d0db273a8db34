import { countText } from '../../shared/lib/count-text.ts';
import { brakeRoute, conflictsRoute, pairRoute, type PairView } from './shell-state.ts';

/** A notification; the window shows the same, so that nobody needs it. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** The page that it opens. */
  readonly route: string;
}

/** What of a pair a person was told, or has found at the start. */
interface Known {
  readonly brakes: readonly number[];
  readonly conflicts: number;
  readonly failures: number;
  readonly lastRun: number | null;
  readonly stopped: boolean;
}
export type Noticed = Readonly<Record<string, Known>>;

/** So many failed runs in a row are told; a single one is tried again first. */
const FAILURES = 3;

/**
 * What is worth an interruption, and nothing else: a brake, conflicts that opened, a pair that stopped or failed three
 * times in a row. What stood there when the program started is shown by the window and told by nobody.
 */
export function noticesOf(
  before: Noticed | null,
  pairs: readonly PairView[],
): { readonly notices: readonly Notice[]; readonly noticed: Noticed } {
  const noticed: Record<string, Known> = {};
  const notices: Notice[] = [];
  for (const pair of pairs) {
    const known = before?.[pair.pair];
    const now = knownOf(known, pair);
    noticed[pair.pair] = now;
    if (before !== null && known !== undefined) notices.push(...changesOf(known, now, pair));
  }
  return { notices, noticed };
}

function knownOf(before: Known | undefined, { brakes, conflicts, lastRun, state }: PairView): Known {
  const id = lastRun?.id ?? null;
  const failed = lastRun?.status === 'failed' ? 1 : 0;
  const sameRun = before !== undefined && before.lastRun === id;
  return {
    brakes: brakes.map((brake) => brake.id),
    conflicts: conflicts.open,
    failures: sameRun ? before.failures : failed === 1 ? (before?.failures ?? 0) + 1 : 0,
    lastRun: id,
    stopped: state === 'stopped' && brakes.length === 0,
  };
}

function changesOf(
  before: Known,
  now: Known,
  { pair, brakes, conflicts, sentence, error, pending }: PairView,
): Notice[] {
  const notices: Notice[] = brakes
    .filter(({ id }) => !before.brakes.includes(id))
    .map(({ collection, cause, count }) => ({
      title: `${pair} stopped before writing ${countText(count, 'record')}`,
      body: `${cause} Nothing was written. Your answer is needed.`,
      route: brakeRoute(pair, collection),
    }));
  if (conflicts.open > before.conflicts)
    notices.push({
      title: `${countText(conflicts.open, 'record')} in ${pair} ${conflicts.open === 1 ? 'needs' : 'need'} a decision`,
      body: 'Everything else went through.',
      route: conflictsRoute(pair),
    });
  const noted = `${countText(pending, 'change')} ${pending === 1 ? 'waits' : 'wait'} on this computer; nothing is lost.`;
  const told = error?.message ?? sentence.replace(/^Stopped: /, '');
  if (now.failures >= FAILURES && before.failures < FAILURES)
    notices.push({
      title: `${pair} failed ${FAILURES} times in a row`,
      body: `${told} ${noted}`,
      route: pairRoute(pair),
    });
  else if (now.stopped && !before.stopped && now.failures < FAILURES && before.failures === now.failures)
    notices.push({ title: `${pair} stopped`, body: `${told} ${noted}`, route: pairRoute(pair) });
  return notices;
}
