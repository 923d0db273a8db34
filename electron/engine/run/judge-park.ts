import { must } from '../../../shared/lib/assert.ts';
import type { ConflictKind } from '../../../shared/model/words.ts';
import { keyHex, type Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import { parksIn, type ActionRow, type KeyRef } from '../state/stored.ts';
import type { ItemExtra, Wait } from '../state/waiting.ts';
import { Bag } from './bag.ts';
import { refName, type Pass } from './context.ts';
import type { Links } from './links.ts';
import { reasonFor } from './reasons.ts';
import { hashOf } from './hashes.ts';
import { parkItem } from './park.ts';

export interface ParkReason {
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  /** The side that cannot take the record. */
  readonly side: SideName;
  /** Keys the item waits for; `seen` where the plan itself read them. */
  readonly waits: readonly (KeyRef & {
    readonly seen?: { readonly a: State; readonly b: State };
    /** Instead of the common one. */
    readonly stands?: (record: State) => boolean | Promise<boolean>;
  })[];
  /** Is the awaited record, as it stands on `side` now, really in the way? Asked of the very state that the item notes. */
  readonly stands?: (record: State) => boolean | Promise<boolean>;
  readonly other?: Key;
  readonly index?: string;
  readonly mirror?: boolean;
  readonly code?: string;
  readonly reason?: string;
}

/**
 * Takes an action out of the plan and opens (or keeps) its item. A decision that cannot be written is not parked:
 * its item is opened again with the reason, so that the person can choose otherwise.
 */
export async function parkAction(pass: Pass, links: Links, action: ActionRow, why: ParkReason): Promise<void> {
  if (links.isOut(action.id)) return;
  links.park(action.id);
  const facts = await pass.store.facts(pass.id, action.collection, [action.key]);
  const { item, base, hold } = must(facts.get(action.key), 'facts of the key');
  if (!parksIn(action, item)) {
    pass.refused.set(
      refName(action),
      why.reason ?? reasonFor(pass, action.collection, why.kind, why.fields, action.a, action.b),
    );
    await pass.store.commit(pass.id, {
      actionStatus: [{ id: action.id, status: 'parked' }],
      ...(action.origin === 'brake' ? { touch: [action] } : {}),
    });
    return;
  }
  const { waits, inTheWay } = await seen(pass, why);
  if (!inTheWay) {
    await pass.store.commit(pass.id, { actionStatus: [{ id: action.id, status: 'withheld' }], touch: [action] });
    return;
  }
  const bag = new Bag(pass);
  // Beside decisions that may not be written: what it waits for then is found by the next sync.
  const waitsOn = item !== null && pass.along?.has(refName(action)) === true;
  if (!hold && !waitsOn) {
    parkItem(bag, action, {
      kind: why.kind,
      fields: why.fields,
      base,
      a: action.a,
      b: action.b,
      item,
      waits,
      reason: why.reason ?? reasonFor(pass, action.collection, why.kind, why.fields, action.a, action.b),
      extra: extraOf(why),
    });
  }
  await bag.commit({ actionStatus: [{ id: action.id, status: 'parked' }] });
}

const extraOf = (why: ParkReason): ItemExtra => ({
  side: why.side,
  ...(why.index === undefined ? {} : { index: why.index }),
  ...(why.other === undefined ? {} : { otherKey: keyHex(why.other) }),
  ...(why.mirror ? { mirror: true } : {}),
  ...(why.code === undefined ? {} : { code: why.code }),
});

/**
 * The keys an item waits for, with the state it saw there (L7). What has moved since the plan looked is no reason to
 * wait: then nothing would ever wake the item.
 */
async function seen(pass: Pass, { waits, stands, side }: ParkReason): Promise<{ waits: Wait[]; inTheWay: boolean }> {
  const found: Wait[] = [];
  let inTheWay = waits.length === 0 || (stands === undefined && waits.some((wait) => wait.stands === undefined));
  for (const { collection, key, seen: known, stands: own = stands } of waits) {
    const a = known ? known.a : ((await pass.sides.A.read(collection, [key])).get(key) ?? null);
    const b = known ? known.b : ((await pass.sides.B.read(collection, [key])).get(key) ?? null);
    if (await own?.(side === 'A' ? a : b)) inTheWay = true;
    found.push({ collection, key, seenA: hashOf(a), seenB: hashOf(b) });
  }
  return { waits: found, inTheWay };
}

export async function seenNow(pass: Pass, waits: readonly KeyRef[]): Promise<Wait[]> {
  return (await seen(pass, { kind: 'unique', fields: [], side: 'A', waits })).waits;
}
