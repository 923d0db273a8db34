import type { ServerState, WireNetworkChange, WireServerQuarter } from '../../../shared/contract/network-shapes.ts';
import type { ServerAnswer, ServerFacet } from '../../engine/port/connector.ts';
import type { SideName } from '../../engine/settings.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { NetworkMemory } from './memory.ts';

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

type Named = Pick<Place, 'pair' | 'side'>;
/** Tells the sides of all pairs apart. */
export const keyOf = ({ pair, side }: Named): string => `${side}\0${pair}`;

/** How the servers answered last, and what changed. */
export class Servers {
  readonly #now: () => number;
  readonly #began: number;
  readonly #memory: NetworkMemory;
  readonly #known = new Map<string, Known>();

  constructor(now: () => number, memory: NetworkMemory) {
    this.#now = now;
    this.#began = now();
    this.#memory = memory;
  }

  /** Newest first. */
  get history(): WireNetworkChange[] {
    return [...this.#memory.history];
  }

  of(place: Place): Known {
    const known = this.#known.get(keyOf(place));
    // Another address is another server.
    if (known?.url === place.url) return known;
    const fresh = { state: 'unknown', sentence: 'It was not asked yet.', hint: '' } as const;
    const lastAnswer = this.#memory.of(place)?.lastAnswer ?? null;
    return { ...fresh, url: place.url, since: this.#began, lastAnswer, latencyMs: null };
  }

  dayOf(place: Place): WireServerQuarter[] {
    return this.#memory.dayOf(place);
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
    const shown = this.of(place);
    const now = this.#now();
    // What an earlier start knew: that it is still so is no news, and that it is otherwise is some.
    const earlier = shown.state === 'unknown' ? this.#memory.of(place) : undefined;
    const before = earlier ?? shown;
    const isOther = before.state !== found.state;
    const lastAnswer = answer.ok ? now : before.lastAnswer;
    const since = isOther ? now : before.since;
    this.#known.set(keyOf(place), { ...found, url, since, lastAnswer, latencyMs: answer.ok ? answer.ms : null });
    const isGood = answer.ok && found.state === 'online';
    this.#memory.note(place, { state: found.state, since, lastAnswer }, isGood ? answer.ms : null);
    if (shown.state === found.state) return null;
    const { state: to, sentence } = found;
    const change = { at: new Date(now).toISOString(), pair, side, label, from: before.state, to, sentence };
    // That one answers which was not asked before is no news.
    if (isOther && (before.state !== 'unknown' || to !== 'online')) this.#memory.add(change);
    return change;
  }

  /** Pairs and sides that are gone are told of no more. */
  keepOnly(places: readonly Named[]): void {
    const keys = new Set(places.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }
}
