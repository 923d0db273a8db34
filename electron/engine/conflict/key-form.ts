import type { Strategy } from '../../../shared/model/words.ts';
import type { Base } from '../plan/base.ts';
import type { UpdateIntent } from '../port/connector.ts';
import { fieldOf, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { ItemRow } from '../state/waiting.ts';
import { keep } from './strategies.ts';

/**
 * The strategies that would have a side write the key of a record in another way (a number of another type is the same
 * key), where the side says beforehand that it does not.
 */
export async function refusedForKey(pass: Pass, item: ItemRow, base: Base | null): Promise<readonly Strategy[]> {
  const { a, b, kind, collection, extra } = item;
  const rules = collectionOf(pass, collection);
  if (kind === 'unique' || !a || !b || rules.key.every((name) => sameValue(fieldOf(a, name), fieldOf(b, name))))
    return [];
  const [byA, byB] = [await refusesKeyOf(pass, item, 'A', b), await refusesKeyOf(pass, item, 'B', a)];
  const refused = new Set<Strategy>();
  if (byA) refused.add('keep_both');
  if (byA && byB) refused.add('merge');
  for (const [strategy, side] of [
    ['keep_local', 'A'],
    ['keep_remote', 'B'],
  ] as const) {
    const verdict = keep({ ...item, base, side: extra.side }, side, rules);
    if (!('agreed' in verdict)) continue;
    for (const written of sideNames) if (await refusesKeyOf(pass, item, written, verdict.agreed)) refused.add(strategy);
  }
  return [...refused];
}

/** Does the side refuse to write the key as `to` has it? */
async function refusesKeyOf(
  pass: Pass,
  { collection, key, a, b }: ItemRow,
  side: SideName,
  to: State,
): Promise<boolean> {
  const from = side === 'A' ? a : b;
  if (!from || !to) return false;
  const changes = collectionOf(pass, collection)
    .key.map((name) => ({ name, from: fieldOf(from, name), to: fieldOf(to, name) }))
    .filter((change) => !sameValue(change.from, change.to));
  if (changes.length === 0) return false;
  const intent: UpdateIntent = { collection, key, op: 'update', changes };
  return ((await pass.sides[side].foresee?.([intent])) ?? []).some((rejection) => rejection !== null);
}
