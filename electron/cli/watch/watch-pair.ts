import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import type { WireCaptures, WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import type { Cli } from '../cli.ts';
import { withProgress } from '../progress.ts';
import { Pace } from './pace.ts';
import { stampOf } from './side-stamps.ts';

const LOOK_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Settings that were changed meanwhile count after this at the latest. */
const SETTINGS_MS = 2000;

/** Only a person can cure these; waiting for them would look like watching. */
const HOPELESS: ReadonlySet<ErrorCode> = new Set(['not-found', 'usage', 'not-configured']);

export interface WatchEvents {
  /** Once, before the first sync: how the sides notice changes. */
  readonly onListening: (pair: WirePair, captures: WireCaptures) => void;
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
  #pair: WirePair;
  readonly #events: WatchEvents;
  readonly #signal: AbortSignal;
  #hinted = false;
  #wake: () => void = () => undefined;
  /** What was told since both sides answered last. */
  readonly #troubles = new Set<string>();
  #failures = 0;
  readonly #pace: Pace;
  #heard = false;
  #settingsAt = performance.now();
  #settingsTrouble = '';

  /** `signal` ends the watching after the run in progress. */
  constructor(cli: Cli, pair: WirePair, events: WatchEvents, signal: AbortSignal) {
    this.#cli = cli;
    this.#pair = pair;
    this.#events = events;
    this.#pace = new Pace(pair);
    this.#signal = signal;
  }

  /** Somebody says that records may have changed. */
  hint(): void {
    this.#hinted = true;
    this.#wake();
  }

  async watch(): Promise<void> {
    let trigger: Trigger = this.#pair.options.autoSyncEnabled ? 'start' : await this.#heardFirst();
    while (!this.#signal.aborted) {
      const before = stampOf(this.#pair);
      this.#hinted = false;
      const outcome = await this.#attempt(() => this.#run(trigger));
      if (outcome === 'ended') return;
      if (outcome === 'failed' && this.#pair.options.autoSyncEnabled) {
        await this.#pause();
        trigger = 'reconnect';
      }
      // Our own writes change the stamp too; one more look finds what others wrote meanwhile, and is quick.
      else trigger = await this.#changed(before);
    }
  }

  /** Nothing is synced at the start, but what happens from then on is heard. */
  async #heardFirst(): Promise<Trigger> {
    const before = stampOf(this.#pair);
    while (!this.#signal.aborted && (await this.#attempt(() => this.#listen())) === 'failed') await this.#pause();
    return this.#changed(before);
  }

  async #run(trigger: Trigger): Promise<'done' | 'ended'> {
    const { name } = this.#pair;
    const after: string[] = [];
    const run = await this.#sync(trigger, after);
    this.#recovered();
    const [status] = await this.#cli.finish('status.show', { pair: name });
    if (!status) return 'done';
    this.#events.onRun(this.#pair, run, status);
    this.#cli.terminal.say(after);
    return status.brakes.length > 0 && this.#events.onBrake(this.#pair, status) ? 'ended' : 'done';
  }

  async #sync(trigger: Trigger, after: string[]): Promise<WireRun> {
    const { name } = this.#pair;
    const began = performance.now();
    try {
      // A live step comes of a hint, so somebody listens.
      if (trigger !== 'live' || this.#pace.isToListen) await this.#listen();
      const warns = this.#troubles.size === 0;
      return await withProgress(this.#cli, [name], () => this.#cli.call('runs.start', { pair: name, trigger }), {
        warns,
        after,
      });
    } finally {
      if (trigger !== 'live') this.#pace.looked(performance.now() - began);
    }
  }

  /** Before a sync: what happens after this is either found by it or told. */
  async #listen(): Promise<'done'> {
    const captures = await this.#cli.call('hint.listen', { pair: this.#pair.name });
    this.#pace.listens(captures);
    if (!this.#heard) this.#events.onListening(this.#pair, captures);
    this.#heard = true;
    return 'done';
  }

  async #attempt(work: () => Promise<'done' | 'ended'>): Promise<'done' | 'failed' | 'ended'> {
    try {
      const outcome = await work();
      this.#recovered();
      return outcome;
    } catch (cause) {
      return this.#failed(cause);
    }
  }

  get #pauseMs(): number {
    return Math.min(LOOK_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
  }

  #recovered(): void {
    if (this.#troubles.size > 0) this.#events.onRecovered(this.#pair);
    this.#troubles.clear();
    this.#failures = 0;
  }

  #failed(cause: unknown): 'failed' | 'ended' {
    if (!(cause instanceof AppError)) throw cause;
    if (this.#signal.aborted) return 'ended';
    // A sync that somebody else began does the work of this one.
    if (cause.code === 'sync-in-progress') return 'failed';
    if (HOPELESS.has(cause.code)) throw cause;
    this.#failures = Math.min(this.#failures + 1, 10);
    const trouble = troubleOf(cause);
    if (!this.#troubles.has(trouble) && trouble !== this.#settingsTrouble) this.#events.onTrouble(this.#pair, cause);
    this.#troubles.add(trouble);
    return 'failed';
  }

  /** Resolves when there is a reason to look again: a hint, a changed file, the interval, a look that is due. */
  async #changed(before: string | null): Promise<Trigger> {
    const began = performance.now();
    while (!this.#signal.aborted) {
      const { syncIntervalMinutes } = this.#pair.options;
      const everyMs = syncIntervalMinutes === null ? Infinity : syncIntervalMinutes * 60_000;
      const dueMs = Math.min(everyMs - (performance.now() - began), this.#pace.dueMs);
      if (dueMs <= 0) return 'schedule';
      if (this.#hinted || stampOf(this.#pair) !== before) return 'live';
      if ((await this.#settingsChanged()) && this.#pair.options.autoSyncEnabled) return 'schedule';
      if (this.#pace.isToListen && (await this.#attempt(() => this.#listen())) === 'failed') await this.#pause();
      else await this.#rest(Math.min(dueMs, LOOK_MS));
    }
    return 'live';
  }

  /** After a failure. Ends early with a hint, at the end of the program, and where the settings changed: they may cure it. */
  async #pause(): Promise<void> {
    const until = performance.now() + this.#pauseMs;
    while (!this.#hinted && !this.#signal.aborted && !(await this.#settingsChanged())) {
      const left = until - performance.now();
      if (left <= 0) return;
      await this.#rest(Math.min(left, SETTINGS_MS));
    }
  }

  /** Looks now and then at the `.env` and at the configuration, which a person may change while this goes on. */
  async #settingsChanged(): Promise<boolean> {
    if (performance.now() - this.#settingsAt < SETTINGS_MS) return false;
    this.#settingsAt = performance.now();
    const before = this.#pair;
    let changed = false;
    try {
      changed = await this.#cli.takeEnvAnew();
      this.#pair = await this.#cli.call('pairs.show', { pair: before.name });
      this.#pace.pair = this.#pair;
      this.#settingsTrouble = '';
    } catch (cause) {
      this.#failedSettings(cause);
    }
    return changed || !isDeepStrictEqual(before, this.#pair);
  }

  /** The sides have nothing to do with it: they go on under the settings as they were. */
  #failedSettings(cause: unknown): void {
    if (!(cause instanceof AppError) || (cause.code === 'not-found' && cause.operation === 'pairs')) throw cause;
    if (this.#signal.aborted) return;
    const trouble = troubleOf(cause);
    if (trouble !== this.#settingsTrouble && !this.#troubles.has(trouble)) this.#events.onTrouble(this.#pair, cause);
    this.#settingsTrouble = trouble;
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

/** What cannot be done differs from try to try; what keeps it from being done is the trouble. */
const troubleOf = ({ code, subject, message }: AppError): string => `${code} ${subject.path ?? message}`;
