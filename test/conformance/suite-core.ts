import { expect, test } from 'vitest';
import { type ConformanceHarness, type NeutralCollection } from './harness.ts';
import { AppError } from '../../shared/contract/errors.ts';
import {
  bindSide,
  createSide,
  failureOf,
  fill,
  insertInto,
  insertThing,
  key,
  office,
  readOne,
  rec,
  scanAll,
  specFor,
  specOf,
  things,
  updateIn,
  writeOne,
} from './suite-support.ts';

export function describeIdentity(harness: ConformanceHarness): void {
  test('[C1] the kind and every capability are as declared', async () => {
    const { connector } = await createSide(harness);
    expect(connector.kind).toBe(harness.kind);
    expect(connector.capabilities).toEqual(harness.capabilities);
  });

  test.each(['capture', 'gate', 'digest', 'lookup', 'marker', 'stamps'] as const)(
    '[C1] the facet %s is there exactly if its capability is true',
    async (facet) => {
      const { side } = await bindSide(harness, [things]);
      expect(side[facet] !== undefined).toBe(harness.capabilities[facet]);
    },
  );

  test('[C1] a side tells of changes by itself exactly if its capability says so', async () => {
    const { side } = await bindSide(harness, [things]);
    expect(side.capture?.watch !== undefined).toBe(harness.capabilities.watch);
  });

  test('[C1] the facet setup is there exactly if its capability is true, and a marker needs it', async () => {
    const { connector } = await createSide(harness);
    expect(connector.setup !== undefined).toBe(connector.capabilities.setup);
    expect(connector.capabilities.marker && !connector.capabilities.setup).toBe(false);
  });

  test('[C2] the identity stays through writes and reopening, and no other side has it', async () => {
    const { test: one, side } = await bindSide(harness, [things]);
    const two = await createSide(harness, { schema: { collections: [things] } });
    const before = await one.connector.identity();
    await fill(side, [insertThing(1n)]);
    const same = { id: before.id, ...(before.collections ? { collections: before.collections } : {}) };
    expect(await one.connector.identity()).toMatchObject(same);
    expect(await (await one.reopen()).identity()).toMatchObject(same);
    expect((await two.connector.identity()).id).not.toBe(before.id);
    expect(before.label).toMatch(/\w/);
  });

  test('[C67] what is told of the identity with the definitions is what it answers by itself', async () => {
    const { test: one, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n)]);
    const { identity } = await one.connector.describe();
    expect([undefined, await one.connector.identity()]).toContainEqual(identity);
  });

  test('[C8] a collection that is not bound is refused with words, whatever is asked of it', async () => {
    const { side } = await bindSide(harness, [things]);
    expect(await failureOf(side.scan('nothing', null, 10))).toBeInstanceOf(AppError);
    expect(await failureOf(side.read('nothing', [key(1n)]))).toBeInstanceOf(AppError);
  });

  test('[C9] a closed side refuses everything and leaves its connector open', async () => {
    const {
      test: { connector },
      side,
    } = await bindSide(harness, [things]);
    await side.close();
    await side.close();
    expect(await failureOf(side.scan('things', null, 10))).toBeInstanceOf(AppError);
    expect(await failureOf(side.read('things', [key(1n)]))).toBeInstanceOf(AppError);
    expect(await failureOf(side.write({ intents: [insertThing(1n)] }))).toBeInstanceOf(AppError);
    const again = await connector.bind([specFor(harness, things)]);
    expect((await again.scan('things', null, 10)).records).toEqual([]);
  });

  test('[C9] a closed connector refuses everything and ends its sides', async () => {
    const {
      test: { connector },
      side,
    } = await bindSide(harness, [things]);
    await connector.close();
    await connector.close();
    expect(await failureOf(connector.identity())).toBeInstanceOf(AppError);
    expect(await failureOf(connector.describe())).toBeInstanceOf(AppError);
    expect(await failureOf(connector.bind([specFor(harness, things)]))).toBeInstanceOf(AppError);
    expect(await failureOf(side.scan('things', null, 10))).toBeInstanceOf(AppError);
    expect(await failureOf(side.write({ intents: [insertThing(1n)] }))).toBeInstanceOf(AppError);
  });
}

export function describeSchema(harness: ConformanceHarness): void {
  const [people, notes] = office.collections as [NeutralCollection, NeutralCollection];
  const { documents } = harness.facts;
  const loose: NeutralCollection = { name: 'loose', fields: [{ name: 'x', type: 'any', nullable: true }] };

  test('[C3] every collection is described with its fields, key and unique indexes', async () => {
    const { connector } = await createSide(harness, { schema: { collections: [people, notes, loose] } });
    const { collections } = await connector.describe();
    expect(collections.map(({ name }) => name).sort()).toEqual(['loose', 'notes', 'people']);
    const described = collections.find(({ name }) => name === 'people');
    const declared = people.fields.map(({ name, nullable = false, collation = 'binary' }) => ({
      name,
      nullable,
      collation,
      generated: false,
    }));
    const ofDocuments = [{ name: documents?.key, nullable: true, collation: 'binary', generated: false }];
    expect(
      described?.fields.map(({ name, nullable, collation, generated }) => ({ name, nullable, collation, generated })),
    ).toEqual(documents ? ofDocuments : declared);
    expect(described?.anyField).toBe(documents && true);
    const key = { fields: [documents?.key ?? 'id'], collations: ['binary'], origin: 'primary' };
    expect(described?.key).toEqual(key);
    expect(described?.unique).toContainEqual({
      name: 'people_email',
      fields: ['email'],
      collations: ['binary'],
      partial: documents !== undefined,
    });
    expect(collections.find(({ name }) => name === 'loose')?.key).toEqual(documents ? key : null);
  });

  test('[C3] references are described, exactly if the kind has them', async () => {
    const { connector } = await createSide(harness, { schema: office });
    const described = (await connector.describe()).collections.flatMap(({ references }) => references);
    const expected = harness.facts.references ? [{ fields: ['person'], parent: 'people', parentFields: ['id'] }] : [];
    expect(described.map(({ fields, parent, parentFields }) => ({ fields, parent, parentFields }))).toEqual(expected);
  });

  test.each(harness.facts.collations)(
    '[C3] the collation %s is described, of a field, a key and an index',
    async (collation) => {
      const named: NeutralCollection = {
        name: 'named',
        fields: [
          { name: 'name', type: 'text', collation },
          { name: 'other', type: 'text', collation },
        ],
        key: ['name'],
        unique: [{ name: 'named_other', fields: ['other'] }],
      };
      const { connector } = await createSide(harness, { schema: { collections: [named] } });
      const [described] = (await connector.describe()).collections;
      expect(described?.fields[0]?.collation).toBe(collation);
      expect(described?.key?.collations).toEqual([collation]);
      expect(described?.unique.find(({ name }) => name === 'named_other')?.collations).toEqual([collation]);
    },
  );

  test('[C4] the version of the definitions stays while records change, and tells two schemas apart', async () => {
    const { test: one, side } = await bindSide(harness, [things]);
    const two = await createSide(harness, { schema: { collections: [things, people] } });
    const { version } = await one.connector.describe();
    await fill(side, [insertThing(1n)]);
    await one.mutateBehindItsBack([{ op: 'insert', collection: 'things', values: { id: 2n } }]);
    expect((await one.connector.describe()).version).toBe(version);
    expect((await two.connector.describe()).version).not.toBe(version);
  });

  test('[C5] binding a collection that is not there fails with its name', async () => {
    const { connector } = await createSide(harness, { schema: { collections: [things] } });
    const spec = specFor(harness, things);
    const collection = await failureOf(connector.bind([{ ...spec, physical: 'thongs' }]), 'schema-mismatch');
    expect(collection.message).toContain('thongs');
  });

  const strange = { true: () => expectFieldTaken(harness), false: () => expectFieldMissing(harness) };
  test(`[C5] binding a field that is not there ${documents ? 'gives records without it' : 'fails with its name'}`, () =>
    expect(strange[`${documents !== undefined}`]()).resolves.toBeUndefined());

  test('[C6] a bound side speaks logical names, and leaves fields alone that are not mapped', async () => {
    const test = await createSide(harness, { schema: { collections: [things] } });
    const side = await test.connector.bind([
      {
        name: 'Dinge',
        physical: 'things',
        key: ['nummer'],
        fields: [
          { name: 'nummer', physical: documents?.key ?? 'id' },
          { name: 'wert', physical: 'a' },
        ],
      },
    ]);
    await test.mutateBehindItsBack([{ op: 'insert', collection: 'things', values: { id: 1n, a: 'x', b: 'mine' } }]);
    expect(await readOne(side, 'Dinge', key(1n))).toEqual(rec({ nummer: 1n, wert: 'x' }));
    expect(await writeOne(side, updateIn('Dinge', key(1n), { wert: ['x', 'y'] }))).toEqual({ status: 'applied' });
    expect(await writeOne(side, insertInto('Dinge', key(2n), rec({ nummer: 2n, wert: 'z' })))).toEqual({
      status: 'applied',
    });
    expect((await test.readRaw('things')).find(({ id }) => id === 1n)).toEqual({ id: 1n, a: 'y', b: 'mine' });
    expect((await scanAll(side, 'Dinge')).records.get(key(2n))).toEqual(rec({ nummer: 2n, wert: 'z' }));
  });

  const keys = { true: () => expectOnlyOwnKey(harness), false: () => expectNamedKey(harness) };
  test(`[C7] ${documents ? 'documents are identified by their own key alone' : 'a collection without a key is bound under a unique field that the pair names'}`, () =>
    expect(keys[`${documents !== undefined}`]()).resolves.toBeUndefined());
}

const keyless: NeutralCollection = {
  name: 'keyless',
  fields: [
    { name: 'code', type: 'text' },
    { name: 'v', type: 'any', nullable: true },
  ],
  unique: [{ name: 'keyless_code', fields: ['code'] }],
};

async function expectFieldMissing(harness: ConformanceHarness): Promise<void> {
  const { connector } = await createSide(harness, { schema: { collections: [things] } });
  const spec = specFor(harness, things);
  const fields = [...spec.fields, { name: 'c', physical: 'zzz' }];
  const failure = await failureOf(connector.bind([{ ...spec, fields }]), 'schema-mismatch');
  expect(failure.message).toContain('zzz');
}

async function expectFieldTaken(harness: ConformanceHarness): Promise<void> {
  const { connector } = await createSide(harness, { schema: { collections: [things] } });
  const spec = specFor(harness, things);
  const side = await connector.bind([{ ...spec, fields: [...spec.fields, { name: 'c', physical: 'zzz' }] }]);
  await fill(side, [insertThing(1n, 'a', 'b')]);
  expect(await readOne(side, 'things', key(1n))).toEqual(rec({ id: 1n, a: 'a', b: 'b' }));
}

async function expectOnlyOwnKey(harness: ConformanceHarness): Promise<void> {
  const { connector } = await createSide(harness, { schema: { collections: [keyless] } });
  await failureOf(connector.bind([{ ...specOf(keyless), key: ['code'] }]), 'schema-mismatch');
}

async function expectNamedKey(harness: ConformanceHarness): Promise<void> {
  const test = await createSide(harness, { schema: { collections: [keyless] } });
  const side = await test.connector.bind([{ ...specOf(keyless), key: ['code'] }]);
  await fill(side, [
    insertInto('keyless', key('b'), rec({ code: 'b', v: 1n })),
    insertInto('keyless', key('a'), rec({ code: 'a', v: 2n })),
  ]);
  expect(await readOne(side, 'keyless', key('a'))).toEqual(rec({ code: 'a', v: 2n }));
  expect((await scanAll(side, 'keyless')).keys.sort()).toEqual([key('a'), key('b')]);
}
