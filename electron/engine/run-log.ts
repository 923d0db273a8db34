import { AppError } from '../../shared/contract/errors.ts';
import { must } from '../../shared/lib/assert.ts';
import { isSync, type Trigger } from '../../shared/model/words.ts';
import type { PairEngineParts } from './pair-engine.ts';
import type { Progress, RunReport } from './reports/run.ts';
import { LookAgain } from './run/context.ts';
import { bodyOf, brakeReport, runReport } from './run/report.ts';
import { Tally } from './run/tally.ts';

const DAY = 86_400_000;

/** What a run is for and who wants it. */
export interface RunIntent {
  readonly trigger: Trigger;
  readonly who: string;
  readonly undoOf?: string;
  /** The run whose writes are taken back. */
  readonly undoes?: number;
  /** Leaves no row in the history, whatever it did: a plan, a rehearsal of a decision. */
  readonly traceless?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** A command, unlike a sync, does not begin again by itself: what the person saw may not stand any more. */
const lookAgain = (pair: string, cause: LookAgain): AppError =>
  new AppError({
    code: 'replaced',
    operation: 'run',
    subject: { pair },
    message: `Working on ${pair} stopped: one of its databases is not the one it was a moment ago.`,
    next: 'What was not written is left as it was; nothing was lost.',
    hint: 'Run a sync: it looks at both sides anew and asks if something was restored. See: tandem sync',
    retry: 'after-user-action',
    cause: cause.message,
  });

/** Of a decision that was cut short: what it had written by then stands, and can be taken back. A sync tells it by its report. */
function withWritten(error: unknown, run: number, { wroteOn }: Tally): unknown {
  if (!(error instanceof AppError) || wroteOn.size === 0) return error;
  const records = wroteOn.size === 1 ? '1 record' : `${wroteOn.size} records`;
  const body = error.toBody();
  return new AppError({
    ...body,
    next: `${body.next} ${records} had been written by then, in run ${run}.`,
    hint: `${body.hint} To see what was written, and take it back: tandem run show ${run}`.trim(),
  });
}

/** A decision that was refused before anything was written, and found nothing new, is an answer to who asked, and nothing that was done. */
const isRefusal = (error: unknown, { trigger }: RunIntent, tally: Tally): boolean =>
  !isSync({ trigger }) && tally.idle && error instanceof AppError && REFUSALS.has(error.code);

const REFUSALS: ReadonlySet<AppError['code']> = new Set(['refused', 'not-found', 'moved', 'already-resolved', 'usage']);

export interface Finished<T> {
  readonly result: T;
  readonly report: RunReport;
}

/** The history of one pair: a run begins and ends in the state, whatever happens inside it. */
export class RunLog {
  readonly #parts: PairEngineParts;
  readonly #pair: number;

  constructor(parts: PairEngineParts, pair: number) {
    this.#parts = parts;
    this.#pair = pair;
  }

  async within<T>(intent: RunIntent, work: (run: number, tally: Tally) => Promise<T>): Promise<Finished<T>> {
    const { store, ports, settings } = this.#parts;
    const tally = new Tally(settings.collections.map(({ name }) => name));
    const { run } = await store.commit(this.#pair, {
      newRun: {
        trigger: intent.trigger,
        who: intent.who,
        at: ports.clock.now(),
        traceless: intent.traceless === true,
      },
    });
    try {
      const result = await work(run, tally);
      return { result, report: await this.#end(run, 'completed', tally, intent) };
    } catch (cause) {
      const error = cause instanceof LookAgain ? lookAgain(settings.name, cause) : cause;
      const cancelled = error instanceof AppError && error.code === 'cancelled';
      await this.#end(run, cancelled ? 'cancelled' : 'failed', tally, intent, error).catch(() => undefined);
      if (isRefusal(error, intent, tally)) await store.commit(this.#pair, { dropRun: run }).catch(() => undefined);
      throw intent.trigger === 'manual' || intent.trigger === 'automatic' ? error : withWritten(error, run, tally);
    }
  }

  async #end(
    id: number,
    status: RunReport['status'],
    tally: Tally,
    intent: RunIntent,
    error?: unknown,
  ): Promise<RunReport> {
    const { store, ports, settings } = this.#parts;
    const { startedAt } = must(await store.run(this.#pair, id), 'the run that ends');
    const brakes = (await store.brakes(this.#pair, false))
      .filter(({ kind, at }) => kind !== 'drift' || at >= startedAt)
      .map((row) => brakeReport(row, settings));
    const endedAt = ports.clock.now();
    await store.commit(this.#pair, {
      dropPlan: id,
      run: { id, status, endedAt, report: JSON.stringify(bodyOf(tally, brakes, intent, error)) },
      pruneBefore: endedAt - settings.journalDays * DAY,
    });
    const report = runReport(must(await store.run(this.#pair, id), 'the run that ended'), settings.name);
    if (await this.#leavesNoTrace(report, intent, tally)) await store.commit(this.#pair, { dropRun: id });
    return report;
  }

  /**
   * A run that could not even begin, because a side did not open, stands in the history like any that failed. What
   * tries by itself again and again says so once.
   */
  async neverBegan(intent: RunIntent, cause: AppError): Promise<void> {
    const [last] = await this.#parts.store.runs(this.#pair, 1);
    const known = last && runReport(last, this.#parts.settings.name).error;
    if (intent.trigger !== 'manual' && known?.code === cause.code && known.message === cause.message) return;
    await this.within(intent, () => Promise.reject(cause)).catch(() => undefined);
  }

  /** What runs by itself and moved nothing is no news. What a person started always is. */
  async #leavesNoTrace({ id, status }: RunReport, intent: RunIntent, tally: Tally): Promise<boolean> {
    if (intent.traceless) return true;
    const asked =
      intent.trigger === 'manual' ||
      intent.trigger === 'automatic' ||
      intent.trigger === 'undo' ||
      intent.trigger === 'brake';
    if (status !== 'completed' || asked || !tally.idle) return false;
    // The first success after a failure is news: until it stands there, the failure is the last word.
    const before = (await this.#parts.store.runs(this.#pair, 2)).find((row) => row.id !== id);
    return before === undefined || before.status === 'completed';
  }
}
