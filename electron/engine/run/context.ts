import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { Binding } from '../bind-pair.ts';
import type { Shape } from '../plan/complete.ts';
import type { Connector, Identity, Side } from '../port/connector.ts';
import { encodeKey, type Collation, type Key } from '../port/key-codec.ts';
import { fieldOf, type RecordImage } from '../port/record.ts';
import type { Ports } from '../ports.ts';
import type { Progress } from '../reports/run.ts';
import type { CollectionSettings, Direction, PairSettings, SideName } from '../settings.ts';
import type { StateStore } from '../state/store.ts';
import type { KeyRef, PairRow, PlanPin } from '../state/stored.ts';
import type { Constraints } from './constraints.ts';
import type { Looked } from './read-both.ts';
import type { Tally } from './tally.ts';

/** What one pair has open while its engine lives. */
export interface PairContext {
  readonly id: number;
  readonly settings: PairSettings;
  readonly connectors: { readonly A: Connector; readonly B: Connector };
  readonly sides: { readonly A: Side; readonly B: Side };
  readonly collections: ReadonlyMap<string, CollectionSettings>;
  /** What both sides map in each collection; none where records bring fields of their own. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Fields of each collection that stand on a side and are no part of the pair, by their names there. */
  readonly outside: ReadonlyMap<string, Readonly<Record<SideName, readonly string[]>>>;
  /** How the key of each collection is compared. */
  readonly keys: ReadonlyMap<string, { readonly collations: readonly Collation[] }>;
  /** What the sides enforce among records, under logical names. */
  readonly constraints: Constraints;
  readonly store: StateStore;
  readonly ports: Ports;
  /** Gate tokens of the last complete scan in this process; lost with it, so that each start scans once (design.md 6). */
  readonly gates: Map<SideName, string>;
}

/** One pass of one run. */
export interface Pass extends PairContext {
  /** Gate tokens from before the pass looked at anything; none of a side without a gate. */
  readonly tokens: ReadonlyMap<SideName, string>;
  /** Collections that a side cannot keep in step any more: both have them, and neither is bound to them. */
  readonly unfit: Binding['unfit'];
  /** The definitions that the sides are bound by. */
  readonly versions: Readonly<Record<SideName, string>>;
  readonly run: number;
  readonly who: string;
  /** Its run leaves no row in the history: what it finds belongs to the next sync. */
  readonly traceless: boolean;
  readonly tally: Tally;
  readonly scope: Scope;
  readonly signal?: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** Collections a brake keeps from being written; '' = all of them. */
  readonly braked: Set<string>;
  /** Records, by `refName`, that wait and are planned along with a decision: how they wait is no news of theirs. */
  readonly along?: ReadonlySet<string>;
  /** Decisions that could not be written, by `refName` of their record, with the reason. */
  readonly refused: Map<string, string>;
  /** A live step: the sides that told of changes by themselves. `null`: everything is looked at. */
  readonly news: ReadonlySet<SideName> | null;
  /** What the look for signs of a restored side has read, for the plan that follows it. */
  readonly looked: Map<string, Looked>;
  /** Raised once a pass has raised the markers (L6). */
  raised: boolean;
  /** What the sides last answered when they were asked who they are. */
  shown: Identities | null;
}

/** Which database each side is. */
export type Identities = Readonly<Record<SideName, Identity>>;

/** What a request limits the run to. */
export interface Scope {
  readonly collections: readonly string[] | null;
  readonly key: { readonly collection: string; readonly key: string } | null;
  readonly direction: Direction;
  readonly overwriteDrift: boolean;
  /** Records of a saved plan with the hashes they had; `null`: everything. */
  readonly pins: ReadonlyMap<string, PlanPin> | null;
  readonly partial: boolean;
  /** What the sides refused before is tried once more, since a person asks. */
  readonly again: boolean;
  /** Only these records, by `refName`. */
  readonly only: ReadonlySet<string> | null;
}

export const everything: Scope = {
  collections: null,
  key: null,
  direction: 'both',
  overwriteDrift: false,
  pins: null,
  partial: false,
  again: false,
  only: null,
};

/** A pass found that a side, or the state, is not what the base was agreed with: the next pass begins with the identity. */
export class LookAgain extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'LookAgain';
  }
}

export const collectionOf = (ctx: Pick<PairContext, 'collections'>, name: string): CollectionSettings =>
  must(ctx.collections.get(name), `collection ${name} in the pair`);

/** The key under which the record stands. */
export const keyOf = (ctx: Pick<PairContext, 'collections' | 'keys'>, name: string, record: RecordImage): Key =>
  encodeKey(
    collectionOf(ctx, name).key.map((field) => fieldOf(record, field) ?? null),
    must(ctx.keys.get(name), `how the key of ${name} is compared`).collations,
  );

export const inScope = (pass: Pass, collection: string): boolean =>
  (pass.scope.collections?.includes(collection) ?? true) &&
  (pass.scope.key === null || pass.scope.key.collection === collection);

export const isBraked = (pass: Pass, collection: string): boolean => pass.braked.has('') || pass.braked.has(collection);

/** Ends a run between batches when the person asked for it (L15). */
export function checkCancelled(pass: Pick<Pass, 'signal'>): void {
  if (!pass.signal?.aborted) return;
  throw new AppError({
    code: 'cancelled',
    operation: 'sync',
    message: 'The run was stopped before it was complete.',
    next: 'The batch in progress was finished, both sides are valid, and the remaining changes wait for the next run.',
  });
}

export async function pairRow(ctx: PairContext): Promise<PairRow> {
  return ctx.store.pair(ctx.id);
}

/** May this direction write to the side? */
export const mayWrite = (direction: Direction, side: SideName): boolean =>
  direction === 'both' || (direction === 'a-to-b') === (side === 'B');

/** The way that the records of a collection travel in this run; `null`: the run goes against the direction of the collection. */
export function wayOf(pass: Pass, collection: string): Direction | null {
  const { direction } = collectionOf(pass, collection);
  if (direction === 'both') return pass.scope.direction;
  return pass.scope.direction === 'both' || pass.scope.direction === direction ? direction : null;
}

/** One name for a record across collections. */
export const refName = ({ collection, key }: KeyRef): string => `${collection}\0${key}`;
