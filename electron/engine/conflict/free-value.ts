import { own } from '../../../shared/lib/own.ts';
import type { Value } from '../port/value.ts';
import type { PairContext } from '../run/context.ts';
import { sideNames } from '../settings.ts';
import type { ItemRow } from '../state/waiting.ts';
import { firstFree, suggestedValue, valuesLike } from './suggest.ts';

/** So many made-up texts are tried; whole numbers are counted up until one is free. */
const ATTEMPTS = 100;

/** A value like the old one that is free on both sides; `undefined` where none can be made up. */
export async function suggestion(
  ctx: PairContext,
  collection: string,
  field: string,
  old: Value,
  promised: Promised = new Set(),
): Promise<Value | undefined> {
  const taken = (value: Value): Promise<boolean> => takenBy(ctx, collection, field, value, promised);
  const attempts = old === null || typeof old === 'string' ? ATTEMPTS : Number.POSITIVE_INFINITY;
  const candidates = valuesLike(old, () => ctx.ports.ids.random());
  const value = await firstFree(candidates, taken, attempts);
  if (value === null) return undefined;
  promised.add(promiseOf(collection, field, value));
  return value;
}

/** What was shown for the conflict, if it is still free; else another one. */
export async function suggested(
  ctx: PairContext,
  { collection, extra }: ItemRow,
  field: string,
  old: Value,
  promised: Promised,
): Promise<Value | undefined> {
  const shown = own(extra.suggestions ?? {}, field);
  const known = shown === undefined ? undefined : suggestedValue(shown, old);
  if (known === undefined || (await takenBy(ctx, collection, field, known, promised)))
    return suggestion(ctx, collection, field, old, promised);
  promised.add(promiseOf(collection, field, known));
  return known;
}

/** The same, kept with the conflict, so that every look at it and its decision show the same. */
export async function keptSuggestion(...asked: Parameters<typeof suggested>): Promise<Value | undefined> {
  const [{ store, id: pair }, { id, extra }, field] = asked;
  const value = await suggested(...asked);
  if (value === undefined || own(extra.suggestions ?? {}, field) === String(value)) return value;
  const suggestions = { ...extra.suggestions, [field]: String(value) };
  await store.commit(pair, { patchItems: [{ id, extra: { ...extra, suggestions } }] });
  return value;
}

/** Free values that earlier decisions of the same request will take. */
export type Promised = Set<string>;

export const promiseOf = (collection: string, field: string, value: Value): string =>
  JSON.stringify([collection, field, value === null ? null : String(value).toLowerCase()]);

/** Does a record of either side hold `value` already, where it may stand once? NULL is taken only where it clashes. */
export async function takenBy(
  ctx: PairContext,
  collection: string,
  field: string,
  value: Value,
  promised: Promised = new Set(),
): Promise<boolean> {
  const isPromised = promised.has(promiseOf(collection, field, value));
  if (isPromised && value !== null) return true;
  for (const side of sideNames) {
    const rule = ctx.constraints.unique[side]
      .get(collection)
      ?.find(({ fields }) => fields.length === 1 && fields[0] === field);
    if (value === null && !rule?.nullsClash) continue;
    if (isPromised) return true;
    const found = await ctx.sides[side].lookup?.find({
      collection,
      fields: [field],
      tuples: [[value]],
      limit: 1,
      ...(rule?.index ? { index: rule.index } : {}),
    });
    if ((found?.[0]?.length ?? 0) > 0) return true;
  }
  return false;
}
