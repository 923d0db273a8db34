import type { ConflictKind, HoldAnswer, Strategy, Trigger } from '../../shared/model/words.ts';
import type { Key } from './port/key-codec.ts';
import type { Value } from './port/value.ts';
import type { PlanEntry } from './reports/plan.ts';
import type { Progress } from './reports/run.ts';
import type { Direction } from './settings.ts';

/** What the engine is asked. */
export interface SyncRequest {
  readonly trigger: Trigger;
  readonly who: string;
  readonly collections?: readonly string[];
  /** One record, of the only collection that is named. */
  readonly key?: Key;
  readonly direction?: Direction;
  readonly overwriteDrift?: boolean;
  /** Apply only what a saved plan names, and refuse with `moved` if a named record has moved. */
  readonly plan?: readonly PlanEntry[];
  /** With `plan`: apply the records that have not moved. */
  readonly partial?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ConflictFilter {
  readonly id?: number;
  /** Exactly these, in whatever state; one that is not of the pair, or that nobody is shown, is passed over. */
  readonly ids?: readonly number[];
  readonly collection?: string;
  readonly kind?: ConflictKind;
  /** Also resolved and vanished ones. */
  readonly all?: boolean;
  /** Only those that were opened after this one. */
  readonly afterId?: number;
  readonly limit?: number;
}

export interface ResolveRequest {
  readonly where: ConflictFilter;
  readonly strategy: Strategy;
  /** A scalar for the disputed field, or a whole record. */
  readonly value?: Value | ReadonlyMap<string, Value | undefined>;
  readonly fields?: ReadonlyMap<string, Value | undefined>;
  /** The generation the person saw; refused with `moved` if it is another. */
  readonly generation?: number;
  /** The same for each of several, by its number. */
  readonly generations?: ReadonlyMap<number, number>;
  readonly notes?: string;
  readonly who: string;
  readonly dryRun?: boolean;
}

export type UndoTarget =
  | { readonly run: number }
  | { readonly conflict: number }
  | { readonly run: number; readonly collection: string; readonly key: Key };

export interface HoldFilter {
  readonly collection?: string;
  readonly key?: Key;
  /** The undone run. */
  readonly run?: number;
  readonly limit?: number;
}

export interface HoldRequest {
  readonly collection: string;
  readonly key: Key;
  readonly answer: HoldAnswer;
  readonly generation?: number;
  readonly who: string;
}

/** The same answer for many holds at once: those of an undone run, of a collection, or both. */
export interface HoldsRequest {
  readonly run?: number;
  readonly collection?: string;
  readonly answer: HoldAnswer;
  readonly who: string;
  readonly dryRun?: boolean;
}
