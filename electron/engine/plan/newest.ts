import { fieldOf, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { SideName } from '../settings.ts';

/**
 * Which of two values is later, for a column that the person declared as trusted. Only values of one class are
 * compared: numbers by size, text by code unit (ISO 8601 sorts so). Equal, missing or unlike values: nobody knows.
 */
export function laterValue(a: Value | undefined, b: Value | undefined): SideName | null {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? null : a > b ? 'A' : 'B';
  if (isNumber(a) && isNumber(b)) return a === b || !(a > b || a < b) ? null : a > b ? 'A' : 'B';
  return null;
}

const isNumber = (value: Value | undefined): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

export const laterSide = (a: State, b: State, column: string): SideName | null =>
  laterValue(fieldOf(a, column), fieldOf(b, column));
