import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import type { Ports } from '../../engine/ports.ts';
import { wirePair } from '../pairs/wire-pair.ts';
import type { ConfigStore } from '../settings/config-store.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';
import type { EngineCall } from './engine-call.ts';
import { modeOf } from './live-mode.ts';
import type { LivePort, LiveSettings } from './live-port.ts';
import type { PauseStore } from './pause-store.ts';

/** Whoever notices that a server is back closes the circuit; until then nothing gets better by asking often. */
const SELDOM_MS = 5 * 60_000;

export interface HostPortParts {
  readonly call: EngineCall;
  readonly config: Pick<ConfigStore, 'load'>;
  readonly pauses: Pick<PauseStore, 'of'>;
  readonly ports: Pick<Ports, 'clock' | 'ids'>;
  readonly signal: AbortSignal;
}

/** Watching inside the host of the engine. */
export class HostPort implements LivePort {
  readonly seldomMs = SELDOM_MS;
  readonly #parts: HostPortParts;

  constructor(parts: HostPortParts) {
    this.#parts = parts;
  }

  readonly now = (): number => this.#parts.ports.clock.now();
  readonly random = (): number => this.#parts.ports.ids.random();

  sync(pair: string, trigger: Trigger): Promise<WireRun> {
    return this.#parts.call('runs.start', { pair, trigger }, this.#parts.signal);
  }

  listen(pair: string): ReturnType<LivePort['listen']> {
    return this.#parts.call('hint.listen', { pair }, this.#parts.signal);
  }

  async settings(name: string): Promise<LiveSettings> {
    return this.settingsNow(name);
  }

  settingsNow(name: string): LiveSettings {
    const pair = wirePair(name, pairEntryOf(this.#parts.config.load(), name));
    const looks = modeOf(pair.options) === 'watching';
    return { pair, paused: this.#parts.pauses.of(name), looks, isCarried: false, hasNews: false };
  }

  /** Whatever it is, a person may cure it while the engine runs. */
  isHopeless(): boolean {
    return false;
  }
}
