/**
 * A value of one field as the engine sees it: NULL, 64-bit integer, double, text, bytes.
 * The classes are kept apart (`1n` is not `1`), because sides store them apart.
 * A field that is *missing* is `undefined`, which is neither NULL nor empty text.
 */
export type Value = null | bigint | number | string | Uint8Array;

export type ValueClass = 'null' | 'integer' | 'real' | 'text' | 'blob';

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
      return 'blob';
  }
}

/** Same class and same content; NaN equals NaN, and -0 differs from 0. `undefined` (missing) equals only itself. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (Object.is(a, b)) return true;
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return false;
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
