import { Decimal128 } from 'bson';
import { elementOfValue, valueOfElement, type BsonElement } from '../../engine/port/bson-value.ts';
import { bsonType } from '../../engine/port/bson-type.ts';
import { decodeKey, encodeKey, type Key } from '../../engine/port/key-codec.ts';
import { BsonValue, type Value } from '../../engine/port/value.ts';
import { driverValueOf } from './bson/build.ts';
import { oddIn } from './bson/odd.ts';

/** The key that an `_id` makes; with `why` its record cannot take part, and the key is there if others can have it. */
export type IdKey =
  | { readonly key: Key; readonly why?: undefined }
  | { readonly key?: Key | undefined; readonly why: string };

export function keyOfId({ type, bytes }: BsonElement): IdKey {
  switch (type) {
    case bsonType.double:
      return { key: encodeKey([bytes.readDoubleLE(0)], []) };
    case bsonType.int32:
      return { key: encodeKey([bytes.readInt32LE(0)], []) };
    case bsonType.objectId:
      return { key: encodeKey([valueOfElement({ type, bytes })], []) };
    case bsonType.decimal:
      return keyOfDecimal(new Decimal128(Uint8Array.from(bytes)).toString());
    case bsonType.symbol:
      return { ...keyOfId({ type: bsonType.string, bytes }), why: 'its _id is of the old type "symbol"' };
    case bsonType.array:
    case bsonType.regex:
    case bsonType.undefined:
      return { why: 'its _id is a list, a pattern or undefined, which identifies nothing' };
    case bsonType.string: {
      const text = valueOfElement({ type, bytes });
      return typeof text === 'string'
        ? { key: encodeKey([text], []) }
        : { why: 'its _id is a text that is not valid UTF-8' };
    }
    default: {
      const key = encodeKey([valueOfElement({ type, bytes })], []);
      const odd = oddIn({ type, bytes });
      return odd === '' ? { key } : { key, why: `its _id is ${odd}, or holds it, which nobody can ask a server for` };
    }
  }
}

/** The key that a value makes as an `_id`: most have theirs without their elements. */
export function keyOfIdValue(value: Value): IdKey {
  const isPlain = !(value instanceof BsonValue) || value.type === bsonType.objectId;
  return isPlain ? { key: encodeKey([value], []) } : keyOfId(elementOfValue(value));
}

/** The server holds 1 and 1.00 to be one `_id`; keys know integers of 64 bits and doubles. */
function keyOfDecimal(text: string): IdKey {
  const number = decimalIn(text);
  const whole = number && wholeOf(number);
  if (whole !== undefined) return { key: encodeKey([whole], []) };
  const why = `its _id is the decimal number ${text}, which is no integer of 64 bits`;
  const near = Number(text);
  return number && isExactly(number, near) ? { key: encodeKey([near], []), why } : { why };
}

/** `digits` times ten to the power of `exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimalIn(text: string): Decimal | undefined {
  const parts = /^(-?\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!parts) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = parts;
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** A decimal has 34 digits: with more zeros behind or before them it is no integer of 64 bits. */
function wholeOf({ digits, exponent }: Decimal): bigint | undefined {
  if (digits === 0n) return 0n;
  if (Math.abs(exponent) > 34) return undefined;
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent < 0 && digits % scale !== 0n) return undefined;
  const value = exponent < 0 ? digits / scale : digits * scale;
  return value === BigInt.asIntN(64, value) ? value : undefined;
}

/** Is the decimal the very number that the double is? */
function isExactly({ digits, exponent }: Decimal, near: number): boolean {
  if (!Number.isFinite(near) || Math.abs(exponent) > 400) return false;
  let [mantissa, twos] = [near, 0];
  for (; !Number.isInteger(mantissa); twos++) mantissa *= 2;
  const [up, down] = exponent < 0 ? [0, -exponent] : [exponent, 0];
  return digits * 10n ** BigInt(up) * 2n ** BigInt(twos) === BigInt(mantissa) * 10n ** BigInt(down);
}

/** The `_id` for a statement. */
export const elementOfKey = (key: Key): BsonElement => elementOfValue(decodeKey(key)[0] ?? null);

/** The `_id` for a filter: the server finds the document by it, however its `_id` is written. */
export const driverIdOf = (key: Key): unknown => driverValueOf(decodeKey(key)[0] ?? null);
