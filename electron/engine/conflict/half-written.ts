import { sameState } from '../port/record.ts';
import { refName, type Pass } from '../run/context.ts';
import type { KeyRef, NewAction } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { statesOf } from './decided.ts';
import { undoRun } from './undo.ts';

/** What waited about the records of decisions before those were written. */
export type WaitedBefore = ReadonlyMap<string, ItemRow>;

/** Asked only of decisions about several records which no side can keep together. */
export async function waitedBefore(
  { store, id }: Pick<Pass, 'store' | 'id'>,
  decisions: readonly (readonly NewAction[])[],
): Promise<WaitedBefore> {
  const found = new Map<string, ItemRow>();
  const loose = decisions
    .filter((actions) => actions.length > 1)
    .flat()
    .filter(isLoose);
  for (const [collection, some] of Map.groupBy(loose, (action) => action.collection)) {
    const keys = some.map(({ key }) => key);
    for (const [key, { item }] of await store.resting(id, collection, keys))
      if (item) found.set(refName({ collection, key }), item);
  }
  return found;
}

/**
 * Of records that are written together or not at all, what one side was given before the other refused goes back at once,
 * if nobody touched it since (E71). Of `keep_both` what was there before and got no more than a time stays: its conflict
 * stands. Of a unique clash each record waits on as it did.
 */
export async function takeHalfBack(pass: Pass, actions: readonly NewAction[], before: WaitedBefore): Promise<void> {
  const half = actions.filter((action) => pass.tally.wroteOn.has(refName(action)));
  const records = half.filter((action) =>
    isLoose(action) ? actions.length > 1 : action.a === null && action.b === null,
  );
  if (records.length === 0) return;
  await undoRun(pass, { run: pass.run, records, decisions: [] });
  await waitOn(pass, records.filter(isLoose), before);
}

const isLoose = ({ note }: NewAction): boolean => note.bond === undefined;

/** Nobody undid anything: what was taken back rests under no hold, but waits for the same answer as before. */
async function waitOn(pass: Pass, records: readonly KeyRef[], before: WaitedBefore): Promise<void> {
  const { store, id, run } = pass;
  for (const { collection, key } of records) {
    const rests = (await store.resting(id, collection, [key])).get(key);
    const item = before.get(refName({ collection, key }));
    const now = await statesOf(pass, { collection, key });
    const isBack = item && !rests?.item && sameState(now.A, item.a) && sameState(now.B, item.b);
    await store.commit(id, {
      dropHolds: rests?.hold?.run === run ? [{ collection, key }] : [],
      patchItems: isBack ? [{ id: item.id, state: 'open', generation: item.generation + 1, waits: item.waits }] : [],
    });
  }
}
