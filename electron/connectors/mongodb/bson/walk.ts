import type { BsonElement } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-type.ts';

export interface NamedElement extends BsonElement {
  readonly name: string;
}

/** Bytes that are no BSON document, or whose names are no text. */
export class UnreadableBson extends Error {}

/** Goes through a document (or array) element by element, in the order in which they are stored. */
export class Walk {
  readonly document: Buffer;
  type = 0;
  /** Where the element begins: its type, then its name. */
  at = 4;
  /** Where its value begins, behind the zero that ends the name. */
  from = 4;
  /** Where its value ends. */
  to = 4;

  constructor(document: Buffer) {
    if (document.length < 5 || document.readInt32LE(0) !== document.length || document[document.length - 1] !== 0)
      throw new UnreadableBson('its length is not the one it tells');
    this.document = document;
  }

  /** Is there another element? */
  next(): boolean {
    const { document } = this;
    const end = document.length - 1;
    const at = this.to;
    if (at >= end) return false;
    const type = document[at] as number;
    let from = at + 1;
    while (document[from] !== 0) from++;
    from++;
    const length = lengthOf(type, document, from);
    if (length < 0 || from + length > end) throw new UnreadableBson('it ends in the middle of a field');
    this.type = type;
    this.at = at;
    this.from = from;
    this.to = from + length;
    return true;
  }

  name(): string {
    return nameIn(this.document, this.at + 1, this.from - 1);
  }

  /** The bytes of a name are as many as its characters where all of them are ASCII, and more else. */
  isNamed(name: string): boolean {
    const start = this.at + 1;
    const length = this.from - 1 - start;
    if (length !== name.length) return length > name.length && this.name() === name;
    for (let i = 0; i < length; i++) if (this.document[start + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  /** Is its name this one, with the zero behind it? */
  hasHead(head: Buffer): boolean {
    const start = this.at + 1;
    if (this.from - start !== head.length) return false;
    for (let i = 0; i < head.length; i++) if (this.document[start + i] !== head[i]) return false;
    return true;
  }

  /** Its bytes are a part of the document. */
  element(): BsonElement {
    return { type: this.type, bytes: this.document.subarray(this.from, this.to) };
  }
}

/** The elements of a document (or array) in the order in which they are stored; their bytes are parts of `document`. */
export function elementsOf(document: Buffer): NamedElement[] {
  const elements: NamedElement[] = [];
  const walk = new Walk(document);
  while (walk.next()) elements.push({ name: walk.name(), ...walk.element() });
  return elements;
}

/** The bytes of each element of an array; parts of `list`. */
export function itemsOf(list: Buffer): Buffer[] {
  const items: Buffer[] = [];
  for (const walk = new Walk(list); walk.next();) items.push(walk.element().bytes);
  return items;
}

/** The first element `name`, if there is one; what stands behind it is not looked at. */
export function elementNamed(document: Buffer, name: string): NamedElement | undefined {
  const walk = new Walk(document);
  while (walk.next()) if (walk.isNamed(name)) return { name, ...walk.element() };
  return undefined;
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
      return 4 + sizeAt(document, at, 1);
    case bsonType.object:
    case bsonType.array:
    case bsonType.scopedCode:
      return sizeAt(document, at, 5);
    case bsonType.binary:
      return 5 + sizeAt(document, at, 0);
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
      return 4 + sizeAt(document, at, 1) + 12;
    case bsonType.int32:
      return 4;
    case bsonType.decimal:
      return 16;
    default:
      throw new UnreadableBson(`it holds a field of the unknown type ${type}`);
  }
}

/** Far below zero where the bytes tell less than there has to be. */
function sizeAt(document: Buffer, at: number, least: number): number {
  const size = int32At(document, at);
  return size < least ? TOO_FEW : size;
}

const TOO_FEW = -1e9;

/** Far below zero where the bytes end before. */
export const int32At = (document: Buffer, at: number): number =>
  at + 4 > document.length ? TOO_FEW : document.readInt32LE(at);

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
