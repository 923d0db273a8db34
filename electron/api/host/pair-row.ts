import type { StateStore } from '../../engine/state/store.ts';
import type { PairRow } from '../../engine/state/stored.ts';

/** What the state knows of the pair of this name; nothing before it was opened once. */
export async function pairRowOf(
  { store }: { readonly store: Pick<StateStore, 'listPairs'> },
  pair: string,
): Promise<PairRow | undefined> {
  return (await store.listPairs()).find(({ name }) => name === pair);
}
