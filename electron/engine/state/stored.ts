import type { BrakeAnswer, BrakeKind, RunState, Strategy, Trigger } from '../../../shared/model/words.ts';
import type { Base } from '../plan/base.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { Direction, SideName } from '../settings.ts';
import type { HoldRow, ItemRow } from './waiting.ts';

/* What stands in the state: its rows as the store takes and answers them, and what is asked of them. */

/** A record as a saved plan saw it (hexadecimal hashes; '' = absent). */
export interface PlanPin extends KeyRef {
  readonly direction: Direction | null;
  /** A hash of the names of the fields that its collection had in the pair. */
  readonly fields: string;
  readonly a: string;
  readonly b: string;
  readonly to: string;
}

export interface PairRow {
  readonly id: number;
  readonly name: string;
  readonly epoch: number;
  /** The marker's number (L6). */
  readonly n: number;
  /** A raise was begun and not finished. */
  readonly raising: boolean;
  readonly batch: number;
  /** `aside`: the base was set aside and the comparison that replaces it is not complete. */
  readonly mode: 'new' | 'normal' | 'aside';
  readonly identity: { readonly A: string; readonly B: string };
  readonly schema: { readonly A: string; readonly B: string };
  /** When the last complete look at every record ended. */
  readonly auditAt: number;
  /** Per collection the last journal row that no longer counts for its brake; never a time (L2). */
  readonly countSince: Readonly<Record<string, number>>;
  /** The version that the identity of each side last showed; 0 = none. */
  readonly seen: { readonly A: number; readonly B: number };
  /** Per collection how each side compared its key when the base was begun; compared as text. */
  readonly keys: Readonly<Record<string, { readonly A: string; readonly B: string }>>;
  /** Per collection the fields that its base was last completed for. */
  readonly covered: Readonly<Record<string, readonly string[]>>;
  /** Per collection which one of its name the base was begun with on each side; '' where a side does not tell. */
  readonly made: Readonly<Record<string, { readonly A: string; readonly B: string }>>;
  /** Every change of what a record is agreed or asked about makes its stamp due. Set anew, all that is known is due. */
  readonly stamps: boolean;
  /** Names under which markers of the pair may stand beside its own: those of a rename that was begun. */
  readonly marks: readonly string[];
  /** Collections whose deletes a person had brought back, with the side that was to be written: until it was planned again, each further delete there is asked about. */
  readonly doubted: Readonly<Record<string, SideName>>;
}
export type PairPatch = { -readonly [K in Exclude<keyof PairRow, 'id' | 'name'>]?: PairRow[K] };

export interface ExpectedRow {
  readonly key: Key;
  /** In hexadecimal; `null`: the side should show nothing under this key. */
  readonly hash: string | null;
}

export interface DirtyQuery {
  readonly collections: readonly string[] | null;
  readonly after: { readonly collection: string; readonly key: Key } | null;
  readonly limit: number;
}
export interface KeyRef {
  readonly collection: string;
  readonly key: Key;
}
export interface DueStamp extends KeyRef {
  /** This pair put the record on side A, from side B. */
  readonly remote: boolean;
  /** It was made on side A and goes there again under another key, which may not be done yet. */
  readonly moving: boolean;
}
export interface DirtyRow extends KeyRef {
  readonly gen: number;
}

/** Why a record is not synced: its open item, its hold, or both. */
export interface Resting {
  readonly item: ItemRow | null;
  readonly hold: HoldRow | null;
}
export interface Facts extends Resting {
  readonly base: Base | null;
  readonly bounces: number;
  /** Open items that wait for this key, with the state of it that they saw. */
  readonly waiters: readonly Waiter[];
}
export interface Waiter extends KeyRef {
  readonly seenA: Buffer | null;
  readonly seenB: Buffer | null;
}

/**
 * Why an action exists: a plan, or a decision of a person (which does not count for brakes). `fill` is planned and does
 * not count either: it brings values into a field that a person took in.
 */
export type Origin = 'plan' | 'fill' | 'resolve' | 'undo' | 'hold' | 'brake';
export const isPlanned = (origin: Origin): boolean => origin === 'plan' || origin === 'fill';
/**
 * What cannot be written waits as a conflict, also where an answer to a brake had let it go. All other decisions go
 * back to the person who took them, and so does what waits behind the question which side is to be trusted.
 */
export const parksIn = ({ origin }: Pick<NewAction, 'origin'>, item: ItemRow | null | undefined): boolean =>
  isPlanned(origin) || (origin === 'brake' && item?.kind !== 'restored');

export interface ActionData {
  readonly base: Base | null;
  readonly a: State;
  readonly b: State;
  readonly agreed: State;
  /** What the side is to hold afterwards; `undefined`: it is not written. */
  readonly toA: State | undefined;
  readonly toB: State | undefined;
}
export interface NewAction extends KeyRef, ActionData {
  readonly gen: number;
  readonly origin: Origin;
  readonly level: number;
  /** It touches a unique value or a reference, so the plan has to be judged by it. */
  readonly constrained: boolean;
  /** For people and for settling: what is undone, which fields, which item. */
  readonly note: ActionNote;
}
export interface ActionNote {
  readonly item?: number;
  readonly undoOf?: number;
  readonly fields?: readonly string[];
  /** What an undo that a crash cut in half had restored already. */
  readonly held?: readonly string[];
  readonly who?: string;
  readonly text?: string;
  readonly strategy?: Strategy;
  /** The side that refused the record before: it is asked first, and the other side is written only if it takes the decision. */
  readonly askFirst?: SideName;
  /** The conflict of a decision whose records go together: where one of them is not taken, none of the others is written. */
  readonly bond?: number;
  readonly notes?: string;
  /** It overwrites what was edited on a side that only receives. */
  readonly drift?: true;
  readonly choices?: readonly {
    readonly policy: string;
    readonly fields: readonly string[];
    readonly winner: SideName;
  }[];
}
export type ActionStatus = 'staged' | 'sent' | 'parked' | 'withheld' | 'done';
export interface ActionRow extends NewAction {
  readonly id: number;
  readonly run: number;
  readonly status: ActionStatus;
  readonly group: number | null;
}
export interface ActionQuery {
  readonly run?: number;
  readonly status: ActionStatus;
  /** `apply`: by level, then collection and key; `id`: as staged. */
  readonly order: 'apply' | 'id';
  readonly afterId?: number;
  readonly limit: number;
  readonly collection?: string;
  readonly constrained?: boolean;
  readonly ids?: readonly number[];
}
export interface ActionCount {
  readonly collection: string;
  readonly side: SideName;
  readonly op: 'insert' | 'update' | 'delete';
  readonly origin: Origin;
  readonly status: ActionStatus;
  readonly count: number;
}

/** After the run, this side holds `value` under the index because of this action. */
export interface NewClaim {
  readonly action: number;
  readonly side: SideName;
  readonly collection: string;
  readonly index: string;
  readonly value: Key;
}
export interface ClaimQuery {
  readonly side: SideName;
  readonly collection: string;
  readonly index: string;
  readonly values: readonly Key[];
}
export interface ClaimRow {
  readonly value: Key;
  readonly action: number;
  readonly key: Key;
}

export type JournalStatus = 'intended' | 'applied' | 'missed' | 'rejected' | 'undone';
export interface NewJournal extends KeyRef {
  readonly action: number;
  readonly side: SideName;
  readonly op: 'insert' | 'update' | 'delete';
  /** Whole record for inserts and deletes, the changed fields for updates. */
  readonly before: State;
  readonly after: State;
  /** The base that both sides had before. */
  readonly base: Base | null;
  readonly origin: Origin;
  readonly beforeHash: Buffer | null;
  readonly afterHash: Buffer | null;
}
export interface JournalRow extends NewJournal {
  readonly id: number;
  readonly run: number;
  readonly batch: number;
  readonly status: JournalStatus;
  readonly at: number;
}
export interface JournalQuery {
  readonly run?: number;
  readonly collection?: string;
  readonly key?: Key;
  /** Of `collection`. */
  readonly keys?: readonly Key[];
  readonly status?: JournalStatus;
  readonly afterId?: number;
  readonly limit: number;
}

export interface DecisionRow extends KeyRef {
  readonly id: number;
  readonly run: number;
  readonly policy: string;
  readonly winner: SideName | null;
  readonly fields: readonly string[];
  readonly lost: State;
  readonly won: State;
  readonly who: string;
  readonly at: number;
  readonly text: string;
}
export type NewDecision = Omit<DecisionRow, 'id'>;

/** A decision without the values. */
export type DecisionLine = Omit<DecisionRow, 'lost' | 'won'>;
/** A conflict by the decision that was carried out in `run`. */
export interface DecidedItem extends KeyRef {
  readonly id: number;
  readonly run: number;
  readonly strategy: Strategy;
  readonly notes: string;
}

export interface BrakeRow {
  readonly id: number;
  /** '' = the whole pair. */
  readonly collection: string;
  readonly kind: BrakeKind;
  readonly side: SideName;
  readonly count: number;
  readonly of: number;
  readonly cause: string;
  readonly at: number;
  readonly samples: readonly { readonly collection: string; readonly key: Key; readonly a: State; readonly b: State }[];
  readonly counts: { readonly onlyA: number; readonly onlyB: number; readonly different: number };
  readonly answer: BrakeAnswer | null;
  readonly answeredBy: string | null;
  readonly answeredAt: number | null;
  /** The synced fields that the side lost; none: the collection as a whole. */
  readonly fields: readonly string[];
  /** Of a collection that was made again: which one it was on each side when the question was asked. */
  readonly made: { readonly A: string; readonly B: string } | null;
}
export type NewBrake = Omit<BrakeRow, 'id' | 'answer' | 'answeredBy' | 'answeredAt' | 'fields' | 'made'> &
  Partial<Pick<BrakeRow, 'fields' | 'made'>>;
export type BrakePatch = Pick<BrakeRow, 'id' | 'count' | 'of' | 'counts' | 'samples'> &
  Partial<Pick<BrakeRow, 'side' | 'cause' | 'made'>>;

export interface RunRow {
  readonly id: number;
  readonly pair: number;
  readonly status: RunState;
  readonly trigger: Trigger;
  readonly who: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** JSON of the report's remaining parts. */
  readonly report: string;
}

/** A run in numbers. `cut`: its program ended in the middle, and it counted nothing. */
export interface RunTally {
  readonly id: number;
  readonly startedAt: number;
  readonly status: RunState;
  readonly cut: boolean;
  /** Records written on each side, and conflicts opened. */
  readonly toA: number;
  readonly toB: number;
  readonly conflicts: number;
}

/** A record that both sides hold alike now: its canonical bytes and their hash. */
export interface AgreedRow {
  readonly key: Key;
  readonly encoded: Buffer;
  readonly hash: Buffer;
}

/**
 * The answer to a brake as it stands for one key, until the key has been written or needs nothing any more; `fill`: a
 * field was taken in, and this side has no value of its own in it.
 */
export interface Allowance {
  readonly answer: 'let-go' | 'bring-back' | 'fill';
  /** The side that would have been written. */
  readonly side: SideName;
  readonly kind: BrakeKind;
  /**
   * What the side that the answer gives up held of the record: for a collection that vanished when it was answered, else
   * when it was asked. `null` for nothing.
   */
  readonly shown?: Buffer | null;
}
