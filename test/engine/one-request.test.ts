import { describe, expect, test } from 'vitest';
import type { ResolveReport } from '../../electron/engine/reports/decision.ts';
import { Bench, plain, table } from '../support/engine-harness.ts';
import { resolve } from '../support/people-and-pets.ts';

const people = table(
  'people',
  { id: 'integer', name: 'text?', city: 'text?', createdAt: 'text?', updatedAt: 'integer?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
const row = (id: number, name: string, city: string, updatedAt = 1n): Record<string, string | bigint | null> => ({
  id: BigInt(id),
  name,
  city,
  createdAt: null,
  updatedAt,
});
const told = ({ resolved, failed, wrote, preview }: ResolveReport): unknown => ({
  resolved: resolved.map(({ id }) => id),
  failed: failed.map(({ id, code, text }) => [id, code, text]),
  wrote: wrote.map(({ key, op }) => [key, op]),
  preview: preview.map(({ key, a, b }) => [key, plain(a), plain(b)]),
});

/** Number 1 is about person 2 itself, number 2 about person 3, who wants a name that person 2 has on A. */
async function twoAboutOne(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people] });
  bench.put('A', 'people', row(2, 'u1', 'mine'));
  bench.put('B', 'people', row(2, 'u4', 'theirs', 2n));
  bench.put('B', 'people', row(3, 'u1', 'third'));
  await bench.sync();
  return bench;
}

describe('Several decisions of one request about one record', () => {
  test('[E51] the first one is written, the others are named with the reason, and the dry run tells just that', async () => {
    const bench = await twoAboutOne();
    const items = await bench.open();
    const [first, second] = items.map(({ id }) => id);
    const dry = await resolve(bench, { where: {}, strategy: 'keep_remote', dryRun: true });
    const real = await resolve(bench, { where: {}, strategy: 'keep_remote' });
    expect(told(dry)).toEqual(told(real));
    expect(real.resolved.map(({ id }) => id)).toEqual([first]);
    expect(real.failed).toEqual([
      {
        id: second,
        code: 'refused',
        text: `It is about people 2 as well, which the decision of #${first} writes. Sync; if it still waits then, give the same answer again.`,
      },
    ]);
    expect(real.wrote.map(({ key }) => key)).toEqual([bench.keyOf('people', 2n)]);
    const closed = (await bench.engine.conflicts({ all: true })).filter(
      ({ state }) => state === 'resolved' || state === 'vanished',
    );
    expect(closed.map(({ id, state, strategy }) => [id, state, strategy])).toEqual([
      [first, 'resolved', 'keep_remote'],
    ]);
    await bench.engine.undo({ run: real.run }, 'ann');
    expect(bench.dump('A', 'people').map(({ city }) => city)).toEqual(['mine']);
  });

  test('[E51] auto-resolve leaves what is about a record that it has just written, and says so beforehand', async () => {
    const bench = await twoAboutOne();
    const request = { max: 10, who: 'ann' };
    const dry = await bench.engine.autoResolve({ ...request, dryRun: true });
    const real = await bench.engine.autoResolve(request);
    expect({ ...dry, run: real.run }).toEqual(real);
    expect([real.resolved.length, real.failed, real.skipped.map(({ why }) => why)]).toEqual([
      1,
      [],
      [
        expect.stringMatching(
          /^It is about people 2 as well, which the decision of #\d+ writes\. Sync; if it still waits then, run auto-resolve again\.$/,
        ),
      ],
    ]);
  });

  test('[E51] auto-resolve judges its decisions together, and so does its dry run: one lets go what another one takes', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.put('A', 'people', row(2, 'u1', 'mine'));
    bench.put('B', 'people', row(2, 'u2', 'theirs', 2n));
    bench.put('A', 'people', row(3, 'u3', 'mine'));
    bench.put('B', 'people', row(3, 'u1', 'theirs', 2n));
    await bench.sync();
    const request = { max: 10, who: 'ann' };
    const dry = await bench.engine.autoResolve({ ...request, dryRun: true });
    const real = await bench.engine.autoResolve(request);
    expect({ ...dry, run: real.run }).toEqual(real);
    expect([real.resolved.length, real.failed, real.skipped]).toEqual([2, [], []]);
    expect(bench.both('people').map(({ name }) => name)).toEqual(['u2', 'u1']);
  });

  test('[E51] where the first one is refused, the next one about the record is decided', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.putBoth('people', row(2, 'e', 'old'));
    await bench.sync();
    bench.put('A', 'people', { id: 2n, name: 'u1', city: 'mine' });
    bench.put('B', 'people', { id: 2n, city: 'theirs' });
    bench.put('B', 'people', row(3, 'u1', 'third'));
    await bench.sync();
    const [first, second] = (await bench.open()).map(({ id }) => id);
    const dry = await resolve(bench, { where: {}, strategy: 'keep_remote', dryRun: true });
    const real = await resolve(bench, { where: {}, strategy: 'keep_remote' });
    expect(told(dry)).toEqual(told(real));
    expect(real.resolved.map(({ id }) => id)).toEqual([second]);
    expect(real.failed.map(({ id }) => id)).toEqual([first]);
    expect(bench.dump('A', 'people').map(({ id, name, city }) => [id, name, city])).toEqual([
      [2n, null, 'mine'],
      [3n, 'u1', 'third'],
    ]);
  });
});
