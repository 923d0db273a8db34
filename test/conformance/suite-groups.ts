import { expect, test } from 'vitest';
import type { Capabilities, WriteIntent } from '../../electron/engine/port/connector.ts';
import type { ConformanceHarness, NeutralCollection } from './harness.ts';
import {
  bindSide,
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  insertThing,
  key,
  office,
  rawOf,
  rec,
  scanAll,
  statusesOf,
  thing,
  things,
  updateIn,
  person,
  note,
  noPerson,
  noNote,
} from './suite-support.ts';

export function describeGroups(harness: ConformanceHarness): void {
  const clauses: Record<Capabilities['groups'], (harness: ConformanceHarness) => void> = {
    none: describeNoGroups,
    collection: describeGroupsInCollection,
    side: describeGroupsOnSide,
  };
  clauses[harness.capabilities.groups](harness);
  test('[C35] a batch without groups is never refused for groups', async () => {
    const { side } = await bindSide(harness, [things]);
    expect(statusesOf(await side.write({ intents: [insertThing(1n), insertThing(2n)] }))).toEqual([
      'applied',
      'applied',
    ]);
  });
}

function describeNoGroups(harness: ConformanceHarness): void {
  test('[C35] a batch with a group is refused, and nothing of it is applied', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await failureOf(side.write({ intents: [insertThing(1n), { ...insertThing(2n), group: 1 }] }), 'unsupported');
    expect(await rawOf(behind, 'things')).toEqual([]);
  });
}

function describeGroupsInCollection(harness: ConformanceHarness): void {
  describeGroupsAtAll(harness);
  test('[C35] a group across collections is refused, and nothing of the batch is applied', async () => {
    const { test: behind, side } = await bindSide(harness, office.collections);
    await failureOf(side.write({ intents: [person(1n), person(2n, 1), note(1n, 2n, 1)] }), 'unsupported');
    expect(await rawOf(behind, 'people')).toEqual([]);
  });
}

function describeGroupsOnSide(harness: ConformanceHarness): void {
  describeGroupsAtAll(harness);
  test('[C32] a group across collections stands or falls as one', async () => {
    const { test: behind, side } = await bindSide(harness, office.collections);
    await fill(side, [person(9n)]);
    const results = await side.write({
      intents: [person(1n, 1), note(1n, 1n, 1), person(2n, 2), note(2n, 2n, 2), person(9n, 2)],
    });
    expect(statusesOf(results)).toEqual(['applied', 'applied', 'group-failed', 'group-failed', 'changed']);
    expect((await rawOf(behind, 'people')).map(({ id }) => id)).toEqual([1n, 9n]);
    expect((await rawOf(behind, 'notes')).map(({ id }) => id)).toEqual([1n]);
  });

  test('[C33] in a group a child may stand before its parent, and a parent go before its child', async () => {
    const { side } = await bindSide(harness, office.collections);
    await fill(side, [note(1n, 1n, 1), person(1n, 1)]);
    await fill(side, [noPerson(1n, 2), noNote(1n, 1n, 2)]);
    expect((await scanAll(side, 'people')).keys).toEqual([]);
  });
}

function describeGroupsAtAll(harness: ConformanceHarness): void {
  test('[C32] one member that fails keeps its group from being applied and nothing else', async () => {
    const { test: behind, side } = await bindSide(harness, [things]);
    await fill(side, [insertThing(9n, 'there')]);
    const member = (intent: WriteIntent, group: number): WriteIntent => ({ ...intent, group });
    const results = await side.write({
      intents: [
        insertThing(1n),
        member(insertThing(2n), 1),
        member(updateIn('things', key(9n), { a: ['not this', 'x'] }), 1),
        member(insertThing(3n), 1),
        member(insertThing(4n), 2),
        member(deleteFrom('things', key(9n), thing(9n, 'there')), 2),
      ],
    });
    expect(statusesOf(results)).toEqual(['applied', 'group-failed', 'changed', 'group-failed', 'applied', 'applied']);
    expect((await rawOf(behind, 'things')).map(({ id }) => id)).toEqual([1n, 4n]);
  });

  const nodes: NeutralCollection = {
    name: 'nodes',
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'next', type: 'integer', nullable: true },
    ],
    key: ['id'],
    references: [{ fields: ['next'], parent: 'nodes', parentFields: ['id'] }],
  };
  test('[C33] a cycle of references stands in a group', async () => {
    const { test: behind, side } = await bindSide(harness, [nodes]);
    const node = (id: bigint, next: bigint): WriteIntent => insertInto('nodes', key(id), rec({ id, next }), 1);
    await fill(side, [node(1n, 2n), node(2n, 3n), node(3n, 1n)]);
    expect(await rawOf(behind, 'nodes')).toHaveLength(3);
    await fill(
      side,
      [1n, 2n, 3n].map((id) => deleteFrom('nodes', key(id), rec({ id, next: (id % 3n) + 1n }), 2)),
    );
    expect(await rawOf(behind, 'nodes')).toEqual([]);
  });

  const seats: NeutralCollection = {
    name: 'seats',
    fields: [
      { name: 'id', type: 'integer' },
      { name: 'seat', type: 'text' },
    ],
    key: ['id'],
    unique: [{ name: 'seats_seat', fields: ['seat'] }],
  };
  test('[C34] unique values change hands inside a group, two of them or three', async () => {
    const { side } = await bindSide(harness, [seats]);
    await fill(
      side,
      ['a', 'b', 'c'].map((seat, at) => insertInto('seats', key(BigInt(at)), rec({ id: BigInt(at), seat }))),
    );
    await fill(side, [
      updateIn('seats', key(0n), { seat: ['a', 'b'] }, 1),
      updateIn('seats', key(1n), { seat: ['b', 'a'] }, 1),
    ]);
    await fill(side, [
      updateIn('seats', key(0n), { seat: ['b', 'a'] }, 1),
      updateIn('seats', key(1n), { seat: ['a', 'c'] }, 1),
      updateIn('seats', key(2n), { seat: ['c', 'b'] }, 1),
    ]);
    const { records } = await scanAll(side, 'seats');
    expect([...records.values()].map(({ values }) => String(values.at(-1))).sort()).toEqual(['a', 'b', 'c']);
    expect(records.get(key(1n))).toEqual(rec({ id: 1n, seat: 'c' }));
  });

  test('[C34] a group that would leave a unique value twice is not applied, and says which index', async () => {
    const { test: behind, side } = await bindSide(harness, [seats]);
    await fill(
      side,
      ['a', 'b', 'c'].map((seat, at) => insertInto('seats', key(BigInt(at)), rec({ id: BigInt(at), seat }))),
    );
    const results = await side.write({
      intents: [
        updateIn('seats', key(0n), { seat: ['a', 'b'] }, 1),
        updateIn('seats', key(1n), { seat: ['b', 'c'] }, 1),
      ],
    });
    expect(statusesOf(results).sort()).toEqual(['group-failed', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      code: 'unique',
      index: 'seats_seat',
      ownerKey: key(2n),
    });
    expect((await rawOf(behind, 'seats')).map(({ seat }) => seat)).toEqual(['a', 'b', 'c']);
  });
}
