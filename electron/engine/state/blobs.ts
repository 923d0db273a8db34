import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Base } from '../plan/base.ts';
import { vectorOf } from '../plan/base.ts';
import { decodeRecord, encodeRecord } from '../port/record-codec.ts';
import { sameState, type RecordImage, type State } from '../port/record.ts';
import type { ActionData } from './stored.ts';

/** Documents up to this size stand as they are; beyond it deflate pays for itself. */
const PLAIN_LIMIT = 1024;
const DEFLATED = 0xff;

export function packRecord(record: RecordImage): Buffer {
  const plain = encodeRecord(record);
  if (plain.length <= PLAIN_LIMIT) return plain;
  return Buffer.concat([Buffer.from([DEFLATED]), deflateRawSync(plain, { level: 1 })]);
}
export const packState = (state: State): Buffer | null => state && packRecord(state);

export function unpackState(bytes: Buffer | null): State {
  if (bytes === null) return null;
  return decodeRecord(bytes[0] === DEFLATED ? inflateRawSync(bytes.subarray(1)) : bytes);
}

export interface BaseColumns {
  readonly hash: Buffer;
  readonly doc: Buffer | null;
  readonly vec: Buffer | null;
}

/** The document is kept up to `keepBytes`; beyond that the vector takes its place. */
export function packBase(base: Base, keepBytes: number): BaseColumns {
  if (base.doc) {
    const doc = packRecord(base.doc);
    if (doc.length <= keepBytes) return { hash: base.hash, doc, vec: null };
    return { hash: base.hash, doc: null, vec: packVector(vectorOf(base.doc)) };
  }
  return { hash: base.hash, doc: null, vec: packVector(base.vector ?? new Map()) };
}

/** The same from bytes that are encoded already. */
export function packEncoded(encoded: Buffer, hash: Buffer, keepBytes: number): BaseColumns {
  if (encoded.length <= Math.min(PLAIN_LIMIT, keepBytes)) return { hash, doc: encoded, vec: null };
  return packBase({ hash, doc: decodeRecord(encoded), vector: null }, keepBytes);
}

export function unpackBase({ hash, doc, vec }: BaseColumns): Base {
  return { hash, doc: unpackState(doc), vector: vec && unpackVector(vec) };
}

function packVector(vector: ReadonlyMap<string, Buffer>): Buffer {
  return Buffer.from(JSON.stringify([...vector].map(([name, bytes]) => [name, bytes.toString('hex')])));
}
function unpackVector(bytes: Buffer): Map<string, Buffer> {
  const pairs = JSON.parse(bytes.toString('utf8')) as [string, string][];
  return new Map(pairs.map(([name, hex]) => [name, Buffer.from(hex, 'hex')]));
}

/** One blob for a base on its own, or nothing. */
export function packWholeBase(base: Base | null): Buffer | null {
  if (base === null) return null;
  const { hash, doc, vec } = packBase(base, Number.MAX_SAFE_INTEGER);
  return Buffer.concat([hash, Buffer.from([doc ? 1 : 0]), doc ?? vec ?? Buffer.alloc(0)]);
}
export function unpackWholeBase(bytes: Buffer | null): Base | null {
  if (bytes === null) return null;
  const rest = bytes.subarray(17);
  return unpackBase({
    hash: bytes.subarray(0, 16),
    doc: bytes[16] === 1 ? rest : null,
    vec: bytes[16] === 1 ? null : rest,
  });
}

/** Slots of an action: equal states are written once and referred to by their place, the document of the base among them. */
const ABSENT = 0xfe;
const UNSET = 0xfd;
/** What stands for the base: none, one of its own, or, from `BASE_IN_SLOT` on, the state in that slot and the hash. */
const NO_BASE = 0;
const OWN_BASE = 1;
const BASE_IN_SLOT = 2;

export function packAction(data: ActionData): Buffer {
  const states: (State | undefined)[] = [data.a, data.b, data.agreed, data.toA, data.toB];
  const unique: RecordImage[] = [];
  const slots = states.map((state) => {
    if (state === undefined) return UNSET;
    if (state === null) return ABSENT;
    const at = unique.findIndex((known) => sameState(known, state));
    return at >= 0 ? at : unique.push(state) - 1;
  });
  const doc = data.base?.doc ?? null;
  const baseAt = doc ? unique.findIndex((known) => sameState(known, doc)) : -1;
  const base = baseAt >= 0 && data.base ? data.base.hash : packWholeBase(data.base);
  const baseIs = baseAt >= 0 ? BASE_IN_SLOT + baseAt : base ? OWN_BASE : NO_BASE;
  const parts: Buffer[] = [Buffer.from([...slots, baseIs, unique.length])];
  for (const bytes of [...unique.map(packRecord), ...(base ? [base] : [])]) {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

function unpackActionBase(baseIs: number, unique: readonly State[], next: () => Buffer): Base | null {
  if (baseIs === NO_BASE) return null;
  if (baseIs === OWN_BASE) return unpackWholeBase(next());
  return { hash: next(), doc: unique[baseIs - BASE_IN_SLOT] ?? null, vector: null };
}

export function unpackAction(bytes: Buffer): ActionData {
  const slots = [...bytes.subarray(0, 5)];
  const count = bytes[6] as number;
  let at = 7;
  const next = (): Buffer => {
    const from = at + 4;
    at = from + bytes.readUInt32BE(at);
    return bytes.subarray(from, at);
  };
  const unique: State[] = [];
  for (let i = 0; i < count; i++) unique.push(unpackState(next()));
  const base = unpackActionBase(bytes[5] as number, unique, next);
  const state = (slot: number | undefined): State => (slot === ABSENT ? null : (unique[slot as number] ?? null));
  const optional = (slot: number | undefined): State | undefined => (slot === UNSET ? undefined : state(slot));
  return {
    base,
    a: state(slots[0]),
    b: state(slots[1]),
    agreed: state(slots[2]),
    toA: optional(slots[3]),
    toB: optional(slots[4]),
  };
}
