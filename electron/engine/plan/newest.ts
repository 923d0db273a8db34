import { compareTimes } from './iso-time.ts';
import { timeOfDate } from '../port/bson-value.ts';
import { encodeRecord } from '../port/record-codec.ts';
import { fieldOf, type State } from '../port/record.ts';
import { int32Of } from '../port/bson-key.ts';
import { bsonType } from '../port/bson-type.ts';
import { BsonValue, type Value } from '../port/value.ts';
import type { SideName } from '../settings.ts';

/**
 * Which of two values is later, for a column that the person declared as trusted. Only values of one class are
 * compared: numbers by size, dates by time, text as the times that it names. Equal, missing or unlike values, and text that names no
 * time: nobody knows.
 */
export function laterValue(a: Value | undefined, b: Value | undefined): SideName | null {
  if (typeof a === 'string' && typeof b === 'string') return laterText(a, b);
  const [dateA, dateB] = [timeOfDate(a), timeOfDate(b)];
  if (dateA !== undefined && dateB !== undefined) return dateA === dateB ? null : dateA > dateB ? 'A' : 'B';
  return laterNumber(numberOf(a), numberOf(b));
}

function laterText(a: string, b: string): SideName | null {
  const later = compareTimes(a, b);
  return later === null || later === 0 ? null : later > 0 ? 'A' : 'B';
}

type Numeric = number | bigint | null;

const laterNumber = (a: Numeric, b: Numeric): SideName | null =>
  a === null || b === null || !(a > b || a < b) ? null : a > b ? 'A' : 'B';

const numberOf = (value: Value | undefined): Numeric => {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof BsonValue && value.type === bsonType.int32 ? int32Of(value) : null;
};

export const laterSide = (a: State, b: State, column: string): SideName | null =>
  laterValue(fieldOf(a, column), fieldOf(b, column));

/**
 * The side whose value of a touch field is taken. A choice has to fall, and has to be the same whichever side is
 * called A: the later value, else the one that is there, is not NULL, is of the higher class; of two texts the one that
 * sorts later, of anything else the greater bytes.
 */
export function touchWinner(a: Value | undefined, b: Value | undefined): SideName {
  const later = laterValue(a, b);
  if (later) return later;
  if (typeof a === 'string' && typeof b === 'string') return a >= b ? 'A' : 'B';
  return Buffer.compare(weight(a), weight(b)) >= 0 ? 'A' : 'B';
}

function weight(value: Value | undefined): Buffer {
  return value === undefined ? Buffer.alloc(0) : encodeRecord({ names: TOUCH, values: [value] });
}
const TOUCH = ['touch'];
