import type { Key } from '../port/key-codec.ts';
import type { BrakeAnswer, RunState, Trigger } from '../../../shared/model/words.ts';
import type { Base } from '../plan/base.ts';
import type { SideName } from '../settings.ts';
import type {
  ActionStatus,
  Allowance,
  BrakePatch,
  AgreedRow,
  DirtyRow,
  JournalStatus,
  KeyRef,
  NewAction,
  NewBrake,
  NewClaim,
  NewDecision,
  NewJournal,
  PairPatch,
} from './stored.ts';
import type { HoldRow, ItemPatch, PutItem } from './waiting.ts';

/** One transaction. Every part is optional; all parts stand or none. */
export interface StateChange {
  readonly pair?: PairPatch;
  readonly cursors?: readonly { readonly side: SideName; readonly token: string }[];
  /** Each gets a new generation. */
  readonly touch?: readonly KeyRef[];
  /** Cleared only if the generation is still this one (L5). */
  readonly clean?: readonly DirtyRow[];
  readonly setBase?: readonly (KeyRef & { readonly base: Base })[];
  readonly dropBase?: readonly KeyRef[];
  /** Moves the whole base away for display, forgets items, holds and allowances (L6), and notes whose decision waited. */
  readonly setAside?: boolean;
  /** Whose decision waited when the base was set aside is an ordinary question from here on. */
  readonly forgetWaited?: boolean;
  /** No part of the question that was asked when the base was set aside: each is a question of its own. */
  readonly leaveWaiting?: readonly KeyRef[];
  /** These collections left the pair: all that is known of them goes, but for what was written. */
  readonly forget?: readonly string[];
  readonly putItems?: readonly PutItem[];
  readonly patchItems?: readonly ItemPatch[];
  readonly putHolds?: readonly HoldRow[];
  readonly dropHolds?: readonly KeyRef[];
  /** Was the record, when it was last looked at, edited on a side that only receives, and left so? A new base ends it. */
  readonly drift?: readonly (KeyRef & { readonly drifts: boolean })[];
  readonly bounce?: readonly (KeyRef & { readonly count: number })[];
  /** `traceless`: it never stands in the history, also where a crash leaves it open. */
  readonly newRun?: {
    readonly trigger: Trigger;
    readonly who: string;
    readonly at: number;
    readonly traceless: boolean;
  };
  readonly run?: { readonly id: number; readonly status: RunState; readonly endedAt: number; readonly report: string };
  /** A run that left nothing behind goes from the history. */
  readonly dropRun?: number;
  readonly stage?: { readonly run: number; readonly actions: readonly NewAction[] };
  readonly claims?: { readonly run: number; readonly claims: readonly NewClaim[] };
  readonly actionStatus?: readonly {
    readonly id: number;
    readonly status: ActionStatus;
    readonly level?: number;
    readonly group?: number | null;
  }[];
  /** Forgets the staged plan of the run, or of all runs; sent actions stay. */
  readonly dropPlan?: number | 'all';
  /** Runs that a crash left open are closed as failed; of those without a trace nothing is left. */
  readonly closeRuns?: { readonly at: number; readonly report: string };
  readonly journal?: {
    readonly run: number;
    readonly batch: number;
    readonly at: number;
    readonly rows: readonly NewJournal[];
    readonly status?: JournalStatus;
  };
  /** By the ids of the rows; only what is `intended` becomes something else. */
  readonly journalStatus?: readonly { readonly id: number; readonly status: JournalStatus }[];
  /** Rows of this run, key and side have been taken back and are left out of a further undo. */
  readonly undone?: readonly (KeyRef & { readonly run: number; readonly side: SideName })[];
  /** Records that both sides hold alike before anything was agreed: they become the base. */
  readonly agreed?: { readonly collection: string; readonly rows: readonly AgreedRow[] };
  /** Inserts into an empty collection that stand on both sides: base and journal in one. */
  readonly copied?: {
    readonly run: number;
    readonly batch: number;
    readonly at: number;
    readonly collection: string;
    readonly side: SideName;
    readonly rows: readonly AgreedRow[];
  };
  readonly decisions?: readonly NewDecision[];
  readonly newBrakes?: readonly NewBrake[];
  readonly answerBrake?: {
    readonly id: number;
    readonly answer: BrakeAnswer;
    readonly who: string;
    readonly at: number;
  };
  readonly patchBrakes?: readonly BrakePatch[];
  /** A brake for which nothing is left to ask. */
  readonly dropBrake?: number;
  /** The question is about something else by now: what was noted with it goes. */
  readonly forgetShown?: number;
  /**
   * The keys a brake stopped, with what the side held that would have been written; *let it go* allows exactly these. Of
   * a collection that was made again, what stood under each key when it was asked about.
   */
  readonly braked?: { readonly brake: number; readonly keys: readonly (KeyRef & { readonly shown: Buffer | null })[] };
  /** Turns the keys of an answered brake into allowances, so that the answer survives a crash; each is looked at again. */
  readonly allowBraked?: { readonly brake: number } & Allowance;
  /** The same for every record of a collection, where it vanished as a whole and had no plan. */
  readonly allowAll?: {
    readonly collection: string;
    /** What the side that the answer gives up holds, by key, or else what was noted with this brake; nothing where a key is not among them. */
    readonly held: readonly { readonly key: Key; readonly hash: Buffer }[] | { readonly brake: number };
  } & Allowance;
  /** The same for single records; an answer that stands already stays. */
  readonly allow?: readonly (KeyRef & Allowance)[];
  readonly dropAllowed?: readonly KeyRef[];
  /** Answers that no key needs any more. */
  readonly settleAllowances?: boolean;
  /** A person answered or asked for a receipt: the counting for the brakes of these collections begins anew. */
  readonly countAnew?: readonly string[];
  /** Records that stand on side A from side B, or are about to be put there: remembered, whatever comes of it. */
  readonly pulling?: readonly KeyRef[];
  /** Records of side A that get another key, and stand there under it when they come back from side B. */
  readonly moving?: readonly KeyRef[];
  /** Stamps that are due no more. Whatever else this change makes due is due. */
  readonly stamped?: readonly KeyRef[];
  readonly receipt?: { readonly at: number; readonly body: string };
  readonly audit?: readonly {
    readonly at: number;
    readonly who: string;
    readonly what: string;
    readonly detail: string;
  }[];
  /** Journal rows older than this go, with what hangs on them. */
  readonly pruneBefore?: number;
}
export interface CommitResult {
  readonly run: number;
  readonly actions: readonly number[];
  /** The ids of the journal rows, in their order. */
  readonly journal: readonly number[];
  readonly brakes: readonly number[];
  /** The generation that each touched key got. */
  readonly gens: readonly number[];
}
