import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import type { Cli } from '../cli.ts';
import { withProgress } from '../progress.ts';
import { stampOf } from './side-stamps.ts';

const LOOK_MS = 1000;
/** Sides that are no files, and whatever a stamp cannot show, are looked at this often. */
const AUDIT_MS = 15 * 60_000;
const LONGEST_PAUSE_MS = 60_000;

/** Only a person can cure these; waiting for them would look like watching. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['not-found', 'config-invalid', 'usage', 'not-configured']);

export interface WatchEvents {
  readonly onRun: (pair: WirePair, run: WireRun, status: WirePairStatus) => void;
  /** Told once, however often it happens in a row. */
  readonly onTrouble: (pair: WirePair, error: AppError) => void;
  readonly onRecovered: (pair: WirePair) => void;
  /** True ends the watching of this pair. */
  readonly onBrake: (pair: WirePair, status: WirePairStatus) => boolean;
}

/** Keeps one pair in step until it is told to stop, or a brake asks for a person. */
export class PairWatch {
  readonly #cli: Cli;
  readonly #pair: WirePair;
  readonly #events: WatchEvents;
  readonly #signal: AbortSignal;
  #hinted = false;
  #wake: () => void = () => undefined;
  #trouble = '';
  #failures = 0;

  /** `signal` ends the watching after the run in progress. */
  constructor(cli: Cli, pair: WirePair, events: WatchEvents, signal: AbortSignal) {
    this.#cli = cli;
    this.#pair = pair;
    this.#events = events;
    this.#signal = signal;
  }

  /** Somebody says that records may have changed. */
  hint(): void {
    this.#hinted = true;
    this.#wake();
  }

  async watch(): Promise<void> {
    const { autoSyncEnabled } = this.#pair.options;
    let trigger: Trigger = autoSyncEnabled ? 'start' : await this.#changed(stampOf(this.#pair));
    while (!this.#signal.aborted) {
      const before = stampOf(this.#pair);
      this.#hinted = false;
      const outcome = await this.#run(trigger);
      if (outcome === 'ended') return;
      if (outcome === 'failed' && autoSyncEnabled) {
        await this.#rest(Math.min(LOOK_MS * 2 ** this.#failures, LONGEST_PAUSE_MS));
        trigger = 'reconnect';
      }
      // Our own writes change the stamp too; one more look finds what others wrote meanwhile, and is quick.
      else trigger = await this.#changed(before);
    }
  }

  async #run(trigger: Trigger): Promise<'done' | 'failed' | 'ended'> {
    const { name } = this.#pair;
    try {
      const run = await withProgress(this.#cli, [name], () => this.#cli.call('runs.start', { pair: name, trigger }));
      const [status] = await this.#cli.finish('status.show', { pair: name });
      if (this.#trouble !== '') this.#events.onRecovered(this.#pair);
      this.#trouble = '';
      this.#failures = 0;
      if (!status) return 'done';
      this.#events.onRun(this.#pair, run, status);
      return status.brakes.length > 0 && this.#events.onBrake(this.#pair, status) ? 'ended' : 'done';
    } catch (cause) {
      return this.#failed(cause);
    }
  }

  #failed(cause: unknown): 'failed' | 'ended' {
    if (!(cause instanceof AppError)) throw cause;
    if (this.#signal.aborted) return 'ended';
    // A sync that somebody else began does the work of this one.
    if (cause.code === 'sync-in-progress') return 'failed';
    if (HOPELESS.has(cause.code)) throw cause;
    this.#failures = Math.min(this.#failures + 1, 10);
    if (cause.message !== this.#trouble) this.#events.onTrouble(this.#pair, cause);
    this.#trouble = cause.message;
    return 'failed';
  }

  /** Resolves when there is a reason to look again: a hint, a changed file, the interval, the audit. */
  async #changed(before: string | null): Promise<Trigger> {
    const began = this.#cli.now;
    const { syncIntervalMinutes } = this.#pair.options;
    const every = syncIntervalMinutes === null ? Infinity : syncIntervalMinutes * 60_000;
    for (;;) {
      if (this.#hinted) return 'live';
      if (stampOf(this.#pair) !== before) return 'live';
      const passed = Math.abs(this.#cli.now - began);
      if (passed >= Math.min(every, AUDIT_MS)) return 'schedule';
      await this.#rest(LOOK_MS);
      if (this.#signal.aborted) return 'live';
    }
  }

  /** Ends early with a hint or at the end of the program. */
  async #rest(ms: number): Promise<void> {
    if (this.#hinted) return;
    const controller = new AbortController();
    this.#wake = () => controller.abort();
    const signal = AbortSignal.any([controller.signal, this.#signal]);
    await wait(ms, undefined, { signal }).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
