import { describe, expect, test } from 'vitest';
import { Bench, table } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?' });
const rooms = table('rooms', { id: 'integer', door: 'text?' });
const visits = table(
  'visits',
  { id: 'integer', person: 'integer?', room: 'integer?', note: 'text?' },
  {
    references: [
      { fields: ['person'], parent: 'people', parentFields: ['id'] },
      { fields: ['room'], parent: 'rooms', parentFields: ['id'] },
    ],
  },
);
const papers = table(
  'papers',
  { id: 'integer', owner: 'integer?', room: 'integer?' },
  {
    references: [
      { fields: ['owner'], parent: 'people', parentFields: ['id'] },
      { fields: ['room'], parent: 'rooms', parentFields: ['id'] },
    ],
  },
);

async function office(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, rooms, visits, papers] });
  bench.putBoth('people', { id: 1n, name: 'ann' }, { id: 2n, name: 'bob' });
  bench.putBoth('rooms', { id: 1n, door: 'red' }, { id: 2n, door: 'blue' });
  await bench.sync();
  return bench;
}
const open = async (bench: Bench, collection: string) =>
  (await bench.open()).find((item) => item.collection === collection);

describe('What a conflict offers', () => {
  test('[E93] keep_both only where the local record can move to another key', async () => {
    const bench = await office();
    for (const id of [5n, 6n]) {
      bench.put('A', 'people', { id, name: 'here' });
      bench.put('B', 'people', { id, name: 'there' });
    }
    bench.put('A', 'visits', { id: 1n, person: 5n, room: null, note: 'x' });
    await bench.sync();
    const possible = new Map((await bench.open()).map((item) => [item.key, item.possible]));
    expect(possible.get(bench.keyOf('people', 5n))).toEqual(['keep_local', 'keep_remote', 'merge']);
    expect(possible.get(bench.keyOf('people', 6n))).toEqual(['keep_local', 'keep_remote', 'merge', 'keep_both']);
    for (const { id } of await bench.open())
      for (const strategy of ['keep_both'] as const) {
        const [item] = await bench.engine.conflicts({ id });
        const { failed } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann', dryRun: true });
        expect(failed.length === 0).toBe(item?.possible.includes(strategy));
      }
  });

  test('[E93] a missing parent is named, all of them, and whether it waits itself; the state that cannot be written is not offered', async () => {
    const bench = await office();
    bench.drop('B', 'people', 1n);
    bench.drop('B', 'rooms', 1n);
    bench.put('A', 'rooms', { id: 1n, door: 'green' });
    bench.put('A', 'visits', { id: 9n, person: 1n, room: 1n, note: 'new' });
    await bench.sync();
    const item = await open(bench, 'visits');
    expect(item?.possible).toEqual(['keep_remote', 'merge']);
    expect(item?.reason).toMatch(
      /^It refers to (people|rooms) 1 \((person|room)\), which Remote does not have\.$|^It refers to .* 1, which waits itself/,
    );
    expect(item?.missingParents).toEqual([
      { collection: 'people', side: 'B', fields: ['person'], text: '1', waits: true },
      { collection: 'rooms', side: 'B', fields: ['room'], text: '1', waits: true },
    ]);
  });

  test('[E93] [E34] every record that refers to one is counted, by whatever reference and if in a conflict itself', async () => {
    const bench = await office();
    bench.drop('A', 'people', 2n);
    for (const id of [1n, 2n]) bench.put('B', 'visits', { id, person: 2n, room: null, note: 'x' });
    bench.put('B', 'papers', { id: 11n, owner: 2n, room: 1n });
    bench.drop('A', 'rooms', 1n);
    await bench.sync();
    const item = await open(bench, 'people');
    expect(item).toMatchObject({ kind: 'fk-child-exists', blocking: 3, possible: ['keep_remote'] });
    expect(item?.blockedBy.map(({ collection }) => collection).toSorted()).toEqual(['papers', 'visits', 'visits']);
    expect(item?.reason).toContain('still refer to it');
    for (let id = 100n; id < 130n; id++) bench.put('B', 'visits', { id, person: 2n, room: null, note: 'x' });
    expect((await open(bench, 'people'))?.blocking).toBe(33);
  });
});
