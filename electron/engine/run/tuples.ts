import { encodeKey, type Collation, type Key } from '../port/key-codec.ts';
import { fieldOf, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { OpCounts } from '../reports.ts';
import type { ActionRow } from '../state/store.ts';

/** One side of an action that is written: what stands there and what is to stand. */
export interface SideWrite {
  readonly side: SideName;
  readonly from: State;
  readonly to: State;
}

export function writesOf(action: Pick<ActionRow, 'a' | 'b' | 'toA' | 'toB'>): SideWrite[] {
  return sideNames.flatMap((side): SideWrite[] => {
    const to = side === 'A' ? action.toA : action.toB;
    return to === undefined ? [] : [{ side, from: side === 'A' ? action.a : action.b, to }];
  });
}

/** How many records these actions insert, update and delete on each side. */
export function countWrites(
  actions: readonly Pick<ActionRow, 'a' | 'b' | 'toA' | 'toB'>[],
): Readonly<Record<SideName, OpCounts>> {
  const counts: Record<SideName, Record<keyof OpCounts, number>> = {
    A: { insert: 0, update: 0, delete: 0 },
    B: { insert: 0, update: 0, delete: 0 },
  };
  for (const action of actions) for (const { side, from, to } of writesOf(action)) counts[side][opOf(from, to)]++;
  return counts;
}

/** The values of these fields, or `null` where one is NULL or missing (which never clashes and refers to nothing). */
export function tupleOf(record: State, fields: readonly string[]): Value[] | null {
  if (record === null) return null;
  const values: Value[] = [];
  for (const field of fields) {
    const value = fieldOf(record, field);
    if (value === undefined || value === null) return null;
    values.push(value);
  }
  return values;
}

export const tupleKey = (values: readonly Value[] | null, collations: readonly Collation[]): Key | null =>
  values && encodeKey(values, collations);

/** The tuple that the write brings to the side, if it was not there before. */
export function takes(
  write: SideWrite,
  fields: readonly string[],
  collations: readonly Collation[],
): { values: Value[]; key: Key } | null {
  const values = tupleOf(write.to, fields);
  const key = tupleKey(values, collations);
  if (!values || !key || tupleKey(tupleOf(write.from, fields), collations) === key) return null;
  return { values, key };
}

/** The tuple that the write takes away from the side. */
export function gives(
  write: SideWrite,
  fields: readonly string[],
  collations: readonly Collation[],
): { values: Value[]; key: Key } | null {
  return takes({ side: write.side, from: write.to, to: write.from }, fields, collations);
}

export const opOf = (from: State, to: State): 'insert' | 'update' | 'delete' =>
  to === null ? 'delete' : from === null ? 'insert' : 'update';
