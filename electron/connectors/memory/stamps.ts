import type { Stamp } from '../../engine/port/connector.ts';
import { fieldOf } from '../../engine/port/record.ts';
import { sameValue, type Value } from '../../engine/port/value.ts';
import type { BoundCollection } from './binding.ts';
import type { MemoryTransaction } from './transaction.ts';

/** Writes the fields of one stamp, unless the record is gone, shows another value in `where`, holds them already, or something of its own in their place. */
export function writeStamp(
  transaction: MemoryTransaction,
  bound: BoundCollection,
  { key, where, set, fill }: Stamp,
): void {
  const row = bound.rowOf(key);
  const stored = row === null ? null : bound.table().get(row);
  const found = (name: string): Value | undefined => fieldOf(stored, name);
  if (row === null || stored === null || !sameValue(found(where.name), where.value)) return;
  if (bound.ownIn(row).length > 0) return;
  const missing = Object.entries(fill).filter(([name]) => (found(name) ?? null) === null);
  const changes = [...Object.entries(set), ...missing].filter(([name, value]) => !sameValue(found(name), value));
  if (changes.length > 0) transaction.update(bound.spec.physical, row, new Map(changes));
}
