import { entriesOf, type State } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import {
  fromWire,
  fromWireRecord,
  toWireRecord,
  type WireRecord,
  type WireValue,
} from '../../../shared/model/ejson.ts';

export const wireStateOf = (state: State): WireRecord | null => state && toWireRecord(entriesOf(state));

/** A value that has passed the contract. */
export const valueOf = (wire: WireValue): Value => fromWire(wire) ?? null;
export const recordValuesOf = (wire: WireRecord): ReadonlyMap<string, Value> => fromWireRecord(wire);

/** The engine's 0 = never. */
export const momentOf = (ms: number): string => new Date(ms).toISOString();
export const momentOrNull = (ms: number | undefined): string | null => (ms ? momentOf(ms) : null);

/** Without the entries that are `undefined`, which an optional property is not allowed to be. */
export function given<T extends object>(entries: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
