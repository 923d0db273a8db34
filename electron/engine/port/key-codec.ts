import { bsonTypeOf, decodeBsonPart, encodeBsonPart, int32Of, wholeDecimalOf } from './bson-key.ts';
import { bsonType } from './bson-type.ts';
import { BsonValue, type Value } from './value.ts';

/**
 * The key of a record as order-preserving bytes, one byte per character (latin1), so that `<` on strings is the
 * order of the bytes and a key can be used in a Map. Two values that the side holds to be the same key have the
 * same bytes: numbers are unified (`1` and `1.0`), text is folded by its collation.
 */
export type Key = string & { readonly __brand: 'Key' };

export type Collation = 'binary' | 'nocase' | 'rtrim';

/** First character of every key; a change of the format needs a new number and a migration of every state file. */
const FORMAT = '\x01';
const RANK = { null: '\x05', number: '\x10', text: '\x20', blob: '\x30' } as const;

/** The key made of `values`, one collation each. Longer tuples sort by their parts from left to right. */
export function encodeKey(values: readonly Value[], collations: readonly Collation[]): Key {
  let key = FORMAT;
  for (let i = 0; i < values.length; i++) key += encodePart(values[i] as Value, collations[i] ?? 'binary');
  return key as Key;
}

function encodePart(value: Value, collation: Collation): string {
  if (value === null) return RANK.null;
  switch (typeof value) {
    case 'bigint':
      return RANK.number + encodeInteger(value);
    case 'number':
      return RANK.number + encodeDouble(value);
    case 'string':
      return `${RANK.text}${escapeEnd(Buffer.from(foldText(value, collation), 'utf8').toString('latin1'))}`;
    default:
      if (value instanceof BsonValue) return encodeBson(value);
      return `${RANK.blob}${escapeEnd(Buffer.from(value).toString('latin1'))}`;
  }
}

/** A 32-bit integer and a whole decimal number are the number they are; every other type has its place in the order of types. */
function encodeBson(value: BsonValue): string {
  if (value.type === bsonType.int32) return RANK.number + encodeInteger(BigInt(int32Of(value)));
  const whole = wholeDecimalOf(value);
  if (whole !== undefined) return RANK.number + encodeInteger(whole);
  const { rank, bytes } = encodeBsonPart(value);
  return rank + escapeEnd(bytes.toString('latin1'));
}

/**
 * Text as its collation compares it. NOCASE folds the 26 ASCII letters only and, as SQLite does it, looks at nothing
 * after a zero character but the number of bytes; RTRIM drops spaces at the end.
 */
export function foldText(text: string, collation: Collation): string {
  switch (collation) {
    case 'nocase': {
      const zero = text.indexOf('\0');
      const head = (zero < 0 ? text : text.slice(0, zero)).replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
      return zero < 0 ? head : head + '\0'.repeat(Buffer.byteLength(text.slice(zero)));
    }
    case 'rtrim':
      return text.replace(/ +$/, '');
    default:
      return text;
  }
}

/** A zero byte inside becomes 00 FF and the end is 00 00, so that no part can run into the next. */
const escapeEnd = (bytes: string): string => `${bytes.includes('\0') ? bytes.replaceAll('\0', '\0\xff') : bytes}\0\0`;

const cell = Buffer.alloc(8);

/** NaN has many bit patterns; one of them stands for all, after every other number. */
const NAN_BITS = 0x7ff8000000000000n;

function orderedDouble(value: number): string {
  cell.writeDoubleBE(value === 0 ? 0 : value);
  if (Number.isNaN(value)) cell.writeBigUInt64BE(NAN_BITS);
  const first = cell[0] as number;
  if (first < 0x80) cell[0] = first | 0x80;
  else for (let i = 0; i < 8; i++) cell[i] = ~(cell[i] as number);
  return cell.toString('latin1');
}

/**
 * A number is its nearest double and, for integers beyond 2^53, the distance to it; so integers and doubles share
 * one order and `1` and `1.0` are one key.
 */
function encodeDouble(value: number): string {
  return orderedDouble(value) + DISTANCE_ZERO;
}

function encodeInteger(value: bigint): string {
  const near = Number(value);
  if (Number.isSafeInteger(near)) return orderedDouble(near) + DISTANCE_ZERO;
  const distance = near >= 9223372036854775808 ? value - 9223372036854775808n : value - BigInt(near);
  return orderedDouble(near) + (distance === 0n ? DISTANCE_ZERO : encodeDistance(Number(distance)));
}

const DISTANCE_ZERO = '\x80\x00';

/** At most 512 either way: half the spacing of doubles below 2^63. */
function encodeDistance(distance: number): string {
  const shifted = distance + 0x8000;
  return String.fromCharCode(shifted >> 8, shifted & 0xff);
}

export const keyBytes = (key: Key): Buffer => Buffer.from(key, 'latin1');
export const keyFromBytes = (bytes: Buffer): Key => bytes.toString('latin1') as Key;
/** As text, where bytes cannot go (JSON). */
export const keyHex = (key: Key): string => keyBytes(key).toString('hex');
export const keyFromHex = (hex: string): Key => keyFromBytes(Buffer.from(hex, 'hex'));

/**
 * The values a key was made of, as far as the bytes still know them: text comes back folded, and a number as an
 * integer where it is integral and fits 64 bits. The side's own equality finds the record by them all the same.
 */
export function decodeKey(key: Key): Value[] {
  if (key[0] !== FORMAT) throw new Error(`Unknown key format ${key.charCodeAt(0)}`);
  const values: Value[] = [];
  for (let at = 1; at < key.length;) at = decodePart(key, at, values);
  return values;
}

/** Reads the part that starts at `at`; returns where the next one starts. */
function decodePart(key: string, at: number, into: Value[]): number {
  switch (key[at]) {
    case RANK.null:
      into.push(null);
      return at + 1;
    case RANK.number:
      into.push(decodeNumber(Buffer.from(key.slice(at + 1, at + 11), 'latin1')));
      return at + 11;
    default: {
      const end = endOfPart(key, at + 1);
      into.push(decodeBytes(key, at, Buffer.from(key.slice(at + 1, end).replaceAll('\0\xff', '\0'), 'latin1')));
      return end + 2;
    }
  }
}

function decodeBytes(key: string, at: number, bytes: Buffer): Value {
  if (key[at] === RANK.text) return bytes.toString('utf8');
  if (key[at] === RANK.blob) return Uint8Array.from(bytes);
  const type = bsonTypeOf(key.charCodeAt(at));
  if (type === undefined) throw new Error(`Unknown rank ${key.charCodeAt(at)} in a key`);
  return decodeBsonPart(type, bytes);
}

/** Where 00 00 stands: a zero byte of the content is always followed by FF. */
function endOfPart(key: string, from: number): number {
  let at = key.indexOf('\0', from);
  while (at >= 0 && key[at + 1] === '\xff') at = key.indexOf('\0', at + 2);
  if (at < 0) throw new Error('A key ends in the middle of a part');
  return at;
}

function decodeNumber(bytes: Buffer): bigint | number {
  const distance = BigInt(bytes.readUInt16BE(8) - 0x8000);
  if ((bytes[0] as number) & 0x80) bytes[0] = (bytes[0] as number) & 0x7f;
  else for (let i = 0; i < 8; i++) bytes[i] = ~(bytes[i] as number);
  const near = bytes.readDoubleBE(0);
  if (!Number.isInteger(near)) return near;
  const whole = BigInt(near) + distance;
  return whole === BigInt.asIntN(64, whole) ? whole : near;
}
