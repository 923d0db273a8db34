import { bsonType } from '../../engine/port/bson-type.ts';
import { BsonValue, type Value } from '../../engine/port/value.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { exactJson } from '../../../shared/lib/exact-json.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { isWireValue, type ExtendedJson } from '../../../shared/model/ejson.ts';
import { bsonFromJson } from './bson-json.ts';
import { isNumber, numberIn } from './typed-number.ts';

/**
 * Values of documents as people type them: `ObjectId("…")`, `UUID("…")`, `ISODate("…")`, a text in quotes, Extended
 * JSON. `value-invalid` where a text begins like one and is none: taken for a text it would find or write something else.
 */
export function typedLiteral(text: string): Value | undefined {
  const [, name = '', quoted = ''] =
    /^(?:new )?(ObjectId|UUID|ISODate|Date)\(\s*["']?([^"']*)["']?\s*\)$/.exec(text) ?? [];
  if (name === 'ObjectId') return objectId(quoted) ?? refuse(text, 'an object id has 24 hexadecimal digits');
  if (name === 'UUID') return uuid(quoted) ?? refuse(text, 'a UUID has 32 hexadecimal digits, in groups of 8-4-4-4-12');
  if (name !== '') return date(quoted) ?? refuse(text, 'a date is written like 2026-01-31T12:00:00Z');
  if (/^".*"$/s.test(text)) return fromJson(text);
  if (!/^\{\s*"\$[a-zA-Z]+"/.test(text)) return undefined;
  return fromJson(text) ?? refuse(text, 'it is no Extended JSON');
}

/** What a text can mean as the key of a document, the likeliest first. */
export function typedKeys(text: string): readonly Value[] {
  const literal = typedLiteral(text);
  if (literal !== undefined) return [literal];
  const id = objectId(text);
  if (id !== undefined) return [id, text];
  const document = /^\{.*\}$/s.test(text) ? fromJson(text) : undefined;
  if (document !== undefined) return [document, text];
  if (/^-?\d{1,18}$/.test(text)) return [BigInt(text), text];
  return /^-?\d+\.\d+$/.test(text) ? [Number(text), text] : [text];
}

/** The text as a value of the type that one of `others` has, if it can be one. */
export function typedLike(text: string, others: readonly BsonValue[]): Value | undefined {
  const literal = typedLiteral(text);
  if (literal !== undefined) return literal;
  const types = new Set(others.map(({ type }) => type));
  if (types.has(bsonType.objectId) && objectId(text)) return objectId(text);
  const number = numberIn(text);
  if (types.has(bsonType.int32) && number !== null && number === (number | 0))
    return fromJson(`{"$numberInt":"${number}"}`);
  if (types.has(bsonType.decimal) && isNumber(text)) return fromJson(`{"$numberDecimal":"${text}"}`);
  if (types.has(bsonType.boolean) && /^(true|false)$/.test(text)) return fromJson(text);
  if (types.has(bsonType.date) && date(text)) return date(text);
  const isNested =
    (types.has(bsonType.array) && /^\s*\[.*\]\s*$/s.test(text)) ||
    (types.has(bsonType.object) && /^\s*\{.*\}\s*$/s.test(text));
  return isNested ? (fromJson(text) ?? refuse(text, 'it is no list or document in JSON')) : undefined;
}

/** The class of the numbers among the types that only documents have. */
export function numberClassOf({ type }: BsonValue): 'integer' | 'real' | null {
  if (type === bsonType.int32) return 'integer';
  return type === bsonType.decimal ? 'real' : null;
}

const objectId = (text: string): Value | undefined =>
  /^[0-9a-f]{24}$/i.test(text)
    ? new BsonValue(bsonType.objectId, Uint8Array.from(Buffer.from(text, 'hex')))
    : undefined;

function date(text: string): Value | undefined {
  const ms = Date.parse(text);
  return /^\d{4}-\d\d-\d\d/.test(text) && Number.isFinite(ms)
    ? fromJson(`{"$date":{"$numberLong":"${ms}"}}`)
    : undefined;
}

function uuid(text: string): Value | undefined {
  return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text)
    ? fromJson(`{"$uuid":"${dashed(text)}"}`)
    : undefined;
}

const dashed = (text: string): string =>
  text.replaceAll('-', '').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function refuse(text: string, why: string): never {
  const shown = displayValue(text, 80);
  throw new AppError({
    code: 'value-invalid',
    operation: 'value',
    message: `Reading the value ${shown} failed: ${why}.`,
    next: 'Nothing was done.',
    hint: `Correct it, or write it in quotes where the text itself is meant: ${JSON.stringify(shown)}`,
  });
}

/** Canonical and relaxed Extended JSON; what is none is no value. */
function fromJson(text: string): Value | undefined {
  try {
    const json = exactJson(text);
    return isSound(json) ? bsonFromJson(json) : undefined;
  } catch {
    return undefined;
  }
}

/** The library makes 0 of a number or a date that is none. */
function isSound(json: ExtendedJson): boolean {
  if (json === null || typeof json !== 'object') return true;
  const { $numberInt: int, $numberLong: long, $numberDouble: double, $date: at } = json as Record<string, unknown>;
  if (int !== undefined && !(isWhole(int) && Number(int) === (Number(int) | 0))) return false;
  if (long !== undefined && !(isWhole(long) && BigInt(long) === BigInt.asIntN(64, BigInt(long)))) return false;
  if (double !== undefined && !isWireValue({ $numberDouble: double })) return false;
  if (typeof at === 'string' && !Number.isFinite(Date.parse(at))) return false;
  return Object.values(json).every(isSound);
}

const isWhole = (value: unknown): value is string => typeof value === 'string' && /^-?\d+$/.test(value);
