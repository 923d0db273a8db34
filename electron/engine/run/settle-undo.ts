import { changedFields, type State } from '../port/record.ts';
import { giverText } from '../conflict/held-values.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { ActionRow, KeyRef } from '../state/stored.ts';
import type { HoldRow } from '../state/waiting.ts';
import { baseRestored } from './advance.ts';
import type { Bag } from './bag.ts';
import { refName, type Pass } from './context.ts';
import { firstGeneration } from './generation.ts';
import { refusalText } from './rejected.ts';
import type { Outcome } from './settle.ts';
import { opOf, writesOf, type SideWrite } from './tuples.ts';
import { writtenBytes } from './written-bytes.ts';

/** L8: the restored fields get their earlier base and rest, with the values as they stand now. */
export async function settleUndo(pass: Pass, bag: Bag, { action, writes }: Outcome): Promise<void> {
  const restored = new Set<SideName>(
    writes.filter(({ result }) => result.status === 'applied').map(({ side }) => side),
  );
  for (const { side, from, to } of writes)
    if (restored.has(side))
      pass.tally.wrote(action.collection, side, opOf(from, to), writtenBytes(action.key, from, to));
  if (restored.size > 0) pass.tally.wroteOn.set(refName(action), [...restored]);
  await sayWhyNot(pass, action, writes);
  await restUndone(pass, bag, action, (side) => restored.has(side));
}

/** What an undo takes back on a side leaves nothing there for a further undo of the run. */
export type TakenBack = KeyRef & { readonly run: number; readonly side: SideName };

/** A side that did not take its half back can be undone again; one that was not to be written has nothing to take back. */
export function takenBack(action: ActionRow, was: (side: SideName) => boolean): readonly TakenBack[] {
  const { collection, key, note } = action;
  const writes = writesOf(action);
  if (note.undoOf === undefined || !writes.some(({ side }) => was(side))) return [];
  const run = note.undoOf;
  const open = new Set(writes.filter(({ side }) => !was(side)).map(({ side }) => side));
  return sideNames.filter((side) => !open.has(side)).map((side) => ({ collection, key, run, side }));
}

/** What a side does not take back is told with its reason, and with the run that has to be undone first. */
async function sayWhyNot(pass: Pass, action: ActionRow, writes: Outcome['writes']): Promise<void> {
  for (const { side, result } of writes) {
    if (result.status !== 'rejected') continue;
    const { ownerKey: key, field } = result;
    const held = key === undefined ? null : { side, key, fields: field?.split(', ') ?? null };
    const first = held && (await giverText(pass, action.collection, held, action.note.undoOf));
    pass.refused.set(refName(action), [refusalText(pass, action, side, result), first ?? ''].join(' ').trim());
  }
}

/**
 * Also after a restart, when only `was` can tell what had been written: an interrupted undo is finished as an undo.
 * Answers whether anything was restored; if not, the run can be undone again.
 */
export async function restUndone(
  pass: Pass,
  bag: Bag,
  action: ActionRow,
  was: (side: SideName) => boolean,
): Promise<boolean> {
  const writes = writesOf(action).filter(({ side }) => was(side));
  bag.touch(action);
  if (writes.length === 0 && action.note.held === undefined) {
    bag.dropHold(action);
    pass.tally.replanned++;
    return false;
  }
  const fields = restoredFields(action, writes);
  const { key, collection } = action;
  const facts = (await pass.store.facts(pass.id, collection, [key])).get(key);
  const current = facts?.base ?? null;
  for (const waiter of facts?.waiters ?? []) bag.touch(waiter);
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  const held = heldTogether(fields, action.note.held);
  if (held.length > 0 && standsAlone(a, b)) {
    bag.dropHold(action);
    return true;
  }
  if (writes.length > 0) bag.setBase(action, baseRestored(current, action.base, fields));
  bag.putHold({
    collection,
    key,
    fields: held,
    a,
    b,
    edited: [],
    run: action.note.undoOf ?? pass.run,
    at: pass.ports.clock.now(),
    generation: firstGeneration(pass.ports),
    kept: null,
  });
  return true;
}

function restoredFields({ note }: ActionRow, writes: readonly SideWrite[]): readonly string[] {
  if ((note.fields ?? []).length === 0) return [];
  return [...new Set(writes.flatMap(({ from, to }) => changedFields(from, to)))].sort();
}

/** Fields that rest already go on resting; an empty list means the record as a whole. */
export function heldTogether(fields: readonly string[], held: readonly string[] | undefined): readonly string[] {
  if (held === undefined) return fields;
  return held.length === 0 || fields.length === 0 ? [] : [...new Set([...held, ...fields])].sort();
}

/**
 * A side has deleted the record of which fields would rest: nothing rests, and the base stays what it was, since whoever
 * deleted it has not seen what the undo restored. The plan asks.
 */
const standsAlone = (a: State, b: State): boolean => (a === null) !== (b === null);

/** An answer that arrived on one side only: the key goes on resting, with the values as they stand now. */
export async function holdAsItStands(pass: Pass, bag: Bag, hold: HoldRow): Promise<void> {
  const { collection, key } = hold;
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  if (hold.fields.length > 0 && standsAlone(a, b)) bag.dropHold(hold);
  else bag.putHold({ ...hold, a, b, generation: hold.generation + 1 });
}
