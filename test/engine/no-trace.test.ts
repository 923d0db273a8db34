import { describe, expect, test } from 'vitest';
import { Bench, table } from '../support/engine-harness.ts';
import { peoplePair, person, resolve } from '../support/people-and-pets.ts';

const refersTo = (parent: string, field: string) => ({ fields: [field], parent, parentFields: ['id'] });
const people = table(
  'people',
  { id: 'integer', name: 'text?', boss: 'integer?' },
  { references: [refersTo('people', 'boss')] },
);
const cats = table('cats', { id: 'integer', owner: 'integer' }, { references: [refersTo('people', 'owner')] });

/** A deleted the boss, B edited it and added one who has that boss, with a cat: three conflicts, each behind the one before. */
async function chain(): Promise<Bench> {
  const bench = await Bench.open({ tables: [cats, people] });
  bench.putBoth('people', { id: 1n, name: 'ann', boss: null });
  await bench.sync();
  bench.drop('A', 'people', 1n);
  bench.put('B', 'people', { id: 1n, name: 'edited', boss: null });
  bench.put('B', 'people', { id: 2n, name: 'bob', boss: 1n });
  bench.put('B', 'cats', { id: 1n, owner: 2n });
  await bench.sync();
  return bench;
}

describe('what waits beside a decision that is refused or tried out', () => {
  test.each([true, false])('[E90] [E51] [E14] stands as it was, under its generation (dry run: %s)', async (dryRun) => {
    const bench = await chain();
    const before = await bench.engine.conflicts({});
    expect(before.map(({ kind }) => kind)).toEqual(['delete/update', 'fk-parent-missing', 'fk-parent-missing']);
    const [, second, third] = before.map(({ id }) => id);
    const refused = await resolve(bench, { where: { id: second ?? 0 }, strategy: 'keep_local', dryRun });
    expect(refused.failed).toMatchObject([{ id: second, text: expect.stringContaining('cats 1') }]);
    expect(await bench.engine.conflicts({})).toEqual(before);
    const generation = before[2]?.generation ?? 0;
    expect(
      await resolve(bench, { where: { id: third ?? 0 }, strategy: 'keep_local', generation, dryRun: true }),
    ).toMatchObject({ failed: [], resolved: [{ id: third }] });
    expect(await resolve(bench, { where: { id: third ?? 0 }, strategy: 'keep_local', generation })).toMatchObject({
      failed: [],
      resolved: [{ id: third }],
    });
  });

  test('[E14] a sync that finds another record in the way asks the same question', async () => {
    const bench = await chain();
    const [, , before] = await bench.engine.conflicts({});
    expect(before?.reason).toContain('waits itself');
    bench.drop('B', 'people', 2n);
    await bench.sync();
    const after = (await bench.engine.conflicts({})).find(({ id }) => id === before?.id);
    expect(after).toMatchObject({ generation: before?.generation, reason: expect.stringContaining('does not have') });
  });

  test('[E154] the list of holds changes nothing that the list of conflicts says', async () => {
    const bench = await peoplePair({}, ['ann']);
    bench.drop('B', 'people', 1n);
    for (const id of [1n, 2n]) bench.put('A', 'pets', { id, owner: 1n });
    await bench.sync();
    const { run } = await resolve(bench, { where: { collection: 'pets' }, strategy: 'keep_remote' });
    await bench.engine.undo({ run }, 'ann');
    await bench.sync();
    const before = await bench.engine.conflicts({});
    expect(before).toMatchObject([{ kind: 'fk-child-exists', blocking: 2 }]);
    expect(await bench.engine.judgedHolds()).toHaveLength(2);
    expect(await bench.engine.conflicts({})).toEqual(before);
    expect(bench.dump('A', 'people')).toEqual([person(1, 'ann')]);
  });
});
