import type { ServerState, WireNetworkChange } from '../../../shared/contract/network-shapes.ts';
import type { ServerAnswer, ServerFacet } from '../../engine/port/connector.ts';
import type { SideName } from '../../engine/settings.ts';
import type { Diagnosis } from './diagnosis.ts';

/** A side of a pair that has a server. */
export interface Place {
  readonly pair: string;
  readonly side: SideName;
  readonly label: string;
  readonly url: string;
  readonly facet: ServerFacet;
}

export interface Known extends Diagnosis {
  readonly url: string;
  readonly since: number;
  readonly lastAnswer: number | null;
  readonly latencyMs: number | null;
}

/** So many changes are remembered, until the engine ends; the log file keeps them longer. */
const MOST = 200;

type Named = Pick<Place, 'pair' | 'side'>;
const keyOf = ({ pair, side }: Named): string => `${side}\0${pair}`;

/** How the servers answered last, and what changed. */
export class Servers {
  readonly #now: () => number;
  readonly #began: number;
  readonly #known = new Map<string, Known>();
  #history: readonly WireNetworkChange[] = [];

  constructor(now: () => number) {
    this.#now = now;
    this.#began = now();
  }

  /** Newest first. */
  get history(): WireNetworkChange[] {
    return [...this.#history];
  }

  of(place: Pick<Place, 'pair' | 'side' | 'url'>): Known {
    const known = this.#known.get(keyOf(place));
    // Another address is another server.
    if (known?.url === place.url) return known;
    const fresh = { state: 'unknown', sentence: 'It was not asked yet.', hint: '' } as const;
    return { ...fresh, url: place.url, since: this.#began, lastAnswer: null, latencyMs: null };
  }

  stateOf(pair: string, side: SideName): ServerState {
    return this.#known.get(keyOf({ pair, side }))?.state ?? 'unknown';
  }

  /** Do all servers of the pair answer? Null where that is not known of one. */
  isGood(pair: string): boolean | null {
    const states = (['A', 'B'] as const).flatMap((side) => this.#known.get(keyOf({ pair, side }))?.state ?? []);
    if (states.length === 0 || states.includes('unknown')) return null;
    return states.every((state) => state === 'online');
  }

  /** What was found now; the change, if it is one. */
  note(place: Place, answer: ServerAnswer, found: Diagnosis): WireNetworkChange | null {
    const { pair, side, label, url } = place;
    const before = this.of(place);
    const now = this.#now();
    const isOther = before.state !== found.state;
    this.#known.set(keyOf(place), {
      ...found,
      url,
      since: isOther ? now : before.since,
      lastAnswer: answer.ok ? now : before.lastAnswer,
      latencyMs: answer.ok ? answer.ms : null,
    });
    if (!isOther) return null;
    const { state: to, sentence } = found;
    const change = { at: new Date(now).toISOString(), pair, side, label, from: before.state, to, sentence };
    // That one answers which was not asked before is no news.
    if (before.state !== 'unknown' || to !== 'online') this.#history = [change, ...this.#history].slice(0, MOST);
    return change;
  }

  /** Pairs and sides that are gone are told of no more. */
  keepOnly(places: readonly Named[]): void {
    const keys = new Set(places.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }
}
