import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';

/** What the sides of a pair are called, safe to show. */
export const labelsOf = ({ a, b }: Pick<WirePair, 'a' | 'b'>): Labels => ({
  a: safeText(a.label, 60),
  b: safeText(b.label, 60),
});
