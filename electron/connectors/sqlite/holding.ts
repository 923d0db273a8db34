import type { Affinity } from '../../../shared/model/affinity.ts';
import { BsonValue, type Value } from '../../engine/port/value.ts';

const NUMBER_TEXT = /^[\s+-]*(\d|\.\d)/;

/** Could the column hold something else than `value` after it was written? May say yes too often, never too rarely. */
export function mayConvert(value: Value, affinity: Affinity): boolean {
  switch (affinity) {
    case 'none':
      return false;
    case 'text':
      return typeof value === 'bigint' || typeof value === 'number';
    case 'real':
      return typeof value === 'bigint' || Object.is(value, -0) || isNumberText(value);
    case 'integer':
    case 'numeric':
      return Number.isInteger(value) || isNumberText(value);
  }
}

const isNumberText = (value: Value): boolean => typeof value === 'string' && NUMBER_TEXT.test(value);

/** Why SQLite cannot hold `value` at all; '' if it can. */
export function cannotHold(value: Value | undefined): string {
  if (value === undefined) return 'a field of a SQLite table cannot be missing';
  if (value instanceof BsonValue) return 'SQLite has no such type';
  if (typeof value === 'number' && Number.isNaN(value)) return 'SQLite has no "not a number" and would store NULL';
  if (typeof value === 'bigint' && value !== BigInt.asIntN(64, value)) return 'the number needs more than 64 bits';
  if (typeof value === 'string' && !value.isWellFormed()) return 'the text holds half a character';
  return '';
}
