import type { EngineNews } from '../../shared/contract/bridge.ts';
import type { Client } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import type { Clock } from '../engine/ports.ts';
import type { Pause, ShellState } from './shell-state.ts';

export interface PairsWatchParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly onState: (state: ShellState) => void;
}

/** Several changes at once are one look. */
const GATHER_MS = 100;
/** Ages in the tray grow also where nothing happens. */
const EVERY_MS = 60_000;

/** What the tray tells, kept as the engine tells it. */
export class PairsWatch {
  readonly #parts: PairsWatchParts;
  #state: ShellState = { engine: { state: 'starting' }, pairs: null, pauses: null, progress: {} };
  readonly #ending = new AbortController();
  #looking = false;
  #again = false;

  constructor(parts: PairsWatchParts) {
    this.#parts = parts;
  }

  get state(): ShellState {
    return this.#state;
  }

  /** Begins to listen, as soon as there is an engine. */
  async start(): Promise<void> {
    void this.#lookEvery();
    await this.#parts.client.subscribe((event) => this.#heard(event));
    this.look();
  }

  end(): void {
    this.#ending.abort();
  }

  engine(news: EngineNews): void {
    this.#set({ engine: news, ...(news.state === 'running' ? {} : { progress: {} }) });
    if (news.state !== 'running') return;
    void this.#begin();
    this.look();
  }

  /** Each engine is asked anew: it keeps the pairs in step, and looks after their servers, until it ends. */
  async #begin(): Promise<void> {
    for (const name of ['live.start', 'network.start'] as const) {
      // One of an earlier version cannot, and one that ended meanwhile has a next one.
      await this.#parts.client.call(name, {}).catch(() => undefined);
    }
  }

  /** Reads everything anew, soon. */
  look(): void {
    if (this.#looking) this.#again = true;
    else void this.#look();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    try {
      do {
        await this.#parts.clock.sleep(GATHER_MS, this.#ending.signal);
        this.#again = false;
        const [pairs, pauses] = await Promise.all([this.#parts.client.call('status.show', {}), this.#pauses()]);
        this.#set({ pairs, pauses });
      } while (this.#again);
    } catch {
      // The engine is gone, and the next one is looked at when it tells that it runs.
    } finally {
      this.#looking = false;
    }
  }

  /** An engine of an earlier version knows no pauses. */
  async #pauses(): Promise<readonly Pause[] | null> {
    try {
      const live = await this.#parts.client.call('live.list', {});
      return live.flatMap(({ pair, paused }) => (paused === null ? [] : [{ pair, until: paused.until }]));
    } catch (cause) {
      if (cause instanceof AppError && cause.code === 'unsupported') return null;
      throw cause;
    }
  }

  async #lookEvery(): Promise<void> {
    try {
      for (;;) {
        await this.#parts.clock.sleep(EVERY_MS, this.#ending.signal);
        this.look();
      }
    } catch {
      // It was ended.
    }
  }

  #heard(event: AnyEvent): void {
    if (event.name === 'run.progress') {
      const { pair, done, all, activity } = event.data;
      if (activity === 'sync') this.#set({ progress: { ...this.#state.progress, [pair]: { done, all } } });
      const known = this.#state.pairs?.find((each) => each.pair === pair);
      if (activity === 'sync' && known?.state !== 'syncing') this.look();
    } else if (event.name !== 'log' && event.name !== 'pair.hint') this.look();
  }

  #set(part: Partial<ShellState>): void {
    this.#state = { ...this.#state, ...part };
    this.#parts.onState(this.#state);
  }
}
