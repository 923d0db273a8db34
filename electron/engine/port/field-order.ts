import { FIELD_ORDER } from './connector.ts';
import { fieldOf, withFields, type RecordImage } from './record.ts';

/** What people call the pseudo-field. No document store has it, so nobody else calls a field so but by chance. */
export const ORDER_OF_FIELDS = 'order of the fields';

/** The value of the pseudo-field for fields that stand in this order; `undefined` where that is the order of their names. */
export function orderTold(names: readonly string[]): string | undefined {
  const sorted = names.every((name, at) => at === 0 || (names[at - 1] as string) < name);
  return sorted ? undefined : names.map((name) => `${name}\0`).join('');
}

/** The names that the pseudo-field tells; none where it tells nothing. */
export function orderIn(record: RecordImage): readonly string[] {
  const told = fieldOf(record, FIELD_ORDER);
  return typeof told === 'string' ? told.split('\0').slice(0, -1) : [];
}

/**
 * The record as a side shows it that was given it: its order names the fields that it has, and no others. So what a
 * decision takes out or puts in is no change of the order that nobody made.
 */
export function withSoundOrder(record: RecordImage, key: readonly string[]): RecordImage {
  const told = orderIn(record);
  if (told.length === 0) return record;
  const there = new Set(record.names.filter((name) => name !== FIELD_ORDER && !key.includes(name)));
  const known = told.filter((name) => there.has(name));
  const rest = [...there].filter((name) => !known.includes(name)).sort((a, b) => (a < b ? -1 : 1));
  const order = orderTold([...known, ...rest]);
  return order === fieldOf(record, FIELD_ORDER) ? record : withFields(record, new Map([[FIELD_ORDER, order]]));
}

/** How a sentence tells the field of a document whose name is empty. */
const EMPTY_NAME = '""';

/** Names of fields for a sentence. */
export const fieldList = (fields: readonly string[]): string =>
  fields.map((name) => (name === FIELD_ORDER ? ORDER_OF_FIELDS : name || EMPTY_NAME)).join(', ');

/** Those that hold something: the order of the others is told only where nothing else is. */
export function shownFields(fields: readonly string[]): string[] {
  const real = fields.filter((name) => name !== FIELD_ORDER);
  return real.length === fields.length || real.length > 0 ? real : [ORDER_OF_FIELDS];
}
