import { fieldOf, sameState, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow, JournalStatus } from '../state/store.ts';
import { basePromoted } from './advance.ts';
import { Bag } from './bag.ts';
import { pairRow, refName, type Pass } from './context.ts';
import { recordChoices } from './choices.ts';
import { ensureRaised, readMarker } from './markers.ts';
import { holdAsItStands, restUndone } from './settle-undo.ts';
import { writesOf } from './tuples.ts';

/** Did this action's write of this field (`null`: of the record) reach the side? */
type Told = (side: SideName, field: string | null) => boolean;

/**
 * L11: actions that were journaled and not acknowledged, one batch at the most. Each is promoted per field by what the
 * side's own note says was written, or without a note by what it shows; then every key is planned again.
 */
export async function recover(pass: Pass): Promise<void> {
  const sent = await pass.store.actions(pass.id, { status: 'sent', order: 'id', limit: 1_000_000 });
  if (sent.length === 0) return;
  await ensureRaised(pass);
  const notes = { A: await sealedKeys(pass, 'A'), B: await sealedKeys(pass, 'B') };
  const bag = new Bag(pass);
  const journalStatus: { action: number; side: SideName; status: JournalStatus }[] = [];
  const undone: { collection: string; key: ActionRow['key']; run: number }[] = [];
  for (const action of sent) {
    const told = await toldBy(pass, action, notes);
    if (action.origin === 'undo') {
      const restored = await restUndone(pass, bag, action, (side) => wroteAny(action, side, told));
      if (restored && action.note.undoOf !== undefined)
        undone.push({ collection: action.collection, key: action.key, run: action.note.undoOf });
    } else await promote(pass, bag, action, told);
    for (const { side } of writesOf(action))
      journalStatus.push({ action: action.id, side, status: wroteAny(action, side, told) ? 'applied' : 'missed' });
  }
  pass.tally.recovered += sent.length;
  await bag.commit({ journalStatus, undone, actionStatus: sent.map(({ id }) => ({ id, status: 'done' as const })) });
}

/** The side's note of the last batch: keys that missed; `null` where there is no note, or it is of another batch. */
async function sealedKeys(pass: Pass, side: SideName): Promise<ReadonlySet<string> | 'nothing' | null> {
  if (!pass.settings.marker) return null;
  const { batch } = await pairRow(pass);
  const note = await readMarker(pass, side);
  if (note?.batch !== batch) return 'nothing';
  return new Set(note.missed.map(refName));
}

async function toldBy(
  pass: Pass,
  action: ActionRow,
  notes: Readonly<Record<SideName, ReadonlySet<string> | 'nothing' | null>>,
): Promise<Told> {
  const { collection, key } = action;
  const now: Record<SideName, State> = {
    A: (await pass.sides.A.read(collection, [key])).get(key) ?? null,
    B: (await pass.sides.B.read(collection, [key])).get(key) ?? null,
  };
  return (side, field) => {
    const note = notes[side];
    if (note === 'nothing') return false;
    if (note) return !note.has(refName(action));
    const to = side === 'A' ? action.toA : action.toB;
    if (field === null || to === null || to === undefined) return to !== undefined && sameState(now[side], to);
    return now[side] !== null && sameValue(fieldOf(now[side], field), fieldOf(to, field));
  };
}

function wroteAny(action: ActionRow, side: SideName, told: Told): boolean {
  const write = writesOf(action).find((one) => one.side === side);
  if (!write) return false;
  if (write.from === null || write.to === null) return told(side, null);
  return write.to.names.some(
    (name) => !sameValue(fieldOf(write.from, name), fieldOf(write.to, name)) && told(side, name),
  );
}

async function promote(pass: Pass, bag: Bag, action: ActionRow, told: Told): Promise<void> {
  recordChoices(pass, bag, action, (side) => wroteAny(action, side, told));
  const base = basePromoted(action, told);
  if (base !== undefined) bag.setBase(action, base);
  bag.touch(action);
  const facts = (await pass.store.parked(pass.id, action.collection, [action.key])).get(action.key);
  const item = facts?.item;
  if (action.origin === 'hold' && facts?.hold) await holdAsItStands(pass, bag, facts.hold);
  if (item && (item.state === 'resolving' || base !== undefined))
    bag.patchItem({ id: item.id, state: 'reopened', generation: item.generation + 1 });
  for (const waiter of facts?.waiters ?? []) bag.touch(waiter);
}
