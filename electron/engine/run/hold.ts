import { FIELD_ORDER } from '../port/connector.ts';
import { fieldOf, sameState, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { HoldRow } from '../state/waiting.ts';

/** Does this side still show, in this part of the record, what it showed when the undo was acknowledged? */
function unchanged(hold: HoldRow, side: SideName, now: State, field: string | null): boolean {
  const then = side === 'A' ? hold.a : hold.b;
  if (field === null) return sameState(then, now);
  if (then === null || now === null) return then === now;
  return sameValue(fieldOf(then, field), fieldOf(now, field));
}

export type HoldOutcome =
  /** Some of it still rests: the key is not written. */
  | { readonly held: true; readonly hold: HoldRow; readonly changed: boolean }
  /** Nothing rests any more; `edited` names the sides whose edits released it. */
  | { readonly held: false; readonly edited: readonly SideName[] };

/**
 * L8: a user's edit of a held field releases this field, never another; the key may be written again when none is held.
 * What a person keeps apart was meant as it stood: an edit of a held field ends it as a whole, one of another field asks
 * again.
 */
export function lookAtHold(hold: HoldRow, a: State, b: State): HoldOutcome {
  const now = { A: a, B: b };
  const parts: readonly (string | null)[] = hold.fields.length === 0 ? [null] : hold.fields;
  const still = parts.filter((field) => sideNames.every((side) => unchanged(hold, side, now[side], field)));
  const edited = sideNames.filter(
    (side) => hold.edited.includes(side) || parts.some((field) => !unchanged(hold, side, now[side], field)),
  );
  const isEqual = (field: string | null): boolean =>
    field !== null && a !== null && b !== null && sameValue(fieldOf(a, field), fieldOf(b, field));
  const isOver = hold.kept !== null && still.length < parts.length;
  // The order of the fields follows them: alone it keeps nothing at rest that was about values.
  const isBeside = (field: string | null): boolean => field === FIELD_ORDER && parts.length > 1;
  if (isOver || still.every((field) => isEqual(field) || isBeside(field))) return { held: false, edited };
  const changed =
    still.length !== parts.length ||
    edited.length !== hold.edited.length ||
    !sameState(hold.a, a) ||
    !sameState(hold.b, b);
  const fields = still.filter((field): field is string => field !== null);
  return {
    held: true,
    changed,
    hold: changed ? { ...hold, a, b, fields, edited, kept: null, generation: hold.generation + 1 } : hold,
  };
}
