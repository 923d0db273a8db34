import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { WireCaptures } from '../../../shared/contract/capture-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import type { LiveEvents, LivePort, LiveSettings } from './live-port.ts';
import { FileBell } from './file-bell.ts';
import { Pace } from './pace.ts';
import { Retry, type Trouble } from './retry.ts';
import { Schedule } from './schedule.ts';
import { filesOf, presenceOf, stampOf } from './side-stamps.ts';

const LOOK_MS = 1000;
/** Settings that were changed meanwhile count after this at the latest. */
const SETTINGS_MS = 2000;

/** Why the watching ended: a brake or the end of the program, or somebody else does it. */
export type WatchEnd = 'ended' | 'carried';

/** How the watching of a pair stands. */
export interface WatchView {
  readonly captures: WireCaptures | null;
  readonly trouble: Trouble | null;
  /** When the next try, sync or look is due; null while one is under way, and where none is. */
  readonly next: number | null;
  readonly doing: 'syncing' | 'retrying' | 'waiting';
}

/** Keeps one pair in step until it is told to stop, or whoever hears of a run ends it. */
export class PairWatch {
  readonly #port: LivePort;
  readonly #events: LiveEvents;
  readonly #signal: AbortSignal;
  #settings: LiveSettings;
  #hint: Trigger | null = null;
  #wake: () => void = () => undefined;
  /** What was told since both sides answered last. */
  readonly #told = new Set<string>();
  readonly #retry: Retry;
  readonly #pace: Pace;
  readonly #schedule: Schedule;
  #captures: WireCaptures | null = null;
  #settingsAt = performance.now();
  #settingsTrouble = '';
  readonly #bell = new FileBell(() => this.#wake());
  #retryAt: number | null = null;
  #isSyncing = false;

  /** `signal` ends the watching after the run in progress. */
  constructor(port: LivePort, settings: LiveSettings, events: LiveEvents, signal: AbortSignal) {
    this.#port = port;
    this.#settings = settings;
    this.#events = events;
    this.#signal = signal;
    this.#pace = new Pace(settings.pair);
    this.#retry = new Retry(port);
    this.#schedule = new Schedule(() => port.now());
  }

  get view(): WatchView {
    const trouble = this.#retry.trouble;
    const doing = this.#isSyncing ? 'syncing' : this.#retryAt === null ? 'waiting' : 'retrying';
    const next = doing === 'retrying' ? this.#retryAt : doing === 'waiting' ? this.#nextLook : null;
    return { captures: this.#captures, trouble, next, doing };
  }

  /** Somebody says that records may have changed, or that a side may be back: then with the trigger `reconnect`. */
  hint(trigger: 'live' | 'reconnect' = 'live'): void {
    if (trigger === 'live' && !this.#settings.looks) return;
    if (trigger === 'reconnect') this.#retry.close();
    this.#hint = trigger;
    this.#wake();
  }

  /** Settings, or a pause, may be others than before. */
  settingsMayHaveChanged(): void {
    this.#settingsAt = -Infinity;
    this.#wake();
  }

  async watch(): Promise<WatchEnd> {
    try {
      return await this.#watch();
    } finally {
      await this.#bell.close();
    }
  }

  async #watch(): Promise<WatchEnd> {
    let trigger: Trigger | null = this.#pair.options.autoSyncEnabled ? 'start' : await this.#heardFirst();
    while (!this.#signal.aborted) {
      if (this.#settingsAt === -Infinity) await this.#settingsChanged();
      if (await this.#isPausedThrough()) trigger = this.#afterPause;
      if (this.#settings.isCarried) return 'carried';
      const before = stampOf(this.#pair);
      if (trigger !== null) {
        this.#hint = null;
        const because: Trigger = trigger;
        const outcome = await this.#attempt(() => this.#run(because));
        if (outcome === 'ended') return 'ended';
        if (outcome === 'failed' && this.#pair.options.autoSyncEnabled) {
          await this.#pause();
          trigger = 'reconnect';
          continue;
        }
      }
      // Our own writes change the stamp too; one more look finds what others wrote meanwhile, and is quick.
      trigger = await this.#changed(before);
    }
    return 'ended';
  }

  get #pair(): WirePair {
    return this.#settings.pair;
  }

  get #isAsleep(): boolean {
    return this.#settings.paused !== null || this.#settings.isCarried;
  }

  /** What changed meanwhile is looked for. */
  get #afterPause(): Trigger | null {
    if (this.#pair.options.autoSyncEnabled) return 'start';
    return this.#settings.looks ? 'live' : null;
  }

  /** Nothing is synced at the start, but what happens from then on is heard. */
  async #heardFirst(): Promise<Trigger | null> {
    const before = stampOf(this.#pair);
    while (!this.#signal.aborted && !this.#isAsleep && this.#settings.looks) {
      if ((await this.#attempt(() => this.#listen())) !== 'failed') break;
      await this.#pause();
    }
    return this.#changed(before);
  }

  /** True if there was a pause, and it is over. */
  async #isPausedThrough(): Promise<boolean> {
    if (this.#settings.paused === null) return false;
    this.#events.onChange();
    while (this.#settings.paused !== null && !this.#settings.isCarried && !this.#signal.aborted) {
      this.#hint = null;
      const { until } = this.#settings.paused;
      const leftMs = until === null ? Infinity : Date.parse(until) - this.#port.now();
      if (leftMs <= 0) this.#settingsAt = -Infinity;
      else await this.#rest(Math.min(leftMs, LOOK_MS));
      await this.#settingsChanged();
    }
    this.#schedule.ran();
    this.#events.onChange();
    return true;
  }

  async #run(trigger: Trigger): Promise<'done' | 'ended'> {
    const began = performance.now();
    this.#isSyncing = true;
    try {
      // A live step comes of a hint, so somebody listens.
      if (this.#settings.looks && (trigger !== 'live' || this.#pace.isToListen)) await this.#listen();
      const run = await this.#port.sync(this.#pair.name, trigger, this.#told.size > 0);
      this.#recovered();
      return (await this.#events.onRun(this.#pair, run)) ? 'ended' : 'done';
    } finally {
      this.#isSyncing = false;
      if (trigger !== 'live') this.#pace.looked(performance.now() - began);
    }
  }

  /** Before a sync: what happens after this is either found by it or told. */
  async #listen(): Promise<'done'> {
    const captures = await this.#port.listen(this.#pair.name);
    this.#pace.listens(captures);
    const isFirst = this.#captures === null;
    this.#captures = captures;
    if (isFirst) this.#events.onListening(this.#pair, captures);
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

  #recovered(): void {
    const had = this.#retry.trouble !== null;
    this.#retry.succeeded();
    if (this.#told.size > 0) this.#events.onRecovered(this.#pair);
    this.#told.clear();
    if (had) this.#events.onChange();
  }

  #failed(cause: unknown): 'failed' | 'ended' {
    if (!(cause instanceof AppError)) throw cause;
    if (this.#signal.aborted) return 'ended';
    // A sync that somebody else began does the work of this one.
    if (cause.code === 'sync-in-progress') return 'failed';
    if (this.#port.isHopeless(cause)) throw cause;
    this.#retry.failed(cause);
    const trouble = troubleOf(cause);
    if (!this.#told.has(trouble) && trouble !== this.#settingsTrouble) this.#events.onTrouble(this.#pair, cause);
    this.#told.add(trouble);
    return 'failed';
  }

  get #nextLook(): number | null {
    const scheduled = this.#schedule.next(this.#pair.options);
    if (!this.#settings.looks) return scheduled;
    return Math.min(scheduled ?? Infinity, this.#port.now() + this.#pace.dueMs);
  }

  /** Resolves when there is a reason to look again: a hint, a changed file, its time, a look that is due. Null: it is paused, or somebody else's. */
  async #changed(before: string | null): Promise<Trigger | null> {
    this.#schedule.ran();
    this.#bell.hear(this.#settings.looks ? filesOf(this.#pair) : []);
    while (!this.#signal.aborted) {
      const dueMs = (this.#nextLook ?? Infinity) - this.#port.now();
      if (dueMs <= 0) return 'schedule';
      if (this.#hint !== null) return this.#hint;
      if (this.#settings.looks && stampOf(this.#pair) !== before) return 'live';
      if ((await this.#settingsChanged()) && this.#pair.options.autoSyncEnabled && !this.#isAsleep) return 'schedule';
      if (this.#isAsleep) return null;
      if (this.#settings.looks && this.#pace.isToListen && (await this.#attempt(() => this.#listen())) === 'failed')
        await this.#pause();
      else await this.#rest(Math.min(dueMs, LOOK_MS));
    }
    return null;
  }

  /** After a failure. Ends early with a hint, at the end of the program, and with what may cure it: settings or files that changed. */
  async #pause(): Promise<void> {
    const until = performance.now() + this.#retry.waitMs;
    const before = presenceOf(this.#pair);
    this.#retryAt = this.#port.now() + (until - performance.now());
    this.#events.onChange();
    while (this.#hint === null && !this.#signal.aborted) {
      if ((await this.#settingsChanged()) || presenceOf(this.#pair) !== before) {
        this.#retry.close();
        break;
      }
      const left = until - performance.now();
      if (left <= 0) break;
      await this.#rest(Math.min(left, LOOK_MS));
    }
    this.#retryAt = null;
  }

  /** Looks now and then at what a person may change while this goes on. */
  async #settingsChanged(): Promise<boolean> {
    if (performance.now() - this.#settingsAt < SETTINGS_MS) return false;
    this.#settingsAt = performance.now();
    const before = this.#settings;
    try {
      this.#settings = await this.#port.settings(this.#pair.name);
      this.#pace.pair = this.#pair;
      this.#settingsTrouble = '';
    } catch (cause) {
      this.#failedSettings(cause);
    }
    return this.#settings.hasNews || !isDeepStrictEqual(before, { ...this.#settings, hasNews: before.hasNews });
  }

  /** The sides have nothing to do with it: they go on under the settings as they were. */
  #failedSettings(cause: unknown): void {
    if (!(cause instanceof AppError) || (cause.code === 'not-found' && cause.operation === 'pairs')) throw cause;
    if (this.#signal.aborted) return;
    const trouble = troubleOf(cause);
    if (trouble !== this.#settingsTrouble && !this.#told.has(trouble)) this.#events.onTrouble(this.#pair, cause);
    this.#settingsTrouble = trouble;
  }

  /** Ends early with a hint or at the end of the program. */
  async #rest(ms: number): Promise<void> {
    if (this.#hint !== null || this.#settingsAt === -Infinity) return;
    const controller = new AbortController();
    this.#wake = () => controller.abort();
    const signal = AbortSignal.any([controller.signal, this.#signal]);
    await wait(ms, undefined, { signal }).catch(() => undefined);
    this.#wake = () => undefined;
  }
}

/** What cannot be done differs from try to try; what keeps it from being done is the trouble. */
const troubleOf = ({ code, subject, message }: AppError): string => `${code} ${subject.path ?? message}`;
