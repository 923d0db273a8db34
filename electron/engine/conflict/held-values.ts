import { plan } from '../plan/plan.ts';
import type { Key } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import type { ConflictItem } from '../reports/waiting.ts';
import type { UniqueRule } from '../run/constraints.ts';
import { collectionOf, refName, type Pass } from '../run/context.ts';
import { takes, tupleKey } from '../run/tuples.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { ActionNote, KeyRef, Resting } from '../state/stored.ts';
import type { HoldRow, ItemRow } from '../state/waiting.ts';
import { laterRuns, placeOf, undoFirst } from './later-runs.ts';
import { recordName } from './records.ts';
import { givenUp, namedThirds, otherKeyOf, ownState, type Clash } from './clash.ts';

type Holder = ConflictItem['heldBy'][number];

/** Records that hold a unique value which `agreed` would bring to their side, and that do not give it up with it. */
export async function holdersOf(
  pass: Pass,
  { id, collection, key, a, b }: Pick<ItemRow, 'collection' | 'key' | 'a' | 'b'> & { readonly id: number | undefined },
  agreed: State,
  open: readonly string[] = [],
): Promise<readonly Holder[]> {
  const holders: Holder[] = [];
  for (const side of sideNames) {
    const write = { side, from: side === 'A' ? a : b, to: agreed };
    if (sameState(write.from, write.to)) continue;
    for (const rule of pass.constraints.unique[side].get(collection) ?? []) {
      const taken = rule.fields.some((name) => open.includes(name)) ? null : takes(write, rule);
      const index = rule.index === null ? {} : { index: rule.index };
      const query = { collection, fields: rule.fields, tuples: [taken?.values ?? []], limit: 2, ...index };
      const owners = taken ? ((await pass.sides[side].lookup?.find(query))?.[0] ?? []) : [];
      for (const owner of owners)
        if (taken && owner !== key && !(await givesUp(pass, { collection, key }, owner, rule, taken.key))) {
          const rests = await restsAt(pass, collection, owner);
          const conflict = await listedAs(pass, rests?.item ?? null);
          // What waits in this very conflict is not decided before it.
          holders.push({
            side,
            key: owner,
            fields: rule.fields,
            conflict: conflict === id ? null : conflict,
            undoneRun: rests?.hold?.run ?? null,
          });
        }
    }
  }
  return holders;
}

/** Of a unique clash: third records that hold another value of one of the two, which *keep_local* would bring to their side. */
export async function thirdHolders(pass: Pass, item: ItemRow, clash: Clash): Promise<readonly Holder[]> {
  const { collection, local, remote } = clash;
  const gives = await givenUp(pass, item, clash, 'remote');
  const open = [...item.fields, ...gives.flatMap(({ fields }) => fields)];
  const found: Holder[] = [];
  for (const [party, own, other] of [
    [local, 'A', remote],
    [remote, 'B', local],
  ] as const) {
    const kept = ownState(pass, collection, party, own);
    if (party.only !== undefined || kept === null) continue;
    for (const holder of await holdersOf(pass, { id: item.id, collection, ...party }, kept, open))
      if (holder.key !== other.key) found.push(holder);
  }
  for (const held of await namedThirds(pass, item, clash))
    found.push({
      ...held,
      conflict: await conflictOf(pass, collection, held.key),
      undoneRun: (await restingAt(pass, collection, held.key))?.run ?? null,
    });
  return found;
}

/** What waits for the decided record is planned along with it, and may let go of the value then. */
async function givesUp(pass: Pass, decided: KeyRef, owner: Key, rule: UniqueRule, taken: Key): Promise<boolean> {
  const { collection, key } = decided;
  const waiters = (await pass.store.parked(pass.id, collection, [key])).get(key)?.waiters ?? [];
  if (!waiters.some((waiter) => refName(waiter) === refName({ collection, key: owner }))) return false;
  const facts = (await pass.store.facts(pass.id, collection, [owner])).get(owner);
  const read = async (side: SideName): Promise<State> =>
    (await pass.sides[side].read(collection, [owner])).get(owner) ?? null;
  const move = plan(facts?.base ?? null, await read('A'), await read('B'), collectionOf(pass, collection));
  return move.kind === 'write' && tupleKey(move.agreed, rule) !== taken;
}

const restsAt = async (pass: Pass, collection: string, key: Key): Promise<Resting | undefined> =>
  (await pass.store.resting(pass.id, collection, [key])).get(key);

/** The hold of a record that rests after an undo. */
export const restingAt = async (pass: Pass, collection: string, key: Key): Promise<HoldRow | null> =>
  (await restsAt(pass, collection, key))?.hold ?? null;

/** The conflict in which a record waits, as it is listed. */
export const conflictOf = async (pass: Pass, collection: string, key: Key): Promise<number | null> =>
  listedAs(pass, (await restsAt(pass, collection, key))?.item ?? null);

async function listedAs(pass: Pass, item: ItemRow | null): Promise<number | null> {
  if (!item) return null;
  const other = item.extra.mirror === true ? otherKeyOf(item) : null;
  if (other === null) return item.id;
  const partner = (await restsAt(pass, item.collection, other))?.item;
  return partner?.kind === 'unique' ? partner.id : item.id;
}

/**
 * Why a decision, of the conflict `own`, the undo of a run, or else the answer to a hold cannot bring its value to the
 * side, and what has to be done first.
 */
export async function heldText(
  pass: Pass,
  collection: string,
  { side, key, fields }: Held,
  { item: own, undoOf }: ActionNote,
): Promise<string> {
  const rests = await restsAt(pass, collection, key);
  const id = await listedAs(pass, rests?.item ?? null);
  const hold = rests?.hold ?? null;
  const held = `${recordName({ collection, key })} on ${pass.settings.sideLabel[side]} has the same ${fields.join(', ')}, which must be unique.`;
  if (hold && own === undefined && undoOf === undefined)
    return `${held} It rests as well; one answer for both may be possible.`;
  if (hold) return `${held} It rests after an undo; choose there first: tandem holds`;
  const giver = await giverText(pass, collection, { side, key, fields }, undoOf);
  if (giver !== null) return `${held} ${giver}`;
  const first =
    id === null || id === own ? 'Change that one first, and sync.' : `Decide conflict ${id} first: tandem show ${id}`;
  return `${held} ${first}`;
}

type Held = Pick<Holder, 'side' | 'key' | 'fields'>;

/** Of the undo of run `from`: the run since then that gave the record its value, and has to be undone first. `null` where none did. */
export async function giverText(
  pass: Pass,
  collection: string,
  { side, key, fields }: Pick<Holder, 'side' | 'key'> & { readonly fields: readonly string[] | null },
  from: number | undefined,
): Promise<string | null> {
  if (from === undefined) return null;
  const now = (await pass.sides[side].read(collection, [key])).get(key) ?? null;
  const held = { key, side, now, fields };
  const run = (await laterRuns(pass, { collection, from }, [held])).get(placeOf(held));
  return run === undefined ? null : `Run ${run} gave it that since. ${undoFirst(run)}`;
}
