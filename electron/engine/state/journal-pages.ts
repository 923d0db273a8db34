import { must } from '../../../shared/lib/assert.ts';
import type { StateStore } from './store.ts';
import type { JournalQuery, JournalRow } from './stored.ts';

const PAGE = 1000;

/** What the journal of a pair has of `about`, in the order in which it was written, a page at a time (L13). */
export async function* journalPages(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  about: Omit<JournalQuery, 'afterId' | 'limit'>,
): AsyncGenerator<readonly JournalRow[]> {
  for (let afterId = 0; ;) {
    const page = await store.journal(pair, { ...about, afterId, limit: PAGE });
    if (page.length === 0) return;
    afterId = must(page.at(-1), 'a last row').id;
    yield page;
  }
}
