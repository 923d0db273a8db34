import { expect, test } from 'vitest';
import type { WriteIntent } from '../../electron/engine/port/connector.ts';
import type { ConformanceHarness, NeutralCollection } from './harness.ts';
import {
  bindSide,
  deleteFrom,
  fill,
  insertInto,
  insertThing,
  key,
  keyUnder,
  office,
  rawOf,
  readOne,
  rec,
  scanAll,
  statusesOf,
  textForms,
  thing,
  things,
  updateIn,
  writeOne,
} from './suite-support.ts';

export function describeWriting(harness: ConformanceHarness): void {
  test('[C20] what meets its expectation is applied', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'a', 'b'), insertThing(2n, 'x')]);
    await fill(side, [updateIn('things', key(1n), { a: ['a', null] }), deleteFrom('things', key(2n), thing(2n, 'x'))]);
    expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: null, b: 'b' }]);
  });

  test('[C21] what does not meet its expectation is changed, with what is there, and is not written', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'a')]);
    const actual = thing(1n, 'a');
    const results = await side.write({
      intents: [
        insertThing(1n, 'other'),
        insertThing(1n, 'a'),
        updateIn('things', key(1n), { a: ['z', 'other'] }),
        updateIn('things', key(1n), { a: ['a', 'other'], b: ['z', 'other'] }),
        deleteFrom('things', key(1n), thing(1n, 'a', 'z')),
        updateIn('things', key(2n), { a: [null, 'x'] }),
        deleteFrom('things', key(2n), thing(2n)),
      ],
    });
    expect(results).toEqual([
      ...Array.from({ length: 5 }, () => ({ status: 'changed', actual })),
      { status: 'changed', actual: null },
      { status: 'changed', actual: null },
    ]);
    expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: 'a', b: null }]);
  });

  test('[C21] an edit by others after the values were read is never overwritten', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'a'), insertThing(2n, 'a')]);
    expect(await readOne(side, 'things', key(1n))).toEqual(thing(1n, 'a'));
    await behind.mutateBehindItsBack([
      { op: 'update', collection: 'things', where: { id: 1n }, set: { a: 'theirs' } },
      { op: 'update', collection: 'things', where: { id: 2n }, set: { b: 'theirs' } },
      { op: 'insert', collection: 'things', values: { id: 3n, a: 'theirs', b: null } },
    ]);
    const results = await side.write({
      intents: [
        updateIn('things', key(1n), { a: ['a', 'ours'] }),
        deleteFrom('things', key(2n), thing(2n, 'a')),
        insertThing(3n, 'ours'),
      ],
    });
    expect(results).toEqual(
      [thing(1n, 'theirs'), thing(2n, 'a', 'theirs'), thing(3n, 'theirs')].map((actual) => ({
        status: 'changed',
        actual,
      })),
    );
    expect(await readOne(side, 'things', key(1n))).toEqual(thing(1n, 'theirs'));
  });

  test.each(harness.facts.collations)(
    '[C22] expectations tell letters, classes and signs apart also under %s',
    async (collation) => {
      const named: NeutralCollection = {
        name: 'named',
        fields: [
          { name: 'id', type: 'integer' },
          { name: 'name', type: 'text', collation },
          { name: 'v', type: 'any', nullable: true },
        ],
        key: ['id'],
      };
      const { side } = await bindSide(harness, [named]);
      const now = rec({ id: 1n, name: 'Anna', v: 1n });
      await fill(side, [insertInto('named', key(1n), now)]);
      const missed: WriteIntent[] = [
        updateIn('named', key(1n), { name: ['anna', 'x'] }),
        updateIn('named', key(1n), { name: ['Anna ', 'x'] }),
        updateIn('named', key(1n), { v: [1, 2n] }),
        updateIn('named', key(1n), { v: ['1', 2n] }),
        updateIn('named', key(1n), { v: [null, 2n] }),
        updateIn('named', key(1n), { v: [undefined, 2n] }),
        deleteFrom('named', key(1n), rec({ id: 1n, name: 'ANNA', v: 1n })),
        deleteFrom('named', key(1n), rec({ id: 1n, name: 'Anna', v: 1 })),
        deleteFrom('named', key(1n), rec({ id: 1n, name: 'Anna' })),
      ];
      expect(await side.write({ intents: missed })).toEqual(missed.map(() => ({ status: 'changed', actual: now })));
      await fill(side, [
        updateIn('named', key(1n), { v: [1n, 0] }),
        updateIn('named', key(1n), { name: ['Anna', 'ANNA'] }),
      ]);
      expect((await writeOne(side, updateIn('named', key(1n), { v: [-0, 2n] }))).status).toBe('changed');
      expect(await readOne(side, 'named', key(1n))).toEqual(rec({ id: 1n, name: 'ANNA', v: 0 }));
    },
  );

  test('[C23] an update leaves to others the fields that it does not name', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(1n, 'a', 'b')]);
    await behind.mutateBehindItsBack([{ op: 'update', collection: 'things', where: { id: 1n }, set: { b: 'theirs' } }]);
    await fill(side, [updateIn('things', key(1n), { a: ['a', 'ours'] })]);
    expect(await rawOf(behind, 'things')).toEqual([{ id: 1n, a: 'ours', b: 'theirs' }]);
  });

  test('[C24] results come one for each intent, in order, and none that fails stops another', async () => {
    const { side } = await bindSide(harness, office.collections);
    const person = (id: bigint, email: string | null): WriteIntent =>
      insertInto('people', key(id), rec({ id, name: `p${id}`, email }));
    await fill(side, [person(1n, 'one')]);
    const results = await side.write({
      intents: [
        person(2n, 'two'),
        person(1n, 'again'),
        person(3n, 'one'),
        updateIn('people', key(2n), { email: ['two', 'zwei'] }),
        insertInto('people', key(4n), rec({ id: 4n, name: null, email: null })),
        person(5n, 'two'),
        deleteFrom('people', key(1n), rec({ id: 1n, name: 'p1', email: 'one' })),
        person(1n, 'one'),
      ],
    });
    const withoutName = harness.facts.documents ? 'applied' : 'rejected';
    expect(statusesOf(results)).toEqual([
      'applied',
      'changed',
      'rejected',
      'applied',
      withoutName,
      'applied',
      'applied',
      'applied',
    ]);
    const { records } = await scanAll(side, 'people');
    const ids = harness.facts.documents ? [1n, 2n, 4n, 5n] : [1n, 2n, 5n];
    expect([...records.keys()].sort()).toEqual(ids.map((id) => key(id)));
    expect(records.get(key(2n))).toEqual(rec({ id: 2n, name: 'p2', email: 'zwei' }));
  });

  test('[C25] an intent that makes no sense is rejected and changes nothing', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    // In a document store the one name that means nothing is that of the key field, which the suite calls otherwise.
    const nowhere = harness.facts.documents?.key ?? 'nowhere';
    await fill(side, [insertThing(1n, 'a')]);
    const results = await side.write({
      intents: [
        insertInto('things', key(2n), thing(3n)),
        insertInto('things', key(2n), rec({ id: 2n, [nowhere]: 'x' })),
        updateIn('things', key(1n), { id: [1n, 2n] }),
        updateIn('things', key(1n), { [nowhere]: [undefined, 'x'] }),
        insertThing(4n),
      ],
    });
    expect(statusesOf(results)).toEqual(['rejected', 'rejected', 'rejected', 'rejected', 'applied']);
    expect((await rawOf(behind, 'things')).map(({ id, a }) => [id, a])).toEqual([
      [1n, 'a'],
      [4n, null],
    ]);
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
    test.each(textForms[collation].equal)(
      `[C25] a key may be written another way where ${collation} holds %j and %j to be equal`,
      async (first, second) => {
        const { test: behind, side } = await bindSide(harness, [named]);
        const at = keyUnder(collation, first);
        await fill(side, [
          insertInto('named', at, rec({ name: first, v: 1n })),
          updateIn('named', at, { name: [first, second] }),
        ]);
        expect(await rawOf(behind, 'named')).toEqual([{ name: second, v: 1n }]);
      },
    );
  }
}
