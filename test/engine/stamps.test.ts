import { describe, expect, test } from 'vitest';
import { dateValue, timeOfDate } from '../../electron/engine/port/bson-value.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { stampFields } from '../../electron/engine/settings.ts';
import { must } from '../../shared/lib/assert.ts';
import { settingsFor, type BenchOptions } from '../support/bench-options.ts';
import { dieAt, modes, placesOf } from '../support/crash-points.ts';
import { Bench, writtenBy, type Row } from '../support/engine-harness.ts';
import { stamping } from '../support/stamping-bench.ts';

const opened = (more: Partial<BenchOptions> = {}): Promise<Bench> => Bench.open(stamping(more));

const stamps = (bench: Bench, id: bigint): Row => {
  const row = must(bench.one('A', 'docs', id), 'the document');
  return Object.fromEntries(Object.entries(row).filter(([name]) => (stampFields as readonly string[]).includes(name)));
};
const statusOf = (bench: Bench, id: bigint): unknown => stamps(bench, id)['syncStatus'];
const synced = (origin: string): Row => ({
  origin,
  syncStatus: 'synced',
  syncedAt: expect.objectContaining({ type: 9 }) as unknown as Value,
});

/** A further sync changes nothing on either side, not even a stamp. */
async function expectQuiet(bench: Bench): Promise<void> {
  const before = [bench.A.sequence, bench.B.sequence];
  expect(writtenBy(await bench.sync())).toBe(0);
  expect([bench.A.sequence, bench.B.sequence]).toEqual(before);
}

async function conflicted(more: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await opened(more);
  bench.putBoth('docs', { id: 1n, name: 'ann', updatedAt: dateValue(1) });
  await bench.sync();
  bench.put('A', 'docs', { id: 1n, name: 'anna', updatedAt: dateValue(2) });
  bench.put('B', 'docs', { id: 1n, name: 'anne', updatedAt: dateValue(3) });
  await bench.sync();
  return bench;
}

describe('the fields of a stamp', () => {
  test('[E80] never travel, and what the remote holds in them stays', async () => {
    const bench = await opened();
    bench.put('A', 'docs', { id: 1n, name: 'here', origin: 'local', syncStatus: 'pending' });
    bench.put('B', 'docs', { id: 2n, name: 'there', syncStatus: 'of b', origin: 'of b', syncedAt: 'of b' });
    await bench.sync();
    expect(bench.one('B', 'docs', 1n)).toEqual({ id: 1n, name: 'here' });
    bench.put('A', 'docs', { id: 2n, name: 'edited here' });
    await bench.sync();
    const there = { id: 2n, name: 'edited here', syncStatus: 'of b', origin: 'of b', syncedAt: 'of b' };
    expect(bench.one('B', 'docs', 2n)).toEqual(there);
    expect(stamps(bench, 2n)).toEqual(synced('remote'));
    await expectQuiet(bench);
  });

  test('[E80] are no edit and never a conflict, on whatever side they are changed', async () => {
    const bench = await opened();
    bench.putBoth('docs', { id: 1n, name: 'ann' }, { id: 2n, name: 'bob' });
    await bench.sync();
    bench.put('A', 'docs', { id: 1n, syncStatus: 'pending', syncedAt: null, origin: 'elsewhere' });
    bench.put('B', 'docs', { id: 1n, syncStatus: 'conflict', syncedAt: 'x', origin: 'y' });
    bench.put('B', 'docs', { id: 2n, syncStatus: 'pending' });
    bench.drop('A', 'docs', 2n);
    const run = await bench.sync();
    expect(await bench.open()).toEqual([]);
    expect(run.written).toMatchObject({ A: { insert: 0, update: 0, delete: 0 }, B: { update: 0, delete: 1 } });
  });

  test('[E80] updatedAt travels, and never is a conflict: the later one is taken', async () => {
    const bench = await opened();
    bench.putBoth('docs', { id: 1n, name: 'ann', mail: 'm', updatedAt: dateValue(1) });
    await bench.sync();
    bench.put('A', 'docs', { id: 1n, name: 'anna', updatedAt: dateValue(0x0102) });
    bench.put('B', 'docs', { id: 1n, mail: 'mm', updatedAt: dateValue(0x0201) });
    await bench.sync();
    for (const side of ['A', 'B'] as const)
      expect(bench.one(side, 'docs', 1n)).toMatchObject({ name: 'anna', mail: 'mm', updatedAt: dateValue(0x0201) });
    expect(await bench.open()).toEqual([]);
    expect(stamps(bench, 1n)).toEqual(synced('local'));
  });
});

describe('what a stamp says', () => {
  test('[E81] synced with the time after each agreement, and where the document came from', async () => {
    const bench = await opened();
    bench.put('A', 'docs', { id: 1n, name: 'pushed' });
    bench.put('B', 'docs', { id: 2n, name: 'pulled' });
    bench.putBoth('docs', { id: 3n, name: 'on both' });
    bench.put('A', 'docs', { id: 3n, origin: 'remote' });
    await bench.sync();
    expect([1n, 2n, 3n].map((id) => stamps(bench, id))).toEqual([synced('local'), synced('remote'), synced('remote')]);
    const first = timeOfDate(stamps(bench, 1n)['syncedAt']);
    const [other] = [stamps(bench, 2n)];
    bench.put('B', 'docs', { id: 1n, mail: 'edited there' });
    await bench.sync();
    expect(timeOfDate(stamps(bench, 1n)['syncedAt'])).toBeGreaterThan(must(first, 'a date'));
    expect(stamps(bench, 2n)).toEqual(other);
    await expectQuiet(bench);
  });

  test('[E81] a first copy of many into an empty side says the same', async () => {
    const bench = await opened();
    for (let id = 1n; id <= 1200n; id++) bench.put('B', 'docs', { id, name: `n${id}` });
    await bench.sync();
    const said = bench.dump('A', 'docs').map(({ origin, syncStatus }) => `${String(origin)} ${String(syncStatus)}`);
    expect([said.length, new Set(said)]).toEqual([1200, new Set(['remote synced'])]);
    await expectQuiet(bench);
  });

  test('[E81] where both of two records are kept, the one that was moved is local and the other remote', async () => {
    const bench = await opened();
    bench.put('A', 'docs', { id: 1n, name: 'here', origin: 'local' });
    bench.put('B', 'docs', { id: 1n, name: 'there' });
    await bench.sync();
    expect(statusOf(bench, 1n)).toBe('conflict');
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_both', who: 'ann' });
    const said = bench.dump('A', 'docs').map(({ name, origin, syncStatus }) => [name, origin, syncStatus]);
    expect(said).toEqual([
      ['there', 'remote', 'synced'],
      ['here', 'local', 'synced'],
    ]);
    await expectQuiet(bench);
  });

  test('[E82] conflict while one is open, and synced once it is decided', async () => {
    const bench = await conflicted();
    expect(statusOf(bench, 1n)).toBe('conflict');
    await expectQuiet(bench);
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'ann' });
    expect(statusOf(bench, 1n)).toBe('synced');
    await expectQuiet(bench);
  });

  test('[E82] conflict on the local record of a unique clash, and synced after a rename', async () => {
    const rules = { docs: { ...must(stamping().rules?.['docs'], 'rules'), uniqueFields: ['name'] } };
    const bench = await opened({ rules });
    bench.put('A', 'docs', { id: 1n, name: 'eve' });
    bench.put('B', 'docs', { id: 2n, name: 'eve' });
    await bench.sync();
    expect(statusOf(bench, 1n)).toBe('conflict');
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'rename_local', who: 'ann' });
    await bench.sync();
    expect([1n, 2n].map((one) => stamps(bench, one))).toEqual([synced('local'), synced('remote')]);
    await expectQuiet(bench);
  });

  test('[E82] synced where both sides have become equal by themselves', async () => {
    const bench = await conflicted();
    bench.put('A', 'docs', { id: 1n, name: 'anne', updatedAt: dateValue(3) });
    await bench.sync();
    expect(statusOf(bench, 1n)).toBe('synced');
    await expectQuiet(bench);
  });

  test('[E82] pending while the record rests after an undo, and synced once that is answered', async () => {
    const bench = await opened();
    bench.putBoth('docs', { id: 1n, name: 'ann' });
    await bench.sync();
    bench.put('A', 'docs', { id: 1n, name: 'anna' });
    const run = (await bench.sync()).id;
    await bench.engine.undo({ run }, 'ann');
    expect(statusOf(bench, 1n)).toBe('pending');
    await expectQuiet(bench);
    const key = bench.keyOf('docs', 1n);
    await bench.engine.answerHold({ collection: 'docs', key, answer: 'keep-apart', who: 'ann' });
    expect(statusOf(bench, 1n)).toBe('pending');
    await bench.engine.answerHold({ collection: 'docs', key, answer: 'old-on-both', who: 'ann' });
    expect(statusOf(bench, 1n)).toBe('synced');
    expect(bench.one('A', 'docs', 1n)).toMatchObject({ name: 'ann' });
    await expectQuiet(bench);
  });

  test.each(['just before the stamp', 'right after the agreement'] as const)(
    '[E83] an edit that comes %s is not called synced before it has arrived on both sides',
    async (moment) => {
      const bench = await opened({ settings: { batchSize: 1 } });
      bench.put('A', 'docs', { id: 1n, name: 'ann', updatedAt: dateValue(1), syncStatus: 'pending' });
      const seen: unknown[] = [];
      bench.tap.current = ({ on, name, args, when }) => {
        const isStamp = on === 'A' && name === 'write' && Array.isArray(args[0]) && when === 'before';
        const isDue = on === 'state' && name === 'stampsDue' && when === 'after' && bench.B.sequence > 0;
        if (seen.length === 0 && (moment === 'just before the stamp' ? isStamp : isDue)) {
          bench.put('A', 'docs', { id: 1n, name: 'anna', updatedAt: dateValue(2) });
          seen.push('edited');
        } else if (seen.length === 1 && on === 'B' && name === 'write' && when === 'before')
          seen.push(statusOf(bench, 1n));
      };
      await bench.sync();
      bench.tap.current = null;
      expect(seen).toEqual(['edited', 'pending']);
      expect([statusOf(bench, 1n), bench.one('B', 'docs', 1n)]).toMatchObject(['synced', { name: 'anna' }]);
      await expectQuiet(bench);
    },
  );
});

describe('a resolution', () => {
  test.each(['keep_local', 'keep_remote', 'merge'] as const)(
    '[E85] %s sets updatedAt to one date on both sides, and its undo takes it back',
    async (strategy) => {
      const bench = await conflicted();
      const { id } = await bench.theConflict();
      const value = strategy === 'merge' ? { value: 'annette' } : {};
      const at = bench.now;
      await bench.engine.resolve({ where: { id }, strategy, who: 'ann', ...value });
      const [a, b] = (['A', 'B'] as const).map((side) => must(bench.one(side, 'docs', 1n), 'the document'));
      expect(a?.['updatedAt']).toEqual(b?.['updatedAt']);
      expect(timeOfDate(a?.['updatedAt'])).toBeGreaterThanOrEqual(BigInt(at));
      expect(statusOf(bench, 1n)).toBe('synced');
      await bench.engine.undo({ conflict: id }, 'ann');
      expect(bench.one('A', 'docs', 1n)).toMatchObject({
        name: 'anna',
        updatedAt: dateValue(2),
        syncStatus: 'pending',
      });
      expect(bench.one('B', 'docs', 1n)).toEqual({ id: 1n, name: 'anne', updatedAt: dateValue(3) });
      await expectQuiet(bench);
    },
  );

  test('[E85] sets no updatedAt on a record that it only copies', async () => {
    const bench = await opened();
    bench.putBoth('docs', { id: 1n, name: 'ann', updatedAt: dateValue(1) });
    await bench.sync();
    bench.drop('A', 'docs', 1n);
    bench.put('B', 'docs', { id: 1n, name: 'anne', updatedAt: dateValue(3) });
    await bench.sync();
    const { id } = await bench.theConflict();
    await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'ann' });
    expect(bench.one('A', 'docs', 1n)).toMatchObject({ updatedAt: dateValue(3), ...synced('remote') });
  });
});

describe('stamping', () => {
  test('[E84] counts for no brake and stands in no journal, run or receipt', async () => {
    const bench = await opened();
    for (let id = 1n; id <= 60n; id++) bench.putBoth('docs', { id, name: `n${id}` });
    const run = await bench.sync();
    expect([writtenBy(run), run.adopted, (await bench.journal()).length]).toEqual([0, 60, 0]);
    expect(bench.dump('A', 'docs').filter(({ syncStatus }) => syncStatus === 'synced')).toHaveLength(60);
    await bench.sync();
    expect(await bench.engine.brakes()).toEqual([]);
    expect(await bench.engine.compare()).toMatchObject({ equal: true });
    await expect(bench.engine.undo({ run: run.id }, 'ann')).rejects.toMatchObject({ code: 'refused' });
  });

  test('[E84] does not happen in a plan or a preview', async () => {
    const bench = await opened();
    bench.putBoth('docs', { id: 1n, name: 'ann' });
    const before = bench.A.sequence;
    await bench.engine.preview();
    await bench.engine.plan({});
    expect(bench.A.sequence).toBe(before);
    await bench.sync();
    expect(statusOf(bench, 1n)).toBe('synced');
  });

  test('[E86] switched on for a pair that is in step, all of it is stamped by the next sync', async () => {
    const bench = await opened({ settings: { stamp: false }, rules: {} });
    bench.putBoth('docs', { id: 1n, name: 'ann', origin: 'remote' }, { id: 2n, name: 'bob' });
    await bench.sync();
    await bench.reopen({ settings: { stamp: true, collections: settingsFor(stamping()).collections } });
    await bench.sync();
    expect([1n, 2n].map((id) => stamps(bench, id))).toEqual([synced('remote'), synced('local')]);
    expect(bench.one('B', 'docs', 1n)).toEqual({ id: 1n, name: 'ann', origin: 'remote' });
    await expectQuiet(bench);
  });
});

async function everyWay(settings: BenchOptions['settings'], capture: boolean): Promise<Bench> {
  const bench = await opened({ ...(settings ? { settings } : {}), capabilities: { capture } });
  bench.putBoth('docs', { id: 1n, name: 'ann' }, { id: 2n, name: 'bob' }, { id: 3n, name: 'cyd' });
  await bench.sync();
  bench.put('A', 'docs', { id: 1n, name: 'anna' });
  bench.put('B', 'docs', { id: 2n, name: 'bobby' });
  bench.put('A', 'docs', { id: 4n, name: 'pushed' });
  bench.put('B', 'docs', { id: 5n, name: 'pulled' });
  bench.put('A', 'docs', { id: 3n, name: 'here' });
  bench.put('B', 'docs', { id: 3n, name: 'there' });
  return bench;
}

describe('a program that dies', () => {
  test.each(modes)(
    '[E87] at any call stamps what it had acknowledged when it runs again ($name)',
    async ({ capture, marker, batchSize }) => {
      const made = (): Promise<Bench> => everyWay({ marker, batchSize }, capture);
      const whole = await made();
      const places = await placesOf(whole, () => whole.sync());
      const onB = (bench: Bench): number => (bench.B.changesAfter(0, 1000) ?? []).length;
      for (const nth of places) {
        const bench = await made();
        await dieAt(bench, nth, () => bench.sync());
        await bench.reopen();
        await bench.sync();
        const said = bench.dump('A', 'docs').map(({ id, name, syncStatus, origin }) => [id, name, syncStatus, origin]);
        expect(said, `after dying before call ${nth}`).toEqual([
          [1n, 'anna', 'synced', 'local'],
          [2n, 'bobby', 'synced', 'local'],
          [3n, 'here', 'conflict', 'local'],
          [4n, 'pushed', 'synced', 'local'],
          [5n, 'pulled', 'synced', 'remote'],
        ]);
        expect(onB(bench), `writes on B after dying before call ${nth}`).toBe(onB(whole));
        await expectQuiet(bench);
      }
      expect(places.length).toBeGreaterThan(10);
    },
    60_000,
  );

  test('[E87] in the middle of a first copy knows afterwards where its documents came from', async () => {
    const made = async (): Promise<Bench> => {
      const bench = await opened({ settings: { batchSize: 500 } });
      for (let id = 1n; id <= 1000n; id++) bench.put('B', 'docs', { id, name: `n${id}` });
      return bench;
    };
    const whole = await made();
    const places = await placesOf(whole, () => whole.sync());
    for (const nth of places) {
      const bench = await made();
      await dieAt(bench, nth, () => bench.sync());
      await bench.reopen();
      await bench.sync();
      const said = new Set(
        bench.dump('A', 'docs').map(({ origin, syncStatus }) => `${String(origin)} ${String(syncStatus)}`),
      );
      expect(said, `after dying before call ${nth}`).toEqual(new Set(['remote synced']));
      await expectQuiet(bench);
    }
  }, 60_000);
});
