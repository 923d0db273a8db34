import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { StateChange } from '../../electron/engine/state/change.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const things = table('things', { id: 'integer', name: 'text?' });
const others = table('others', { id: 'integer', name: 'text?' });
const row = (id: number, name: string): Row => ({ id: BigInt(id), name });
const four = [row(1, 'a'), row(2, 'b'), row(3, 'c'), row(4, 'd')];

const many = (name: string): Row[] => Array.from({ length: 30 }, (_, i) => row(i, name));

async function inStep(): Promise<Bench> {
  const bench = await Bench.open({ tables: [things, others] });
  bench.putBoth('things', ...four);
  bench.putBoth('others', row(1, 'x'));
  await bench.sync();
  return bench;
}

/** As a program does that drops a collection and fills it anew; nobody sees it without. */
function remake(bench: Bench, side: 'A' | 'B', ...rows: readonly Row[]): void {
  const snapshot = bench[side].snapshot();
  bench[side].restore({ ...snapshot, tables: new Map([...snapshot.tables].filter(([name]) => name !== 'things')) });
  for (const each of rows) bench.put(side, 'things', each);
}

describe('A collection that was dropped and made again', () => {
  for (const side of ['A', 'B'] as const) {
    const other = side === 'A' ? 'B' : 'A';
    test(`[E79] on ${side}, empty or with other records: one question, nothing is deleted or reverted, others flow`, async () => {
      for (const rows of [[], [row(1, 'a'), row(2, 'older')]]) {
        const bench = await inStep();
        remake(bench, side, ...rows);
        bench.put('A', 'others', row(2, 'y'));
        await bench.sync();
        await bench.sync();
        const [brake, ...more] = await bench.engine.brakes();
        expect([brake?.kind, brake?.collection, brake?.side, more]).toEqual(['replaced', 'things', side, []]);
        expect(bench.dump(other, 'things')).toEqual(four);
        expect(bench.dump(side, 'things')).toEqual(rows);
        expect(bench.both('others')).toHaveLength(2);
        await bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
        await bench.sync();
        expect(bench.both('things')).toEqual(four);
        await bench.expectPeace('things', 'others');
        expect(await bench.engine.brakes()).toEqual([]);
      }
    });

    test(`[E79] on ${side}: let-go takes it as it is, and it is not asked about again`, async () => {
      const bench = await inStep();
      remake(bench, side, row(1, 'a'), row(2, 'newer'), row(9, 'more'));
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      await bench.engine.answerBrake(must(brake, 'a brake').id, 'let-go', 'ann');
      await bench.sync();
      expect(bench.both('things')).toEqual([row(1, 'a'), row(2, 'newer'), row(9, 'more')]);
      await bench.expectPeace('things', 'others');
      expect(await bench.engine.brakes()).toEqual([]);
    });
  }

  test('[E79] with the records of the other side asks nothing, and neither once it got them after the question', async () => {
    const bench = await inStep();
    remake(bench, 'B', ...four);
    await bench.sync();
    expect(await bench.engine.brakes()).toEqual([]);
    remake(bench, 'B', row(1, 'a'));
    await bench.sync();
    expect((await bench.engine.brakes()).map(({ kind }) => kind)).toEqual(['replaced']);
    for (const each of four) bench.put('B', 'things', each);
    await bench.sync();
    expect(await bench.engine.brakes()).toEqual([]);
    await bench.expectPeace('things', 'others');
  });

  for (const answer of ['bring-back', 'let-go'] as const)
    test(`[E79] on the other side, too, before ${answer}: the answer is refused, and the question asked anew`, async () => {
      const bench = await inStep();
      remake(bench, 'A', row(1, 'a'), row(7, 'new'));
      await bench.sync();
      const asked = must((await bench.engine.brakes())[0], 'a brake');
      expect(asked.counts).toEqual({ onlyA: 1, onlyB: 3, different: 0 });
      remake(bench, 'B', row(1, 'older'));
      const refused = bench.engine.answerBrake(asked.id, answer, 'ann');
      await expect(refused).rejects.toMatchObject({ code: 'moved', next: 'Nothing was written.' });
      expect([bench.dump('A', 'things'), bench.dump('B', 'things')]).toEqual([
        [row(1, 'a'), row(7, 'new')],
        [row(1, 'older')],
      ]);
      const [anew, ...more] = await bench.engine.brakes();
      expect([anew?.kind, anew?.counts, more]).toEqual(['replaced', { onlyA: 1, onlyB: 0, different: 1 }, []]);
      expect(anew?.cause).toContain('was dropped on This computer and on Remote and made again');
      await bench.engine.answerBrake(must(anew, 'a brake').id, answer, 'ann');
      expect(bench.both('things')).toEqual([row(1, answer === 'let-go' ? 'a' : 'older'), row(7, 'new')]);
      await bench.expectPeace('things', 'others');
    });

  test('[E79] behind a question about the whole pair: its answer says nothing about it', async () => {
    const bench = await inStep();
    const earlier = bench.A.snapshot();
    for (const id of [1, 2, 3]) bench.put('B', 'things', row(id, 'new'));
    await bench.sync();
    bench.A.restore(earlier);
    await bench.sync();
    const [asked] = await bench.engine.brakes();
    expect([asked?.kind, asked?.collection]).toEqual(['restored', '']);
    remake(bench, 'B');
    await bench.engine.answerBrake(must(asked, 'a brake').id, 'let-go', 'ann');
    await bench.sync();
    expect((await bench.engine.brakes()).map(({ kind, side }) => [kind, side])).toEqual([['replaced', 'B']]);
    expect(bench.dump('A', 'things')).toEqual(four);
  });

  test('[E79] on the other side while one that vanished waits: its answer says nothing about that', async () => {
    const bench = await inStep();
    const before = bench.A.snapshot();
    const tables = new Map([...before.tables].filter(([name]) => name !== 'things'));
    bench.A.restore({ ...before, collections: [others], tables });
    await bench.sync();
    const [asked] = await bench.engine.brakes();
    expect(asked?.kind).toBe('missing');
    bench.A.restore({ ...before, tables });
    remake(bench, 'B', row(1, 'older'));
    await bench.engine.answerBrake(must(asked, 'a brake').id, 'bring-back', 'ann');
    await bench.sync();
    expect((await bench.engine.brakes()).map(({ kind, side }) => [kind, side])).toEqual([['replaced', 'B']]);
    expect([bench.dump('A', 'things'), bench.dump('B', 'things')]).toEqual([[], [row(1, 'older')]]);
  });

  for (const rows of [[], [row(1, 'older')]])
    test(`[E38] [E79] what somebody puts there after bring-back, ${rows.length} records held before, is asked about and not overwritten`, async () => {
      const bench = await inStep();
      remake(bench, 'A', ...rows);
      await bench.sync();
      const [asked] = await bench.engine.brakes();
      bench.tap.current = ({ name, when, args }) => {
        if (name !== 'commit' || when !== 'after' || !(args[1] as StateChange).answerBrake) return;
        bench.tap.current = null;
        bench.put('A', 'things', row(1, 'newly'));
        bench.put('A', 'things', row(5, 'more'));
      };
      await bench.engine.answerBrake(must(asked, 'a brake').id, 'bring-back', 'ann');
      await bench.sync();
      expect([bench.one('A', 'things', 1n), bench.one('B', 'things', 1n)]).toEqual([row(1, 'newly'), row(1, 'a')]);
      expect((await bench.open()).map(({ kind, base }) => [kind, base])).toEqual([['insert/insert', null]]);
      for (const side of ['A', 'B'] as const)
        expect(bench.dump(side, 'things').slice(1)).toEqual([...four.slice(1), row(5, 'more')]);
    });

  for (const [what, rows] of [
    ['empty', []],
    ['with what it held before the last run', many('first')],
    ['with other records', many('third')],
  ] as const)
    for (const answer of ['bring-back', 'let-go'] as const)
      test(`[E79] however many records it had, made again ${what} is one question, others flow, and ${answer} ends it`, async () => {
        const bench = await Bench.open({ tables: [things, others] });
        for (const value of ['first', 'second']) {
          for (const each of many(value)) bench.put('A', 'things', each);
          await bench.sync();
        }
        remake(bench, 'B', ...rows);
        bench.put('A', 'others', row(2, 'y'));
        await bench.sync();
        const [brake, ...more] = await bench.engine.brakes();
        expect([brake?.kind, more]).toEqual(['replaced', []]);
        expect(bench.both('others')).toEqual([row(2, 'y')]);
        await bench.engine.answerBrake(must(brake, 'a brake').id, answer, 'ann');
        await bench.sync();
        expect(bench.both('things')).toEqual(answer === 'let-go' ? rows : many('second'));
        await bench.expectPeace('things', 'others');
        expect(await bench.engine.brakes()).toEqual([]);
      });

  test('[E38] [E79] what is edited between the question and bring-back is asked about', async () => {
    const bench = await inStep();
    remake(bench, 'A', row(1, 'older'), row(2, 'older'), row(3, 'c'));
    await bench.sync();
    const [asked] = await bench.engine.brakes();
    bench.put('A', 'things', row(2, 'edited'));
    bench.put('A', 'things', row(3, 'edited'));
    await bench.engine.answerBrake(must(asked, 'a brake').id, 'bring-back', 'ann');
    await bench.sync();
    expect(bench.dump('A', 'things')).toEqual([row(1, 'a'), row(2, 'edited'), row(3, 'edited'), row(4, 'd')]);
    expect(bench.dump('B', 'things')).toEqual(four);
    expect((await bench.open()).map(({ kind, base }) => [kind, base])).toEqual([
      ['insert/insert', null],
      ['insert/insert', null],
    ]);
  });

  for (const answer of ['bring-back', 'let-go'] as const)
    test(`[E79] on both sides: what is edited on either between the question and ${answer} is asked about`, async () => {
      const bench = await inStep();
      remake(bench, 'A', row(1, 'of A'), row(2, 'of A'), row(3, 'of A'));
      remake(bench, 'B', row(1, 'of B'), row(2, 'of B'), row(3, 'of B'));
      await bench.sync();
      const [asked] = await bench.engine.brakes();
      expect(asked?.kind).toBe('replaced');
      bench.put('A', 'things', row(2, 'since, A'));
      bench.put('B', 'things', row(3, 'since, B'));
      await bench.engine.answerBrake(must(asked, 'a brake').id, answer, 'ann');
      await bench.sync();
      const won = answer === 'let-go' ? 'of A' : 'of B';
      expect(bench.dump('A', 'things')).toEqual([row(1, won), row(2, 'since, A'), row(3, 'of A')]);
      expect(bench.dump('B', 'things')).toEqual([row(1, won), row(2, 'of B'), row(3, 'since, B')]);
      expect((await bench.open()).map(({ kind }) => kind)).toEqual(['insert/insert', 'insert/insert']);
    });

  test('[E79] in the middle of a run, before a batch is written, is noticed by then', async () => {
    const bench = await inStep();
    for (let id = 10; id < 20; id++) bench.put('A', 'things', row(id, 'new'));
    bench.tap.current = (call) => {
      if (call.name !== 'commit' || !bench.tap.current) return;
      bench.tap.current = null;
      remake(bench, 'A', row(1, 'a'));
    };
    await bench.sync();
    expect(bench.dump('B', 'things').slice(0, 4)).toEqual(four);
    await bench.sync();
    expect((await bench.engine.brakes()).map(({ kind }) => kind)).toEqual(['replaced']);
    expect(bench.dump('B', 'things').slice(0, 4)).toEqual(four);
  });
});
