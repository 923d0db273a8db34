import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import { changedFields, fieldOf, sameState, withFields, type RecordImage, type State } from '../port/record.ts';
import { hashRecord } from '../port/record-codec.ts';
import { sameValue, type Value } from '../port/value.ts';
import type { UndoReport } from '../reports.ts';
import type { Base } from '../plan/base.ts';
import { baseRestored } from '../run/advance.ts';
import { refName, type Pass } from '../run/context.ts';
import { stampDue } from '../run/stamps.ts';
import { countWrites } from '../run/tuples.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import { stage } from '../run/stage.ts';
import type { Facts, JournalQuery, JournalRow, KeyRef, NewAction, StateStore } from '../state/store.ts';
import { UNREAD } from './decided.ts';
import { recordName } from './records.ts';
import { writeDecided } from './write-decided.ts';

const PAGE = 1000;

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
  const { actions, standing, ...counts } = await planUndo(pass, scope);
  const refused: UndoReport['refused'][number][] = [];
  const before = written(pass);
  if (scope.together && standing.length > 0) refuseAll(pass, actions, standing.join(' '));
  else await writeDecided(pass, actions, scope.together);
  if (scope.together && pass.refused.size > 0)
    refuseAll(pass, actions, 'The records of one decision go back together.');
  for (const action of actions) {
    const why = pass.refused.get(refName(action));
    if (why !== undefined) refused.push({ collection: action.collection, key: action.key, why });
  }
  await endEqualHolds(pass, actions);
  await stampDue(pass);
  const out = new Set(refused.map(refName));
  return {
    run: pass.run,
    restored: Math.min(actions.length - refused.length, written(pass) - before),
    ...counts,
    written: countWrites(actions.filter((action) => !out.has(refName(action)))),
    refused,
  };
}

/** What an undo would write if nothing stood in its way; writes nothing. */
export async function previewUndo(pass: Pass, scope: UndoScope): Promise<UndoReport> {
  const { actions, standing, ...counts } = await planUndo(pass, scope);
  const none = scope.together && standing.length > 0;
  return {
    run: 0,
    restored: none ? 0 : actions.length,
    ...counts,
    written: countWrites(none ? [] : actions),
    refused: none ? actions.map(({ collection, key }) => ({ collection, key, why: standing.join(' ') })) : [],
  };
}

interface UndoPlan extends Pick<UndoReport, 'kept' | 'leftOnHold'> {
  readonly actions: readonly NewAction[];
  /** Of records that do not go back: why. */
  readonly standing: readonly string[];
}

async function planUndo(pass: Pass, scope: UndoScope): Promise<UndoPlan> {
  const rows = await rowsOf(pass, scope);
  if (rows.size === 0) throw tooLate(pass, scope);
  const counts = { kept: 0, leftOnHold: 0 };
  const actions: NewAction[] = [];
  const standing: string[] = [];
  for await (const { journal, ...stands } of standingNow(pass, [...rows.values()])) {
    const outcome = takeBack(pass, scope.run, journal, stands);
    if (outcome === 'on-hold') counts.leftOnHold++;
    else if (outcome === 'changed') counts.kept++;
    else actions.push(scope.together ? { ...outcome, note: { ...outcome.note, askFirst: 'A' } } : outcome);
    if (outcome === 'on-hold' || outcome === 'changed') standing.push(standingText(journal, outcome));
  }
  return { ...counts, actions, standing };
}

/** A record that a run wrote, as both sides show it now, and what waits or rests there. */
interface Stands {
  readonly now: Readonly<Record<SideName, State>>;
  readonly known: Facts | undefined;
}

/** Looks at what was written page by page, never record by record. */
async function* standingNow(
  pass: Pass,
  rows: readonly (readonly JournalRow[])[],
): AsyncGenerator<Stands & { readonly journal: readonly JournalRow[] }> {
  const byCollection = new Map<string, (readonly JournalRow[])[]>();
  for (const journal of rows) {
    const { collection } = must(journal[0], 'a journal row');
    const known = byCollection.get(collection);
    if (known) known.push(journal);
    else byCollection.set(collection, [journal]);
  }
  for (const [collection, records] of byCollection)
    for (let at = 0; at < records.length; at += PAGE) {
      const page = records.slice(at, at + PAGE).map((journal) => ({ journal, key: must(journal[0], 'a row').key }));
      const keys = page.map(({ key }) => key);
      const parked = await pass.store.parked(pass.id, collection, keys);
      const a = await pass.sides.A.read(collection, keys);
      const b = await pass.sides.B.read(collection, keys);
      for (const { journal, key } of page)
        yield { journal, known: parked.get(key), now: { A: a.get(key) ?? null, B: b.get(key) ?? null } };
    }
}

function standingText(journal: readonly JournalRow[], why: 'on-hold' | 'changed'): string {
  const name = recordName(must(journal[0], 'a journal row'));
  return why === 'on-hold'
    ? `${name}, which the same decision wrote, rests already: answer that first (tandem holds).`
    : `${name}, which the same decision wrote, was changed again or deleted since and stays as it is.`;
}

function refuseAll(pass: Pass, actions: readonly NewAction[], why: string): void {
  for (const action of actions) if (!pass.refused.has(refName(action))) pass.refused.set(refName(action), why);
}

/** What both sides show alike after the undo needs no rest: looked at once more, and nothing is written. */
async function endEqualHolds(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  const equal = actions.filter(({ a, b, toA = a, toB = b }) => sameState(toA, toB));
  if (equal.length === 0) return;
  const collections = [...new Set(equal.map(({ collection }) => collection))];
  await stage({ ...pass, scope: { ...pass.scope, collections, only: new Set(equal.map(refName)) } });
  await pass.store.commit(pass.id, { dropPlan: pass.run });
}

const written = (pass: Pass): number =>
  sideNames.reduce(
    (sum, side) =>
      sum + pass.tally.written[side].insert + pass.tally.written[side].update + pass.tally.written[side].delete,
    0,
  );

async function rowsOf(pass: Pass, { run, records }: UndoScope): Promise<Map<string, JournalRow[]>> {
  const found = new Map<string, JournalRow[]>();
  for (const record of records ?? [{}])
    for await (const row of writesOf(pass.store, pass.id, { run, ...record })) {
      const rows = found.get(refName(row));
      if (rows) rows.push(row);
      else found.set(refName(row), [row]);
    }
  return found;
}

/** What a run wrote and nobody has taken back, in order. */
export async function* writesOf(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  about: Pick<JournalQuery, 'run' | 'collection' | 'key'>,
): AsyncGenerator<JournalRow> {
  for (let afterId = 0; ;) {
    const page = await store.journal(pair, { ...about, status: 'applied', afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) return;
    afterId = last.id;
    yield* page;
  }
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

/** What one side wrote in the run, taken together: from what to what. */
interface Net {
  readonly before: State;
  readonly after: State;
  readonly whole: boolean;
  readonly afterHash: Buffer | null;
}

function takeBack(
  pass: Pass,
  run: number,
  journal: readonly JournalRow[],
  { now, known }: Stands,
): NewAction | 'on-hold' | 'changed' {
  const { collection, key } = must(journal[0], 'a journal row');
  if (known?.hold) return 'on-hold';
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
      ...(known?.item ? { item: known.item.id } : {}),
    },
  };
}

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

/** The state this side goes back to; `undefined`: nothing to do here, or somebody changed it since. */
function restoredOn(side: SideName, journal: readonly JournalRow[], now: State): State | undefined {
  const rows = journal.filter((row) => row.side === side);
  if (rows.length === 0) return undefined;
  const net = netOf(lastChain(rows));
  if (net.whole) return standsAsWritten(net, now) && !sameState(now, net.before) ? net.before : undefined;
  if (now === null || net.before === null || net.after === null) return undefined;
  const [before, after] = [net.before, net.after];
  const mine = changedFields(before, after).filter((name) => sameValue(fieldOf(now, name), fieldOf(after, name)));
  if (mine.length === 0) return undefined;
  return withFields(now, new Map(mine.map((name): [string, Value | undefined] => [name, fieldOf(before, name)])));
}

function standsAsWritten({ after, afterHash }: Net, now: State): boolean {
  if (after !== null || now === null || afterHash === null) return sameState(now, after);
  return hashRecord(now).equals(afterHash);
}

/**
 * The last writes that follow one another without anybody else's edit in between, back to where the record came or
 * went. What lies before that is not ours to restore: somebody saw it and wrote over it.
 */
function lastChain(rows: readonly JournalRow[]): readonly JournalRow[] {
  let from = rows.length - 1;
  while (from > 0 && rows[from]?.op === 'update' && follows(rows[from], rows[from - 1])) from--;
  return rows.slice(from);
}

const follows = (row: JournalRow | undefined, earlier: JournalRow | undefined): boolean =>
  row?.beforeHash !== null && row?.beforeHash !== undefined && earlier?.afterHash?.equals(row.beforeHash) === true;

function netOf(rows: readonly JournalRow[]): Net {
  const [first, last] = [must(rows[0], 'a row'), must(rows.at(-1), 'a row')];
  const whole = rows.some(({ op }) => op !== 'update');
  if (!whole)
    return {
      whole,
      before: folded(rows.map(({ before }) => before).reverse()),
      after: folded(rows.map(({ after }) => after)),
      afterHash: last.afterHash,
    };
  return {
    whole,
    before: first.op === 'insert' ? null : first.before,
    after: last.op === 'delete' ? null : folded(rows.map(({ after }) => after)),
    afterHash: last.op === 'delete' ? null : last.afterHash,
  };
}

/** Later parts over earlier ones. */
function folded(parts: readonly State[]): State {
  return parts.reduce<RecordImage | null>((sum, part) => {
    if (sum === null || part === null) return part ?? sum;
    return withFields(sum, new Map(part.names.map((name, i) => [name, part.values[i]])));
  }, null);
}
