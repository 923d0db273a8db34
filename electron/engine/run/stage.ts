import type { Key } from '../port/key-codec.ts';
import { sideNames } from '../settings.ts';
import { journalPages } from '../state/journal-pages.ts';
import type { DirtyRow, KeyRef } from '../state/stored.ts';
import { Bag } from './bag.ts';
import { checkCancelled, inScope, isBraked, pairRow, refName, type Pass } from './context.ts';
import { checkStillThere } from './identity.ts';
import { ensureRaised } from './markers.ts';
import { OneKey } from './one-key.ts';
import { parkUnreadable } from './park.ts';
import { isLeftOut, namedByPlan, unhinted } from './pins.ts';
import { readOnce } from './read-both.ts';

const PAGE = 1000;

/**
 * Reads both sides once per batch of dirty keys and plans each (design.md 6). What is in step, adopted, parked or
 * still held is settled here, in one transaction a batch; what has to be written becomes the staged plan on disk.
 */
export async function stage(pass: Pass): Promise<void> {
  const names = [...pass.collections.keys()].filter((name) => inScope(pass, name) && !isBraked(pass, name)).sort();
  const { mode } = await pairRow(pass);
  pass.tally.waiting = 0;
  const unseen = namedByPlan(pass, names);
  const woken = new Map<string, KeyRef>();
  for (const name of names) {
    let after: Key | null = null;
    for (;;) {
      checkCancelled(pass);
      const rows = await pass.store.dirty(pass.id, {
        collections: [name],
        after: after === null ? null : { collection: name, key: after },
        limit: PAGE,
      });
      if (rows.length === 0) break;
      after = rows[rows.length - 1]?.key ?? null;
      for (const row of rows) unseen.delete(refName(row));
      const touched = await stageBatch(
        pass,
        name,
        rows.filter((row) => wanted(pass, row)),
        mode === 'aside',
      );
      for (const ref of touched) woken.set(refName(ref), ref);
      pass.progress({ phase: 'compare', collection: name, done: rows.length, all: 0 });
    }
  }
  for (const [name, refs] of Map.groupBy(unseen.values(), ({ collection }) => collection))
    for (let at = 0; at < refs.length; at += PAGE)
      await stageBatch(pass, name, await unhinted(pass, name, refs.slice(at, at + PAGE)), mode === 'aside');
  if (pass.traceless && pass.scope.only === null && mode !== 'aside') await stageWoken(pass, names, woken);
}

/** What waited for a record that came later is left to the next pass of a sync; a plan has but one, and looks at it now. */
async function stageWoken(pass: Pass, names: readonly string[], woken: ReadonlyMap<string, KeyRef>): Promise<void> {
  const done = new Set<string>();
  for (let wave: readonly KeyRef[] = [...woken.values()]; wave.length > 0;) {
    const next = new Map<string, KeyRef>();
    for (const ref of wave) done.add(refName(ref));
    for (const [name, refs] of Map.groupBy(wave, ({ collection }) => collection))
      for (let at = 0; names.includes(name) && at < refs.length; at += PAGE) {
        const rows = await notStaged(pass, name, refs.slice(at, at + PAGE));
        for (const ref of await stageBatch(pass, name, rows, false)) next.set(refName(ref), ref);
      }
    wave = [...next].flatMap(([name, ref]) => (done.has(name) ? [] : [ref]));
  }
}

async function notStaged(pass: Pass, collection: string, refs: readonly KeyRef[]): Promise<readonly DirtyRow[]> {
  const keys = refs.map(({ key }) => key);
  const staged = await pass.store.staged(pass.id, pass.run, collection, keys);
  const touch = refs.filter(({ key }) => !staged.has(key));
  const { gens } = await pass.store.commit(pass.id, { touch });
  return touch.map(({ key }, at) => ({ collection, key, gen: gens[at] ?? 0 }));
}

function wanted(pass: Pass, { collection, key }: DirtyRow): boolean {
  if (pass.scope.key && pass.scope.key.key !== key) return false;
  if (pass.scope.only && !pass.scope.only.has(refName({ collection, key }))) return false;
  return pass.scope.pins?.has(refName({ collection, key })) ?? true;
}

async function stageBatch(
  pass: Pass,
  collection: string,
  rows: readonly DirtyRow[],
  aside: boolean,
): Promise<readonly KeyRef[]> {
  if (rows.length === 0) return [];
  const keys = rows.map(({ key }) => key);
  const { A: a, B: b, unreadable } = await readOnce(pass, collection, rows);
  const facts = await pass.store.facts(pass.id, collection, keys);
  const allowed = await pass.store.allowed(pass.id, collection, keys);
  const bag = new Bag(pass);
  for (const row of rows) {
    const known = facts.get(row.key);
    const left = unreadable.get(row.key);
    const states = { A: a.get(row.key) ?? null, B: b.get(row.key) ?? null };
    if (known && left) {
      if (!isLeftOut(pass, row, null, null)) parkUnreadable(bag, row, states.A, states.B, known, left);
      continue;
    }
    if (known) new OneKey(pass, bag, row, states.A, states.B, known, aside, allowed.get(row.key) ?? null).decide();
  }
  // What a side does not show may have gone with its collection, which is no delete (E43): nothing is decided by that.
  if (!aside && tellsCollections(pass) && keys.some((key) => !a.has(key) || !b.has(key))) await checkStillThere(pass);
  if (bag.adopted.length > 0) await ensureRaised(pass);
  await bag.commit();
  pass.tally.adopted += await countUnwritten(pass, collection, bag.adopted);
  return bag.touched;
}

/** What this run made alike counts as written, and as nothing else: a side may have put the fields in its own order. */
async function countUnwritten(
  { store, id, run, tally }: Pass,
  collection: string,
  keys: readonly Key[],
): Promise<number> {
  if (keys.length === 0 || tally.wroteNothing) return keys.length;
  const written = new Set<Key>();
  for await (const rows of journalPages(store, id, { run, collection, keys, status: 'applied' }))
    for (const { key } of rows) written.add(key);
  return keys.length - written.size;
}

const tellsCollections = ({ shown }: Pass): boolean =>
  sideNames.some((side) => shown?.[side].collections !== undefined);
