import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { isSync } from '../../../shared/model/words.ts';
import type { Log } from '../../engine/ports.ts';
import type { HostPort } from './host-port.ts';
import { liveView } from './live-view.ts';
import { PairWatch } from './pair-watch.ts';

export interface WatchedPairParts {
  readonly portFor: (signal: AbortSignal) => HostPort;
  readonly log: Log;
  /** Ends it, like `stop`. */
  readonly signal: AbortSignal;
  /** How the pair is kept in step is another than before. */
  readonly onChange: (pair: WireLivePair) => void;
  readonly onTrouble: (pair: string, error: AppError) => void;
}

/** After a fault of ours the watching begins anew after this. */
const ANEW_MS = 60_000;

/** One pair that the host keeps in step. */
export class WatchedPair {
  readonly name: string;
  readonly #parts: WatchedPairParts;
  readonly #ending = new AbortController();
  readonly #port: HostPort;
  readonly #watch: PairWatch;
  readonly #brakes = new Set<number>();
  #last = '';
  readonly ended: Promise<void>;
  /** Null: it has not ended, or nothing is to begin anew. */
  anewAt: number | null = null;

  /** Fails with `not-found` where there is no such pair. */
  constructor(name: string, parts: WatchedPairParts) {
    this.name = name;
    this.#parts = parts;
    const events = {
      onListening: () => this.tell(),
      onRun: (pair: WirePair, run: WireRun) => this.#onRun(pair, run),
      onTrouble: (_: WirePair, error: AppError) => this.#onTrouble(error),
      onRecovered: () => parts.log.info('Both sides answer again.', { pair: name }),
      onChange: () => this.tell(),
    };
    const signal = AbortSignal.any([this.#ending.signal, parts.signal]);
    this.#port = parts.portFor(signal);
    this.#watch = new PairWatch(this.#port, this.#port.settingsNow(name), events, signal);
    this.ended = this.#run();
    this.tell();
  }

  get view(): WireLivePair {
    return liveView(this.#port.settingsNow(this.name), this.#watch.view, this.#brakes.size > 0);
  }

  /** Tells how it stands, where that is another than before. A configuration that cannot be read now says nothing. */
  tell(): void {
    if (this.#ending.signal.aborted) return;
    let view: WireLivePair;
    try {
      ({ view } = this);
    } catch {
      return;
    }
    const now = JSON.stringify({ ...view, next: null, nextWhy: '' });
    if (now === this.#last) return;
    this.#last = now;
    this.#parts.onChange(view);
  }

  /** Ends it after the running batch. */
  stop(): void {
    this.#ending.abort();
  }

  hint(): void {
    this.#watch.hint();
  }

  /** The way to its sides may be free again. */
  reconnect(): void {
    this.#watch.hint('reconnect');
  }

  /** Somebody else has synced it, so what was in the way may be gone. */
  finished({ trigger, status }: WireRun): void {
    const isOther = isSync({ trigger }) && (trigger === 'manual' || trigger === 'automatic');
    if (isOther && status === 'completed' && this.#watch.view.trouble !== null) this.reconnect();
  }

  settingsMayHaveChanged(): void {
    this.#watch.settingsMayHaveChanged();
    this.tell();
  }

  async #run(): Promise<void> {
    try {
      await this.#watch.watch();
    } catch (cause) {
      // A pair that is gone is nobody's any more.
      if (cause instanceof AppError && cause.code === 'not-found' && cause.operation === 'pairs') return;
      this.#parts.log.error(`Keeping ${this.name} in step broke off; it begins anew in a minute.`, { cause });
      this.anewAt = this.#port.now() + ANEW_MS;
    }
  }

  /** A brake keeps back what it is about; everything else goes on, and it is said once. */
  async #onRun(_: WirePair, run: WireRun): Promise<boolean> {
    const standing = run.brakes.filter(({ kind }) => kind !== 'drift');
    const fresh = standing.filter(({ id }) => !this.#brakes.has(id));
    this.#brakes.clear();
    for (const { id } of standing) this.#brakes.add(id);
    if (fresh.length > 0)
      this.#parts.log.warn(
        `${this.name}: a brake waits for your answer: tandem brake list. Everything that it does not hold back goes on.`,
        { brakes: fresh.map(({ id }) => id) },
      );
    return false;
  }

  #onTrouble(error: AppError): void {
    this.#parts.log.warn(`${this.name}: ${error.message} It is tried again.`, { code: error.code });
    this.#parts.onTrouble(this.name, error);
  }
}
