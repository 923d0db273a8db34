import { FIELD_ORDER } from '../../engine/port/connector.ts';
import { ORDER_OF_FIELDS, orderIn } from '../../engine/port/field-order.ts';
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
import { RECORD_BYTES, shortened } from './shortened.ts';

export const wireOf = (value: Value): WireValue =>
  value instanceof BsonValue ? { $extended: jsonOfBson(value) } : toWire(value);

/** Without the pseudo-field that only tells the order of the others. What is long is shown in short. */
export const wireStateOf = (state: State): WireRecord | null => wireStatesOf([state], [])[0] ?? null;

/** With the order of the fields, as people read it, where nothing else is what these fields are about. */
export function wireStatesOf(
  states: readonly State[],
  fields: readonly string[],
  most = RECORD_BYTES,
): (WireRecord | null)[] {
  const isOrder = fields.length > 0 && fields.every((name) => name === FIELD_ORDER);
  const shown = shortened(states, fields, most);
  return states.map((state, i) => {
    const wire = wholeStateOf(shown[i] ?? null);
    if (!isOrder || state === null || wire === null) return wire;
    const told = orderIn(state);
    return { ...wire, [ORDER_OF_FIELDS]: told.length > 0 ? told.join(', ') : 'by name' };
  });
}

const wholeStateOf = (state: State): WireRecord | null =>
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
