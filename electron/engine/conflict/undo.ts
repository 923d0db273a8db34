import { AppError } from '../../../shared/contract/errors.ts';
import type { UndoReport } from '../reports/decision.ts';
import { refName, type Pass } from '../run/context.ts';
import { stage } from '../run/stage.ts';
import { stampDue } from '../run/stamps.ts';
import type { KeyRef, NewAction } from '../state/stored.ts';
import { recordName } from './records.ts';
import { goesBack, judgedNow, type Judged } from './undo-judged.ts';
import { Seen, undoReport } from './undo-report.ts';
import { judgeOnly, writeDecided } from './write-decided.ts';

/** What of a run is to be taken back. */
export interface UndoScope {
  readonly run: number;
  /** Only these records of the run; `null`: all it wrote. */
  readonly records: readonly KeyRef[] | null;
  /** Decisions of the run about more than one record, which all go back, or none of them; each of one collection. */
  readonly decisions: readonly Decision[];
}
interface Decision {
  readonly item: number;
  readonly records: readonly KeyRef[];
}

/**
 * Undo (L8): puts back, field by field and by compare-and-set, only what that run wrote and nobody changed since. What
 * was put back rests under a hold, so that the next sync does not send it again.
 */
export async function undoRun(pass: Pass, scope: UndoScope): Promise<UndoReport> {
  const seen = new Seen();
  const records = await writeDecided(pass, takenBack(pass, scope, seen));
  await endEqualHolds(pass, seen.equal);
  await stampDue(pass);
  refuseTogether(pass, scope);
  const { wroteOn } = pass.tally;
  return {
    ...undoReport(pass, seen, records, ({ sides, name }) => wroteOn.get(name)?.length === sides),
    run: pass.run,
  };
}

/** What an undo would write, judged like the undo itself; writes nothing. What only a side can judge shows when it is written. */
export async function previewUndo(pass: Pass, scope: UndoScope): Promise<UndoReport> {
  const seen = new Seen();
  const records = await judgeOnly(pass, takenBack(pass, scope, seen));
  refuseTogether(pass, scope);
  return undoReport(pass, seen, records, ({ name }) => !pass.refused.has(name));
}

/** What a side refused of a decision keeps the rest of it from going back; what was written all the same is told as such. */
function refuseTogether({ refused, tally }: Pass, { decisions }: UndoScope): void {
  for (const { records } of decisions) {
    const names = records.map(refName);
    const why = names.map((name) => refused.get(name)).find((text) => text !== undefined);
    for (const name of why === undefined ? [] : names)
      if (!refused.has(name) && !tally.wroteOn.has(name)) refused.set(name, why ?? '');
  }
}

/** What goes back: decisions of more than one record as a whole, all other records by themselves, a page at a time. */
async function* takenBack(pass: Pass, scope: UndoScope, seen: Seen): AsyncGenerator<readonly NewAction[]> {
  const decided = new Set(scope.decisions.flatMap(({ records }) => records.map(refName)));
  const meant = (ref: KeyRef): boolean => scope.records?.some((one) => refName(one) === refName(ref)) ?? true;
  const { run } = scope;
  let found = false;
  for (const decisions of portions(scope.decisions.filter(({ records }) => records.some(meant)))) {
    const judged = new Map<string, Judged>();
    for (const [collection, records] of Map.groupBy(
      decisions.flatMap((one) => one.records),
      (ref) => ref.collection,
    ))
      for await (const page of judgedNow(
        pass,
        { run, collection, keys: records.map(({ key }) => key) },
        { whole: true },
      ))
        for (const one of page) judged.set(refName(one), one);
    found ||= [...judged.values()].some(meant);
    yield decisions.flatMap(({ item, records }) => {
      const written = records.flatMap((ref) => judged.get(refName(ref)) ?? []);
      return wholeOrNone(seen, item, written, meant);
    });
  }
  for (const about of scope.records?.filter((ref) => !decided.has(refName(ref))) ?? [{}]) {
    for await (const page of judgedNow(pass, { run, ...about }, { whole: false })) {
      const alone = page.filter((one) => !decided.has(refName(one)));
      found ||= alone.length > 0;
      yield alone.flatMap((one) => seen.note(one));
    }
  }
  if (!found) throw tooLate(pass, scope);
}

/** Decisions whose records fill no more than a page together. */
function* portions(decisions: readonly Decision[]): Generator<readonly Decision[]> {
  let portion: Decision[] = [];
  let size = 0;
  for (const decision of decisions) {
    if (size + decision.records.length > PAGE && portion.length > 0) {
      yield portion;
      [portion, size] = [[], 0];
    }
    portion.push(decision);
    size += decision.records.length;
  }
  if (portion.length > 0) yield portion;
}

const PAGE = 1000;

/** The records of one decision, of which a person meant some. */
function wholeOrNone(
  seen: Seen,
  item: number,
  written: readonly Judged[],
  meant: (ref: KeyRef) => boolean,
): readonly NewAction[] {
  const others = written.filter((ref) => !meant(ref)).map(recordName);
  const asked = written.filter(meant);
  const standing = written
    .filter((one) => !goesBack(one))
    .map((one) => `${recordName(one)}, which the same decision wrote, ${standingText(one)}`);
  const why =
    others.length > 0
      ? `One decision wrote it together with ${others.join(', ')}, and they go back together: tandem undo conflict ${item}`
      : standing.join(' ');
  if (why === '') return asked.flatMap((one) => seen.note(one, { bond: item }));
  for (const one of asked)
    if (goesBack(one)) seen.refused.push({ collection: one.collection, key: one.key, why });
    else seen.note(one);
  return [];
}

const standingText = ({ outcome, why }: Judged): string =>
  outcome === 'on-hold'
    ? 'rests already: answer that first (tandem holds).'
    : why === null
      ? 'was changed again or deleted since and stays as it is.'
      : `stays as it is: ${why}`;

/** What both sides show alike after the undo needs no rest: looked at once more, and nothing is written. */
async function endEqualHolds(pass: Pass, equal: readonly KeyRef[]): Promise<void> {
  if (equal.length === 0) return;
  const collections = [...new Set(equal.map(({ collection }) => collection))];
  await stage({ ...pass, scope: { ...pass.scope, collections, only: new Set(equal.map(refName)) } });
  await pass.store.commit(pass.id, { dropPlan: pass.run });
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
