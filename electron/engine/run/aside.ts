import { numberText } from '../../../shared/lib/count-text.ts';
import type { BrakeRow, NewBrake } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import { collectionsFound } from './collection-identity.ts';
import { refName, type Pass } from './context.ts';
import { openItems } from './open-items.ts';

const SAMPLES = 20;

/** The comparison that follows a base set aside is complete: the brake gets its counts, or goes if nothing is left to ask. While a collection is missing the comparison is not complete. */
export async function finishAside(pass: Pass): Promise<void> {
  if (pass.settings.collections.some(({ name }) => !pass.collections.has(name))) return;
  const counts = { onlyA: 0, onlyB: 0, different: 0 };
  const samples: NewBrake['samples'][number][] = [];
  let before = 0;
  for await (const { asked, waited } of restoredPages(pass)) {
    before += waited;
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
            { id: brake.id, count, of: count + pass.tally.adopted, counts, samples, ...besides(brake, before) },
          ],
        }
      : {}),
  });
}

/** Nobody is to believe that an answer about a whole side decides what was asked one by one. */
function besides({ cause }: BrakeRow, waited: number): { readonly cause?: string } {
  if (waited === 0) return {};
  const text =
    waited === 1
      ? '1 record that waited for you before is'
      : `${numberText(waited)} records that waited for you before are`;
  return { cause: `${cause} ${text} left out of this question: each stays a conflict of its own.` };
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
