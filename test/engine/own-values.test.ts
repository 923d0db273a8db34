import { describe, expect, test } from 'vitest';
import { dateValue } from '../../electron/engine/port/bson-value.ts';
import { must } from '../../shared/lib/assert.ts';
import { settingsFor } from '../support/bench-options.ts';
import { Bench, writtenBy, type Row } from '../support/engine-harness.ts';
import { stamping } from '../support/stamping-bench.ts';

const opened = (): Promise<Bench> => Bench.open(stamping());
const onA = (bench: Bench, id: bigint): Row => must(bench.one('A', 'docs', id), 'the document');

const ownValues: readonly Row[] = [
  { syncStatus: 'returned by customer', syncedAt: '2019 by hand' },
  { syncStatus: 'Synced' },
  { syncStatus: 1n },
  { syncedAt: 'yesterday' },
  { syncedAt: 1.5 },
  { origin: 'Italy' },
  { syncStatus: 'pending', syncedAt: dateValue(1), origin: 'the web' },
];

describe('a document with something of its own in a field of stamps', () => {
  test('[E136] takes part as ever, keeps all of it, and is not stamped', async () => {
    const bench = await opened();
    for (const [i, own] of ownValues.entries()) bench.put('A', 'docs', { id: BigInt(i), name: 'ann', ...own });
    await bench.sync();
    for (const [i, own] of ownValues.entries()) {
      expect(onA(bench, BigInt(i))).toEqual({ id: BigInt(i), name: 'ann', ...own });
      expect(bench.one('B', 'docs', BigInt(i))).toEqual({ id: BigInt(i), name: 'ann' });
      bench.put('B', 'docs', { id: BigInt(i), name: 'anna' });
    }
    await bench.sync();
    for (const [i, own] of ownValues.entries())
      expect(onA(bench, BigInt(i))).toEqual({ id: BigInt(i), name: 'anna', ...own });
    expect(writtenBy(await bench.sync())).toBe(0);
  });

  test('[E136] keeps it where stamps are switched on for a pair that is in step', async () => {
    const bench = await Bench.open({ ...stamping({ settings: { stamp: false } }), rules: {} });
    const own = { syncStatus: 'returned by customer', syncedAt: '2019 by hand' };
    bench.putBoth('docs', { id: 1n, name: 'ann', ...own }, { id: 2n, name: 'bob' });
    await bench.sync();
    await bench.reopen({ settings: { stamp: true, collections: settingsFor(stamping()).collections } });
    await bench.sync();
    for (const side of ['A', 'B'] as const)
      expect(bench.one(side, 'docs', 1n)).toEqual({ id: 1n, name: 'ann', ...own });
    expect(onA(bench, 2n)).toMatchObject({ syncStatus: 'synced', origin: 'local' });
  });

  test('[E136] keeps what comes while the pair stamps, up to the moment of the stamp; the next agreement stamps it when it is gone', async () => {
    const bench = await opened();
    bench.put('A', 'docs', { id: 1n, name: 'ann' });
    bench.tap.current = ({ on, name, args, when }) => {
      const isStamp = on === 'A' && name === 'write' && Array.isArray(args[0]) && when === 'before';
      if (isStamp) bench.put('A', 'docs', { id: 1n, syncStatus: 'shipped' });
    };
    await bench.sync();
    bench.tap.current = null;
    expect(onA(bench, 1n)).toEqual({ id: 1n, name: 'ann', syncStatus: 'shipped' });
    bench.put('A', 'docs', { id: 1n, name: 'anna', syncStatus: 'pending' });
    await bench.sync();
    expect(onA(bench, 1n)).toMatchObject({ name: 'anna', syncStatus: 'synced', origin: 'local' });
    bench.put('A', 'docs', { id: 1n, name: 'annette', syncStatus: 'shipped' });
    await bench.sync();
    expect(onA(bench, 1n)).toMatchObject({ name: 'annette', syncStatus: 'shipped' });
    expect(bench.one('B', 'docs', 1n)).toEqual({ id: 1n, name: 'annette' });
  });

  test.each([
    ['A', 'B', 'keep_remote'],
    ['B', 'A', 'keep_local'],
  ] as const)(
    '[E137] on %s is not deleted because it went on %s: it is a question, and goes where a person says so',
    async (side, gone, strategy) => {
      const bench = await opened();
      bench.putBoth('docs', { id: 1n, name: 'ann' }, { id: 2n, name: 'bob' });
      await bench.sync();
      bench.put(side, 'docs', { id: 1n, syncStatus: 'returned by customer' });
      bench.put(side, 'docs', { id: 2n, syncStatus: 'pending' });
      bench.drop(gone, 'docs', 1n);
      bench.drop(gone, 'docs', 2n);
      await bench.sync();
      expect(bench.one(side, 'docs', 1n)).toMatchObject({ name: 'ann', syncStatus: 'returned by customer' });
      expect(bench.one(side, 'docs', 2n)).toBeNull();
      const conflict = await bench.theConflict();
      expect(conflict.reason).toContain('it also holds syncStatus');
      expect(conflict.possible).toContain(strategy);
      await bench.engine.resolve({ where: { id: conflict.id }, strategy, who: 'ann' });
      expect(bench.one(side, 'docs', 1n)).toBeNull();
      expect(await bench.open()).toEqual([]);
    },
  );

  test('[E137] does not give its place to another record with what is its own', async () => {
    const bench = await opened();
    bench.put('A', 'docs', { id: 1n, name: 'here', syncStatus: 'returned by customer' });
    bench.put('B', 'docs', { id: 1n, name: 'there' });
    await bench.sync();
    const { id } = await bench.theConflict();
    const { failed } = await bench.engine.resolve({ where: { id }, strategy: 'keep_both', who: 'ann' });
    expect(failed).toMatchObject([{ code: 'refused', text: expect.stringContaining('it also holds syncStatus') }]);
    expect(onA(bench, 1n)).toEqual({ id: 1n, name: 'here', syncStatus: 'returned by customer' });
    expect(bench.dump('B', 'docs')).toMatchObject([{ id: 1n, name: 'there' }]);
    expect(await bench.theConflict()).toMatchObject({ id, state: 'open' });
  });
});
