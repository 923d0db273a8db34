import type { BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-key.ts';
import type { Carried } from '../bound-collection.ts';
import { driverDocument, driverValue, typeName } from '../bson/build.ts';

/** Conditions of a filter under which a document is still the one that was read. */
export interface Pins {
  /** Conditions on fields, which a server judges for the one document it has found by its `_id`. */
  readonly match: ReadonlyMap<string, unknown>;
  /** What only an expression can say. `$eq` holds 1 and 1.0 to be one value, so types and sizes are compared as well. */
  readonly expressions: readonly unknown[];
}

/** All of the document. Fails with `UnwritableBson` where the driver cannot send what was read. */
export function pinsOfDocument({ raw, elements }: Carried): Pins {
  const typed = elements.filter(({ type, name }) => numbers.has(type) && isPlainName(name));
  const expressions = [
    { $eq: ['$$ROOT', { $literal: driverDocument(elements, raw.length) }] },
    { $eq: [{ $bsonSize: '$$ROOT' }, raw.length] },
    ...typed.map(({ name, type }) => ({ $eq: [{ $type: `$${name}` }, typeName(type)] })),
  ];
  return { match: new Map(), expressions };
}

/** The fields `names`; one that is not among `before` was missing. */
export function pinsOfFields(names: readonly string[], before: ReadonlyMap<string, BsonElement>): Pins {
  const match = new Map<string, unknown>();
  const expressions: unknown[] = [];
  for (const name of names) {
    const element = before.get(name);
    if (element === undefined) match.set(name, { $exists: false });
    else if (isExact(element)) match.set(name, matchOf(element));
    else expressions.push(...expressionsOf(name, element));
  }
  return { match, expressions };
}

/** A condition on a field is met by a list that holds such a value, too. */
const matchOf = (element: BsonElement): unknown => ({
  $eq: driverValue(element),
  $type: typeName(element.type),
  $not: { $type: 'array' },
});

function expressionsOf(name: string, element: BsonElement): unknown[] {
  const path = `$${name}`;
  return [
    { $eq: [{ $type: path }, typeName(element.type)] },
    { $eq: [path, { $literal: driverValue(element) }] },
    // A document of one field with the name "v" is eight bytes longer than the value of the field.
    { $eq: [{ $bsonSize: { v: path } }, element.bytes.length + 8] },
  ];
}

/** Two values of this type that are equal to the server are the same bytes. */
function isExact({ type, bytes }: BsonElement): boolean {
  if (type === bsonType.double) return !(bytes.readDoubleLE(0) === 0 || Number.isNaN(bytes.readDoubleLE(0)));
  return !inexact.has(type);
}

const inexact: ReadonlySet<number> = new Set([bsonType.object, bsonType.array, bsonType.decimal, bsonType.scopedCode]);

/** A name that stands for itself in an update and in a path. */
export const isPlainName = (name: string): boolean => name !== '' && !name.startsWith('$') && !name.includes('.');

const numbers: ReadonlySet<number> = new Set([bsonType.double, bsonType.int32, bsonType.int64, bsonType.decimal]);
