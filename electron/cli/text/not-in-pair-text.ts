import type { WireNotInPair } from '../../../shared/contract/run-shapes.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { keyAdvice } from '../../../shared/model/key-advice.ts';
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
  const fitting = beside.filter(({ keyless }) => !keyless);
  const names = fitting.length > 1 ? ['all'] : fitting.map(notInPairName);
  const without = beside.filter(({ keyless }) => keyless).slice(0, SHOWN);
  return [
    style.warn(`Not part of the pair, and not kept in step: ${namesText(beside, labels)}.`),
    ...(fitting.length === 0 ? [] : [`  Take it in: ${style.bold(command('pair', 'edit', pair, '--add', ...names))}`]),
    ...without.map(({ collection }) => {
      const name = safeText(collection, 120);
      return `  ${name} has no key that tells its records apart; ${keyAdvice(name)}.`;
    }),
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
