import type { WireCaptures } from '../../../shared/contract/capture-shapes.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import { stampOf } from './side-stamps.ts';

const MINUTE_MS = 60_000;
/** What neither a stamp nor a side that tells of changes can show is looked at this often. */
const AUDIT_MS = 15 * MINUTE_MS;
const SHORTEST_MS = 1000;
/** Looking again takes a tenth of the time of the databases. */
const REST = 10;

/** When a pair is looked at although nothing says that anything changed. */
export class Pace {
  /** As it is configured now. */
  pair: WirePair;
  #tells = false;
  #lookMs = 0;
  #looked = performance.now();
  #listened = performance.now();

  constructor(pair: WirePair) {
    this.pair = pair;
  }

  /** The sides were asked to tell of changes. */
  listens(captures: WireCaptures): void {
    this.#tells = bothTell(captures);
    this.#listened = performance.now();
  }

  /** A sync looked at everything, and took so long. */
  looked(lookMs: number): void {
    this.#lookMs = lookMs;
    this.#looked = performance.now();
  }

  /** How long it is until the next look is due. */
  get dueMs(): number {
    return this.#everyMs - (performance.now() - this.#looked);
  }

  /** Sides stop telling of changes where nobody asks again. */
  get isToListen(): boolean {
    return performance.now() - this.#listened >= MINUTE_MS;
  }

  get #everyMs(): number {
    if (!this.pair.options.autoSyncEnabled || stampOf(this.pair) !== null) return AUDIT_MS;
    return this.#tells ? MINUTE_MS : Math.min(Math.max(this.#lookMs * REST, SHORTEST_MS), AUDIT_MS);
  }
}

export const bothTell = ({ A, B }: WireCaptures): boolean =>
  A?.level === 'change-stream' && B?.level === 'change-stream';
