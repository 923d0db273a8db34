import { describe, expect, test } from 'vitest';
import {
  decodeRecord,
  decodeState,
  encodeRecord,
  encodeState,
  hashBytes,
  hashRecord,
  hashValue,
} from '../../electron/engine/port/record-codec.ts';
import { recordFrom, sameState } from '../../electron/engine/port/record.ts';
import type { Value } from '../../electron/engine/port/value.ts';

const record = recordFrom([
  ['n', null],
  ['i', -9223372036854775808n],
  ['r', -0],
  ['t', 'é\0\u{1F600}'],
  ['b', Uint8Array.from([0, 255])],
]);

describe('the bytes of a record', () => {
  test('never change without a new format', () => {
    const bytes = encodeRecord(
      recordFrom([
        ['a', 1n],
        ['b', 1],
        ['c', null],
        ['d', 'x'],
        ['e', Uint8Array.from([7])],
      ]),
    );
    expect(bytes.toString('hex')).toBe(
      '01' +
        '00000005' +
        ['a', 'b', 'c', 'd', 'e'].map((name) => `00000001${Buffer.from(name).toString('hex')}`).join('') +
        '010000000000000001' +
        '023ff0000000000000' +
        '00' +
        '030000000178' +
        '040000000107',
    );
  });

  test('come back with class, sign and every byte', () => {
    expect(decodeRecord(encodeRecord(record))).toStrictEqual(record);
    expect(decodeState(encodeState(record))).toStrictEqual(record);
    expect(decodeState(encodeState(null))).toBeNull();
  });

  test('are read from the middle of a larger buffer', () => {
    const encoded = encodeRecord(record);
    const larger = new Uint8Array(encoded.length + 7);
    larger.set(encoded, 3);
    expect(decodeState(larger.subarray(3, 3 + encoded.length))).toStrictEqual(record);
  });

  test('belong to the caller: a later record does not write over them', () => {
    const first = encodeRecord(record);
    const copy = Buffer.from(first);
    encodeRecord(recordFrom([['other', 'x'.repeat(200_000)]]));
    encodeRecord(recordFrom([['other', 'y'.repeat(first.length)]]));
    expect(first.equals(copy)).toBe(true);
  });

  test('do not belong to the value that was decoded from them', () => {
    const encoded = encodeRecord(record);
    const decoded = decodeRecord(encoded);
    encoded.fill(0);
    expect(decoded).toStrictEqual(record);
  });

  test('are the same for every pattern of NaN', () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)[0] as number;
    expect(encodeRecord(recordFrom([['v', odd]]))).toEqual(encodeRecord(recordFrom([['v', Number.NaN]])));
  });

  test('hold text longer than the scratch buffer, and a field called __proto__', () => {
    const long = recordFrom([
      ['__proto__', '\u{1F600}'.repeat(100_000)],
      ['', ''],
    ]);
    expect(sameState(decodeRecord(encodeRecord(long)), long)).toBe(true);
  });

  test('of an unknown format are refused', () => {
    expect(() => decodeRecord(Buffer.from([9, 0, 0, 0, 0]))).toThrow('Unknown record format 9');
  });
});

describe('hashes', () => {
  test('of records are 128 bits of their bytes', () => {
    expect(hashRecord(record)).toEqual(hashBytes(encodeRecord(record)));
    expect(hashRecord(record)).toHaveLength(16);
  });

  test('of values are 64 bits, and tell classes apart', () => {
    const values: Value[] = [null, 0n, 0, -0, '', '0', new Uint8Array(0), Uint8Array.from([48])];
    expect(new Set(values.map((value) => hashValue(value).toString('hex'))).size).toBe(values.length);
    expect(hashValue('x')).toHaveLength(8);
    expect(hashValue('x')).toEqual(hashValue('x'));
  });
});
