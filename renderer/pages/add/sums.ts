import type { WireAddReport } from '../../../shared/contract/pair-shapes.ts';
import type { Direction } from './draft.ts';

export interface Sums {
  readonly equal: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly different: number;
  readonly uniqueClashes: number;
  /** Of those on one side alone: what is in no clash and may travel. */
  readonly copied: number;
  readonly toA: number;
  readonly toB: number;
}

/** The way of each collection that the pair would have. */
export const waysOf = ({ direction, collections }: WireAddReport['pair']): ReadonlyMap<string, Direction> =>
  new Map(collections.map((one) => [one.name, one.direction ?? direction]));

/** A first comparison, over all collections. */
export function sumOf({ preview, pair }: Pick<WireAddReport, 'preview' | 'pair'>): Sums {
  const all = preview?.collections ?? [];
  const sum = (count: (one: (typeof all)[number]) => number): number => all.reduce((so, one) => so + count(one), 0);
  const ways = waysOf(pair);
  const may = (name: string, way: Direction): boolean => [way, 'both'].includes(ways.get(name) ?? pair.direction);
  const toA = sum(({ name, onlyB, clashingB }) => (may(name, 'b-to-a') ? onlyB - clashingB : 0));
  const toB = sum(({ name, onlyA, clashingA }) => (may(name, 'a-to-b') ? onlyA - clashingA : 0));
  return {
    equal: sum(({ equal }) => equal),
    onlyA: sum(({ onlyA }) => onlyA),
    onlyB: sum(({ onlyB }) => onlyB),
    different: sum(({ different }) => different),
    uniqueClashes: sum(({ uniqueClashes }) => uniqueClashes),
    copied: toA + toB,
    toA,
    toB,
  };
}
