import type { Key } from '../port/key-codec.ts';
import { keyFromHex } from '../port/key-codec.ts';
import { withFields, type RecordImage, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { UniqueRule } from '../run/constraints.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { holdsSame } from '../run/same-value.ts';
import { takes, tupleKey } from '../run/tuples.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { ItemRow, NamedClash } from '../state/waiting.ts';
import type { Decided } from './decided.ts';
import { mergedFor } from './strategies.ts';

/** A unique clash: the record of this computer and the one of the remote side that hold the same value. */
export interface Clash {
  readonly collection: string;
  readonly local: Party;
  readonly remote: Party;
}
export interface Party {
  /** Not the record of the item: only the state on its own side was shown. */
  readonly only?: SideName;
  readonly key: Key;
  readonly a: State;
  readonly b: State;
  readonly base: Decided['base'];
}

/** A field that a record has to give up, with the index for whose sake, and the record that keeps the value. */
export interface GivenUp {
  readonly field: string;
  readonly fields: readonly string[];
  readonly holder: Key;
}

export const otherKeyOf = (item: Pick<ItemRow, 'extra'>): Key | null =>
  item.extra.otherKey === undefined ? null : keyFromHex(item.extra.otherKey);

/** Both records as they stand; `null` where the other one is not known. */
export async function clashOf(pass: Pass, item: ItemRow): Promise<Clash | null> {
  const other = otherKeyOf(item);
  if (other === null) return null;
  const mine = { key: item.key, a: item.a, b: item.b, base: item.base };
  const localFirst = item.extra.side === 'B';
  const theirs = { ...(await party(pass, item.collection, other)), only: localFirst ? ('B' as const) : ('A' as const) };
  const { collection } = item;
  return localFirst ? { collection, local: mine, remote: theirs } : { collection, local: theirs, remote: mine };
}

async function party(pass: Pass, collection: string, key: Key): Promise<Party> {
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  return { key, a, b, base };
}

/** What the changed record is made from: its own side alone, or both states where the item showed both. */
export function ownState(pass: Pass, collection: string, { only, base, a, b }: Party, side: SideName): State {
  if (only) return only === 'A' ? a : b;
  return mergedFor(base, a, b, side, collectionOf(pass, collection));
}

/** The field of an index that a new value is for: of several the first that is no part of the key. */
const changeable = (pass: Pass, collection: string, fields: readonly string[]): string | undefined =>
  fields.find((name) => !collectionOf(pass, collection).key.includes(name));

export const disputedField = (pass: Pass, { collection, fields }: ItemRow): string | undefined =>
  changeable(pass, collection, fields) ?? fields[0];

/**
 * All that the record which gives way has to give up, so that both can stand on both sides: what the item is about
 * first, then every other unique value that it would still share, with the same record or with another one. `named`: the
 * values that a person gave.
 */
export async function givenUp(
  pass: Pass,
  item: ItemRow,
  clash: Clash,
  giver: 'local' | 'remote',
  named: ReadonlyMap<string, Value | undefined> = new Map(),
): Promise<readonly GivenUp[]> {
  const { collection } = clash;
  const other = clash[giver === 'local' ? 'remote' : 'local'];
  const gives: GivenUp[] = [];
  const first = disputedField(pass, item);
  if (first !== undefined) gives.push({ field: first, fields: item.fields, holder: other.key });
  const own = ownState(pass, collection, clash[giver], giver === 'local' ? 'A' : 'B');
  const rest = ownState(pass, collection, other, giver === 'local' ? 'B' : 'A');
  if (!own || !rest) return gives;
  const state = withFields(own, named);
  for (const side of sideNames)
    for (const rule of pass.constraints.unique[side].get(collection) ?? []) {
      const field = changeable(pass, collection, rule.fields);
      if (field === undefined || rule.fields.some((name) => gives.some((give) => give.field === name))) continue;
      const holder = sharedWith(side, rule, { giver, clash, state, rest })
        ? other.key
        : giver === 'local'
          ? await heldThere(pass, side, rule, clash.local, state)
          : null;
      if (holder !== null) gives.push({ field, fields: rule.fields, holder });
    }
  for (const named of item.extra.named ?? []) {
    const field = changeable(pass, collection, named.fields);
    if (field === undefined || gives.some((give) => give.field === field)) continue;
    const holder = await stillHeld(pass, named, { giver, clash, state, rest });
    if (holder !== null) gives.push({ field, fields: named.fields, holder });
  }
  return gives;
}

interface Shared {
  readonly giver: 'local' | 'remote';
  readonly clash: Clash;
  readonly state: RecordImage;
  readonly rest: RecordImage;
}

/** Would one of the two bring a value to the side that the other one has there? */
function sharedWith(side: SideName, rule: UniqueRule, { giver, clash, state, rest }: Shared): boolean {
  const [local, remote] = giver === 'local' ? [state, rest] : [rest, state];
  const taken =
    side === 'B'
      ? takes({ side, from: clash.local.b, to: local }, rule)
      : takes({ side, from: clash.remote.a, to: remote }, rule);
  return taken !== null && taken.key === tupleKey(side === 'B' ? remote : local, rule);
}

/** Who holds what a side named when it refused a decision; `null` where it is no obstacle to the giver any more. */
async function stillHeld(pass: Pass, named: NamedClash, { giver, clash, state, rest }: Shared): Promise<Key | null> {
  const { local, remote, collection } = clash;
  const { side, index, fields } = named;
  const [key, holder] = [keyFromHex(named.key), keyFromHex(named.holder)];
  const isLocal = key === local.key;
  const isGiver = isLocal === (giver === 'local');
  const isBetween = [local.key, remote.key].includes(holder);
  if (!isGiver && !isBetween) return null;
  const record = (await pass.sides[side].read(collection, [holder])).get(holder) ?? null;
  // As the giver would be, wherever it stands.
  const owner = { key: holder, record: !isGiver && record !== null ? state : record };
  if (!(await holdsSame(pass, { side, collection, index, fields }, isGiver ? state : rest, owner))) return null;
  return isGiver ? holder : key;
}

/** Third records that a side named when it refused a decision, for they keep the local record from standing there as it is. */
export async function namedThirds(
  pass: Pass,
  { collection, extra }: ItemRow,
  { local, remote }: Clash,
): Promise<readonly (Pick<NamedClash, 'side' | 'fields'> & { readonly key: Key })[]> {
  const found: (Pick<NamedClash, 'side' | 'fields'> & { readonly key: Key })[] = [];
  const kept = ownState(pass, collection, local, 'A');
  for (const { side, index, fields, key, holder } of extra.named ?? []) {
    const owner = keyFromHex(holder);
    if (keyFromHex(key) !== local.key || owner === remote.key) continue;
    const record = (await pass.sides[side].read(collection, [owner])).get(owner) ?? null;
    if (await holdsSame(pass, { side, collection, index, fields }, kept, { key: owner, record }))
      found.push({ side, fields, key: owner });
  }
  return found;
}

/** A third record that holds, where the record is to go, what it would bring there. */
async function heldThere(
  pass: Pass,
  side: SideName,
  rule: UniqueRule,
  { key, a, b, only }: Party,
  to: RecordImage,
): Promise<Key | null> {
  const taken = only === undefined || only === side ? takes({ side, from: side === 'A' ? a : b, to }, rule) : null;
  if (taken === null) return null;
  const index = rule.index === null ? {} : { index: rule.index };
  const query = { collection: rule.collection, fields: rule.fields, tuples: [taken.values], limit: 2, ...index };
  return (await pass.sides[side].lookup?.find(query))?.[0]?.find((owner) => owner !== key) ?? null;
}
