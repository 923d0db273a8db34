import { must } from '../../../shared/lib/assert.ts';
import { encodeKey } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { tupleOf } from '../run/tuples.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { KeyRef } from '../state/stored.ts';
import type { HoldRow } from '../state/waiting.ts';
import type { Request } from './hold-actions.ts';
import { statesAfter } from './hold-choices.ts';
import { recordName } from './records.ts';
import { standing } from './standing.ts';

/** What keeps a hold from taking an answer, refused for `reason`: by name where the record it needs rests itself (E74). */
export async function inTheWay(pass: Pass, hold: HoldRow, request: Request, reason: string): Promise<string> {
  const parent = await parentInTheWay(pass, hold, request);
  return parent ? `Not sent: ${recordName(parent)}, to which it refers, is on hold; answer that first.` : reason;
}

async function parentInTheWay(pass: Pass, hold: HoldRow, request: Request): Promise<KeyRef | null> {
  const stands = must((await standing(pass, [hold])).get(hold.key), 'what was just read');
  const wanted = await statesAfter(pass, hold, request.answer, stands.base);
  for (const side of sideNames) {
    const isWritten = !sameState(stands[side], wanted[side]);
    const parent = isWritten ? await restingParent(pass, side, hold.collection, wanted[side]) : null;
    if (parent) return parent;
  }
  return null;
}

/** A record that this one refers to, that is not on the side, and that rests. */
async function restingParent(pass: Pass, side: SideName, collection: string, record: State): Promise<KeyRef | null> {
  for (const rule of pass.constraints.references[side].get(collection) ?? []) {
    const values = tupleOf(record, rule);
    const { key: names } = collectionOf(pass, rule.parent);
    const at = names.map((name) => rule.parentFields.indexOf(name));
    if (!values || at.includes(-1)) continue;
    const key = encodeKey(
      at.map((i) => values[i] ?? null),
      at.map((i) => rule.collations[i] ?? 'binary'),
    );
    const there = (await pass.sides[side].read(rule.parent, [key])).get(key) ?? null;
    const rests = (await pass.store.resting(pass.id, rule.parent, [key])).get(key)?.hold;
    if (there === null && rests) return { collection: rule.parent, key };
  }
  return null;
}
