import type { WireNotInPair } from '../../../shared/contract/run-shapes.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';

interface Look {
  readonly style: Style;
  readonly labels: Labels;
  readonly command: (...words: readonly string[]) => string;
}

const SHOWN = 8;

export const notInPairName = ({ collection, field }: WireNotInPair): string =>
  field === null ? collection : `${collection}.${field}`;

/** What stands on a side and is not kept in step, with the commands that take it in or dismiss it. Empty where there is none. */
export function notInPairLines(
  pair: string,
  beside: readonly WireNotInPair[],
  { style, labels, command }: Look,
): string[] {
  if (beside.length === 0) return [];
  const names = beside.length > 1 ? ['all'] : beside.map(notInPairName);
  return [
    style.warn(`Not part of the pair, and not kept in step: ${namesText(beside, labels)}.`),
    `  Take it in: ${style.bold(command('pair', 'edit', pair, '--add', ...names))}`,
    `  Or never mention it again: ${style.bold(command('pair', 'edit', pair, '--leave-out', ...beside.slice(0, SHOWN).map(notInPairName)))}`,
  ];
}

export function namesText(beside: readonly WireNotInPair[], { a, b }: Labels): string {
  const names = beside.slice(0, SHOWN).map((one) => {
    const where = one.side === null ? '' : ` (on ${one.side === 'A' ? a : b} only)`;
    return `${safeText(notInPairName(one), 120)}${where}`;
  });
  const more = beside.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${numberText(more)} more` : '');
}
