import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { displayValue } from '../../../shared/model/display.ts';
import type { WireRecord, WireValue } from '../../../shared/model/ejson.ts';
import { titleOf as nameOf } from '../../model/records.ts';

export const origins = ['base', 'local', 'remote'] as const;
export type Origin = (typeof origins)[number];

/** One field of the record in dispute, on all three. `undefined`: not there. */
export interface FieldOf {
  readonly name: string;
  readonly base: WireValue | undefined;
  readonly local: WireValue | undefined;
  readonly remote: WireValue | undefined;
}

export interface Fields {
  /** Both sides changed them, each in its own way. */
  readonly disputed: readonly FieldOf[];
  /** Only one side changed them: they flow to the other one in any case. */
  readonly merged: readonly FieldOf[];
  readonly equal: readonly FieldOf[];
}

/** Two values of a database are the same if their canonical forms are. */
export const isSame = (a: WireValue | undefined, b: WireValue | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));

const at = (record: WireRecord | null, name: string): WireValue | undefined =>
  record !== null && Object.hasOwn(record, name) ? record[name] : undefined;

export function fieldsOf({ base, local, remote, fields }: WireConflict): Fields {
  const names = new Set([base, local, remote].flatMap((record) => Object.keys(record ?? {})));
  const all = [...new Set([...fields, ...names])].map((name): FieldOf => ({
    name,
    base: at(base, name),
    local: at(local, name),
    remote: at(remote, name),
  }));
  // A side that refuses a record says of no field that it is in dispute: then what one side has otherwise is decided upon.
  const named = fields.length > 0 || local === null || remote === null;
  const inDispute = new Set(
    named ? fields : all.filter((field) => !isSame(field.local, field.remote)).map(({ name }) => name),
  );
  const others = all.filter(({ name }) => !inDispute.has(name));
  return {
    disputed: all.filter(({ name }) => inDispute.has(name)),
    merged: others.filter((field) => !isSame(field.local, field.remote)),
    equal: others.filter((field) => isSame(field.local, field.remote)),
  };
}

/** What a field that one side changed will be on both. */
export const mergedValue = ({ base, local, remote }: FieldOf): WireValue | undefined =>
  isSame(local, base) ? remote : local;

/** The type of a value in a word, for the badge below the name of a field. */
export function typeOf(value: WireValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return 'text';
  if ('$numberLong' in value) return 'integer';
  if ('$numberDouble' in value) return 'double';
  if ('$binary' in value) return 'bytes';
  const body = value.$extended;
  if (typeof body === 'boolean') return 'boolean';
  if (Array.isArray(body)) return 'list';
  const [tag, more] = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const tags: Readonly<Record<string, string>> = {
    $date: 'date',
    $oid: 'object id',
    $numberInt: 'int',
    $numberLong: 'long',
    $numberDouble: 'double',
    $numberDecimal: 'decimal',
    $uuid: 'UUID',
    $binary: 'bytes',
  };
  return more === undefined && tag !== undefined ? (tags[tag] ?? 'document') : 'document';
}

/** `integer → double` where the two sides differ in it. */
export function typesOf({ local, remote }: FieldOf): string {
  const types = [...new Set([typeOf(local), typeOf(remote)].filter((type) => type !== ''))];
  return types.join(' → ');
}

/** As a person would type it; what cannot be typed is shown, and chosen only from a side. */
export const typedOf = (value: WireValue | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : displayValue(value, Infinity);

/** How people call the record, and its key; one without a name is called by its collection and its key. */
export function titleOf({ collection, local, remote, base, key }: WireConflict): {
  readonly title: string;
  readonly key: string | null;
} {
  const name = nameOf(local, remote, base);
  return name === undefined
    ? { title: `${collection} ${key.text}`, key: null }
    : { title: displayValue(name), key: key.text };
}
