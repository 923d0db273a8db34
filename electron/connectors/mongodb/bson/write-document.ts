import { bsonType } from '../../../engine/port/bson-type.ts';
import { BsonValue, type Value } from '../../../engine/port/value.ts';

const SUBTYPE_GENERIC = 0;
const CANONICAL_NAN = 0x7ff8000000000000n;

/** What most documents fit into is kept from one to the next. */
const kept = Buffer.allocUnsafe(256 * 1024);
const keptNumbers = numbersOf(kept);
let scratch = kept;
let numbers = keptNumbers;

/** Numbers of a buffer; its own methods for 64-bit integers go through them byte by byte. */
function numbersOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The bytes of a name as they stand in a document: with the zero that ends it. */
export const headOf = (name: string): Buffer => Buffer.from(`${name}\0`, 'utf8');

/**
 * The document with the values at `places` of `values` in this order, each under its head: the bytes that `documentOf`
 * makes of the elements of these values, without them.
 */
export function writeDocument(values: readonly Value[], places: readonly number[], heads: readonly Buffer[]): Buffer {
  let bound = 5;
  for (let i = 0; i < places.length; i++)
    bound += 1 + (heads[i] as Buffer).length + mostBytes(values[places[i] as number] as Value);
  scratch = bound > kept.length ? Buffer.allocUnsafe(bound) : kept;
  numbers = scratch === kept ? keptNumbers : numbersOf(scratch);
  let at = 4;
  for (let i = 0; i < places.length; i++) at = writeField(at, heads[i] as Buffer, values[places[i] as number] as Value);
  scratch[at++] = 0;
  numbers.setInt32(0, at, true);
  const document = Buffer.from(scratch.subarray(0, at));
  scratch = kept;
  return document;
}

/** Of longer texts it is counted how many bytes they have. */
const LONG = 1024;

function mostBytes(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return 5 + (value.length > LONG ? Buffer.byteLength(value) : value.length * 3);
  if (typeof value !== 'object') return 8;
  return value instanceof BsonValue ? value.bytes.length : 5 + value.length;
}

function writeField(start: number, head: Buffer, value: Value): number {
  scratch[start] = typeOf(value);
  const at = put(start + 1, head);
  if (value === null) return at;
  switch (typeof value) {
    case 'bigint':
      numbers.setBigInt64(at, value, true);
      return at + 8;
    case 'number':
      if (Number.isNaN(value)) numbers.setBigUint64(at, CANONICAL_NAN, true);
      else numbers.setFloat64(at, value, true);
      return at + 8;
    case 'string': {
      const length = scratch.write(value, at + 4, 'utf8');
      numbers.setInt32(at, length + 1, true);
      scratch[at + 4 + length] = 0;
      return at + 5 + length;
    }
    default:
      if (value instanceof BsonValue) return put(at, value.bytes);
      numbers.setInt32(at, value.length, true);
      scratch[at + 4] = SUBTYPE_GENERIC;
      return put(at + 5, value);
  }
}

/** A few bytes are there sooner one by one. */
const FEW = 16;

function put(at: number, bytes: Uint8Array): number {
  const { length } = bytes;
  if (length > FEW) scratch.set(bytes, at);
  else for (let i = 0; i < length; i++) scratch[at + i] = bytes[i] as number;
  return at + length;
}

function typeOf(value: Value): number {
  if (value === null) return bsonType.null;
  switch (typeof value) {
    case 'bigint':
      return bsonType.int64;
    case 'number':
      return bsonType.double;
    case 'string':
      return bsonType.string;
    default:
      return value instanceof BsonValue ? value.type : bsonType.binary;
  }
}
