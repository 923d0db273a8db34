import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { BrakeReport } from '../../electron/engine/reports/waiting.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const items = table('items', { id: 'integer', name: 'text?' });
const other = table('other', { id: 'integer', name: 'text?' });
const item = (id: number, name = 'n'): Row => ({ id: BigInt(id), name });
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function agreed(count: number, options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [items, other], ...options });
  bench.putBoth('items', ...range(1, count).map((id) => item(id)));
  await bench.sync();
  return bench;
}
const dropAll = (bench: Bench, side: SideName, ids: readonly number[]): void =>
  ids.forEach((id) => bench.drop(side, 'items', BigInt(id)));
const count = (bench: Bench, side: SideName): number => bench.dump(side, 'items').length;
async function theBrake(bench: Bench): Promise<BrakeReport> {
  const brakes = await bench.engine.brakes();
  expect(brakes).toHaveLength(1);
  return must(brakes[0], 'a brake');
}

describe('Brakes', () => {
  const limits: readonly { size: number; deleted: number; stops: boolean; why: string }[] = [
    { size: 300, deleted: 60, stops: false, why: '20 % is not more than 20 %' },
    { size: 300, deleted: 61, stops: true, why: 'more than 20 % and more than 50' },
    { size: 100, deleted: 49, stops: false, why: 'less than half, and not more than 50' },
    { size: 100, deleted: 50, stops: true, why: 'half of a collection' },
    { size: 10, deleted: 4, stops: false, why: 'less than half of ten' },
    { size: 10, deleted: 5, stops: true, why: 'half of ten' },
    { size: 9, deleted: 8, stops: false, why: 'most of fewer than ten' },
    { size: 9, deleted: 9, stops: true, why: 'nothing would be left' },
    { size: 3, deleted: 3, stops: true, why: 'nothing would be left of three' },
    { size: 2, deleted: 2, stops: false, why: 'all of two' },
  ];
  for (const { size, deleted, stops, why } of limits) {
    test(`[E36] ${deleted} deletes of ${size} ${stops ? 'stop' : 'do not stop'} the collection: ${why}`, async () => {
      for (const side of ['A', 'B'] as const) {
        const bench = await agreed(size);
        dropAll(bench, side, range(1, deleted));
        if (deleted < size) bench.put(side, 'items', item(size, 'edited'));
        bench.put('A', 'other', item(1));
        const target = side === 'A' ? 'B' : 'A';
        await bench.sync();
        const left = size - deleted;
        expect(count(bench, target)).toBe(stops ? size : left);
        expect(bench.one(target, 'items', BigInt(size))?.['name']).toBe(
          stops ? 'n' : left === 0 ? undefined : 'edited',
        );
        expect(bench.both('other')).toHaveLength(1);
        expect((await bench.engine.brakes()).map((brake) => [brake.collection, brake.side, brake.count])).toEqual(
          stops ? [['items', target, deleted]] : [],
        );
      }
    });
  }

  test('[E172] what is shown of many records comes evenly from the whole range, however large they are', async () => {
    for (const [many, name] of [
      [1200, 'n'],
      [80, 'large '.repeat(20_000)],
    ] as const) {
      const bench = await Bench.open({ tables: [items] });
      bench.putBoth('items', ...range(1, many).map((id) => item(id, name)));
      await bench.sync();
      dropAll(bench, 'A', range(1, many));
      await bench.sync();
      const { count: held, samples } = await theBrake(bench);
      const ids = samples.map(({ remote }) => Number(fieldOf(remote, 'id')));
      expect(held).toBe(many);
      expect([ids[0], samples.length >= 20, samples.length <= 100]).toEqual([1, true, true]);
      const gaps = new Set(ids.slice(1).map((id, i) => id - must(ids[i], 'the one before')));
      expect(gaps.size).toBe(1);
      expect(many - must(ids.at(-1), 'the last')).toBeLessThan(must([...gaps][0], 'the gap'));
    }
  });

  test('[E36] a collection that was emptied is said to be emptied, with samples of what would go', async () => {
    const bench = await agreed(30);
    dropAll(bench, 'B', range(1, 30));
    await bench.sync();
    const brake = await theBrake(bench);
    expect(brake).toMatchObject({ kind: 'emptied', side: 'A', count: 30, of: 30 });
    expect(brake.samples).toHaveLength(30);
    expect(count(bench, 'A')).toBe(30);
  });

  test('[E36] the cause of a brake writes large numbers as every other text does', async () => {
    const bench = await agreed(12_000);
    dropAll(bench, 'A', range(1, 11_000));
    await bench.sync();
    expect((await theBrake(bench)).cause).toBe(
      '11,000 of 12,000 records of items vanished from This computer. Remote still has all of them.',
    );
  });

  test('[E38] what changed after a brake stopped waits with it, is not in its count, and is judged after the answer', async () => {
    const bench = await agreed(100);
    dropAll(bench, 'A', range(1, 60));
    await bench.sync();
    dropAll(bench, 'A', range(61, 70));
    await bench.sync();
    const brake = await theBrake(bench);
    expect([brake.count, brake.of, count(bench, 'B')]).toEqual([60, 100, 100]);
    await bench.engine.answerBrake(brake.id, 'let-go', 'ann');
    expect(bench.both('items').map(({ id }) => id)).toEqual(range(71, 100).map(BigInt));
    expect(await bench.engine.brakes()).toEqual([]);
  });

  test('[E38] let-go for changes says nothing of deletes: what was deleted after the brake stopped is a question of its own', async () => {
    const bench = await agreed(60);
    for (const id of range(1, 60)) bench.put('A', 'items', item(id, 'changed'));
    await bench.sync();
    const brake = await theBrake(bench);
    expect(brake.kind).toBe('changes');
    dropAll(bench, 'A', range(1, 60));
    await bench.engine.answerBrake(brake.id, 'let-go', 'ann');
    expect(count(bench, 'B')).toBe(60);
    const next = await theBrake(bench);
    expect(next).toMatchObject({ kind: 'emptied', side: 'B', count: 60, of: 60 });
    await bench.engine.answerBrake(next.id, 'bring-back', 'ann');
    expect(bench.both('items')).toHaveLength(60);
  });

  test('[E38] bring-back for changes gives back also what was deleted after the brake stopped', async () => {
    const bench = await agreed(60);
    for (const id of range(1, 60)) bench.put('A', 'items', item(id, 'changed'));
    await bench.sync();
    dropAll(bench, 'A', range(1, 60));
    await bench.engine.answerBrake((await theBrake(bench)).id, 'bring-back', 'ann');
    expect(bench.both('items')).toEqual(range(1, 60).map((id) => item(id)));
  });

  test.each(['let-go', 'bring-back'] as const)(
    '[E38] %s for deletes says nothing of changes: what came back with other values is judged as a change',
    async (answer) => {
      const bench = await agreed(60);
      dropAll(bench, 'A', range(1, 60));
      await bench.sync();
      const brake = await theBrake(bench);
      for (const id of range(1, 60)) bench.put('A', 'items', item(id, 'again'));
      await bench.engine.answerBrake(brake.id, answer, 'ann');
      expect(bench.dump('B', 'items').some(({ name }) => name === 'again')).toBe(false);
      expect(await theBrake(bench)).toMatchObject({ kind: 'changes', side: 'B', count: 60, of: 60 });
    },
  );

  test('[E37] portions do not slip through: deletes add up over runs, restarts, crashes and receipts until a person answers', async () => {
    const bench = await agreed(100);
    for (const [from, to] of [
      [1, 15],
      [16, 30],
      [31, 45],
    ] as const) {
      dropAll(bench, 'A', range(from, to));
      await bench.sync();
      await bench.reopen({ bytes: bench.store.serialize() });
    }
    expect(count(bench, 'B')).toBe(55);
    dropAll(bench, 'A', range(46, 50));
    await bench.sync();
    expect(await theBrake(bench)).toMatchObject({ kind: 'deletes', count: 5, of: 100 });
    expect(count(bench, 'B')).toBe(55);
  });

  test('[E37] deletes that a crash left unacknowledged count, too', async () => {
    const bench = await agreed(20);
    dropAll(bench, 'A', range(1, 6));
    let written = false;
    const died = new Promise<void>((resolve) => {
      bench.tap.current = ({ on, name, when }) => {
        if (on === 'B' && name === 'write' && when === 'after') written = true;
        if (!written || on !== 'state' || name !== 'commit') return undefined;
        resolve();
        return new Promise<void>(() => undefined);
      };
    });
    await Promise.race([bench.sync(), died]);
    bench.tap.current = null;
    expect(count(bench, 'B')).toBe(14);
    await bench.reopen();
    await bench.sync();
    dropAll(bench, 'A', range(7, 10));
    await bench.sync();
    expect((await theBrake(bench)).of).toBe(20);
    expect(count(bench, 'B')).toBe(14);
  });

  test('[E37] what a person decided does not count, and a person’s own receipt begins the count anew', async () => {
    const bench = await agreed(20);
    dropAll(bench, 'A', range(1, 6));
    for (const id of range(1, 6)) bench.put('B', 'items', item(id, 'edited'));
    await bench.sync();
    const report = await bench.engine.resolve({ where: { kind: 'delete/update' }, strategy: 'keep_local', who: 'ann' });
    expect(report.resolved).toHaveLength(6);
    dropAll(bench, 'A', range(7, 9));
    await bench.sync();
    expect([count(bench, 'B'), await bench.engine.brakes()]).toEqual([11, []]);
    await bench.engine.compare();
    dropAll(bench, 'A', range(10, 13));
    await bench.sync();
    expect([count(bench, 'B'), await bench.engine.brakes()]).toEqual([7, []]);
  });

  test('[E38] a brake stands over syncs and restarts; keep writes nothing in either direction', async () => {
    const bench = await agreed(20);
    dropAll(bench, 'A', range(1, 12));
    await bench.sync();
    const { id } = await theBrake(bench);
    bench.put('B', 'items', item(20, 'of B'));
    await bench.reopen();
    for (const answer of [false, true]) {
      if (answer) await bench.engine.answerBrake(id, 'keep', 'ann');
      expect(writtenBy(await bench.sync())).toBe(0);
      expect([count(bench, 'A'), count(bench, 'B'), bench.one('A', 'items', 20n)]).toEqual([8, 20, item(20)]);
      expect((await theBrake(bench)).id).toBe(id);
    }
  });

  test('[E36] [E41] deleting once more what was brought back is a deletion of that collection, and nothing else waits', async () => {
    const bench = await agreed(40);
    dropAll(bench, 'A', range(1, 30));
    await bench.sync();
    await bench.engine.answerBrake((await theBrake(bench)).id, 'bring-back', 'ann');
    expect(count(bench, 'A')).toBe(40);
    expect((await bench.engine.status()).sentence).toBe('In step since the brake was answered.');
    dropAll(bench, 'A', range(1, 30));
    bench.put('B', 'other', item(7));
    await bench.sync();
    expect(await theBrake(bench)).toMatchObject({ collection: 'items', kind: 'deletes', count: 30, of: 40 });
    expect(bench.both('other')).toEqual([item(7)]);
  });

  test('[E38] [E42] let go writes exactly what the brake stopped: later deletes are judged anew', async () => {
    const bench = await agreed(40);
    dropAll(bench, 'A', range(1, 20));
    await bench.sync();
    dropAll(bench, 'A', range(21, 40));
    await bench.engine.answerBrake((await theBrake(bench)).id, 'let-go', 'ann');
    expect(bench.dump('B', 'items').map(({ id }) => Number(id))).toEqual(range(21, 40));
    expect((await theBrake(bench)).count).toBe(20);
    await bench.engine.answerBrake((await theBrake(bench)).id, 'let-go', 'ann');
    expect(bench.both('items')).toEqual([]);
    await bench.expectPeace('items');
  });

  test('[E38] [E42] bring back gives every record back from the other side, edits of others flow, and nothing is deleted', async () => {
    const bench = await agreed(20);
    dropAll(bench, 'A', range(1, 12));
    bench.put('A', 'items', item(19, 'of A'));
    bench.put('B', 'items', item(20, 'of B'));
    await bench.sync();
    const { id } = await theBrake(bench);
    const report = await bench.engine.answerBrake(id, 'bring-back', 'ann');
    expect(report.written).toMatchObject({ A: { insert: 12, delete: 0 }, B: { delete: 0 } });
    expect(bench.both('items')).toEqual([...range(1, 18).map((one) => item(one)), item(19, 'of A'), item(20, 'of B')]);
    await bench.expectPeace('items');
    await expect(bench.engine.answerBrake(id, 'let-go', 'bob')).rejects.toMatchObject({ code: 'already-resolved' });
  });

  for (const [second, left] of [
    ['bring-back', 40],
    ['let-go', 37],
  ] as const)
    test(`[E38] what vanished while the brake stood is no part of what is brought back: it is asked about, and ${second} holds`, async () => {
      const bench = await agreed(40);
      dropAll(bench, 'A', range(1, 30));
      await bench.sync();
      dropAll(bench, 'A', range(31, 33));
      const first = await bench.engine.answerBrake((await theBrake(bench)).id, 'bring-back', 'ann');
      expect(first.written).toMatchObject({ A: { insert: 30 }, B: { delete: 0 } });
      const brake = await theBrake(bench);
      expect(brake).toMatchObject({ kind: 'deletes', side: 'B', count: 3, of: 40 });
      expect(brake.cause).toContain('however few they are');
      expect(count(bench, 'B')).toBe(40);
      await bench.engine.answerBrake(brake.id, second, 'ann');
      expect(bench.both('items')).toHaveLength(left);
      bench.drop('A', 'items', 1n);
      await bench.sync();
      expect(bench.both('items')).toHaveLength(left - 1);
    });

  test('[E38] [E42] bring back after a record was edited meanwhile on the side that still has it keeps the edit', async () => {
    const bench = await agreed(20);
    dropAll(bench, 'A', range(1, 12));
    await bench.sync();
    bench.put('B', 'items', item(1, 'edited on B'));
    await bench.engine.answerBrake((await theBrake(bench)).id, 'bring-back', 'ann');
    expect(bench.dump('B', 'items')).toHaveLength(20);
    expect(bench.one('B', 'items', 1n)).toEqual(item(1, 'edited on B'));
    expect(bench.both('items')).toHaveLength(20);
  });

  test('[E39] more than half and more than 50 changed records stop the collection; half, or 50, do not; inserts never do', async () => {
    for (const [size, changed, stops] of [
      [100, 51, true],
      [102, 51, false],
      [60, 50, false],
    ] as const) {
      const bench = await agreed(size);
      for (const id of range(1, changed)) bench.put('A', 'items', item(id, 'x'));
      for (const id of range(1000, 1299)) bench.put('A', 'items', item(id));
      await bench.sync();
      expect((await bench.engine.brakes()).map(({ kind, count: of }) => [kind, of])).toEqual(
        stops ? [['changes', changed]] : [],
      );
      expect(bench.dump('B', 'items').filter(({ name }) => name === 'x')).toHaveLength(stops ? 0 : changed);
      expect(count(bench, 'B')).toBe(stops ? size : size + 300);
    }
  });

  test('[E39] [E42] the answer to stopped changes: bring back restores the old values, let go sends the new ones', async () => {
    for (const answer of ['bring-back', 'let-go'] as const) {
      const bench = await agreed(100);
      for (const id of range(1, 60)) bench.put('B', 'items', item(id, 'ransom'));
      bench.put('B', 'items', item(500));
      await bench.sync();
      await bench.engine.answerBrake((await theBrake(bench)).id, answer, 'ann');
      expect(bench.both('items').filter(({ name }) => name === 'ransom')).toHaveLength(answer === 'let-go' ? 60 : 0);
      expect(count(bench, 'A')).toBe(101);
      await bench.expectPeace('items');
    }
  });

  test('[E37] [E25] a clock that was put back a year lets no portion slip through', async () => {
    const bench = await agreed(20);
    await bench.engine.compare();
    bench.now -= 365 * 86_400_000;
    dropAll(bench, 'A', range(1, 6));
    await bench.sync();
    dropAll(bench, 'A', range(7, 12));
    await bench.sync();
    expect([count(bench, 'B'), (await bench.engine.brakes()).length]).toEqual([14, 1]);
  });

  test('[E38] [E53] after keep a brake can still be let go, and that run can be undone', async () => {
    const bench = await agreed(20);
    dropAll(bench, 'A', range(1, 12));
    await bench.sync();
    const { id } = await theBrake(bench);
    await bench.engine.answerBrake(id, 'keep', 'ann');
    const run = await bench.engine.answerBrake(id, 'let-go', 'ann');
    expect([count(bench, 'A'), count(bench, 'B')]).toEqual([8, 8]);
    expect(await bench.engine.undo({ run: run.id }, 'ann')).toMatchObject({ restored: 12, kept: 0 });
    expect(writtenBy(await bench.sync())).toBe(0);
    expect([count(bench, 'A'), count(bench, 'B'), (await bench.engine.holds()).length]).toEqual([8, 20, 12]);
  });
});
