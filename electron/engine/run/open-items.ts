import type { ConflictKind } from '../../../shared/model/words.ts';
import type { ItemRow } from '../state/waiting.ts';
import type { Pass } from './context.ts';

const PAGE = 500;

/** The open conflicts of one kind, a page at a time (L13). */
export async function* openItems(pass: Pass, kind: ConflictKind): AsyncGenerator<readonly ItemRow[]> {
  for (let afterId = 0; ;) {
    const page = await pass.store.items(pass.id, { open: true, kind, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) return;
    afterId = last.id;
    yield page;
  }
}
