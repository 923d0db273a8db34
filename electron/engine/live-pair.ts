import type { AppError } from '../../shared/contract/errors.ts';
import type { BrakeAnswer } from '../../shared/model/words.ts';
import type { Binding } from './bind-pair.ts';
import { autoResolve, CLEARED } from './conflict/auto-resolve.ts';
import { canBeAnswered, takeAnswer } from './conflict/brake-answer.ts';
import { statesOf } from './conflict/decided.ts';
import type { HoldContext } from './conflict/hold-choices.ts';
import { answerHold, answersReport, carryOut, heldAs, tryAnswers } from './conflict/holds.ts';
import { noLongerHeld } from './conflict/not-taken.ts';
import { listConflicts, listHolds, waitingHolds } from './conflict/listing.ts';
import { Lookup } from './conflict/lookup.ts';
import { resolveItems } from './conflict/resolve.ts';
import { aroundItem } from './conflict/records.ts';
import { previewUndo, undoRun, type UndoScope } from './conflict/undo.ts';
import { writesOf } from './conflict/undo-judged.ts';
import { followersOf, waitersOf } from './conflict/write-decided.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';
import { PassMaker } from './pass-maker.ts';
import type { Key } from './port/key-codec.ts';
import { PairQueue } from './queue.ts';
import type { AutoResolveReport, HoldAnswered, HoldsReport, ResolveReport, UndoReport } from './reports/decision.ts';
import type { PairStatus, Receipt } from './reports/pair.ts';
import type { FieldPreview, PairPreview, PlanReport } from './reports/plan.ts';
import type { Progress, RunRecords, RunReport, TimelineEntry, WrittenRecord } from './reports/run.ts';
import type { BrakeReport, ConflictItem, HoldCount, HoldReport } from './reports/waiting.ts';
import type {
  ConflictFilter,
  HoldFilter,
  HoldRequest,
  HoldsRequest,
  ResolveRequest,
  SyncRequest,
  UndoTarget,
} from './requests.ts';
import { compare, preview } from './run/compare.ts';
import { refName, type Pass } from './run/context.ts';
import { takeFoundBefore } from './run/found-before.ts';
import { markAs } from './run/mark-as.ts';
import { lookAtBoth, makePlan, prepare } from './run/pass.ts';
import { planReport } from './run/plan-report.ts';
import { previewFields } from './run/preview-fields.ts';
import { brakeReport, runReports } from './run/report.ts';
import { touchDrifted } from './run/pull.ts';
import { recordsOfRun } from './run/run-records.ts';
import { withCounts } from './run/cut-runs.ts';
import { RunLog, type RunIntent } from './run-log.ts';
import { scopeOf } from './run/scope.ts';
import { statusOf } from './run/status.ts';
import type { SideName } from './settings.ts';
import type { KeyRef } from './state/stored.ts';
import type { ItemRow } from './state/waiting.ts';
import type { Tally } from './run/tally.ts';
import { keysInHistory, timelineOf } from './run/timeline.ts';

/**
 * The engine of one pair. What writes goes through its queue, one after the other; what only reads the state does not
 * wait. The state of a run is in the store, never here (L11).
 */
export class LivePair implements PairEngine {
  readonly #parts: PairEngineParts;
  readonly #id: number;
  readonly #queue: PairQueue;
  readonly #log: RunLog;
  readonly #maker: PassMaker;
  readonly #lookup: Lookup;

  constructor(parts: PairEngineParts, id: number, binding: Binding) {
    this.#parts = parts;
    this.#id = id;
    this.#queue = new PairQueue(parts.settings.name);
    this.#log = new RunLog(parts, id);
    this.#maker = new PassMaker(parts, id, binding);
    this.#lookup = new Lookup(parts.store, id, parts.settings.name);
  }

  preview(onProgress?: (progress: Progress) => void, signal?: AbortSignal): Promise<PairPreview> {
    return this.#queue.run(() => preview(this.#maker.make(0, { ...quiet, signal, onProgress })));
  }

  previewFields(
    fields: Readonly<Record<string, readonly string[]>>,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<readonly FieldPreview[]> {
    return this.#queue.run(() => previewFields(this.#maker.make(0, { ...quiet, signal, onProgress }), fields));
  }

  async plan(request: Parameters<PairEngine['plan']>[0]): Promise<PlanReport> {
    const intent: RunIntent = { ...quiet, traceless: true, signal: request.signal, onProgress: request.onProgress };
    return this.#inRun(intent, async (run, tally) => {
      await this.#maker.rebind();
      await this.#lookAgainForDrift();
      tally.notInPair = this.#maker.binding.notInPair;
      const pass = this.#maker.make(run, intent, scopeOf(this.#maker.binding, request), tally);
      await prepare(pass);
      if (await lookAtBoth(pass)) await makePlan(pass);
      this.#forgetGatesForDrift();
      return planReport(pass, request.sample ?? 20);
    });
  }

  sync(request: SyncRequest): Promise<RunReport> {
    return this.#queue.sync(request.who, this.#parts.ports.clock.now(), async () => {
      const { report, result: unlike } = await this.#log.within(request, async (run, tally) => {
        await this.#maker.untilQuiet(run, request, tally, (binding) => scopeOf(binding, request));
        const { collections = null } = request;
        await takeFoundBefore(this.#parts.store, this.#id, { run, collections, tally });
        return tally.unlike;
      });
      return unlike.length === 0 ? report : { ...report, unlike };
    });
  }

  neverBegan(request: Pick<SyncRequest, 'trigger' | 'who'>, cause: AppError): Promise<void> {
    return this.#queue.run(() => this.#log.neverBegan(request, cause));
  }

  conflicts(filter: ConflictFilter): Promise<readonly ConflictItem[]> {
    return listConflicts(this.#maker.make(0, quiet), filter);
  }

  resolve(request: ResolveRequest): Promise<ResolveReport> {
    const intent: RunIntent = { trigger: 'resolve', who: request.who, traceless: request.dryRun === true };
    return this.#inRun(intent, async (run, tally) => {
      const shown = await this.#lookup.items(request.where);
      const pass = await this.#maker.refreshed(run, intent, tally, shown.flatMap(aroundItem));
      const outcome = await resolveItems(pass, await this.#lookup.again(shown), request, generations(shown));
      const { records, done, would, ...report } = outcome;
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

  holds(filter: HoldFilter = {}): Promise<readonly HoldReport[]> {
    return listHolds(this.#holdContext, filter);
  }

  countHolds(): Promise<readonly HoldCount[]> {
    return this.#parts.store.countHolds(this.#id);
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
      if (request.dryRun) return answersReport(await tryAnswers(pass, holds, request), edited);
      const outcome = await carryOut(pass, holds, request);
      await this.#maker.settle(run, intent, tally, [...resting, ...outcome.records]);
      const { A, B } = tally.written;
      return {
        ...answersReport(outcome, edited, (await this.#wrote(run)).run),
        byItself: tally.byItself,
        written: { A: { ...A }, B: { ...B } },
      };
    });
  }

  get #holdContext(): HoldContext {
    const { settings, store } = this.#parts;
    return { id: this.#id, settings, store };
  }

  undo(target: UndoTarget, who: string, dryRun = false): Promise<UndoReport> {
    const undoOf = 'run' in target ? `run ${target.run}` : `conflict ${target.conflict}`;
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

  async brakes(filter?: { readonly all?: boolean }): Promise<readonly BrakeReport[]> {
    const { store, settings, sides: connectors } = this.#parts;
    const context = { id: this.#id, settings, store, connectors };
    const reports: BrakeReport[] = [];
    for (const row of await store.brakes(this.#id, filter?.all ?? false)) {
      // Of a side that is away nothing can be brought back and nothing let go.
      const answerable = await canBeAnswered(context, row).catch(() => false);
      reports.push(brakeReport(row, settings, answerable));
    }
    return reports;
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

  async runs(limit: number): Promise<readonly RunReport[]> {
    const { store, settings } = this.#parts;
    const reports = runReports(await store.runs(this.#id, limit), settings.name);
    return Promise.all(reports.map((report) => withCounts(store, this.#id, report)));
  }

  async run(id: number): Promise<RunReport | null> {
    const { store, settings } = this.#parts;
    const found = runReports(await store.runsFrom(this.#id, id), settings.name).find((run) => run.id === id);
    return found === undefined ? null : withCounts(store, this.#id, found);
  }

  recordsOf(run: number, limit?: number): Promise<RunRecords> {
    return recordsOfRun(this.#parts.store, this.#id, run, limit);
  }

  timeline(collection: string, key: Key): Promise<readonly TimelineEntry[]> {
    return timelineOf(this.#parts.store, this.#id, collection, key);
  }

  keysInHistory(collection: string): Promise<readonly Key[]> {
    return keysInHistory(this.#parts.store, this.#id, collection);
  }

  compare(onProgress?: (progress: Progress) => void, signal?: AbortSignal): Promise<Receipt> {
    return this.#queue.run(async () => {
      await this.#maker.rebind();
      const receipt = await compare(this.#maker.make(0, { ...quiet, signal, onProgress }));
      await this.#parts.store.commit(this.#id, { countAnew: this.#parts.settings.collections.map(({ name }) => name) });
      return receipt;
    });
  }

  status(): Promise<PairStatus> {
    return statusOf(this.#parts, this.#id, this.#queue.syncing, this.#maker.binding.notInPair);
  }

  markAs(name: string): Promise<readonly SideName[]> {
    return this.#queue.run(() => markAs(this.#maker.make(0, quiet), name));
  }

  async hint(collection: string, keys?: readonly Key[]): Promise<void> {
    if (!keys) this.#maker.forgetGates();
    else await this.#parts.store.commit(this.#id, { touch: keys.map((key) => ({ collection, key })) });
  }

  listen(onHint: () => void): Promise<void> {
    return this.#queue.run(() => this.#maker.listen(onHint));
  }

  stopListening(): void {
    this.#maker.stopListening();
  }

  async close(): Promise<void> {
    await this.#queue.run(() => this.#maker.close());
  }

  /** What drifted is no news after it was seen once: a plan sees it each time, and takes it from no sync that follows. */
  async #lookAgainForDrift(): Promise<void> {
    const { settings, store } = this.#parts;
    this.#forgetGatesForDrift();
    for (const { name, direction } of settings.collections)
      if (direction !== 'both') await touchDrifted(store, this.#id, name);
  }

  #forgetGatesForDrift(): void {
    if (this.#parts.settings.collections.some(({ direction }) => direction !== 'both')) this.#maker.forgetGates();
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
    return this.#queue.run(async () => (await this.#log.within(intent, work)).result);
  }
}

const quiet: RunIntent = { trigger: 'manual', who: '' };

/** What the person saw is what stood in the list before the records were looked at once more (L7). */
const generations = (items: readonly ItemRow[]): ReadonlyMap<number, number> =>
  new Map(items.map(({ id, generation }) => [id, generation]));
