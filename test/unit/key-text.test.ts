import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertKeyOf,
  keyFromRef,
  keyText,
  typedValues,
  wireKeyOf,
  type KeyShape,
} from '../../electron/api/mapping/key-text.ts';
import { bsonFromJson } from '../../electron/api/mapping/bson-json.ts';
import { likeOthers, numberLike } from '../../electron/api/handlers/conflicts.ts';
import { decodeKey, encodeKey } from '../../electron/engine/port/key-codec.ts';
import type { Value } from '../../electron/engine/port/value.ts';

const part: fc.Arbitrary<Value> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.uint8Array(),
  fc.constant(null),
);

const items: KeyShape = {
  collection: 'items',
  isDocument: false,
  isKnown: () => Promise.reject(new Error('not asked')),
  parts: [
    { name: 'land', type: 'TEXT', collation: 'nocase' },
    { name: 'no', type: 'INTEGER', collation: 'binary' },
  ],
};

const int32 = (text: string): Value => bsonFromJson({ $numberInt: text });

describe('keys for people', () => {
  it('are read back from their bytes', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (values) => {
        expect(decodeKey(encodeKey(values, []))).toEqual(values);
      }),
    );
    expect(keyText(encodeKey([7n], []))).toBe('7');
    expect(keyText(encodeKey(['DE', 4711], []))).toBe('DE, 4711');
    expect(wireKeyOf(encodeKey([1n], []))).toEqual({ hex: '0110bff00000000000008000', text: '1' });
  });

  it('are found again by what a person types', async () => {
    expect(await keyFromRef({ parts: ['DE', '4711'] }, async () => items)).toBe(
      encodeKey(['de', 4711n], ['nocase', 'binary']),
    );
    const bytes = encodeKey(['x'], []);
    expect(await keyFromRef({ hex: wireKeyOf(bytes).hex }, () => Promise.reject(new Error('not asked')))).toBe(bytes);
    await expect(keyFromRef({ parts: ['DE'] }, async () => items)).rejects.toMatchObject({
      code: 'usage',
      hint: 'Give the values of land, no, in this order, separated by commas.',
    });
  });

  it('take the class that the field stores', () => {
    expect([
      typedValues('7', 'INTEGER'),
      typedValues(' +7 ', 'INTEGER'),
      typedValues('7', 'TEXT'),
      typedValues('7', 'REAL'),
      typedValues('7.5', 'INTEGER'),
      typedValues('x', 'INT'),
      typedValues('007', 'VARCHAR(3)'),
    ]).toEqual([[7n], [7n], ['7'], [7], [7.5], ['x'], ['007']]);
  });

  it('[W17] without a declared type what was typed means the number or the text, and where both are known neither', async () => {
    expect([typedValues('7', ''), typedValues('1.5', 'BLOB'), typedValues(' 7', 'ANY'), typedValues('x', '')]).toEqual([
      [7n, '7'],
      [1.5, '1.5'],
      [' 7'],
      ['x'],
    ]);
    const shape = (...known: Value[]): KeyShape => ({
      collection: 'items',
      isDocument: false,
      isKnown: async (key) => known.some((value) => encodeKey([value], []) === key),
      parts: [{ name: 'k', type: '', collation: 'binary' }],
    });
    const found = (...known: Value[]): Promise<string> => keyFromRef({ parts: ['1'] }, async () => shape(...known));
    expect(await found(1n)).toBe(encodeKey([1n], []));
    expect(await found('1')).toBe(encodeKey(['1'], []));
    expect(await found()).toBe(encodeKey([1n], []));
    await expect(found(1n, '1')).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringMatching(/^Name the one you mean: hex:[0-9a-f]+ \(number\), or hex:[0-9a-f]+ \(text\)$/),
    });
  });

  it('[W17] bytes that are the key of no record are refused', async () => {
    const none = () => Promise.reject(new Error('not asked'));
    for (const hex of ['31', 'ff', '01', `${wireKeyOf(encodeKey(['x'], [])).hex}00`])
      await expect(keyFromRef({ hex }, none).then((key) => assertKeyOf(items, key))).rejects.toMatchObject({
        code: 'usage',
      });
    assertKeyOf(items, encodeKey(['de', 1n], []));
    for (const values of [['DE', 1n], ['de']])
      expect(() => assertKeyOf(items, encodeKey(values, []))).toThrow(/key of no record of items/);
  });
});

describe('a typed value', () => {
  it('takes the class of the values it stands beside', () => {
    expect([
      likeOthers('7', [5n]),
      likeOthers('7', ['5']),
      likeOthers('7.5', [5n, null]),
      likeOthers('7', [1.5]),
      likeOthers('NULL', [5n]),
      likeOthers('null', [5n]),
      likeOthers('9223372036854775807', [5n]),
      likeOthers('9007199254740993', [5n]),
      likeOthers('1e3', [5n]),
      likeOthers('-2.50E+2', [5n]),
      likeOthers('1e3', [1.5]),
      likeOthers('1e30', [5n]),
      likeOthers('1e3', ['ten']),
    ]).toEqual([7n, '7', 7.5, 7, null, null, 9223372036854775807n, 9007199254740993n, 1000n, -250n, 1000, 1e30, '1e3']);
  });

  it('[W2] in a whole record a number takes the class of the numbers it stands beside', () => {
    expect([
      numberLike(1000, [5n, null]),
      numberLike(7.5, [5n]),
      numberLike(1e30, [5n]),
      numberLike(2n, [1.5]),
      numberLike(1000, [5n, 1.5]),
      numberLike(2n, [5n, 1.5]),
      numberLike(1000, ['ten']),
      numberLike('1e3', [5n]),
      numberLike(null, [5n]),
    ]).toEqual([1000n, 7.5, 1e30, 2, 1000, 2n, 1000, '1e3', null]);
  });

  it('[W2] is a list or a document where one stands, its numbers as they are written, and no text', () => {
    const json = (text: string): Value => bsonFromJson(JSON.parse(text) as never);
    const list = json('[{"$numberInt":"1"}]');
    const document = json('{"city":"Bath"}');
    expect(likeOthers('[1, 222]', [list], true)).toEqual(json('[{"$numberInt":"1"},{"$numberInt":"222"}]'));
    expect(likeOthers('[1.0, 9007199254740993]', [list, null], true)).toEqual(
      json('[{"$numberDouble":"1.0"},{"$numberLong":"9007199254740993"}]'),
    );
    expect(likeOthers('{"city":"Rome","zip":["a"]}', [document], true)).toEqual(json('{"city":"Rome","zip":["a"]}'));
    expect(likeOthers('[1]', ['a text', list], true)).toEqual(json('[{"$numberInt":"1"}]'));
    expect(likeOthers('"abc"', [document], true)).toBe('abc');
    expect(likeOthers('abc', [document, 'a text'], true)).toBe('abc');
    for (const [text, other] of [
      ['abc', document],
      ['abc', list],
      ['yesterday', json('{"$date":{"$numberLong":"0"}}')],
      ['maybe', json('true')],
    ] as const)
      expect(() => likeOthers(text, [other, null], true)).toThrow('is a text, and what stands there now is none');
    expect(() => likeOthers('[1, 2', [list], true)).toThrow('is a text');
    expect(() => likeOthers('[1, }]', [list], true)).toThrow('no list or document in JSON');
    expect(() => likeOthers('[99999999999999999999]', [list], true)).toThrow('no list or document in JSON');
  });

  it('[W2] takes the type of a number that only documents have, where it fits', () => {
    expect(['1e3', '7', '3000000000', '1.5'].map((text) => likeOthers(text, [int32('5')], true))).toEqual([
      int32('1000'),
      int32('7'),
      3_000_000_000n,
      1.5,
    ]);
    const decimal = (text: string): Value => bsonFromJson({ $numberDecimal: text });
    expect(likeOthers('1e3', [decimal('1.5')], true)).toEqual(decimal('1E+3'));
    expect(() => likeOthers('0x10', [decimal('1.5')], true)).toThrow('is no number');
  });

  it('[W2] is refused where it could mean two things, or is larger than the field can hold', () => {
    expect(() => likeOthers('null', ['a'])).toThrow('could be a text or no value at all');
    expect(() => likeOthers('9223372036854775808', [5n])).toThrow('no INTEGER can hold');
  });

  it('[W2] is refused beside bytes alone, with how bytes are given', () => {
    const bytes = new Uint8Array([0, 1]);
    expect(() => likeOthers('hello', [bytes, null])).toThrow('“hello” is a text, and what stands there now is bytes');
    expect([likeOthers('hello', [bytes, 'text']), likeOthers('NULL', [bytes])]).toEqual(['hello', null]);
  });

  it('[W2] is refused where it is no number beside numbers, and taken where a text stands there, too', () => {
    for (const wrong of ['forty', '', '0x10', '0b1', '1_000', '007', ' 7', '.5', 'Infinity', '1e999'])
      for (const others of [[5n, null], [1.5], [5n, 1.5], [int32('5')]])
        expect(() => likeOthers(wrong, others)).toThrow('is no number');
    expect([likeOthers('forty', [5n, 'ten']), likeOthers('forty', [null]), likeOthers('', ['ten'])]).toEqual([
      'forty',
      'forty',
      '',
    ]);
  });
});
