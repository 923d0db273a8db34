import type { RunState, Trigger } from '../../../shared/model/words.ts';
import type { NotInPair } from '../not-in-pair.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { BrakeReport } from './waiting.ts';

/* What a run did, and is doing. Values are values here; `electron/api` turns them into canonical Extended JSON text. */

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
  /** What was decided by rules and by persons, touch fields left out. These three: not of a run that was cut off, or of an earlier version. */
  readonly decisions?: number;
  /** How often something failed and was tried again. */
  readonly retries?: number;
  /** What the writes carried: keys, values of inserts, changed fields. */
  readonly bytes?: number;
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
  /** What the two sides of a collection were made with and is not alike, as this run found it; told once, and not kept. */
  readonly unlike?: readonly string[];
  /** Records that a saved plan names and this run left out, because they had changed since; the first of them by name. */
  readonly moved: {
    readonly total: number;
    readonly records: readonly { readonly collection: string; readonly key: Key }[];
    /** How many of them, in collections of which fields joined or left the pair since. */
    readonly otherFields: Counts;
  };
  readonly brakes: readonly BrakeReport[];
  readonly error?: { readonly code: string; readonly message: string };
  /** What was undone: the run, or of how many of its records a part, the conflict, or the record of a run. */
  readonly undoOf?: string;
  /** The run that wrote it. */
  readonly undoes?: number;
  /** The program ended in the middle of it. */
  readonly cut?: true;
  /** Later runs that took back something of it. */
  readonly undoneBy: readonly number[];
  /** How many of the records it wrote they took back whole, where that was counted. */
  readonly undone?: { readonly records: number; readonly of: number };
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
