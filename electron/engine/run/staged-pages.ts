import type { ActionQuery, ActionRow } from '../state/stored.ts';
import type { Pass } from './context.ts';

/** The staged actions in the order of their ids, a page at a time, whatever becomes of a page once it was seen. */
export async function* stagedPages(
  pass: Pass,
  limit: number,
  which: Pick<ActionQuery, 'collection' | 'constrained'> = {},
): AsyncGenerator<readonly ActionRow[]> {
  for (let afterId = 0; ;) {
    const page = await pass.store.actions(pass.id, {
      run: pass.run,
      status: 'staged',
      order: 'id',
      afterId,
      limit,
      ...which,
    });
    const last = page.at(-1);
    if (!last) return;
    afterId = last.id;
    yield page;
  }
}
