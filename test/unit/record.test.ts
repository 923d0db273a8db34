import { describe, expect, test } from 'vitest';
import { fieldOf, placeOf, recordFrom, withFields } from '../../electron/engine/port/record.ts';

const named = (names: readonly string[]) => recordFrom(names.map((name, i) => [name, BigInt(i)] as const));

describe('Fields of a record', () => {
  test.each([0, 1, 15, 16, 17, 18, 1000])('each of %i fields is found at its place, and no other', (count) => {
    const record = named(Array.from({ length: count }, (_, i) => `f${i}`));
    expect(record.names.map((name) => placeOf(record.names, name))).toEqual(record.names.map((_, at) => at));
    expect(['', 'f', 'f00', 'g', '\u{10ffff}'].map((name) => fieldOf(record, name))).toEqual(Array(5).fill(undefined));
  });

  test('names are in the order of their code units, those beyond 0xffff too', () => {
    const record = named([...'zyxwvutsrqponmlk'.split(''), '\uffff', '\u{1f600}', 'ä', 'A']);
    expect(record.names.map((name) => fieldOf(record, name))).toEqual(record.values);
  });

  test('one field of many is replaced, another is new, and one goes', () => {
    const record = named(Array.from({ length: 100 }, (_, i) => `f${i}`));
    const patched = withFields(
      record,
      new Map<string, bigint | undefined>([
        ['f7', -7n],
        ['new', 1n],
        ['f9', undefined],
      ]),
    );
    expect([fieldOf(patched, 'f7'), fieldOf(patched, 'new'), fieldOf(patched, 'f9'), patched.names.length]).toEqual([
      -7n,
      1n,
      undefined,
      100,
    ]);
  });
});
