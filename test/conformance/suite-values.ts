import { expect, test } from 'vitest';
import { type Value } from '../../electron/engine/port/value.ts';
import { specialValues, type ConformanceHarness, type NeutralCollection, type SpecialValue } from './harness.ts';
import {
  bindSide,
  fill,
  insertInto,
  insertThing,
  key,
  keyUnder,
  rawOf,
  readOne,
  rec,
  scanAll,
  textForms,
  thing,
  things,
  updateIn,
  writeOne,
} from './suite-support.ts';

export function describeKeysAndValues(harness: ConformanceHarness): void {
  test.each<[string, Value, Value]>([
    ['the integer 1 and the double 1', 1n, 1],
    ['zero and negative zero', 0, -0],
    ['a large integer and its double', 9007199254740992n, 9007199254740992],
  ])('[C10] %s are one key', async (_, first, second) => {
    const { side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(first, 'kept')]);
    expect(key(first)).toBe(key(second));
    expect((await readOne(side, 'things', key(second)))?.values).toContain('kept');
    expect((await writeOne(side, insertThing(second, 'new'))).status).toBe('changed');
  });

  for (const collation of harness.facts.collations) {
    const named: NeutralCollection = {
      name: 'named',
      fields: [
        { name: 'name', type: 'text', collation },
        { name: 'v', type: 'any', nullable: true },
      ],
      key: ['name'],
    };
    test(`[C10] texts that ${collation} holds to be equal are one key, others are two`, async () => {
      const { side } = await bindSide(harness, [named]);
      for (const [at, [first, second]] of textForms[collation].equal.entries()) {
        await fill(side, [insertInto('named', keyUnder(collation, first), rec({ name: first, v: BigInt(at) }))]);
        const found = await readOne(side, 'named', keyUnder(collation, second));
        expect(found).toEqual(rec({ name: first, v: BigInt(at) }));
        const again = await writeOne(
          side,
          insertInto('named', keyUnder(collation, second), rec({ name: second, v: null })),
        );
        expect(again).toEqual({ status: 'changed', actual: found });
        await fill(side, [
          {
            op: 'delete',
            collection: 'named',
            key: keyUnder(collation, second),
            expect: rec({ name: first, v: BigInt(at) }),
          },
        ]);
      }
      for (const pair of textForms[collation].different) {
        await fill(
          side,
          pair.map((name) => insertInto('named', keyUnder(collation, name), rec({ name, v: null }))),
        );
        await fill(
          side,
          pair.map((name) => ({
            op: 'delete',
            collection: 'named',
            key: keyUnder(collation, name),
            expect: rec({ name, v: null }),
          })),
        );
      }
    });
  }

  const parts = { true: () => expectApart(harness, alike), false: () => expectTuplesApart(harness) };
  test(`[C11] keys of ${harness.facts.documents ? 'one part' : 'several parts'} with zero characters stay apart`, () =>
    expect(parts[`${harness.facts.documents !== undefined}`]()).resolves.toBeUndefined());

  const fates = { kept: expectKept, stored: expectStored, rejected: expectRejected };
  for (const name of Object.keys(specialValues) as SpecialValue[]) {
    const fate = harness.facts.altered[name] ?? 'kept';
    test(`[C12] ${name} is ${fate}`, () => expect(fates[fate](harness, specialValues[name])).resolves.toBeUndefined());
  }

  const types = ['any', 'integer', 'real', 'text', 'blob'] as const;
  const hard: Value[] = [1n, 1, 1.5, '1', 'x', '\ud800', Uint8Array.from([1]), 2n ** 70n];
  test.each(types)(
    '[C12] whatever is written to a field of type %s is kept, stored with notice, or refused',
    async (type) => {
      const typed: NeutralCollection = {
        name: 'typed',
        fields: [
          { name: 'id', type: 'integer' },
          { name: 'v', type, nullable: true },
        ],
        key: ['id'],
      };
      const { test: behind, side } = await bindSide(harness, [typed]);
      const held = new Map<Value, Value>();
      for (const [at, value] of hard.entries()) {
        const id = BigInt(at);
        const result = await writeOne(side, insertInto('typed', key(id), rec({ id, v: value })));
        expect(['applied', 'rejected']).toContain(result.status);
        if (result.status === 'applied')
          held.set(id, result.stored ? (result.stored.values[result.stored.names.indexOf('v')] as Value) : value);
      }
      const raw = await rawOf(behind, 'typed');
      expect(new Map(raw.map(({ id, v }) => [id, v]))).toEqual(held);
    },
  );

  const missing: Record<'true' | 'false', () => Promise<void>> = {
    true: () => expectMissingKept(harness),
    false: () => expectMissingFilled(harness),
  };
  test(`[C13] a missing field is ${harness.capabilities.missingFields ? 'not NULL' : 'stored as something, and that is said'}`, () =>
    expect(missing[`${harness.capabilities.missingFields}`]()).resolves.toBeUndefined());
}

const alike: Value[] = ['', 'a', 'a\0', 'a\0b', '\0a', '1', 1n, Uint8Array.from([97]), Uint8Array.from([97, 0]), 1.5];

async function expectApart(harness: ConformanceHarness, ids: readonly Value[]): Promise<void> {
  const { side } = await bindSide(harness, [things]);
  await fill(
    side,
    ids.map((id) => insertThing(id)),
  );
  const expected = new Map(ids.map((id) => [key(id), thing(id)]));
  expect((await scanAll(side, 'things', 2)).records).toEqual(expected);
  expect(await side.read('things', [...expected.keys()])).toEqual(expected);
}

async function expectTuplesApart(harness: ConformanceHarness): Promise<void> {
  const pairs: NeutralCollection = {
    name: 'pairs',
    fields: [
      { name: 'x', type: 'any' },
      { name: 'y', type: 'any' },
    ],
    key: ['x', 'y'],
  };
  const tuples: [Value, Value][] = [
    ['a', 'b'],
    ['ab', ''],
    ['', 'ab'],
    ['a\0', 'b'],
    ['a', '\0b'],
    [1n, 'a'],
    ['1', 'a'],
    [Uint8Array.from([97]), 'b'],
    [1.5, 2n],
  ];
  const { side } = await bindSide(harness, [pairs]);
  await fill(
    side,
    tuples.map(([x, y]) => insertInto('pairs', key(x, y), rec({ x, y }))),
  );
  const { records } = await scanAll(side, 'pairs', 2);
  expect(records).toEqual(new Map(tuples.map(([x, y]) => [key(x, y), rec({ x, y })])));
  expect(
    await side.read(
      'pairs',
      tuples.map(([x, y]) => key(x, y)),
    ),
  ).toEqual(records);
}

async function expectKept(harness: ConformanceHarness, value: Value): Promise<void> {
  const { test: behind, side } = await bindSide(harness, [things]);
  await fill(side, [insertThing(1n, value)]);
  expect(await readOne(side, 'things', key(1n))).toStrictEqual(thing(1n, value));
  expect((await scanAll(side, 'things')).records.get(key(1n))).toStrictEqual(thing(1n, value));
  expect((await rawOf(behind, 'things'))[0]?.['a']).toStrictEqual(value);
  await fill(side, [
    updateIn('things', key(1n), { a: [value, 'other'] }),
    updateIn('things', key(1n), { a: ['other', value] }),
  ]);
  expect(await readOne(side, 'things', key(1n))).toStrictEqual(thing(1n, value));
}

async function expectStored(harness: ConformanceHarness, value: Value): Promise<void> {
  const { test: behind, side } = await bindSide(harness, [things]);
  const result = await writeOne(side, insertThing(1n, value));
  expect(result.status).toBe('applied');
  const stored = result.status === 'applied' ? result.stored : undefined;
  expect(stored).toBeDefined();
  expect(stored).not.toEqual(thing(1n, value));
  expect(await readOne(side, 'things', key(1n))).toEqual(stored);
  expect(rec((await rawOf(behind, 'things'))[0] ?? {})).toEqual(stored);
}

async function expectRejected(harness: ConformanceHarness, value: Value): Promise<void> {
  const { test: behind, side } = await bindSide(harness, [things]);
  expect(await writeOne(side, insertThing(1n, value))).toMatchObject({ status: 'rejected', code: 'type' });
  expect(await rawOf(behind, 'things')).toEqual([]);
}

async function expectMissingKept(harness: ConformanceHarness): Promise<void> {
  const { test: behind, side } = await bindSide(harness, [things]);
  await fill(side, [insertInto('things', key(1n), rec({ id: 1n, a: null }))]);
  expect(await readOne(side, 'things', key(1n))).toEqual(rec({ id: 1n, a: null }));
  expect((await scanAll(side, 'things')).records.get(key(1n))).toEqual(rec({ id: 1n, a: null }));
  expect((await writeOne(side, updateIn('things', key(1n), { b: [null, 1n] }))).status).toBe('changed');
  await fill(side, [updateIn('things', key(1n), { b: [undefined, 1n], a: [null, undefined] })]);
  expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, b: 1n }]);
}

async function expectMissingFilled(harness: ConformanceHarness): Promise<void> {
  const { side } = await bindSide(harness, [things]);
  const result = await writeOne(side, insertInto('things', key(1n), rec({ id: 1n, a: 'x' })));
  expect(result).toEqual({ status: 'applied', stored: thing(1n, 'x') });
  expect(await writeOne(side, updateIn('things', key(1n), { a: [undefined, 1n] }))).toEqual({
    status: 'changed',
    actual: thing(1n, 'x'),
  });
}
