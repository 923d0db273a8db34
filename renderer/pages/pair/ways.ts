import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import { t } from '../../text/text.ts';

type Direction = WirePair['direction'];
type Sides = Pick<WirePair, 'a' | 'b'>;

/** What the two sides are called, for a text. */
export const wayOf = ({ a, b }: Sides): { readonly a: string; readonly b: string } => ({ a: a.label, b: b.label });

/** The way that records travel, in a table. */
export function directionText(direction: Direction, { a, b }: Sides): string {
  if (direction === 'both') return t('pair.both');
  return t('pair.only', { side: direction === 'a-to-b' ? b.label : a.label });
}

export const kindOf = (url: string): 'mongodb' | 'sqlite' | 'none' =>
  url === '' ? 'none' : url.startsWith('mongodb') ? 'mongodb' : 'sqlite';

/** What Tandem added to the databases of a pair, each in words; empty: nothing. */
export function addedTo(side: 'A' | 'B', { options, a, b }: WirePair): readonly string[] {
  const isFile = kindOf((side === 'A' ? a : b).url) === 'sqlite';
  return [
    ...(options.marker ? [t('pair.added.marker')] : []),
    ...(options.triggers && isFile ? [t('pair.added.triggers')] : []),
    ...(options.stamp && side === 'A' ? [t('pair.added.stamp')] : []),
  ];
}
