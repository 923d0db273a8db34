import { bsonText } from './bson-text.ts';

/**
 * A value of one field as the engine sees it: NULL, 64-bit integer, double, text, bytes.
 * The classes are kept apart (`1n` is not `1`), because sides store them apart.
 * A field that is *missing* is `undefined`, which is neither NULL nor empty text.
 */
export type Value = null | bigint | number | string | Uint8Array | BsonValue;

/**
 * A value of a document store that none of the other classes carries exactly: the type of its BSON element and the
 * bytes after the element's name, untouched (bsonspec.org). Equal only where both are.
 */
export class BsonValue {
  readonly type: number;
  readonly bytes: Uint8Array;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }

  /** For messages. */
  toString(): string {
    return bsonText(this.type, this.bytes);
  }
}

export type ValueClass = 'null' | 'integer' | 'real' | 'text' | 'blob' | 'bson';

export function classOf(value: Value): ValueClass {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'bigint':
      return 'integer';
    case 'number':
      return 'real';
    case 'string':
      return 'text';
    default:
      return value instanceof BsonValue ? 'bson' : 'blob';
  }
}

/** Same class and same content; NaN equals NaN, and -0 differs from 0. `undefined` (missing) equals only itself. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof BsonValue) return b instanceof BsonValue && a.type === b.type && sameBytes(a.bytes, b.bytes);
  return a instanceof Uint8Array && b instanceof Uint8Array && sameBytes(a, b);
}

/** The same, or the two zeros: a side may know only one of them, and that is no other value (SQ35). */
export const sameButForSign = (a: Value | undefined, b: Value | undefined): boolean =>
  sameValue(a, b) || (a === 0 && b === 0);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;
