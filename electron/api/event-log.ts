import { randomUUID } from 'node:crypto';
import { events, type AnyEvent, type EventData, type EventName } from '../../shared/contract/events.ts';
import type { SinceMark } from '../../shared/contract/frames.ts';

export interface Attached {
  readonly mark: SinceMark;
  readonly complete: boolean;
  /** Events after `since` that are still kept, in order; later ones go to the listener. */
  readonly missed: readonly AnyEvent[];
  readonly detach: () => void;
}

/** All events of one engine in one order. The last ones are kept for whoever comes back. */
export class EventLog {
  /** One engine from start to end: the numbers of another one mean nothing here. */
  readonly engine = randomUUID();
  #seq = 0;
  #kept: AnyEvent[] = [];
  readonly #keep: number;
  readonly #listeners = new Set<(event: AnyEvent) => void>();
  readonly #now: () => number;

  constructor(now: () => number, keep = 2000) {
    this.#now = now;
    this.#keep = keep;
  }

  /** Throws if the data does not have the agreed form: a bug of ours, found where it is made. */
  publish<N extends EventName>(name: N, data: EventData<N>): void {
    const parsed = events[name].parse(data) as EventData<N>;
    const event = { seq: ++this.#seq, at: new Date(this.#now()).toISOString(), name, data: parsed } as AnyEvent;
    this.#kept.push(event);
    if (this.#kept.length > this.#keep * 2) this.#kept = this.#kept.slice(-this.#keep);
    for (const listener of this.#listeners) listener(event);
  }

  attach(listener: (event: AnyEvent) => void, since?: SinceMark): Attached {
    const wanted = since?.engine === this.engine ? this.#kept.filter((event) => event.seq > since.seq) : [];
    const from = wanted[0]?.seq ?? this.#seq + 1;
    const complete = since === undefined || (since.engine === this.engine && from === since.seq + 1);
    this.#listeners.add(listener);
    return {
      mark: { engine: this.engine, seq: this.#seq },
      complete,
      missed: wanted,
      detach: () => this.#listeners.delete(listener),
    };
  }
}
