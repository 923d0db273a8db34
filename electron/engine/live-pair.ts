import type { AppError } from '../../shared/contract/errors.ts';
import type { BrakeAnswer } from '../../shared/model/words.ts';
import type { Binding } from './bind-pair.ts';
import { Decisions } from './decisions.ts';
import { listBrakes } from './conflict/brake-listing.ts';
import { listConflicts, listHolds } from './conflict/listing.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';
import { PassMaker } from './pass-maker.ts';
import type { Hint } from './port/connector.ts';
import type { Key } from './port/key-codec.ts';
import { PairQueue } from './queue.ts';
import type { AutoResolveReport, HoldAnswered, HoldsReport, ResolveReport, UndoReport } from './reports/decision.ts';
import type { PairStatus, Receipt } from './reports/pair.ts';
import type { FieldPreview, PairPreview, PlanReport } from './reports/plan.ts';
import type { Progress, RunRecords, RunReport, TimelineEntry } from './reports/run.ts';
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
import { takeFoundBefore } from './run/found-before.ts';
import { markAs } from './run/mark-as.ts';
import { lookAtBoth, makePlan, prepare } from './run/pass.ts';
import { planReport } from './run/plan-report.ts';
import { previewFields } from './run/preview-fields.ts';
import { runReports } from './run/report.ts';
import { touchDrifted } from './run/pull.ts';
import { recordsOfRun, withUndone } from './run/run-records.ts';
import { withCounts } from './run/cut-runs.ts';
import { RunLog, type RunIntent } from './run-log.ts';
import { scopeOf } from './run/scope.ts';
import { statusOf } from './run/status.ts';
import type { SideName } from './settings.ts';
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
  readonly #decisions: Decisions;

  constructor(parts: PairEngineParts, id: number, binding: Binding) {
    this.#parts = parts;
    this.#id = id;
    this.#queue = new PairQueue(parts.settings.name);
    this.#log = new RunLog(parts, id);
    this.#maker = new PassMaker(parts, id, binding);
    this.#decisions = new Decisions(parts, id, { queue: this.#queue, log: this.#log, maker: this.#maker });
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
    return this.#queue.run(async () => {
      const { result } = await this.#log.within(intent, async (run, tally) => {
        await this.#maker.rebind();
        await this.#lookAgainForDrift();
        tally.notInPair = this.#maker.binding.notInPair;
        const pass = this.#maker.make(run, intent, scopeOf(this.#maker.binding, request), tally);
        await prepare(pass);
        if (await lookAtBoth(pass)) await makePlan(pass);
        this.#forgetGatesForDrift();
        return planReport(pass, request.sample ?? 20);
      });
      return result;
    });
  }

  sync(request: SyncRequest): Promise<RunReport> {
    return this.#queue.sync(request.who, this.#parts.ports.clock.now(), async () => {
      const { report, result: unlike } = await this.#log.within(request, async (run, tally) => {
        await this.#maker.untilQuiet(run, request, tally, (binding) => scopeOf(binding, request));
        const { collections = null } = request;
        await takeFoundBefore(this.#parts.store, this.#id, {
          run,
          collections,
          tally,
          at: this.#parts.ports.clock.now(),
        });
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
    return this.#decisions.resolve(request);
  }

  autoResolve(request: Parameters<PairEngine['autoResolve']>[0]): Promise<AutoResolveReport> {
    return this.#decisions.autoResolve(request);
  }

  answerHold(request: HoldRequest): Promise<HoldAnswered> {
    return this.#decisions.answerHold(request);
  }

  answerHolds(request: HoldsRequest): Promise<HoldsReport> {
    return this.#decisions.answerHolds(request);
  }

  answerBrake(id: number, answer: BrakeAnswer, who: string): Promise<RunReport> {
    return this.#decisions.answerBrake(id, answer, who);
  }

  undo(target: UndoTarget, who: string, dryRun = false): Promise<UndoReport> {
    return this.#decisions.undo(target, who, dryRun);
  }

  holds(filter: HoldFilter = {}): Promise<readonly HoldReport[]> {
    const { settings, store } = this.#parts;
    return listHolds({ id: this.#id, settings, store }, filter);
  }

  judgedHolds(filter: HoldFilter = {}): Promise<readonly HoldReport[]> {
    return this.#decisions.judgedHolds(filter);
  }

  countHolds(): Promise<readonly HoldCount[]> {
    return this.#parts.store.countHolds(this.#id);
  }

  async brakes(filter?: { readonly all?: boolean }): Promise<readonly BrakeReport[]> {
    const rows = await this.#parts.store.brakes(this.#id, filter?.all ?? false);
    if (rows.length === 0) return [];
    try {
      return await this.#queue.runIfIdle(async () => {
        await this.#maker.rebind();
        return listBrakes(this.#maker.make(0, quiet), rows, 'sides');
      });
    } catch {
      // A side is away, or the pair is at work.
      return listBrakes(this.#maker.make(0, quiet), rows, 'state');
    }
  }

  async runs(limit: number): Promise<readonly RunReport[]> {
    const { store, settings } = this.#parts;
    const reports = runReports(await store.runs(this.#id, limit), settings.name);
    return Promise.all(reports.map((report) => this.#counted(report)));
  }

  async run(id: number): Promise<RunReport | null> {
    const { store, settings } = this.#parts;
    const found = runReports(await store.runsFrom(this.#id, id), settings.name).find((run) => run.id === id);
    return found === undefined ? null : this.#counted(found);
  }

  async #counted(report: RunReport): Promise<RunReport> {
    const { store } = this.#parts;
    return withUndone(store, this.#id, await withCounts(store, this.#id, report));
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
    return statusOf(this.#parts, this.#id, this.#queue.syncing, this.#maker.binding);
  }

  markAs(name: string): Promise<readonly SideName[]> {
    return this.#queue.run(() => markAs(this.#maker.make(0, quiet), name));
  }

  async hint(collection: string, keys?: readonly Key[]): Promise<void> {
    if (!keys) this.#maker.forgetGates();
    else await this.#parts.store.commit(this.#id, { touch: keys.map((key) => ({ collection, key })) });
  }

  listen(onHint: (hint: Hint) => void): Promise<void> {
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
}

const quiet: RunIntent = { trigger: 'manual', who: '' };
