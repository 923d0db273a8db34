import type { Trigger } from '../../../shared/model/words.ts';
import type { Key } from '../port/key-codec.ts';
import type { ConflictCounts, HoldCount } from '../reports/waiting.ts';
import type { SideName } from '../settings.ts';
import type { CommitResult, StateChange } from './change.ts';
import type {
  ActionCount,
  ActionQuery,
  ActionRow,
  Allowance,
  BrakeRow,
  ClaimQuery,
  ClaimRow,
  DecidedItem,
  DecisionLine,
  DecisionRow,
  DirtyQuery,
  DirtyRow,
  DueStamp,
  ExpectedRow,
  Facts,
  JournalQuery,
  JournalRow,
  KeyRef,
  PairRow,
  Resting,
  RunRow,
  RunTally,
} from './stored.ts';
import type { HoldQuery, HoldRow, ItemGroup, ItemOfPair, ItemPageQuery, ItemQuery, ItemRow, Wait } from './waiting.ts';

/**
 * The engine's memory that survives everything. Narrow and asynchronous on purpose: reads are per batch, and every
 * change is one `commit`, which is one durable transaction. Another store can stand beside the SQLite one (design.md 6).
 */
export interface StateStore {
  /** Creates the pair on first use. `limits`: how much of what was agreed on is kept for it from now on. */
  openPair(name: string, now: number, limits?: Limits): Promise<PairRow>;
  pair(id: number): Promise<PairRow>;
  listPairs(): Promise<readonly PairRow[]>;
  /** Another name for the pair, in one transaction with `save`: if that throws, the name stays. */
  renamePair(id: number, name: string, save: () => void): Promise<void>;
  /** Everything about the pair goes, personal data included. */
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
  /** Records that the next sync has to look at; those that rest under a hold, or wait behind a brake, are left out. */
  countDirty(pair: number): Promise<number>;
  /** Records that were edited on a side that only receives, and left so, in key order. */
  drifted(pair: number, collection: string, after: Key | null, limit: number): Promise<readonly Key[]>;
  countDrift(pair: number): Promise<readonly { readonly collection: string; readonly count: number }[]>;
  /** What is known about each of these keys; keys without anything known have an entry of nulls. */
  facts(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Facts>>;

  /** Like `facts`, without the base and only for keys that have an item, a hold, bounces or waiters. */
  parked(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Facts>>;
  /** The open item and the hold of these keys, only of those that have one; not who waits for them, which may be thousands. */
  resting(pair: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, Resting>>;

  actions(pair: number, query: ActionQuery): Promise<readonly ActionRow[]>;
  countActions(pair: number, run: number): Promise<readonly ActionCount[]>;
  /** Level of each of these staged actions. */
  levels(ids: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Staged actions of the run that, once written, hold one of these values under this index on this side. */
  claims(run: number, query: ClaimQuery): Promise<readonly ClaimRow[]>;
  /** Staged actions on these keys. */
  staged(pair: number, run: number, collection: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, ActionRow>>;

  items(pair: number, query: ItemQuery): Promise<readonly ItemRow[]>;
  /** Those of these numbers that are of conflicts people see, or saw, in the pair. */
  itemIds(pair: number, ids: readonly number[]): Promise<readonly number[]>;
  /** What open items wait for, in the order of items. */
  waits(
    pair: number,
    afterItem: number,
    limit: number,
  ): Promise<readonly { readonly item: number; readonly waiter: KeyRef; readonly wait: Wait }[]>;
  countItems(pair: number): Promise<ConflictCounts>;
  /** How many conflicts people see, by pair, collection and kind. */
  itemGroups(pairs: readonly number[], which: Pick<ItemPageQuery, 'over'>): Promise<readonly ItemGroup[]>;
  /** A page of the conflicts that people see, of all these pairs, in the order of their numbers, without what they wait for. */
  itemPage(pairs: readonly number[], query: ItemPageQuery): Promise<readonly ItemOfPair[]>;
  /** In the order of collections and keys. */
  holds(pair: number, query: HoldQuery): Promise<readonly HoldRow[]>;
  /** How many rest, by the undone run and the collection. */
  countHolds(pair: number): Promise<readonly HoldCount[]>;
  journal(pair: number, query: JournalQuery): Promise<readonly JournalRow[]>;
  /** The records of these collections that were inserted last on a side and not deleted there since; first copies are left out. */
  newestInserts(
    pair: number,
    side: SideName,
    collections: readonly string[],
    limit: number,
  ): Promise<readonly KeyRef[]>;
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
  /** The newest first, by their numbers before `beforeId`. */
  decisionLines(
    pair: number,
    query: { readonly beforeId: number; readonly limit: number },
  ): Promise<readonly DecisionLine[]>;
  /** The conflicts that were decided in these runs. */
  decidedItems(pair: number, runs: readonly number[]): Promise<readonly DecidedItem[]>;
  /** Does something of what the run wrote still stand, as far as the journal is kept? */
  stillStands(pair: number, run: number): Promise<boolean>;
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
  /** Those that were begun since then, in the order of their numbers. */
  runTallies(
    pair: number,
    query: { readonly since: number; readonly afterId: number; readonly limit: number },
  ): Promise<readonly RunTally[]>;
  /** All runs that were begun by this, the newest first. */
  runsBy(pair: number, trigger: Trigger): Promise<readonly RunRow[]>;
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
