import type { WirePair, WirePreview } from '../../../shared/contract/pair-shapes.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { labelsOf } from './labels.ts';
import { notComparedLines } from './look-text.ts';

type Counts = WirePreview['collections'][number];
type Direction = WirePair['direction'];
type PairWay = Pick<WirePair, 'a' | 'b' | 'direction' | 'collections'>;

/** What the first sync does with the counts, and what it leaves as it is. Nothing is deleted by it. */
export function firstSyncLines({ collections, notCompared }: WirePreview, pair: PairWay): string[] {
  const sum = (pick: (each: Counts) => number, some: readonly Counts[] = collections): number =>
    some.reduce((all, each) => all + pick(each), 0);
  const going = (way: Direction): readonly Counts[] => collections.filter((each) => directionOf(pair, each) !== way);
  const staying = (way: Direction): readonly Counts[] => collections.filter((each) => directionOf(pair, each) === way);
  const { a, b } = labelsOf(pair);
  const [equal, different, clashes] = [
    sum((each) => each.equal),
    sum((each) => each.different),
    sum((each) => each.uniqueClashes),
  ];
  const aloneA = (each: Counts): number => each.onlyA - each.clashingA;
  const aloneB = (each: Counts): number => each.onlyB - each.clashingB;
  return [
    ...(equal > 0 ? [sameText(equal)] : []),
    ...copied(sum(aloneA, going('b-to-a')), a, b),
    ...copied(sum(aloneB, going('a-to-b')), b, a),
    ...left(sum(aloneA, staying('b-to-a')), a, b),
    ...left(sum(aloneB, staying('a-to-b')), b, a),
    ...(different > 0
      ? [
          `${countText(different, 'record')} with the same key but different content ${different === 1 ? 'becomes a conflict' : 'become conflicts'}; both stay as they are until you decide.`,
        ]
      : []),
    ...(clashes > 0
      ? [
          `${countText(clashes, 'unique value')} ${clashes === 1 ? 'is' : 'are'} used by two different records; neither is copied, nothing is overwritten, you decide.`,
        ]
      : []),
    'Nothing is deleted by the first sync.',
    ...notComparedLines(notCompared.slice(0, SHOWN), { a, b }),
    ...(notCompared.length > SHOWN ? [`… and ${numberText(notCompared.length - SHOWN)} more not compared.`] : []),
  ];
}

/** Of records that are alike without a write, at the first sync or since. */
export const sameText = (n: number): string =>
  `${countText(n, 'record')} ${n === 1 ? 'is' : 'are'} the same on both sides already; Tandem keeps ${n === 1 ? 'it' : 'them'} in step.`;

const SHOWN = 10;

function directionOf({ collections, direction }: PairWay, { name }: Counts): Direction {
  return collections.find((each) => each.name === name)?.direction ?? direction;
}

const copied = (count: number, from: string, to: string): string[] =>
  count === 0
    ? []
    : [
        `${countText(count, 'record')} only on ${from} ${count === 1 ? 'is' : 'are'} copied to ${to} at the first sync.`,
      ];

const left = (count: number, where: string, other: string): string[] =>
  count === 0
    ? []
    : [
        `${countText(count, 'record')} only on ${where} ${count === 1 ? 'stays' : 'stay'} there: no record travels from ${where} to ${other} in this pair.`,
      ];
