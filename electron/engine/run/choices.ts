import { fieldList } from '../port/field-order.ts';
import { fieldOf, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import { otherSide, type SideName } from '../settings.ts';
import { isPlanned, type ActionRow } from '../state/stored.ts';
import type { Bag } from './bag.ts';
import type { Pass } from './context.ts';

/**
 * L8: every automatic decision leaves a row with the losing value, as soon as the losing side was written; so does
 * what a person decided.
 */
export function recordChoices(pass: Pass, bag: Bag, action: ActionRow, arrived: (side: SideName) => boolean): void {
  const common = {
    collection: action.collection,
    key: action.key,
    run: pass.run,
    who: action.note.who ?? pass.who,
    at: pass.ports.clock.now(),
  };
  for (const { policy, fields, winner } of action.note.choices ?? []) {
    if (!arrived(otherSide(winner))) continue;
    bag.decision({
      ...common,
      policy,
      winner,
      fields,
      lost: winner === 'A' ? action.b : action.a,
      won: action.agreed,
      text: `${policy}: ${fieldList(fields)}`,
    });
  }
  if (isPlanned(action.origin) || action.origin === 'undo' || !(arrived('A') || arrived('B'))) return;
  bag.decision({
    ...common,
    policy: action.origin,
    winner: null,
    fields: action.note.fields ?? [],
    lost: lostBy(action),
    won: action.agreed,
    text: action.note.text ?? '',
  });
}

/** Both sides may be written, because other fields of the record go along: what lost stood where the decided fields change. */
function lostBy({ a, b, toA, toB, agreed, note: { fields = [] } }: ActionRow): State {
  if (toA === undefined) return b;
  if (toB === undefined) return a;
  const loses = (state: State): boolean =>
    fields.length === 0 || fields.some((name) => !sameValue(fieldOf(state, name), fieldOf(agreed, name)));
  return loses(b) && !loses(a) ? b : a;
}
