import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyFromRef, keyText, typedValue, wireKeyOf, type KeyShape } from '../../electron/api/mapping/key-text.ts';
import { likeOthers } from '../../electron/api/handlers/conflicts.ts';
import { decodeKey, encodeKey } from '../../electron/engine/port/key-codec.ts';
import type { Value } from '../../electron/engine/port/value.ts';

const part: fc.Arbitrary<Value> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.uint8Array(),
  fc.constant(null),
);

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
    const shape: KeyShape = {
      collection: 'items',
      parts: [
        { name: 'land', type: 'TEXT', collation: 'nocase' },
        { name: 'no', type: 'INTEGER', collation: 'binary' },
      ],
    };
    expect(await keyFromRef({ parts: ['DE', '4711'] }, async () => shape)).toBe(
      encodeKey(['de', 4711n], ['nocase', 'binary']),
    );
    const bytes = encodeKey(['x'], []);
    expect(await keyFromRef({ hex: wireKeyOf(bytes).hex }, () => Promise.reject(new Error('not asked')))).toBe(bytes);
    await expect(keyFromRef({ parts: ['DE'] }, async () => shape)).rejects.toMatchObject({
      code: 'usage',
      hint: 'Give the values of land, no, in this order, separated by commas.',
    });
  });

  it('take the class that the field stores', () => {
    expect([
      typedValue('7', 'INTEGER'),
      typedValue('7', 'TEXT'),
      typedValue('7', 'REAL'),
      typedValue('7', ''),
      typedValue('x', 'INT'),
      typedValue('007', 'VARCHAR(3)'),
    ]).toEqual([7n, '7', 7, 7n, 'x', '007']);
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
      likeOthers('abc', [5n]),
      likeOthers('9223372036854775807', [5n]),
      likeOthers('9007199254740993', [5n]),
    ]).toEqual([7n, '7', 7.5, 7, null, null, 'abc', 9223372036854775807n, 9007199254740993n]);
  });

  it('[W2] is refused where it could mean two things, or is larger than the field can hold', () => {
    expect(() => likeOthers('null', ['a'])).toThrow('could be a text or no value at all');
    expect(() => likeOthers('9223372036854775808', [5n])).toThrow('no INTEGER can hold');
  });
});
