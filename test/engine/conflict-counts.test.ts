import { describe, expect, test } from 'vitest';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, table } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?' }, { unique: [{ name: 'by_name', fields: ['name'] }] });
const rooms = table('rooms', { id: 'integer', door: 'text?' });
const owners = table('owners', { id: 'integer' });
const pets = table(
  'pets',
  { id: 'integer', owner: 'integer?' },
  { references: [{ fields: ['owner'], parent: 'owners', parentFields: ['id'] }] },
);

async function differing(options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, rooms], ...options });
  bench.put('A', 'people', { id: 1n, name: 'same' });
  bench.put('B', 'people', { id: 2n, name: 'same' });
  bench.put('A', 'rooms', { id: 1n, door: 'red' });
  bench.put('B', 'rooms', { id: 1n, door: 'blue' });
  return bench;
}

describe('Conflicts in numbers', () => {
  test('[E94] what a plan found first is counted by the sync that follows, once, and is of its run', async () => {
    const bench = await differing();
    const { conflicts } = await bench.engine.plan({});
    expect(conflicts.map(({ run }) => run)).toEqual([0, 0]);
    await bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann', dryRun: true });
    const part = await bench.sync({ collections: ['rooms'] });
    expect(part.conflicts).toEqual({ people: 0, rooms: 1 });
    const rest = await bench.sync();
    expect(rest.conflicts).toEqual({ people: 1, rooms: 0 });
    expect((await bench.sync()).conflicts).toEqual({ people: 0, rooms: 0 });
    for (const { run, collection } of await bench.open()) {
      expect(run).toBe(collection === 'rooms' ? part.id : rest.id);
      expect(await bench.engine.run(run)).not.toBeNull();
    }
  });

  test('[E94] what a plan found first is as old as the plan, and then as the sync that met it', async () => {
    const bench = await differing();
    await bench.engine.plan({});
    const planned = await bench.open();
    const { id, startedAt } = await bench.sync();
    for (const { at, run } of await bench.open()) expect([run, at >= startedAt]).toEqual([id, true]);
    for (const { at } of planned) expect(at).toBeLessThan(startedAt);
    expect((await bench.open()).map((item) => item.id)).toEqual(planned.map((item) => item.id));
  });

  test('[E94] what rests behind a brake of the whole pair counts in no run, no total and no list', async () => {
    const bench = await Bench.open({ tables: [rooms], settings: { marker: true } });
    for (let id = 1n; id <= 5n; id++) bench.put('A', 'rooms', { id, door: 'x' });
    await bench.sync();
    const copy = bench.A.snapshot();
    for (let id = 1n; id <= 5n; id++) bench.put('A', 'rooms', { id, door: 'y' });
    await bench.sync();
    bench.A.restore(copy);
    const stopped = await bench.sync();
    const [brake] = await bench.engine.brakes();
    expect(brake).toMatchObject({ collection: '', count: 5 });
    expect([stopped.conflicts, await bench.open()]).toEqual([{ rooms: 0 }, []]);
    await bench.engine.answerBrake(brake?.id ?? 0, 'bring-back', 'ann');
    expect(await bench.engine.status()).toMatchObject({ conflicts: { total: 0, open: 0 } });
    expect(await bench.engine.conflicts({ all: true })).toEqual([]);
    expect(bench.both('rooms').map(({ door }) => door)).toEqual(Array.from({ length: 5 }, () => 'y'));
  });

  test.each([true, false])(
    '[E94] a plan that met the brake first makes no conflicts of it (marker: %s)',
    async (marker) => {
      const bench = await Bench.open({ tables: [people, rooms], settings: { marker } });
      for (let id = 1n; id <= 5n; id++) bench.put('A', 'rooms', { id, door: 'x' });
      await bench.sync();
      const copy = bench.A.snapshot();
      for (let id = 1n; id <= 5n; id++) bench.put('A', 'rooms', { id, door: 'y' });
      await bench.sync();
      bench.A.restore(copy);
      bench.put('A', 'rooms', { id: 5n, door: 'edited on top' });
      await bench.engine.plan({});
      const stopped = await bench.sync();
      expect(await bench.engine.brakes()).toMatchObject([{ collection: '', count: 4 }]);
      expect([stopped.conflicts, await bench.open()]).toEqual([{ people: 0, rooms: 0 }, []]);
    },
  );

  test('[E94] what a run found before a side was restored in its middle counts no more', async () => {
    const bench = await Bench.open({ tables: [rooms], settings: { marker: true } });
    for (let id = 1n; id <= 5n; id++) bench.put('A', 'rooms', { id, door: 'x' });
    await bench.sync();
    const copy = bench.A.snapshot();
    for (let id = 1n; id <= 5n; id++) bench.put('A', 'rooms', { id, door: 'y' });
    await bench.sync();
    bench.put('A', 'rooms', { id: 1n, door: 'mine' });
    bench.put('B', 'rooms', { id: 1n, door: 'theirs' });
    bench.put('A', 'rooms', { id: 2n, door: 'new' });
    let restored = false;
    bench.tap.current = ({ on, name, when }) => {
      if (restored || on !== 'B' || name !== 'write' || when !== 'after') return;
      restored = true;
      bench.A.restore(copy);
    };
    const stopped = await bench.sync();
    bench.tap.current = null;
    expect(restored).toBe(true);
    expect(await bench.engine.brakes()).toMatchObject([{ collection: '', kind: 'restored' }]);
    expect([stopped.conflicts, await bench.open()]).toEqual([{ rooms: 0 }, []]);
  });

  test.each([true, false])(
    '[E146] a plan counts no conflict whose record it says it will write, and counts every other one (streams: %s)',
    async (capture) => {
      const bench = await differing({ capabilities: { capture } });
      bench.putBoth('rooms', { id: 2n, door: 'old' });
      await bench.sync();
      for (const [side, door] of [
        ['A', 'green'],
        ['B', 'grey'],
      ] as const)
        bench.put(side, 'rooms', { id: 2n, door });
      await bench.sync();
      const waiting = async (): Promise<readonly string[]> =>
        (await bench.engine.plan({})).conflicts.map(({ collection, kind }) => `${collection} ${kind}`);
      expect((await waiting()).toSorted()).toEqual(['people unique', 'rooms insert/insert', 'rooms update/update']);
      bench.put('B', 'rooms', { id: 2n, door: 'old' });
      bench.put('B', 'people', { id: 2n, name: 'another' });
      const { total, conflicts } = await bench.engine.plan({});
      expect([total, conflicts.map(({ kind }) => kind)]).toEqual([3, ['insert/insert']]);
      await bench.sync();
      expect((await bench.open()).map(({ id }) => id)).toEqual(conflicts.map(({ id }) => id));
    },
  );

  test('[E146] nor one whose missing parent has come', async () => {
    const bench = await Bench.open({ tables: [owners, pets] });
    bench.putBoth('owners', { id: 1n });
    bench.putBoth('pets', { id: 1n, owner: 1n });
    await bench.sync();
    bench.put('A', 'pets', { id: 1n, owner: 7n });
    await bench.sync();
    expect((await bench.engine.plan({})).conflicts.map(({ kind }) => kind)).toEqual(['fk-parent-missing']);
    bench.put('B', 'owners', { id: 7n });
    const { total, conflicts } = await bench.engine.plan({});
    expect([total, conflicts]).toEqual([2, []]);
  });
});
