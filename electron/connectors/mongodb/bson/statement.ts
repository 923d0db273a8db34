import { elementOfValue, type BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import { documentOf, type NamedElement } from './walk.ts';

/** The parts of statements, as the bytes they go out as: a value in them is the one that was read, whatever its type. */
export const named = (name: string, { type, bytes }: BsonElement): NamedElement => ({ name, type, bytes });

export const objectOf = (...fields: readonly NamedElement[]): BsonElement => ({
  type: bsonType.object,
  bytes: documentOf(fields),
});

export const listOf = (items: readonly BsonElement[]): BsonElement => ({
  type: bsonType.array,
  bytes: documentOf(items.map((item, at) => named(String(at), item))),
});

/** `{ operator: operand }`. */
export const apply = (operator: string, operand: BsonElement): BsonElement => objectOf(named(operator, operand));

/** As it stands, whatever it begins with. */
export const literal = (value: BsonElement): BsonElement => apply('$literal', value);

export const text = (value: string): BsonElement => elementOfValue(value);

export function int32(value: number): BsonElement {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32LE(value);
  return { type: bsonType.int32, bytes };
}

export const bool = (value: boolean): BsonElement => ({ type: bsonType.boolean, bytes: Buffer.from([value ? 1 : 0]) });
