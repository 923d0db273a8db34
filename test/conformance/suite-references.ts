import { expect, test } from 'vitest';
import type { WriteIntent } from '../../electron/engine/port/connector.ts';
import type { ConformanceHarness, NeutralCollection } from './harness.ts';
import {
  bindSide,
  createSide,
  deleteFrom,
  fill,
  insertInto,
  key,
  office,
  rawOf,
  readOne,
  rec,
  specFor,
  textForms,
  updateIn,
  writeOne,
  person,
  note,
  noPerson,
  noNote,
} from './suite-support.ts';

/** References are judged by the connector, or there are none. */
export function describeReferences(harness: ConformanceHarness): void {
  const clauses = { true: describeJudgedReferences, false: describeNoReferences };
  clauses[`${harness.facts.references}`](harness);
}

function describeNoReferences(harness: ConformanceHarness): void {
  test('[C29] a kind without references describes none and blocks nothing', async () => {
    const {
      test: { connector },
      side,
    } = await bindSide(harness, office.collections);
    expect((await connector.describe()).collections.flatMap(({ references }) => references)).toEqual([]);
    await fill(side, [note(1n, 7n)]);
  });
}

function describeJudgedReferences(harness: ConformanceHarness): void {
  const bound = async () => {
    const made = await bindSide(harness, office.collections);
    const [reference] = (await made.test.connector.describe()).collections.flatMap(({ references }) => references);
    return { ...made, reference: reference?.name };
  };

  test('[C29] a child without its parent is blocked, and flows once the parent stands before it', async () => {
    const { side, reference } = await bound();
    expect(await side.write({ intents: [note(1n, 1n), person(1n), note(2n, 1n), note(3n, null)] })).toEqual([
      { status: 'blocked', by: 'parent-missing', reference },
      { status: 'applied' },
      { status: 'applied' },
      { status: 'applied' },
    ]);
    expect(await writeOne(side, updateIn('notes', key(2n), { person: [1n, 9n] }))).toEqual({
      status: 'blocked',
      by: 'parent-missing',
      reference,
    });
    expect(await readOne(side, 'notes', key(2n))).toEqual(rec({ id: 2n, person: 1n, text: 't' }));
  });

  test('[C29] a parent that others deleted a moment ago is missing', async () => {
    const { test: behind, side, reference } = await bound();
    await fill(side, [person(1n)]);
    await behind.mutateBehindItsBack([{ op: 'delete', collection: 'people', where: { id: 1n } }]);
    expect(await writeOne(side, note(1n, 1n))).toEqual({ status: 'blocked', by: 'parent-missing', reference });
  });

  test.each(harness.facts.collations)('[C29] a reference finds its parent under %s', async (collation) => {
    const parents: NeutralCollection = {
      name: 'parents',
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text', collation },
      ],
      key: ['id'],
      unique: [{ name: 'parents_name', fields: ['name'] }],
    };
    const children: NeutralCollection = {
      name: 'children',
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'of', type: 'text' },
      ],
      key: ['id'],
      references: [{ fields: ['of'], parent: 'parents', parentFields: ['name'] }],
    };
    const { side } = await bindSide(harness, [parents, children]);
    let id = 0n;
    const parent = (name: string): WriteIntent => insertInto('parents', key(++id), rec({ id, name }));
    const child = (of: string): WriteIntent => insertInto('children', key(id), rec({ id, of }));
    for (const [first, second] of [...textForms[collation].equal, ['same', 'same'] as const]) {
      await fill(side, [parent(first), child(second)]);
      expect(await writeOne(side, deleteFrom('parents', key(id), rec({ id, name: first })))).toMatchObject({
        by: 'child-exists',
      });
      await fill(side, [
        deleteFrom('children', key(id), rec({ id, of: second })),
        deleteFrom('parents', key(id), rec({ id, name: first })),
      ]);
    }
    for (const [first, second] of textForms[collation].different) {
      await fill(side, [parent(first)]);
      expect(await writeOne(side, child(second))).toMatchObject({ by: 'parent-missing' });
      await fill(side, [deleteFrom('parents', key(id), rec({ id, name: first }))]);
    }
  });

  test('[C30] a parent with children is not deleted, nothing cascades, and without them it goes', async () => {
    const { test: behind, side, reference } = await bound();
    await fill(side, [person(1n), note(1n, 1n)]);
    expect(await writeOne(side, noPerson(1n))).toEqual({ status: 'blocked', by: 'child-exists', reference });
    expect(await rawOf(behind, 'notes')).toEqual([{ id: 1n, person: 1n, text: 't' }]);
    await fill(side, [noNote(1n, 1n), noPerson(1n)]);
    expect(await rawOf(behind, 'people')).toEqual([]);
  });

  test('[C30] children in a collection that is not bound count as well', async () => {
    const test = await createSide(harness, { schema: office });
    const side = await test.connector.bind(office.collections.slice(0, 1).map((each) => specFor(harness, each)));
    await fill(side, [person(1n)]);
    await test.mutateBehindItsBack([{ op: 'insert', collection: 'notes', values: { id: 1n, person: 1n, text: 't' } }]);
    expect(await writeOne(side, noPerson(1n))).toMatchObject({ status: 'blocked', by: 'child-exists' });
    expect(await rawOf(test, 'people')).toHaveLength(1);
  });

  test('[C30] what is referred to is not changed away from its children', async () => {
    const [people, notes] = office.collections as [NeutralCollection, NeutralCollection];
    const byMail: NeutralCollection = {
      ...notes,
      fields: [
        { name: 'id', type: 'integer' },
        { name: 'mail', type: 'text', nullable: true },
      ],
      references: [{ fields: ['mail'], parent: 'people', parentFields: ['email'] }],
    };
    const { side } = await bindSide(harness, [people, byMail]);
    await fill(side, [
      insertInto('people', key(1n), rec({ id: 1n, name: 'p', email: 'x' })),
      insertInto('notes', key(1n), rec({ id: 1n, mail: 'x' })),
    ]);
    expect(await writeOne(side, updateIn('people', key(1n), { email: ['x', 'y'] }))).toMatchObject({
      status: 'blocked',
      by: 'child-exists',
    });
    await fill(side, [
      updateIn('people', key(1n), { name: ['p', 'q'] }),
      updateIn('notes', key(1n), { mail: ['x', null] }),
      updateIn('people', key(1n), { email: ['x', 'y'] }),
    ]);
  });

  test('[C31] an orphan of before can be edited and deleted, and stops nothing', async () => {
    const { test: behind, side } = await bound();
    await behind.mutateBehindItsBack([
      { op: 'insert', collection: 'notes', values: { id: 1n, person: 7n, text: 't' } },
    ]);
    await fill(side, [
      updateIn('notes', key(1n), { text: ['t', 'u'] }),
      person(1n),
      note(2n, 1n),
      deleteFrom('notes', key(1n), rec({ id: 1n, person: 7n, text: 'u' })),
    ]);
    expect((await rawOf(behind, 'notes')).map(({ id }) => id)).toEqual([2n]);
  });
}
