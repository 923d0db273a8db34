import type { WireRehearsal } from '../../../shared/contract/run-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { sizeText } from '../../../shared/lib/size-text.ts';
import { runLines, type RunLook } from './run-text.ts';
import { safeText } from './safe-text.ts';
import { indented } from './table.ts';
import { durationText } from './times.ts';

/** What a sync would have come to, tried on copies, and the proof that the originals are as they were. `selection`: its options. */
export function rehearsalLines(rehearsal: WireRehearsal, look: RunLook, selection: readonly string[] = []): string[] {
  const { run, waiting, seconds, bytes, copied } = rehearsal;
  const { style, labels, command } = look;
  // A rehearsal has no number: it stands in no history.
  const [, ...moved] = runLines({ ...run, id: 0 }, look);
  return [
    `${style.bold(safeText(rehearsal.pair))}: rehearsed on copies (${sizeText(copied)}): ${run.status}, ${durationText(seconds)}, ${sizeText(bytes)} written.`,
    ...moved,
    ...indented([
      ...run.brakes.map((brake) => style.bad(`A brake would stop it: ${safeText(brake.cause, 500)}`)),
      ...(waiting.conflicts > 0 ? [style.warn(`${countText(waiting.conflicts, 'conflict')} would wait for you.`)] : []),
      ...(waiting.holds > 0 ? [`${countText(waiting.holds, 'record')} would rest on hold.`] : []),
      sameText(labels.a, rehearsal.unchanged.A),
      sameText(labels.b, rehearsal.unchanged.B),
    ]),
    `${run.brakes.length > 0 ? 'Sync, and answer the brake then' : 'Do it'}: ${style.bold(command('sync', rehearsal.pair, ...selection))}`,
  ];
}

function sameText(label: string, { before, after, changedByOthers }: WireRehearsal['unchanged']['A']): string {
  if (before === after) return `${label} is unchanged: SHA-256 ${before.slice(0, 16)}… before and after.`;
  return changedByOthers
    ? `${label} was changed by another program meanwhile; the rehearsal wrote nothing to it.`
    : `${label} changed: SHA-256 ${before.slice(0, 16)}… before, ${after.slice(0, 16)}… after.`;
}
