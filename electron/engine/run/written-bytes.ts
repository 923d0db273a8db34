import { keyBytes, type Key } from '../port/key-codec.ts';
import { fieldOf, type State } from '../port/record.ts';
import { BsonValue, sameValue, type Value } from '../port/value.ts';

/** How much a write carries: the key, and the values of an insert or of the fields that an update changes. */
export function writtenBytes(key: Key, from: State, to: State): number {
  const names = to?.names ?? [];
  return names.reduce((sum, name, i) => {
    const value = to?.values[i] ?? null;
    return from !== null && sameValue(fieldOf(from, name), value) ? sum : sum + sizeOf(value);
  }, keyBytes(key).length);
}

/** A number counts as the eight bytes that it takes at most. */
function sizeOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof BsonValue) return value.bytes.length;
  return value instanceof Uint8Array ? value.length : 8;
}
