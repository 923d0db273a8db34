import type { WireByItself } from '../../../shared/contract/run-shapes.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import { listText } from './words.ts';

const SHOWN = 20;

/** What a database made of records that it took: that, and not what was decided, stands there. */
export function byItselfLines(changed: WireByItself, labelsOf: (pair: string) => Labels): string[] {
  const lines = changed.slice(0, SHOWN).map(({ pair, collection, key, side, fields }) => {
    const { a, b } = labelsOf(pair);
    const what = fields.length === 0 ? 'the record' : safeText(listText(fields), 200);
    return `But ${side === 'A' ? a : b} changed ${what} of ${safeText(collection, 60)} ${safeText(key.text, 60)} by itself while it was written (a trigger?).`;
  });
  const more = changed.length - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${numberText(more)} more changed by a database itself.`] : [])];
}
