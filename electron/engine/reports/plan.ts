import type { NotInPair } from '../not-in-pair.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { Direction } from '../settings.ts';
import type { OpCounts } from './run.ts';
import type { BrakeReport, ConflictItem } from './waiting.ts';

/* What a run would do, counted before anything is written. */

export interface PlannedAction {
  readonly id: number;
  readonly collection: string;
  readonly key: Key;
  readonly op: { readonly A?: 'insert' | 'update' | 'delete'; readonly B?: 'insert' | 'update' | 'delete' };
  readonly fields: readonly string[];
  /** The rules of the pair that decide between two edits in it. */
  readonly rules: readonly string[];
  readonly before: { readonly A: State; readonly B: State };
  readonly after: State;
}

export interface PlanReport {
  readonly pair: string;
  readonly at: number;
  readonly aToB: Readonly<Record<string, OpCounts>>;
  readonly bToA: Readonly<Record<string, OpCounts>>;
  readonly adopt: number;
  /** Records of one-way collections that differ on the receiving side; no sync writes them unasked. */
  readonly drift: number;
  /** What waits for a person whatever the plan writes. */
  readonly conflicts: readonly ConflictItem[];
  readonly brakes: readonly BrakeReport[];
  readonly notInPair: readonly NotInPair[];
  /** At most `sample` actions; counts are complete. */
  readonly actions: readonly PlannedAction[];
  readonly total: number;
  /** Records of which a rule of the pair gives both sides one side's edit, where each had its own. */
  readonly decided: number;
  /** Only keys and hashes: what a saved plan holds. */
  readonly fingerprint: readonly PlanEntry[];
  /** What would be done with each of them, in the same order. */
  readonly listed: readonly Pick<PlannedAction, 'key' | 'op'>[];
}

export interface PlanEntry {
  readonly collection: string;
  /** The key bytes in hexadecimal. */
  readonly key: string;
  /** The way that its record travels by this plan; `null`: against the direction of its collection, as only an answer to a brake does. */
  readonly direction: Direction | null;
  /** A hash of the names of the fields that its collection has in the pair. */
  readonly fields: string;
  readonly a: string;
  readonly b: string;
  readonly to: string;
}

/** What taking in a field that both sides have, or will have, would do to the records that stand on both. */
export interface FieldPreview {
  readonly collection: string;
  readonly field: string;
  readonly equal: number;
  /** Records that get the value of the other side. */
  readonly toA: number;
  readonly toB: number;
  /** Two values: each a conflict of this field. */
  readonly different: number;
}

export interface PairPreview {
  readonly collections: readonly {
    readonly name: string;
    readonly equal: number;
    readonly onlyA: number;
    readonly onlyB: number;
    readonly different: number;
    readonly uniqueClashes: number;
    /** Of the records on one side only: those in a unique clash, which are not copied. */
    readonly clashingA: number;
    readonly clashingB: number;
  }[];
  /** Records that cannot take part, with the reason. */
  readonly notCompared: readonly string[];
}
