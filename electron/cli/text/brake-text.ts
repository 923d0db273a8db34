import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { BrakeAnswer, BrakeKind } from '../../../shared/model/words.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { listText } from './words.ts';

/** What came of an answer to a brake, in what was really written. */
export function answeredText(
  answer: BrakeAnswer,
  run: Pick<WireRun, 'written'>,
  { a, b }: Labels,
  kind?: BrakeKind,
): string {
  if (answer === 'keep' && kind === 'drift') return 'Kept: nothing was overwritten; both sides stay as they are.';
  if (answer === 'keep') return 'Kept paused: nothing is written until you answer otherwise.';
  const parts = [writtenText(run.written.A, a), writtenText(run.written.B, b)].filter((part) => part !== '');
  const begin = answer === 'bring-back' ? 'Brought back' : 'Let go';
  if (parts.length === 0) return `${begin}: nothing had to be written.`;
  const kept = answer === 'let-go' ? ' The old values are kept in the history.' : '';
  return `${begin}: ${parts.join('; ')}.${kept}`;
}

function writtenText({ insert, update, delete: gone }: WireRun['written']['A'], side: string): string {
  const counts = [
    [insert, 'inserted'],
    [update, 'updated'],
    [gone, 'deleted'],
  ] as const;
  const parts = counts.flatMap(([n, what]) => (n > 0 ? [`${countText(n, 'record')} ${what}`] : []));
  return parts.length === 0 ? '' : `${listText(parts)} on ${side}`;
}
