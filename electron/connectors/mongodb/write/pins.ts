import type { BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import type { Carried } from '../bound-collection.ts';
import { typeName } from '../bson/build.ts';
import { apply, bool, int32, listOf, literal, named, objectOf, text } from '../bson/statement.ts';
import type { NamedElement } from '../bson/walk.ts';

/** Conditions of a filter under which a document is still the one that was read. */
export interface Pins {
  /** Conditions on fields, which a server judges for the one document it has found by its `_id`. */
  readonly match: readonly NamedElement[];
  /** What only an expression can say. `$eq` holds 1 and 1.0 to be one value, so types and sizes are compared as well. */
  readonly expressions: readonly BsonElement[];
}

/** All of the document. */
export function pinsOfDocument({ raw, elements }: Carried): Pins {
  const typed = elements.filter(({ type, name }) => numbers.has(type) && isPlainName(name));
  const root = text('$$ROOT');
  const expressions = [
    equal(root, literal({ type: bsonType.object, bytes: raw })),
    equal(apply('$bsonSize', root), int32(raw.length)),
    ...typed.map(({ name, type }) => equal(typeAt(`$${name}`), text(typeName(type)))),
  ];
  return { match: [], expressions };
}

/** The fields `names`; one that is not among `before` was missing. */
export function pinsOfFields(names: readonly string[], before: ReadonlyMap<string, BsonElement>): Pins {
  const match: NamedElement[] = [];
  const expressions: BsonElement[] = [];
  for (const name of names) {
    const element = before.get(name);
    if (element === undefined) match.push(named(name, MISSING));
    else if (isExact(element)) match.push(named(name, matchOf(element)));
    else expressions.push(...expressionsOf(name, element));
  }
  return { match, expressions };
}

/** Conditions of a filter as its fields. */
export const conditionsOf = ({ match, expressions }: Pins): readonly NamedElement[] =>
  expressions.length === 0 ? match : [...match, named('$expr', apply('$and', listOf(expressions)))];

const equal = (a: BsonElement, b: BsonElement): BsonElement => apply('$eq', listOf([a, b]));
const typeAt = (path: string): BsonElement => apply('$type', text(path));

const MISSING = apply('$exists', bool(false));
/** A condition on a field is met by a list that holds such a value, too. */
const NO_LIST = named('$not', apply('$type', text('array')));

const matchOf = (element: BsonElement): BsonElement =>
  objectOf(named('$eq', element), named('$type', text(typeName(element.type))), NO_LIST);

function expressionsOf(name: string, element: BsonElement): BsonElement[] {
  const path = `$${name}`;
  return [
    equal(typeAt(path), text(typeName(element.type))),
    equal(text(path), literal(element)),
    // A document of one field with the name "v" is eight bytes longer than the value of the field.
    equal(apply('$bsonSize', apply('v', text(path))), int32(element.bytes.length + 8)),
  ];
}

/** Two values of this type that are equal to the server are the same bytes. */
function isExact({ type, bytes }: BsonElement): boolean {
  if (type === bsonType.double) return !(bytes.readDoubleLE(0) === 0 || Number.isNaN(bytes.readDoubleLE(0)));
  return !inexact.has(type);
}

const inexact: ReadonlySet<number> = new Set([
  bsonType.object,
  bsonType.array,
  bsonType.decimal,
  bsonType.scopedCode,
  // Servers refuse a condition on the one, and few were asked for the other.
  bsonType.undefined,
  bsonType.pointer,
]);

/** A name that stands for itself in an update and in a path. */
export const isPlainName = (name: string): boolean => name !== '' && !name.startsWith('$') && !name.includes('.');

const numbers: ReadonlySet<number> = new Set([bsonType.double, bsonType.int32, bsonType.int64, bsonType.decimal]);
