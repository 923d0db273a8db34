import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { isSync } from '../../../shared/model/words.ts';
import type { StateMark } from '../../model/pair-state.ts';
import { t } from '../../text/text.ts';

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

/** Records written on each side, decisions included. */
export const writtenOn = ({ written }: WireRun): { readonly A: number; readonly B: number } => ({
  A: written.A.insert + written.A.update + written.A.delete,
  B: written.B.insert + written.B.update + written.B.delete,
});

export const conflictsOf = ({ conflicts }: WireRun): number => total(conflicts);

export function markOf(run: WireRun): StateMark {
  if (run.outcome === 'failed' || run.outcome === 'stopped') return 'stop';
  if (run.outcome === 'cancelled') return 'pause';
  if (run.outcome === 'running') return 'sync';
  return conflictsOf(run) > 0 ? 'wait' : 'step';
}

export const howText = ({ trigger, who }: WireRun): string => t(`history.trigger.${trigger}`, { who });

/** One line about a run: who began it, what waits, what became of it. */
export function noteOf(run: WireRun): string {
  const { outcome, undone, undoneBy } = run;
  const waiting = conflictsOf(run);
  return [
    howText(run),
    ...(outcome === 'completed' ? [] : [t(`history.note.${outcome}`)]),
    ...(waiting > 0 ? [t('history.waiting', { n: waiting })] : []),
    ...(undoneBy.length === 0
      ? []
      : undone !== null && undone.records < undone.of
        ? [t('history.note.partly', { done: undone.records, n: undone.of })]
        : [t('history.note.undone', { n: undoneBy.length })]),
  ].join(' · ');
}

export function outcomeText(run: WireRun): string {
  const { A, B } = writtenOn(run);
  if (run.undoOf !== null && A + B > 0) return t('history.outcome.undoOf', { what: run.undoOf });
  if (run.outcome === 'completed' && A + B === 0 && conflictsOf(run) === 0) return t('history.outcome.nothing');
  if (run.outcome === 'completed' && A + B > 0) return t('history.outcome.wrote', { n: A + B });
  return t(`history.outcome.${run.outcome}`);
}

export const kindsOfRuns = ['all', 'syncs', 'decided', 'undone', 'failed'] as const;
export type KindOfRun = (typeof kindsOfRuns)[number];

export const fits = (run: WireRun, kind: KindOfRun, collection: string): boolean =>
  isOfKind(run, kind) && (collection === '' || touched(run).includes(collection));

function isOfKind(run: WireRun, kind: KindOfRun): boolean {
  if (kind === 'syncs') return isSync(run);
  if (kind === 'decided') return !isSync(run) && run.trigger !== 'undo';
  if (kind === 'undone') return run.trigger === 'undo';
  if (kind === 'failed') return run.outcome === 'failed' || run.outcome === 'stopped' || run.outcome === 'cancelled';
  return true;
}

/** The collections in which something moved or waits. */
export const touched = ({ localToRemote, remoteToLocal, conflicts }: WireRun): readonly string[] =>
  [...new Set([localToRemote, remoteToLocal, conflicts].flatMap((counts) => Object.keys(counts)))].filter(
    (name) => (localToRemote[name] ?? 0) + (remoteToLocal[name] ?? 0) + (conflicts[name] ?? 0) > 0,
  );

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

/** The day of a moment as the head of a list says it. */
export function dayText(moment: string, now = Date.now()): string {
  const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(Date.parse(moment))) / 86_400_000);
  if (days === 0) return t('history.today');
  if (days === 1) return t('history.yesterday');
  return DAY.format(Date.parse(moment)).replace(',', '');
}
