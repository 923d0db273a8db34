import { valueOfElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import { FIELD_ORDER } from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { fieldOf, type RecordImage, withFields } from '../../../engine/port/record.ts';
import { BsonValue, type Value } from '../../../engine/port/value.ts';
import type { BoundCollection } from '../bound-collection.ts';
import { cannotHold, UnwritableBson } from '../bson/build.ts';
import { isPlain, oddIn } from '../bson/odd.ts';
import type { NamedElement } from '../bson/walk.ts';
import { keyOfIdValue } from '../id-key.ts';
import { type Prepared, rejected } from './step.ts';

export const unmapped = (name: string): Prepared =>
  rejected('other', `the pair maps no field ${JSON.stringify(name)}`, name);

/** Why no document can be made of the record, or not under this key. */
export function refusedRecord(bound: BoundCollection, record: RecordImage, key: Key): Prepared | undefined {
  for (let i = 0; i < record.names.length; i++) {
    const why = cannotHold(record.values[i] as Value);
    if (why !== '') return rejected('type', why, record.names[i]);
  }
  const id = fieldOf(record, bound.keyName);
  if (id === undefined) return rejected('other', 'it has no _id', bound.keyName);
  const found = keyOfIdValue(id);
  if (found.why !== undefined) return rejected('type', found.why, bound.keyName);
  if (found.key === key) return undefined;
  return rejected('other', 'the record has another key than the one it is written under', bound.keyName);
}

/** What no driver sends in these fields; '' if nothing. Fails where the server would not keep them. */
export function oddOf({ names, values }: RecordImage): string {
  let odd = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value instanceof BsonValue)) continue;
    if (value.type === bsonType.timestamp && value.bytes.every((byte) => byte === 0))
      throw new UnwritableBson(
        `the server puts the time in the place of the empty timestamp in ${JSON.stringify(names[i])}`,
      );
    if (odd === '' && !isPlain(value.type)) odd = oddIn({ type: value.type, bytes: Buffer.from(value.bytes) });
  }
  return odd;
}

/** The same of what stands in a document. */
export const oddAmong = (elements: readonly NamedElement[]): string =>
  oddOf({ names: elements.map(({ name }) => name), values: elements.map(valueOfElement) });

/** The record as it is read again, where its order of fields is not told as it is read. */
export function otherOrder(bound: BoundCollection, record: RecordImage, read: string): RecordImage | null {
  if (!bound.anyField) return null;
  const order = read || undefined;
  return fieldOf(record, FIELD_ORDER) === order ? null : withFields(record, new Map([[FIELD_ORDER, order]]));
}
