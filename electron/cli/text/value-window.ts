import type { ExtendedJson, ExtendedValue, WireRecord, WireValue } from '../../../shared/model/ejson.ts';
import { bytesFromBase64 } from '../../../shared/lib/base64.ts';
import { displayText } from '../../../shared/model/display.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { safeText, safeValue } from './safe-text.ts';

const WIDTH = 60;
/** What is shown of the equal part before the first difference. */
const LEAD = 12;

/**
 * Values of one field beside each other, each in about `width` letters: of long ones the part where the first two that
 * differ begin to, with `…` where something is left out and their length. The values that matter most come first.
 */
export function windows(values: readonly (WireValue | undefined)[], width = WIDTH): string[] {
  const shown = shortest(values, width);
  if (!readAlike(values, shown)) return shown;
  const parts = differentParts(
    values.map((value) => textOf(value) ?? { text: safeValue(value, Infinity), length: '' }),
    width,
  );
  return readAlike(values, parts) ? typed(values, shown, width) : parts;
}

/** Two of them are not the same, and a person could not tell. */
const readAlike = (values: readonly (WireValue | undefined)[], shown: readonly string[]): boolean =>
  shown.some((text, i) => {
    const first = shown.indexOf(text);
    return first < i && JSON.stringify(values[first]) !== JSON.stringify(values[i]);
  });

function differentParts(full: readonly Full[], width: number): string[] {
  const start = Math.max(0, firstDifference(full.map(({ text }) => text)) - LEAD);
  return full.map((each) => cut(each, start, width));
}

/** With their types; lists and documents as Extended JSON, which tells the types of what is in them. */
function typed(values: readonly (WireValue | undefined)[], shown: readonly string[], width: number): string[] {
  const nested = values.filter(isNested).map(({ $extended }) => ({ text: JSON.stringify($extended), length: '' }));
  const parts = differentParts(nested, width);
  return values.map((value, i) => (isNested(value) ? (parts.shift() ?? '') : `${shown[i]} (${typeOf(value)})`));
}

const isNested = (value: WireValue | undefined): value is ExtendedValue =>
  typeof value === 'object' && value !== null && '$extended' in value && tagOf(value.$extended) === null;

/** `$numberInt`, `$date` …, and the types that JSON itself has; `null` for a list and a document. */
function tagOf(json: ExtendedJson): string | null {
  if (json === null || typeof json !== 'object') return typeof json;
  const [name, more] = Object.keys(json);
  return !Array.isArray(json) && name?.startsWith('$') && more === undefined ? name : null;
}

const TYPES: Readonly<Record<string, string>> = {
  $numberInt: 'whole number of 32 bits',
  $numberLong: 'whole number of 64 bits',
  $numberDouble: 'floating-point number',
  $numberDecimal: 'decimal number',
  $date: 'date',
  $oid: 'object id',
  $uuid: 'UUID',
  $symbol: 'symbol',
  $binary: 'bytes',
};

function typeOf(value: WireValue | undefined): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? 'text' : 'nothing';
  const tag = '$extended' in value ? tagOf(value.$extended) : Object.keys(value)[0];
  return TYPES[tag ?? ''] ?? (tag ?? '').replace(/^\$/, '');
}

function shortest(values: readonly (WireValue | undefined)[], width: number): string[] {
  const full = values.map(textOf);
  if (!full.some((each) => each !== null && each.text.length > width))
    return values.map((value) => safeValue(value, width));
  const start = Math.max(0, firstDifference(full.flatMap((each) => (each === null ? [] : [each.text]))) - LEAD);
  return values.map((value, i) => {
    const each = full[i] ?? null;
    return each === null ? safeValue(value, width) : cut(each, start, width);
  });
}

interface Full {
  readonly text: string;
  /** '' where it says nothing of the value. */
  readonly length: string;
}

/** A text as it is, bytes as their digits; `null` for everything that is short by nature. */
function textOf(value: WireValue | undefined): Full | null {
  if (typeof value === 'string') return value === '' ? null : { text: value, length: lettersText(value) };
  if (typeof value !== 'object' || value === null || !('$binary' in value)) return null;
  const bytes = bytesFromBase64(value.$binary.base64) ?? new Uint8Array();
  return bytes.length === 0
    ? null
    : {
        text: [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        length: countText(bytes.length, 'byte'),
      };
}

const lettersText = (text: string): string => countText(text.length, 'letter');

function cut({ text, length }: Full, wanted: number, width: number): string {
  const bytes = length.endsWith('byte') || length.endsWith('bytes');
  const start = Math.min(wanted, Math.max(0, text.length - LEAD));
  const even = bytes ? start - (start % 2) : start;
  const part = text.slice(even, even + width);
  const before = even > 0 ? '…' : '';
  const after = even + width < text.length ? '…' : '';
  if (before + after === '') return bytes ? `${length}: ${part}` : safeText(displayText(part), Infinity);
  const shown = `${before}${safeText(part, Infinity)}${after}`;
  if (length === '') return shown;
  return bytes ? `${length}: ${shown}` : `${shown} (${length})`;
}

/** Where the first two of the texts that differ begin to; 0 if none do. */
function firstDifference(texts: readonly string[]): number {
  const [first = '', ...others] = texts;
  const other = others.find((text) => text !== first);
  if (other === undefined) return 0;
  let at = 0;
  while (at < first.length && first.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

/** One field of several states, beside each other; a record that is not there is said so. */
export function fieldWindows(states: readonly (WireRecord | null)[], field: string, width = WIDTH): string[] {
  const shown = windows(
    states.map((state) => (state !== null && Object.hasOwn(state, field) ? state[field] : undefined)),
    width,
  );
  return states.map((state, i) => (state === null ? 'no record' : (shown[i] ?? '')));
}

/** Names of the fields in which two states differ, in their order. */
export function differing(one: WireRecord | null, other: WireRecord | null): string[] {
  const names = [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])];
  const of = (state: WireRecord | null, name: string): string =>
    JSON.stringify(state !== null && Object.hasOwn(state, name) ? (state[name] ?? null) : 'not there');
  return names.filter((name) => of(one, name) !== of(other, name));
}

const WHOLE = 4000;

/** A long text or long bytes in full, up to a limit that is said; `null` where the short form holds all of it. */
export function wholeText(value: WireValue | undefined, shortWidth: number): string | null {
  const full = textOf(value);
  if (full === null || full.text.length <= shortWidth) return null;
  const part = safeText(full.text.slice(0, WHOLE), Infinity);
  return full.text.length <= WHOLE ? `(${full.length}) ${part}` : `(${full.length}; their begin) ${part}…`;
}
