import { sameState } from '../port/record.ts';
import type { WriteResult } from '../port/connector.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow } from '../state/stored.ts';
import type { Bag } from './bag.ts';
import { refName, type Pass } from './context.ts';
import type { Outcome } from './settle.ts';
import { parkItem } from './park.ts';

/** A side's answer to a write that a reference forbids. */
export type Blocked = Extract<WriteResult, { status: 'blocked' }>;

/**
 * A reference that the plan was judged by says only that somebody was quicker: the key is planned again, once. What
 * no plan can see, since the other collection is not in the pair, or too many records refer, is parked with the reason.
 */
export async function parkBlocked(
  pass: Pass,
  bag: Bag,
  { action, facts }: Outcome,
  { side, result }: { readonly side: SideName; readonly result: Blocked },
): Promise<void> {
  const { collection, key } = action;
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  const name = `${side}\0${refName(action)}\0${result.reference}`;
  const again = isJudged(pass, side, action, result) && !pass.tally.blocked.has(name);
  pass.tally.blocked.add(name);
  if (again || !sameState(a, action.a) || !sameState(b, action.b)) {
    pass.tally.replanned++;
    bag.touch(action);
    return;
  }
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  parkItem(bag, action, {
    kind: result.by === 'parent-missing' ? 'fk-parent-missing' : 'fk-child-exists',
    fields: [],
    base,
    a,
    b,
    item: facts?.item ?? null,
    waits: [],
    reason: `${await blockedText(pass, action, side, result)} It waits here, and stops only what depends on it.`,
    extra: { side, index: result.reference },
  });
}

function isJudged(
  { constraints }: Pass,
  side: SideName,
  { collection }: ActionRow,
  { by, reference }: Blocked,
): boolean {
  const rules = by === 'parent-missing' ? constraints.references[side] : constraints.children[side];
  return (rules.get(collection) ?? []).some(({ name }) => name === reference);
}

/** Which records are in the way, and whether the pair knows of them at all. */
export async function blockedText(
  { connectors, settings }: Pass,
  { collection }: Pick<ActionRow, 'collection'>,
  side: SideName,
  { by, reference }: Blocked,
): Promise<string> {
  const own = settings.collections.find(({ name }) => name === collection)?.physical[side];
  const { collections } = await connectors[side].describe();
  const child = collections.find(({ references }) => references.some(({ name }) => name === reference));
  const other = by === 'child-exists' ? child?.name : child?.references.find(({ name }) => name === reference)?.parent;
  const inPair = other === own || settings.collections.some(({ physical }) => physical[side] === other);
  const outside = other === undefined || inPair ? '' : ` ${other} is not part of this pair.`;
  const there = settings.sideLabel[side];
  return by === 'child-exists'
    ? `Records of ${other ?? 'another collection'} on ${there} still refer to it (${reference}).${outside}`
    : `It refers to a record of ${other ?? 'another collection'} that ${there} does not have (${reference}).${outside}`;
}
