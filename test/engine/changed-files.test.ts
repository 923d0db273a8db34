import { copyFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SqliteBench } from '../support/sqlite-bench.ts';

const MANY = 5000;
const numbers = (n: number, from = 0): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) SELECT i + ${from}, 'v' || i FROM n`;
const TABLE = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)';

/** Two files, a copy of A from before the last run, and what B has of that run. */
async function withYesterday(journal: 'WAL' | 'DELETE', since: string): Promise<SqliteBench> {
  const bench = await SqliteBench.open(TABLE, { t: ['id', 'v'] });
  await bench.close();
  for (const side of ['A', 'B'] as const) bench.exec(side, `PRAGMA journal_mode = ${journal}`);
  await bench.reopen();
  bench.exec('A', `INSERT INTO t ${numbers(MANY)}`);
  await bench.sync();
  await bench.close();
  bench.exec('A', 'PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(bench.path('A'), `${bench.path('A')}.yesterday`);
  await bench.reopen();
  bench.exec('B', since);
  await bench.sync();
  return bench;
}

async function putBack(bench: SqliteBench): Promise<void> {
  await bench.close();
  bench.exec('A', 'PRAGMA wal_checkpoint(TRUNCATE)');
  copyFileSync(`${bench.path('A')}.yesterday`, bench.path('A'));
  await bench.reopen();
}

describe('Files that changed behind the engine', () => {
  for (const journal of ['WAL', 'DELETE'] as const) {
    test(`[E41] an older copy in its place (${journal}) is one question, also where only inserts came since; the other side keeps all`, async () => {
      const bench = await withYesterday(journal, `INSERT INTO t ${numbers(900, 100_000)}`);
      expect(bench.rows('A', 'SELECT count(*) FROM t')).toEqual([[MANY + 900]]);
      await putBack(bench);
      await bench.sync();
      expect(bench.rows('B', 'SELECT count(*) FROM t')).toEqual([[MANY + 900]]);
      expect(await bench.engine.brakes()).toMatchObject([{ kind: 'restored', side: 'A', collection: '' }]);
    });
  }

  test('[E41] many values that come back are a restored copy, however much was edited after it', async () => {
    const bench = await withYesterday('DELETE', "UPDATE t SET v = 'of B' WHERE id <= 40");
    await putBack(bench);
    for (let i = 1; i <= 60; i++) bench.exec('A', `UPDATE t SET v = 'after' WHERE id = ${MANY - i}`);
    await bench.sync();
    expect(bench.rows('B', "SELECT count(*) FROM t WHERE v = 'of B'")).toEqual([[40]]);
    expect(await bench.engine.brakes()).toMatchObject([{ kind: 'restored', side: 'A' }]);
  });

  test('[E41] runs of our own, edits and a vacuum are no older copy', async () => {
    const bench = await SqliteBench.open(TABLE, { t: ['id', 'v'] });
    bench.exec('A', `INSERT INTO t ${numbers(100)}`);
    for (const [side, sql] of [
      ['A', "UPDATE t SET v = 'x' WHERE id = 1"],
      ['B', 'VACUUM'],
      ['B', "PRAGMA journal_mode = DELETE; UPDATE t SET v = 'y' WHERE id = 2"],
      ['A', 'DELETE FROM t WHERE id = 3; VACUUM'],
      ['B', 'PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE)'],
    ] as const) {
      await bench.sync();
      await bench.close();
      bench.exec(side, sql);
      await bench.reopen();
    }
    await bench.sync();
    expect(await bench.engine.brakes()).toEqual([]);
    expect(bench.rows('A', 'SELECT * FROM t ORDER BY id')).toEqual(bench.rows('B', 'SELECT * FROM t ORDER BY id'));
  });

  for (const side of ['A', 'B'] as const) {
    test(`[E43] a key that ${side} compares in another way stops the collection: nobody deleted anything`, async () => {
      const bench = await SqliteBench.open('CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY, v TEXT)', {
        t: ['k', 'v'],
      });
      for (const key of ['ABC', 'def', 'Ghi', 'jkl']) bench.exec('A', `INSERT INTO t VALUES ('${key}', 'of ${key}')`);
      await bench.sync();
      bench.exec(
        side,
        'CREATE TABLE u(k TEXT PRIMARY KEY, v TEXT); INSERT INTO u SELECT * FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t',
      );
      await bench.sync();
      await bench.sync();
      for (const each of ['A', 'B'] as const) expect(bench.rows(each, 'SELECT count(*) FROM t')).toEqual([[4]]);
      const [brake] = await bench.engine.brakes();
      expect(brake).toMatchObject({ kind: 'schema', side, collection: 't' });
      await expect(bench.engine.answerBrake(brake?.id ?? 0, 'let-go', 'ann')).rejects.toMatchObject({
        code: 'schema-mismatch',
      });
      bench.exec(
        side,
        'CREATE TABLE u(k TEXT COLLATE NOCASE PRIMARY KEY, v TEXT); INSERT INTO u SELECT * FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t',
      );
      bench.exec('A', "UPDATE t SET v = 'edited' WHERE k = 'def'");
      await bench.engine.answerBrake(brake?.id ?? 0, 'let-go', 'ann');
      await bench.sync();
      expect(bench.rows('B', "SELECT v FROM t WHERE k = 'def'")).toEqual([['edited']]);
      expect(bench.rows('A', 'SELECT count(*) FROM t')).toEqual([[4]]);
    });
  }

  test('[E58] fields that are not part of the pair are named by a receipt', async () => {
    const bench = await SqliteBench.open(TABLE, { t: ['id', 'v'] });
    bench.exec('A', "INSERT INTO t VALUES (1, 'x')");
    await bench.sync();
    bench.exec('B', "ALTER TABLE t ADD COLUMN note TEXT; UPDATE t SET note = 'mine'");
    await bench.sync();
    expect((await bench.engine.compare()).notCompared).toEqual(['t.note (Remote): not part of the pair']);
  });

  test('[E39] one record that changes often does not stop its collection, many records do, and the cause says how many', async () => {
    const bench = await SqliteBench.open(TABLE, { t: ['id', 'v'] });
    bench.exec('A', `INSERT INTO t ${numbers(60)}`);
    await bench.sync();
    for (let i = 1; i <= 55; i++) {
      bench.exec('A', `UPDATE t SET v = 'edit ${i}' WHERE id = 1`);
      await bench.sync();
    }
    expect(await bench.engine.brakes()).toEqual([]);
    bench.exec('A', "UPDATE t SET v = 'all' WHERE id <= 30");
    await bench.sync();
    bench.exec('A', "UPDATE t SET v = 'more' WHERE id > 30 AND id <= 55");
    await bench.sync();
    const [brake] = await bench.engine.brakes();
    expect(brake?.cause).toBe(
      '25 of 60 records of t changed on This computer. 30 more went to Remote in the last 30 days, and together they are too many to go on without a word.',
    );
  });
});
