import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { ResolveReport } from '../../electron/engine/reports/decision.ts';
import type { ResolveRequest } from '../../electron/engine/requests.ts';
import { sameState } from '../../electron/engine/port/record.ts';
import { Bench, table } from '../support/engine-harness.ts';

const people = table(
  'people',
  { id: 'integer', name: 'text?', updatedAt: 'integer?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
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

const office = (): Promise<Bench> => Bench.open({ tables: [people, rooms, visits] });
const dump = (bench: Bench): unknown =>
  (['A', 'B'] as const).map((side) => ['people', 'rooms', 'visits'].map((name) => bench.dump(side, name)));
const wrote = ({ wrote: records }: Pick<ResolveReport, 'wrote'>): unknown =>
  records.map(({ key, op }) => [key, op] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));

async function triedAndDone(bench: Bench, request: Omit<ResolveRequest, 'who'>): Promise<ResolveReport[]> {
  const before = dump(bench);
  const dry = await bench.engine.resolve({ ...request, who: 'ann', dryRun: true });
  expect(dump(bench)).toEqual(before);
  return [dry, await bench.engine.resolve({ ...request, who: 'ann' })];
}

describe('A decision that is tried out', () => {
  test('[E90] a dry run names every record that is written, the other one of a unique clash too', async () => {
    for (const strategy of ['keep_remote', 'keep_local', 'rename_local'] as const) {
      const bench = await office();
      bench.put('A', 'people', { id: 1n, name: 'ann', updatedAt: null });
      bench.put('B', 'people', { id: 2n, name: 'ann', updatedAt: null });
      await bench.sync();
      const { id } = await bench.theConflict();
      const given = strategy === 'keep_local' ? { value: 'bob' } : {};
      const [dry, real] = await triedAndDone(bench, { where: { id }, strategy, ...given });
      expect(dry?.run).toBe(0);
      expect([strategy, dry?.failed, dry?.wrote.length]).toEqual([strategy, [], 2]);
      expect(real && wrote(real)).toEqual(dry && wrote(dry));
    }
  });

  test('[E49] keep_both gives the key that its dry run showed, each time it is tried, and another one once that is taken', async () => {
    const bench = await Bench.open({ tables: [table('tags', { code: 'text', label: 'text' })] });
    bench.put('A', 'tags', { code: 'x', label: 'here' });
    bench.put('B', 'tags', { code: 'x', label: 'there' });
    await bench.sync();
    const { id } = await bench.theConflict();
    const request = { where: { id }, strategy: 'keep_both', who: 'ann' } as const;
    const told = async (dryRun: boolean): Promise<string | undefined> =>
      (await bench.engine.resolve({ ...request, dryRun })).resolved[0]?.text;
    const first = await told(true);
    expect(await told(true)).toBe(first);
    const code = must(/has code (x_\w{4}) now/.exec(first ?? '')?.[1], 'a key');
    bench.put('B', 'tags', { code, label: 'new' });
    const other = await told(true);
    expect(other).not.toBe(first);
    expect(await told(false)).toBe(other);
  });

  test('[E90] a dry run refuses what a missing parent refuses, in the same words and with the same code', async () => {
    const bench = await office();
    bench.putBoth('people', { id: 1n, name: 'ann', updatedAt: null });
    bench.putBoth('rooms', { id: 1n, door: 'red' }, { id: 2n, door: 'blue' });
    await bench.sync();
    bench.drop('B', 'people', 1n);
    bench.drop('B', 'rooms', 1n);
    bench.put('A', 'visits', { id: 9n, person: 1n, room: 1n, note: 'new' });
    await bench.sync();
    const { id } = (await bench.open()).find(({ collection }) => collection === 'visits') ?? { id: 0 };
    const fields = new Map([['room', 2n]]);
    const [dry, real] = await triedAndDone(bench, { where: { id }, strategy: 'merge', fields });
    expect(dry).toMatchObject({ resolved: [], preview: [], wrote: [], failed: [{ id, code: 'refused' }] });
    expect(real?.failed).toEqual(dry?.failed);
  });

  test('[E90] [E52] auto-resolve that is tried out decides what it then does, and writes nothing before', async () => {
    const bench = await office();
    bench.put('A', 'people', { id: 1n, name: 'a', updatedAt: 1n });
    bench.put('B', 'people', { id: 1n, name: 'b', updatedAt: 2n });
    bench.put('A', 'people', { id: 2n, name: 'c', updatedAt: null });
    bench.put('B', 'people', { id: 2n, name: 'd', updatedAt: 5n });
    bench.put('A', 'rooms', { id: 1n, door: 'e' });
    bench.put('B', 'rooms', { id: 1n, door: 'f' });
    await bench.sync();
    const before = [dump(bench), (await bench.engine.runs(99)).length];
    const dry = await bench.engine.autoResolve({ max: 10, who: 'ann', dryRun: true });
    expect([dump(bench), (await bench.engine.runs(99)).length]).toEqual(before);
    const real = await bench.engine.autoResolve({ max: 10, who: 'ann' });
    expect(dry.run).toBe(0);
    expect([dry.resolved, dry.skipped, wrote(dry)]).toEqual([real.resolved, real.skipped, wrote(real)]);
    expect(real.skipped.map(({ why }) => why)).toEqual([
      'only the remote record has updatedAt, so it does not tell which is newer',
      'rooms has no field updatedAt that could tell which record is newer',
    ]);
  });

  test('[E52] where no time could ever tell, the reason is that of the conflict', async () => {
    const bench = await office();
    bench.putBoth('people', { id: 1n, name: 'ann', updatedAt: 1n });
    bench.putBoth('rooms', { id: 1n, door: 'red' });
    await bench.sync();
    bench.drop('A', 'people', 1n);
    bench.put('B', 'people', { id: 1n, updatedAt: 9n });
    bench.drop('A', 'rooms', 1n);
    bench.put('B', 'visits', { id: 3n, person: null, room: 1n, note: 'late' });
    await bench.sync();
    const { skipped, resolved } = await bench.engine.autoResolve({ max: 10, who: 'ann' });
    expect(resolved).toEqual([]);
    expect(skipped.map(({ why }) => why).toSorted()).toEqual([
      expect.stringMatching(/^no rule decides a deletion: .*deleted the record/),
      expect.stringMatching(/^no rule decides this kind: .*refer/),
      expect.stringMatching(/^no rule decides this kind: .*refer/),
    ]);
  });

  test('[E76] an undo that is tried out refuses what a reference refuses, in the words of the undo', async () => {
    const bench = await office();
    bench.put('A', 'rooms', { id: 1n, door: 'red' });
    bench.put('A', 'rooms', { id: 2n, door: 'blue' });
    const { id: run } = await bench.sync();
    bench.put('B', 'visits', { id: 1n, person: null, room: 1n, note: 'late' });
    const before = dump(bench);
    const dry = await bench.engine.undo({ run }, 'ann', true);
    expect([dump(bench), await bench.store.actions(1, { status: 'staged', order: 'id', limit: 9 })]).toEqual([
      before,
      [],
    ]);
    expect(dry).toMatchObject({ run: 0, restored: 1, refused: [{ why: expect.stringContaining('visits 1') }] });
    const { restored, refused, written } = await bench.engine.undo({ run }, 'ann');
    expect([restored, refused, written]).toEqual([dry.restored, dry.refused, dry.written]);
  });

  test('[E75] an answer that is tried out names what references refuse', async () => {
    const bench = await office();
    bench.put('A', 'visits', { id: 1n, person: null, room: null, note: 'first' });
    bench.put('A', 'rooms', { id: 1n, door: 'red' });
    await bench.sync();
    bench.put('A', 'visits', { id: 1n, room: 1n });
    const { id: run } = await bench.sync();
    await bench.engine.undo({ run }, 'ann');
    bench.drop('B', 'rooms', 1n);
    const request = { run, answer: 'send-again', who: 'ann' } as const;
    const dry = await bench.engine.answerHolds({ ...request, dryRun: true });
    expect(dry).toMatchObject({ run: 0, answered: 0, failed: [{ collection: 'visits' }] });
    expect((await bench.engine.answerHolds(request)).failed).toEqual(dry.failed);
  });

  for (const dryRun of [true, false])
    test(`[E75] a hold whose record was edited since is named, ${dryRun ? 'also by a dry run' : 'and waits as a conflict'}`, async () => {
      const bench = await office();
      bench.putBoth('rooms', { id: 1n, door: 'red' });
      await bench.sync();
      bench.put('A', 'rooms', { id: 1n, door: 'blue' });
      const { id } = await bench.sync();
      await bench.engine.undo({ run: id }, 'ann');
      bench.put('B', 'rooms', { id: 1n, door: 'typed since' });
      const report = await bench.engine.answerHolds({ collection: 'rooms', answer: 'old-on-both', who: 'ann', dryRun });
      expect(report).toMatchObject({ run: 0, answered: 0, failed: [{ collection: 'rooms', code: 'moved' }] });
      expect(report.failed[0]?.why).toContain('rooms 1 was edited since it was undone');
      expect((await bench.open()).map(({ kind }) => kind)).toEqual(['undone']);
    });

  for (const dryRun of [true, false])
    test(`[E75] a hold that an edit has ended is named, and the edit goes to the other side${dryRun ? ', also by a dry run' : ''}`, async () => {
      const bench = await office();
      bench.putBoth('rooms', { id: 1n, door: 'red' });
      await bench.sync();
      bench.put('A', 'rooms', { id: 1n, door: 'blue' });
      const { id: run } = await bench.sync();
      await bench.engine.undo({ run }, 'ann');
      bench.put('A', 'rooms', { id: 1n, door: 'green' });
      const report = await bench.engine.answerHolds({ run, answer: 'send-again', who: 'ann', dryRun });
      expect(report).toMatchObject({ answered: 0, failed: [{ collection: 'rooms', code: 'moved' }] });
      expect(report.failed[0]?.why).toContain('rooms 1 is on hold no more');
      expect(report.written.B).toEqual({ insert: 0, update: 1, delete: 0 });
      expect(bench.one('B', 'rooms', 1n)).toEqual({ id: 1n, door: dryRun ? 'red' : 'green' });
      await bench.sync();
      expect(bench.both('rooms')).toEqual([{ id: 1n, door: 'green' }]);
    });

  test('[E90] keep_both: the moved record is on both sides in the end, its unique value included', async () => {
    const bench = await office();
    bench.put('A', 'people', { id: 1n, name: 'ann', updatedAt: null });
    bench.put('B', 'people', { id: 1n, name: 'bob', updatedAt: null });
    await bench.sync();
    const { id } = await bench.theConflict();
    const [dry, real] = await triedAndDone(bench, { where: { id }, strategy: 'keep_both' });
    expect(dry?.preview.map(({ a, b }) => sameState(a, b))).toEqual([true, true]);
    expect(dry && wrote(dry)).toEqual(real && wrote(real));
    await bench.expectPeace('people');
  });
});
