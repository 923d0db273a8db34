import { FIELD_ORDER } from '../../engine/port/connector.ts';
import { entriesOf, type State } from '../../engine/port/record.ts';
import { BsonValue, type Value } from '../../engine/port/value.ts';
import {
  fromWire,
  isExtended,
  toWire,
  wireRecordFrom,
  type WireRecord,
  type WireValue,
} from '../../../shared/model/ejson.ts';
import { bsonFromJson, jsonOfBson } from './bson-json.ts';

export const wireOf = (value: Value): WireValue =>
  value instanceof BsonValue ? { $extended: jsonOfBson(value) } : toWire(value);

/** Without the pseudo-field that only tells the order of the others. */
export const wireStateOf = (state: State): WireRecord | null =>
  state &&
  wireRecordFrom(
    entriesOf(state).filter(([name]) => name !== FIELD_ORDER),
    wireOf,
  );

/** A value that has passed the contract. */
export const valueOf = (wire: WireValue): Value =>
  isExtended(wire) ? bsonFromJson(wire.$extended) : (fromWire(wire) ?? null);
export const recordValuesOf = (wire: WireRecord): ReadonlyMap<string, Value> =>
  new Map(Object.entries(wire).map(([name, value]) => [name, valueOf(value)]));

/** The engine's 0 = never. */
export const momentOf = (ms: number): string => new Date(ms).toISOString();
export const momentOrNull = (ms: number | undefined): string | null => (ms ? momentOf(ms) : null);

/** Without the entries that are `undefined`, which an optional property is not allowed to be. */
export function given<T extends object>(entries: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
