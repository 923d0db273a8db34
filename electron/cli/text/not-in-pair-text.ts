import type { WireNotInPair } from '../../../shared/contract/run-shapes.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { keyAdvice } from '../../../shared/model/key-advice.ts';
import { takeInWords } from '../../../shared/model/take-in.ts';
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

/**
 * What stands on a side and is not kept in step: why, where that is known, and the commands that take it in or dismiss
 * it; and what the next sync takes up. Empty where there is none.
 */
export function notInPairLines(pair: string, all: readonly WireNotInPair[], look: Look): string[] {
  const coming = all.filter(({ comes }) => comes);
  const beside = all.filter(({ comes }) => !comes);
  return [
    ...(coming.length === 0 ? [] : [`New, and taken up by the next sync: ${namesText(coming, look.labels)}.`]),
    ...(beside.length === 0 ? [] : besideLines(pair, beside, look)),
  ];
}

function besideLines(pair: string, beside: readonly WireNotInPair[], { style, labels, command }: Look): string[] {
  const told = beside.filter(({ why }) => why !== undefined);
  const without = beside.filter(({ keyless }) => keyless);
  const fitting = beside.filter(({ keyless, why }) => !keyless && why === undefined);
  // What has to be agreed to would be among all.
  const names = fitting.length > 1 && told.length === 0 ? ['all'] : fitting.slice(0, SHOWN).map(notInPairName);
  return [
    style.warn(`Not part of the pair, and not kept in step: ${namesText(beside, labels)}.`),
    ...(names.length === 0 ? [] : [`  Take it in: ${style.bold(command('pair', 'edit', pair, '--add', ...names))}`]),
    ...without.slice(0, SHOWN).map(({ collection }) => {
      const name = safeText(collection, 120);
      return `  ${name} has no key that tells its records apart; ${keyAdvice(name)}.`;
    }),
    ...told
      .slice(0, SHOWN)
      .flatMap((one) => [
        `  ${safeText(one.collection, 120)}: ${safeText(one.why ?? '', 1000)}`,
        ...(one.agree?.length
          ? [`  If that is meant, take it in: ${style.bold(command('pair', 'edit', pair, ...takeInWords(one)))}`]
          : []),
      ]),
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
