import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { elementOfValue, type BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import type { Value } from '../../../engine/port/value.ts';
import { elementsOf, UnreadableBson, type NamedElement } from './walk.ts';

/** A document for the driver: a Map, for an object would put names that look like numbers first. */
export type DriverDocument = Map<string, unknown>;

/** The bytes can be read and not be written again by the driver. */
export class UnwritableBson extends Error {}

/** The driver's form of one value. */
export function driverValue({ type, bytes }: BsonElement): unknown {
  switch (type) {
    case bsonType.double:
      return new Double(bytes.readDoubleLE(0));
    case bsonType.string:
      return textIn(bytes);
    case bsonType.object:
      return nested(bytes);
    case bsonType.array:
      return listIn(bytes);
    case bsonType.binary:
      return binaryIn(bytes);
    case bsonType.objectId:
      return new ObjectId(Uint8Array.from(bytes));
    case bsonType.boolean:
      return bytes[0] === 1;
    case bsonType.date:
      return dateIn(bytes);
    case bsonType.null:
      return null;
    case bsonType.int32:
      return new Int32(bytes.readInt32LE(0));
    case bsonType.int64:
      return new Long(bytes.readInt32LE(0), bytes.readInt32LE(4));
    case bsonType.timestamp:
      return new Timestamp(bytes.readBigUInt64LE(0));
    case bsonType.decimal:
      return new Decimal128(Uint8Array.from(bytes));
    case bsonType.minKey:
      return new MinKey();
    case bsonType.maxKey:
      return new MaxKey();
    default:
      return rareValue(type, bytes);
  }
}

function rareValue(type: number, bytes: Buffer): unknown {
  switch (type) {
    case bsonType.regex: {
      const middle = bytes.indexOf(0);
      return new BSONRegExp(bytes.toString('utf8', 0, middle), bytes.toString('utf8', middle + 1, bytes.length - 1));
    }
    case bsonType.code:
      return new Code(textIn(bytes));
    case bsonType.symbol:
      return new BSONSymbol(textIn(bytes));
    case bsonType.scopedCode: {
      const length = bytes.readInt32LE(4);
      return new Code(textIn(bytes.subarray(4, 8 + length)), nested(bytes.subarray(8 + length)));
    }
    case bsonType.undefined:
      throw new UnwritableBson('it holds a value of the old type "undefined", which is only read today');
    case bsonType.pointer:
      throw new UnwritableBson('it holds a value of the old type "DBPointer", which is only read today');
    default:
      throw new UnwritableBson(`it holds a value of the unknown type ${type}`);
  }
}

function textIn(bytes: Buffer): string {
  const text = bytes.toString('utf8', 4, bytes.length - 1);
  if (text.includes('\ufffd') && !Buffer.from(text, 'utf8').equals(bytes.subarray(4, bytes.length - 1)))
    throw new UnwritableBson('it holds a text that is not valid UTF-8');
  return text;
}

function nested(bytes: Buffer): DriverDocument {
  const elements = readable(bytes);
  const document: DriverDocument = new Map(elements.map((element) => [element.name, driverValue(element)]));
  if (document.size < elements.length) throw new UnwritableBson('two of its inner fields have one name');
  return document;
}

function listIn(bytes: Buffer): unknown[] {
  const elements = readable(bytes);
  if (elements.some(({ name }, at) => name !== String(at)))
    throw new UnwritableBson('it holds a list whose places are not numbered from 0 on');
  return elements.map(driverValue);
}

function readable(bytes: Buffer): NamedElement[] {
  try {
    return elementsOf(bytes);
  } catch (error) {
    throw error instanceof UnreadableBson ? new UnwritableBson(error.message) : error;
  }
}

const OLD_BINARY = 2;

function binaryIn(bytes: Buffer): Binary {
  const subtype = bytes.readUInt8(4);
  return new Binary(Uint8Array.from(bytes.subarray(subtype === OLD_BINARY ? 9 : 5)), subtype);
}

const LAST_DATE = 8_640_000_000_000_000n;

function dateIn(bytes: Buffer): Date {
  const time = bytes.readBigInt64LE(0);
  if (time > LAST_DATE || time < -LAST_DATE)
    throw new UnwritableBson('it holds a date beyond the year 275760, which the driver cannot send');
  return new Date(Number(time));
}

/** Why no element can hold `value`; '' if one can. */
export function cannotHold(value: Value): string {
  if (typeof value === 'bigint' && value !== BigInt.asIntN(64, value)) return 'the number needs more than 64 bits';
  if (typeof value === 'string' && !value.isWellFormed()) return 'the text holds half a character';
  return '';
}

/** The driver's form of a value, where it has one: no server can be asked for another. */
export function askable(element: BsonElement): unknown {
  try {
    return driverValue(element);
  } catch (error) {
    if (error instanceof UnwritableBson) return undefined;
    throw error;
  }
}

/** `value` for a filter. */
export const driverValueOf = (value: Value): unknown => driverValue(elementOfValue(value));

/** A text, a number or a boolean from a reply; anything else is `undefined`. */
export function plainOf(element: BsonElement | undefined): string | number | boolean | undefined {
  switch (element?.type) {
    case bsonType.string:
      return textIn(element.bytes);
    case bsonType.double:
      return element.bytes.readDoubleLE(0);
    case bsonType.int32:
      return element.bytes.readInt32LE(0);
    case bsonType.int64:
      return Number(element.bytes.readBigInt64LE(0));
    case bsonType.boolean:
      return element.bytes[0] === 1;
    default:
      return undefined;
  }
}

/** A type as the operator `$type` names it. */
export const typeName = (type: number): string => typeNames[type] ?? 'missing';

const typeNames: Readonly<Record<number, string>> = {
  [bsonType.double]: 'double',
  [bsonType.string]: 'string',
  [bsonType.object]: 'object',
  [bsonType.array]: 'array',
  [bsonType.binary]: 'binData',
  [bsonType.undefined]: 'undefined',
  [bsonType.objectId]: 'objectId',
  [bsonType.boolean]: 'bool',
  [bsonType.date]: 'date',
  [bsonType.null]: 'null',
  [bsonType.regex]: 'regex',
  [bsonType.pointer]: 'dbPointer',
  [bsonType.code]: 'javascript',
  [bsonType.symbol]: 'symbol',
  [bsonType.scopedCode]: 'javascriptWithScope',
  [bsonType.int32]: 'int',
  [bsonType.timestamp]: 'timestamp',
  [bsonType.int64]: 'long',
  [bsonType.decimal]: 'decimal',
  [bsonType.minKey]: 'minKey',
  [bsonType.maxKey]: 'maxKey',
};
