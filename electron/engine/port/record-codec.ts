import { hash as digest } from 'node:crypto';
import type { RecordImage, State } from './record.ts';
import { BsonValue, type Value } from './value.ts';

/** First byte of every encoded record; a change of the format needs a new number and a migration of every state file. */
const FORMAT = 1;

const headers = new WeakMap<readonly string[], Buffer>();
const shapes = new Map<string, readonly string[]>();

/** Format byte, number of names, names: the same for all records that share a `names` array. */
function headerOf(names: readonly string[]): Buffer {
  const known = headers.get(names);
  if (known) return known;
  const parts = names.map((name) => Buffer.from(name, 'utf8'));
  const header = Buffer.concat([
    Buffer.from([FORMAT]),
    uint32(parts.length),
    ...parts.flatMap((part) => [uint32(part.length), part]),
  ]);
  headers.set(names, header);
  return header;
}

function uint32(n: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(n);
  return bytes;
}

/** NaN has many bit patterns; one of them stands for all. */
const NAN_BITS = 0x7ff8000000000000n;
const TAG = { null: 0, integer: 1, real: 2, text: 3, blob: 4, bson: 5 } as const;

function sizeOf(value: Value): number {
  if (value === null) return 1;
  switch (typeof value) {
    case 'bigint':
    case 'number':
      return 9;
    case 'string':
      return 5 + value.length * 3;
    default:
      return value instanceof BsonValue ? 6 + value.bytes.length : 5 + value.length;
  }
}

let scratch = Buffer.allocUnsafe(64 * 1024);
let scratchNumbers = numbersOf(scratch);

/** Numbers of a buffer; its own methods for 64-bit integers go through them byte by byte. */
function numbersOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The record as canonical bytes at the beginning of `scratch`; answers how many they are. */
function writeRecord(record: RecordImage): number {
  const header = headerOf(record.names);
  let bound = header.length;
  for (const value of record.values) bound += sizeOf(value);
  if (bound > scratch.length) {
    scratch = Buffer.allocUnsafe(bound * 2);
    scratchNumbers = numbersOf(scratch);
  }
  scratch.set(header);
  let at = header.length;
  for (const value of record.values) at = writeValue(scratch, scratchNumbers, at, value);
  return at;
}

/** The record as canonical bytes: equal records give equal bytes, whoever made them. A copy of its own is returned. */
export function encodeRecord(record: RecordImage): Buffer {
  return Buffer.from(scratchUpTo(writeRecord(record)));
}

const scratchUpTo = (end: number): Buffer => scratch.subarray(0, end);

function writeValue(out: Buffer, numbers: DataView, at: number, value: Value): number {
  if (value === null) {
    out[at] = TAG.null;
    return at + 1;
  }
  switch (typeof value) {
    case 'bigint':
      out[at] = TAG.integer;
      if (value !== BigInt.asIntN(64, value)) throw new RangeError(`${value} needs more than 64 bits`);
      numbers.setBigInt64(at + 1, value);
      return at + 9;
    case 'number':
      out[at] = TAG.real;
      if (Number.isNaN(value)) numbers.setBigUint64(at + 1, NAN_BITS);
      else numbers.setFloat64(at + 1, value);
      return at + 9;
    case 'string': {
      out[at] = TAG.text;
      const length = out.write(value, at + 5, 'utf8');
      numbers.setUint32(at + 1, length);
      return at + 5 + length;
    }
    default:
      return value instanceof BsonValue ? writeBson(out, at, value) : writeBytes(out, at, TAG.blob, value);
  }
}

function writeBytes(out: Buffer, at: number, tag: number, bytes: Uint8Array): number {
  out[at] = tag;
  out.writeUInt32BE(bytes.length, at + 1);
  out.set(bytes, at + 5);
  return at + 5 + bytes.length;
}

/** The type of the element comes last, so that its bytes stand where those of a blob do. */
function writeBson(out: Buffer, at: number, { type, bytes }: BsonValue): number {
  const end = writeBytes(out, at, TAG.bson, bytes);
  out[end] = type;
  return end + 1;
}

export function decodeRecord(bytes: Buffer): RecordImage {
  if (bytes[0] !== FORMAT) throw new Error(`Unknown record format ${bytes[0]}`);
  const count = bytes.readUInt32BE(1);
  let at = 5;
  for (let i = 0; i < count; i++) at += 4 + bytes.readUInt32BE(at);
  const names = namesIn(bytes, at, count);
  const numbers = numbersOf(bytes);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) at = readValue(bytes, numbers, at, values);
  return { names, values };
}

function namesIn(bytes: Buffer, end: number, count: number): readonly string[] {
  const shape = bytes.toString('latin1', 0, end);
  const known = shapes.get(shape);
  if (known) return known;
  const names: string[] = [];
  for (let i = 0, at = 5; i < count; i++) {
    const length = bytes.readUInt32BE(at);
    names.push(bytes.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (shapes.size > 10_000) shapes.clear();
  shapes.set(shape, names);
  return names;
}

function readValue(bytes: Buffer, numbers: DataView, at: number, into: Value[]): number {
  switch (bytes[at]) {
    case TAG.null:
      into.push(null);
      return at + 1;
    case TAG.integer:
      into.push(numbers.getBigInt64(at + 1));
      return at + 9;
    case TAG.real:
      into.push(numbers.getFloat64(at + 1));
      return at + 9;
    case TAG.text: {
      const end = at + 5 + numbers.getUint32(at + 1);
      into.push(bytes.toString('utf8', at + 5, end));
      return end;
    }
    case TAG.blob: {
      const end = at + 5 + numbers.getUint32(at + 1);
      into.push(Uint8Array.from(bytes.subarray(at + 5, end)));
      return end;
    }
    case TAG.bson: {
      const end = at + 5 + numbers.getUint32(at + 1);
      into.push(new BsonValue(bytes.readUInt8(end), Uint8Array.from(bytes.subarray(at + 5, end))));
      return end + 1;
    }
    default:
      throw new Error(`Unknown value tag ${bytes[at]}`);
  }
}

export function encodeState(state: State): Buffer | null {
  return state && encodeRecord(state);
}

export function decodeState(bytes: Uint8Array | null): State {
  return bytes && decodeRecord(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** 128 bits of SHA-256 over the canonical bytes. */
export function hashBytes(encoded: Buffer): Buffer {
  return Buffer.from(digest('sha256', encoded, 'binary').slice(0, 16), 'binary');
}

export function hashRecord(record: RecordImage): Buffer {
  return hashBytes(scratchUpTo(writeRecord(record)));
}

/** The same as `hashRecord`, in hexadecimal: a text is made and compared much faster than a buffer. */
export function hexHash(record: RecordImage): string {
  return digest('sha256', scratchUpTo(writeRecord(record)), 'hex').slice(0, 32);
}

/** 64 bits of SHA-256 over one value with its class, for the field vector of a base whose document is not kept. */
export function hashValue(value: Value): Buffer {
  const bytes = Buffer.allocUnsafe(sizeOf(value));
  return digest('sha256', bytes.subarray(0, writeValue(bytes, numbersOf(bytes), 0, value)), 'buffer').subarray(0, 8);
}
