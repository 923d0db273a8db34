import type { WriteIntent, WriteResult } from '../port/connector.ts';
import { hashRecord } from '../port/record-codec.ts';
import { changedFields, fieldOf, type State } from '../port/record.ts';
import { sideNames, type SideName } from '../settings.ts';
import { isPlanned, type ActionRow, type NewJournal } from '../state/stored.ts';
import type { HoldRow, ItemPatch } from '../state/waiting.ts';
import { checkCancelled, pairRow, type Pass } from './context.ts';
import { firstGeneration } from './generation.ts';
import { checkStillThere } from './identity.ts';
import { changedParts } from './journal-parts.ts';
import { ensureRaised, raiseMarkers } from './markers.ts';
import { settle } from './settle.ts';
import { heldTogether } from './settle-undo.ts';
import { stampDue } from './stamps.ts';
import { opOf, writesOf } from './tuples.ts';

/** Applies the staged plan in batches: journal, both sides by compare-and-set, acknowledgement (design.md 6). */
export async function apply(pass: Pass, total: number): Promise<void> {
  let done = 0;
  await checkStillThere(pass);
  for (;;) {
    const batch = await nextBatch(pass);
    // Where nothing is left to write there is nothing to stop.
    if (batch.length === 0) return;
    checkCancelled(pass);
    await ensureRaised(pass);
    await applyBatch(pass, batch);
    await stampDue(pass);
    done += batch.length;
    pass.progress({ phase: 'write', collection: batch[0]?.collection ?? '', done, all: total });
  }
}

/** The next actions in order that ask the sides in one order; a group is never cut. */
const nextBatch = async (pass: Pass): Promise<readonly ActionRow[]> => askingAlike(await nextInOrder(pass));

/** Decisions that ask the other side first go with a later batch; so does all that comes after the first of them. */
function askingAlike(batch: readonly ActionRow[]): readonly ActionRow[] {
  if (new Set(batch.flatMap(({ note }) => note.askFirst ?? [])).size < 2) return batch;
  const level = batch.filter((action) => action.level === batch[0]?.level);
  const ofGroup = new Map<number, SideName>();
  for (const { group, note } of level)
    if (group !== null && note.askFirst && ofGroup.get(group) !== 'B') ofGroup.set(group, note.askFirst);
  const asks = ({ group, note }: ActionRow): SideName | undefined =>
    group === null ? note.askFirst : ofGroup.get(group);
  const first = level.map(asks).find((side) => side !== undefined);
  return level.filter((action) => [first, undefined].includes(asks(action)));
}

async function nextInOrder(pass: Pass): Promise<readonly ActionRow[]> {
  const size = pass.settings.batchSize;
  const page = await pass.store.actions(pass.id, { run: pass.run, status: 'staged', order: 'apply', limit: size + 1 });
  if (page.length <= size) return page;
  const next = page[size];
  const inGroup = (action: ActionRow | undefined): boolean =>
    next !== undefined && next.group !== null && action?.group === next.group && action.level === next.level;
  if (!inGroup(page[size - 1])) return page.slice(0, size);
  const whole = page.slice(0, size).filter((action) => !inGroup(action));
  return whole.length > 0 ? whole : wholeGroup(pass, size);
}

async function wholeGroup(pass: Pass, size: number): Promise<readonly ActionRow[]> {
  for (let limit = size * 2; ; limit *= 2) {
    const page = await pass.store.actions(pass.id, { run: pass.run, status: 'staged', order: 'apply', limit });
    const [first] = page;
    const group = page.filter((action) => action.group === first?.group && action.level === first?.level);
    if (group.length < page.length || page.length < limit) return group;
  }
}

async function applyBatch(pass: Pass, batch: readonly ActionRow[]): Promise<void> {
  const { seal, rows: journaled } = await journal(pass, batch);
  const results = new Map<SideName, ReadonlyMap<number, WriteResult>>();
  for (const side of inOrder(batch)) {
    const refused = new Set(
      [...results.values()].flatMap((rows) =>
        [...rows].filter(([, { status }]) => status !== 'applied').map(([id]) => id),
      ),
    );
    results.set(side, await writeSide(pass, side, batch, seal, refused));
  }
  await checkStillThere(pass);
  await raiseMarkers(pass, sealedSides(results, seal));
  await settle(pass, batch, results, journaled);
}

/** Sides whose marker must show this batch now: something was applied there. */
function sealedSides(
  results: ReadonlyMap<SideName, ReadonlyMap<number, WriteResult>>,
  batch: number,
): ReadonlyMap<SideName, number> {
  return new Map(
    [...results]
      .filter(([, rows]) => [...rows.values()].some(({ status }) => status === 'applied'))
      .map(([side]) => [side, batch]),
  );
}

/** One transaction before the first write: before-images, the batch number, and the holds of an undo (L3, L8). */
async function journal(
  pass: Pass,
  batch: readonly ActionRow[],
): Promise<{ readonly seal: number; readonly rows: readonly number[] }> {
  const { batch: last } = await pairRow(pass);
  const seal = last + 1;
  const { journal: rows } = await pass.store.commit(pass.id, {
    pair: { batch: seal },
    journal: { run: pass.run, batch: seal, at: pass.ports.clock.now(), rows: batch.flatMap(journalRows) },
    actionStatus: batch.map(({ id }) => ({ id, status: 'sent' as const })),
    patchItems: batch.flatMap(({ note, origin }): ItemPatch[] => {
      if (note.item === undefined) return [];
      if (origin === 'undo') return [{ id: note.item, state: 'vanished' }];
      return isPlanned(origin) ? [] : [{ id: note.item, state: 'resolving' }];
    }),
    putHolds: batch.filter(({ origin }) => origin === 'undo').map((action) => holdOf(pass, action)),
  });
  return { seal, rows };
}

export function journalRows(action: ActionRow): NewJournal[] {
  return writesOf(action).map(({ side, from, to }): NewJournal => {
    const parts = changedParts(from, to);
    return {
      action: action.id,
      collection: action.collection,
      key: action.key,
      side,
      origin: action.origin,
      base: action.base,
      op: opOf(from, to),
      before: parts.before,
      after: parts.after,
      beforeHash: from && hashRecord(from),
      afterHash: to && hashRecord(to),
    };
  });
}

/** Saved in the transaction that journals the undo, with the states the sides are about to have. */
function holdOf(pass: Pass, action: ActionRow): HoldRow {
  return {
    collection: action.collection,
    key: action.key,
    fields: heldTogether(action.note.fields ?? [], action.note.held),
    a: action.toA === undefined ? action.a : action.toA,
    b: action.toB === undefined ? action.b : action.toB,
    edited: [],
    run: action.note.undoOf ?? pass.run,
    at: pass.ports.clock.now(),
    generation: firstGeneration(pass.ports),
    kept: null,
  };
}

/** A side that refused a record before is asked first. */
const inOrder = (batch: readonly ActionRow[]): readonly SideName[] =>
  batch.some(({ note }) => note.askFirst === 'B') ? ['B', 'A'] : sideNames;

/** What the first side did not take, and what is bound to it, is not written on the second one: half a decision helps nobody. */
function notWorth(batch: readonly ActionRow[], refused: ReadonlySet<number>): ReadonlySet<number> {
  const bonds = new Set(
    batch.flatMap(({ id, note }) => (refused.has(id) && note.bond !== undefined ? [note.bond] : [])),
  );
  const out = batch.filter(
    ({ id, note }) =>
      (note.askFirst !== undefined && refused.has(id)) || (note.bond !== undefined && bonds.has(note.bond)),
  );
  return new Set(out.map(({ id }) => id));
}

async function writeSide(
  pass: Pass,
  side: SideName,
  batch: readonly ActionRow[],
  number: number,
  refused: ReadonlySet<number>,
): Promise<ReadonlyMap<number, WriteResult>> {
  const out = notWorth(batch, refused);
  const results = await writeWanted(
    pass,
    side,
    batch.filter(({ id }) => !out.has(id)),
    number,
  );
  const left = [...out].map((id): [number, WriteResult] => [id, { status: 'group-failed' }]);
  return new Map([...results, ...left]);
}

async function writeWanted(
  pass: Pass,
  side: SideName,
  batch: readonly ActionRow[],
  number: number,
): Promise<ReadonlyMap<number, WriteResult>> {
  const work = batch.flatMap((action) =>
    writesOf(action)
      .filter((write) => write.side === side)
      .map((write) => ({ action, intent: intentOf(action, write.from, write.to) })),
  );
  if (work.length === 0) return new Map();
  const sealed = pass.settings.marker ? { seal: { pair: pass.settings.name, batch: number } } : {};
  const intents = withoutLoneGroups(work.map(({ intent }) => intent));
  const results = await pass.sides[side].write({ intents, ...sealed });
  return new Map(work.map(({ action }, i) => [action.id, results[i] as WriteResult]));
}

/** A group of which this side writes one record only is none: every side can do that. */
function withoutLoneGroups(intents: readonly WriteIntent[]): readonly WriteIntent[] {
  const sizes = new Map<number, number>();
  for (const { group } of intents) if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return intents.map((intent) => {
    if (intent.group === undefined || (sizes.get(intent.group) ?? 0) > 1) return intent;
    const { group: _group, ...alone } = intent;
    return alone;
  });
}

/**
 * L4: every write names what the plan saw; an update only the fields it changes. What a record holds beside them is in
 * no journal (L8), so only a person may have it deleted along.
 */
export function intentOf(
  action: Pick<ActionRow, 'collection' | 'key' | 'group' | 'origin' | 'note'>,
  from: State,
  to: State,
): WriteIntent {
  const about = {
    collection: action.collection,
    key: action.key,
    ...(action.group === null ? {} : { group: action.group }),
  };
  if (from === null && to !== null) return { ...about, op: 'insert', to };
  if (from !== null && to !== null) {
    return {
      ...about,
      op: 'update',
      changes: changedFields(from, to).map((name) => ({ name, from: fieldOf(from, name), to: fieldOf(to, name) })),
      ...(action.note.strategy === 'keep_both' ? { replaces: true } : {}),
    };
  }
  if (from === null) throw new Error('An action that writes nothing was sent');
  const decided = action.origin === 'resolve' || action.origin === 'brake';
  return { ...about, op: 'delete', expect: from, ...(decided ? { evenWithMore: true } : {}) };
}
