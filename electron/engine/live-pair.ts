import type { BrakeAnswer } from '../../shared/model/words.ts';
import type { Binding } from './bind-pair.ts';
import { autoResolve } from './conflict/auto-resolve.ts';
import { takeAnswer } from './conflict/brake-answer.ts';
import { answerHold } from './conflict/holds.ts';
import { listConflicts, listHolds } from './conflict/listing.ts';
import { Lookup } from './conflict/lookup.ts';
import { resolveItems } from './conflict/resolve.ts';
import { undoRun } from './conflict/undo.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';
import { PassMaker } from './pass-maker.ts';
import type { Key } from './port/key-codec.ts';
import { PairQueue } from './queue.ts';
import type {
  AutoResolveReport,
  BrakeReport,
  ConflictFilter,
  ConflictItem,
  HoldReport,
  HoldRequest,
  PairPreview,
  PairStatus,
  PlanReport,
  Progress,
  Receipt,
  ResolveReport,
  ResolveRequest,
  RunReport,
  SyncRequest,
  TimelineEntry,
  UndoReport,
  UndoTarget,
} from './reports.ts';
import { compare, preview } from './run/compare.ts';
import { makePlan, prepare } from './run/pass.ts';
import { planReport } from './run/plan-report.ts';
import { pull } from './run/pull.ts';
import { brakeReport, runReport } from './run/report.ts';
import { RunLog, type RunIntent } from './run-log.ts';
import { scopeOf } from './run/scope.ts';
import { statusOf } from './run/status.ts';
import type { ItemRow } from './state/store.ts';
import type { Tally } from './run/tally.ts';
import { timelineOf } from './run/timeline.ts';

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

  async plan(request: Parameters<PairEngine['plan']>[0]): Promise<PlanReport> {
    const intent: RunIntent = { ...quiet, traceless: true, signal: request.signal, onProgress: request.onProgress };
    return this.#inRun(intent, async (run, tally) => {
      await this.#maker.rebind();
      this.#lookAgainForDrift();
      const pass = this.#maker.make(run, intent, scopeOf(this.#maker.binding, request), tally);
      await prepare(pass);
      await pull(pass);
      if (!pass.braked.has('')) await makePlan(pass);
      this.#lookAgainForDrift();
      return planReport(pass, request.sample ?? 20);
    });
  }

  sync(request: SyncRequest): Promise<RunReport> {
    return this.#queue.sync(request.who, this.#parts.ports.clock.now(), async () => {
      const { report } = await this.#log.within(request, (run, tally) =>
        this.#maker.untilQuiet(run, request, tally, (binding) => scopeOf(binding, request)),
      );
      return report;
    });
  }

  conflicts(filter: ConflictFilter): Promise<readonly ConflictItem[]> {
    return listConflicts(this.#maker.make(0, quiet), filter);
  }

  resolve(request: ResolveRequest): Promise<ResolveReport> {
    const intent: RunIntent = { trigger: 'resolve', who: request.who, traceless: request.dryRun === true };
    return this.#inRun(intent, async (run, tally) => {
      const shown = await this.#lookup.items(request.where);
      const pass = await this.#maker.refreshed(run, intent, tally);
      const report = await resolveItems(pass, await this.#lookup.again(shown), request, generations(shown));
      if (!request.dryRun) await this.#maker.untilQuiet(run, intent, tally);
      return report;
    });
  }

  autoResolve({ max, who }: { readonly max: number; readonly who: string }): Promise<AutoResolveReport> {
    const intent: RunIntent = { trigger: 'resolve', who };
    return this.#inRun(intent, async (run, tally) => {
      const pass = await this.#maker.refreshed(run, intent, tally);
      const report = await autoResolve(pass, await this.#lookup.items({}), { max, who });
      await this.#maker.untilQuiet(run, intent, tally);
      return report;
    });
  }

  holds(): Promise<readonly HoldReport[]> {
    return listHolds(this.#parts.settings.name, this.#parts.store, this.#id);
  }

  answerHold(request: HoldRequest): Promise<RunReport> {
    const intent: RunIntent = { trigger: 'hold', who: request.who };
    return this.#queue.run(async () => {
      const { report } = await this.#log.within(intent, async (run, tally) => {
        await answerHold(await this.#maker.refreshed(run, intent, tally), request);
        await this.#maker.untilQuiet(run, intent, tally);
      });
      return report;
    });
  }

  undo(target: UndoTarget, who: string): Promise<UndoReport> {
    const undoOf = 'run' in target ? `run ${target.run}` : `conflict ${target.conflict}`;
    const intent: RunIntent = { trigger: 'undo', who, undoOf };
    return this.#queue.run(async () => {
      const scope = await this.#lookup.undoTarget(target);
      const { result } = await this.#log.within(intent, async (run, tally) =>
        undoRun(await this.#maker.refreshed(run, intent, tally), scope),
      );
      return result;
    });
  }

  async brakes(filter?: { readonly all?: boolean }): Promise<readonly BrakeReport[]> {
    const { store, settings } = this.#parts;
    return (await store.brakes(this.#id, filter?.all ?? false)).map((row) => brakeReport(row, settings.name));
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
    return (await this.#parts.store.runs(this.#id, limit)).map((row) => runReport(row, this.#parts.settings.name));
  }

  async run(id: number): Promise<RunReport | null> {
    const row = await this.#parts.store.run(this.#id, id);
    return row && runReport(row, this.#parts.settings.name);
  }

  timeline(collection: string, key: Key): Promise<readonly TimelineEntry[]> {
    return timelineOf(this.#parts.store, this.#id, collection, key);
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
    return statusOf(this.#parts, this.#id, this.#queue.syncing);
  }

  async hint(collection: string, keys?: readonly Key[]): Promise<void> {
    if (!keys) this.#maker.forgetGates();
    else await this.#parts.store.commit(this.#id, { touch: keys.map((key) => ({ collection, key })) });
  }

  async close(): Promise<void> {
    await this.#queue.run(() => this.#maker.close());
  }

  /** What drifted is no news after it was seen once: a plan sees it each time, and takes it from no sync that follows. */
  #lookAgainForDrift(): void {
    if (this.#parts.settings.collections.some(({ direction }) => direction !== 'both')) this.#maker.forgetGates();
  }

  #inRun<T>(intent: RunIntent, work: (run: number, tally: Tally) => Promise<T>): Promise<T> {
    return this.#queue.run(async () => (await this.#log.within(intent, work)).result);
  }
}

const quiet: RunIntent = { trigger: 'manual', who: '' };

/** What the person saw is what stood in the list before the records were looked at once more (L7). */
const generations = (items: readonly ItemRow[]): ReadonlyMap<number, number> =>
  new Map(items.map(({ id, generation }) => [id, generation]));
