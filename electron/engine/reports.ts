import type { NotInPair } from './not-in-pair.ts';
import type {
  BrakeAnswer,
  BrakeKind,
  ConflictKind,
  HoldAnswer,
  ItemState,
  RunState,
  Strategy,
  Trigger,
} from '../../shared/model/words.ts';
import type { Key } from './port/key-codec.ts';
import type { State } from './port/record.ts';
import type { SideName } from './settings.ts';
import type { KeyRef } from './state/store.ts';

/** How many records moved, per collection; every collection of the run stands in every map, with 0 where nothing moved. */
export type Counts = Readonly<Record<string, number>>;

/** What the engine answers. Values are still values here; `electron/api` turns them into canonical Extended JSON text. */
export interface RunReport {
  readonly id: number;
  readonly pair: string;
  readonly status: RunState;
  readonly trigger: Trigger;
  readonly who: string;
  readonly startedAt: number;
  /** 0 while running. */
  readonly endedAt: number;
  readonly collections: readonly string[];
  readonly aToB: Counts;
  readonly bToA: Counts;
  /** Conflicts opened in this run. */
  readonly conflicts: Counts;
  /** Inserts, updates and deletes written per side. */
  readonly written: { readonly A: OpCounts; readonly B: OpCounts };
  /** Records that changed while they were being written; they were read and planned again. */
  readonly replanned: number;
  readonly adopted: number;
  /** Records an earlier run had sent when it was interrupted, looked at again at the start of this one. */
  readonly recovered: number;
  readonly parked: number;
  readonly withheld: number;
  /** Records edited on the receiving side of a one-way collection; they stay as they are. */
  readonly drift: number;
  /** Records that cannot take part, with the reason. */
  readonly notCompared: readonly string[];
  /** What stands on a side, is not part of the pair, and was not left out by a person. */
  readonly notInPair: readonly NotInPair[];
  /** Records that a saved plan names and this run left out, because they had changed since; the first of them by name. */
  readonly moved: {
    readonly total: number;
    readonly records: readonly { readonly collection: string; readonly key: Key }[];
  };
  readonly brakes: readonly BrakeReport[];
  readonly error?: { readonly code: string; readonly message: string };
  /** Set by what was undone: the run, conflict or record. */
  readonly undoOf?: string;
  /** The run that wrote it. */
  readonly undoes?: number;
  /** The program ended in the middle of it. */
  readonly cut?: true;
  /** Later runs that took back something of it. */
  readonly undoneBy: readonly number[];
}
export interface OpCounts {
  readonly insert: number;
  readonly update: number;
  readonly delete: number;
}

export interface Progress {
  readonly phase: 'identity' | 'recover' | 'scan' | 'compare' | 'judge' | 'write' | 'verify';
  readonly collection: string;
  readonly done: number;
  /** 0 = not known. */
  readonly all: number;
}

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
}
export interface PlanEntry {
  readonly collection: string;
  /** The key bytes in hexadecimal. */
  readonly key: string;
  readonly a: string;
  readonly b: string;
  readonly to: string;
}

export interface ConflictItem {
  readonly id: number;
  readonly pair: string;
  readonly collection: string;
  readonly key: Key;
  readonly kind: ConflictKind;
  /** Fields in dispute; for `unique` the fields of the index. */
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
  readonly other?: { readonly side: SideName; readonly key: Key; readonly record: State };
  /** At most 20. */
  readonly blockedBy: readonly { readonly collection: string; readonly key: Key }[];
  /** How many are in the way now, at most 1000. */
  readonly blocking: number;
  /** The strategies that can be carried out as things stand. */
  readonly possible: readonly Strategy[];
  /** What it refers to and the side that cannot take it lacks. */
  readonly missingParents: readonly {
    readonly collection: string;
    readonly side: SideName;
    /** The fields that refer to it and can have another value: none that are part of the key. */
    readonly fields: readonly string[];
    readonly text: string;
    /** It is in a conflict itself. */
    readonly waits: boolean;
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
  }[];
  readonly suggestion?: string;
  readonly at: number;
  readonly notes: string;
  readonly strategy?: Strategy;
  readonly resolvedBy?: string;
  readonly resolvedAt?: number;
  readonly run: number;
}

/** An answer that is possible, and the record as it would then stand on each side. */
export interface HoldChoice {
  readonly answer: HoldAnswer;
  readonly local: State;
  readonly remote: State;
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
  /** At most 20. */
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
  /** What would have to leave the pair for the question to be over, by the names that people use; none: that does not help. */
  readonly leaveOut: readonly string[];
}

export interface Receipt {
  readonly pair: string;
  readonly at: number;
  readonly equal: boolean;
  readonly collections: readonly {
    readonly name: string;
    readonly equal: number;
    readonly different: number;
    readonly onlyA: number;
    readonly onlyB: number;
    readonly waiting: number;
    /** They differ on purpose: a person keeps them apart. */
    readonly apart: number;
  }[];
  readonly notCompared: readonly string[];
}

export interface TimelineEntry {
  readonly at: number;
  readonly what: 'written' | 'adopted' | 'conflict' | 'resolved' | 'undone' | 'held' | 'decision';
  readonly side?: SideName;
  readonly run: number;
  readonly before: State;
  readonly after: State;
  readonly who: string;
  readonly text: string;
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

export interface PairStatus {
  readonly pair: string;
  readonly state: 'in-step' | 'syncing' | 'waiting' | 'paused' | 'offline' | 'stopped';
  readonly sentence: string;
  /** The last sync. */
  readonly lastRun?: RunReport;
  /** The last run that carried out a decision, if it came after the last sync. */
  readonly lastDecision?: RunReport;
  readonly lastReceipt?: Receipt;
  readonly runs: number;
  readonly conflicts: { readonly total: number; readonly open: number };
  /** Records that rest until a person chooses, and those that a person keeps apart. */
  readonly holds: number;
  readonly apart: number;
  /** Edited on a side that only receives, and left so: as many as were found when the records were last looked at. */
  readonly drift: number;
  readonly brakes: readonly BrakeReport[];
  readonly pending: number;
  /** As the sides were when the engine last bound them. */
  readonly notInPair: readonly NotInPair[];
  readonly syncing?: { readonly who: string; readonly since: number };
}

/** One record that a decision wrote, with what was done on each side. */
export interface WrittenRecord {
  readonly collection: string;
  readonly key: Key;
  readonly op: { readonly A?: 'insert' | 'update' | 'delete'; readonly B?: 'insert' | 'update' | 'delete' };
}

/** One record that a run wrote; `undone`: nothing of it stands any more. */
export interface RunRecord extends WrittenRecord {
  readonly undone: boolean;
}
/** The counts are complete, the records may be the first of them. */
export interface RunRecords {
  readonly total: number;
  readonly undone: number;
  readonly records: readonly RunRecord[];
}

/** A side that took a record and stores something else (a trigger): in which fields. */
export interface ChangedByItself {
  readonly collection: string;
  readonly key: Key;
  readonly side: SideName;
  /** Empty: the record as a whole is not there, or another one. */
  readonly fields: readonly string[];
}

export interface ResolveReport {
  readonly byItself: readonly ChangedByItself[];
  /** 0: nothing was written, so there is nothing to undo. */
  readonly run: number;
  /** Every record that was written because of the decisions. */
  readonly wrote: readonly WrittenRecord[];
  /** Records that waited for a decided one: not touched here, planned again by the next sync. */
  readonly follows: readonly { readonly collection: string; readonly key: Key }[];
  readonly resolved: readonly { readonly id: number; readonly text: string }[];
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
  readonly failed: readonly { readonly id: number; readonly why: string }[];
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
