import type { StateStore } from '../state/store.ts';
import { NO_RUN } from './bag.ts';
import type { Tally } from './tally.ts';

const PAGE = 1000;

/** Conflicts that a plan or a dry run found first are those of the sync that meets them: they count for it, and stand there since then. */
export async function takeFoundBefore(
  store: StateStore,
  pair: number,
  {
    run,
    collections,
    tally,
    at,
  }: {
    readonly run: number;
    readonly collections: readonly string[] | null;
    readonly tally: Tally;
    readonly at: number;
  },
): Promise<void> {
  for (let afterId = 0; ;) {
    const page = await store.items(pair, { open: true, run: NO_RUN, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) return;
    afterId = last.id;
    const met = page.filter(({ collection }) => collections?.includes(collection) ?? true);
    for (const item of met) tally.found(item);
    await store.commit(pair, { patchItems: met.map(({ id }) => ({ id, run, at })) });
  }
}
