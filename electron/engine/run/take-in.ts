import { own } from '../../../shared/lib/own.ts';
import { isBase } from '../plan/base.ts';
import { completed, type Shape } from '../plan/complete.ts';
import type { Key } from '../port/key-codec.ts';
import { entriesOf, fieldOf, recordFrom, sameState, type State } from '../port/record.ts';
import type { CollectionSettings } from '../settings.ts';
import type { Facts, PairRow } from '../state/stored.ts';
import type { HoldRow } from '../state/waiting.ts';
import { Bag } from './bag.ts';
import { inScope, pairRow, type Pass } from './context.ts';
import { checkStillThere } from './identity.ts';
import { ensureRaised } from './markers.ts';
import { walkBoth } from './walk.ts';

/**
 * Before anything is planned, the base knows exactly the fields that the pair maps now. Where a field was added or
 * left out since the base was last completed, both sides are walked once. Nothing is written to a side, and what is
 * done already is found done, so that a crash costs the walk and no more.
 */
export async function takeIn(pass: Pass): Promise<void> {
  const { covered, mode } = await pairRow(pass);
  if (mode === 'aside') return;
  const now = new Map(Object.entries(covered));
  await forgetLeft(pass, now);
  for (const collection of pass.collections.values()) {
    const { name } = collection;
    const fields = collection.fields.map((field) => field.name).sort();
    const before = own(covered, name);
    if (!inScope(pass, name) || (before && sameNames(before, fields))) continue;
    if (before !== undefined || (await pass.store.hasBase(pass.id, name))) await completeAll(pass, collection, before);
    now.set(name, fields);
  }
  const known: PairRow['covered'] = Object.fromEntries(now);
  if (JSON.stringify(known) !== JSON.stringify(covered)) await pass.store.commit(pass.id, { pair: { covered: known } });
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);

/** What is known of collections that are no longer part of the pair goes: taken in again, they begin anew. */
async function forgetLeft(pass: Pass, covered: Map<string, readonly string[]>): Promise<void> {
  const { collections, resting } = pass.settings;
  const still = new Set([...collections, ...resting].map(({ name }) => name));
  const left = [...covered.keys()].filter((name) => !still.has(name));
  if (left.length === 0) return;
  for (const name of left) covered.delete(name);
  const { keys, made } = await pairRow(pass);
  const kept = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([name]) => still.has(name)));
  await pass.store.commit(pass.id, {
    forget: left,
    pair: {
      covered: Object.fromEntries(covered),
      keys: kept(keys),
      made: kept(made),
    },
  });
}

interface Stands {
  readonly key: Key;
  readonly a: State;
  readonly b: State;
}

async function completeAll(
  pass: Pass,
  { name }: CollectionSettings,
  before: readonly string[] | undefined,
): Promise<void> {
  const shape = pass.shapes.get(name);
  if (!shape) return;
  const added = before ? [...shape.fields.keys()].filter((field) => !before.includes(field)) : [];
  let page: Stands[] = [];
  let done = 0;
  for await (const stands of walkBoth(pass, name, pass.tally.notCompared)) {
    page.push(stands);
    if (page.length < pass.settings.batchSize) continue;
    done += page.length;
    await completePage(pass, name, { shape, added }, page.splice(0));
    pass.progress({ phase: 'compare', collection: name, done, all: 0 });
  }
  page = page.splice(0);
  if (page.length > 0) await completePage(pass, name, { shape, added }, page);
}

interface Change {
  readonly shape: Shape;
  readonly added: readonly string[];
}

async function completePage(pass: Pass, collection: string, change: Change, page: readonly Stands[]): Promise<void> {
  const facts = await pass.store.facts(
    pass.id,
    collection,
    page.map(({ key }) => key),
  );
  const bag = new Bag(pass);
  let changes = false;
  for (const stands of page) {
    const known = facts.get(stands.key);
    if (known && completeOne(bag, collection, change, stands, known)) changes = true;
  }
  if (!changes) return;
  await ensureRaised(pass);
  await checkStillThere(pass);
  await bag.commit();
}

/** Answers whether there is anything to save. */
function completeOne(
  bag: Bag,
  collection: string,
  change: Change,
  { key, a, b }: Stands,
  { base, item, hold }: Facts,
): boolean {
  const ref = { collection, key };
  const outcome = base && completed(base, a, b, change.shape, change.added);
  const moved = outcome !== null && outcome.base !== base;
  if (outcome && moved) bag.setBase(ref, outcome.base);
  if (outcome?.fills) bag.fill(ref, outcome.fills);
  const rests = hold !== null && restedAnew(bag, hold, change, a, b);
  const differs = outcome !== null && !(isBase(outcome.base, a) && isBase(outcome.base, b));
  if (differs || item || rests) bag.touch(ref);
  return moved || differs || item !== null || rests;
}

/** A hold goes on resting over the fields that are left; a field that came is as it stands, which is no edit. */
function restedAnew(bag: Bag, hold: HoldRow, { shape, added }: Change, a: State, b: State): boolean {
  const fields = hold.fields.filter((name) => shape.fields.has(name));
  if (hold.fields.length > 0 && fields.length === 0) {
    bag.dropHold(hold);
    return true;
  }
  const anew = (then: State, now: State): State =>
    then &&
    recordFrom([
      ...entriesOf(then).filter(([name]) => shape.fields.has(name)),
      ...added.filter((name) => !then.names.includes(name)).map((name) => [name, fieldOf(now, name)] as const),
    ]);
  const [thenA, thenB] = [anew(hold.a, a), anew(hold.b, b)];
  if (fields.length === hold.fields.length && sameState(thenA, hold.a) && sameState(thenB, hold.b)) return false;
  bag.putHold({ ...hold, a: thenA, b: thenB, fields, generation: hold.generation + 1 });
  return true;
}
