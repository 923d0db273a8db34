import type { Value } from './value.ts';

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
      return `${RANK.blob}${escapeEnd(Buffer.from(value).toString('latin1'))}`;
  }
}

/** Text as its collation compares it: NOCASE folds the 26 ASCII letters only, RTRIM drops spaces at the end. */
export function foldText(text: string, collation: Collation): string {
  switch (collation) {
    case 'nocase':
      return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
    case 'rtrim':
      return text.replace(/ +$/, '');
    default:
      return text;
  }
}

/** A zero byte inside becomes 00 FF and the end is 00 00, so that no part can run into the next. */
const escapeEnd = (bytes: string): string => `${bytes.includes('\0') ? bytes.replaceAll('\0', '\0\xff') : bytes}\0\0`;

const cell = Buffer.alloc(8);

function orderedDouble(value: number): string {
  cell.writeDoubleBE(value === 0 ? 0 : value);
  if (cell[0] as number & 0x80) for (let i = 0; i < 8; i++) cell[i] = ~(cell[i] as number);
  else cell[0] = (cell[0] as number) | 0x80;
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
