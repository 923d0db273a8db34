import { statesOf as recordNow } from '../conflict/decided.ts';
import type { Key } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import type { StateStore } from '../state/store.ts';
import type { KeyRef } from '../state/stored.ts';
import type { ItemRow, Wait } from '../state/waiting.ts';
import { refName, type Pass } from './context.ts';
import { hashOf, sameHash } from './hashes.ts';
import { openItems } from './open-items.ts';
import type { Tally } from './tally.ts';

const PAGE = 500;
const BLIND = ['rejected', 'type-misfit', 'unique', 'fk-parent-missing', 'fk-child-exists'] as const;

/**
 * A record that an item waits for may have gone back to its base before any pass saw it move; a comparison with the
 * base finds nothing there. So after each comparison the waits are compared with what stands (L7).
 */
export async function wakeByState(pass: Pass): Promise<void> {
  for (let after = 0; ;) {
    const page = await pass.store.waits(pass.id, after, PAGE);
    const last = page.at(-1);
    if (!last) return;
    after = last.item;
    const now = await statesOf(
      pass,
      page.map(({ wait }) => wait),
    );
    const woken = page.filter(({ wait }) => !fits(wait, now));
    if (woken.length > 0) await pass.store.commit(pass.id, { touch: woken.map(({ waiter }) => waiter) });
  }
}

/**
 * What a side refused for a reason that has no key (a CHECK, an expression, a width, a collection outside the pair) is
 * tried again with every audit, once by each run that a person starts, and whenever definitions changed: nothing else
 * could tell that the obstacle is gone.
 */
export async function tryAgain(pass: Pass): Promise<void> {
  for (const kind of BLIND)
    for await (const items of openItems(pass, kind)) {
      const blind = items.filter(({ waits }) => waits.length === 0);
      if (blind.length > 0) await pass.store.commit(pass.id, { touch: blind });
    }
}

/** Under other definitions a side may take what it refused of a unique clash. */
export async function forgetRefused(pass: Pass): Promise<void> {
  for await (const items of openItems(pass, 'unique'))
    for (const { id, extra } of items) {
      const { refused, named, ...rest } = extra;
      if (refused ?? named) await pass.store.commit(pass.id, { patchItems: [{ id, extra: rest }] });
    }
}

/** What a side refuses no plan can see: with the record as it was, the question stands again; the next sync tries it. */
export async function askAsBefore(pass: Pass): Promise<void> {
  for (const kind of ['rejected', 'type-misfit', 'unique'] as const)
    for await (const items of openItems(pass, kind))
      for (const item of items)
        if (item.state === 'reopened' && pass.scope.only?.has(refName(item))) await asBefore(pass, item);
}

async function asBefore(pass: Pass, item: ItemRow): Promise<void> {
  const now = await recordNow(pass, item);
  if (!sameState(now.A, item.a) || !sameState(now.B, item.b)) return;
  const { id, generation } = item;
  await pass.store.commit(pass.id, { patchItems: [{ id, state: 'open', generation: generation + 1, notes: '' }] });
}

/**
 * A person looks at records that a side had refused. As long as they stand as they did then, a plan of them wants to write
 * them, since it cannot see what is in the way.
 */
export async function noteLookedAt(pass: Pass, records: readonly KeyRef[]): Promise<void> {
  const { store, id, run, tally } = pass;
  // Under other definitions a side may take them, which the next sync finds out.
  if (tally.triedAgain) return;
  for (const [collection, some] of Map.groupBy(records, (record) => record.collection)) {
    const keys = some.map(({ key }) => key);
    const resting = await store.resting(id, collection, keys);
    for (const { key, gen, a, b } of (await store.staged(id, run, collection, keys)).values()) {
      const item = resting.get(key)?.item;
      if (!item || !sameState(item.a, a) || !sameState(item.b, b)) continue;
      if (await isRefusedStill(pass, item)) tally.lookedAt.push({ collection, key, gen });
    }
  }
}

/** A side refused it, for a value that it alone can judge or for a reason without a key, and what was in the way stands as it did. */
async function isRefusedStill(pass: Pass, { kind, waits }: ItemRow): Promise<boolean> {
  if (kind !== 'unique') return (kind === 'rejected' || kind === 'type-misfit') && waits.length === 0;
  const now = await statesOf(pass, waits);
  return waits.every((wait) => fits(wait, now));
}

/** What was looked at, and not decided, waits as before, for plans too. */
export async function waitAsBefore(
  store: Pick<StateStore, 'resting' | 'commit'>,
  pair: number,
  { lookedAt }: Tally,
): Promise<void> {
  for (const [collection, rows] of Map.groupBy(lookedAt, (row) => row.collection)) {
    const resting = await store.resting(
      pair,
      collection,
      rows.map(({ key }) => key),
    );
    await store.commit(pair, { clean: rows.filter(({ key }) => resting.get(key)?.item?.state === 'open') });
  }
}

type States = ReadonlyMap<string, { readonly a: ReadonlyMap<Key, State>; readonly b: ReadonlyMap<Key, State> }>;

async function statesOf(pass: Pass, waits: readonly Wait[]): Promise<States> {
  const found = new Map<string, { a: ReadonlyMap<Key, State>; b: ReadonlyMap<Key, State> }>();
  for (const name of new Set(waits.map(({ collection }) => collection))) {
    if (!pass.collections.has(name)) continue;
    const keys = waits.filter(({ collection }) => collection === name).map(({ key }) => key);
    found.set(name, { a: await pass.sides.A.read(name, keys), b: await pass.sides.B.read(name, keys) });
  }
  return found;
}

function fits({ collection, key, seenA, seenB }: Wait, now: States): boolean {
  const states = now.get(collection);
  if (!states) return true;
  return sameHash(seenA, hashOf(states.a.get(key) ?? null)) && sameHash(seenB, hashOf(states.b.get(key) ?? null));
}
