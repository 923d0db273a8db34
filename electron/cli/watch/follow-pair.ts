import { setTimeout as wait } from 'node:timers/promises';
import type { AnyEvent } from '../../../shared/contract/events.ts';
import type { WireLivePair, WireLiveTrouble } from '../../../shared/contract/live-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Cli } from '../cli.ts';

/** An engine that went is noticed after this. */
const LOOK_MS = 2000;

export interface FollowEvents {
  readonly onFollow: (pair: string) => void;
  /** True ends the following. */
  readonly onRun: (run: WireRun | null) => Promise<boolean>;
  readonly onTrouble: (trouble: WireLiveTrouble) => void;
  readonly onRecovered: () => void;
}

/** Tells what the running engine does with a pair by itself, and does nothing. */
export class FollowPair {
  readonly #cli: Cli;
  readonly #pair: string;
  readonly #events: FollowEvents;
  readonly #signal: AbortSignal;
  readonly #runs: WireRun[] = [];
  #wake: () => void = () => undefined;
  #told = '';

  constructor(cli: Cli, pair: string, events: FollowEvents, signal: AbortSignal) {
    this.#cli = cli;
    this.#pair = pair;
    this.#events = events;
    this.#signal = signal;
  }

  /** What was heard; a run of the engine's own is told, with what it left behind. */
  heard(event: AnyEvent): void {
    if (event.name === 'run.finished' && event.data.pair === this.#pair) this.#runs.push(event.data);
    if (event.name === 'run.finished' || event.name === 'live.changed') this.#wake();
  }

  /** `ended` by a brake or with the program, `left`: nobody keeps the pair in step any more. */
  async follow(): Promise<'ended' | 'left'> {
    this.#events.onFollow(this.#pair);
    if (await this.#events.onRun(null)) return 'ended';
    while (!this.#signal.aborted) {
      for (const run of this.#runs.splice(0)) if (await this.#events.onRun(run)) return 'ended';
      const [live] = await this.#cli.call('live.list', { pair: this.#pair });
      if (live?.mode !== 'watching') return 'left';
      this.#tell(live);
      await this.#rest();
    }
    return 'ended';
  }

  #tell({ trouble }: WireLivePair): void {
    const now = trouble === null ? '' : `${trouble.code} ${trouble.message}`;
    if (now === this.#told) return;
    if (trouble === null) this.#events.onRecovered();
    else this.#events.onTrouble(trouble);
    this.#told = now;
  }

  async #rest(): Promise<void> {
    const controller = new AbortController();
    this.#wake = () => controller.abort();
    if (this.#runs.length > 0) return;
    const signal = AbortSignal.any([controller.signal, this.#signal]);
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
