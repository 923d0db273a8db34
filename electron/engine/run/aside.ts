import { numberText } from '../../../shared/lib/count-text.ts';
import type { BrakeRow, NewBrake } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import type { Key } from '../port/key-codec.ts';
import { journalPages } from '../state/journal-pages.ts';
import { SAMPLES } from './brakes.ts';
import { collectionsFound } from './collection-identity.ts';
import { refName, type Pass } from './context.ts';
import { openItems } from './open-items.ts';

/** The comparison that follows a base set aside is complete: the brake gets its counts, or goes if nothing is left to ask. While a collection is missing the comparison is not complete. */
export async function finishAside(pass: Pass): Promise<void> {
  if (pass.settings.collections.some(({ name }) => !pass.collections.has(name))) return;
  const counts = { onlyA: 0, onlyB: 0, different: 0 };
  const samples: NewBrake['samples'][number][] = [];
  let waiting = 0;
  let deleted = 0;
  for await (const { asked, waited } of restoredPages(pass)) {
    waiting += waited;
    deleted += await countDeleted(pass, asked);
    for (const { collection, key, a, b } of asked) {
      if (b === null) counts.onlyA++;
      else if (a === null) counts.onlyB++;
      else counts.different++;
      if (samples.length < SAMPLES) samples.push({ collection, key, a, b });
    }
  }
  const brake = (await pass.store.brakes(pass.id, false)).find(
    ({ collection, kind }) => collection === '' && kind !== 'missing',
  );
  const count = counts.onlyA + counts.onlyB + counts.different;
  await pass.store.commit(pass.id, {
    pair: { mode: 'normal', made: await collectionsFound(pass) },
    ...(brake && count === 0 ? { dropBrake: brake.id, forgetWaited: true } : {}),
    ...(brake && count > 0
      ? {
          patchBrakes: [
            {
              id: brake.id,
              count,
              of: count + pass.tally.adopted,
              counts,
              samples,
              ...besides(brake, waiting, deleted),
            },
          ],
        }
      : {}),
  });
}

/** Records that one side alone has because they were deleted on both: what either answer gives back to both. */
async function countDeleted({ store, id }: Pass, asked: readonly ItemRow[]): Promise<number> {
  let deleted = 0;
  const onOne = asked.filter(({ a, b }) => a === null || b === null);
  for (const [collection, items] of Map.groupBy(onOne, (item) => item.collection)) {
    const last = new Map<Key, boolean>();
    const keys = items.map(({ key }) => key);
    for await (const page of journalPages(store, id, { collection, keys, status: 'applied' }))
      for (const { key, op } of page) last.set(key, op === 'delete');
    deleted += [...last.values()].filter(Boolean).length;
  }
  return deleted;
}

/** Nobody is to believe that an answer about a whole side decides what was asked one by one, or that it keeps a deletion. */
function besides({ cause }: BrakeRow, waiting: number, deleted: number): { readonly cause: string } {
  const left =
    waiting === 1
      ? ' 1 record that waited for you before is left out of this question: it stays a conflict of its own.'
      : ` ${numberText(waiting)} records that waited for you before are left out of this question: each stays a conflict of its own.`;
  const back =
    deleted === 1
      ? ' 1 record that had been deleted on both sides is there again: either answer gives it to both. Delete it once more afterwards if it is to stay deleted.'
      : ` ${numberText(deleted)} records that had been deleted on both sides are there again: either answer gives them to both. Delete them once more afterwards if they are to stay deleted.`;
  return { cause: `${cause}${waiting === 0 ? '' : left}${deleted === 0 ? '' : back}` };
}

/** Records that differ since the base was set aside: what is asked about the whole side, and how many wait for themselves. */
interface Restored {
  readonly asked: readonly ItemRow[];
  readonly waited: number;
}

/** The records that wait behind the question which side is to be trusted, and beside it what waited before (E42). */
export async function* restoredPages(pass: Pass): AsyncGenerator<Restored> {
  for await (const page of openItems(pass, 'restored')) {
    const waited = new Set<string>();
    for (const [collection, items] of Map.groupBy(page, (item) => item.collection)) {
      const keys = items.map(({ key }) => key);
      for (const key of await pass.store.waited(pass.id, collection, keys)) waited.add(refName({ collection, key }));
    }
    yield { asked: page.filter((item) => !waited.has(refName(item))), waited: waited.size };
  }
}
