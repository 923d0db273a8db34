import { describe, expect, test } from 'vitest';
import { Bench, table } from '../support/engine-harness.ts';

const names = ['people', 'pets'] as const;
const tables = names.map((name) => table(name, { id: 'integer', name: 'text?' }));

/** A pair of two collections of which only some are synced for now. */
async function with_(bench: Bench, ...chosen: readonly string[]): Promise<void> {
  const [collections, resting] = [true, false].map((is) =>
    bench.settings.collections.filter(({ name }) => chosen.includes(name) === is),
  );
  await bench.reopen({ settings: { collections: collections ?? [], resting: resting ?? [] } });
}

describe('A collection that joins a pair later', () => {
  test('[E102] what it held before is found, although the history of both sides was read beyond it', async () => {
    const bench = await Bench.open({ tables, capabilities: { capture: true } });
    await with_(bench, 'people');
    bench.put('A', 'people', { id: 1n, name: 'ann' });
    await bench.sync();
    bench.put('A', 'pets', { id: 1n, name: 'tom' });
    bench.put('B', 'pets', { id: 2n, name: 'rex' });
    bench.put('A', 'people', { id: 2n, name: 'bob' });
    await bench.sync();
    await with_(bench, 'people', 'pets');
    await bench.sync();
    expect(bench.both('pets')).toHaveLength(2);
    await bench.expectPeace('people', 'pets');
  });

  test('[E102] one that left and comes back is compared anew: what changed meanwhile travels', async () => {
    const bench = await Bench.open({ tables, capabilities: { capture: true } });
    bench.putBoth('pets', { id: 1n, name: 'tom' });
    await bench.sync();
    await with_(bench, 'people');
    bench.put('B', 'pets', { id: 1n, name: 'tim' });
    bench.put('A', 'people', { id: 1n, name: 'ann' });
    await bench.sync();
    expect(bench.one('A', 'pets', 1n)).toEqual({ id: 1n, name: 'tom' });
    await with_(bench, 'people', 'pets');
    await bench.sync();
    expect(bench.both('pets')).toEqual([{ id: 1n, name: 'tim' }]);
    await bench.expectPeace('people', 'pets');
  });

  test('[E102] a cursor as older versions kept it leads to one comparison, and then goes on', async () => {
    const bench = await Bench.open({ tables, capabilities: { capture: true } });
    await bench.sync();
    const [[side, token] = ['A', ''] as const] = [...(await bench.store.cursors(1))];
    const { at } = JSON.parse(token) as { at: string };
    await bench.store.commit(1, { cursors: [{ side, token: at }] });
    bench.put(side, 'pets', { id: 1n, name: 'tom' });
    const scans: string[] = [];
    bench.tap.current = ({ on, name, when }) => {
      if (on === side && name === 'scan' && when === 'before') scans.push(name);
    };
    await bench.sync();
    expect(bench.both('pets')).toHaveLength(1);
    expect(scans.length).toBeGreaterThan(0);
    scans.length = 0;
    await bench.expectPeace('people', 'pets');
    expect(scans).toEqual([]);
  });
});
