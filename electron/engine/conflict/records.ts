import { decodeKey, keyFromHex, keyHex } from '../port/key-codec.ts';
import { BsonValue, type Value } from '../port/value.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { toWire } from '../../../shared/model/ejson.ts';
import { refName } from '../run/context.ts';
import type { KeyRef } from '../state/stored.ts';
import type { ItemExtra, ItemRow } from '../state/waiting.ts';

/** What an item notes before its decision is written; all records are of its own collection. */
export const withDecision = ({ extra }: ItemRow, run: number, records: readonly KeyRef[]): ItemExtra => ({
  ...extra,
  decidedIn: run,
  records: records.map(({ key }) => keyHex(key)),
});

/** The run that carried out the last decision on the item; `null` where it was decided before this was noted. */
export const decidedIn = ({ extra }: Pick<ItemRow, 'extra'>): number | null => extra.decidedIn ?? null;

/** The records an item is about: its own, the other one of a unique clash, and those its decision wrote besides. */
export function recordsOf({
  collection,
  key,
  kind,
  extra,
}: Pick<ItemRow, 'collection' | 'key' | 'kind' | 'extra'>): readonly KeyRef[] {
  const { otherKey, records = [] } = extra;
  const others = [...(kind !== 'unique' || otherKey === undefined ? [] : [otherKey]), ...records].map(keyFromHex);
  return unique([{ collection, key }, ...others.map((other) => ({ collection, key: other }))]);
}

/** The records, and those it waits for: what has to be looked at before the item is decided. */
export const aroundItem = (item: ItemRow): readonly KeyRef[] =>
  unique([...recordsOf(item), ...item.waits.map(({ collection, key }) => ({ collection, key }))]);

export const unique = (records: readonly KeyRef[]): readonly KeyRef[] => [
  ...new Map(records.map(({ collection, key }) => [refName({ collection, key }), { collection, key }])).values(),
];

/** A record by its name, for people: `Artist 900`. */
export const recordName = ({ collection, key }: KeyRef): string => `${collection} ${valuesText(decodeKey(key))}`;

export const valuesText = (values: readonly Value[]): string =>
  values.map((part) => displayValue(part instanceof BsonValue ? part.toString() : toWire(part), 60)).join(', ');
