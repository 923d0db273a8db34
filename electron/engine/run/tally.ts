import { own } from '../../../shared/lib/own.ts';
import type { ActionRow, DirtyRow, KeyRef } from '../state/stored.ts';
import type { NotInPair } from '../not-in-pair.ts';
import type { ChangedByItself, OpCounts } from '../reports/run.ts';
import type { SideName } from '../settings.ts';
import type { ItemRow } from '../state/waiting.ts';
import type { Clash } from './clashes.ts';

type Op = keyof OpCounts;

/** What a run moved, counted while it goes. Every collection of the run stands in every map. */
export class Tally {
  readonly collections: readonly string[];
  readonly aToB: Record<string, number>;
  readonly bToA: Record<string, number>;
  readonly conflicts: Record<string, number>;
  readonly written = { A: zero(), B: zero() };
  replanned = 0;
  /** What was decided by rules and by persons; touch fields are declared to need no decision. */
  decisions = 0;
  /** How often something failed and was tried again. */
  retries = 0;
  /** What the writes carried. */
  bytes = 0;
  adopted = 0;
  recovered = 0;
  parked = 0;
  withheld = 0;
  drift = 0;
  /** Changes that wait because this run goes one way; counted anew by each pass. */
  waiting = 0;
  readonly notCompared = new Set<string>();
  /** What the sides refused because of a unique value that only they can judge. */
  readonly clashes = new Map<string, Clash>();
  /** Of these the last pass found out who holds such a value, by `refName`: they are due once more. */
  readonly tryAgain = new Set<string>();
  /** Likewise of decisions, by `refName`. */
  readonly decidedAgain = new Map<string, ActionRow>();
  /** Decisions of a person by `refName`, with the sides that took them: fewer than had to be written, where one refused. */
  readonly wroteOn = new Map<string, readonly SideName[]>();
  /** What sides stored otherwise than decisions of a person wrote it. */
  readonly byItself: ChangedByItself[] = [];
  /** References that stood in the way of a write, each with its record: that is planned again once. */
  readonly blocked = new Set<string>();
  /** Records that a side had refused, and that a decision looked at as they still stand. */
  readonly lookedAt: DirtyRow[] = [];
  /** What the sides had refused was tried again. */
  triedAgain = false;
  notInPair: readonly NotInPair[] = [];
  /** What the two sides of a collection were made with and is not alike, where definitions changed since the last look. */
  unlike: readonly string[] = [];
  /**
   * Records of a saved plan that were left out, since they stand otherwise than it says, by `refName`; `otherFields`: since
   * fields of their collection joined or left the pair.
   */
  readonly moved = new Map<string, KeyRef & { readonly otherFields: boolean }>();

  constructor(collections: readonly string[]) {
    this.collections = collections;
    const map = (): Record<string, number> => Object.fromEntries(collections.map((name) => [name, 0]));
    this.aToB = map();
    this.bToA = map();
    this.conflicts = map();
  }

  /** Nothing moved and nothing was found. */
  get idle(): boolean {
    const found = this.parked + this.adopted + this.recovered + this.withheld + this.replanned;
    return this.wroteNothing && found === 0;
  }

  get wroteNothing(): boolean {
    return [this.written.A, this.written.B].every((counts) => counts.insert + counts.update + counts.delete === 0);
  }

  wrote(collection: string, side: SideName, op: Op, bytes: number): void {
    this.written[side][op]++;
    this.bytes += bytes;
    const map = side === 'B' ? this.aToB : this.bToA;
    map[collection] = (own(map, collection) ?? 0) + 1;
  }

  /** The two items of a clash are one conflict, and what rests behind a brake is the brake's question. */
  found({ collection, kind, extra }: Pick<ItemRow, 'collection' | 'kind' | 'extra'>): void {
    if (extra.mirror === true) return;
    this.parked++;
    if (kind !== 'restored') this.conflicts[collection] = (own(this.conflicts, collection) ?? 0) + 1;
  }

  /** All that was found so far has become one question. */
  forgetFound(): void {
    this.parked = 0;
    for (const name of Object.keys(this.conflicts)) this.conflicts[name] = 0;
  }
}

const zero = (): Record<Op, number> => ({ insert: 0, update: 0, delete: 0 });
