import type { BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-key.ts';

export interface NamedElement extends BsonElement {
  readonly name: string;
}

/** Bytes that are no BSON document, or whose names are no text. */
export class UnreadableBson extends Error {}

/** The elements of a document (or array) in the order in which they are stored; their bytes are parts of `document`. */
export function elementsOf(document: Buffer): NamedElement[] {
  const elements: NamedElement[] = [];
  walk(document, (element) => {
    elements.push(element);
    return false;
  });
  return elements;
}

/** Until `isLast` says so, or to the end. */
function walk(document: Buffer, isLast: (element: NamedElement) => boolean): void {
  const end = document.length - 1;
  if (document.length < 5 || document.readInt32LE(0) !== document.length || document[end] !== 0)
    throw new UnreadableBson('its length is not the one it tells');
  for (let at = 4; at < end;) {
    const type = document.readUInt8(at);
    const nameEnd = document.indexOf(0, at + 1);
    const from = nameEnd + 1;
    const length = lengthOf(type, document, from);
    if (nameEnd < 0 || length < 0 || from + length > end) throw new UnreadableBson('it ends in the middle of a field');
    const name = nameIn(document, at + 1, nameEnd);
    if (isLast({ name, type, bytes: document.subarray(from, from + length) })) return;
    at = from + length;
  }
}

/** The first element `name`, if there is one; what stands behind it is not looked at. */
export function elementNamed(document: Buffer, name: string): NamedElement | undefined {
  let found: NamedElement | undefined;
  walk(document, (element) => {
    if (element.name === name) found = element;
    return found !== undefined;
  });
  return found;
}

function nameIn(document: Buffer, from: number, to: number): string {
  const name = document.toString('utf8', from, to);
  if (name.includes('\ufffd') && !Buffer.from(name, 'utf8').equals(document.subarray(from, to)))
    throw new UnreadableBson('the name of a field is no text');
  return name;
}

/** How many bytes follow the name of an element (bsonspec.org). */
function lengthOf(type: number, document: Buffer, at: number): number {
  switch (type) {
    case bsonType.double:
    case bsonType.date:
    case bsonType.timestamp:
    case bsonType.int64:
      return 8;
    case bsonType.string:
    case bsonType.code:
    case bsonType.symbol:
      return 4 + int32(document, at);
    case bsonType.object:
    case bsonType.array:
    case bsonType.scopedCode:
      return int32(document, at);
    case bsonType.binary:
      return 5 + int32(document, at);
    case bsonType.undefined:
    case bsonType.null:
    case bsonType.minKey:
    case bsonType.maxKey:
      return 0;
    case bsonType.objectId:
      return 12;
    case bsonType.boolean:
      return 1;
    case bsonType.regex:
      return document.indexOf(0, document.indexOf(0, at) + 1) + 1 - at;
    case bsonType.pointer:
      return 4 + int32(document, at) + 12;
    case bsonType.int32:
      return 4;
    case bsonType.decimal:
      return 16;
    default:
      throw new UnreadableBson(`it holds a field of the unknown type ${type}`);
  }
}

const int32 = (document: Buffer, at: number): number => (at + 4 > document.length ? -1e9 : document.readInt32LE(at));

/** How many bytes the document has that consists of `elements`. */
export function bytesIn(elements: readonly NamedElement[]): number {
  let length = 5;
  for (const { name, bytes } of elements) length += 2 + Buffer.byteLength(name) + bytes.length;
  return length;
}

/** The document that consists of `elements`, byte by byte. */
export function documentOf(elements: readonly NamedElement[]): Buffer {
  const document = Buffer.allocUnsafe(bytesIn(elements));
  let at = document.writeInt32LE(document.length, 0);
  for (const { name, type, bytes } of elements) {
    at = document.writeUInt8(type, at);
    at += document.write(name, at, 'utf8');
    at = document.writeUInt8(0, at);
    at += bytes.copy(document, at);
  }
  document.writeUInt8(0, at);
  return document;
}
