import { AppError } from '../../shared/contract/errors.ts';
import type { BrakeAnswer, Trigger } from '../../shared/model/words.ts';
import { bindPair, type Binding } from './bind-pair.ts';
import { autoResolve } from './conflict/auto-resolve.ts';
import { takeAnswer } from './conflict/brake-answer.ts';
import { answerHold } from './conflict/holds.ts';
import { listConflicts, listHolds } from './conflict/listing.ts';
import { resolveItems } from './conflict/resolve.ts';
import { undoRun } from './conflict/undo.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';
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
import { everything, type Pass, type Scope } from './run/context.ts';
import { loadBrakes, makePlan, prepare } from './run/pass.ts';
import { planReport } from './run/plan-report.ts';
import { pull } from './run/pull.ts';
import { bodyOf, brakeReport, runReport } from './run/report.ts';
import { scopeOf } from './run/scope.ts';
import { statusOf } from './run/status.ts';
import { passes } from './run/sync.ts';
import { Tally } from './run/tally.ts';
import { timelineOf } from './run/timeline.ts';
import type { SideName } from './settings.ts';
import type { ItemRow } from './state/store.ts';

/** What a run is for and who wants it. */
interface RunIntent {
  readonly trigger: Trigger;
  readonly who: string;
  readonly undoOf?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** The engine of one pair. Everything goes through its queue; the state of a run is in the store, never here (L11). */
export class LivePair implements PairEngine {
  readonly #parts: PairEngineParts;
  readonly #id: number;
  readonly #queue: PairQueue;
  readonly #gates = new Map<SideName, string>();
  #binding: Binding;

  constructor(parts: PairEngineParts, id: number, binding: Binding) {
    this.#parts = parts;
    this.#id = id;
    this.#binding = binding;
    this.#queue = new PairQueue(parts.settings.name);
  }

  preview(onProgress?: (progress: Progress) => void, signal?: AbortSignal): Promise<PairPreview> {
    return this.#queue.run(async () =>
      preview(await this.#pass(0, { trigger: 'manual', who: '', signal, onProgress }, everything)),
    );
  }

  plan(request: Parameters<PairEngine['plan']>[0]): Promise<PlanReport> {
    const intent = { trigger: 'manual' as const, who: 'plan', signal: request.signal, onProgress: request.onProgress };
    return this.#queue.run(() =>
      this.#inRun(intent, async (run, tally) => {
        const pass = await this.#pass(run, intent, scopeOf(this.#binding, request), tally);
        await prepare(pass);
        await pull(pass);
        if (!pass.braked.has('')) await makePlan(pass);
        const report = await planReport(pass, request.sample ?? 20);
        await pass.store.commit(pass.id, { dropPlan: run });
        return report;
      }),
    );
  }

  sync(request: SyncRequest): Promise<RunReport> {
    return this.#queue.sync(request.who, this.#parts.ports.clock.now(), () =>
      this.#runPasses(request, (binding) => scopeOf(binding, request)),
    );
  }

  async #runPasses(intent: RunIntent, scope: (binding: Binding) => Scope): Promise<RunReport> {
    const id = await this.#inRun(intent, async (run, tally) => {
      await passes(async () => {
        await this.#rebind();
        return this.#pass(run, intent, scope(this.#binding), tally);
      });
      return run;
    });
    return this.#reportOf(id);
  }

  conflicts(filter: ConflictFilter): Promise<readonly ConflictItem[]> {
    return this.#queue.run(async () => listConflicts(await this.#pass(0, quiet, everything), filter));
  }

  resolve(request: ResolveRequest): Promise<ResolveReport> {
    return this.#queue.run(() =>
      this.#inRun({ trigger: 'resolve', who: request.who }, async (run, tally) => {
        const pass = await this.#refreshed(run, { trigger: 'resolve', who: request.who }, tally);
        const items = await this.#select(request.where);
        const report = await resolveItems(pass, items, request);
        if (!request.dryRun) await this.#settleRest(run, request.who, tally);
        return report;
      }),
    );
  }

  autoResolve({ max, who }: { readonly max: number; readonly who: string }): Promise<AutoResolveReport> {
    return this.#queue.run(() =>
      this.#inRun({ trigger: 'resolve', who }, async (run, tally) => {
        const pass = await this.#refreshed(run, { trigger: 'resolve', who }, tally);
        const items = (await this.#select({})).slice(0, max);
        const report = await autoResolve(pass, items, who);
        await this.#settleRest(run, who, tally);
        return report;
      }),
    );
  }

  holds(): Promise<readonly HoldReport[]> {
    return this.#queue.run(() => listHolds(this.#parts.settings.name, this.#parts.store, this.#id));
  }

  answerHold(request: HoldRequest): Promise<RunReport> {
    return this.#queue.run(async () => {
      const intent = { trigger: 'hold' as const, who: request.who };
      const id = await this.#inRun(intent, async (run, tally) => {
        await answerHold(await this.#refreshed(run, intent, tally), request);
        await this.#settleRest(run, request.who, tally);
        return run;
      });
      return this.#reportOf(id);
    });
  }

  undo(target: UndoTarget, who: string): Promise<UndoReport> {
    return this.#queue.run(async () => {
      const run = 'run' in target ? target.run : await this.#runOfConflict(target.conflict);
      const intent = {
        trigger: 'undo' as const,
        who,
        undoOf: 'run' in target ? `run ${target.run}` : `conflict ${target.conflict}`,
      };
      return this.#inRun(intent, async (id, tally) => {
        const pass = await this.#refreshed(id, intent, tally);
        return undoRun(pass, { run, key: await this.#keyOf(target) });
      });
    });
  }

  async #keyOf(target: UndoTarget): Promise<{ collection: string; key: Key } | null> {
    if ('run' in target) return 'key' in target ? { collection: target.collection, key: target.key } : null;
    const [item] = await this.#parts.store.items(this.#id, { id: target.conflict, open: false, limit: 1 });
    return item ? { collection: item.collection, key: item.key } : null;
  }

  async #runOfConflict(id: number): Promise<number> {
    const [item] = await this.#parts.store.items(this.#id, { id, open: false, limit: 1 });
    if (!item) throw this.#noConflict(id);
    const rows = await this.#parts.store.journal(this.#id, {
      collection: item.collection,
      key: item.key,
      status: 'applied',
      limit: 1000,
    });
    const last = rows.filter(({ origin }) => origin === 'resolve').at(-1);
    if (last) return last.run;
    throw new AppError({
      code: 'refused',
      operation: 'undo',
      subject: { pair: this.#parts.settings.name },
      message: `Undoing conflict ${id} failed: nothing was written for it.`,
      next: 'Nothing was written.',
    });
  }

  brakes(filter?: { readonly all?: boolean }): Promise<readonly BrakeReport[]> {
    const { store, settings } = this.#parts;
    return this.#queue.run(async () =>
      (await store.brakes(this.#id, filter?.all ?? false)).map((row) => brakeReport(row, settings.name)),
    );
  }

  answerBrake(id: number, answer: BrakeAnswer, who: string): Promise<RunReport> {
    return this.#queue.run(async () => {
      const intent = { trigger: 'brake' as const, who };
      const brake = (await this.#parts.store.brakes(this.#id, true)).find((row) => row.id === id);
      if (!brake)
        throw new AppError({
          code: 'not-found',
          operation: 'answer-brake',
          message: `Brake ${id} does not exist in ${this.#parts.settings.name}.`,
          hint: 'See: tandem brake list',
        });
      if (brake.answer !== null && brake.answer !== 'keep') {
        throw new AppError({
          code: 'already-resolved',
          operation: 'answer-brake',
          message: `Brake ${id} was answered already: ${brake.answer}.`,
          hint: 'See: tandem brake list',
        });
      }
      let next: Scope | null = null;
      const run = await this.#inRun(intent, async (number, tally) => {
        await this.#rebind();
        const pass = await this.#pass(number, intent, everything, tally);
        await prepare(pass);
        next = await takeAnswer(pass, brake, answer, who);
        const scope = next;
        if (scope) await passes(async () => this.#pass(number, intent, scope, tally));
        return number;
      });
      return this.#reportOf(run);
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
      await this.#rebind();
      const pass = await this.#pass(0, { ...quiet, signal, onProgress }, everything);
      const receipt = await compare(pass);
      const at = this.#parts.ports.clock.now();
      await pass.store.commit(this.#id, {
        pair: { countSince: Object.fromEntries(this.#parts.settings.collections.map(({ name }) => [name, at + 1])) },
      });
      return receipt;
    });
  }

  status(): Promise<PairStatus> {
    return statusOf(this.#parts, this.#id, this.#queue.syncing);
  }

  async hint(collection: string, keys?: readonly Key[]): Promise<void> {
    if (!keys) this.#gates.clear();
    else await this.#parts.store.commit(this.#id, { touch: keys.map((key) => ({ collection, key })) });
  }

  async close(): Promise<void> {
    await this.#queue.run(async () => {
      await this.#binding.sides.A.close();
      await this.#binding.sides.B.close();
    });
  }

  // ---------------------------------------------------------------- runs

  /** A run begins and ends in the state, whatever happens inside it. */
  async #inRun<T>(intent: RunIntent, work: (run: number, tally: Tally) => Promise<T>): Promise<T> {
    const { store, ports, settings } = this.#parts;
    const tally = new Tally(settings.collections.map(({ name }) => name));
    const { run } = await store.commit(this.#id, {
      newRun: { trigger: intent.trigger, who: intent.who, at: ports.clock.now() },
    });
    try {
      const result = await work(run, tally);
      await this.#endRun(run, 'completed', tally, undefined, intent.undoOf);
      return result;
    } catch (error) {
      const cancelled = error instanceof AppError && error.code === 'cancelled';
      await this.#endRun(run, cancelled ? 'cancelled' : 'failed', tally, error, intent.undoOf).catch(() => undefined);
      throw error;
    }
  }

  async #endRun(id: number, status: RunReport['status'], tally: Tally, error: unknown, undoOf?: string): Promise<void> {
    const { store, ports, settings } = this.#parts;
    const brakes = (await store.brakes(this.#id, false)).map((row) => brakeReport(row, settings.name));
    const endedAt = ports.clock.now();
    await store.commit(this.#id, {
      dropPlan: id,
      run: { id, status, endedAt, report: JSON.stringify(bodyOf(tally, brakes, error, undoOf)) },
      pruneBefore: endedAt - settings.journalDays * 86_400_000,
    });
  }

  async #reportOf(id: number): Promise<RunReport> {
    const report = await this.run(id);
    if (!report) throw new Error(`Run ${id} is not in the state`);
    return report;
  }

  async #pass(
    run: number,
    intent: RunIntent,
    scope: Scope,
    tally = new Tally([...this.#binding.collections.keys()]),
  ): Promise<Pass> {
    const { settings, store, ports, sides: connectors } = this.#parts;
    return {
      id: this.#id,
      settings,
      connectors,
      store,
      ports,
      gates: this.#gates,
      sides: this.#binding.sides,
      collections: this.#binding.collections,
      constraints: this.#binding.constraints,
      run,
      who: intent.who,
      tally,
      scope,
      braked: new Set(),
      refused: new Map(),
      raised: false,
      progress: intent.onProgress ?? (() => undefined),
      ...(intent.signal ? { signal: intent.signal } : {}),
    };
  }

  /** What a person decides about is looked at first: recovery, and the values as they stand now. */
  async #refreshed(run: number, intent: RunIntent, tally: Tally): Promise<Pass> {
    await this.#rebind();
    const pass = await this.#pass(run, intent, everything, tally);
    await prepare(pass);
    if (pass.braked.has('')) throw this.#braked();
    await pull(pass);
    await makePlan(pass);
    await pass.store.commit(pass.id, { dropPlan: run });
    await loadBrakes(pass);
    return pass;
  }

  /** What a decision made possible flows at once. */
  async #settleRest(run: number, who: string, tally: Tally): Promise<void> {
    await passes(() => this.#pass(run, { trigger: 'resolve', who }, everything, tally));
  }

  async #rebind(): Promise<void> {
    const { A, B } = this.#parts.sides;
    const { versions, sides } = this.#binding;
    if ((await A.describe()).version === versions.A && (await B.describe()).version === versions.B) return;
    await sides.A.close();
    await sides.B.close();
    this.#binding = await bindPair(this.#parts);
  }

  async #select(where: ConflictFilter): Promise<readonly ItemRow[]> {
    const { store } = this.#parts;
    const exact = where.id !== undefined;
    const rows = await store.items(this.#id, {
      open: !exact && !where.all,
      visible: !exact,
      limit: where.limit ?? 100_000,
      ...(where.id === undefined ? {} : { id: where.id }),
      ...(where.collection === undefined ? {} : { collection: where.collection }),
      ...(where.kind === undefined ? {} : { kind: where.kind }),
    });
    if (exact && rows.length === 0) throw this.#noConflict(where.id ?? 0);
    return rows;
  }

  #noConflict(id: number): AppError {
    return new AppError({
      code: 'not-found',
      operation: 'conflicts',
      subject: { pair: this.#parts.settings.name },
      message: `Conflict ${id} does not exist in ${this.#parts.settings.name}.`,
      hint: 'See: tandem conflicts --all',
    });
  }

  #braked(): AppError {
    return new AppError({
      code: 'brake',
      operation: 'resolve',
      subject: { pair: this.#parts.settings.name },
      retry: 'after-user-action',
      message: `${this.#parts.settings.name} is stopped by a brake; nothing is written before it is answered.`,
      next: 'Nothing was written.',
      hint: 'See: tandem brake list',
    });
  }
}

const quiet: RunIntent = { trigger: 'manual', who: '' };
