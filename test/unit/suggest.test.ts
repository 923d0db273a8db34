import { Decimal128 } from 'bson';
import { expect, test } from 'vitest';
import { firstFree, suggestedValue, suggestValue, valuesLike } from '../../electron/engine/conflict/suggest.ts';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { BsonValue, type Value } from '../../electron/engine/port/value.ts';

/** A repeatable stand-in for chance: walks through [0, 1) in uneven steps. */
function steps(): () => number {
  let at = 0;
  return () => {
    at = (at + 0.61803398875) % 1;
    return at;
  };
}

function* suggestions(old: string): Generator<string> {
  const random = steps();
  for (;;) yield suggestValue(old, random);
}

test('a suggestion is the old value, an underscore, and four lower-case letters or digits', () => {
  const random = steps();
  for (let i = 0; i < 1000; i++) expect(suggestValue('john_admin', random)).toMatch(/^john_admin_[a-z0-9]{4}$/);
});

test('both ends of chance give a suggestion of full length', () => {
  expect(suggestValue('x', () => 0)).toBe('x_aaaa');
  expect(suggestValue('x', () => 1 - Number.EPSILON / 2)).toBe('x_9999');
});

test('the same chance gives the same suggestion, so a run can be repeated', () => {
  expect(suggestValue('anna', steps())).toBe(suggestValue('anna', steps()));
});

test('an empty value gets a suggestion as well', () => {
  expect(suggestValue('', () => 0)).toBe('_aaaa');
});

test('the first free candidate is taken, and none after it is asked for', async () => {
  const asked: string[] = [];
  const isTaken = (value: string): Promise<boolean> => {
    asked.push(value);
    return Promise.resolve(asked.length < 3);
  };
  const free = await firstFree(suggestions('john'), isTaken, 10);
  expect(asked).toHaveLength(3);
  expect(free).toBe(asked[2]);
});

test('when all attempts are taken the answer is null, after exactly that many questions', async () => {
  let asked = 0;
  const taken = await firstFree(suggestions('john'), () => Promise.resolve(++asked > 0), 5);
  expect(taken).toBeNull();
  expect(asked).toBe(5);
});

test('candidates that run out before the attempts do end with null', async () => {
  expect(await firstFree([7, 8], () => Promise.resolve(true), 5)).toBeNull();
  expect(await firstFree([7, 8], () => Promise.resolve(false), 0)).toBeNull();
});

test('a question that fails is passed on, not taken for an answer', async () => {
  const broken = firstFree(['a'], () => Promise.reject(new Error('the side does not answer')), 5);
  await expect(broken).rejects.toThrow('the side does not answer');
});

const int32 = (value: number): BsonValue => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return new BsonValue(bsonType.int32, bytes);
};
const decimal = (text: string): BsonValue =>
  new BsonValue(bsonType.decimal, Uint8Array.from(Decimal128.fromString(text).bytes));
const first = (old: Value): Value | undefined => valuesLike(old, steps()).next().value ?? undefined;

test('[E48] what is made up has the type of the old value, and is what was shown', () => {
  const objectId = new BsonValue(
    bsonType.objectId,
    Uint8Array.from({ length: 12 }, (_, i) => i),
  );
  for (const old of [5n, 5, int32(5), 'five', objectId]) {
    const made = first(old);
    expect(made).not.toEqual(old);
    expect(typeof made).toBe(typeof old);
    expect(suggestedValue(String(made), old)).toEqual(made);
  }
  expect([first(5n), first(5), first(int32(5))]).toEqual([6n, 6, int32(6)]);
  for (const [old, next] of [
    ['5', '6'],
    ['-1', '0'],
    ['-7', '-6'],
  ] as const) {
    const made = first(decimal(old));
    expect(made).toEqual(decimal(next));
    expect([String(made ?? null), suggestedValue(next, decimal(old))]).toEqual([next, made]);
  }
  const made = first(objectId);
  expect(made instanceof BsonValue && [...made.bytes.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
});

test('[E48] nothing is made up for fractions, bytes, lists, dates, and numbers that have no next', () => {
  const date = new BsonValue(bsonType.date, new Uint8Array(8));
  const list = new BsonValue(bsonType.array, Uint8Array.of(5, 0, 0, 0, 0));
  const decimals = ['2.5', '1E+3', 'NaN', '9223372036854775807'].map(decimal);
  const values: Value[] = [...decimals, 0.5, Number.NaN, 2 ** 60, Uint8Array.of(1), date, list, int32(2 ** 31 - 1)];
  expect(values.map(first)).toEqual(values.map(() => undefined));
});
