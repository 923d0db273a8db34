import type { NotInPair } from '../not-in-pair.ts';
import type { SideName } from '../settings.ts';
import type { KeyRef } from '../state/stored.ts';
import type { RunReport } from './run.ts';
import type { BrakeReport, ConflictCounts } from './waiting.ts';

/* How a pair stands. */

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
  /** The first 50 records that are not equal. */
  readonly differing: readonly DifferingRecord[];
  readonly notCompared: readonly string[];
}

export interface DifferingRecord extends KeyRef {
  /** The one side that has it; `null`: both have it, and differ. */
  readonly only: SideName | null;
  /** A question waits for a person, or a person keeps the two apart. */
  readonly waits: 'waiting' | 'apart' | null;
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
  readonly conflicts: ConflictCounts;
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
