import type { AnyEvent } from '../../../shared/contract/events.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { LiveEvents } from '../../api/live/live-port.ts';
import { PairWatch } from '../../api/live/pair-watch.ts';
import type { Cli } from '../cli.ts';
import type { CommandPort } from './command-port.ts';
import { FollowPair, type FollowEvents } from './follow-pair.ts';

export interface WatchOneParts {
  readonly cli: Cli;
  readonly port: CommandPort;
  readonly events: LiveEvents;
  readonly following: FollowEvents;
  readonly signal: AbortSignal;
}

/** One pair of a `watch`: kept in step by the command itself, or only told of while the running engine does so. */
export class WatchOne {
  readonly #pair: WirePair;
  readonly #parts: WatchOneParts;
  #now: PairWatch | FollowPair | null = null;

  constructor(pair: WirePair, parts: WatchOneParts) {
    this.#pair = pair;
    this.#parts = parts;
  }

  heard(event: AnyEvent): void {
    if (this.#now instanceof FollowPair) this.#now.heard(event);
    if (!(this.#now instanceof PairWatch)) return;
    if (event.name === 'pair.hint' && event.data.pair === this.#pair.name) this.#now.hint();
    if (event.name === 'live.changed' && event.data.pair === this.#pair.name) this.#now.settingsMayHaveChanged();
  }

  /** True while a run of its own is told by the watch itself. */
  get isFollowing(): boolean {
    return this.#now instanceof FollowPair;
  }

  async watch(): Promise<void> {
    const { cli, port, events, following, signal } = this.#parts;
    while (!signal.aborted) {
      const settings = await port.settings(this.#pair.name);
      if (settings.isCarried) {
        const follow = new FollowPair(cli, this.#pair.name, following, signal);
        this.#now = follow;
        if ((await follow.follow()) === 'ended') return;
      } else {
        const watch = new PairWatch(port, settings, events, signal);
        this.#now = watch;
        if ((await watch.watch()) === 'ended') return;
      }
    }
  }
}
