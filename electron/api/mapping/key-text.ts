import type { Key } from '../../engine/port/key-codec.ts';
import { encodeKey, keyBytes, keyFromBytes, type Collation } from '../../engine/port/key-codec.ts';
import type { Value } from '../../engine/port/value.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { KeyRef, WireKey } from '../../../shared/contract/values.ts';
import { toWire } from '../../../shared/model/ejson.ts';
import { displayValue } from '../../../shared/model/display.ts';

/** The bytes, and a text that people read: `7`, `DE, 4711`. Text keys appear as their collation compares them. */
export function wireKeyOf(key: Key): WireKey {
  return { hex: keyBytes(key).toString('hex'), text: keyText(key) };
}

export function keyText(key: Key): string {
  return decodeKey(key)
    .map((part) =>
      displayValue(
        typeof part === 'number' && Number.isInteger(part) ? { $numberLong: String(part) } : toWire(part),
        200,
      ),
    )
    .join(', ');
}

/** The parts of a key. Numbers come back as integers wherever they are whole. */
export function decodeKey(key: Key): readonly Value[] {
  const bytes = keyBytes(key);
  const parts: Value[] = [];
  for (let at = 1; at < bytes.length;) {
    const rank = bytes[at];
    if (rank === 0x05) {
      parts.push(null);
      at += 1;
    } else if (rank === 0x10) {
      parts.push(numberAt(bytes, at + 1));
      at += 11;
    } else {
      const { content, next } = textAt(bytes, at + 1);
      parts.push(rank === 0x20 ? content.toString('utf8') : Uint8Array.from(content));
      at = next;
    }
  }
  return parts;
}

function numberAt(bytes: Buffer, at: number): Value {
  const cell = Buffer.from(bytes.subarray(at, at + 8));
  if (((cell[0] ?? 0) & 0x80) !== 0) cell[0] = (cell[0] ?? 0) & 0x7f;
  else for (let i = 0; i < 8; i++) cell[i] = ~(cell[i] ?? 0);
  const near = cell.readDoubleBE();
  const distance = bytes.readUInt16BE(at + 8) - 0x8000;
  return Number.isInteger(near) ? BigInt(near) + BigInt(distance) : near;
}

/** 00 FF stands for a zero byte, 00 00 ends the part. */
function textAt(bytes: Buffer, from: number): { readonly content: Buffer; readonly next: number } {
  const content: number[] = [];
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0) content.push(byte);
    else if (bytes[at + 1] === 0xff) {
      content.push(0);
      at++;
    } else break;
  }
  return { content: Buffer.from(content), next: at + 2 };
}

/** What is needed to read a key that a person typed. */
export interface KeyShape {
  readonly collection: string;
  readonly parts: readonly { readonly name: string; readonly type: string; readonly collation: Collation }[];
}

/** The key meant by `ref`; `usage` if the number of its parts does not fit. */
export async function keyFromRef(ref: KeyRef, shapeOf: () => Promise<KeyShape>): Promise<Key> {
  if ('hex' in ref) return keyFromBytes(Buffer.from(ref.hex, 'hex'));
  const shape = await shapeOf();
  if (ref.parts.length !== shape.parts.length) throw wrongParts(ref.parts, shape);
  const values = shape.parts.map(({ type }, i) => typedValue(ref.parts[i] ?? '', type));
  return encodeKey(
    values,
    shape.parts.map(({ collation }) => collation),
  );
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
