import type { WireValue } from '../../../../shared/model/ejson.ts';
import { origins, typeOf, type FieldOf } from '../fields.ts';
import { compact, inLines, isCompactJson, isJson } from './json-lines.ts';

/** How the values of a field are laid out in lines, and how a text that was written becomes a value again. */
export interface Layout {
  /** `document`: what is written has to be JSON, and becomes a document. */
  readonly kind: 'text' | 'json' | 'document';
  toLines(value: WireValue | undefined): string;
  /** As a draft keeps it; `undefined`: it is nothing that could be written. */
  fromLines(text: string): string | undefined;
}

const LONG = 120;

const extended = (value: WireValue | undefined): unknown =>
  typeof value === 'object' && value !== null && '$extended' in value ? value.$extended : value;

const plain: Layout = {
  kind: 'text',
  toLines: (value) => (typeof value === 'string' ? value : ''),
  fromLines: (text) => text,
};
const json: Layout = {
  kind: 'json',
  toLines: (value) => (typeof value === 'string' ? inLines(value) : ''),
  fromLines: (text) => (isJson(text) ? compact(text) : undefined),
};
const ofDocuments: Layout = {
  kind: 'document',
  toLines: (value) => (value === undefined || value === null ? '' : JSON.stringify(extended(value), null, 2)),
  fromLines: (text) => (isJson(text) && /^\s*[[{]/.test(text) ? JSON.stringify(JSON.parse(text)) : undefined),
};

/** How a field is compared line by line; `undefined` where its values are short, or of classes that have no lines. */
export function layoutOf(field: FieldOf): Layout | undefined {
  const values = origins.map((origin) => field[origin]).filter((value) => value !== undefined && value !== null);
  const sides = [field.local, field.remote];
  if (sides.some((value) => value === undefined || value === null)) return undefined;
  if (values.every((value) => ['document', 'list'].includes(typeOf(value)))) return ofDocuments;
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length < values.length) return undefined;
  if (texts.every(isCompactJson)) return json;
  return texts.some((text) => text.includes('\n') || text.length > LONG) ? plain : undefined;
}

/** What was written for a field of documents, as the document that it is. */
export const documentFrom = (text: string): WireValue => ({ $extended: JSON.parse(text) as never });

/** A field for writing gives line feeds alone; a text whose lines all ended otherwise keeps its ends. */
export const withEndsOf = (like: string, text: string): string =>
  /\r\n/.test(like) && !/(?<!\r)\n/.test(like) ? text.replaceAll(/\r?\n/g, '\r\n') : text;
