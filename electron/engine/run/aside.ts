import type { SideName } from '../settings.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { Spread } from '../../../shared/lib/spread.ts';
import type { BrakeRow, NewBrake } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import type { Key } from '../port/key-codec.ts';
import { journalPages } from '../state/journal-pages.ts';
import { SAMPLES } from './brakes.ts';
import { collectionsFound } from './collection-identity.ts';
import { refName, type Pass } from './context.ts';
import { openItems } from './open-items.ts';
import { sameHash, wasBefore } from './hashes.ts';

/** The comparison that follows a base set aside is complete: the brake gets its counts, or goes if nothing is left to ask. While a collection is missing the comparison is not complete. */
export async function finishAside(pass: Pass): Promise<void> {
  if (pass.settings.collections.some(({ name }) => !pass.collections.has(name))) return;
  const brake = (await pass.store.brakes(pass.id, false)).find(
    ({ collection, kind }) => collection === '' && kind !== 'missing',
  );
  const fresh = brake?.kind === 'restored' ? await keepFreshApart(pass, brake.side) : 0;
  const counts = { onlyA: 0, onlyB: 0, different: 0 };
  const samples = new Spread<NewBrake['samples'][number]>(SAMPLES);
  let waiting = 0;
  let deleted = 0;
  for await (const { asked, waited } of restoredPages(pass)) {
    waiting += waited;
    deleted += await countDeleted(pass, asked);
    for (const { collection, key, a, b } of asked) {
      if (b === null) counts.onlyA++;
      else if (a === null) counts.onlyB++;
      else counts.different++;
      samples.add({ collection, key, a, b });
    }
  }
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
              samples: samples.kept,
              ...besides(pass, brake, { waiting: waiting - fresh, fresh, deleted }),
            },
          ],
        }
      : {}),
  });
}

/**
 * What somebody has edited on the side since it came back shows nothing that ever stood there, and is no part of the
 * question which side is to be trusted: each stays a conflict. Where most of the side is so, it is no older copy of what
 * is known here, and all of it is one question. Answers how many were left out.
 */
async function keepFreshApart(pass: Pass, side: SideName): Promise<number> {
  let [fresh, others] = [0, 0];
  for await (const { asked } of restoredPages(pass)) {
    const found = await freshIn(pass, side, asked);
    fresh += found.length;
    others += asked.length - found.length;
  }
  if (fresh === 0 || fresh > others) return 0;
  for await (const { asked } of restoredPages(pass))
    await pass.store.commit(pass.id, { leaveWaiting: await freshIn(pass, side, asked) });
  return fresh;
}

async function freshIn(pass: Pass, side: SideName, asked: readonly ItemRow[]): Promise<readonly ItemRow[]> {
  const fresh: ItemRow[] = [];
  const onBoth = asked.filter(({ a, b }) => a !== null && b !== null);
  for (const [collection, items] of Map.groupBy(onBoth, (item) => item.collection)) {
    const keys = items.map(({ key }) => key);
    const earlier = await pass.store.lookupEarlier(pass.id, collection, keys);
    const agreed = await pass.store.setAside(pass.id, collection, keys);
    const isOld = ({ key, a, b, hashA, hashB }: ItemRow): boolean =>
      sameHash(agreed.get(key) ?? null, side === 'A' ? hashA : hashB) ||
      wasBefore(earlier.get(key), side === 'A' ? a : b);
    fresh.push(...items.filter((item) => !isOld(item)));
  }
  return fresh;
}

/** Records that one side alone has because they were deleted on both: what either answer gives back to both. */
async function countDeleted({ store, id }: Pass, asked: readonly ItemRow[]): Promise<number> {
  let deleted = 0;
  const onOne = asked.filter(({ a, b }) => a === null || b === null);
  for (const [collection, items] of Map.groupBy(onOne, (item) => item.collection)) {
    const gone = new Map<Key, Buffer | null>();
    const keys = items.map(({ key }) => key);
    for await (const page of journalPages(store, id, { collection, keys, status: 'applied' }))
      for (const { key, op, beforeHash } of page) gone.set(key, op === 'delete' ? beforeHash : null);
    // Another record under the same key is a new one.
    deleted += items.filter(({ key, hashA, hashB }) => gone.get(key)?.equals(hashA ?? hashB ?? NONE)).length;
  }
  return deleted;
}

const NONE = Buffer.alloc(0);

/** Nobody is to believe that an answer about a whole side decides what was asked one by one, or that it keeps a deletion. */
interface Besides {
  readonly waiting: number;
  readonly fresh: number;
  readonly deleted: number;
}

function besides(
  { settings }: Pass,
  { cause, side }: BrakeRow,
  { waiting, fresh, deleted }: Besides,
): { readonly cause: string } {
  const there = settings.sideLabel[side];
  const edited =
    fresh === 1
      ? ` 1 record that was edited on ${there} since is left out of this question: it stays a conflict of its own.`
      : ` ${numberText(fresh)} records that were edited on ${there} since are left out of this question: each stays a conflict of its own.`;
  const left =
    waiting === 1
      ? ' 1 record that waited for you before is left out of this question: it stays a conflict of its own.'
      : ` ${numberText(waiting)} records that waited for you before are left out of this question: each stays a conflict of its own.`;
  const back =
    deleted === 1
      ? ' 1 record that had been deleted on both sides is there again: either answer gives it to both. Delete it once more afterwards if it is to stay deleted.'
      : ` ${numberText(deleted)} records that had been deleted on both sides are there again: either answer gives them to both. Delete them once more afterwards if they are to stay deleted.`;
  return { cause: `${cause}${waiting === 0 ? '' : left}${fresh === 0 ? '' : edited}${deleted === 0 ? '' : back}` };
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
