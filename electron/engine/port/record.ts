import { sameValue, type Value } from './value.ts';

/**
 * One record under the logical names of its collection. `names` is sorted by code unit and shared between the
 * records of one shape, so that a million rows do not carry a million copies; `values[i]` belongs to `names[i]`.
 */
export interface RecordImage {
  readonly names: readonly string[];
  readonly values: readonly Value[];
}

/** A record, or `null` where there is none under that key. */
export type State = RecordImage | null;

export function fieldOf(record: State, name: string): Value | undefined {
  if (record === null) return undefined;
  const at = record.names.indexOf(name);
  return at < 0 ? undefined : record.values[at];
}

/** Builds a record from name/value pairs; a value `undefined` leaves the field out. */
export function recordFrom(entries: Iterable<readonly [string, Value | undefined]>): RecordImage {
  const present: [string, Value][] = [];
  for (const [name, value] of entries) if (value !== undefined) present.push([name, value]);
  present.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { names: present.map(([name]) => name), values: present.map(([, value]) => value) };
}

export function entriesOf(record: RecordImage): [string, Value][] {
  return record.names.map((name, i) => [name, record.values[i] as Value]);
}

export function sameState(a: State, b: State): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.names.length !== b.names.length) return false;
  if (a.names !== b.names && a.names.some((name, i) => name !== b.names[i])) return false;
  return a.values.every((value, i) => sameValue(value, b.values[i]));
}

/** Names of the fields in which the two differ, in order. Absence on one side: every field of the other. */
export function changedFields(from: State, to: State): string[] {
  const names = from && to && from.names === to.names ? from.names : allNames(from, to);
  return names.filter((name) => !sameValue(fieldOf(from, name), fieldOf(to, name)));
}

/** The union of both sides' field names, sorted. */
export function allNames(...records: readonly State[]): string[] {
  return [...new Set(records.flatMap((record) => record?.names ?? []))].sort();
}

/** `record` with some fields replaced; `undefined` removes a field. */
export function withFields(record: RecordImage, patch: ReadonlyMap<string, Value | undefined>): RecordImage {
  return recordFrom([...entriesOf(record).filter(([name]) => !patch.has(name)), ...patch]);
}
