import { sameState } from '../port/record.ts';
import { refName, type Pass } from '../run/context.ts';
import type { KeyRef, NewAction } from '../state/stored.ts';
import type { HoldRow, ItemRow } from '../state/waiting.ts';
import { actionFor, currentBase, statesOf } from './decided.ts';
import { refusal, undoneState } from './hold-choices.ts';
import { recordName, recordsOf } from './records.ts';

const PAGE = 1000;

/** Decisions of `keep_both` that were undone, by the records of these holds that they wrote. */
export async function keptBoth(
  pass: Pick<Pass, 'id' | 'store'>,
  holds: readonly HoldRow[],
): Promise<ReadonlyMap<string, ItemRow>> {
  const found = new Map<string, ItemRow>();
  const [first] = holds;
  if (!first) return found;
  for (const run of new Set(holds.map((hold) => hold.run))) {
    if ((await pass.store.run(pass.id, run))?.trigger !== 'resolve') continue;
    const resting = new Set(holds.filter((hold) => hold.run === run).map(refName));
    for (let afterId = 0; ;) {
      const query = { collection: first.collection, decidedIn: run, open: false, afterId, limit: PAGE };
      const items = await pass.store.items(pass.id, query);
      const last = items.at(-1);
      if (!last) break;
      afterId = last.id;
      for (const item of items.filter(({ strategy }) => strategy === 'keep_both'))
        for (const name of recordsOf(item).map(refName)) if (resting.has(name)) found.set(name, item);
    }
  }
  return found;
}

/** The records that *send again* of this hold writes with it. */
export async function alongWith(
  { id, store }: Pick<Pass, 'id' | 'store'>,
  { key, run }: HoldRow,
  item: ItemRow,
): Promise<readonly KeyRef[]> {
  const along: KeyRef[] = [];
  for (const ref of recordsOf(item)) {
    if (ref.key === key) continue;
    if ((await store.journal(id, { ...ref, run, limit: 1 })).length > 0) along.push(ref);
  }
  return along;
}

/**
 * *Send again* of what `keep_both` had written: the record that was moved to another key goes along, or the one that
 * gives its key up would be on neither side. Both are written, or none. The moved one follows to A as any record does.
 */
export async function sentAlong(
  pass: Pass,
  hold: HoldRow,
  item: ItemRow,
  action: NewAction,
): Promise<readonly NewAction[]> {
  const together = { askFirst: 'B', bond: item.id, strategy: 'keep_both' } as const;
  const along: NewAction[] = [];
  for (const ref of await alongWith(pass, hold, item)) {
    const { A: a, B: b } = await statesOf(pass, ref);
    const agreed = await undoneState(pass, { ...ref, run: hold.run, a, b });
    if ([a, b].some((state) => state !== null && !sameState(state, agreed))) throw taken(pass, hold, ref);
    const { note } = action;
    const decided = { ...ref, base: await currentBase(pass, ref), a, b, agreed, only: 'B' as const };
    along.push(actionFor(pass, { ...decided, note: { ...note, ...together, fields: [] } }, 'hold'));
  }
  return along.length === 0 ? [action] : [{ ...action, note: { ...action.note, ...together } }, ...along];
}

const taken = (pass: Pass, { collection, key }: HoldRow, other: KeyRef): Error =>
  refusal(
    pass,
    collection,
    `Not sent: ${recordName({ collection, key })}. The record that was moved to ${recordName(other)} belongs to it, and that key is taken by another record now.`,
    'It stays on hold. See: tandem holds',
  );
