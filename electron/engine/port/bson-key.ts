import { bsonType } from './bson-type.ts';
import { BsonValue } from './value.ts';

/**
 * First byte of the part of a key, in the order in which MongoDB compares types ("Comparison/Sort Order"). Null, numbers
 * and text have ranks of their own in key-codec.ts: 05, 10 and 20.
 */
const rankOfType = new Map<number, number>([
  [bsonType.minKey, 0x02],
  [bsonType.undefined, 0x04],
  [bsonType.symbol, 0x21],
  [bsonType.object, 0x22],
  [bsonType.array, 0x24],
  [bsonType.binary, 0x31],
  [bsonType.objectId, 0x38],
  [bsonType.boolean, 0x40],
  [bsonType.date, 0x48],
  [bsonType.timestamp, 0x50],
  [bsonType.regex, 0x58],
  [bsonType.pointer, 0x60],
  [bsonType.code, 0x62],
  [bsonType.scopedCode, 0x64],
  [bsonType.maxKey, 0xf0],
]);
const typeOfRank = new Map([...rankOfType].map(([type, rank]) => [rank, type]));

/** The type that a rank stands for; `undefined` if it belongs to none of these. */
export const bsonTypeOf = (rank: number): number | undefined => typeOfRank.get(rank);

/** Can a value of this type stand in a key? */
export const hasRank = (type: number): boolean => type === bsonType.int32 || rankOfType.has(type);

/** A 32-bit integer in the bytes of its element. */
export const int32Of = ({ bytes }: BsonValue): number =>
  (bytes[0] as number) | ((bytes[1] as number) << 8) | ((bytes[2] as number) << 16) | ((bytes[3] as number) << 24);

/** The high half of a decimal number without an exponent: its coefficient stands in the low half. */
const WHOLE = 0x3040_0000_0000_0000n;
const MINUS = 1n << 63n;

/** The decimal number, if it is written without an exponent and is a whole one of 64 bits. */
export function wholeDecimalOf({ type, bytes }: BsonValue): bigint | undefined {
  if (type !== bsonType.decimal) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [low, high] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  if ((high | MINUS) !== (WHOLE | MINUS) || low >= MINUS) return undefined;
  return high === WHOLE ? low : -low;
}

export function decimal(value: bigint): BsonValue {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, value < 0n ? -value : value, true);
  view.setBigUint64(8, value < 0n ? WHOLE | MINUS : WHOLE, true);
  return new BsonValue(bsonType.decimal, bytes);
}

/** Rank and bytes whose order is that of the values, as far as the type has one; without the end mark of the part. */
export function encodeBsonPart({ type, bytes }: BsonValue): { readonly rank: string; readonly bytes: Buffer } {
  const rank = rankOfType.get(type);
  if (rank === undefined) throw new Error(`A BSON value of type ${type} cannot be part of a key`);
  const big = turned(type, Buffer.from(bytes));
  if (type === bsonType.date) big[0] = (big[0] as number) ^ SIGN;
  return { rank: String.fromCharCode(rank), bytes: big };
}

export function decodeBsonPart(type: number, part: Buffer): BsonValue {
  const big = Buffer.from(part);
  if (type === bsonType.date) big[0] = (big[0] as number) ^ SIGN;
  return new BsonValue(type, Uint8Array.from(turned(type, big)));
}

const SIGN = 0x80;

/** Numbers inside are little-endian in BSON and big-endian in a key; turning twice gives the same bytes again. */
function turned(type: number, bytes: Buffer): Buffer {
  switch (type) {
    case bsonType.date:
    case bsonType.timestamp:
      return bytes.reverse();
    case bsonType.binary:
      return Buffer.concat([Buffer.from(bytes.subarray(0, 4)).reverse(), bytes.subarray(4)]);
    default:
      return bytes;
  }
}
