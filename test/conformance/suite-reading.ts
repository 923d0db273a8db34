import { expect, test } from 'vitest';
import { recordFrom } from '../../electron/engine/port/record.ts';
import { classOf, type Value } from '../../electron/engine/port/value.ts';
import { type ConformanceHarness, type NeutralCollection } from './harness.ts';
import { bindSide, fill, insertThing, key, scanAll, statusesOf, thing, things } from './suite-support.ts';

export function describeReading(harness: ConformanceHarness): void {
  const mixed: Value[] = [
    3n,
    -1n,
    2.5,
    'b',
    'a',
    '',
    'é',
    '\u{1F600}',
    '\uffee',
    Uint8Array.from([0]),
    new Uint8Array(0),
    -7.25,
    9223372036854775807n,
    9007199254740993n,
  ];

  test('[C14] a scan comes in the order of keys, and in the same order again', async () => {
    const { side } = await bindSide(harness, [things]);
    await fill(
      side,
      mixed.map((id) => insertThing(id)),
    );
    const { keys } = await scanAll(side, 'things', 3);
    expect(keys).toHaveLength(mixed.length);
    expect(keys).toEqual([...keys].sort((a, b) => (a < b ? -1 : 1)));
    expect((await scanAll(side, 'things', 5)).keys).toEqual(keys);
  });

  test.each([1, 2, 13, 14, 15, 1000])('[C15] pages of %i give every record exactly once', async (limit) => {
    const { side } = await bindSide(harness, [things]);
    await fill(
      side,
      mixed.map((id) => insertThing(id, 'v')),
    );
    const { keys, records } = await scanAll(side, 'things', limit);
    expect(keys.toSorted()).toEqual(mixed.map((id) => key(id)).sort());
    expect(records).toEqual(new Map(mixed.map((id) => [key(id), thing(id, 'v')])));
  });

  test('[C15] an empty collection is one empty page', async () => {
    const { side } = await bindSide(harness, [things]);
    expect(await side.scan('things', null, 10)).toEqual({ records: [], next: null, left: [] });
  });

  test('[C16] records that stay during a scan appear exactly once while others come and go', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    const ids = Array.from({ length: 20 }, (_, i) => BigInt(i * 10));
    await fill(
      side,
      ids.map((id) => insertThing(id, 'v')),
    );
    const first = await side.scan('things', null, 7);
    const gone = [0n, 30n, 100n, 190n];
    await behind.mutateBehindItsBack([
      ...gone.map((id) => ({ op: 'delete' as const, collection: 'things', where: { id } })),
      ...[5n, 35n, 105n, 195n].map((id) => ({ op: 'insert' as const, collection: 'things', values: { id } })),
      { op: 'update', collection: 'things', where: { id: 150n }, set: { a: 'edited' } },
    ]);
    const seen = first.records.map((found) => found.key);
    for (let after = first.next; after !== null;) {
      const page = await side.scan('things', after, 7);
      seen.push(...page.records.map((found) => found.key));
      after = page.next;
    }
    const stayed = ids.filter((id) => !gone.includes(id)).map((id) => key(id));
    expect(stayed.map((at) => seen.filter((found) => found === at).length)).toEqual(stayed.map(() => 1));
    expect(new Set(seen).size).toBe(seen.length);
  });

  const nulls = { true: () => expectNullKey(harness), false: () => expectNullLeft(harness) };
  const { documents } = harness.facts;
  test(`[C17] a record with NULL in its key is ${documents ? 'one like any other' : 'left out with a reason and stops nothing'}`, () =>
    expect(nulls[`${documents !== undefined}`]()).resolves.toBeUndefined());

  test('[C18] reading gives what is there under the keys asked for, and nothing else', async () => {
    const { side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'one'), insertThing('two', 2n), insertThing(3n)]);
    const found = await side.read('things', [key('two'), key(9n), key(1n), key(1n)]);
    expect(found).toEqual(
      new Map([
        [key(1n), thing(1n, 'one')],
        [key('two'), thing('two', 2n)],
      ]),
    );
    expect(await side.read('things', [])).toEqual(new Map());
  });

  test('[C18] more keys than fit into one statement are read at once', async () => {
    const { side } = await bindSide(harness, [things]);
    const ids = Array.from({ length: 3000 }, (_, i) => BigInt(i));
    const results = await side.write({ intents: ids.map((id) => insertThing(id, id)) });
    expect(new Set(statusesOf(results))).toEqual(new Set(['applied']));
    const found = await side.read(
      'things',
      ids.map((id) => key(id)),
    );
    expect(found.size).toBe(3000);
    expect([...found.values()].every((record) => classOf(record.values[0] as Value) === 'integer')).toBe(true);
  });

  test('[C19] what others committed is seen at once', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'old'), insertThing(2n)]);
    await behind.mutateBehindItsBack([
      { op: 'update', collection: 'things', where: { id: 1n }, set: { a: 'new' } },
      { op: 'delete', collection: 'things', where: { id: 2n } },
      { op: 'insert', collection: 'things', values: { id: 3n, a: 'x', b: 'y' } },
    ]);
    const now = new Map([
      [key(1n), thing(1n, 'new')],
      [
        key(3n),
        recordFrom([
          ['id', 3n],
          ['a', 'x'],
          ['b', 'y'],
        ]),
      ],
    ]);
    expect(await side.read('things', [key(1n), key(2n), key(3n)])).toEqual(now);
    expect((await scanAll(side, 'things')).records).toEqual(now);
  });
}

const optional: NeutralCollection = {
  ...things,
  fields: things.fields.map((field) => ({ ...field, nullable: true })),
};

async function withNullKey(harness: ConformanceHarness) {
  const { test: behind, side } = await bindSide(harness, [optional]);
  await fill(side, [insertThing(1n), insertThing(2n), insertThing(3n)]);
  await behind.mutateBehindItsBack([{ op: 'insert', collection: 'things', values: { id: null, a: 'x', b: null } }]);
  return side;
}

async function expectNullLeft(harness: ConformanceHarness): Promise<void> {
  const { keys, left } = await scanAll(await withNullKey(harness), 'things', 1);
  expect(keys.sort()).toEqual([key(1n), key(2n), key(3n)]);
  expect(left).toHaveLength(1);
  expect(left[0]?.why).toMatch(/\w/);
}

async function expectNullKey(harness: ConformanceHarness): Promise<void> {
  const side = await withNullKey(harness);
  const { keys, left } = await scanAll(side, 'things', 1);
  expect(keys.sort()).toEqual([key(null), key(1n), key(2n), key(3n)]);
  expect(left).toEqual([]);
  expect((await side.read('things', [key(null)])).get(key(null))).toEqual(thing(null, 'x'));
}
