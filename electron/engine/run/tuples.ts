import { hasRank } from '../port/bson-key.ts';
import { encodeKey, type Collation, type Key } from '../port/key-codec.ts';
import { fieldOf, type State } from '../port/record.ts';
import { BsonValue, type Value } from '../port/value.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { OpCounts, WrittenRecord } from '../reports/run.ts';
import type { ActionRow } from '../state/stored.ts';

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

/** What these writes do to their record on each side. */
export const opsOf = (writes: readonly SideWrite[]): WrittenRecord['op'] =>
  Object.fromEntries(writes.map(({ side, from, to }) => [side, opOf(from, to)]));

/** How many of the records are inserted, updated and deleted on each side. */
export function countWrites(records: readonly Pick<WrittenRecord, 'op'>[]): Readonly<Record<SideName, OpCounts>> {
  const counts: Record<SideName, Record<keyof OpCounts, number>> = {
    A: { insert: 0, update: 0, delete: 0 },
    B: { insert: 0, update: 0, delete: 0 },
  };
  for (const { op } of records)
    for (const side of sideNames) {
      const one = op[side];
      if (one) counts[side][one]++;
    }
  return counts;
}

/** Fields that count together, and how the side compares them. */
export interface TupleRule {
  readonly fields: readonly string[];
  readonly collations: readonly Collation[];
  readonly nullsClash?: boolean;
}

/**
 * The values of these fields. `null` where one is NULL or missing, which never clashes and refers to nothing (unless it
 * clashes here), or is of a type that only the side itself can compare.
 */
export function tupleOf(record: State, { fields, nullsClash = false }: Omit<TupleRule, 'collations'>): Value[] | null {
  if (record === null) return null;
  const values: Value[] = [];
  for (const field of fields) {
    const value = fieldOf(record, field) ?? null;
    if (value === null && !nullsClash) return null;
    if (value instanceof BsonValue && !hasRank(value.type)) return null;
    values.push(value);
  }
  return values;
}

/** What `record` holds under the rule, as comparable bytes. */
export function tupleKey(record: State, rule: TupleRule): Key | null {
  const values = tupleOf(record, rule);
  return values && encodeKey(values, rule.collations);
}

/** The tuple that the write brings to the side, if it was not there before. */
export function takes({ from, to }: SideWrite, rule: TupleRule): { values: Value[]; key: Key } | null {
  const values = tupleOf(to, rule);
  const key = tupleKey(to, rule);
  if (!values || !key || tupleKey(from, rule) === key) return null;
  return { values, key };
}

/** The tuple that the write takes away from the side. */
export function gives({ side, from, to }: SideWrite, rule: TupleRule): { values: Value[]; key: Key } | null {
  return takes({ side, from: to, to: from }, rule);
}

export const opOf = (from: State, to: State): 'insert' | 'update' | 'delete' =>
  to === null ? 'delete' : from === null ? 'insert' : 'update';
