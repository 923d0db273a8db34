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

/** Up to here looking at each name in turn is faster than halving. */
const FEW = 16;

/** Where `name` stands in a sorted list of names; -1 where it does not. A document may have a hundred thousand. */
export function placeOf(names: readonly string[], name: string): number {
  if (names.length <= FEW) return names.indexOf(name);
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] as string) < name) low = middle + 1;
    else high = middle;
  }
  return names[low] === name ? low : -1;
}

export function fieldOf(record: State, name: string): Value | undefined {
  if (record === null) return undefined;
  const at = placeOf(record.names, name);
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
  if (a === null || b === null || !sameNames(a, b)) return false;
  return a.values.every((value, i) => sameValue(value, b.values[i]));
}

const known = new Map<string, readonly string[]>();

/** One array for all lists of these names, so that records of one shape share it however they were made. */
export function sharedNames(names: readonly string[]): readonly string[] {
  const text = names.join('\n');
  const found = known.get(text);
  if (found && found.length === names.length && found.every((name, i) => name === names[i])) return found;
  if (known.size > 10_000) known.clear();
  known.set(text, names);
  return names;
}

const sameNames = ({ names: a }: RecordImage, { names: b }: RecordImage): boolean =>
  a === b || (a.length === b.length && a.every((name, i) => name === b[i]));

/** Names of the fields in which the two differ, in order. Absence on one side: every field of the other. */
export function changedFields(from: State, to: State): string[] {
  if (from && to && sameNames(from, to)) return from.names.filter((_, i) => !sameValue(from.values[i], to.values[i]));
  return allNames(from, to).filter((name) => !sameValue(fieldOf(from, name), fieldOf(to, name)));
}

/** The union of both sides' field names, sorted. */
export function allNames(...records: readonly State[]): string[] {
  return [...new Set(records.flatMap((record) => record?.names ?? []))].sort();
}

function given(patch: ReadonlyMap<string, Value | undefined>, name: string | undefined, otherwise: Value): Value {
  const value = name === undefined ? undefined : patch.get(name);
  return value === undefined ? otherwise : value;
}

/** `record` with some fields replaced; `undefined` removes a field. */
export function withFields(record: RecordImage, patch: ReadonlyMap<string, Value | undefined>): RecordImage {
  const { names, values } = record;
  const keepsNames = [...patch].every(([name, value]) => value !== undefined && placeOf(names, name) >= 0);
  if (keepsNames) return { names, values: values.map((value, i) => given(patch, names[i], value)) };
  return recordFrom([...entriesOf(record).filter(([name]) => !patch.has(name)), ...patch]);
}
