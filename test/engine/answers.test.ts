import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { BrakeAnswer } from '../../shared/model/words.ts';
import { dieAt, placesOf } from '../support/crash-points.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const items = table('items', { id: 'integer', name: 'text?' });
const item = (id: number, name = 'n'): Row => ({ id: BigInt(id), name });

/** A was put back to an earlier copy: record 1 is older there, 2 is back, 6 is missing. */
async function restored(): Promise<Bench> {
  const bench = await Bench.open({ tables: [items], settings: { marker: true } });
  bench.putBoth('items', ...[1, 2, 3, 4, 5].map((id) => item(id)));
  await bench.sync();
  const earlier = bench.A.snapshot();
  bench.put('A', 'items', item(1, 'late'));
  bench.drop('A', 'items', 2n);
  bench.put('B', 'items', item(6, 'late'));
  await bench.sync();
  bench.A.restore(earlier);
  await bench.sync();
  return bench;
}
async function answer(bench: Bench, how: BrakeAnswer): Promise<void> {
  const [brake] = await bench.engine.brakes();
  await bench.engine.answerBrake(must(brake, 'a brake').id, how, 'ann');
}

describe('Answering when a side came back from an earlier copy', () => {
  test('[E38] what was deleted there while the question stood is asked about after bring back', async () => {
    const bench = await restored();
    bench.drop('A', 'items', 4n);
    bench.drop('A', 'items', 5n);
    await answer(bench, 'bring-back');
    expect([bench.one('B', 'items', 4n), bench.one('B', 'items', 5n)]).toEqual([item(4), item(5)]);
    expect(await bench.engine.brakes()).toMatchObject([{ kind: 'deletes', side: 'B', count: 2 }]);
    await answer(bench, 'let-go');
    expect(bench.both('items').map(({ id }) => id)).toEqual([1n, 2n, 3n, 6n]);
    await bench.expectPeace('items');
  });

  for (const how of ['bring-back', 'let-go'] as const) {
    for (const side of ['A', 'B'] as const) {
      test(`[E40] [E42] ${how}: an edit made on ${side} after the question is not lost and not hidden`, async () => {
        const bench = await restored();
        bench.put(side, 'items', item(1, 'after the question'));
        bench.put(side, 'items', item(7, 'after the question'));
        await answer(bench, how);
        await bench.sync();
        const shown = [bench.one('A', 'items', 1n)?.['name'], bench.one('B', 'items', 1n)?.['name']];
        expect(shown).toContain('after the question');
        const waiting = (await bench.open()).length + (await bench.engine.brakes()).length;
        expect(shown[0] === shown[1] || waiting > 0).toBe(true);
        for (const { id } of await bench.engine.brakes()) await bench.engine.answerBrake(id, how, 'ann');
        await bench.sync();
        expect([bench.one('A', 'items', 7n), bench.one('B', 'items', 7n)]).toEqual([
          item(7, 'after the question'),
          item(7, 'after the question'),
        ]);
      });
    }

    test(`[E22] [E42] ${how}: wherever the program dies while the answer is carried out, the end is the same`, async () => {
      const ends = async (bench: Bench): Promise<unknown> => {
        for (const { id } of await bench.engine.brakes()) await bench.engine.answerBrake(id, how, 'ann');
        await bench.sync();
        return [bench.both('items'), await bench.engine.brakes(), await bench.open()];
      };
      const whole = await restored();
      const places = await placesOf(whole, () => answer(whole, how));
      const wanted = await ends(whole);
      expect(bench6(wanted)).toBe(how === 'bring-back' ? 6 : 5);
      for (const nth of places) {
        const bench = await restored();
        await dieAt(bench, nth, () => answer(bench, how));
        await bench.reopen();
        await bench.sync();
        expect(await ends(bench), `after dying before call ${nth}`).toEqual(wanted);
      }
    });
  }

  test('[E38] keep leaves the question open: nothing is written to either side, whatever is edited', async () => {
    const bench = await restored();
    await answer(bench, 'keep');
    bench.put('B', 'items', item(3, 'edited'));
    expect(writtenBy(await bench.sync())).toBe(0);
    expect([bench.one('A', 'items', 3n), bench.one('A', 'items', 1n), bench.one('B', 'items', 1n)]).toEqual([
      item(3),
      item(1),
      item(1, 'late'),
    ]);
    expect(await bench.engine.brakes()).toHaveLength(1);
  });

  test('[E40] while the question stands no decision is taken on anything of the pair', async () => {
    const bench = await restored();
    await expect(bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann' })).rejects.toMatchObject({
      code: 'brake',
    });
    const [first] = await bench.store.items(1, { open: true, limit: 1 });
    await expect(
      bench.engine.resolve({ where: { id: must(first, 'an item').id }, strategy: 'keep_local', who: 'ann' }),
    ).rejects.toMatchObject({ code: 'brake' });
    await expect(bench.engine.undo({ run: 1 }, 'ann')).rejects.toMatchObject({ code: 'brake' });
    expect([bench.one('A', 'items', 1n), bench.one('B', 'items', 1n)]).toEqual([item(1), item(1, 'late')]);
  });
});

const bench6 = (end: unknown): number => (end as readonly (readonly unknown[])[])[0]?.length ?? 0;

describe('Dying more than once', () => {
  test('[E22] a program that dies again while it recovers still ends with the merge, and writes nothing twice', async () => {
    const prepared = async (): Promise<Bench> => {
      const bench = await Bench.open({
        tables: [items, table('more', { id: 'integer', a: 'text?', b: 'text?' })],
        settings: { batchSize: 2 },
        capabilities: { capture: false },
      });
      bench.putBoth('more', { id: 1n, a: 'a', b: 'b' }, { id: 2n, a: 'a', b: 'b' });
      await bench.sync();
      for (const id of [1n, 2n]) {
        bench.put('A', 'more', { id, a: 'of A' });
        bench.put('B', 'more', { id, b: 'of B' });
      }
      return bench;
    };
    const whole = await prepared();
    const calls: string[] = [];
    whole.tap.current = ({ on, name, when }) => void (when === 'before' && calls.push(`${on} ${name}`));
    await whole.sync();
    const written = [whole.A.sequence, whole.B.sequence];
    const first = calls
      .map((call, i) => ({ call, i }))
      .filter(({ call }) => call.endsWith(' write'))
      .map(({ i }) => i + 1);
    for (const nth of [...first, ...first.map((n) => n + 1)])
      for (let again = 1; again <= 24; again++) {
        const bench = await prepared();
        await dieAt(bench, nth, () => bench.sync());
        await bench.reopen();
        await dieAt(bench, again, () => bench.sync());
        await bench.reopen();
        await bench.sync();
        expect(bench.both('more')).toEqual([
          { id: 1n, a: 'of A', b: 'of B' },
          { id: 2n, a: 'of A', b: 'of B' },
        ]);
        expect([bench.A.sequence, bench.B.sequence]).toEqual(written);
        expect(await bench.base('more', 1n)).toEqual({ id: 1n, a: 'of A', b: 'of B' });
      }
  });
});
