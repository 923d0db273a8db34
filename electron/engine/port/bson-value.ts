import { bsonType } from './bson-type.ts';
import { BsonValue, type Value } from './value.ts';

/** One element of a BSON document without its name. */
export interface BsonElement {
  readonly type: number;
  /** The bytes after the element's name. */
  readonly bytes: Buffer;
}

const SUBTYPE_GENERIC = 0;
const CANONICAL_NAN = 0x7ff8000000000000n;

/**
 * The value of an element: text, 64-bit integers, doubles, generic bytes and null in the classes that all kinds of
 * sides share, everything else as the bytes it is. What would lose a bit in its class stays bytes, too.
 */
export const valueOfElement = ({ type, bytes }: BsonElement): Value => valueAt(type, bytes, 0, bytes.length);

/** The same of an element whose bytes stand in `document` between these places. */
export function valueAt(type: number, document: Buffer, from: number, to: number): Value {
  switch (type) {
    case bsonType.null:
      return null;
    case bsonType.int64:
      return document.readBigInt64LE(from);
    case bsonType.double: {
      const value = document.readDoubleLE(from);
      return Number.isNaN(value) && document.readBigUInt64LE(from) !== CANONICAL_NAN
        ? exact(type, document, from, to)
        : value;
    }
    case bsonType.string: {
      const text = document.toString('utf8', from + 4, to - 1);
      // What is no text comes out with this sign in the place of what was wrong.
      const isText = !text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(document.subarray(from + 4, to - 1));
      return isText ? text : exact(type, document, from, to);
    }
    case bsonType.binary:
      return document[from + 4] === SUBTYPE_GENERIC ? copied(document, from + 5, to) : exact(type, document, from, to);
    case bsonType.boolean:
      return (document[from] === 1 ? yes : document[from] === 0 ? no : null) ?? exact(type, document, from, to);
    default:
      return exact(type, document, from, to);
  }
}

const yes = new BsonValue(bsonType.boolean, Uint8Array.of(1));
const no = new BsonValue(bsonType.boolean, Uint8Array.of(0));

const exact = (type: number, document: Buffer, from: number, to: number): BsonValue =>
  new BsonValue(type, copied(document, from, to));

/** A few bytes are there sooner one by one. */
const FEW = 16;

function copied(document: Buffer, from: number, to: number): Uint8Array {
  const length = to - from;
  if (length > FEW) return new Uint8Array(document.subarray(from, to));
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = document[from + i] as number;
  return bytes;
}

/** The element that `valueOfElement` makes the value of. */
export function elementOfValue(value: Value): BsonElement {
  if (value === null) return { type: bsonType.null, bytes: Buffer.alloc(0) };
  switch (typeof value) {
    case 'bigint': {
      const bytes = Buffer.allocUnsafe(8);
      bytes.writeBigInt64LE(value);
      return { type: bsonType.int64, bytes };
    }
    case 'number': {
      const bytes = Buffer.allocUnsafe(8);
      if (Number.isNaN(value)) bytes.writeBigUInt64LE(CANONICAL_NAN);
      else bytes.writeDoubleLE(value);
      return { type: bsonType.double, bytes };
    }
    case 'string': {
      const length = Buffer.byteLength(value);
      const bytes = Buffer.alloc(4 + length + 1);
      bytes.writeInt32LE(length + 1);
      bytes.write(value, 4, 'utf8');
      return { type: bsonType.string, bytes };
    }
    default:
      if (value instanceof BsonValue) return { type: value.type, bytes: Buffer.from(value.bytes) };
      return { type: bsonType.binary, bytes: genericBinary(value) };
  }
}

/** A date; `ms` since 1970. */
export function dateValue(ms: number): BsonValue {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(BigInt(ms));
  return new BsonValue(bsonType.date, Uint8Array.from(bytes));
}

/** Milliseconds since 1970; `undefined` if it is no date. */
export function timeOfDate(value: Value | undefined): bigint | undefined {
  if (!(value instanceof BsonValue) || value.type !== bsonType.date) return undefined;
  return Buffer.from(value.bytes).readBigInt64LE(0);
}

function genericBinary(content: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(5 + content.length);
  bytes.writeInt32LE(content.length);
  bytes[4] = SUBTYPE_GENERIC;
  bytes.set(content, 5);
  return bytes;
}
