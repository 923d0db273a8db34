import type { Strategy } from '../../../shared/model/words.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { KeyRef } from '../state/stored.ts';
import type { ChangedByItself, OpCounts, RunReport, WrittenRecord } from './run.ts';

/* What became of decisions. */

export interface ResolveReport {
  readonly byItself: readonly ChangedByItself[];
  /** 0: nothing was written, so there is nothing to undo. */
  readonly run: number;
  /** Every record that was written because of the decisions. */
  readonly wrote: readonly WrittenRecord[];
  /** Records that waited for a decided one: not touched here, planned again by the next sync. */
  readonly follows: readonly { readonly collection: string; readonly key: Key }[];
  /** Each with the generation that it was decided at. */
  readonly resolved: readonly { readonly id: number; readonly text: string; readonly generation: number }[];
  readonly failed: readonly { readonly id: number; readonly code: string; readonly text: string }[];
  readonly preview: readonly {
    readonly id: number;
    readonly collection: string;
    readonly key: Key;
    readonly a: State;
    readonly b: State;
  }[];
}

export interface AutoResolveReport {
  readonly byItself: readonly ChangedByItself[];
  /** 0: nothing was written, so there is nothing to undo. */
  readonly run: number;
  readonly wrote: readonly WrittenRecord[];
  readonly follows: readonly { readonly collection: string; readonly key: Key }[];
  /** `strategy: null`: it was no conflict any more. */
  readonly resolved: readonly { readonly id: number; readonly strategy: Strategy | null; readonly why: string }[];
  readonly skipped: readonly { readonly id: number; readonly why: string }[];
  readonly failed: readonly { readonly id: number; readonly code: string; readonly why: string }[];
  /** Conflicts after the last one that the limit allowed. */
  readonly notLookedAt: number;
}

export interface UndoReport {
  readonly byItself: readonly ChangedByItself[];
  /** 0: it was only tried out. */
  readonly run: number;
  readonly restored: number;
  /** Of these one side was restored, and the other one was not; it can be undone again. */
  readonly inPart: readonly {
    readonly collection: string;
    readonly key: Key;
    readonly side: SideName;
    readonly why: string;
  }[];
  /** Records that are there again, by collection and side, without these fields, which the pair does not have. */
  readonly without: readonly {
    readonly collection: string;
    readonly side: SideName;
    readonly fields: readonly string[];
    readonly records: number;
  }[];
  /** So many rest from now on: what both sides show alike does not. */
  readonly resting: number;
  /** Fields or records somebody changed again since; they stay as they are. */
  readonly kept: number;
  readonly leftOnHold: number;
  /** Records written on each side, or that would be. */
  readonly written: { readonly A: OpCounts; readonly B: OpCounts };
  readonly refused: readonly { readonly collection: string; readonly key: Key; readonly why: string }[];
}

export interface HoldsReport {
  readonly byItself: readonly ChangedByItself[];
  /** 0: nothing was written, so there is nothing to undo. */
  readonly run: number;
  /** Holds that took the answer, or would take it. */
  readonly answered: number;
  /** Records written on each side, or that would be. */
  readonly written: { readonly A: OpCounts; readonly B: OpCounts };
  /** Holds that stand, with the reason. */
  readonly failed: readonly {
    readonly collection: string;
    readonly key: Key;
    readonly code: string;
    readonly why: string;
  }[];
}

/** The run that carried out the answer, and the record as it stands on each side after it. */
export interface HoldAnswered extends RunReport {
  readonly byItself: readonly ChangedByItself[];
  readonly record: {
    readonly collection: string;
    readonly key: Key;
    readonly fields: readonly string[];
    readonly before: { readonly local: State; readonly remote: State };
    readonly local: State;
    readonly remote: State;
    /** Other records that were written with it. */
    readonly along: readonly KeyRef[];
  };
}
