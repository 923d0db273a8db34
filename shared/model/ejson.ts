import { bytesFromBase64, bytesToBase64 } from '../lib/base64.ts';

/** A database value in a process: NULL, 64-bit integer, double, text, bytes. */
export type PlainValue = null | bigint | number | string | Uint8Array;

/**
 * The same value as canonical Extended JSON, safe in any JSON text: integers and doubles stay apart, 64-bit integers,
 * NaN, the infinities and -0 survive, bytes are base64.
 */
export type WireValue =
  | null
  | string
  | { readonly $numberLong: string }
  | { readonly $numberDouble: string }
  | { readonly $binary: { readonly base64: string; readonly subType: '00' } }
  | ExtendedValue;

/**
 * What only document stores hold (dates, object ids, 32-bit integers, lists, documents …), as canonical Extended JSON.
 * A process that has to understand it asks a library for it; everywhere else it is shown and passed on.
 */
export interface ExtendedValue {
  readonly $extended: ExtendedJson;
}
export type ExtendedJson =
  | null
  | boolean
  | number
  | string
  | readonly ExtendedJson[]
  | { readonly [name: string]: ExtendedJson };

/** One record: field name → value. A field that is missing is not there, which differs from `null`. */
export type WireRecord = Readonly<Record<string, WireValue>>;

export function toWire(value: PlainValue): WireValue {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { $numberLong: value.toString() };
  if (typeof value === 'number') return { $numberDouble: doubleText(value) };
  return { $binary: { base64: bytesToBase64(value), subType: '00' } };
}

const doubleText = (value: number): string =>
  Object.is(value, -0) ? '-0.0' : Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);

/** The value meant by `wire`, or `undefined` where it is no canonical Extended JSON of a value that Tandem carries. */
export function fromWire(wire: unknown): PlainValue | undefined {
  if (wire === null || typeof wire === 'string') return wire;
  if (typeof wire !== 'object' || Array.isArray(wire)) return undefined;
  const [entry, more] = Object.entries(wire);
  if (entry === undefined || more !== undefined) return undefined;
  const [tag, body] = entry as [string, unknown];
  switch (tag) {
    case '$numberLong':
      return typeof body === 'string' ? longFrom(body) : undefined;
    case '$numberDouble':
      return typeof body === 'string' ? doubleFrom(body) : undefined;
    case '$binary':
      return binaryFrom(body);
    default:
      return undefined;
  }
}

/** A value in the form that only document stores need. */
export function isExtended(wire: unknown): wire is ExtendedValue {
  return (
    typeof wire === 'object' &&
    wire !== null &&
    Object.keys(wire).length === 1 &&
    '$extended' in wire &&
    isExtendedJson(wire.$extended)
  );
}

function isExtendedJson(json: unknown): json is ExtendedJson {
  if (json === null || ['string', 'boolean', 'number'].includes(typeof json)) return true;
  return typeof json === 'object' && Object.values(json).every(isExtendedJson);
}

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

function longFrom(text: string): bigint | undefined {
  if (!/^-?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text);
  return value >= LONG_MIN && value <= LONG_MAX ? value : undefined;
}

function doubleFrom(text: string): number | undefined {
  if (text === 'NaN') return NaN;
  if (text === 'Infinity') return Infinity;
  if (text === '-Infinity') return -Infinity;
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function binaryFrom(body: unknown): Uint8Array | undefined {
  if (typeof body !== 'object' || body === null || Object.keys(body).length !== 2) return undefined;
  const { base64, subType } = body as { base64?: unknown; subType?: unknown };
  return typeof base64 === 'string' && subType === '00' ? bytesFromBase64(base64) : undefined;
}

export function isWireValue(value: unknown): value is WireValue {
  return fromWire(value) !== undefined || isExtended(value);
}

export function isWireRecord(value: unknown): value is WireRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(isWireValue);
}

/** Entries as a record; also for names such as `__proto__`, which plain assignment would lose. */
export function toWireRecord(entries: Iterable<readonly [string, PlainValue]>): WireRecord {
  return wireRecordFrom(entries, toWire);
}

/** The same for values that `wireOf` turns into their wire form. */
export function wireRecordFrom<T>(
  entries: Iterable<readonly [string, T]>,
  wireOf: (value: T) => WireValue,
): WireRecord {
  return Object.fromEntries([...entries].map(([name, value]) => [name, wireOf(value)]));
}

/** The fields of a record that passed `isWireRecord` and holds nothing extended. */
export function fromWireRecord(record: WireRecord): Map<string, PlainValue> {
  return new Map(Object.entries(record).map(([name, value]) => [name, fromWire(value) ?? null]));
}
