import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '../../api/connect.ts';
import type { HostParts } from '../../api/host/parts.ts';

export interface NetworkParts {
  readonly engine: Pick<Connection, 'call'>;
  readonly log: HostParts['ports']['log'];
  /** Ends it. */
  readonly signal: AbortSignal;
}

const INTERVAL = 'checkIntervalSeconds';

/** Asks the servers of every pair again and again whether they answer, and syncs a pair whose servers answer again. */
export class NetworkMonitor {
  readonly #parts: NetworkParts;
  readonly #online = new Map<string, boolean>();
  #lastCheck: string | null = null;
  #intervalSeconds = 30;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  isOnline(pair: string): boolean {
    return this.#online.get(pair) ?? false;
  }

  status(pair: string) {
    return {
      is_running: !this.#parts.signal.aborted,
      is_online: this.isOnline(pair),
      last_check: this.#lastCheck,
      check_interval_seconds: this.#intervalSeconds,
    };
  }

  /** Until the signal. What goes wrong is logged, and tried again. */
  async run(): Promise<void> {
    const { signal, log } = this.#parts;
    while (!signal.aborted) {
      await this.check().catch((cause: unknown) => {
        if (!signal.aborted) log.warn('Asking the servers of the pairs failed.', { cause });
      });
      await wait(this.#intervalSeconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One round. Ends when the syncs that it set off have ended. */
  async check(): Promise<void> {
    const { engine, signal } = this.#parts;
    const { settings } = await engine.call('config.get', {}, { signal });
    this.#intervalSeconds = Number(settings.find(({ key }) => key === INTERVAL)?.value ?? this.#intervalSeconds);
    const pairs = await engine.call('pairs.list', {}, { signal });
    await Promise.all(pairs.map(({ name, options }) => this.#look(name, options.autoSyncEnabled)));
    this.#lastCheck = new Date().toISOString();
  }

  async #look(pair: string, syncs: boolean): Promise<void> {
    const { engine, log, signal } = this.#parts;
    const online = await this.#answers(pair);
    const isBack = online && this.#online.get(pair) === false;
    this.#online.set(pair, online);
    if (!isBack) return;
    log.info('Internet connection restored!', { pair });
    // What keeps the sync from going well stands in the history.
    if (syncs) await engine.call('runs.start', { pair, trigger: 'reconnect' }, { signal }).catch(() => undefined);
  }

  async #answers(pair: string): Promise<boolean> {
    const { engine, signal } = this.#parts;
    try {
      const { sides } = await engine.call('pairs.test', { pair }, { signal });
      return sides.every(({ ok }) => ok);
    } catch {
      return false;
    }
  }
}
