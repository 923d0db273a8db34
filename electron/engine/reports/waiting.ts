import type {
  BrakeAnswer,
  BrakeKind,
  ConflictKind,
  HoldAnswer,
  ItemState,
  Strategy,
} from '../../../shared/model/words.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { KeyRef } from '../state/stored.ts';

/* What waits for a person: conflicts, holds, brakes. */

export interface ConflictItem {
  readonly id: number;
  readonly pair: string;
  readonly collection: string;
  readonly key: Key;
  readonly kind: ConflictKind;
  /** Fields in dispute; for `unique` all in which the two records clash. */
  readonly fields: readonly string[];
  readonly base: State;
  readonly local: State;
  readonly remote: State;
  /** False: a base exists but its document was not kept ("base value not kept"). */
  readonly baseKept: boolean;
  readonly state: ItemState;
  readonly generation: number;
  /** For people: why, in plain words. */
  readonly reason: string;
  readonly index?: string;
  /** The other record of a unique clash, or the awaited parent or child. */
  readonly other?: {
    readonly side: SideName;
    readonly key: Key;
    readonly record: State;
    /** It has the disputed values on the other side, too. */
    readonly onBoth: boolean;
  };
  /** At most 20. */
  readonly blockedBy: readonly { readonly collection: string; readonly key: Key }[];
  /** How many are in the way now, at most 1000. */
  readonly blocking: number;
  /** The strategies that can be carried out as things stand. */
  readonly possible: readonly Strategy[];
  /** What it refers to and a side that would take it lacks. */
  readonly missingParents: readonly {
    readonly collection: string;
    readonly side: SideName;
    /** The fields that refer to it and can have another value: none that are part of the key. */
    readonly fields: readonly string[];
    readonly text: string;
    /** The conflict in which it waits itself. */
    readonly conflict: number | null;
    /** The other side has it. */
    readonly elsewhere: boolean;
  }[];
  /** Records of its collection that hold a unique value which a decision would bring to their side. */
  readonly heldBy: readonly {
    readonly side: SideName;
    readonly key: Key;
    readonly fields: readonly string[];
    /** The conflict in which that record waits itself. */
    readonly conflict: number | null;
    /** The run whose undo made it rest. */
    readonly undoneRun: number | null;
  }[];
  /** Of a unique clash: all that the record of this computer gives up where the other one keeps its values. */
  readonly givesUp: readonly {
    readonly field: string;
    /** The fields of the index, and the record that keeps them. */
    readonly fields: readonly string[];
    readonly key: Key;
    /** A value that is free on both sides. */
    readonly suggestion?: string;
    /** Taking the remote side without a value leaves the record without one; else it gets the suggestion. */
    readonly emptied: boolean;
  }[];
  readonly at: number;
  readonly notes: string;
  readonly strategy?: Strategy;
  readonly resolvedBy?: string;
  readonly resolvedAt?: number;
  /** The run that took the decision back. */
  readonly undoneIn?: number;
  readonly run: number;
}

/** Of the conflicts of a pair. */
export interface ConflictCounts {
  readonly total: number;
  readonly open: number;
  /** Records that are part of no listed conflict and wait all the same, since one that is in a conflict holds their unique value. */
  readonly behind: number;
}

/** An answer that is possible, and the record as it would then stand on each side. */
export interface HoldChoice {
  readonly answer: HoldAnswer;
  readonly local: State;
  readonly remote: State;
  /** Why it would be refused as things stand; `null`: it would be taken, or was not judged. */
  readonly refused: string | null;
}

export interface HoldReport {
  readonly pair: string;
  readonly collection: string;
  readonly key: Key;
  /** Held fields; empty = the record as a whole. */
  readonly fields: readonly string[];
  readonly local: State;
  readonly remote: State;
  readonly undoneRun: number;
  readonly at: number;
  readonly generation: number;
  /** Who keeps the two apart on purpose, and since when. */
  readonly kept: { readonly by: string; readonly at: number } | null;
  readonly choices: readonly HoldChoice[];
  /** Why the choices were not judged against both sides; `null`: they were. */
  readonly unchecked: string | null;
  /** Other records that sending the change again writes with it. */
  readonly along: readonly KeyRef[];
}

/** How many records of one collection rest after the undo of one run. */
export interface HoldCount {
  readonly run: number;
  readonly collection: string;
  readonly count: number;
  /** Of these, kept apart on purpose: they wait for nobody. */
  readonly apart: number;
}

export interface BrakeReport {
  readonly id: number;
  readonly pair: string;
  /** '' = the whole pair. */
  readonly collection: string;
  readonly kind: BrakeKind;
  /** The side that would be written, or the side that was replaced or restored. */
  readonly side: SideName;
  readonly count: number;
  readonly of: number;
  readonly cause: string;
  readonly at: number;
  /** At most 100. */
  readonly samples: readonly {
    readonly collection: string;
    readonly key: Key;
    readonly local: State;
    readonly remote: State;
  }[];
  readonly counts: { readonly onlyA: number; readonly onlyB: number; readonly different: number };
  readonly answer?: BrakeAnswer;
  readonly answeredBy?: string;
  readonly answeredAt?: number;
  /** The answers that can be carried out as things stand. */
  readonly possible: readonly BrakeAnswer[];
  /** What has to be answered before an answer is taken. */
  readonly first: readonly BrakeNamed[];
  /** What takes an answer with this one, since each holds records that the other needs. */
  readonly along: readonly BrakeNamed[];
  /** Looked at now, both sides hold the same: *bring back* or *let go* ends the brake and writes nothing. */
  readonly sameAgain: boolean;
  /** What would have to leave the pair for the question to be over, by the names that people use; none: that does not help. */
  readonly leaveOut: readonly string[];
}

/** Another brake that has to do with an answer. */
export interface BrakeNamed {
  readonly answer: BrakeAnswer;
  readonly brake: number;
  /** '' = the whole pair. */
  readonly collection: string;
}
