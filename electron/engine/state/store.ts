import type { CommitResult, StateChange } from './change.ts';
import type { BrakeAnswer, BrakeKind, RunState, Trigger, Strategy } from '../../../shared/model/words.ts';
import type { Base } from '../plan/base.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { Direction, SideName } from '../settings.ts';
import type { HoldCount } from '../reports/waiting.ts';
import type { ItemRow, Wait, ItemQuery, HoldQuery, HoldRow } from './waiting.ts';

/**
 * The engine's memory that survives everything. Narrow and asynchronous on purpose: reads are per batch, and every
 * change is one `commit`, which is one durable transaction. Another store can stand beside the SQLite one (design.md 6).
 */
export interface StateStore {
  /** Creates the pair on first use. `limits`: how much of what was agreed on is kept for it from now on. */
  openPair(name: string, now: number, limits?: Limits): Promise<PairRow>;
  pair(id: number): Promise<PairRow>;
  listPairs(): Promise<readonly PairRow[]>;
  /** Everything about the pair goes, personal data included. */
  /** Another name for the pair, in one transaction with `save`: if that throws, the name stays. */
  renamePair(id: number, name: string, save: () => void): Promise<void>;
  removePair(id: number): Promise<void>;

  cursors(pair: number): Promise<ReadonlyMap<SideName, string>>;
  /** Keys after `after` whose base, or open item, or hold says what the side should show, in key order. */
  expected(
    pair: number,
    collection: string,
    side: SideName,
    after: Key | null,
    limit: number,
  ): Promise<readonly ExpectedRow[]>;
  countBase(pair: number, collection: string): Promise<number>;
  hasBase(pair: number, collection: string): Promise<boolean>;
  dirty(pair: number, query: DirtyQuery): Promise<readonly DirtyRow[]>;
  /** Records that the next sync has to look at; those that rest under a hold are left out. */
  countDirty(pair: number): Promise<number>;
  /** Records that were edited on a side that only receives, and left so, in key order. */
  drifted(pair: number, collection: string, after: Key | null, limit: number): Promise<readonly Key[]>;
  countDrift(pair: number): Promise<readonly { readonly collection: string; readonly count: number }[]>;
  /** What is known about each of these keys; keys without anything known have an entry of nulls. */
  facts(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Facts>>;

  /** Like `facts`, without the base and only for keys that have an item, a hold, bounces or waiters. */
  parked(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Facts>>;

  actions(pair: number, query: ActionQuery): Promise<readonly ActionRow[]>;
  countActions(pair: number, run: number): Promise<readonly ActionCount[]>;
  /** Level of each of these staged actions. */
  levels(ids: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Staged actions of the run that, once written, hold one of these values under this index on this side. */
  claims(run: number, query: ClaimQuery): Promise<readonly ClaimRow[]>;
  /** Staged actions on these keys. */
  staged(pair: number, run: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, ActionRow>>;

  items(pair: number, query: ItemQuery): Promise<readonly ItemRow[]>;
  /** What open items wait for, in the order of items. */
  waits(
    pair: number,
    afterItem: number,
    limit: number,
  ): Promise<readonly { readonly item: number; readonly waiter: KeyRef; readonly wait: Wait }[]>;
  countItems(pair: number): Promise<{ readonly total: number; readonly open: number }>;
  /** In the order of collections and keys. */
  holds(pair: number, query: HoldQuery): Promise<readonly HoldRow[]>;
  /** How many rest, by the undone run and the collection. */
  countHolds(pair: number): Promise<readonly HoldCount[]>;
  journal(pair: number, query: JournalQuery): Promise<readonly JournalRow[]>;
  /** The records that were inserted last on a side and not deleted there since; first copies are left out. */
  newestInserts(pair: number, side: SideName, limit: number): Promise<readonly KeyRef[]>;
  /** The records of the last so many writes, newest first, one perhaps more than once. */
  lastWritten(pair: number, limit: number): Promise<readonly KeyRef[]>;
  /** Deletes and updates written after the journal row `since` and not before `notBefore`, decided ones left out (L9). */
  countWritten(
    pair: number,
    collection: string,
    side: SideName,
    since: number,
    notBefore: number,
  ): Promise<{ readonly deletes: number; readonly updates: number }>;
  decisions(
    pair: number,
    query: { readonly collection?: string; readonly key?: Key; readonly run?: number; readonly limit: number },
  ): Promise<readonly DecisionRow[]>;
  /** `all`: also those that are over. One that a person keeps is not, unless all it asked was whether to overwrite drift. */
  brakes(pair: number, all: boolean): Promise<readonly BrakeRow[]>;
  /** What was noted of these keys when the brake fell. */
  shown(brake: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Buffer>>;
  /** The hashes of what both sides had last agreed on for these keys when that was set aside. */
  setAside(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Buffer>>;
  /** Of these keys, those about which a person had been asked when the base was set aside, and was not yet asked anew. */
  waited(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlySet<Key>>;
  /** What a person answered for these keys, where a brake had stopped them. */
  allowed(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Allowance>>;
  /** Newest first. */
  runs(pair: number, limit: number): Promise<readonly RunRow[]>;
  /** Syncs that went to their end and that no brake stopped; decisions are none. */
  countSyncs(pair: number): Promise<number>;
  /** This run and all that came after it, newest first. */
  runsFrom(pair: number, id: number): Promise<readonly RunRow[]>;
  run(pair: number, id: number): Promise<RunRow | null>;
  lastReceipt(pair: number): Promise<string | null>;
  /** Records of these collections whose stamp is due, in order. */
  stampsDue(pair: number, query: DirtyQuery): Promise<readonly DueStamp[]>;
  lookupEarlier(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, readonly Buffer[]>>;

  /** One transaction: all of it, or none. Resolves after it is durable. */
  commit(pair: number, change: StateChange): Promise<CommitResult>;
  /** The committed bytes, for backup and for the simulation. */
  serialize(): Uint8Array;
  close(): Promise<void>;
}

/** How much of what was agreed on is kept so that people see *before*; beyond it only hashes are. */
export interface Limits {
  /** A base document larger than this gives way to the hashes of its fields. */
  readonly keepDocBytes: number;
  /** So much all of them may take for one pair; what comes beyond that gives way likewise. */
  readonly keepPairBytes: number;
}

/** A record as a saved plan saw it (hexadecimal hashes; '' = absent). */
export interface PlanPin extends KeyRef {
  readonly direction: Direction | null;
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

export interface Facts {
  readonly base: Base | null;
  readonly item: ItemRow | null;
  readonly hold: HoldRow | null;
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
