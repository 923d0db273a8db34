import { plan } from '../plan/plan.ts';
import { changedFields, type State } from '../port/record.ts';
import { collectionOf, mayWrite, type Pass } from '../run/context.ts';
import type { SideName } from '../settings.ts';
import type { KeyRef, NewAction } from '../state/stored.ts';
import { conflictOf, holdersOf } from './held-values.ts';
import { isRefused } from './offers.ts';

/** What has to be decided before a record follows to the other side, as far as it has a name. */
export interface Waits {
  readonly conflict: number | null;
  /** A record that rests after an undo. */
  readonly resting: KeyRef | null;
}

/** What stands on each side; `waits` where it does not follow. */
export interface End extends Readonly<Record<SideName, State>> {
  readonly waits: Waits | null;
}

/** A record as it stands, with what is written of it. */
export type Written = Pick<NewAction, 'collection' | 'key' | 'base' | 'a' | 'b'> &
  Partial<Pick<NewAction, 'toA' | 'toB'>>;

export interface Deciding {
  /** The conflict that is decided. */
  readonly own?: number | undefined;
  /** All that is written with it. */
  readonly along?: readonly NewAction[];
  /** The record rests no more: that is what is answered, or an edit has ended it. */
  readonly ended?: boolean;
}

/**
 * What stands on the sides once a decision is carried out. What it writes on one side alone
 * follows to the other as any edit does, unless the record waits there for something else: another conflict, a hold, a
 * record that it refers to, or one that has its unique value (E143).
 */
export async function endOf(
  pass: Pass,
  { collection, key, base, a, b, toA = a, toB = b }: Written,
  { own, along = [], ended = false }: Deciding = {},
): Promise<End> {
  const rules = collectionOf(pass, collection);
  const next = plan(base, toA, toB, rules);
  if (next.kind === 'in-step' || next.kind === 'adopt') return { A: toA, B: toB, waits: null };
  const stays = (waits: Partial<Waits>): End => ({ A: toA, B: toB, waits: { ...unnamed, ...waits } });
  const known = (await pass.store.resting(pass.id, collection, [key])).get(key);
  if (known?.hold && !ended) return stays({ resting: { collection, key } });
  // Neither of these ends before both sides are equal.
  if (next.kind === 'conflict' || known?.item?.kind === 'undone' || known?.item?.kind === 'restored')
    return stays({ conflict: otherThan(own, await conflictOf(pass, collection, key)) });
  const record = { id: own, collection, key, a: toA, b: toB };
  const holder = (await holdersOf(pass, record, next.agreed)).find((each) => !isReplaced(each, record, along));
  if (holder)
    return stays({
      conflict: holder.conflict ?? otherThan(own, await conflictOf(pass, collection, key)),
      resting: holder.undoneRun === null ? null : { collection, key: holder.key },
    });
  if (await isRefused(pass, record, next.agreed)) return stays({});
  const [barredA, barredB] = [next.toA && !mayWrite(rules.direction, 'A'), next.toB && !mayWrite(rules.direction, 'B')];
  return { A: barredA ? toA : next.agreed, B: barredB ? toB : next.agreed, waits: barredA || barredB ? unnamed : null };
}

/** The decision itself takes the value from its holder, for another one. */
const isReplaced = (
  { side, key, fields }: Awaited<ReturnType<typeof holdersOf>>[number],
  { collection }: KeyRef,
  along: readonly NewAction[],
): boolean =>
  along.some((action) => {
    const [from, to] = side === 'A' ? [action.a, action.toA] : [action.b, action.toB];
    if (action.collection !== collection || action.key !== key || to === undefined) return false;
    return to === null || changedFields(from, to).some((name) => fields.includes(name));
  });

const unnamed: Waits = { conflict: null, resting: null };

/** What is decided already is no reason to wait. */
const otherThan = (own: number | undefined, conflict: number | null): number | null =>
  conflict === own ? null : conflict;
