import { beforeEach, describe, expect, test } from 'vitest';
import type { Value } from '../../electron/engine/port/value.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const rows = 'SELECT k, v FROM t ORDER BY k';
const both = (bench: SqliteBench): unknown => [bench.rows('A', rows), bench.rows('B', rows)];

describe('What a side tells beforehand that it would not take', () => {
  const asked: readonly (readonly [string, string, Value, string])[] = [
    ['NULL', 'TEXT NOT NULL', null, 'NOT NULL constraint failed: t.v'],
    ['a number for a text', 'TEXT', 5n, "v would keep the text '5' instead of the whole number 5"],
    ['not a number', 'REAL', Number.NaN, 'SQLite has no "not a number" and would store NULL'],
  ];
  test.each(asked)('[E90] %s is refused by the dry run as by the decision itself', async (_, type, value, why) => {
    const bench = await SqliteBench.open(`CREATE TABLE t (k TEXT PRIMARY KEY, v ${type})`, { t: ['k', 'v'] });
    bench.exec('A', "INSERT INTO t VALUES ('a', 'x')");
    bench.exec('B', "INSERT INTO t VALUES ('a', 'y')");
    await bench.sync();
    const before = both(bench);
    const request = { where: { kind: 'insert/insert' }, strategy: 'merge', value, who: 'ann' } as const;
    const dry = await bench.engine.resolve({ ...request, dryRun: true });
    expect(dry).toMatchObject({ resolved: [], preview: [], wrote: [], failed: [{ code: 'refused' }] });
    expect(dry.failed[0]?.text).toBe(`This computer refuses this record: ${why}.`);
    const { failed } = await bench.engine.resolve(request);
    expect(failed).toEqual(dry.failed);
    expect(both(bench)).toEqual(before);
  });

  describe('where the column of a side has another type since', () => {
    let bench: SqliteBench;
    beforeEach(async () => {
      bench = await SqliteBench.open('CREATE TABLE t (k TEXT PRIMARY KEY, v)', { t: ['k', 'v'] });
      bench.exec('A', "INSERT INTO t VALUES ('a', 'x'), ('b', '7')");
      await bench.sync();
      bench.exec('A', "UPDATE t SET v = '7' WHERE k = 'a'; UPDATE t SET v = 'x' WHERE k = 'b'");
      await bench.sync();
    });
    const retype = (): void =>
      bench.exec(
        'B',
        'ALTER TABLE t ADD COLUMN w INTEGER; UPDATE t SET w = v; ALTER TABLE t DROP COLUMN v; ALTER TABLE t RENAME COLUMN w TO v',
      );
    const why = "Remote refuses this record: v would keep the whole number 7 instead of the text '7'.";

    test('[E76] an undo says so, and its dry run', async () => {
      bench.exec('B', "UPDATE t SET v = 'gone' WHERE k = 'a'");
      retype();
      const dry = await bench.engine.undo({ run: 2 }, 'ann', true);
      expect(dry.refused.map((each) => each.why)).toEqual([why]);
      expect((await bench.engine.undo({ run: 2 }, 'ann')).refused).toEqual(dry.refused);
    });

    test('[E74] [E75] the answers to a hold do, in the list of holds and in a dry run of many', async () => {
      await bench.engine.undo({ run: 2 }, 'ann');
      bench.exec('B', "UPDATE t SET v = 'x' WHERE k = 'b'");
      retype();
      await bench.sync();
      const [hold] = await bench.engine.judgedHolds();
      const refused = hold?.choices.map(({ answer, refused: reason }) => [answer, reason]);
      expect(refused).toContainEqual(['send-again', why]);
      expect(refused).toContainEqual(['old-on-both', null]);
      const request = { run: 2, answer: 'send-again', who: 'ann' } as const;
      const dry = await bench.engine.answerHolds({ ...request, dryRun: true });
      expect(dry).toMatchObject({ answered: 0, failed: [{ why: expect.stringContaining(why) }] });
      expect((await bench.engine.answerHolds(request)).failed).toEqual(dry.failed);
    });
  });
});
