import type { Base } from '../plan/base.ts';
import { dateValue } from '../port/bson-value.ts';
import { FIELD_ORDER } from '../port/connector.ts';
import { withSoundOrder } from '../port/field-order.ts';
import { changedFields, fieldOf, sameState, withFields, type State } from '../port/record.ts';
import type { Key } from '../port/key-codec.ts';
import { CHANGED_AT, type SideName } from '../settings.ts';
import type { ActionNote, KeyRef, NewAction, Origin } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import type { AppError } from '../../../shared/contract/errors.ts';
import type { HoldAnswer, Strategy } from '../../../shared/model/words.ts';
import type { PairContext, Pass } from '../run/context.ts';

/** No generation: the values were read before the key was last touched, so nothing may be cleared by it (L5). */
export const UNREAD = 0;

/** Two states, and the one both shall have: an action that a person (or an answer) decided. */
export interface Decided {
  readonly collection: string;
  readonly key: Key;
  readonly base: Base | null;
  readonly a: State;
  readonly b: State;
  readonly agreed: State;
  /** Write this side only: the other side's state was not shown to the person. It follows as any edit does. */
  readonly only?: SideName;
  readonly note: ActionNote;
}

/**
 * Of the two sides that are to be written, the one more likely to refuse: what it does not take is not written on the other.
 * An insert brings all values of the record, an update some; of two updates it is the one that brings more.
 */
export function askFirst(
  { constraints }: PairContext,
  { collection, a, b, toA, toB, origin }: AboutBoth,
): Pick<ActionNote, 'askFirst'> {
  if (toA === undefined || toB === undefined) return {};
  const puts = (from: State, to: State): number =>
    origin === 'resolve'
      ? changedFields(from, to).filter((name) => (fieldOf(to, name) ?? null) !== null && name !== FIELD_ORDER).length
      : 0;
  const risk = (side: SideName, from: State, to: State): number =>
    to === null
      ? 0
      : (constraints.guarded[side].has(collection) ? 6 : 3) + (puts(from, to) > 0 ? 2 : 0) + (from === null ? 1 : 0);
  const [ofA, ofB] = [risk('A', a, toA), risk('B', b, toB)];
  return { askFirst: ofB > ofA || (ofB === ofA && puts(b, toB) > puts(a, toA)) ? 'B' : 'A' };
}
type AboutBoth = Pick<NewAction, 'collection' | 'a' | 'b' | 'toA' | 'toB' | 'origin'>;

function ordered({ settings }: PairContext, { collection, agreed }: Pick<Decided, 'collection' | 'agreed'>): State {
  const rules = settings.collections.find(({ name, anyField }) => name === collection && anyField);
  return agreed && rules ? withSoundOrder(agreed, rules.key) : agreed;
}

/** The action that brings both sides to the decided state. It expects exactly the states that were shown (L7). */
export function actionFor(ctx: PairContext, decided: Decided, origin: Origin): NewAction {
  const { only, ...given } = decided;
  const rest = origin === 'resolve' ? { ...given, agreed: ordered(ctx, given) } : given;
  const { a, b, agreed } = rest;
  const toA = only === 'B' || sameState(a, agreed) ? undefined : agreed;
  const toB = only === 'A' || sameState(b, agreed) ? undefined : agreed;
  return {
    ...rest,
    origin,
    toA,
    toB,
    gen: UNREAD,
    constrained: true,
    level: ctx.constraints.ranks.levelOf(decided.collection, [
      [a, toA],
      [b, toB],
    ]),
  };
}

/**
 * Under stamps a record that a decision changes tells so itself: the time of the decision, one for both sides. One that
 * is only copied as it stands was not changed, and one that is deleted tells nothing.
 */
export function timedDecision({ settings, ports }: Pass, decided: Decided): Decided {
  const { a, b, agreed, only, collection } = decided;
  const isDocument = settings.collections.some(({ name, omit }) => name === collection && omit !== undefined);
  if (!settings.stamp || !isDocument || agreed === null) return decided;
  const differs = (side: SideName, state: State): boolean =>
    only !== undefined ? only === side && !sameState(state, agreed) : state !== null && !sameState(state, agreed);
  if (!(a === null && b === null) && !differs('A', a) && !differs('B', b)) return decided;
  return { ...decided, agreed: withFields(agreed, new Map([[CHANGED_AT, dateValue(ports.clock.now())]])) };
}

/** What a resolution means for the records it touches, or why it cannot be done. */
export type Outcome = { readonly decided: readonly Decided[]; readonly text: string } | Refused;

export interface Refused {
  readonly refused: string;
  readonly code: AppError['code'];
}

export async function currentBase(
  pass: Pass,
  { collection, key }: Pick<ItemRow, 'collection' | 'key'>,
): Promise<Decided['base']> {
  return (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
}

export const offer = (answers: readonly (Strategy | HoldAnswer)[]): string =>
  answers.length === 0 ? '' : `Possible here: ${answers.join(', ')}.`;

/** L7: a decision expects exactly the values shown, also on the side that it does not write. */
export async function movedSince(pass: Pass, { collection, key, a, b }: ItemRow): Promise<boolean> {
  const now = await statesOf(pass, { collection, key });
  if (sameState(now.A, a) && sameState(now.B, b)) return false;
  await pass.store.commit(pass.id, { touch: [{ collection, key }] });
  return true;
}

/** The record as it stands on each side now. */
export async function statesOf(pass: Pass, { collection, key }: KeyRef): Promise<Record<SideName, State>> {
  const read = async (side: SideName): Promise<State> =>
    (await pass.sides[side].read(collection, [key])).get(key) ?? null;
  return { A: await read('A'), B: await read('B') };
}

/** The record as it stands on both sides, with its base; nothing of it is written. */
export async function asItStands(
  pass: Pass,
  { collection, key }: KeyRef,
): Promise<Pick<NewAction, 'collection' | 'key' | 'base' | 'a' | 'b'>> {
  const { A: a, B: b } = await statesOf(pass, { collection, key });
  return { collection, key, base: await currentBase(pass, { collection, key }), a, b };
}
