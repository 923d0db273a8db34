import { uuidText } from '../lib/uuid-text.ts';
import type { ExtendedJson, WireRecord, WireValue } from './ejson.ts';
import { bytesFromBase64 } from '../lib/base64.ts';

/**
 * C0 and C1 controls, DEL, line and paragraph separators, and the marks that turn text around or hide in it: all that
 * Unicode calls formatting (soft hyphen, tags, annotations …), and letters that have no shape (Hangul fillers).
 */
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u2060-\u206f\p{Cf}\u115f\u1160\u3164\uffa0]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

/** Text from a database or a file name, made safe for a terminal or a log line: nothing in it can act or hide. */
export function cleanText(text: string, maxLength = Infinity): string {
  const cut = text.length > maxLength ? `${text.slice(0, Math.max(0, maxLength - 1))}…` : text;
  return cut.toWellFormed().replaceAll(UNSAFE, (mark) => SHORT[mark] ?? escaped(mark.codePointAt(0) ?? 0));
}

/** In the form in which JavaScript would write it: `\u061c`, `\u{e0041}`. */
const escaped = (code: number): string =>
  code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;

const NOTHING = /^‘*(?:NULL|not there|empty text|empty bytes|no record)’*$/;

/** Is this what stands for nothing, or a text in quotes that would read like it? */
export const readsAsNothing = (text: string): boolean => NOTHING.test(text);

/** A text for people; one that reads like `NULL` or another word for nothing stands in quotes. */
export const displayText = (text: string, maxLength = Infinity): string =>
  readsAsNothing(text) ? `‘${text}’` : cleanText(text, maxLength);

/**
 * A value for people: `NULL`, `not there` (missing), `empty text` are told apart from one another and from a text that
 * reads so (`‘NULL’`); bytes show their number and begin.
 */
export function displayValue(value: WireValue | undefined, maxLength = 60): string {
  if (value === undefined) return 'not there';
  if (value === null) return 'NULL';
  if (value === '') return 'empty text';
  if (typeof value === 'string') return displayText(value, maxLength);
  if ('$numberLong' in value) return value.$numberLong;
  if ('$numberDouble' in value) return value.$numberDouble;
  if ('$extended' in value) return cleanText(displayExtended(value.$extended), maxLength);
  return displayBytes(bytesFromBase64(value.$binary.base64) ?? new Uint8Array());
}

/** Values that document stores know, each as short as it stays clear; lists and documents as one line. */
function displayExtended(json: ExtendedJson): string {
  if (json === null) return 'NULL';
  if (typeof json === 'string') return JSON.stringify(json);
  if (typeof json === 'boolean' || typeof json === 'number') return String(json);
  if (isList(json)) return `[${json.map(displayExtended).join(', ')}]`;
  const [entry, more] = Object.entries(json);
  const tagged = entry && !more ? displayTagged(entry[0], entry[1]) : undefined;
  if (tagged !== undefined) return tagged;
  return `{${Object.entries(json)
    .map(([name, value]) => `${name}: ${displayExtended(value)}`)
    .join(', ')}}`;
}

const isList = (json: ExtendedJson): json is readonly ExtendedJson[] => Array.isArray(json);

function displayTagged(tag: string, body: ExtendedJson): string | undefined {
  if (typeof body === 'string') {
    if (tag === '$numberInt' || tag === '$numberLong' || tag === '$numberDouble' || tag === '$numberDecimal')
      return body;
    if (tag === '$oid') return `ObjectId(${body})`;
    if (tag === '$uuid') return `UUID(${body})`;
    return undefined;
  }
  if (tag === '$binary') return displayUuid(body);
  if (tag !== '$date' || body === null || typeof body !== 'object' || !('$numberLong' in body)) return undefined;
  const date = new Date(Number(body.$numberLong));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** Bytes of subtype 4 are a UUID; others have no short form. */
function displayUuid(body: ExtendedJson): string | undefined {
  if (body === null || typeof body !== 'object' || !('base64' in body) || body['subType'] !== '04') return undefined;
  const bytes = typeof body['base64'] === 'string' ? bytesFromBase64(body['base64']) : undefined;
  return bytes?.length === 16 ? uuidText(bytes) : undefined;
}

function displayBytes(bytes: Uint8Array): string {
  const begin = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const noun = bytes.length === 1 ? 'byte' : 'bytes';
  return bytes.length === 0 ? 'empty bytes' : `${bytes.length} ${noun}: ${begin}${bytes.length > 8 ? '…' : ''}`;
}

/** A record in one line, or `no record`. */
export function displayRecord(record: WireRecord | null, maxLength = 200): string {
  if (record === null) return 'no record';
  const line = Object.entries(record)
    .map(([name, value]) => `${cleanText(name)}: ${displayValue(value)}`)
    .join(', ');
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
