import { describe, expect, test } from 'vitest';
import type { PairSettings } from '../../electron/engine/settings.ts';
import { Bench, table } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?', city: 'text?' });

/** One conflict of each kind of two edits, opened while nobody had set a rule. */
async function asked(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people] });
  bench.putBoth('people', { id: 1n, name: 'ann', city: null }, { id: 2n, name: 'bob', city: null });
  await bench.sync();
  bench.put('A', 'people', { id: 1n, name: 'of A' });
  bench.put('B', 'people', { id: 1n, name: 'of B' });
  bench.put('A', 'people', { id: 2n, name: 'edited' });
  bench.drop('B', 'people', 2n);
  bench.put('A', 'people', { id: 3n, name: 'new of A', city: null });
  bench.put('B', 'people', { id: 3n, name: 'new of B', city: null });
  await bench.sync();
  return bench;
}

const withRule = ({ settings }: Bench): Partial<PairSettings> => ({
  collections: settings.collections.map((collection) => ({ ...collection, policy: 'local' as const })),
});
const dump = (bench: Bench): unknown => [bench.dump('A', 'people'), bench.dump('B', 'people')];

describe('A rule that is set after a person was asked', () => {
  test('[E139] decides nothing that waits, also where it is looked at again by a dry run', async () => {
    const bench = await asked();
    const waiting = await bench.open();
    expect(waiting.map(({ kind }) => kind)).toEqual(['update/update', 'delete/update', 'insert/insert']);
    const before = dump(bench);
    await bench.reopen({ settings: withRule(bench) });
    const looks = [
      () => bench.engine.resolve({ where: {}, strategy: 'keep_remote', who: 'ann', dryRun: true }),
      () => bench.engine.autoResolve({ max: 10, who: 'ann', dryRun: true }),
    ];
    for (const look of looks) {
      await look();
      await bench.sync();
      expect(dump(bench)).toEqual(before);
      expect((await bench.open()).map(({ id, generation }) => [id, generation])).toEqual(
        waiting.map(({ id, generation }) => [id, generation]),
      );
    }
  });

  test('[E139] decides once a side has changed the record again', async () => {
    const bench = await asked();
    await bench.reopen({ settings: withRule(bench) });
    bench.put('B', 'people', { id: 1n, name: 'of B again' });
    await bench.sync();
    expect(bench.one('B', 'people', 1n)).toMatchObject({ name: 'of A' });
    expect((await bench.open()).map(({ kind }) => kind)).toEqual(['delete/update', 'insert/insert']);
  });
});
