import { append } from '../../../shared/lib/append.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { own } from '../../../shared/lib/own.ts';
import { Spread } from '../../../shared/lib/spread.ts';
import { otherSide, sideNames, type BrakeLimits, type SideName } from '../settings.ts';
import { isPlanned, type ActionCount, type ActionRow, type KeyRef, type NewBrake } from '../state/stored.ts';
import { pairRow, type Pass } from './context.ts';
import { hashOf } from './hashes.ts';
import { stagedPages } from './staged-pages.ts';
import { writesOf } from './tuples.ts';

const DAY = 86_400_000;
/** At most so many records are kept with a brake, to be shown: from the whole range of what it holds. */
export const SAMPLES = 100;

interface Volume {
  readonly staged: number;
  readonly written: number;
  /** Records of the collection when the counting began. */
  readonly size: number;
}

/** What is planned for one side of a collection. */
interface Planned {
  readonly deletes: number;
  readonly updates: number;
  /** Of these, what overwrites edits of a side that only receives. */
  readonly drift: {
    readonly deletes: number;
    readonly updates: number;
    /** Never agreed on. */ readonly added: number;
  };
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
    const drift = pass.scope.overwriteDrift ? await countDrift(pass, collection) : noDrift();
    for (const side of sideNames) {
      const count = (op: ActionCount['op']): number =>
        counts
          .filter((one) => one.collection === collection && one.side === side && one.op === op)
          .reduce((sum, one) => sum + one.count, 0);
      const planned = { deletes: count('delete'), updates: count('update'), drift: drift[side] };
      const brake = await brakeFor(pass, collection, side, planned);
      if (!brake) continue;
      append(withheld, await latch(pass, collection, brake));
      break;
    }
  }
  return withheld;
}

const noDrift = (): Record<SideName, { deletes: number; updates: number; added: number }> => ({
  A: { deletes: 0, updates: 0, added: 0 },
  B: { deletes: 0, updates: 0, added: 0 },
});

async function countDrift(pass: Pass, collection: string): Promise<ReturnType<typeof noDrift>> {
  const drift = noDrift();
  for await (const page of stagedPages(pass, 500, { collection })) {
    for (const action of page.filter(({ note }) => note.drift)) {
      for (const { side, from, to } of writesOf(action)) {
        if (from === null) continue;
        drift[side][to === null ? 'deletes' : 'updates']++;
        if (action.base === null) drift[side].added++;
      }
    }
  }
  return drift;
}

async function brakeFor(pass: Pass, collection: string, side: SideName, planned: Planned): Promise<NewBrake | null> {
  if (planned.deletes + planned.updates === 0) return null;
  const limits = pass.settings.brakes;
  const written = await writtenSince(pass, collection, side);
  const isDoubted = planned.deletes > planned.drift.deletes && own((await pairRow(pass)).doubted, collection) === side;
  const most = Math.max(planned.deletes + written.deletes, planned.updates + written.updates);
  if (!isDoubted && most < fewest(limits)) return null;
  const size = (await pass.store.countBase(pass.id, collection)) + written.deletes;
  const volumes = ({ deletes, updates }: Pick<Planned, 'deletes' | 'updates'>, of: number): Volumes => ({
    deletes: { staged: deletes, written: written.deletes, size: of },
    updates: { staged: updates, written: written.updates, size: of },
  });
  const { drift } = planned;
  const flowing = volumes({ deletes: planned.deletes - drift.deletes, updates: planned.updates - drift.updates }, size);
  if (isDoubted) {
    const brake = describe(pass, collection, side, 'deletes', flowing.deletes);
    return { ...brake, cause: `${brake.cause} ${DOUBTED}` };
  }
  const kind = kindFor(flowing, limits);
  if (kind) return describe(pass, collection, side, kind, flowing[kind === 'changes' ? 'updates' : 'deletes']);
  const all = volumes(planned, size + drift.added);
  return drift.deletes + drift.updates > 0 && kindFor(all, limits) !== null
    ? describeDrift(pass, collection, side, drift, all)
    : null;
}

const DOUBTED =
  'Others were brought back there while these were gone already, so they are asked about, however few they are.';

type Volumes = Readonly<Record<'deletes' | 'updates', Volume>>;

function kindFor({ deletes, updates }: Volumes, limits: BrakeLimits): 'deletes' | 'emptied' | 'changes' | null {
  if (deletes.staged > 0 && tooManyDeletes(deletes, limits)) return isEmptied(deletes, limits) ? 'emptied' : 'deletes';
  return updates.staged > 0 && tooManyChanges(updates, limits) ? 'changes' : null;
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
  Math.min(
    EMPTIED,
    limits.deleteCount + 1,
    limits.changeCount + 1,
    Math.ceil((limits.smallSize * limits.smallPercent) / 100),
  );

/** So few records are a collection that somebody empties at once by mistake, and not one by one on purpose. */
const EMPTIED = 3;

/** Whatever its size, it is asked about before nothing is left of it. */
const isEmptied = ({ staged, written, size }: Volume, { smallPercent }: BrakeLimits): boolean =>
  size >= EMPTIED && staged + written >= size && smallPercent <= 100;

export function tooManyDeletes(volume: Volume, limits: BrakeLimits): boolean {
  const { staged, written, size } = volume;
  const count = staged + written;
  const share = size === 0 ? 0 : (count * 100) / size;
  return (
    (share > limits.deletePercent && count > limits.deleteCount) ||
    (size >= limits.smallSize && share >= limits.smallPercent) ||
    isEmptied(volume, limits)
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
    cause: cause[kind] + before(pass, there, written),
    ...unanswered(pass),
  };
}

/** Nothing vanished and nobody emptied anything: the question is about what only the receiving side has. */
function describeDrift(
  pass: Pass,
  collection: string,
  side: SideName,
  { deletes, updates }: Planned['drift'],
  all: Volumes,
): NewBrake {
  const here = pass.settings.sideLabel[otherSide(side)];
  const there = pass.settings.sideLabel[side];
  const parts = [
    ...(deletes > 0 ? [`delete ${numberText(deletes)} that ${here} does not have`] : []),
    ...(updates > 0 ? [`change ${numberText(updates)} back to what ${here} has`] : []),
  ];
  const { size: of } = all.deletes;
  const cause = `Overwriting what was edited on ${there} would ${parts.join(' and ')}, of ${numberText(of)} records of ${collection}.`;
  const written = all.deletes.written + all.updates.written;
  return {
    collection,
    kind: 'drift',
    side,
    count: deletes + updates,
    of,
    cause: cause + before(pass, there, written),
    ...unanswered(pass),
  };
}

function before(pass: Pass, there: string, written: number): string {
  if (written === 0) return '';
  const days = numberText(pass.settings.brakes.periodDays);
  return ` ${numberText(written)} more went to ${there} in the last ${days} days, and together they are too many to go on without a word.`;
}

const unanswered = (pass: Pass): Pick<NewBrake, 'at' | 'samples' | 'counts'> => ({
  at: pass.ports.clock.now(),
  samples: [],
  counts: { onlyA: 0, onlyB: 0, different: 0 },
});

/** Stops everything in this collection, in both directions, until a person answers; its keys stay dirty. What a person answered before goes on. */
async function latch(pass: Pass, collection: string, brake: NewBrake): Promise<number[]> {
  const ids: number[] = [];
  let id: number | null = null;
  const shown = new Spread<Sample>(SAMPLES);
  for await (const page of stagedPages(pass, 500, { collection })) {
    const stays = page.filter(({ origin }) => isPlanned(origin));
    const stopped = stays.filter((action) => action.origin === 'plan' && isStopped(action, brake));
    for (const { key, a, b } of stopped) shown.add({ collection, key, a, b });
    if (id === null && stopped.length > 0) id = await newBrake(pass, { ...brake, samples: shown.kept });
    ids.push(...stays.map((action) => action.id));
    await pass.store.commit(pass.id, {
      ...(id === null ? {} : { braked: { brake: id, keys: stopped.map((action) => keyStopped(action, brake.side)) } }),
      actionStatus: stays.map((action) => ({ id: action.id, status: 'withheld' as const })),
    });
  }
  const { count, of, counts } = brake;
  if (id !== null) await pass.store.commit(pass.id, { patchBrakes: [{ id, count, of, counts, samples: shown.kept }] });
  pass.braked.add(collection);
  return ids;
}

type Sample = NewBrake['samples'][number];

const keyStopped = (
  { collection, key, a, b }: ActionRow,
  side: SideName,
): KeyRef & { readonly shown: Buffer | null } => ({ collection, key, shown: hashOf(side === 'A' ? a : b) });

/** With its samples in one transaction, so that a crash never leaves a question that shows nothing. */
async function newBrake(pass: Pass, brake: NewBrake): Promise<number> {
  const { brakes } = await pass.store.commit(pass.id, { newBrakes: [brake] });
  return brakes[0] ?? 0;
}

function isStopped(action: ActionRow, { side, kind }: NewBrake): boolean {
  const [from, to] = side === 'A' ? [action.a, action.toA] : [action.b, action.toB];
  if (from === null || to === undefined) return false;
  if (kind === 'drift') return action.note.drift === true;
  return action.note.drift !== true && (kind === 'changes' ? to !== null : to === null);
}
