import { decodeKey, keyFromHex } from '../../engine/port/key-codec.ts';

/**
 * The fields of a key as a person would type them, each `null` where that is not sure to lead back to the same record
 * (bytes, NULL, whole numbers in a field of fractions). `null` for all: `hex` is no key.
 */
export function typedParts(hex: string): readonly (string | null)[] | null {
  try {
    return decodeKey(keyFromHex(hex)).map((value) => {
      if (typeof value === 'string') return value;
      if (typeof value === 'bigint') return String(value);
      return typeof value === 'number' && !Number.isInteger(value) && Number.isFinite(value) ? String(value) : null;
    });
  } catch {
    return null;
  }
}
