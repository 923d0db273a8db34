import { bsonType } from './bson-key.ts';
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
export function valueOfElement({ type, bytes }: BsonElement): Value {
  switch (type) {
    case bsonType.null:
      return null;
    case bsonType.int64:
      return bytes.readBigInt64LE(0);
    case bsonType.double: {
      const value = bytes.readDoubleLE(0);
      return Number.isNaN(value) && bytes.readBigUInt64LE(0) !== CANONICAL_NAN ? exact(type, bytes) : value;
    }
    case bsonType.string: {
      const content = bytes.subarray(4, bytes.length - 1);
      const text = content.toString('utf8');
      // What is no text comes out with this sign in the place of what was wrong.
      return !text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(content) ? text : exact(type, bytes);
    }
    case bsonType.binary:
      return bytes[4] === SUBTYPE_GENERIC ? new Uint8Array(bytes.subarray(5)) : exact(type, bytes);
    default:
      return exact(type, bytes);
  }
}

const exact = (type: number, bytes: Buffer): BsonValue => new BsonValue(type, new Uint8Array(bytes));

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
