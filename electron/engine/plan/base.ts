import { hashRecord, hashValue } from '../port/record-codec.ts';
import { allNames, fieldOf, recordFrom, sameState, type RecordImage, type State } from '../port/record.ts';
import { sameValue, type Value } from '../port/value.ts';

/**
 * What both sides were last told about one record. The document is kept so that people see *before*; where it was
 * too large, the vector (64 bits a field) still tells which fields changed.
 */
export interface Base {
  readonly hash: Buffer;
  readonly doc: RecordImage | null;
  readonly vector: ReadonlyMap<string, Buffer> | null;
}

export function baseOf(record: RecordImage, hash = hashRecord(record)): Base {
  return { hash, doc: record, vector: null };
}

export function vectorOf(record: RecordImage): Map<string, Buffer> {
  return new Map(record.names.map((name, i) => [name, hashValue(record.values[i] as Value)]));
}

/** The same content as the base, absence included. */
export function isBase(base: Base | null, state: State): boolean {
  if (base === null || state === null) return base === null && state === null;
  if (base.doc) return sameState(base.doc, state);
  return base.hash.equals(hashRecord(state));
}

/** Does the base hold `value` (`undefined` = missing) in this field? */
export function baseHas(base: Base, name: string, value: Value | undefined): boolean {
  if (base.doc) return sameValue(fieldOf(base.doc, name), value);
  const known = base.vector?.get(name);
  if (known === undefined || value === undefined) return known === undefined && value === undefined;
  return known.equals(hashValue(value));
}

export const baseNames = (base: Base | null): readonly string[] =>
  base === null ? [] : (base.doc?.names ?? [...(base.vector?.keys() ?? [])]);

/** All field names that occur anywhere, sorted. */
export const namesOf = (base: Base | null, a: State, b: State): string[] =>
  [...new Set([...baseNames(base), ...allNames(a, b)])].sort();

/**
 * The base after a write that may have arrived in part (L5): a field advances to the agreed value only where both
 * sides now show it. `shows(side, field)` is true if the side was written in that field, or held the value already.
 * `undefined`: the base stays as it is.
 */
export function advanceBase(
  base: Base | null,
  agreed: State,
  shows: (side: 'A' | 'B', field: string) => boolean,
  whole: boolean,
): Base | null | undefined {
  if (whole) return agreed && baseOf(agreed);
  if (base === null || agreed === null) return undefined;
  const names = namesOf(base, agreed, null);
  const arrived = names.filter((name) => shows('A', name) && shows('B', name));
  if (arrived.length === 0) return undefined;
  return base.doc ? advanceDocument(base.doc, agreed, arrived) : advanceVector(base, agreed, arrived);
}

function advanceDocument(doc: RecordImage, agreed: RecordImage, arrived: readonly string[]): Base {
  const fields = new Map<string, Value | undefined>(doc.names.map((name, i) => [name, doc.values[i]]));
  for (const name of arrived) fields.set(name, fieldOf(agreed, name));
  return baseOf(recordFrom(fields));
}

/** Without a document the record hash of a mixture is unknown; an all-zero hash equals no record, so fields decide. */
function advanceVector(base: Base, agreed: RecordImage, arrived: readonly string[]): Base {
  const vector = new Map(base.vector);
  for (const name of arrived) {
    const value = fieldOf(agreed, name);
    if (value === undefined) vector.delete(name);
    else vector.set(name, hashValue(value));
  }
  return { hash: Buffer.alloc(16), doc: null, vector };
}
