import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { HoldReport } from '../../electron/engine/reports/waiting.ts';
import type { Bench } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';
import { peoplePair, person, undoneEdit } from '../support/people-and-pets.ts';

const undoneSync = async (bench: Bench): Promise<Bench> => {
  await bench.engine.undo({ run: (await bench.sync()).id }, 'ann');
  return bench;
};

const resting = [
  {
    of: 'a unique value that another record took since',
    make: async () => {
      const bench = await undoneEdit(await peoplePair());
      bench.put('B', 'people', person(9, 'new'));
      return bench;
    },
    refused: ['people 1 send-again'],
  },
  {
    of: 'two records of which one took the value of the other',
    make: async () => {
      const bench = await peoplePair();
      bench.put('A', 'people', { id: 2n, name: 'free' });
      bench.put('A', 'people', { id: 1n, name: 'bob' });
      return undoneSync(bench);
    },
    refused: ['people 1 send-again', 'people 2 old-on-both'],
  },
  {
    of: 'a child and its parent',
    make: async () => {
      const bench = await peoplePair();
      bench.put('A', 'people', person(9, 'zed'));
      bench.put('A', 'pets', { id: 1n, owner: 9n });
      return undoneSync(bench);
    },
    refused: ['people 9 old-on-both', 'pets 1 send-again'],
  },
];

const named = (bench: Bench, { collection, key }: HoldReport): string =>
  `${collection} ${must(
    [1n, 2n, 9n].find((id) => bench.keyOf(collection, id) === key),
    'one of these keys',
  )}`;

/** What the list says of each answer: why it would be refused, or nothing. */
const said = async (bench: Bench): Promise<readonly (readonly [string, string])[]> =>
  (await bench.engine.judgedHolds()).flatMap((hold) =>
    hold.choices.map(({ answer, refused }) => [`${named(bench, hold)} ${answer}`, refused ?? ''] as const),
  );

const state = async (bench: Bench): Promise<unknown> => [
  ['people', 'pets'].flatMap((name) => [bench.dump('A', name), bench.dump('B', name)]),
  await bench.engine.holds(),
  await bench.engine.runs(100),
  await bench.open(),
];

describe.each(resting)('[E154] the answers that the list offers for $of', ({ make, refused }) => {
  test('are those that are taken; of every other one it gives the reason, and writes nothing', async () => {
    const listed = await make();
    const before = await state(listed);
    const answers = await said(listed);
    expect(answers.filter(([, why]) => why !== '').map(([name]) => name)).toEqual(refused);
    expect(await state(listed)).toEqual(before);
    for (const [name, why] of answers) {
      const bench = await make();
      const tried = (await bench.engine.holds()).flatMap((hold) =>
        hold.choices.map(({ answer }) => ({ hold, answer, name: `${named(bench, hold)} ${answer}` })),
      );
      const { hold, answer } = must(
        tried.find((one) => one.name === name),
        'the same answer',
      );
      const { collection, key } = hold;
      const outcome = await bench.engine.answerHold({ collection, key, answer, who: 'ann' }).then(
        () => '',
        (cause: unknown) => (cause instanceof AppError ? cause.message : String(cause)),
      );
      expect([name, outcome.slice(0, why.length), outcome === '']).toEqual([name, why, why === '']);
    }
  });
});

describe('the list of holds', () => {
  test('[E154] says of a record that was edited since that a sync looks at it anew', async () => {
    const bench = await undoneEdit(await peoplePair());
    bench.put('A', 'people', { id: 1n, name: 'edited' });
    const moved = 'The record was edited since it rests. A sync looks at it anew.';
    expect(await said(bench)).toEqual([
      ['people 1 send-again', moved],
      ['people 1 old-on-both', moved],
      ['people 1 keep-apart', ''],
    ]);
  });

  test('[E154] judges the first hundred, and says so of the rest', async () => {
    const bench = await peoplePair();
    for (let id = 10; id < 111; id++) bench.put('A', 'people', person(id, `p${id}`));
    await undoneSync(bench);
    const unchecked = (await bench.engine.judgedHolds()).map((hold) => hold.unchecked);
    expect(unchecked.filter((why) => why === null)).toHaveLength(100);
    expect(unchecked.at(-1)).toBe('Only the first 100 of a list are checked.');
  });

  test('[E154] is not kept waiting: while the pair is at work it is refused, and the one that looks at no side answers', async () => {
    const bench = await undoneEdit(await peoplePair());
    const sync = bench.sync();
    await expect(bench.engine.judgedHolds()).rejects.toMatchObject({ code: 'busy' });
    expect(await bench.engine.holds()).toMatchObject([{ unchecked: 'No side was looked at.' }]);
    await sync;
    expect(await Promise.all([bench.engine.judgedHolds(), bench.engine.judgedHolds()])).toMatchObject([
      [{ unchecked: null }],
      [{ unchecked: null }],
    ]);
  });

  test('[E154] judges nothing of a collection that a side lost, and is refused while a brake stops the whole pair', async () => {
    const sql = 'CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE u(id INTEGER PRIMARY KEY);';
    const bench = await SqliteBench.open(sql, { t: ['id', 'n'], u: ['id'] });
    bench.exec('A', "INSERT INTO t VALUES (1, 'x')");
    const { id: run } = await bench.sync();
    await bench.engine.undo({ run }, 'ann');
    bench.exec('B', 'DROP TABLE t');
    await bench.sync();
    expect(await bench.engine.judgedHolds()).toMatchObject([{ unchecked: 't is not on both sides.' }]);
    bench.exec('B', 'DROP TABLE u');
    await bench.sync();
    await expect(bench.engine.judgedHolds()).rejects.toMatchObject({ code: 'brake' });
    expect(await bench.engine.holds()).toHaveLength(1);
  });
});
