import { expect, test } from 'vitest';
import type { WriteIntent } from '../../electron/engine/port/connector.ts';
import type { ConformanceHarness, NeutralCollection } from './harness.ts';
import {
  badges,
  bindSide,
  createSide,
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  insertThing,
  key,
  office,
  rawOf,
  readOne,
  rec,
  scanAll,
  specFor,
  textForms,
  thing,
  things,
  updateIn,
  writeOne,
} from './suite-support.ts';

export function describeRefusals(harness: ConformanceHarness): void {
  test('[C26] a second owner of a unique value is rejected with the index and the first owner', async () => {
    const { side } = await bindSide(harness, office.collections);
    await fill(side, [
      insertInto('people', key(1n), rec({ id: 1n, name: 'a', email: 'x' })),
      insertInto('people', key(2n), rec({ id: 2n, name: 'b', email: 'y' })),
    ]);
    const clash = { status: 'rejected', code: 'unique', index: 'people_email', ownerKey: key(1n) };
    expect(await writeOne(side, insertInto('people', key(3n), rec({ id: 3n, name: 'c', email: 'x' })))).toMatchObject(
      clash,
    );
    expect(await writeOne(side, updateIn('people', key(2n), { email: ['y', 'x'] }))).toMatchObject(clash);
    expect(await readOne(side, 'people', key(2n))).toEqual(rec({ id: 2n, name: 'b', email: 'y' }));
  });

  test('[C26] NULLs in a unique index do not clash', async () => {
    const { side } = await bindSide(harness, office.collections);
    await fill(
      side,
      [1n, 2n, 3n].map((id) => insertInto('people', key(id), rec({ id, name: 'n', email: null }))),
    );
    expect((await scanAll(side, 'people')).keys).toHaveLength(3);
  });

  test(`[C26] ${harness.facts.nullsClash ? 'NULL clashes in an index that says so, as does a field that is missing' : 'no index says that NULLs clash in it'}`, () =>
    expect(uniqueNulls[harness.facts.nullsClash ? 'clash' : 'never'](harness)).resolves.toBeUndefined());

  test.each(harness.facts.collations)('[C26] unique values are compared under %s', async (collation) => {
    const named: NeutralCollection = {
      name: 'named',
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text', nullable: true, collation },
      ],
      key: ['id'],
      unique: [{ name: 'named_name', fields: ['name'] }],
    };
    const { side } = await bindSide(harness, [named]);
    let id = 0n;
    const put = (name: string): WriteIntent => insertInto('named', key(++id), rec({ id, name }));
    for (const [first, second] of textForms[collation].equal) {
      await fill(side, [put(first)]);
      expect(await writeOne(side, put(second))).toMatchObject({
        status: 'rejected',
        code: 'unique',
        index: 'named_name',
        ownerKey: key(id - 1n),
      });
      await fill(side, [updateIn('named', key(id - 1n), { name: [first, null] })]);
    }
    for (const [first, second] of textForms[collation].different) {
      await fill(side, [put(first), put(second)]);
      await fill(side, [
        updateIn('named', key(id - 1n), { name: [first, null] }),
        updateIn('named', key(id), { name: [second, null] }),
      ]);
    }
  });

  const { documents } = harness.facts;
  const nulls = { true: () => expectNullTaken(harness), false: () => expectNullRejected(harness) };
  test(`[C27] NULL ${documents ? 'may stand in every field of a document' : 'where none may stand is rejected with the field'}`, () =>
    expect(nulls[`${documents !== undefined}`]()).resolves.toBeUndefined());

  const foresight = { yes: () => expectForeseen(harness), no: () => expectNoForesight(harness) };
  test(`[C25] ${harness.facts.foresees ? 'what is rejected without asking the database is told beforehand' : 'a kind that tells nothing beforehand has no foresee'}`, () =>
    expect(foresight[harness.facts.foresees ? 'yes' : 'no']()).resolves.toBeUndefined());

  const trigger = { yes: () => expectStoredByTrigger(harness), no: () => expectNoTriggers(harness) };
  test(`[C28] ${harness.facts.triggers ? 'what a trigger made of a write is told' : 'a kind without triggers describes none'}`, () =>
    expect(trigger[harness.facts.triggers ? 'yes' : 'no']()).resolves.toBeUndefined());
}

async function expectNullRejected(harness: ConformanceHarness): Promise<void> {
  const { test: behind, side } = await bindSide(harness, office.collections);
  const wrong = { status: 'rejected', code: 'not-null', field: 'name' };
  expect(await writeOne(side, insertInto('people', key(1n), rec({ id: 1n, name: null, email: null })))).toMatchObject(
    wrong,
  );
  await fill(side, [insertInto('people', key(1n), rec({ id: 1n, name: 'n', email: null }))]);
  expect(await writeOne(side, updateIn('people', key(1n), { name: ['n', null] }))).toMatchObject(wrong);
  expect(await rawOf(behind, 'people')).toEqual([{ id: 1n, name: 'n', email: null }]);
}

async function expectNullTaken(harness: ConformanceHarness): Promise<void> {
  const { test: behind, side } = await bindSide(harness, office.collections);
  await fill(side, [insertInto('people', key(1n), rec({ id: 1n, name: null, email: null }))]);
  expect(await rawOf(behind, 'people')).toEqual([{ id: 1n, name: null, email: null }]);
}

async function expectForeseen(harness: ConformanceHarness): Promise<void> {
  const { test: behind, side } = await bindSide(harness, [things]);
  await fill(side, [insertThing(1n, 'a')]);
  const bad = [insertInto('things', key(2n), thing(3n)), updateIn('things', key(1n), { id: [1n, 2n] })];
  const tried = [
    insertThing(2n),
    updateIn('things', key(1n), { a: ['no more', 'x'] }),
    deleteFrom('things', key(1n), thing(1n, 'a')),
  ];
  expect(await side.foresee?.([...bad, ...tried])).toEqual([...(await side.write({ intents: bad })), null, null, null]);
  expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: 'a', b: null }]);
}

async function expectNoForesight(harness: ConformanceHarness): Promise<void> {
  const { side } = await bindSide(harness, [things]);
  expect('foresee' in side).toBe(false);
}

const stamped: NeutralCollection = { ...things, rewrites: { name: 'stamp', field: 'b', to: 'stamped' } };

async function expectStoredByTrigger(harness: ConformanceHarness): Promise<void> {
  const { test: behind, side } = await bindSide(harness, [stamped]);
  expect(await writeOne(side, insertThing(1n, 'a'))).toEqual({ status: 'applied', stored: thing(1n, 'a', 'stamped') });
  expect(await writeOne(side, insertThing(2n, 'a', 'stamped'))).toEqual({ status: 'applied' });
  expect(await writeOne(side, updateIn('things', key(1n), { b: ['stamped', 'x'] }))).toEqual({
    status: 'applied',
    stored: thing(1n, 'a', 'stamped'),
  });
  expect(await writeOne(side, updateIn('things', key(1n), { a: ['a', 'z'] }))).toEqual({ status: 'applied' });
  expect(await rawOf(behind, 'things')).toEqual([
    { id: 1n, a: 'z', b: 'stamped' },
    { id: 2n, a: 'a', b: 'stamped' },
  ]);
  const [described] = (await behind.connector.describe()).collections;
  expect(described?.triggers.map(({ writes }) => writes)).toContainEqual(['things']);
}

async function expectNoTriggers(harness: ConformanceHarness): Promise<void> {
  const { connector } = await createSide(harness, { schema: { collections: [things] } });
  expect((await connector.describe()).collections.flatMap(({ triggers }) => triggers)).toEqual([]);
}

const uniqueNulls = { clash: expectNullsClash, never: expectNoNullsClash } as const;

async function expectNullsClash(harness: ConformanceHarness): Promise<void> {
  const { missingFields } = harness.capabilities;
  const unique = [{ name: 'badges_code', fields: ['code'], nullsClash: true as const }];
  const { test: behind, side } = await bindSide(harness, [{ ...badges, unique }]);
  const [described] = (await behind.connector.describe()).collections;
  expect(described?.unique).toMatchObject([{ name: 'badges_code', partial: false, nullsClash: true }]);
  await fill(side, [
    insertInto('badges', key(1n), rec({ id: 1n, code: null })),
    insertInto('badges', key(2n), rec({ id: 2n, code: 'x' })),
  ]);
  const clash = { status: 'rejected', code: 'unique', index: 'badges_code', ownerKey: key(1n) };
  const without = rec({ id: 3n, ...(missingFields ? {} : { code: null }) });
  expect(await writeOne(side, insertInto('badges', key(3n), without))).toMatchObject(clash);
  expect(await writeOne(side, updateIn('badges', key(2n), { code: ['x', null] }))).toMatchObject(clash);
  await fill(side, [
    updateIn('badges', key(1n), { code: [null, 'y'] }),
    insertInto('badges', key(3n), without),
    updateIn('badges', key(1n), { code: ['y', 'z'] }),
  ]);
}

async function expectNoNullsClash(harness: ConformanceHarness): Promise<void> {
  const unique = [{ name: 'badges_code', fields: ['code'] }];
  const { test: behind } = await bindSide(harness, [{ ...badges, unique }]);
  const [described] = (await behind.connector.describe()).collections;
  expect(described?.unique.map((index) => index.nullsClash)).toEqual([undefined]);
}

export function describeDurability(harness: ConformanceHarness): void {
  test('[C36] what was applied is there after the side was opened again', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [
      insertThing(1n, 'a'),
      insertThing(2n),
      updateIn('things', key(1n), { b: [null, 'b'] }),
      deleteFrom('things', key(2n), thing(2n)),
    ]);
    const again = await (await behind.reopen()).bind([specFor(harness, things)]);
    expect((await scanAll(again, 'things')).records).toEqual(new Map([[key(1n), thing(1n, 'a', 'b')]]));
    await fill(again, [insertThing(2n)]);
  });

  test('[C37] an empty batch gives no results', async () => {
    const { side } = await bindSide(harness, [things]);
    expect(await side.write({ intents: [] })).toEqual([]);
  });

  test('[C37] a batch that fails as a call has applied nothing', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await failureOf(side.write({ intents: [insertThing(1n)], seal: { pair: 'never installed', batch: 1 } }));
    expect(await rawOf(behind, 'things')).toEqual([]);
  });
}
