import type { AnyEvent } from '../../../shared/contract/events.ts';
import type { AppError } from '../../../shared/contract/errors.ts';
import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import type { Ports } from '../../engine/ports.ts';
import type { EventLog } from '../event-log.ts';
import { wirePair } from '../pairs/wire-pair.ts';
import type { ConfigStore } from '../settings/config-store.ts';
import { pairEntryOf, pairOptionsOf } from '../settings/pair-settings.ts';
import type { EngineCall } from './engine-call.ts';
import { HostPort } from './host-port.ts';
import { modeOf } from './live-mode.ts';
import { idleView } from './live-view.ts';
import type { PauseStore } from './pause-store.ts';
import { WatchedPair } from './watched-pair.ts';

/** Pairs that come, go or change their settings are noticed after this at the latest. */
const LOOK_MS = 2000;

export interface LiveParts {
  readonly call: EngineCall;
  readonly config: ConfigStore;
  readonly pauses: PauseStore;
  readonly events: EventLog;
  readonly ports: Ports;
  readonly onTrouble: (pair: string, error: AppError) => void;
}

/** Keeps the pairs of one home in step by itself, from `start` until `stop`. One per engine, and so one per home. */
export class LiveService {
  readonly #parts: LiveParts;
  readonly #ending = new AbortController();
  readonly #watched = new Map<string, WatchedPair>();
  #running: Promise<void> | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== null && !this.#ending.signal.aborted;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** After the running batches; they wait for the next sync then. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  view(pair: string): WireLivePair {
    const shown = wirePair(pair, pairEntryOf(this.#parts.config.load(), pair));
    const watched = this.#watched.get(pair);
    if (this.isRunning && watched && modeOf(shown.options) !== 'off') return watched.view;
    return idleView({ pair: shown, paused: this.#parts.pauses.of(pair) });
  }

  pause(pairs: readonly string[], until: string | null, by: string): void {
    this.#parts.pauses.pause(pairs, until, by);
    for (const pair of pairs) this.#settingsMayHaveChanged(pair);
  }

  resume(pairs: readonly string[]): void {
    this.#parts.pauses.resume(pairs);
    for (const pair of pairs) this.#settingsMayHaveChanged(pair);
  }

  /** The servers of the pair answer again: true if it is looked after here. */
  reconnect(pair: string): boolean {
    const watched = this.#watched.get(pair);
    if (!this.isRunning || !watched) return false;
    watched.reconnect();
    return true;
  }

  #settingsMayHaveChanged(pair: string): void {
    const watched = this.#watched.get(pair);
    if (watched) watched.settingsMayHaveChanged();
    else this.#parts.events.publish('live.changed', this.view(pair));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const { detach } = this.#parts.events.attach((event) => this.#heard(event));
    try {
      while (!signal.aborted) {
        this.#look();
        await this.#parts.ports.clock.sleep(LOOK_MS, signal).catch(() => undefined);
      }
    } finally {
      detach();
      await Promise.all([...this.#watched.values()].map(({ ended }) => ended));
    }
  }

  #heard(event: AnyEvent): void {
    if (event.name === 'pair.hint') this.#watched.get(event.data.pair)?.hint();
    if (event.name === 'run.finished') this.#watched.get(event.data.pair)?.finished(event.data);
  }

  /** A configuration that cannot be read is told by whoever needs it; what is watched goes on meanwhile. */
  #look(): void {
    const { config, ports } = this.#parts;
    let wanted: readonly string[];
    try {
      const pairs = Object.entries(config.load().pairs);
      wanted = pairs.filter(([, entry]) => modeOf(pairOptionsOf(entry)) !== 'off').map(([name]) => name);
    } catch {
      return;
    }
    for (const [name, watched] of this.#watched) if (!wanted.includes(name)) watched.stop();
    for (const name of wanted) {
      const known = this.#watched.get(name);
      if (known === undefined || (known.anewAt !== null && known.anewAt <= ports.clock.now())) this.#watch(name);
    }
  }

  #watch(name: string): void {
    const { ports, events, config, pauses, call, onTrouble } = this.#parts;
    const watched = new WatchedPair(name, {
      portFor: (signal) => new HostPort({ call, config, pauses, ports, signal }),
      log: ports.log,
      signal: this.#ending.signal,
      onChange: (view) => events.publish('live.changed', view),
      onTrouble,
    });
    this.#watched.set(name, watched);
    void watched.ended.then(() => {
      // What broke off begins anew by and by.
      if (watched.anewAt !== null || this.#watched.get(name) !== watched) return;
      this.#watched.delete(name);
      this.#tellIdle(name);
    });
  }

  /** A pair that nothing happens with any more; one that is gone needs no word. */
  #tellIdle(name: string): void {
    if (!this.isRunning) return;
    try {
      this.#parts.events.publish('live.changed', this.view(name));
    } catch {
      // The pair, or the configuration, cannot be read now; whoever asks is told.
    }
  }
}
