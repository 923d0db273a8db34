import type { BrakeAnswer } from '../../shared/model/words.ts';
import { autoResolve, CLEARED } from './conflict/auto-resolve.ts';
import { takeAnswer } from './conflict/brake-answer.ts';
import { statesOf } from './conflict/decided.ts';
import type { HoldContext } from './conflict/hold-choices.ts';
import { answerHold, answersReport, carryOut, flowing, heldAs, tryAnswers } from './conflict/holds.ts';
import { noLongerHeld } from './conflict/not-taken.ts';
import { listJudged, waitingHolds } from './conflict/listing.ts';
import { brakedError, Lookup } from './conflict/lookup.ts';
import { resolveItems, withLeft } from './conflict/resolve.ts';
import { aroundItem, recordName } from './conflict/records.ts';
import { previewUndo, undoRun, type UndoScope } from './conflict/undo.ts';
import { writesOf } from './conflict/undo-judged.ts';
import { followersOf, waitersOf } from './conflict/write-decided.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';
import type { PassMaker } from './pass-maker.ts';
import type { PairQueue } from './queue.ts';
import type { AutoResolveReport, HoldAnswered, HoldsReport, ResolveReport, UndoReport } from './reports/decision.ts';
import type { RunReport, WrittenRecord } from './reports/run.ts';
import type { HoldReport } from './reports/waiting.ts';
import type { HoldFilter, HoldRequest, HoldsRequest, ResolveRequest, UndoTarget } from './requests.ts';
import { refName, type Pass } from './run/context.ts';
import { loadBrakes, prepare } from './run/pass.ts';
import { recordsOfRun } from './run/run-records.ts';
import type { RunIntent, RunLog } from './run-log.ts';
import type { KeyRef } from './state/stored.ts';
import type { ItemRow } from './state/waiting.ts';
import type { Tally } from './run/tally.ts';
import { waitAsBefore } from './run/wake.ts';

/** What the decisions of a pair share with the rest of its engine. */
interface Shared {
  readonly queue: PairQueue;
  readonly log: RunLog;
  readonly maker: PassMaker;
}

/** What a person, or a rule, decides about what waits: each is a run of its own, after whatever the pair does (L8). */
export class Decisions {
  readonly #parts: PairEngineParts;
  readonly #id: number;
  readonly #queue: PairQueue;
  readonly #log: RunLog;
  readonly #maker: PassMaker;
  readonly #lookup: Lookup;

  constructor(parts: PairEngineParts, id: number, { queue, log, maker }: Shared) {
    this.#parts = parts;
    this.#id = id;
    this.#queue = queue;
    this.#log = log;
    this.#maker = maker;
    this.#lookup = new Lookup(parts.store, id, parts.settings.name);
  }

  resolve(request: ResolveRequest): Promise<ResolveReport> {
    const intent: RunIntent = { trigger: 'resolve', who: request.who, traceless: request.dryRun === true };
    return this.#inRun(intent, async (run, tally) => {
      const shown = await this.#lookup.items(request.where);
      const pass = await this.#maker.refreshed(run, intent, tally, shown.flatMap(aroundItem));
      const seen = generations(shown);
      const { records, done, would, left, ...outcome } = await resolveItems(pass, await this.#lookup.again(shown), {
        decisionOf: ({ id, generation }) => ({
          ...request,
          generation: request.generation ?? request.generations?.get(id) ?? seen.get(id) ?? generation,
        }),
        dryRun: request.dryRun === true,
      });
      const report = { ...outcome, failed: withLeft({ ...outcome, left }) };
      const ends = new Map(report.preview.map((each) => [refName(each), { A: each.a, B: each.b }]));
      const follows = await followersOf(pass, done, ends);
      if (request.dryRun) return { ...report, follows, run: 0, wrote: would, byItself: [] };
      await this.#goOn(run, intent, tally, records, done);
      return { ...report, follows, byItself: tally.byItself, ...(await this.#wrote(run)) };
    });
  }

  autoResolve(request: Parameters<PairEngine['autoResolve']>[0]): Promise<AutoResolveReport> {
    const intent: RunIntent = { trigger: 'resolve', who: request.who, traceless: request.dryRun === true };
    return this.#inRun(intent, async (run, tally) => {
      const shown = await this.#lookup.items({});
      const pass = await this.#maker.refreshed(run, intent, tally, shown.flatMap(aroundItem));
      const left = await this.#lookup.items({});
      const { records, done, would, ...report } = await autoResolve(pass, left, { ...request, shown });
      const cleared = shown.flatMap(({ id }) => (left.some((item) => item.id === id) ? [] : [{ id, ...CLEARED }]));
      const resolved = [...cleared, ...report.resolved];
      const follows = await waitersOf(pass, done);
      if (request.dryRun) return { ...report, resolved, follows, run: 0, wrote: would, byItself: [] };
      await this.#goOn(run, intent, tally, records, done);
      return { ...report, resolved, follows, byItself: tally.byItself, ...(await this.#wrote(run)) };
    });
  }

  answerHold(request: HoldRequest): Promise<HoldAnswered> {
    const intent: RunIntent = { trigger: 'hold', who: request.who };
    const { collection, key } = request;
    return this.#queue.run(async () => {
      await heldAs(this.#holdContext, request);
      const { report, result } = await this.#log.within(intent, async (run, tally) => {
        const pass = await this.#maker.refreshed(run, intent, tally, [request]);
        const { hold, records } = await answerHold(pass, request);
        const { fields, a, b } = hold;
        await this.#maker.settle(run, intent, tally, [request, ...records]);
        const after = await statesOf(pass, request);
        const along = records.filter((record) => refName(record) !== refName(request));
        const { A: local, B: remote } = after;
        const record = { collection, key, fields, before: { local: a, remote: b }, local, remote, along };
        return { record, byItself: tally.byItself };
      });
      return { ...report, ...result };
    });
  }

  answerHolds(request: HoldsRequest): Promise<HoldsReport> {
    const intent: RunIntent = { trigger: 'hold', who: request.who, traceless: request.dryRun === true };
    return this.#inRun(intent, async (run, tally) => {
      const resting: KeyRef[] = [];
      // What a person keeps apart on purpose is answered by its own name alone.
      for await (const page of waitingHolds(this.#holdContext, request))
        resting.push(...page.map(({ collection, key }) => ({ collection, key })));
      const pass = await this.#maker.refreshed(run, intent, tally, resting);
      const holds = waitingHolds(this.#holdContext, request);
      const edited = await noLongerHeld(pass, resting);
      if (request.dryRun) {
        const tried = await tryAnswers(pass, holds, request);
        return answersReport(tried, edited, { run: 0, written: [...tried.records, ...(await flowing(pass, edited))] });
      }
      const outcome = await carryOut(pass, holds, request);
      await this.#maker.settle(run, intent, tally, [...resting, ...outcome.records]);
      const { run: told, wrote } = await this.#wrote(run);
      return { ...answersReport(outcome, edited, { run: told, written: wrote }), byItself: tally.byItself };
    });
  }

  judgedHolds(filter: HoldFilter): Promise<readonly HoldReport[]> {
    const intent: RunIntent = { trigger: 'hold', who: '', traceless: true };
    return this.#queue.runIfIdle(async () => {
      const { result } = await this.#log.within(intent, async (run, tally) => {
        await this.#maker.rebind();
        const pass = this.#maker.make(run, intent, undefined, tally);
        await loadBrakes(pass);
        if (pass.braked.has('')) throw brakedError(pass.settings.name);
        return listJudged(pass, filter);
      });
      return result;
    });
  }

  undo(target: UndoTarget, who: string, dryRun = false): Promise<UndoReport> {
    const undoOf = undoneName(target);
    return this.#queue.run(async () => {
      const scope = await this.#lookup.undoTarget(target);
      const intent: RunIntent = { trigger: 'undo', who, undoOf, undoes: scope.run, traceless: dryRun };
      const { result } = await this.#log.within(intent, async (run, tally) => {
        const pass = await this.#refreshedFor(run, intent, tally, scope);
        return dryRun ? previewUndo(pass, scope) : undoRun(pass, scope);
      });
      return result;
    });
  }

  answerBrake(id: number, answer: BrakeAnswer, who: string): Promise<RunReport> {
    const intent: RunIntent = { trigger: 'brake', who };
    return this.#queue.run(async () => {
      const brake = await this.#lookup.brake(id);
      const { report } = await this.#log.within(intent, async (run, tally) => {
        await this.#maker.rebind();
        const pass = this.#maker.make(run, intent, undefined, tally);
        await prepare(pass);
        const scope = await takeAnswer(pass, brake, answer, who);
        if (scope) await this.#maker.untilQuiet(run, intent, tally, () => scope);
      });
      return report;
    });
  }

  /** What was decided goes on; of what was refused the question is asked as things stand now, and nothing is sent (E71). */
  async #goOn(
    run: number,
    intent: RunIntent,
    tally: Tally,
    records: readonly KeyRef[],
    done: readonly KeyRef[],
  ): Promise<void> {
    const decided = new Set(done.map(refName));
    await this.#maker.settle(run, intent, tally, done);
    await this.#maker.askAnew(
      run,
      intent,
      tally,
      records.filter((record) => !decided.has(refName(record))),
    );
  }

  /** Every record the run wrote, in the order of its first write, and the run, if there is anything to undo. */
  async #wrote(run: number): Promise<{ readonly run: number; readonly wrote: readonly WrittenRecord[] }> {
    const { records } = await recordsOfRun(this.#parts.store, this.#id, run);
    const wrote = records.map(({ collection, key, op }) => ({ collection, key, op }));
    return { run: wrote.length > 0 ? run : 0, wrote };
  }

  /** A few records are read for themselves; for a whole run it is cheaper to compare the sides. */
  async #refreshedFor(run: number, intent: RunIntent, tally: Tally, scope: UndoScope): Promise<Pass> {
    if (scope.records) return this.#maker.refreshed(run, intent, tally, scope.records);
    const written = new Map<string, KeyRef>();
    for await (const { collection, key } of writesOf(this.#parts.store, this.#id, { run: scope.run }))
      written.set(refName({ collection, key }), { collection, key });
    return this.#maker.refreshed(run, intent, tally, [...written.values()], 'sides');
  }

  #inRun<T>(intent: RunIntent, work: (run: number, tally: Tally) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      const { result } = await this.#log.within(intent, async (run, tally) => {
        const done = await work(run, tally);
        await waitAsBefore(this.#parts.store, this.#id, tally);
        return done;
      });
      return result;
    });
  }

  get #holdContext(): HoldContext {
    const { settings, store } = this.#parts;
    return { id: this.#id, settings, store };
  }
}

/** What the person saw is what stood in the list before the records were looked at once more (L7). */
const generations = (items: readonly ItemRow[]): ReadonlyMap<number, number> =>
  new Map(items.map(({ id, generation }) => [id, generation]));

function undoneName(target: UndoTarget): string {
  if ('conflict' in target) return `conflict ${target.conflict}`;
  return 'key' in target ? `${recordName(target)} of run ${target.run}` : `run ${target.run}`;
}
