import type { Key } from '../../engine/port/key-codec.ts';
import { decodeKey, encodeKey, keyFromHex, keyHex, type Collation } from '../../engine/port/key-codec.ts';
import type { Value } from '../../engine/port/value.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { KeyRef, WireKey } from '../../../shared/contract/values.ts';
import { affinityOf, type Affinity } from '../../../shared/model/affinity.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { typedKeys } from './typed-bson.ts';
import { wireOf } from './values.ts';

/** The bytes, and a text that people read: `7`, `DE, 4711`. Text keys appear as their collation compares them. */
export function wireKeyOf(key: Key): WireKey {
  return { hex: keyHex(key), text: keyText(key) };
}

export function keyText(key: Key): string {
  return decodeKey(key)
    .map((part) => displayValue(wireOf(part), 200))
    .join(', ');
}

/** What is needed to read a key that a person typed. */
export interface KeyShape {
  readonly collection: string;
  readonly parts: readonly { readonly name: string; readonly type: string; readonly collation: Collation }[];
  /** What identifies a document has no declared type. */
  readonly isDocument: boolean;
  /** Asked only where what was typed can mean several keys: is anything known of this one? */
  readonly isKnown: (key: Key) => Promise<boolean>;
}

/** The key meant by `ref`; `usage` if its parts do not fit, or where it can mean several records and nobody can tell. */
export async function keyFromRef(ref: KeyRef, shapeOf: () => Promise<KeyShape>): Promise<Key> {
  if ('hex' in ref) return keyOfHex(ref.hex);
  const shape = await shapeOf();
  if (ref.parts.length !== shape.parts.length) throw wrongParts(ref.parts, shape);
  const keys = possibleKeys(ref.parts, shape);
  const [first] = keys as [Key];
  if (keys.length === 1) return first;
  const known: Key[] = [];
  for (const key of keys) if (await shape.isKnown(key)) known.push(key);
  if (known.length > 1) throw ambiguous(ref.parts.join(', '), shape, known);
  return known[0] ?? first;
}

function keyOfHex(hex: string): Key {
  const key = keyFromHex(hex);
  try {
    decodeKey(key);
    return key;
  } catch {
    throw noKey(hex);
  }
}

/** A key by its bytes that a record of this collection can have; `usage` for any other. */
export function assertKeyOf({ collection, parts, isDocument }: KeyShape, key: Key): void {
  const values = decodeKey(key);
  const collations = parts.map(({ collation }) => collation);
  if (values.length === parts.length && (isDocument || encodeKey(values, collations) === key)) return;
  throw noKey(keyHex(key), collection);
}

/** `507f1f77bcf86cd799439011` is the object id if there is such a record, and else the text; `1` of a column without a type the number. */
function possibleKeys(typed: readonly string[], { parts, isDocument }: KeyShape): readonly Key[] {
  const collations = parts.map(({ collation }) => collation);
  let tuples: readonly (readonly Value[])[] = [[]];
  for (const [i, { type }] of parts.entries()) {
    const text = typed[i] ?? '';
    const values = isDocument ? typedKeys(text) : typedValues(text, type);
    tuples = tuples.flatMap((tuple) => values.map((value) => [...tuple, value]));
  }
  return tuples.map((tuple) => encodeKey(tuple, collations));
}

function ambiguous(text: string, { collection, isDocument }: KeyShape, known: readonly Key[]): AppError {
  const [other = known[0]] = known;
  const each = known.map((key) => `hex:${keyHex(key)} (${decodeKey(key).map(classOf).join(', ')})`);
  return new AppError({
    code: 'usage',
    operation: 'key',
    message: `Finding the record ${text} in ${collection} failed: there are two, one under the text and one under what looks like it and is none.`,
    next: 'Nothing was done.',
    hint: isDocument
      ? `For the text write it in quotes: '${JSON.stringify(text)}'; for the other one: hex:${other === undefined ? '' : keyHex(other)}`
      : `Name the one you mean: ${each.join(', or ')}`,
    subject: { collection },
  });
}

const classOf = (value: Value): string => (typeof value === 'string' ? 'text' : 'number');

function noKey(hex: string, collection?: string): AppError {
  return new AppError({
    code: 'usage',
    operation: 'key',
    message: `Finding the record hex:${hex} failed: these bytes are the key of no record${collection === undefined ? '' : ` of ${collection}`}.`,
    next: 'Nothing was done.',
    hint: 'Take hex:… as Tandem printed it, or give the values of the key.',
    ...(collection === undefined ? {} : { subject: { collection } }),
  });
}

function wrongParts(given: readonly string[], { collection, parts }: KeyShape): AppError {
  const names = parts.map(({ name }) => name).join(', ');
  return new AppError({
    code: 'usage',
    operation: 'key',
    message: `Finding the record ${given.join(', ')} in ${collection} failed: its key has ${parts.length} part${parts.length === 1 ? '' : 's'} (${names}), and ${given.length} were given.`,
    next: 'Nothing was done.',
    hint: `Give the values of ${names}, in this order, separated by commas.`,
    subject: { collection },
  });
}

/** What a text can mean in a field of this declared type, the likeliest first: in the class that the field would store. */
export function typedValues(text: string, type: string): readonly Value[] {
  const kind = affinityOf(type);
  if (kind === 'text') return [text];
  const untyped = kind === 'none' || /^any$/i.test(type);
  // Spaces around a number are taken off by a column that holds numbers, and by no other.
  const number = numberIn(untyped ? text : text.trim(), kind);
  if (number === null) return [text];
  return untyped ? [number, text] : [number];
}

function numberIn(text: string, kind: Affinity): Value | null {
  if (kind !== 'real' && /^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text))
    return BigInt(text);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}
