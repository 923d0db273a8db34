import { bsonType } from '../../engine/port/bson-key.ts';
import { BsonValue, type Value } from '../../engine/port/value.ts';
import { bsonFromJson } from './bson-json.ts';

/** Values of documents as people type them: `ObjectId("…")`, `ISODate("…")`, a text in quotes, Extended JSON. */
export function typedLiteral(text: string): Value | undefined {
  const [, name = '', quoted = ''] = /^(?:new )?(ObjectId|ISODate|Date)\(\s*["']?([^"']*)["']?\s*\)$/.exec(text) ?? [];
  if (name === 'ObjectId') return objectId(quoted);
  if (name !== '') return date(quoted);
  if (/^".*"$/s.test(text)) return fromJson(text);
  return /^\{\s*"\$[a-zA-Z]+"/.test(text) ? fromJson(text) : undefined;
}

/** What a text can mean as the key of a document, the likeliest first. */
export function typedKeys(text: string): readonly Value[] {
  const literal = typedLiteral(text);
  if (literal !== undefined) return [literal];
  const id = objectId(text);
  if (id !== undefined) return [id, text];
  if (/^-?\d{1,18}$/.test(text)) return [BigInt(text), text];
  return /^-?\d+\.\d+$/.test(text) ? [Number(text), text] : [text];
}

/** The text as a value of the type that one of `others` has, if it can be one. */
export function typedLike(text: string, others: readonly BsonValue[]): Value | undefined {
  const literal = typedLiteral(text);
  if (literal !== undefined) return literal;
  const types = new Set(others.map(({ type }) => type));
  if (types.has(bsonType.objectId) && objectId(text)) return objectId(text);
  if (types.has(bsonType.int32) && /^-?\d{1,10}$/.test(text)) return fromJson(`{"$numberInt":"${text}"}`);
  if (types.has(bsonType.decimal) && /^-?\d+(\.\d+)?$/.test(text)) return fromJson(`{"$numberDecimal":"${text}"}`);
  if (types.has(bsonType.boolean) && /^(true|false)$/.test(text)) return fromJson(text);
  return types.has(bsonType.date) ? date(text) : undefined;
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

/** Canonical and relaxed Extended JSON; what is none is no value. */
function fromJson(text: string): Value | undefined {
  try {
    return bsonFromJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}
