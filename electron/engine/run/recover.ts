import { changedFields, fieldOf, sameState, type State } from '../port/record.ts';
import { sameValue } from '../port/value.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow, JournalRow, JournalStatus, NewAction } from '../state/stored.ts';
import { statesOf, UNREAD } from '../conflict/decided.ts';
import { writeDecided } from '../conflict/write-decided.ts';
import { basePromoted } from './advance.ts';
import { Bag } from './bag.ts';
import { pairRow, refName, type Pass } from './context.ts';
import { recordChoices } from './choices.ts';
import { isMoved, isRestingStill } from './settle.ts';
import { ensureRaised, readMarker } from './markers.ts';
import { heldTogether, holdAsItStands, restUndone, takenBack, type TakenBack } from './settle-undo.ts';
import { Tally } from './tally.ts';
import { writesOf } from './tuples.ts';

/** Did this action's write of this field (`null`: of the record) reach the side? */
type Told = (side: SideName, field: string | null) => boolean;

/**
 * L11: actions that were journaled and not acknowledged, one batch at the most. Each is promoted per field by what the
 * side's own note says was written, or without a note by what it shows; then every key is planned again.
 */
export async function recover(pass: Pass): Promise<void> {
  const sent = (await pass.store.actions(pass.id, { status: 'sent', order: 'id', limit: 1_000_000 })).filter(
    ({ collection }) => pass.collections.has(collection),
  );
  if (sent.length === 0) return;
  await ensureRaised(pass);
  const notes = { A: await sealedKeys(pass, 'A'), B: await sealedKeys(pass, 'B') };
  const bag = new Bag(pass);
  const journalStatus: { id: number; status: JournalStatus }[] = [];
  const halves: (NewAction & { readonly run: number })[] = [];
  const undone: TakenBack[] = [];
  const moved: ActionRow[] = [];
  for (const action of sent) {
    const { told, maybe } = await evidenceOf(pass, action, notes);
    if (action.origin === 'undo') {
      const restored = await restUndone(pass, bag, action, (side) => wroteAny(action, side, told));
      const half = restored ? otherHalf(action, (side) => wroteAny(action, side, told)) : null;
      if (half) halves.push(half);
      if (restored) undone.push(...takenBack(action, (side) => wroteAny(action, side, told)));
    } else {
      await promote(pass, bag, action, told, maybe);
      if (isMoved(action) && wroteAny(action, 'B', told)) moved.push(action);
    }
    for (const { id, side } of await journaled(pass, action))
      journalStatus.push({ id, status: maybe(side) ? 'applied' : 'missed' });
  }
  pass.tally.recovered += sent.length;
  for (const copy of moved) halves.push(...(await restOfMove(pass, copy, sent)));
  await bag.commit({
    journalStatus,
    undone,
    actionStatus: sent.map(({ id }) => ({ id, status: 'done' as const })),
    moving: moved.map(({ collection, key }) => ({ collection, key })),
  });
  for (const run of new Set(sent.map((action) => action.run)))
    await finish(
      pass,
      run,
      halves.filter((half) => half.run === run),
    );
}

/** What the journal says of an action that was not acknowledged. */
async function journaled(pass: Pass, { id, collection, key }: ActionRow): Promise<readonly JournalRow[]> {
  const rows = await pass.store.journal(pass.id, { collection, key, status: 'intended', limit: 1000 });
  return rows.filter(({ action }) => action === id);
}

/** In the name of the run that began it. */
async function finish(pass: Pass, run: number, halves: readonly NewAction[]): Promise<void> {
  if (halves.length === 0) return;
  await writeDecided({ ...pass, run, tally: new Tally([...pass.collections.keys()]) }, [halves]);
}

/** The side of an undo that a crash left out: it is finished as an undo, not planned as an edit (L8). */
function otherHalf(action: ActionRow, was: (side: SideName) => boolean): (NewAction & { readonly run: number }) | null {
  const writes = writesOf(action);
  const open = writes.find(({ side }) => !was(side));
  const done = writes.find(({ side }) => was(side));
  if (!open || !done) return null;
  const whole = (action.note.fields ?? []).length === 0;
  const { toA, toB, note } = action;
  return {
    ...action,
    gen: UNREAD,
    toA: open.side === 'A' ? toA : undefined,
    toB: open.side === 'B' ? toB : undefined,
    note: {
      ...note,
      fields: whole ? [] : changedFields(open.from, open.to),
      held: heldTogether(whole ? [] : changedFields(done.from, done.to), note.held),
    },
  };
}

/**
 * The moved record of `keep_both` stands on B as it was sent, so the decision is finished: the record that it was made
 * from gives its key up, if it is still the one that was shown (E49).
 */
async function restOfMove(
  pass: Pass,
  copy: ActionRow,
  sent: readonly ActionRow[],
): Promise<readonly (NewAction & { readonly run: number })[]> {
  const there = await statesOf(pass, copy);
  const from = sent.find(({ note, toA }) => note.bond === copy.note.bond && toA !== undefined);
  if (!from || there.A !== null || !sameState(there.B, copy.agreed)) return [];
  if (!sameState((await statesOf(pass, from)).A, from.a)) return [];
  return [
    { ...from, gen: UNREAD },
    { ...copy, gen: UNREAD, b: copy.agreed, toA: copy.agreed, toB: undefined },
  ];
}

/** The side's note of the last batch: keys that missed; `null` where there is no note, or it is of another batch. */
async function sealedKeys(pass: Pass, side: SideName): Promise<ReadonlySet<string> | 'nothing' | null> {
  if (!pass.settings.marker) return null;
  const { batch } = await pairRow(pass);
  const note = await readMarker(pass, side);
  if (note?.batch !== batch) return 'nothing';
  return new Set(note.missed.map(refName));
}

interface Evidence {
  /** The side's note says so, or it shows the value: the base may rely on it. */
  readonly told: Told;
  /** It may have been written and overwritten since: the journal keeps its before-image for undo, which compares anyway. */
  readonly maybe: (side: SideName) => boolean;
}

async function evidenceOf(
  pass: Pass,
  action: ActionRow,
  notes: Readonly<Record<SideName, ReadonlySet<string> | 'nothing' | null>>,
): Promise<Evidence> {
  const { collection, key } = action;
  const now: Record<SideName, State> = {
    A: (await pass.sides.A.read(collection, [key])).get(key) ?? null,
    B: (await pass.sides.B.read(collection, [key])).get(key) ?? null,
  };
  const told: Told = (side, field) => {
    const note = notes[side];
    if (note === 'nothing') return false;
    if (note) return !note.has(refName(action));
    const to = side === 'A' ? action.toA : action.toB;
    if (field === null || to === null || to === undefined) return to !== undefined && sameState(now[side], to);
    return now[side] !== null && sameValue(fieldOf(now[side], field), fieldOf(to, field));
  };
  const maybe = (side: SideName): boolean => {
    const write = writesOf(action).find((one) => one.side === side);
    if (!write || notes[side] !== null) return wroteAny(action, side, told);
    if (write.from === null || write.to === null || now[side] === null) return !sameState(now[side], write.from);
    return changedFields(write.from, write.to).some(
      (name) => !sameValue(fieldOf(now[side], name), fieldOf(write.from, name)),
    );
  };
  return { told, maybe };
}

function wroteAny(action: ActionRow, side: SideName, told: Told): boolean {
  const write = writesOf(action).find((one) => one.side === side);
  if (!write) return false;
  if (write.from === null || write.to === null) return told(side, null);
  return write.to.names.some(
    (name) => !sameValue(fieldOf(write.from, name), fieldOf(write.to, name)) && told(side, name),
  );
}

async function promote(
  pass: Pass,
  bag: Bag,
  action: ActionRow,
  told: Told,
  maybe: (side: SideName) => boolean,
): Promise<void> {
  recordChoices(pass, bag, action, maybe);
  const arrived = writesOf(action).every(({ side }) => wroteAny(action, side, told));
  const base = isRestingStill(action, arrived) ? undefined : basePromoted(action, told);
  if (base !== undefined) bag.setBase(action, base);
  bag.touch(action);
  const facts = (await pass.store.parked(pass.id, action.collection, [action.key])).get(action.key);
  const item = facts?.item;
  if (action.origin === 'hold' && facts?.hold) await holdAsItStands(pass, bag, facts.hold);
  if (item && (item.state === 'resolving' || base !== undefined))
    bag.patchItem({ id: item.id, state: 'reopened', generation: item.generation + 1 });
  for (const waiter of facts?.waiters ?? []) bag.touch(waiter);
}
