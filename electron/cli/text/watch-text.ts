import type { WireCaptures } from '../../../shared/contract/capture-shapes.ts';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { BY_STRATEGY } from '../../../shared/model/words.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { captureText } from '../../../shared/model/capture-text.ts';
import { waitingLines, type RunLook } from './run-text.ts';
import { safeText } from './safe-text.ts';
import { whenText } from './times.ts';
import { total } from './words.ts';

/** One line for a run that moved something or found a conflict; `null` for one that did nothing. */
export function watchRunLine(run: WireRun, look: RunLook): string | null {
  const parts = partsOf(run, look);
  return parts.length === 0 ? null : `${begin(run, look)}: ${parts.join('; ')}`;
}

/** How the sides of a pair notice changes; nothing where both are files. */
export function watchListeningLines({ name, a, b }: WirePair, { A, B }: WireCaptures): readonly string[] {
  const told = [
    { label: a.label, capture: A },
    { label: b.label, capture: B },
  ].filter(({ capture }) => capture !== null && capture.level !== 'gated-scan');
  const lines = told.map(({ label, capture }) =>
    capture ? `  ${safeText(label, 60)}: ${safeText(captureText(capture), 300)}` : '',
  );
  if (lines.length === 0) return [];
  const isLive = told.length === 2 && told.every(({ capture }) => capture?.level === 'change-stream');
  return [
    isLive
      ? `${safeText(name, 60)}: changes are carried as they happen.`
      : `${safeText(name, 60)}: looked at again and again, after ten times what a look took.`,
    ...lines,
  ];
}

/** Who keeps the pair in step, where it is not the watch. */
export const watchFollowLine = (pair: string): string =>
  `${safeText(pair, 60)} is kept in step by the engine that runs on this home; this watch tells what it does.`;

/** One line for what somebody did from another terminal meanwhile. */
export function watchOtherLine(run: WireRun, look: RunLook): string {
  const { A, B } = run.written;
  const written = A.insert + A.update + A.delete + B.insert + B.update + B.delete;
  const moved = total(run.localToRemote) + total(run.remoteToLocal) > 0;
  const parts = [...(!moved && written > 0 ? [`${countText(written, 'record')} written`] : []), ...partsOf(run, look)];
  const who = `${otherWords[run.trigger] ?? 'run'} ${run.id} by ${safeText(run.who, 60)} from another terminal`;
  return `${begin(run, look)}: ${who}: ${parts.length === 0 ? 'nothing was written' : parts.join('; ')}`;
}

/** What a brake stopped, and what becomes of the watch. `named`: the pairs that it was begun with; none = all. */
export function watchBrakedLines(
  status: WirePairStatus,
  {
    named,
    keepGoing,
    look,
  }: { readonly named: readonly string[]; readonly keepGoing: boolean; readonly look: RunLook },
): string[] {
  const { pair, brakes } = status;
  const ofWhole = brakes.some(({ collection }) => collection === '');
  return [
    `${safeText(pair, 60)} is stopped. Nothing was written where the brake stands.`,
    ...waitingLines({ ...status, conflicts: { total: 0, open: 0, behind: 0 }, holds: 0 }, look),
    ...(keepGoing
      ? [ofWhole ? 'Watching goes on; it is synced again once you have answered.' : 'Everything else goes on.']
      : [
          'The watch ends here: nothing is synced until it, or a sync, is started again. One that goes on with all that no brake stops:',
          `  ${look.command('watch', ...named, '--keep-going')}`,
        ]),
  ];
}

/** What people do beside a watch; its own runs have other triggers. */
const otherWords: Partial<Readonly<Record<WireRun['trigger'], string>>> = {
  manual: 'sync',
  resolve: 'decision',
  undo: 'undo',
  hold: 'answer to a hold',
  brake: 'answer to a brake',
};

/** Did a person do it, and not the watch? */
export const isByOthers = ({ trigger, who }: Pick<WireRun, 'trigger' | 'who'>): boolean =>
  otherWords[trigger] !== undefined && !who.endsWith(BY_STRATEGY);

const begin = (run: WireRun, { now }: RunLook): string =>
  `${whenText(run.startTime, now, true)}  ${safeText(run.pair, 60)}`;

function partsOf(run: WireRun, { labels, style, command }: RunLook): string[] {
  const conflicts = Object.entries(run.conflicts).filter(([, n]) => n > 0);
  return [
    partText(run.localToRemote, `to ${labels.b}`),
    partText(run.remoteToLocal, `to ${labels.a}`),
    ...(conflicts.length > 0
      ? [
          `${style.warn(`${countText(total(run.conflicts), 'new conflict')} (${listOf(conflicts)})`)}: ${command('conflicts', '--pair', run.pair)}`,
        ]
      : []),
    ...(run.error === null ? [] : [style.bad(safeText(run.error.message, 300))]),
  ].filter((part) => part !== '');
}

function partText(counts: Readonly<Record<string, number>>, where: string): string {
  const moved = Object.entries(counts).filter(([, n]) => n > 0);
  return moved.length === 0 ? '' : `${countText(total(counts), 'change')} ${where} (${listOf(moved)})`;
}

/** `Artist: 1 record, Album: 3 records`. */
const listOf = (counts: readonly (readonly [string, number])[]): string =>
  counts.map(([name, n]) => `${safeText(name, 40)}: ${countText(n, 'record')}`).join(', ');
