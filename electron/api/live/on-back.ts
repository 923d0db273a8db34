import type { Ports } from '../../engine/ports.ts';
import type { ConfigStore } from '../settings/config-store.ts';
import { pairEntryOf, pairOptionsOf } from '../settings/pair-settings.ts';
import type { EngineCall } from './engine-call.ts';
import type { LiveService } from './live-service.ts';
import type { PauseStore } from './pause-store.ts';

/** Not all computers of an office come back at the same moment. */
const JITTER_MS = 2000;

export interface OnBackParts {
  readonly call: EngineCall;
  readonly config: Pick<ConfigStore, 'load'>;
  readonly pauses: Pick<PauseStore, 'of'>;
  readonly live: Pick<LiveService, 'reconnect'>;
  readonly ports: Ports;
}

/** Syncs a pair once its servers answer again. */
export class OnBack {
  readonly #parts: OnBackParts;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: OnBackParts) {
    this.#parts = parts;
  }

  isBack(pair: string): void {
    const work = this.#sync(pair).catch(() => undefined);
    this.#running.add(work);
    void work.then(() => this.#running.delete(work));
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#running);
  }

  /** What keeps the sync from going well stands in the history. */
  async #sync(pair: string): Promise<void> {
    const { ports, config, pauses, live, call } = this.#parts;
    const { signal } = this.#ending;
    ports.log.info('Internet connection restored!', { pair });
    await ports.clock.sleep(JITTER_MS * ports.ids.random(), signal);
    const { autoSyncEnabled } = pairOptionsOf(pairEntryOf(config.load(), pair));
    if (!autoSyncEnabled || pauses.of(pair) !== null || live.reconnect(pair)) return;
    await call('runs.start', { pair, trigger: 'reconnect' }, signal);
  }
}
