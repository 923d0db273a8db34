import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { Key } from '../port/key-codec.ts';
import { changedFields, sameState, type State } from '../port/record.ts';
import type { UndoReport } from '../reports/decision.ts';
import type { WrittenRecord } from '../reports/run.ts';
import type { Base } from '../plan/base.ts';
import { baseRestored } from '../run/advance.ts';
import { refName, type Pass } from '../run/context.ts';
import { stampDue } from '../run/stamps.ts';
import { readBoth, type BothRead } from '../run/read-both.ts';
import { opsOf, writesOf as sideWrites } from '../run/tuples.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import { stage } from '../run/stage.ts';
import type { Facts, JournalQuery, JournalRow, KeyRef, NewAction, StateStore } from '../state/store.ts';
import { journalPages } from '../state/journal-pages.ts';
import type { HoldRow } from '../state/waiting.ts';
import { askFirst, UNREAD } from './decided.ts';
import { leftFields, leftText, whyNotSynced } from './left-pair.ts';
import { lastChain, restoredOn, showsBefore } from './net-writes.ts';
import { recordName } from './records.ts';
import { Seen, undoReport } from './undo-report.ts';
import { judgeOnly, writeDecided } from './write-decided.ts';

/** What of a run is to be taken back. */
export interface UndoScope {
  readonly run: number;
  /** Only these records of the run; `null`: all it wrote. */
  readonly records: readonly KeyRef[] | null;
  /** All of them go back, or none: they were written by one decision. */
  readonly together: boolean;
}

/**
 * Undo (L8): puts back, field by field and by compare-and-set, only what that run wrote and nobody changed since. What
 * was put back rests under a hold, so that the next sync does not send it again.
 */
export async function undoRun(pass: Pass, scope: UndoScope): Promise<UndoReport> {
  const seen = new Seen();
  const pages = takenBack(pass, scope, seen);
  const records = scope.together ? await undoTogether(pass, pages, seen) : await writeDecided(pass, pages);
  await endEqualHolds(pass, seen.equal);
  await stampDue(pass);
  const { wroteOn } = pass.tally;
  return {
    ...undoReport(pass, seen, records, ({ sides, name }) => wroteOn.get(name)?.length === sides),
    run: pass.run,
  };
}

/** What one decision wrote goes back as a whole, or stays as a whole. */
async function undoTogether(
  pass: Pass,
  pages: AsyncIterable<readonly NewAction[]>,
  seen: Seen,
): Promise<readonly WrittenRecord[]> {
  const actions: NewAction[] = [];
  for await (const page of pages) actions.push(...page);
  if (seen.standing.length > 0) refuseAll(pass, actions, seen.standing.join(' '));
  else await writeDecided(pass, [actions], true);
  if (pass.refused.size > 0) refuseAll(pass, actions, TOGETHER);
  return actions.map(writtenBy);
}

const TOGETHER = 'The records of one decision go back together.';

/** What an undo would write, judged like the undo itself; writes nothing. What only a side can judge shows when it is written. */
export async function previewUndo(pass: Pass, scope: UndoScope): Promise<UndoReport> {
  const seen = new Seen();
  const records = await judgeOnly(pass, takenBack(pass, scope, seen));
  const why = seen.standing.length > 0 ? seen.standing.join(' ') : TOGETHER;
  if (scope.together && seen.standing.length + pass.refused.size > 0) refuseAll(pass, records, why);
  return undoReport(pass, seen, records, ({ name }) => !pass.refused.has(name));
}

const writtenBy = (action: NewAction): WrittenRecord => ({
  collection: action.collection,
  key: action.key,
  op: opsOf(sideWrites(action)),
});

/** What goes back, a page of the journal at a time. */
async function* takenBack(pass: Pass, scope: UndoScope, seen: Seen): AsyncGenerator<readonly NewAction[]> {
  let found = false;
  for (const about of scope.records ?? [{}])
    for await (const page of standingNow(pass, { run: scope.run, ...about })) {
      found = true;
      const actions: NewAction[] = [];
      for (const { journal, ...stands } of page) {
        const back = takeBack(pass, scope.run, journal, stands);
        const inPart = scope.together && typeof back !== 'string' && staysOn(journal, stands.now, back);
        const outcome = inPart ? 'changed' : back;
        const { collection, key } = must(journal[0], 'a journal row');
        const why = stands.gone ?? leftText(pass, collection, leftFields(pass, journal));
        const isGone = why !== null && outcome !== 'on-hold';
        if (isGone) seen.gone.push({ collection, key, why });
        if (outcome === 'on-hold') seen.leftOnHold++;
        else if (outcome !== 'changed')
          actions.push({ ...outcome, note: { ...outcome.note, ...askFirst(pass, outcome) } });
        else if (!isGone) seen.kept++;
        if (!scope.together) continue;
        if (isGone) seen.standing.push(`${recordName({ collection, key })}, which the same decision wrote: ${why}`);
        else if (typeof outcome === 'string') seen.standing.push(standingText(journal, outcome));
      }
      for (const { collection, key, a, b, toA = a, toB = b } of actions)
        if (sameState(toA, toB)) seen.equal.push({ collection, key });
      yield actions;
    }
  if (!found) throw tooLate(pass, scope);
}

/** A record that a run wrote, as both sides show it now, and what waits or rests there. */
interface Stands {
  readonly now: Readonly<Record<SideName, State>>;
  readonly unreadable: boolean;
  readonly known: Facts | undefined;
  /** Its collection is not synced any more, so that nothing can be read or written there: why. */
  readonly gone: string | null;
}

const UNSEEN: BothRead = { A: new Map(), B: new Map(), unreadable: new Map() };

/** The records that were written, each once, in the page in which the journal names it first; never record by record. */
async function* standingNow(
  pass: Pass,
  about: JournalAbout,
): AsyncGenerator<readonly (Stands & { readonly journal: readonly JournalRow[] })[]> {
  for await (const page of journalPages(pass.store, pass.id, { ...about, status: 'applied' })) {
    const first = must(page[0], 'a page with rows').id;
    for (const [collection, rows] of Map.groupBy(page, (row) => row.collection)) {
      const keys = [...new Set(rows.map(({ key }) => key))];
      const written = new Map<Key, JournalRow[]>(keys.map((key) => [key, []]));
      for await (const row of writesOf(pass.store, pass.id, { run: about.run, collection, keys }))
        written.get(row.key)?.push(row);
      const fresh = keys.filter((key) => (written.get(key)?.[0]?.id ?? 0) >= first);
      const gone = whyNotSynced(pass, collection);
      const parked = await pass.store.parked(pass.id, collection, fresh);
      const { A, B, unreadable } = gone === null ? await readBoth(pass, collection, fresh) : UNSEEN;
      yield fresh.map((key) => ({
        journal: must(written.get(key), 'what was just read'),
        known: parked.get(key),
        unreadable: unreadable.has(key),
        now: { A: A.get(key) ?? null, B: B.get(key) ?? null },
        gone,
      }));
    }
  }
}

function standingText(journal: readonly JournalRow[], why: 'on-hold' | 'changed'): string {
  const name = recordName(must(journal[0], 'a journal row'));
  return why === 'on-hold'
    ? `${name}, which the same decision wrote, rests already: answer that first (tandem holds).`
    : `${name}, which the same decision wrote, was changed again or deleted since and stays as it is.`;
}

/** What was written all the same is told as such, and not as refused. */
function refuseAll(pass: Pass, records: readonly KeyRef[], why: string): void {
  for (const name of records.map(refName))
    if (!pass.refused.has(name) && !pass.tally.wroteOn.has(name)) pass.refused.set(name, why);
}

/** What both sides show alike after the undo needs no rest: looked at once more, and nothing is written. */
async function endEqualHolds(pass: Pass, equal: readonly KeyRef[]): Promise<void> {
  if (equal.length === 0) return;
  const collections = [...new Set(equal.map(({ collection }) => collection))];
  await stage({ ...pass, scope: { ...pass.scope, collections, only: new Set(equal.map(refName)) } });
  await pass.store.commit(pass.id, { dropPlan: pass.run });
}

type JournalAbout = Pick<JournalQuery, 'collection' | 'key' | 'keys'> & { readonly run: number };

/** What a run wrote and nobody has taken back, in order. */
export async function* writesOf(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  about: JournalAbout,
): AsyncGenerator<JournalRow> {
  for await (const page of journalPages(store, pair, { ...about, status: 'applied' })) yield* page;
}

function tooLate(pass: Pass, { run }: UndoScope): AppError {
  return new AppError({
    code: 'refused',
    operation: 'undo',
    subject: { pair: pass.settings.name },
    message: `Undoing run ${run} failed: nothing of it is left to take back.`,
    next: 'Nothing was written.',
    hint: `It wrote nothing, was undone before, or is older than the ${pass.settings.journalDays} days for which old values are kept. See: tandem run show ${run}`,
  });
}

function takeBack(
  pass: Pass,
  run: number,
  journal: readonly JournalRow[],
  { now, known, unreadable, gone }: Stands,
): NewAction | 'on-hold' | 'changed' {
  const { collection, key } = must(journal[0], 'a journal row');
  const begun = begunBy(run, known);
  if (known?.hold && !begun) return 'on-hold';
  if (unreadable || gone !== null) return 'changed';
  const to = { A: restoredOn('A', journal, now.A), B: restoredOn('B', journal, now.B) };
  if ((to.A === undefined && to.B === undefined) || isLastCopy(now, to)) return 'changed';
  const writes = sideNames.filter((side) => to[side] !== undefined);
  const whole = writes.some((side) => now[side] === null || to[side] === null);
  const fields = whole ? [] : [...new Set(writes.flatMap((side) => changedFields(now[side], to[side] ?? null)))].sort();
  return {
    collection,
    key,
    base: earlierBase(journal, now, to),
    gen: UNREAD,
    constrained: true,
    origin: 'undo',
    a: now.A,
    b: now.B,
    agreed: null,
    toA: to.A,
    toB: to.B,
    level: pass.constraints.ranks.levelOf(collection, [
      [now.A, to.A],
      [now.B, to.B],
    ]),
    note: {
      undoOf: run,
      fields,
      who: pass.who,
      text: `undo of run ${run}`,
      ...(begun ? { held: begun.fields } : {}),
      ...(known?.item ? { item: known.item.id } : {}),
    },
  };
}

/** A side that the run wrote, too, and that shows neither what was written nor what stood before. */
const staysOn = (
  journal: readonly JournalRow[],
  now: Readonly<Record<SideName, State>>,
  { toA, toB }: Pick<NewAction, 'toA' | 'toB'>,
): boolean =>
  sideNames.some((side) => (side === 'A' ? toA : toB) === undefined && !showsBefore(side, journal, now[side]));

/** One side took its half of this very undo, the other refused: the record rests, and the rest can still be undone. */
const begunBy = (run: number, known: Facts | undefined): HoldRow | null =>
  known?.hold?.run === run && !known.hold.kept ? known.hold : null;

/** Somebody deleted the record on the other side meanwhile: what the run wrote is all there is, and it stays. */
const isLastCopy = (
  now: Readonly<Record<SideName, State>>,
  to: Readonly<Record<SideName, State | undefined>>,
): boolean =>
  sideNames.some((side) => to[side] === null && to[otherSide(side)] === undefined && now[otherSide(side)] === null);

/** Each side's restored fields have the base from before the first write that is taken back there. */
function earlierBase(
  journal: readonly JournalRow[],
  now: Readonly<Record<SideName, State>>,
  to: Readonly<Record<SideName, State | undefined>>,
): Base | null {
  const starts = sideNames
    .filter((side) => to[side] !== undefined)
    .map((side) => ({
      side,
      row: must(lastChain(journal.filter((row) => row.side === side))[0], 'a row of the chain'),
    }))
    .sort((x, y) => y.row.id - x.row.id);
  const [later, earlier] = starts;
  const base = later?.row.base ?? null;
  if (!later || !earlier || earlier.row.action === later.row.action) return base;
  return baseRestored(base, earlier.row.base, changedFields(now[earlier.side], to[earlier.side] ?? null));
}
