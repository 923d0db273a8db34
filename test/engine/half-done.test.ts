import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { dieAt, placesOf } from '../support/crash-points.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const people = table(
  'people',
  { id: 'integer', name: 'text?', city: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
const person = (id: number, name: string | null, city: string | null = null): Row => ({ id: BigInt(id), name, city });

/** One key was given twice; the names differ, and are unique. */
async function twice(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people], capabilities: { capture: false } });
  bench.putBoth('people', person(1, 'ann'));
  await bench.sync();
  bench.put('A', 'people', person(10, 'of A'));
  bench.put('B', 'people', person(10, 'of B'));
  await bench.sync();
  return bench;
}
const keepBoth = (bench: Bench): ReturnType<Bench['engine']['resolve']> =>
  bench.engine.resolve({ where: { kind: 'insert/insert' }, strategy: 'keep_both', who: 'ann' });

/** keep_both, killed when the moved record stands on B and nothing else happened yet. */
async function killedBetween(): Promise<Bench> {
  const whole = await twice();
  for (const nth of await placesOf(whole, () => keepBoth(whole))) {
    const bench = await twice();
    await dieAt(bench, nth, () => keepBoth(bench));
    if (bench.dump('B', 'people').length < 3 || bench.dump('A', 'people').length > 2) continue;
    if (bench.one('A', 'people', 10n)?.['name'] !== 'of A') continue;
    await bench.reopen();
    return bench;
  }
  throw new Error('Nothing was killed between the two sides');
}

describe('A decision of which one half stands', () => {
  test('[E49] keep_both that was killed between its sides is finished, not made a second time', async () => {
    const bench = await killedBetween();
    await bench.sync();
    expect(await bench.open()).toEqual([]);
    expect(bench.both('people')).toEqual([person(1, 'ann'), person(10, 'of B'), person(11, 'of A')]);
    const [item] = await bench.engine.conflicts({ all: true });
    expect(item).toMatchObject({ state: 'resolved', strategy: 'keep_both', resolvedBy: 'ann' });
    await bench.engine.undo({ conflict: must(item, 'the conflict').id }, 'ann');
    expect([bench.one('A', 'people', 10n), bench.one('B', 'people', 10n)]).toEqual([
      person(10, 'of A'),
      person(10, 'of B'),
    ]);
    expect([bench.one('A', 'people', 11n), bench.one('B', 'people', 11n)]).toEqual([null, null]);
  });

  test('[E49] where the record was edited since it was killed, the same answer takes the key that its copy has', async () => {
    const bench = await killedBetween();
    bench.put('A', 'people', person(10, 'of A', 'edited'));
    await bench.sync();
    expect((await bench.open()).map(({ kind }) => kind)).toContain('insert/insert');
    expect((await keepBoth(bench)).failed).toEqual([]);
    await bench.sync();
    expect(bench.both('people')).toEqual([person(1, 'ann'), person(10, 'of B'), person(11, 'of A', 'edited')]);
    await bench.expectPeace('people');
  });
});
