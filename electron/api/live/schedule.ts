import { Cron } from 'croner';
import type { PairOptions } from '../../../shared/config/pair-options.ts';

type Times = Pick<PairOptions, 'syncIntervalMinutes' | 'syncSchedule'>;

const MINUTE_MS = 60_000;

/** When a pair is synced because it is time, by the clock of this computer. */
export class Schedule {
  readonly #now: () => number;
  /** The interval counts from the end of the last sync. */
  #since: number;
  /** A time that was computed once stands, so that one that passed while the computer slept is made up for. */
  #planned: { readonly text: string; readonly at: number } | null = null;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** A sync has ended: the interval counts anew, and a time that has come is over. */
  ran(): void {
    this.#since = this.#now();
    if (this.#planned !== null && this.#planned.at <= this.#now()) this.#planned = null;
  }

  /** The moment of the next one; `null` where there is none. */
  next({ syncIntervalMinutes, syncSchedule }: Times): number | null {
    const byInterval = syncIntervalMinutes === null ? Infinity : this.#since + syncIntervalMinutes * MINUTE_MS;
    const at = Math.min(byInterval, this.#byCron(syncSchedule));
    return at === Infinity ? null : at;
  }

  #byCron(text: string | null): number {
    if (text === null) return Infinity;
    if (this.#planned?.text !== text) this.#planned = { text, at: nextOf(text, this.#now()) };
    return this.#planned.at;
  }
}

const nextOf = (text: string, now: number): number => new Cron(text).nextRun(new Date(now))?.getTime() ?? Infinity;
