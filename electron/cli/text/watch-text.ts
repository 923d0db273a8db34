import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import type { RunLook } from './run-text.ts';
import { safeText } from './safe-text.ts';
import { whenText } from './times.ts';
import { total } from './words.ts';

/** One line for a run that moved something or found a conflict; `null` for one that did nothing. */
export function watchRunLine(run: WireRun, { labels, now, style }: RunLook): string | null {
  const parts = [
    partText(run.localToRemote, `to ${labels.b}`),
    partText(run.remoteToLocal, `to ${labels.a}`),
    ...(total(run.conflicts) > 0 ? [style.warn(`${countText(total(run.conflicts), 'new conflict')}`)] : []),
    ...(run.error === null ? [] : [style.bad(safeText(run.error.message, 300))]),
  ].filter((part) => part !== '');
  if (parts.length === 0) return null;
  return `${whenText(run.startTime, now, true)}  ${safeText(run.pair, 60)}: ${parts.join('; ')}`;
}

function partText(counts: Readonly<Record<string, number>>, where: string): string {
  const moved = Object.entries(counts).filter(([, n]) => n > 0);
  if (moved.length === 0) return '';
  const list = moved.map(([name, n]) => `${safeText(name, 40)} ${numberText(n)}`).join(', ');
  return `${countText(total(counts), 'change')} ${where} (${list})`;
}
