import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { Bench, table } from '../support/engine-harness.ts';
import { theHold } from '../support/people-and-pets.ts';

const people = table('people', { id: 'integer', name: 'text?' }, { unique: [{ name: 'by_name', fields: ['name'] }] });

/** The new name of record 1 was taken back on B, and another record has it there since. */
async function takenSince(): Promise<{ bench: Bench; run: number }> {
  const bench = await Bench.open({ tables: [people] });
  bench.putBoth('people', { id: 1n, name: 'old' });
  await bench.sync();
  bench.put('A', 'people', { id: 1n, name: 'new' });
  const { id: run } = await bench.sync();
  await bench.engine.undo({ run }, 'ann');
  bench.put('B', 'people', { id: 2n, name: 'new' });
  return { bench, run };
}
const stands = async (bench: Bench): Promise<unknown> => [
  bench.dump('A', 'people').filter(({ id }) => id === 1n),
  bench.dump('B', 'people'),
  (await bench.engine.holds()).map(({ fields, kept, local, remote }) => ({ fields, kept, local, remote })),
];

describe('an answer to a hold that a unique value refuses', () => {
  test('[E74] [E73] leaves everything as it was and names the answers that are taken, tried out as well', async () => {
    const { bench, run } = await takenSince();
    const { collection, key } = await theHold(bench);
    const before = await stands(bench);
    const said = /^people 2 on Remote has the same name.* Possible here: old-on-both, keep-apart\.$/;
    for (const dryRun of [true, false]) {
      const { answered, failed } = await bench.engine.answerHolds({ run, answer: 'send-again', who: 'ann', dryRun });
      expect([answered, failed]).toMatchObject([0, [{ code: 'refused', why: expect.stringMatching(said) }]]);
      expect(await stands(bench)).toEqual(before);
    }
    const one = { collection, key, who: 'ann' } as const;
    await expect(bench.engine.answerHold({ ...one, answer: 'send-again' })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(said),
    });
    expect(await stands(bench)).toEqual(before);
    await bench.engine.answerHold({ ...one, answer: 'old-on-both' });
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([
      { id: 1n, name: 'old' },
      { id: 1n, name: 'old' },
    ]);
  });

  test('[E74] [E75] of a record that rests itself names that one, and one answer for both goes through', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.putBoth('people', { id: 4n, name: 'four' }, { id: 5n, name: 'five' });
    await bench.sync();
    bench.put('A', 'people', { id: 5n, name: 'cinq' });
    bench.put('A', 'people', { id: 4n, name: 'five' });
    const { id: run } = await bench.sync();
    await bench.engine.undo({ run }, 'ann');
    const one = { collection: 'people', key: bench.keyOf('people', 4n), answer: 'send-again', who: 'ann' } as const;
    await expect(bench.engine.answerHold(one)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^people 5 on Remote has the same name, which must be unique\. It rests as well; one answer for both may be possible\. Possible here: /,
      ),
      hint: 'people 4 stays on hold. See: tandem holds',
    });
    const { answered, failed } = await bench.engine.answerHolds({ run, answer: 'send-again', who: 'ann' });
    expect([answered, failed]).toEqual([2, []]);
  });

  test('[E74] offers nothing that would be refused as well', async () => {
    const { bench, run } = await takenSince();
    bench.put('A', 'people', { id: 3n, name: 'old' });
    await bench.sync();
    const { failed } = await bench.engine.answerHolds({ run, answer: 'send-again', who: 'ann', dryRun: true });
    expect(must(failed[0], 'a refusal').why).toMatch(/Possible here: keep-apart\.$/);
  });
});
