import { uuidText } from '../../../shared/lib/uuid-text.ts';
import { bsonType } from './bson-type.ts';

/**
 * A value by the type and the bytes of its element, for messages: numbers, dates, ids and UUIDs as lists of conflicts show
 * them, anything else as its type and bytes.
 */
export function bsonText(type: number, bytes: Uint8Array): string {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return textOf.get(type)?.(data) ?? `BSON ${type} ${data.toString('hex')}`;
}

/** Bytes of subtype 4 after their length; other bytes have no short form. */
const binaryText = (data: Buffer): string | undefined =>
  data.length === 21 && data[4] === 4 ? uuidText(data.subarray(5)) : undefined;

const textOf = new Map<number, (data: Buffer) => string | undefined>([
  [bsonType.double, (data) => String(data.readDoubleLE())],
  [bsonType.binary, binaryText],
  [bsonType.undefined, () => 'undefined'],
  [bsonType.objectId, (data) => `ObjectId(${data.toString('hex')})`],
  [bsonType.boolean, (data) => String(data[0] === 1)],
  [bsonType.date, dateText],
  [bsonType.int32, (data) => String(data.readInt32LE())],
  [bsonType.int64, (data) => String(data.readBigInt64LE())],
  [bsonType.decimal, decimalText],
]);

/** A date beyond what JavaScript knows is left to its bytes. */
function dateText(data: Buffer): string | undefined {
  const date = new Date(Number(data.readBigInt64LE()));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

const EXPONENT_BIAS = 6176;
/** From here on the forms of the standard differ: infinity, NaN, and coefficients that count as 0. */
const LAST_PLAIN = 0b11n;

/** As the standard writes it (IEEE 754-2008 decimal128, binary integer significand): plain where the exponent is small. */
function decimalText(data: Buffer): string | undefined {
  const [low, high] = [data.readBigUInt64LE(0), data.readBigUInt64LE(8)];
  if (((high >> 61n) & LAST_PLAIN) === LAST_PLAIN) return undefined;
  const digits = String(((high & ((1n << 49n) - 1n)) << 64n) | low);
  const exponent = Number((high >> 49n) & 0x3fffn) - EXPONENT_BIAS;
  return `${high >> 63n === 1n ? '-' : ''}${withExponent(digits, exponent)}`;
}

function withExponent(digits: string, exponent: number): string {
  const point = digits.length + exponent;
  if (exponent > 0 || point <= -6) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits[0] ?? ''}${rest}E${point > 0 ? '+' : ''}${point - 1}`;
  }
  if (exponent === 0) return digits;
  return point > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : `0.${'0'.repeat(-point)}${digits}`;
}
