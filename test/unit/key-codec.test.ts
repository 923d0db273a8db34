import { describe, expect, test } from 'vitest';
import { encodeKey, foldText, keyBytes, keyFromBytes, type Collation } from '../../electron/engine/port/key-codec.ts';
import type { Value } from '../../electron/engine/port/value.ts';

const one = (value: Value, collation: Collation = 'binary') => encodeKey([value], [collation]);

describe('the bytes of a key', () => {
  test('start with the format and never change without a new one', () => {
    const hex = (values: readonly Value[], collations: readonly Collation[] = []) =>
      keyBytes(encodeKey(values, collations)).toString('hex');
    expect(hex([])).toBe('01');
    expect(hex([null])).toBe('0105');
    expect(hex([1n])).toBe('0110bff00000000000008000');
    expect(hex([-1])).toBe('0110400fffffffffffff8000');
    expect(hex([9223372036854775807n])).toBe('0110c3e00000000000007fff');
    expect(hex(['aB\0'], ['nocase'])).toBe('0120616200ff0000');
    expect(hex([Uint8Array.from([0, 255])])).toBe('013000ffff0000');
    expect(hex([1n, 'a'])).toBe('0110bff0000000000000800020610000');
  });

  test('come back from a buffer as they were', () => {
    const key = encodeKey([Uint8Array.from({ length: 256 }, (_, i) => i), 'é'], []);
    expect(keyFromBytes(keyBytes(key))).toBe(key);
  });

  test('put NULL before numbers, numbers before text and text before bytes', () => {
    const ordered: Value[] = [
      null,
      Number.NEGATIVE_INFINITY,
      -(2n ** 63n),
      -1.5,
      -1n,
      -5e-324,
      0n,
      5e-324,
      1n,
      1.5,
      2n,
      10n,
      2n ** 53n,
      2n ** 53n + 1n,
      2n ** 63n - 1n,
      2 ** 63,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      '',
      '1',
      'A',
      'a',
      '\uffee',
      '\u{1F600}',
      new Uint8Array(0),
      Uint8Array.from([0]),
    ];
    const keys = ordered.map((value) => one(value));
    expect(keys.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each<[Value, Value]>([
    [1n, 1],
    [0n, -0],
    [0, -0],
    [2n ** 53n, 2 ** 53],
    [-(2n ** 63n), -(2 ** 63)],
    [Number.NaN, new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)[0] as number],
  ])('are the same for %s and %s', (a, b) => {
    expect(one(a)).toBe(one(b));
  });

  test.each<[Value, Value]>([
    [2n ** 53n + 1n, 2 ** 53],
    [2n ** 63n - 1n, 2 ** 63],
    [2n ** 63n - 1n, 2n ** 63n - 2n],
    [1n, '1'],
    ['a', Uint8Array.from([97])],
    ['', null],
    ['\u00e9', 'e\u0301'],
  ])('are different for %s and %s', (a, b) => {
    expect(one(a)).not.toBe(one(b));
  });
});

describe('text under its collation', () => {
  test('NOCASE folds the 26 letters of ASCII and nothing else', () => {
    expect(foldText('AZaz[@`É', 'nocase')).toBe('azaz[@`É');
  });

  test('NOCASE looks at nothing after a zero character but the length in bytes', () => {
    expect(one('a\0b', 'nocase')).toBe(one('A\0Z', 'nocase'));
    expect(one('a\0é', 'nocase')).toBe(one('a\0bc', 'nocase'));
    expect(one('a\0b', 'nocase')).not.toBe(one('a\0', 'nocase'));
    expect(one('a\0b', 'binary')).not.toBe(one('a\0c', 'binary'));
  });

  test('RTRIM drops spaces at the end, and only spaces', () => {
    expect(one('a  ', 'rtrim')).toBe(one('a', 'rtrim'));
    expect(one('a \t', 'rtrim')).not.toBe(one('a', 'rtrim'));
    expect(one(' a', 'rtrim')).not.toBe(one('a', 'rtrim'));
  });

  test('a collation is applied to its own part of the key', () => {
    expect(encodeKey(['A', 'A'], ['nocase', 'binary'])).toBe(encodeKey(['a', 'A'], ['nocase', 'binary']));
    expect(encodeKey(['A', 'A'], ['nocase', 'binary'])).not.toBe(encodeKey(['A', 'a'], ['nocase', 'binary']));
  });
});
