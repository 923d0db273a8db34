import { collectionOf, type Pass } from '../run/context.ts';
import { sideNames } from '../settings.ts';
import { promiseOf, takenBy, type Promised } from './free-value.ts';

/**
 * May a record of `collection` be left without `field`, a unique value that it gives up? Not where the field is required
 * by definition, not where one record at most may be without it and one is, and not where only the side could tell.
 */
export async function mayBeEmptied(
  pass: Pass,
  collection: string,
  field: string,
  promised: Promised = new Set(),
): Promise<boolean> {
  if (
    !(await isNullable(pass, collection, field)) ||
    (await onlySideJudges(pass, collection, field)) ||
    (await takenBy(pass, collection, field, null, promised))
  )
    return false;
  promised.add(promiseOf(collection, field, null));
  return true;
}

/** No part of the key, and neither side requires it. */
export async function isNullable(pass: Pass, collection: string, field: string): Promise<boolean> {
  const settings = collectionOf(pass, collection);
  if (settings.key.includes(field)) return false;
  if (settings.anyField) return true;
  for (const side of sideNames) {
    const physical = settings.fields.find(({ name }) => name === field)?.[side];
    const schema = await pass.connectors[side].describe();
    const info = schema.collections
      .find(({ name }) => name === settings.physical[side])
      ?.fields.find(({ name }) => name === physical);
    if (!info?.nullable) return false;
  }
  return true;
}

/** An index over some documents only, among which one may be without the value: whether there is one, the side alone can say. */
async function onlySideJudges(pass: Pass, collection: string, field: string): Promise<boolean> {
  const { physical, fields } = collectionOf(pass, collection);
  for (const side of sideNames) {
    const { collections } = await pass.connectors[side].describe();
    const named = fields.find(({ name }) => name === field)?.[side] ?? field;
    const unique = collections.find(({ name }) => name === physical[side])?.unique ?? [];
    if (unique.some((index) => index.partial && index.nullsClash && index.fields.includes(named))) return true;
  }
  return false;
}
