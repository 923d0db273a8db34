import type { WireCaptures } from '../../../shared/contract/capture-shapes.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import type { Hint } from '../../engine/port/connector.ts';
import type { Clock } from '../../engine/ports.ts';
import { sideNames } from '../../engine/settings.ts';
import type { EventLog } from '../event-log.ts';
import type { OpenPair, PairPool } from './pair-pool.ts';

/** Whoever watches asks again before this; so nobody has to say when they stop. */
const LEASE_MS = 120_000;

export interface ListeningParts {
  readonly pool: PairPool;
  readonly events: EventLog;
  readonly clock: Clock;
}

interface Ear {
  readonly engine: PairEngine;
  /** Both sides tell of changes: what nobody told of did not happen, as far as one can hear. */
  readonly isWhole: boolean;
  /** Ends the wait for the end of the lease. */
  readonly lease: AbortController;
}

/** Has the sides of watched pairs tell of changes, for as long as somebody asks for it. */
export class HintListening {
  readonly #parts: ListeningParts;
  readonly #ears = new Map<string, Ear>();
  /** Pairs of which a side told that a collection may have come. */
  readonly #withNew = new Set<string>();

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  listen(pair: string): Promise<WireCaptures> {
    return this.#parts.pool.use(pair, 'sides', async ({ engine, sides }: OpenPair) => {
      const known = this.#ears.get(pair);
      // A pair that was opened anew has another engine, and the old one is closed.
      if (known?.engine !== engine) await engine.listen((hint) => this.#heard(pair, hint));
      known?.lease.abort();
      const lease = new AbortController();
      const isWhole = sideNames.every((side) => sides[side].capabilities.watch);
      this.#ears.set(pair, { engine, isWhole, lease });
      void this.#endLater(pair, engine, lease.signal);
      return { A: sides.A.capture ?? null, B: sides.B.capture ?? null };
    });
  }

  /** Both sides of the pair are listened to, so that a run with the trigger `live` is a live step. */
  isWhole(pair: string): boolean {
    return this.#ears.get(pair)?.isWhole ?? false;
  }

  /** Whether a side told since this was last asked that a collection may have come that the pair does not have. */
  takeNew(pair: string): boolean {
    return this.#withNew.delete(pair);
  }

  /** The pair took these up, so that it is opened anew: whoever listened to it listens to all of it from here on. */
  async follow(pair: string, taken: readonly string[]): Promise<void> {
    if (!this.#ears.has(pair)) return;
    await this.listen(pair);
    // Of what stands in them by now nobody tells.
    for (const collection of taken) await this.#ears.get(pair)?.engine.hint(collection);
  }

  close(): void {
    for (const { engine, lease } of this.#ears.values()) {
      lease.abort();
      engine.stopListening();
    }
    this.#ears.clear();
  }

  #heard(pair: string, hint: Hint): void {
    if (hint === 'collections') this.#withNew.add(pair);
    this.#parts.events.publish('pair.hint', { pair, collection: null });
  }

  async #endLater(pair: string, engine: PairEngine, signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(LEASE_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    engine.stopListening();
    this.#ears.delete(pair);
  }
}
