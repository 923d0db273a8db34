import type { Key } from '../../engine/port/key-codec.ts';
import { decodeKey, encodeKey, keyFromHex, keyHex, type Collation } from '../../engine/port/key-codec.ts';
import type { Value } from '../../engine/port/value.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { KeyRef, WireKey } from '../../../shared/contract/values.ts';
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
  /** Only of documents, whose key says nothing of its type: is anything known of this key? */
  readonly isKnown?: (key: Key) => Promise<boolean>;
}

/** The key meant by `ref`; `usage` if the number of its parts does not fit. */
export async function keyFromRef(ref: KeyRef, shapeOf: () => Promise<KeyShape>): Promise<Key> {
  if ('hex' in ref) return keyFromHex(ref.hex);
  const shape = await shapeOf();
  if (ref.parts.length !== shape.parts.length) throw wrongParts(ref.parts, shape);
  const { isKnown } = shape;
  if (isKnown) return documentKey(ref.parts[0] ?? '', { collection: shape.collection, isKnown });
  const values = shape.parts.map(({ type }, i) => typedValue(ref.parts[i] ?? '', type));
  return encodeKey(
    values,
    shape.parts.map(({ collation }) => collation),
  );
}

/** `507f1f77bcf86cd799439011` is the object id if there is such a record, and else the text; where there are both, nobody can tell. */
async function documentKey(
  text: string,
  { collection, isKnown }: { readonly collection: string; readonly isKnown: (key: Key) => Promise<boolean> },
): Promise<Key> {
  const keys = typedKeys(text).map((value) => encodeKey([value], ['binary']));
  const [first] = keys as [Key];
  if (keys.length === 1) return first;
  const known: Key[] = [];
  for (const key of keys) if (await isKnown(key)) known.push(key);
  if (known.length > 1) throw ambiguous(text, collection, known);
  return known[0] ?? first;
}

function ambiguous(text: string, collection: string, [other]: readonly Key[]): AppError {
  return new AppError({
    code: 'usage',
    operation: 'key',
    message: `Finding the record ${text} in ${collection} failed: there are two, one under the text and one under what looks like it and is none.`,
    next: 'Nothing was done.',
    hint: `For the text write it in quotes: '${JSON.stringify(text)}'; for the other one: hex:${other === undefined ? '' : keyHex(other)}`,
    subject: { collection },
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

/** Text as a person typed it, in the class that a field of this declared type would store it in. */
export function typedValue(text: string, type: string): Value {
  const kind = affinityOf(type);
  if (kind === 'text') return text;
  if (kind !== 'real' && /^-?\d{1,19}$/.test(text))
    return BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? BigInt(text) : Number(text);
  if (kind !== 'blob' && /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return text;
}

export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric';

/** The rules of https://sqlite.org/datatype3.html section 3.1, which also fit the type names of other kinds. */
export function affinityOf(type: string): Affinity {
  const upper = type.toUpperCase();
  if (upper.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(upper)) return 'text';
  if (upper === '' || upper.includes('BLOB')) return 'blob';
  if (/REAL|FLOA|DOUB/.test(upper)) return 'real';
  return 'numeric';
}
