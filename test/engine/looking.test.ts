import { describe, expect, test } from 'vitest';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const notes = table('notes', { id: 'integer', a: 'text?', b: 'text?', c: 'text?' });
const YEAR = 365 * 86_400_000;
const row = (id: number, more: Row = {}): Row => ({ id: BigInt(id), a: 'a', b: 'b', c: 'c', ...more });

async function agreed(count: number, options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [notes], ...options });
  bench.putBoth('notes', ...Array.from({ length: count }, (_, i) => row(i + 1)));
  await bench.sync();
  return bench;
}

describe('One pass: what is looked at, and when it ends', () => {
  test('[E23] [L10] lost history leads to a complete comparison: every edit flows, and nothing is deleted that nobody deleted', async () => {
    const bench = await agreed(30, { captureWindow: 5 });
    for (let id = 1; id <= 9; id++) bench.put('A', 'notes', row(id, { a: 'edited' }));
    bench.drop('A', 'notes', 30n);
    bench.put('B', 'notes', row(40));
    for (let id = 10; id <= 16; id++) bench.put('B', 'notes', row(id, { b: 'edited' }));
    await bench.sync();
    const all = bench.both('notes');
    expect(all).toHaveLength(30);
    expect(all.filter(({ a }) => a === 'edited')).toHaveLength(9);
    expect(all.filter(({ b }) => b === 'edited')).toHaveLength(7);
    await bench.expectPeace('notes');
  });

  test('[E23] lost history writes nothing over what waits: an open conflict and a hold stand as they did', async () => {
    const bench = await agreed(20, { captureWindow: 3 });
    bench.put('A', 'notes', row(1, { a: 'sent' }));
    const { id } = await bench.sync();
    await bench.engine.undo({ run: id }, 'ann');
    for (const side of ['A', 'B'] as const) bench.put(side, 'notes', row(2, { a: `of ${side}` }));
    await bench.sync();
    for (let i = 3; i <= 9; i++) bench.put('B', 'notes', row(i, { c: 'edited' }));
    expect(writtenBy(await bench.sync())).toBe(7);
    expect([bench.one('A', 'notes', 1n)?.['a'], bench.one('B', 'notes', 1n)?.['a']]).toEqual(['sent', 'a']);
    expect([bench.one('A', 'notes', 2n)?.['a'], bench.one('B', 'notes', 2n)?.['a']]).toEqual(['of A', 'of B']);
    expect([(await bench.engine.holds()).length, (await bench.open()).length]).toEqual([1, 1]);
  });

  test('[E24] [L1] keys that no hint named are found by the audit, also deletes', async () => {
    const bench = await agreed(4);
    const whole = bench.A.changesAfter.bind(bench.A);
    bench.A.changesAfter = (sequence, limit) =>
      whole(sequence, limit)?.map((change) => ({ ...change, collection: 'elsewhere' })) ?? null;
    bench.put('A', 'notes', row(1, { a: 'unseen' }));
    bench.drop('A', 'notes', 2n);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(bench.one('B', 'notes', 1n)).toEqual(row(1));
    bench.now += 25 * 3_600_000;
    await bench.sync();
    expect(bench.both('notes').map(({ id, a }) => [id, a])).toEqual([
      [1n, 'unseen'],
      [3n, 'a'],
      [4n, 'a'],
    ]);
  });

  test('[E25] the clock moved by a year, forwards or backwards, changes neither records nor conflicts', async () => {
    const ends: unknown[] = [];
    for (const shift of [0, YEAR, -YEAR]) {
      const bench = await agreed(5, { rules: { notes: { policy: 'newest', newestBy: 'c', touch: ['c'] } } });
      for (const half of [1, 2]) {
        bench.now += shift;
        bench.put('A', 'notes', row(1, { a: `A${half}` }));
        bench.put('B', 'notes', row(1, { a: `B${half}`, c: 'd' }));
        bench.put('A', 'notes', row(2, { b: `A${half}` }));
        bench.put('B', 'notes', row(2, { b: `B${half}`, c: 'c' }));
        if (half === 1) bench.drop('A', 'notes', 3n);
        await bench.sync();
      }
      ends.push([
        bench.dump('A', 'notes'),
        bench.dump('B', 'notes'),
        (await bench.open()).map(({ kind, fields }) => [kind, fields]),
        await bench.base('notes', 1n),
      ]);
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });

  test('[E26] a second sync of one pair is refused and says who started the first and when; the first goes on', async () => {
    const bench = await agreed(1);
    bench.put('A', 'notes', row(1, { a: 'new' }));
    const since = new Date(bench.now).toISOString();
    const first = bench.sync({ who: 'ann' });
    const refusal = bench.sync({ who: 'bob' });
    await expect(refusal).rejects.toMatchObject({ code: 'sync-in-progress' });
    await expect(refusal).rejects.toThrow(`Sync is already in progress: office, started by ann at ${since}`);
    expect(await bench.engine.status()).toMatchObject({ state: 'syncing', syncing: { who: 'ann' } });
    expect((await first).status).toBe('completed');
    expect(bench.both('notes')).toEqual([row(1, { a: 'new' })]);
    expect((await bench.sync({ who: 'bob' })).status).toBe('completed');
  });

  test('[E27] [L15] a cancelled run ends between batches: what was written is acknowledged, the rest waits for the next run', async () => {
    const bench = await agreed(0, { settings: { batchSize: 2 } });
    for (let id = 1; id <= 7; id++) bench.put('A', 'notes', row(id));
    const stop = new AbortController();
    bench.tap.current = ({ on, name, when }) =>
      void (on === 'B' && name === 'write' && when === 'before' && stop.abort());
    await expect(bench.sync({ signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    bench.tap.current = null;
    expect(bench.dump('B', 'notes')).toEqual([row(1), row(2)]);
    expect([await bench.base('notes', 2n), await bench.base('notes', 3n)]).toEqual([row(2), null]);
    expect(await bench.engine.runs(1)).toMatchObject([{ status: 'cancelled', written: { B: { insert: 2 } } }]);
    expect(await bench.engine.status()).toMatchObject({ state: 'waiting' });
    const report = await bench.sync();
    expect([report.recovered, writtenBy(report)]).toEqual([0, 5]);
    await bench.expectPeace('notes');
  });
});
