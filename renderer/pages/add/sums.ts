import type { WirePreview } from '../../../shared/contract/pair-shapes.ts';

export interface Sums {
  readonly equal: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly different: number;
  readonly uniqueClashes: number;
  /** Of those on one side alone: what is not in a clash. */
  readonly copied: number;
}

/** A first comparison, over all collections. */
export function sumOf(preview: WirePreview | null): Sums {
  const all = preview?.collections ?? [];
  const sum = (count: (one: (typeof all)[number]) => number): number => all.reduce((so, one) => so + count(one), 0);
  return {
    equal: sum(({ equal }) => equal),
    onlyA: sum(({ onlyA }) => onlyA),
    onlyB: sum(({ onlyB }) => onlyB),
    different: sum(({ different }) => different),
    uniqueClashes: sum(({ uniqueClashes }) => uniqueClashes),
    copied: sum(({ onlyA, onlyB, clashingA, clashingB }) => onlyA - clashingA + onlyB - clashingB),
  };
}
