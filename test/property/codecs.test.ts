import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  decodeKey,
  encodeKey,
  foldText,
  keyBytes,
  keyFromBytes,
  type Collation,
} from '../../electron/engine/port/key-codec.ts';
import { decodeRecord, encodeRecord, hashRecord, hashValue } from '../../electron/engine/port/record-codec.ts';
import { recordFrom, sameState, type RecordImage } from '../../electron/engine/port/record.ts';
import { sameValue, type Value } from '../../electron/engine/port/value.ts';

/** The judge of order and equality is SQLite itself. */
const sqlite = new Database(':memory:');
sqlite.defaultSafeIntegers(true);
afterAll(() => sqlite.close());

const collations: readonly Collation[] = ['binary', 'nocase', 'rtrim'];
const compare = Object.fromEntries(
  collations.map((collation) => {
    const sql = `SELECT (a > b COLLATE ${collation}) - (a < b COLLATE ${collation}) FROM (SELECT ? AS a, ? AS b)`;
    return [collation, sqlite.prepare<[Value, Value], bigint>(sql).pluck()];
  }),
);

const bound = (value: Value): Value => (value instanceof Uint8Array ? Buffer.from(value) : value);

function sideOrder(a: Value, b: Value, collation: Collation): number {
  return Number(compare[collation]?.get(bound(a), bound(b)));
}

const signOf = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const EDGES = [0n, 1n, 2n ** 31n, 2n ** 52n, 2n ** 53n, 2n ** 54n, 2n ** 61n, 2n ** 62n, 2n ** 63n];
const integer = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .tuple(fc.constantFrom(...EDGES), fc.bigInt({ min: -1030n, max: 1030n }), fc.boolean())
    .map(([edge, off, negative]) => {
      const near = negative ? -edge + off : edge + off;
      return near < -(2n ** 63n) ? -(2n ** 63n) : near >= 2n ** 63n ? 2n ** 63n - 1n : near;
    }),
);
const double = fc.oneof(
  fc.double({ noNaN: true }),
  integer.map(Number),
  fc.constantFrom(
    0,
    -0,
    5e-324,
    -5e-324,
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    2 ** 63 - 1024,
    Number.MAX_VALUE,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', 'z', 'Z', ' ', '\0', '[', '\uffee', '\u{1F600}', '\u00e9'),
    maxLength: 6,
  }),
);
const blob = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 4 }).map((bytes) => Uint8Array.from(bytes)),
);
const present: fc.Arbitrary<Value> = fc.oneof(integer, double, text, blob);
const anyCollation = fc.constantFrom(...collations);

/** Two values that are often equal, or nearly so. */
const related: fc.Arbitrary<[Value, Value]> = fc.oneof(
  fc.tuple(present, present),
  integer.map((n): [Value, Value] => [n, Number(n)]),
  fc.tuple(integer, integer),
  fc.tuple(text, text),
  text.map((s): [Value, Value] => [s, s.toUpperCase()]),
  fc.tuple(text, fc.nat(3)).map(([s, n]): [Value, Value] => [s, s + ' '.repeat(n)]),
  fc.tuple(blob, blob),
);

describe('keys', () => {
  test('have the order and the equality of the side, for any two values under any collation', () => {
    const seen = { less: 0, equal: 0, more: 0 };
    fc.assert(
      fc.property(related, anyCollation, ([a, b], collation) => {
        const order = sideOrder(a, b, collation);
        seen[order < 0 ? 'less' : order > 0 ? 'more' : 'equal']++;
        expect(signOf(encodeKey([a], [collation]), encodeKey([b], [collation]))).toBe(order);
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect(Math.min(seen.less, seen.equal, seen.more)).toBeGreaterThan(500);
  });

  test('of several parts are in the order of their parts from left to right', () => {
    const parts = fc.array(fc.tuple(related, anyCollation), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, fc.boolean(), (list, swapped) => {
        const used = list.map(([, collation]) => collation);
        const a = list.map(([[first, second]], at) => (swapped && at > 0 ? second : first));
        const b = list.map(([[first, second]], at) => (swapped && at > 0 ? first : second));
        const order =
          a.map((value, at) => sideOrder(value, b[at] as Value, used[at] as Collation)).find((sign) => sign !== 0) ?? 0;
        expect(signOf(encodeKey(a, used), encodeKey(b, used))).toBe(order);
      }),
      { numRuns: 10_000, seed: 2 },
    );
  });

  test('never run into one another: no key of a tuple is the key of another, also not of another length', () => {
    const piece = fc.oneof(fc.constantFrom<Value>('', '\0', 'a', 'a\0', '\0\xff', null, 0n, 256n), blob, text);
    const tuple = fc.array(piece, { maxLength: 4 });
    fc.assert(
      fc.property(tuple, tuple, (a, b) => {
        const same = a.length === b.length && a.every((value, at) => sameValue(value, b[at]));
        expect(encodeKey(a, []) === encodeKey(b, [])).toBe(same);
      }),
      { numRuns: 20_000, seed: 3 },
    );
  });

  test('sort as strings as their bytes sort', () => {
    fc.assert(
      fc.property(present, present, (a, b) => {
        const [left, right] = [encodeKey([a], []), encodeKey([b], [])];
        expect(signOf(left, right)).toBe(Buffer.compare(keyBytes(left), keyBytes(right)));
        expect(keyFromBytes(keyBytes(left))).toBe(left);
      }),
      { numRuns: 3000, seed: 4 },
    );
  });

  test('decode to values that have the same key and are equal to the first ones for the side', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(present, anyCollation), { minLength: 1, maxLength: 3 }), (list) => {
        const used = list.map(([, collation]) => collation);
        const key = encodeKey(
          list.map(([value]) => value),
          used,
        );
        const decoded = decodeKey(key);
        expect(encodeKey(decoded, used)).toBe(key);
        expect(list.map(([value], at) => sideOrder(value, decoded[at] as Value, used[at] as Collation))).toEqual(
          list.map(() => 0),
        );
      }),
      { numRuns: 5000, seed: 5 },
    );
  });

  test('fold a text once: folding it again changes nothing', () => {
    fc.assert(
      fc.property(text, anyCollation, (value, collation) => {
        expect(foldText(foldText(value, collation), collation)).toBe(foldText(value, collation));
      }),
      { numRuns: 2000, seed: 6 },
    );
  });
});

const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 6, arbitrary: present },
  { weight: 1, arbitrary: fc.constantFrom<Value>(null, Number.NaN, 0, -0, 0n, 1, 1n, '', '1') },
);
const record = fc
  .uniqueArray(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', '__proto__', ''), text), value), {
    maxLength: 6,
    selector: ([name]) => name,
  })
  .map((entries): RecordImage => recordFrom(entries));
/** Two records that often differ in one field only, or not at all. */
const pair: fc.Arbitrary<[RecordImage, RecordImage]> = fc.oneof(
  fc.tuple(record, record),
  record.map((one): [RecordImage, RecordImage] => [
    one,
    { names: [...one.names], values: one.values.map((v) => (v instanceof Uint8Array ? Uint8Array.from(v) : v)) },
  ]),
  fc
    .tuple(record, fc.nat(), value)
    .map(([one, at, other]): [RecordImage, RecordImage] => [
      one,
      { names: one.names, values: one.values.map((v, i) => (i === at % one.values.length ? other : v)) },
    ]),
);

describe('records', () => {
  test('come back from their bytes as they were', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(decodeRecord(encodeRecord(one))).toStrictEqual(one);
      }),
      { numRuns: 10_000, seed: 7 },
    );
  });

  test('are equal exactly if their bytes are, and then their hashes are', () => {
    let equal = 0;
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const same = sameState(a, b);
        if (same) equal++;
        expect(encodeRecord(a).equals(encodeRecord(b))).toBe(same);
        expect(hashRecord(a).equals(hashRecord(b))).toBe(same);
      }),
      { numRuns: 10_000, seed: 8 },
    );
    expect(equal).toBeGreaterThan(2000);
  });

  test('keep the hash of a value for equal values and no others', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(hashValue(a).equals(hashValue(b))).toBe(sameValue(a, b));
      }),
      { numRuns: 5000, seed: 9 },
    );
  });
});
