import { collectionRanks } from '../order/collection-ranks.ts';
import type { State } from '../port/record.ts';

/** Room between two ranks for records of one rank that wait for each other. */
const STEP = 1_000_000;
const PHASE = 10_000;

/**
 * The order in which a plan is applied, as far as kinds of writes and collections decide it: deletes (children
 * first), updates, inserts (parents first). Single records that need another order are moved by the judge.
 */
export class Ranks {
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #highest: number;

  constructor(
    collections: readonly string[],
    references: readonly { readonly child: string; readonly parent: string }[],
  ) {
    this.#ranks = collectionRanks(collections, references).ranks;
    this.#highest = Math.max(0, ...this.#ranks.values());
  }

  parentsFirst(collections: readonly string[]): readonly string[] {
    return [...collections].sort((x, y) => (this.#ranks.get(x) ?? 0) - (this.#ranks.get(y) ?? 0) || (x < y ? -1 : 1));
  }

  /** From the writes of an action: pairs of what stands and what is to stand; `undefined` = not written. */
  levelOf(collection: string, writes: readonly (readonly [State, State | undefined])[]): number {
    const rank = this.#ranks.get(collection) ?? 0;
    const phases = writes
      .filter(([, to]) => to !== undefined)
      .map(([from, to]) => (to === null ? 0 : from === null ? 2 : 1));
    const phase = Math.min(2, ...phases);
    return (phase * PHASE + (phase === 0 ? this.#highest - rank : rank)) * STEP;
  }
}
