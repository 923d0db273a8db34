import type { ConflictKind } from '../../../shared/model/words.ts';
import { sameState } from '../port/record.ts';
import { keyHex } from '../port/key-codec.ts';
import type { Rejection, WriteResult } from '../port/connector.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow } from '../state/stored.ts';
import type { Bag } from './bag.ts';
import { noteClash } from './clashes.ts';
import type { Pass } from './context.ts';
import { seenNow } from './judge-park.ts';
import type { Outcome } from './settle.ts';
import { holdsSame } from './same-value.ts';
import { parkItem } from './park.ts';
import { writesOf } from './tuples.ts';

/** L7: a record that a side refuses is parked with the reason; both values stay as they are, everything else flows. */
export async function parkRejected(
  pass: Pass,
  bag: Bag,
  { action, facts }: Outcome,
  refused: { side: SideName; result: WriteResult },
): Promise<void> {
  const rejection = refused.result as Rejection;
  const { key, collection } = action;
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  if (!sameState(a, action.a) || !sameState(b, action.b)) {
    bag.touch(action);
    return;
  }
  if (noteClash(pass, action, refused.side, rejection) || !(await ownerStands(pass, action, refused.side, rejection))) {
    bag.touch(action);
    return;
  }
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  const owner = rejection.ownerKey;
  parkItem(bag, action, {
    kind: kindOf(rejection),
    fields: fieldsOf(rejection),
    base,
    a,
    b,
    item: facts?.item ?? null,
    waits: owner === undefined ? [] : await seenNow(pass, [{ collection, key: owner }]),
    reason: `${refusalText(pass, action, refused.side, rejection)} It waits here, and stops only what depends on it.`,
    extra: {
      side: refused.side,
      code: rejection.code,
      ...(isMirror(pass, action, refused.side, rejection) ? { mirror: true } : {}),
      ...(rejection.index === undefined ? {} : { index: rejection.index }),
      ...(owner === undefined ? {} : { otherKey: keyHex(owner) }),
    },
  });
}

/** Where each side refuses the other's record, it is listed under that of side A (`VISIBLE` in state/reads.ts). */
const isMirror = (pass: Pass, { collection }: ActionRow, side: SideName, rejection: Rejection): boolean =>
  side === 'A' && kindOf(rejection) === 'unique' && pass.constraints.guarded.B.has(collection);

/** What a side said to a write that it did not take. */
export function refusalText(pass: Pass, action: ActionRow, side: SideName, { detail }: Rejection): string {
  const isDelete = writesOf(action).some((write) => write.side === side && write.to === null);
  return `${pass.settings.sideLabel[side]} ${isDelete ? 'keeps' : 'refuses'} this record: ${detail}.`;
}

/** Does the owner of the unique value still hold it? If not, nothing would ever wake the record. */
async function ownerStands(pass: Pass, action: ActionRow, side: SideName, rejection: Rejection): Promise<boolean> {
  const { ownerKey: key, index } = rejection;
  if (key === undefined) return true;
  const { collection } = action;
  const record = (await pass.sides[side].read(collection, [key])).get(key) ?? null;
  const isKnown = pass.constraints.unique[side].get(collection)?.some(({ name }) => name === index);
  const fields = fieldsOf(rejection);
  if (record === null || (!isKnown && fields.length === 0)) return record !== null;
  const wanted = writesOf(action).find((write) => write.side === side)?.to ?? null;
  return holdsSame(pass, { side, collection, index, fields }, wanted, { key, record });
}

const fieldsOf = ({ field }: Rejection): readonly string[] => field?.split(', ') ?? [];

/** Of an expression no field can be named that would have to change: the reason says what the side said. */
function kindOf({ code, ownerKey, field }: Rejection): ConflictKind {
  if (code === 'unique' && ownerKey !== undefined && field !== undefined) return 'unique';
  return code === 'type' ? 'type-misfit' : 'rejected';
}
