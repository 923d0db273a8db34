import { numberText } from '../../../shared/lib/count-text.ts';
import { own } from '../../../shared/lib/own.ts';
import { otherSide, sideNames, type BrakeLimits, type SideName } from '../settings.ts';
import { isPlanned, type ActionCount, type ActionRow, type NewBrake } from '../state/store.ts';
import { pairRow, type Pass } from './context.ts';
import { stagedPages } from './staged-pages.ts';

const DAY = 86_400_000;
const SAMPLES = 20;

interface Volume {
  readonly staged: number;
  readonly written: number;
  /** Records of the collection when the counting began. */
  readonly size: number;
}

/**
 * L9: judged over the whole staged plan and everything written since a person last answered, never per batch. What a
 * person decided does not count. Answers the actions that are withheld.
 */
export async function judgeBrakes(pass: Pass): Promise<number[]> {
  const counts = (await pass.store.countActions(pass.id, pass.run)).filter(
    ({ origin, status }) => origin === 'plan' && status === 'staged',
  );
  const withheld: number[] = [];
  for (const collection of new Set(counts.map((count) => count.collection))) {
    for (const side of sideNames) {
      const brake = await brakeFor(pass, collection, side, counts);
      if (!brake) continue;
      withheld.push(...(await latch(pass, collection, brake)));
      break;
    }
  }
  return withheld;
}

async function brakeFor(
  pass: Pass,
  collection: string,
  side: SideName,
  counts: readonly ActionCount[],
): Promise<NewBrake | null> {
  const staged = (op: ActionCount['op']): number =>
    counts
      .filter((count) => count.collection === collection && count.side === side && count.op === op)
      .reduce((sum, { count }) => sum + count, 0);
  const deletes = staged('delete');
  const updates = staged('update');
  if (deletes + updates === 0) return null;
  const limits = pass.settings.brakes;
  const written = await writtenSince(pass, collection, side);
  if (Math.max(deletes + written.deletes, updates + written.updates) < fewest(limits)) return null;
  const size = (await pass.store.countBase(pass.id, collection)) + written.deletes;
  if (deletes > 0 && tooManyDeletes({ staged: deletes, written: written.deletes, size }, limits)) {
    const emptied = deletes + written.deletes >= size && size >= limits.smallSize;
    return describe(pass, collection, side, emptied ? 'emptied' : 'deletes', {
      staged: deletes,
      written: written.deletes,
      size,
    });
  }
  if (updates > 0 && tooManyChanges({ staged: updates, written: written.updates, size }, limits))
    return describe(pass, collection, side, 'changes', { staged: updates, written: written.updates, size });
  return null;
}

async function writtenSince(
  pass: Pass,
  collection: string,
  side: SideName,
): Promise<{ deletes: number; updates: number }> {
  const { countSince } = await pairRow(pass);
  const notBefore = pass.ports.clock.now() - pass.settings.brakes.periodDays * DAY;
  return pass.store.countWritten(pass.id, collection, side, own(countSince, collection) ?? 0, notBefore);
}

/** Fewer than this stop no collection, whatever its size. */
const fewest = (limits: BrakeLimits): number =>
  Math.min(limits.deleteCount + 1, limits.changeCount + 1, Math.ceil((limits.smallSize * limits.smallPercent) / 100));

export function tooManyDeletes({ staged, written, size }: Volume, limits: BrakeLimits): boolean {
  const count = staged + written;
  const share = size === 0 ? 0 : (count * 100) / size;
  return (
    (share > limits.deletePercent && count > limits.deleteCount) ||
    (size >= limits.smallSize && share >= limits.smallPercent)
  );
}

export function tooManyChanges({ staged, written, size }: Volume, limits: BrakeLimits): boolean {
  const count = staged + written;
  return size > 0 && (count * 100) / size > limits.changePercent && count > limits.changeCount;
}

function describe(
  pass: Pass,
  collection: string,
  side: SideName,
  kind: 'deletes' | 'emptied' | 'changes',
  { staged: count, written, size: of }: Volume,
): NewBrake {
  const here = pass.settings.sideLabel[otherSide(side)];
  const there = pass.settings.sideLabel[side];
  const share = `${numberText(count)} of ${numberText(of)}`;
  const days = pass.settings.brakes.periodDays;
  const before =
    written === 0
      ? ''
      : ` ${numberText(written)} more went to ${there} in the last ${numberText(days)} days, and together they are too many to go on without a word.`;
  const cause = {
    deletes: `${share} records of ${collection} vanished from ${here}. ${there} still has ${written === 0 ? 'all of them' : 'these'}.`,
    emptied: `${collection} was emptied on ${here}: ${share} records are gone. ${there} still has ${written === 0 ? 'all of them' : 'these'}.`,
    changes: `${share} records of ${collection} changed on ${here}.`,
  };
  return {
    collection,
    kind,
    side,
    count,
    of,
    cause: cause[kind] + before,
    at: pass.ports.clock.now(),
    samples: [],
    counts: { onlyA: 0, onlyB: 0, different: 0 },
  };
}

/** Stops everything in this collection, in both directions, until a person answers; its keys stay dirty. What a person answered before goes on. */
async function latch(pass: Pass, collection: string, brake: NewBrake): Promise<number[]> {
  const ids: number[] = [];
  let id: number | null = null;
  for await (const page of stagedPages(pass, 500, { collection })) {
    const stays = page.filter(({ origin }) => isPlanned(origin));
    const stopped = stays.filter((action) => action.origin === 'plan' && isStopped(action, brake));
    if (id === null && stopped.length > 0) id = await newBrake(pass, brake, stopped);
    ids.push(...stays.map((action) => action.id));
    await pass.store.commit(pass.id, {
      ...(id === null ? {} : { braked: { brake: id, keys: stopped.map(({ key }) => ({ collection, key })) } }),
      actionStatus: stays.map((action) => ({ id: action.id, status: 'withheld' as const })),
    });
  }
  pass.braked.add(collection);
  return ids;
}

/** With its samples in one transaction, so that a crash never leaves a question that shows nothing. */
async function newBrake(pass: Pass, brake: NewBrake, stopped: readonly ActionRow[]): Promise<number> {
  const samples = stopped.slice(0, SAMPLES).map(({ collection, key, a, b }) => ({ collection, key, a, b }));
  const { brakes } = await pass.store.commit(pass.id, { newBrakes: [{ ...brake, samples }] });
  return brakes[0] ?? 0;
}

function isStopped(action: ActionRow, { side, kind }: NewBrake): boolean {
  const [from, to] = side === 'A' ? [action.a, action.toA] : [action.b, action.toB];
  if (from === null || to === undefined) return false;
  return kind === 'changes' ? to !== null : to === null;
}
