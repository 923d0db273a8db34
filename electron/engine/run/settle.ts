import { must } from '../../../shared/lib/assert.ts';
import { FIELD_ORDER, type WriteResult } from '../port/connector.ts';
import type { Key } from '../port/key-codec.ts';
import { changedFields, fieldOf, sameState } from '../port/record.ts';
import { sameButForSign } from '../port/value.ts';
import type { SideName } from '../settings.ts';
import { isPlanned, parksIn, type ActionRow, type Facts, type JournalStatus } from '../state/stored.ts';
import type { ItemPatch, ItemRow } from '../state/waiting.ts';
import { basePromoted } from './advance.ts';
import { blockedText, parkBlocked, type Blocked } from './blocked.ts';
import { noteClash } from './clashes.ts';
import { Bag } from './bag.ts';
import { refName, type Pass } from './context.ts';
import { recordChoices } from './choices.ts';
import { noteRefused } from './refused-decision.ts';
import { parkRejected, refusalText } from './rejected.ts';
import { holdAsItStands, settleUndo, takenBack, type TakenBack } from './settle-undo.ts';
import { opOf, writesOf, type SideWrite } from './tuples.ts';
import { writtenBytes } from './written-bytes.ts';

export type BatchResults = ReadonlyMap<SideName, ReadonlyMap<number, WriteResult>>;

/** One action of a batch with what came of it. */
export interface Outcome {
  readonly action: ActionRow;
  readonly writes: readonly (SideWrite & { readonly result: WriteResult })[];
  readonly facts: Facts | undefined;
}

/**
 * One transaction after the sides are durable: base, acknowledgement, dirty, items, wake-ups (L5, L7, L9).
 * `journaled`: the journal rows of the batch, one a write, in order.
 */
export async function settle(
  pass: Pass,
  batch: readonly ActionRow[],
  results: BatchResults,
  journaled: readonly number[],
): Promise<void> {
  const bag = new Bag(pass);
  const parked = await parkedFacts(pass, batch);
  const journalStatus: { id: number; status: JournalStatus }[] = [];
  const undone: TakenBack[] = [];
  for (const action of batch) {
    const writes = writesOf(action).map((write) => ({
      ...write,
      result: must(results.get(write.side)?.get(action.id), 'a result for every write'),
    }));
    const outcome: Outcome = { action, writes, facts: parked.get(action.collection)?.get(action.key) };
    for (const { result } of writes)
      journalStatus.push({
        id: must(journaled[journalStatus.length], 'a journal row for every write'),
        status: journalOf(result),
      });
    noteByItself(pass, outcome);
    if (action.origin === 'undo') {
      await settleUndo(pass, bag, outcome);
      undone.push(...takenBack(action, (side) => results.get(side)?.get(action.id)?.status === 'applied'));
    } else await settleOne(pass, bag, outcome);
    if (action.origin !== 'plan') noteDecided(pass, outcome);
  }
  await bag.commit({
    journalStatus,
    undone,
    actionStatus: batch.map(({ id }) => ({ id, status: 'done' as const })),
    dropAllowed: batch
      .filter(({ origin }) => origin === 'brake' || origin === 'fill')
      .map(({ collection, key }) => ({ collection, key })),
    pulling: batch.filter((action) => isReplaced(action, results)).map(({ collection, key }) => ({ collection, key })),
    moving: batch.filter(isMoved).map(({ collection, key }) => ({ collection, key })),
  });
}

/** What a side made of a decision that it took: the person must not be told that it stands there as decided. */
function noteByItself({ tally }: Pass, { action: { origin, collection, key }, writes }: Outcome): void {
  if (isPlanned(origin) || origin === 'brake') return;
  for (const { side, to, result } of writes) {
    if (result.status !== 'applied' || result.stored === undefined) continue;
    const { stored } = result;
    const changed = changedFields(to, stored);
    const fields = changed.filter(
      (name) => name !== FIELD_ORDER && !sameButForSign(fieldOf(to, name), fieldOf(stored, name)),
    );
    // The order alone is no value that somebody put there.
    if (fields.length > 0 || (changed.length === 0 && !sameState(to, stored)))
      tally.byItself.push({ collection, key, side, fields });
  }
}

/**
 * A decision of which nothing arrived because of a unique value is sent once more; what goes with others stays as it is.
 * Of an undo that could not be one group the others may have gone back, and made way.
 */
function noteDecided(pass: Pass, { action, writes }: Outcome): void {
  const isLoose = action.origin === 'undo' && action.group === null;
  if ((action.note.bond !== undefined && !isLoose) || writes.some(({ result }) => result.status === 'applied')) return;
  for (const { side, result } of writes)
    if (result.status === 'rejected' && noteClash(pass, action, side, result))
      pass.tally.decidedAgain.set(refName(action), action);
}

/** The record of A under its new key. */
export const isMoved = ({ note, a, b }: ActionRow): boolean =>
  note.strategy === 'keep_both' && a === null && b === null;

/** `keep_both` moved the record of A away, and that of B stands in its place. */
const isReplaced = ({ id, note, a, toA }: ActionRow, results: BatchResults): boolean =>
  note.strategy === 'keep_both' && a !== null && toA !== undefined && results.get('A')?.get(id)?.status === 'applied';

async function parkedFacts(pass: Pass, batch: readonly ActionRow[]): Promise<Map<string, ReadonlyMap<Key, Facts>>> {
  const found = new Map<string, ReadonlyMap<Key, Facts>>();
  for (const name of new Set(batch.map(({ collection }) => collection))) {
    found.set(
      name,
      await pass.store.parked(
        pass.id,
        name,
        batch.filter(({ collection }) => collection === name).map(({ key }) => key),
      ),
    );
  }
  return found;
}

const journalOf = (result: WriteResult): JournalStatus =>
  result.status === 'applied' ? 'applied' : result.status === 'rejected' ? 'rejected' : 'missed';

async function settleOne(pass: Pass, bag: Bag, { action, writes, facts }: Outcome): Promise<void> {
  const arrived = new Set(writes.filter(({ result }) => result.status === 'applied').map(({ side }) => side));
  const ok = arrived.size === writes.length;
  const base = isRestingStill(action, ok) ? undefined : basePromoted(action, (side) => arrived.has(side));
  if (base !== undefined) bag.setBase(action, base);
  for (const { side, from, to } of writes)
    if (arrived.has(side))
      pass.tally.wrote(action.collection, side, opOf(from, to), writtenBytes(action.key, from, to));
  if (arrived.size > 0 && !isPlanned(action.origin)) pass.tally.wroteOn.set(refName(action), [...arrived]);
  if (ok) arrivedWhole(pass, bag, { action, writes, facts });
  else await arrivedInPart(pass, bag, { action, writes, facts }, base !== undefined);
}

/** The old value of what is held stays the old one for as long as the hold stands: an answer that came half is none. */
export const isRestingStill = ({ origin }: ActionRow, arrived: boolean): boolean => origin === 'hold' && !arrived;

function arrivedWhole(pass: Pass, bag: Bag, { action, writes, facts }: Outcome): void {
  const asTold = writes.every(
    ({ result, to }) => result.status === 'applied' && (result.stored === undefined || sameState(result.stored, to)),
  );
  const drifting =
    action.toA === undefined && !sameState(action.a, action.agreed)
      ? true
      : action.toB === undefined && !sameState(action.b, action.agreed);
  if (asTold && !drifting && action.gen > 0) {
    bag.clean(action);
    if ((facts?.bounces ?? 0) > 0) bag.bounce(action, 0);
  } else bag.touch(action);
  if (!asTold) bag.bounce(action, (facts?.bounces ?? 0) + 1);
  if (action.origin === 'hold') bag.dropHold(action);
  const item = endedBy(action, facts?.item ?? null);
  if (item !== undefined) bag.patchItem({ id: item, ...closing(pass, action) });
  for (const waiter of facts?.waiters ?? []) bag.touch(waiter);
  recordChoices(pass, bag, action, () => true);
}

/** The item that what arrived ends. The other record of a unique clash waits on in a conflict of its own, if it has one. */
function endedBy({ origin, note }: ActionRow, item: ItemRow | null): number | undefined {
  if (!isPlanned(origin) && note.item !== undefined) return note.item;
  return origin === 'resolve' && item?.extra.mirror !== true ? undefined : item?.id;
}

function closing(pass: Pass, { origin, note }: ActionRow): Omit<ItemPatch, 'id'> {
  if (isPlanned(origin)) return { state: 'vanished' };
  return {
    state: 'resolved',
    resolvedBy: note.who ?? pass.who,
    resolvedAt: pass.ports.clock.now(),
    ...(note.strategy ? { strategy: note.strategy } : {}),
    ...(note.notes === undefined ? {} : { notes: note.notes }),
  };
}

const isBlocked = <T extends { readonly result: WriteResult }>(write: T): write is T & { readonly result: Blocked } =>
  write.result.status === 'blocked';

async function arrivedInPart(pass: Pass, bag: Bag, outcome: Outcome, baseMoved: boolean): Promise<void> {
  const { action, writes, facts } = outcome;
  recordChoices(pass, bag, action, (side) =>
    writes.some((write) => write.side === side && write.result.status === 'applied'),
  );
  const rejected = writes.find(({ result }) => result.status === 'rejected');
  const isParked = parksIn(action, facts?.item);
  if (rejected && isParked) return parkRejected(pass, bag, outcome, rejected);
  const blocked = writes.find(isBlocked);
  if (blocked && isParked) return parkBlocked(pass, bag, outcome, blocked);
  if (!rejected) pass.tally.replanned++;
  bag.touch(action);
  if (rejected?.result.status === 'rejected' && action.origin !== 'plan') {
    const told = await noteRefused(pass, bag, action, { side: rejected.side, refusal: rejected.result });
    pass.refused.set(refName(action), refusalText(pass, action, rejected.side, rejected.result) + told);
  }
  if (blocked) pass.refused.set(refName(action), await blockedText(pass, action, blocked.side, blocked.result));
  if (action.origin === 'hold' && facts?.hold) await holdAsItStands(pass, bag, facts.hold);
  const refusal = rejected?.result.status === 'rejected' ? rejected.result.detail : undefined;
  if (facts?.item && (!isPlanned(action.origin) || baseMoved)) {
    bag.patchItem({
      id: facts.item.id,
      state: 'reopened',
      generation: facts.item.generation + 1,
      ...(refusal === undefined ? {} : { notes: refusal }),
    });
  }
}
