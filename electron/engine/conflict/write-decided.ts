import { apply } from '../run/apply.ts';
import { refName, type Pass } from '../run/context.ts';
import { judge } from '../run/judge.ts';
import { holdsSame } from '../run/same-value.ts';
import { stage } from '../run/stage.ts';
import { stagedPages } from '../run/staged-pages.ts';
import { stagedCount } from '../run/staged.ts';
import { opsOf, writesOf, type SideWrite } from '../run/tuples.ts';
import { keyFromHex } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import type { WrittenRecord } from '../reports/run.ts';
import type { SideName } from '../settings.ts';
import { isPlanned, type ActionRow, type KeyRef, type NewAction } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { asItStands } from './decided.ts';
import { endOf, type Deciding, type Written } from './end-of.ts';

const PAGE = 1000;

/** Decisions as they are made, so that no more than one page of their values has to be held at once (L13). */
export type DecidedPages = AsyncIterable<readonly NewAction[]> | Iterable<readonly NewAction[]>;

/**
 * Decisions go the way of every plan: unique values, references and order are judged, brakes are not asked. Those
 * with one `bond` are written together, or not at all. `before`: what the same request has decided already. Answers the
 * records they are about, with what they write.
 */
export async function writeDecided(
  pass: Pass,
  pages: DecidedPages,
  before: readonly KeyRef[] = [],
): Promise<readonly WrittenRecord[]> {
  const { records, waiters } = await judgeDecided(pass, pages, { before });
  if (waiters.length > 0) await leaveWaiters(pass);
  const total = await stagedCount(pass);
  pass.tally.decidedAgain.clear();
  if (total > 0) await apply(pass, total);
  const again = clashed(pass);
  // They were judged beside decisions that may not have been written: what they wait for now is found by the next sync.
  await pass.store.commit(pass.id, { dropPlan: pass.run, touch: waiters });
  if (again.length === 0) return records;
  for (const action of again) pass.refused.delete(refName(action));
  // A decision that was refused is no record that merely waits: nothing of it is planned along.
  await writeDecided(pass, [again], records);
  return records;
}

/** What a side refused for the sake of a record that gives its value up, or goes along: it is sent once more. */
function clashed({ tally, constraints }: Pass): readonly NewAction[] {
  return [...tally.decidedAgain.values()].map((action) => {
    const moves = writesOf(action).map(({ from, to }): [State, State] => [from, to]);
    return { ...action, level: constraints.ranks.levelOf(action.collection, moves) };
  });
}

/**
 * What the decisions would write, as far as it can be judged without writing: what is in their way stands in
 * `pass.refused`. Of the other records about which they are, told by `about` once they are judged, those are counted that would
 * follow.
 */
export async function tryDecided(
  pass: Pass,
  actions: readonly NewAction[],
  about: () => readonly KeyRef[],
): Promise<readonly WrittenRecord[]> {
  const { waiters } = await judgeDecided(pass, [actions], { triedOut: true });
  const followed = about();
  const meant = new Set(followed.map(refName));
  const wrote: WrittenRecord[] = [];
  for await (const page of stagedPages(pass, PAGE))
    for (const action of page) {
      const { collection, key, origin, group } = action;
      if (origin === 'plan' && group === null && !meant.has(refName(action))) continue;
      wrote.push({
        collection,
        key,
        op: opsOf(origin === 'plan' ? writesOf(action) : await allWritesOf(pass, action, { along: actions })),
      });
    }
  for (const ref of await restOf(pass, followed, [...actions, ...waiters])) {
    const writes = await allWritesOf(pass, ref, { along: actions });
    if (writes.length > 0) wrote.push({ collection: ref.collection, key: ref.key, op: opsOf(writes) });
  }
  await pass.store.commit(pass.id, { dropPlan: pass.run, touch: waiters });
  return wrote;
}

/**
 * Judges decisions and writes nothing: what is in their way stands in `pass.refused`. Answers all of them, with what
 * `writes` says they would write.
 */
export async function judgeOnly(
  pass: Pass,
  pages: DecidedPages,
  writes: Writes = writesOf,
): Promise<readonly WrittenRecord[]> {
  const { records, waiters } = await judgeDecided(pass, pages, { writes, triedOut: true });
  await pass.store.commit(pass.id, { dropPlan: pass.run, touch: waiters });
  return records;
}

type Writes = (action: NewAction) => readonly SideWrite[] | Promise<readonly SideWrite[]>;

/** What is written of a record in all, with what follows. */
export async function allWritesOf(
  pass: Pass,
  record: Written & Partial<Pick<ActionRow, 'note'>>,
  beside: Pick<Deciding, 'along' | 'ended'>,
): Promise<readonly SideWrite[]> {
  const { a, b } = record;
  const { A, B } = await endOf(pass, record, { own: record.note?.item, ...beside });
  return writesOf({ a, b, toA: sameState(a, A) ? undefined : A, toB: sameState(b, B) ? undefined : B });
}

/** Those of the records that are not judged with the decisions, as they stand: the run looks at them, too, once it has decided. */
async function restOf(pass: Pass, about: readonly KeyRef[], judged: readonly KeyRef[]): Promise<readonly Written[]> {
  const known = new Set(judged.map(refName));
  const rest: Written[] = [];
  for (const ref of about) if (!known.has(refName(ref))) rest.push(await asItStands(pass, ref));
  return rest;
}

interface Judged {
  readonly records: readonly WrittenRecord[];
  /** What waits for one of them, planned along. */
  readonly waiters: readonly KeyRef[];
}

interface Judging {
  /** What the same request has decided already. */
  readonly before?: readonly KeyRef[];
  readonly writes?: Writes;
  readonly triedOut?: boolean;
}

/** The staged plan of the decisions and of what waits for them, judged. */
async function judgeDecided(
  pass: Pass,
  pages: DecidedPages,
  { before = [], writes = writesOf, triedOut = false }: Judging,
): Promise<Judged> {
  const records: WrittenRecord[] = [];
  const bonds = new Map<number, KeyRef[]>();
  for await (const actions of pages) {
    for (let at = 0; at < actions.length; at += PAGE) await stageDecided(pass, actions.slice(at, at + PAGE));
    for (const action of actions) {
      const { collection, key, note } = action;
      records.push({ collection, key, op: opsOf(await writes(action)) });
      if (note.bond !== undefined) bonds.set(note.bond, [...(bonds.get(note.bond) ?? []), { collection, key }]);
    }
  }
  const waiters = await stageWaiters(pass, records, before);
  await judge({ ...pass, along: new Set(waiters.map(refName)) }, { bonds: [...bonds.values()], triedOut });
  return { records, waiters };
}

/** A decision takes no key off the dirty list: what it wrote is looked at once more, whatever came in between. */
async function stageDecided(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  await pass.store.commit(pass.id, { stage: { run: pass.run, actions } });
}

/** What waits for a decided record may have to move together with it (a swap of unique values), so it is planned along. */
async function stageWaiters(
  pass: Pass,
  records: readonly KeyRef[],
  before: readonly KeyRef[],
): Promise<readonly KeyRef[]> {
  const decided = new Set(before.map(refName));
  const only = (await waitersOf(pass, records)).filter((ref) => !decided.has(refName(ref)));
  if (only.length === 0) return only;
  await pass.store.commit(pass.id, { touch: only });
  await stage({ ...pass, scope: { ...pass.scope, only: new Set(only.map(refName)) } });
  return only;
}

/** Open records that wait for one of these, and are none of them: the next sync plans them again. */
export async function waitersOf(pass: Pass, records: readonly KeyRef[]): Promise<readonly KeyRef[]> {
  const known = new Set(records.map(refName));
  const waiting = new Map<string, KeyRef>();
  for (const name of new Set(records.map(({ collection }) => collection))) {
    const keys = records.filter(({ collection }) => collection === name).map(({ key }) => key);
    for (let at = 0; at < keys.length; at += PAGE)
      for (const { waiters } of (await pass.store.parked(pass.id, name, keys.slice(at, at + PAGE))).values())
        for (const { collection, key } of waiters)
          if (!known.has(refName({ collection, key }))) waiting.set(refName({ collection, key }), { collection, key });
  }
  return [...waiting.values()];
}

/** What stands on each side, by the name of the record. */
type Ends = ReadonlyMap<string, Readonly<Record<SideName, State>>>;

/**
 * Of those that wait for the decided records, which stand as in `ends` now, the ones that can go on: a unique value that the
 * record still holds keeps the other one where it is.
 */
export async function followersOf(pass: Pass, decided: readonly KeyRef[], ends: Ends): Promise<readonly KeyRef[]> {
  const followers: KeyRef[] = [];
  for (const ref of await waitersOf(pass, decided)) {
    const facts = await pass.store.facts(pass.id, ref.collection, [ref.key]);
    const item = facts.get(ref.key)?.item;
    if (!item || !(await clashesStill(pass, item, ends))) followers.push(ref);
  }
  return followers;
}

async function clashesStill(
  pass: Pass,
  { kind, collection, fields, a, b, extra: { side, otherKey } }: ItemRow,
  ends: Ends,
): Promise<boolean> {
  if (kind !== 'unique' || side === undefined || otherKey === undefined) return false;
  const key = keyFromHex(otherKey);
  const record = ends.get(refName({ collection, key }))?.[side] ?? null;
  // By their bytes alone: the side, if it were asked, shows nothing yet of a decision that is only tried out.
  return holdsSame(pass, { side, collection, index: undefined, fields }, side === 'A' ? b : a, { key, record });
}

/** Only what has to be written together with a decision goes with it; every other record that waited goes with the next sync. */
async function leaveWaiters(pass: Pass): Promise<void> {
  const decided = new Set<number>();
  const planned: ActionRow[] = [];
  for await (const page of stagedPages(pass, PAGE)) {
    for (const action of page)
      if (isPlanned(action.origin)) planned.push(action);
      else if (action.group !== null) decided.add(action.group);
  }
  const left = planned.filter(({ group }) => group === null || !decided.has(group));
  await pass.store.commit(pass.id, { actionStatus: left.map(({ id }) => ({ id, status: 'withheld' as const })) });
}
