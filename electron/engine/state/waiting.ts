import type { ConflictKind, ItemState, Strategy } from '../../../shared/model/words.ts';
import type { Base } from '../plan/base.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { KeyRef } from './stored.ts';

/* What rests and waits for a person: conflicts, and what an undo holds back. */

export interface ItemRow extends KeyRef {
  readonly id: number;
  readonly kind: ConflictKind;
  readonly state: ItemState;
  readonly generation: number;
  readonly fields: readonly string[];
  readonly base: Base | null;
  readonly a: State;
  readonly b: State;
  readonly hashA: Buffer | null;
  readonly hashB: Buffer | null;
  readonly reason: string;
  readonly extra: ItemExtra;
  readonly waits: readonly Wait[];
  readonly at: number;
  readonly run: number;
  readonly notes: string;
  readonly strategy: Strategy | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: number | null;
}
export interface ItemExtra {
  /** The other half of a unique clash that is listed under the local record. */
  readonly mirror?: boolean;
  readonly index?: string;
  readonly side?: SideName;
  readonly otherKey?: string;
  /** The free values that were shown, by field. */
  readonly suggestions?: Readonly<Record<string, string>>;
  readonly code?: string;
  /** Of a unique clash: decisions of a person that a side refused. */
  readonly refused?: readonly Strategy[];
  /** Of a unique clash: further unique values that a side named when it refused a decision. */
  readonly named?: readonly NamedClash[];
  readonly brake?: number;
  /** Once decided: the run that carried the decision out, and the keys (hex) of every record it wrote. */
  readonly decidedIn?: number;
  readonly records?: readonly string[];
}
/** The record `key` cannot stand on the side as it is, since `holder` (both as hex) has its value in this index there. */
export interface NamedClash {
  readonly side: SideName;
  readonly index: string;
  readonly fields: readonly string[];
  readonly key: string;
  readonly holder: string;
}
export interface Wait extends KeyRef {
  readonly seenA: Buffer | null;
  readonly seenB: Buffer | null;
}
/** Opens an item, or gives the open one of this key a new generation. */
export interface PutItem extends KeyRef {
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly base: Base | null;
  readonly a: State;
  readonly b: State;
  readonly reason: string;
  readonly extra: ItemExtra;
  readonly waits: readonly Wait[];
  readonly generation: number;
  readonly at: number;
  readonly run: number;
}
export interface ItemPatch {
  readonly id: number;
  readonly run?: number;
  readonly at?: number;
  readonly reason?: string;
  readonly state?: ItemState;
  readonly generation?: number;
  readonly waits?: readonly Wait[];
  readonly extra?: ItemExtra;
  readonly notes?: string;
  readonly strategy?: Strategy;
  readonly resolvedBy?: string;
  readonly resolvedAt?: number;
}
export interface ItemQuery {
  readonly id?: number;
  readonly ids?: readonly number[];
  readonly collection?: string;
  readonly kind?: ConflictKind;
  readonly open: boolean;
  /** Leaves out the hidden half of a unique clash. */
  readonly visible?: boolean;
  readonly run?: number;
  /** The run that carried out its last decision. */
  readonly decidedIn?: number;
  readonly afterId?: number;
  readonly limit: number;
}

export interface ItemPageQuery {
  /** Those that are over, in place of those that wait. */
  readonly over: boolean;
  readonly kinds?: readonly ConflictKind[];
  readonly collection?: string;
  readonly afterId?: number;
  readonly offset?: number;
  readonly limit: number;
}
export interface ItemGroup {
  readonly pair: number;
  readonly collection: string;
  readonly kind: ConflictKind;
  readonly count: number;
}
/** `waits` is empty. */
export interface ItemOfPair extends ItemRow {
  readonly pair: number;
}

export interface HoldQuery {
  readonly collection?: string;
  readonly key?: Key;
  /** The run that was undone. */
  readonly run?: number;
  readonly after?: KeyRef;
  readonly limit: number;
}

/** After an undo the sides differ on purpose (L8). */
export interface HoldRow extends KeyRef {
  /** Empty: the record as a whole. */
  readonly fields: readonly string[];
  /** The values as they stood when the undo was acknowledged. */
  readonly a: State;
  readonly b: State;
  /** Sides on which a held field was edited since. */
  readonly edited: readonly SideName[];
  /** The run that was undone. */
  readonly run: number;
  readonly at: number;
  readonly generation: number;
  /** Who keeps the two apart on purpose; `null`: it waits for an answer. */
  readonly kept: { readonly by: string; readonly at: number } | null;
}
