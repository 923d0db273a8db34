import { isUtf8 } from 'node:buffer';
import type { BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';
import { int32At, UnreadableBson, Walk } from './walk.ts';

/**
 * What an element holds, at any depth, that no driver sends today and few servers were asked to keep; '' if nothing.
 * Fails with `UnreadableBson` where its bytes are no element of this type.
 */
export function oddIn({ type, bytes }: BsonElement): string {
  switch (type) {
    case bsonType.undefined:
      return 'a value of the old type "undefined"';
    case bsonType.pointer:
      return 'a value of the old type "DBPointer"';
    case bsonType.date:
      return isFar(bytes.readBigInt64LE(0)) ? 'a date beyond the year 275760' : '';
    case bsonType.string:
    case bsonType.code:
    case bsonType.symbol:
      return oddText(bytes);
    case bsonType.object:
      return oddDocument(bytes);
    case bsonType.array:
      return oddList(bytes);
    case bsonType.scopedCode: {
      const scope = 8 + int32At(bytes, 4);
      return oddText(bytes.subarray(4, scope)) || oddDocument(bytes.subarray(scope));
    }
    case bsonType.regex:
      return oddPattern(bytes);
    case bsonType.binary:
      return bytes[4] === OLD_BINARY && int32At(bytes, 5) !== bytes.length - 9 ? 'bytes of a wrong length' : '';
    case bsonType.boolean:
      if ((bytes[0] as number) > 1) throw new UnreadableBson('a boolean is neither true nor false');
      return '';
    default:
      return '';
  }
}

const OLD_BINARY = 2;
const LAST_DATE = 8_640_000_000_000_000n;
const isFar = (time: bigint): boolean => time > LAST_DATE || time < -LAST_DATE;

const NO_TEXT = 'a text that is not valid UTF-8';
const TWICE = 'two inner fields of one name';

function oddText(bytes: Buffer): string {
  if (bytes.length < 5 || int32At(bytes, 0) !== bytes.length - 4 || bytes.at(-1) !== 0)
    throw new UnreadableBson('a text has no end');
  return isText(bytes, 4, bytes.length - 1) ? '' : NO_TEXT;
}

/** Most texts are short and ASCII, which shows sooner than it is asked. */
function isText(bytes: Buffer, from: number, to: number): boolean {
  let at = from;
  while (at < to && (bytes[at] as number) < 0x80) at++;
  return at === to || isUtf8(bytes.subarray(at, to));
}

function oddPattern(bytes: Buffer): string {
  const options = bytes.toString('latin1', bytes.indexOf(0) + 1, bytes.length - 1);
  if (!isUtf8(bytes)) return NO_TEXT;
  return options.split('').sort().join('') === options ? '' : 'a pattern with its options in another order';
}

function oddDocument(bytes: Buffer): string {
  const names = new Set<string>();
  const walk = new Walk(bytes);
  while (walk.next()) {
    const name = bytes.toString('latin1', walk.at + 1, walk.from - 1);
    if (names.has(name)) return TWICE;
    names.add(name);
    if (!isText(bytes, walk.at + 1, walk.from - 1)) return NO_TEXT;
    const odd = isPlain(walk.type) ? '' : oddIn(walk.element());
    if (odd !== '') return odd;
  }
  return '';
}

function oddList(bytes: Buffer): string {
  const walk = new Walk(bytes);
  for (let place = 0; walk.next(); place++) {
    if (!isPlace(bytes, walk, place)) return 'a list whose places are not numbered from 0 on';
    const odd = isPlain(walk.type) ? '' : oddIn(walk.element());
    if (odd !== '') return odd;
  }
  return '';
}

const isPlace = (bytes: Buffer, { at, from }: Walk, place: number): boolean =>
  place < 10
    ? from === at + 3 && bytes[at + 1] === ZERO + place
    : bytes.toString('latin1', at + 1, from - 1) === String(place);

const ZERO = 0x30;

/** Types whose every content every driver sends. */
export const isPlain = (type: number): boolean => plain.has(type);

const plain: ReadonlySet<number> = new Set([
  bsonType.double,
  bsonType.objectId,
  bsonType.null,
  bsonType.int32,
  bsonType.int64,
  bsonType.timestamp,
  bsonType.decimal,
  bsonType.minKey,
  bsonType.maxKey,
]);
