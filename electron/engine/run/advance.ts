import { advanceBase, baseOf, namesOf, type Base } from '../plan/base.ts';
import { changedFields, fieldOf, recordFrom, sameState, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow } from '../state/stored.ts';
import { writesOf } from './tuples.ts';

/**
 * The base after an action of which some writes may not have arrived (L5, L11): per field, where every side that had
 * to be written was written, and every other side showed the agreed value already. `undefined`: unchanged.
 */
export function basePromoted(
  action: ActionRow,
  told: (side: SideName, field: string | null) => boolean,
): Base | null | undefined {
  const writes = new Map(writesOf(action).map((write) => [write.side, write]));
  const states: Record<SideName, State> = { A: action.a, B: action.b };
  const showsAll = (side: SideName): boolean => {
    const write = writes.get(side);
    if (!write) return sameState(states[side], action.agreed);
    if (!sameState(write.to, action.agreed)) return false;
    if (write.from === null || write.to === null) return told(side, null);
    return changedFields(write.from, write.to).every((field) => told(side, field));
  };
  const whole = showsAll('A') && showsAll('B');
  const partial = [...writes.values()].every(({ from, to }) => from !== null && to !== null);
  if (!whole && !partial) return undefined;
  const shows = (side: SideName, field: string): boolean => {
    const write = writes.get(side);
    const held = sameValue(fieldOf(states[side], field), fieldOf(action.agreed, field));
    if (held || !write) return held;
    return sameValue(fieldOf(write.to, field), fieldOf(action.agreed, field)) && told(side, field);
  };
  return advanceBase(action.base, action.agreed, shows, whole);
}

/** The base after an undo: the restored fields have the value they were agreed on before, every other field is as it was. */
export function baseRestored(current: Base | null, earlier: Base | null, fields: readonly string[]): Base | null {
  if (fields.length === 0 || earlier === null || current === null) return earlier;
  if (current.doc && earlier.doc) {
    const [now, then] = [current.doc, earlier.doc];
    return baseOf(
      recordFrom(namesOf(null, now, then).map((name) => [name, fieldOf(fields.includes(name) ? then : now, name)])),
    );
  }
  return earlier;
}
