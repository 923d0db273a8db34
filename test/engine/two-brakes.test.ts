import { describe, expect, test } from 'vitest';
import type { BrakeAnswer } from '../../shared/model/words.ts';
import { must } from '../../shared/lib/assert.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const things = table('things', { id: 'integer', name: 'text?' });
const others = table('others', { id: 'integer', name: 'text?' });
const row = (id: number, name = 'n'): Row => ({ id: BigInt(id), name });
const rows = (count: number, name = 'n'): Row[] => Array.from({ length: count }, (_, i) => row(i + 1, name));
const writing = ['bring-back', 'let-go'] as const satisfies readonly BrakeAnswer[];

function dropCollection(bench: Bench, side: 'A' | 'B', gone: string): void {
  const snapshot = bench[side].snapshot();
  const collections = snapshot.collections.filter(({ name }) => name !== gone);
  bench[side].restore({
    ...snapshot,
    collections,
    tables: new Map([...snapshot.tables].filter(([name]) => name !== gone)),
  });
}

describe('Two brakes at once', () => {
  for (const answer of writing)
    test(`[E36] [E41] [E43] a collection that is emptied while another is missing is said to be emptied, and takes ${answer}`, async () => {
      const bench = await Bench.open({ tables: [things, others] });
      for (const each of rows(1200)) bench.put('A', 'things', each);
      for (const each of rows(30)) bench.put('A', 'others', each);
      await bench.sync();
      dropCollection(bench, 'B', 'others');
      await bench.sync();
      for (let id = 1; id <= 1200; id++) bench.drop('B', 'things', BigInt(id));
      await bench.sync();
      const brakes = await bench.engine.brakes();
      expect(brakes.map(({ collection, kind, count }) => [collection, kind, count])).toEqual([
        ['others', 'missing', 30],
        ['things', 'emptied', 1200],
      ]);
      await bench.engine.answerBrake(must(brakes[1], 'a brake').id, answer, 'ann');
      expect(bench.both('things')).toHaveLength(answer === 'let-go' ? 0 : 1200);
      expect(bench.dump('A', 'others')).toHaveLength(30);
      expect((await bench.engine.brakes()).map(({ collection }) => collection)).toEqual(['others']);
    });

  for (const answer of writing)
    test(`[E42] [E43] what cannot be compared while a collection is missing takes no ${answer}, and says what is missing`, async () => {
      const bench = await Bench.open({ tables: [things, others] });
      bench.putBoth('things', ...rows(6));
      bench.putBoth('others', row(1));
      await bench.sync();
      const earlier = bench.B.snapshot();
      for (const each of rows(5, 'new')) bench.put('A', 'things', each);
      await bench.sync();
      bench.B.restore(earlier);
      dropCollection(bench, 'B', 'others');
      await bench.sync();
      const asked = must(
        (await bench.engine.brakes()).find(({ collection }) => collection === ''),
        'a brake',
      );
      expect([asked.kind, asked.possible]).toEqual(['restored', ['keep']]);
      await expect(bench.engine.answerBrake(asked.id, answer, 'ann')).rejects.toMatchObject({
        code: 'schema-mismatch',
        message: `Answering the brake on office with ${answer} was refused: the sides cannot be compared while others is missing on Remote.`,
        next: 'Nothing was written, and the brake stays.',
      });
      bench.B.restore(earlier);
      await bench.sync();
      const [again, ...more] = await bench.engine.brakes();
      expect([again?.kind, again?.counts, more]).toEqual(['restored', { onlyA: 0, onlyB: 0, different: 5 }, []]);
      await bench.engine.answerBrake(must(again, 'a brake').id, answer, 'ann');
      expect(bench.both('things')[0]).toEqual(row(1, answer === 'let-go' ? 'n' : 'new'));
      await bench.expectPeace('things', 'others');
    });

  for (const answer of writing)
    test(`[E38] [E40] behind a question about the whole pair a kept brake of a collection takes no ${answer}, and stays`, async () => {
      const bench = await Bench.open({ tables: [things, others] });
      bench.putBoth('things', ...rows(60));
      bench.putBoth('others', ...rows(6));
      await bench.sync();
      const earlier = bench.B.snapshot();
      for (const each of rows(60, 'new')) bench.put('A', 'things', each);
      for (const each of rows(5, 'new')) bench.put('A', 'others', each);
      await bench.sync();
      const one = must((await bench.engine.brakes())[0], 'a brake');
      await bench.engine.answerBrake(one.id, 'keep', 'ann');
      bench.B.restore(earlier);
      await bench.sync();
      const whole = must(
        (await bench.engine.brakes()).find(({ collection }) => collection === ''),
        'a brake',
      );
      await expect(bench.engine.answerBrake(one.id, answer, 'ann')).rejects.toMatchObject({
        code: 'brake',
        message: `Answering the brake on things with ${answer} was refused: brake ${whole.id} asks about the whole pair, and nothing is written before it is answered.`,
        next: 'Nothing was written, and the brake stays.',
      });
      expect((await bench.engine.brakes()).map(({ id }) => id)).toEqual([one.id, whole.id]);
      expect([bench.dump('A', 'things'), bench.dump('B', 'things')]).toEqual([rows(60, 'new'), rows(60)]);
      await bench.engine.answerBrake(whole.id, 'bring-back', 'ann');
      await bench.engine.answerBrake(one.id, answer, 'ann');
      expect(bench.both('others')).toHaveLength(6);
      await bench.expectPeace('things', 'others');
      expect(await bench.engine.brakes()).toEqual([]);
    });
});

async function paused(): Promise<Bench> {
  const bench = await Bench.open({ tables: [things, others] });
  bench.putBoth('things', ...rows(100));
  bench.putBoth('others', row(1));
  await bench.sync();
  for (let id = 1; id <= 60; id++) bench.drop('B', 'things', BigInt(id));
  bench.put('A', 'others', row(1, 'new'));
  await bench.sync();
  return bench;
}

describe('A pair of which one collection is stopped', () => {
  test('[E38] the status names the collection, that all else goes on, and what is kept paused; the next sync takes none of it', async () => {
    const bench = await paused();
    expect(bench.both('others')).toEqual([row(1, 'new')]);
    expect(await bench.engine.status()).toMatchObject({
      state: 'stopped',
      sentence:
        'Stopped by a brake in things: one question waits for your answer. Everything else goes on with each sync.',
      pending: 0,
    });
    const [brake] = await bench.engine.brakes();
    await bench.engine.answerBrake(must(brake, 'a brake').id, 'keep', 'ann');
    await bench.sync();
    expect(await bench.engine.status()).toMatchObject({
      state: 'stopped',
      sentence: 'Kept paused until you answer otherwise: things. Everything else goes on with each sync.',
      pending: 0,
    });
    await bench.engine.answerBrake(must(brake, 'a brake').id, 'bring-back', 'ann');
    await bench.expectPeace('things', 'others');
    expect(await bench.engine.status()).toMatchObject({ state: 'in-step', pending: 0 });
  });

  test('[E38] of a pair that is stopped as a whole the status says of nothing that it goes on', async () => {
    const bench = await paused();
    const earlier = bench.B.snapshot();
    for (const each of rows(5, 'new')) bench.put('A', 'others', each);
    await bench.sync();
    for (const each of rows(5, 'newer')) bench.put('A', 'others', each);
    await bench.sync();
    bench.B.restore(earlier);
    await bench.sync();
    const [one, whole] = await bench.engine.brakes();
    expect([one?.collection, whole?.collection]).toEqual(['things', '']);
    const sentence = async (): Promise<string> => (await bench.engine.status()).sentence;
    expect(await sentence()).toBe('Stopped by a brake: 2 questions wait for your answer.');
    await bench.engine.answerBrake(must(one, 'a brake').id, 'keep', 'ann');
    expect(await sentence()).toBe(
      'Stopped by a brake: one question waits for your answer. Kept paused until you answer otherwise: things.',
    );
    await bench.engine.answerBrake(must(whole, 'a brake').id, 'keep', 'ann');
    expect(await sentence()).toBe('Kept paused until you answer otherwise: the whole pair.');
  });

  test('[E58] what waits behind a brake is counted as waiting in the receipt, and named so', async () => {
    const bench = await paused();
    bench.put('A', 'others', row(2));
    const { equal, collections, differing } = await bench.engine.compare();
    expect([equal, collections]).toEqual([
      false,
      [
        { name: 'things', equal: 40, different: 0, onlyA: 0, onlyB: 0, waiting: 60, apart: 0 },
        { name: 'others', equal: 1, different: 0, onlyA: 1, onlyB: 0, waiting: 0, apart: 0 },
      ],
    ]);
    expect(differing[0]).toMatchObject({ collection: 'things', only: 'A', waits: 'waiting' });
  });
});
