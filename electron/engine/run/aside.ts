import type { NewBrake } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import { collectionsFound } from './collection-identity.ts';
import type { Pass } from './context.ts';

const SAMPLES = 20;

/** The comparison that follows a base set aside is complete: the brake gets its counts, or goes if nothing is left to ask. While a collection is missing the comparison is not complete. */
export async function finishAside(pass: Pass): Promise<void> {
  if (pass.settings.collections.some(({ name }) => !pass.collections.has(name))) return;
  const counts = { onlyA: 0, onlyB: 0, different: 0 };
  const samples: NewBrake['samples'][number][] = [];
  for await (const page of restoredPages(pass))
    for (const { collection, key, a, b } of page) {
      if (b === null) counts.onlyA++;
      else if (a === null) counts.onlyB++;
      else counts.different++;
      if (samples.length < SAMPLES) samples.push({ collection, key, a, b });
    }
  const brake = (await pass.store.brakes(pass.id, false)).find(
    ({ collection, kind }) => collection === '' && kind !== 'missing',
  );
  const count = counts.onlyA + counts.onlyB + counts.different;
  await pass.store.commit(pass.id, {
    pair: { mode: 'normal', made: await collectionsFound(pass) },
    ...(brake && count === 0 ? { dropBrake: brake.id } : {}),
    ...(brake && count > 0
      ? { patchBrakes: [{ id: brake.id, count, of: count + pass.tally.adopted, counts, samples }] }
      : {}),
  });
}

/** The records that wait behind the question which side is to be trusted. */
export async function* restoredPages(pass: Pass): AsyncGenerator<readonly ItemRow[]> {
  for (let afterId = 0; ;) {
    const page = await pass.store.items(pass.id, { open: true, kind: 'restored', afterId, limit: 500 });
    const last = page.at(-1);
    if (!last) return;
    afterId = last.id;
    yield page;
  }
}
