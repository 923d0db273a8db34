import { describe, expect, test } from 'vitest';
import { SqliteBench } from '../support/sqlite-bench.ts';

const SQL = `CREATE TABLE p (id INTEGER PRIMARY KEY, email TEXT, x TEXT);
  CREATE UNIQUE INDEX pe ON p(email) WHERE x IS NOT NULL`;
const all = 'SELECT id, email, x FROM p ORDER BY id';

/** This computer cannot take the record of Remote, which only its own index tells. */
async function refusing(): Promise<SqliteBench> {
  const bench = await SqliteBench.open(SQL, { p: ['id', 'email', 'x'] });
  bench.exec('A', "INSERT INTO p VALUES (2, 'u4', 't1'), (4, 'u3', 't7')");
  bench.exec('B', "INSERT INTO p VALUES (4, 'u4', 't3')");
  await bench.sync();
  return bench;
}
const keepBoth = (bench: SqliteBench): ReturnType<SqliteBench['engine']['resolve']> =>
  bench.engine.resolve({ where: { kind: 'insert/insert' }, strategy: 'keep_both', who: 'ann' });

describe('keep_both that a side refuses', () => {
  test('[E49] [E71] what this computer refuses leaves no copy on the other side', async () => {
    const bench = await refusing();
    const before = [bench.rows('A', all), bench.rows('B', all)];
    const open = (await bench.engine.conflicts({})).map(({ id, kind }) => [id, kind]);
    const report = await keepBoth(bench);
    expect(report).toMatchObject({ resolved: [], run: 0, wrote: [], failed: [{ code: 'refused' }] });
    expect(report.failed[0]?.text).toContain('This computer refuses this record');
    expect([bench.rows('A', all), bench.rows('B', all)]).toEqual(before);
    expect(await bench.engine.holds()).toEqual([]);
    await bench.sync();
    expect([bench.rows('A', all), bench.rows('B', all)]).toEqual(before);
    expect((await bench.engine.conflicts({})).map(({ id, kind }) => [id, kind])).toEqual(open);
  });

  for (const target of ['run', 'conflict'] as const)
    test(`[E71] [E77] a copy that could not be taken back is named, and the undo of the ${target} takes it back later`, async () => {
      const bench = await refusing();
      const before = bench.rows('B', all);
      bench.exec('B', "CREATE TRIGGER stays BEFORE DELETE ON p BEGIN SELECT RAISE(ABORT, 'it stays'); END");
      const { wrote, run, failed } = await keepBoth(bench);
      expect([wrote.map(({ op }) => op), failed.length]).toEqual([[{ B: 'insert' }], 1]);
      bench.exec('B', 'DROP TRIGGER stays');
      const undone = await bench.engine.undo(target === 'run' ? { run } : { conflict: 1 }, 'ann');
      expect(undone).toMatchObject({ restored: 1, kept: 0, refused: [], resting: 0 });
      expect(bench.rows('B', all)).toEqual(before);
      await bench.sync();
      expect(bench.rows('B', all)).toEqual(before);
    });

  test('[E77] a copy stays where the record that it was made from has changed since', async () => {
    const bench = await refusing();
    bench.exec('B', "CREATE TRIGGER stays BEFORE DELETE ON p BEGIN SELECT RAISE(ABORT, 'it stays'); END");
    const { run } = await keepBoth(bench);
    bench.exec('B', 'DROP TRIGGER stays');
    bench.exec('A', "UPDATE p SET x = 'edited' WHERE id = 4");
    const stands = bench.rows('B', all);
    expect(await bench.engine.undo({ run }, 'ann')).toMatchObject({ restored: 0, kept: 1 });
    expect(bench.rows('B', all)).toEqual(stands);
  });
});
