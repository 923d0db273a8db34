import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { writtenBy } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const SQL = `CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, active INTEGER, CHECK (name <> 'zoe'));
  CREATE UNIQUE INDEX one_active ON people(name) WHERE active = 1;
  CREATE UNIQUE INDEX one_word ON people(trim(name), active);
  CREATE TABLE pets(id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people(id) ON DELETE CASCADE ON UPDATE CASCADE);
  INSERT INTO people VALUES (1,'ann',0),(2,'bob',0); INSERT INTO pets VALUES (1,1),(2,1),(3,2)`;
const people = 'SELECT id, name, active FROM people ORDER BY id';
const pets = 'SELECT id, owner FROM pets ORDER BY id';
const open = async (): Promise<SqliteBench> => {
  const bench = await SqliteBench.open(SQL, { people: ['id', 'name', 'active'], pets: ['id', 'owner'] });
  await bench.sync();
  return bench;
};

describe('Rules that only the database itself can judge', () => {
  test('[E28] [E35] a clash in a partial or an expression index parks the record; nothing is overwritten, all others flow', async () => {
    const bench = await open();
    bench.exec('A', "INSERT INTO people VALUES (3,'cyd',1),(5,' dan',NULL),(7,'flows',0)");
    bench.exec('B', "INSERT INTO people VALUES (4,'CYD',1),(6,'dan ',2)");
    bench.exec('A', 'UPDATE people SET active = 2 WHERE id = 5');
    await bench.sync();
    const conflicts = await bench.engine.conflicts({});
    expect(conflicts.length).toBeGreaterThanOrEqual(2);
    expect(conflicts.every(({ kind }) => kind === 'unique' || kind === 'rejected')).toBe(true);
    const [a, b] = [bench.rows('A', people), bench.rows('B', people)];
    expect(a).toEqual(
      expect.arrayContaining([
        [3, 'cyd', 1],
        [5, ' dan', 2],
      ]),
    );
    expect(b).toEqual(
      expect.arrayContaining([
        [4, 'CYD', 1],
        [6, 'dan ', 2],
        [7, 'flows', 0],
      ]),
    );
    expect(writtenBy(await bench.sync())).toBe(0);
    bench.exec('B', 'DELETE FROM people WHERE id IN (4, 6)');
    await bench.sync();
    await bench.engine.resolve({ where: { kind: 'rejected' }, strategy: 'keep_local', who: 'ann' });
    expect(bench.rows('B', people)).toEqual(bench.rows('A', people));
    expect(bench.rows('A', people)).toHaveLength(5);
    expect(await bench.engine.conflicts({})).toEqual([]);
  });

  test('[E35] a CHECK that only one side has parks the record there, with what the database says', async () => {
    const bench = await open();
    bench.exec(
      'B',
      "CREATE TRIGGER no_max BEFORE INSERT ON people WHEN new.name = 'max' BEGIN SELECT RAISE(ABORT, 'max is not wanted'); END",
    );
    bench.exec('A', "INSERT INTO people VALUES (8,'max',0),(9,'moe',0)");
    await bench.sync();
    const [conflict] = await bench.engine.conflicts({});
    expect(must(conflict, 'a conflict')).toMatchObject({ kind: 'rejected', collection: 'people' });
    expect(conflict?.reason).toContain('max is not wanted');
    expect(bench.rows('B', people)).toEqual([
      [1, 'ann', 0],
      [2, 'bob', 0],
      [9, 'moe', 0],
    ]);
  });

  test('[E32] [E34] cascades arrive as the deletes of the side where they happened; the engine itself sets none off', async () => {
    const bench = await open();
    bench.exec('A', 'PRAGMA foreign_keys = ON; DELETE FROM people WHERE id = 1');
    expect(bench.rows('A', pets)).toEqual([[3, 2]]);
    bench.exec('B', 'INSERT INTO pets VALUES (4,1)');
    await bench.sync();
    expect(bench.rows('B', people)).toEqual([
      [1, 'ann', 0],
      [2, 'bob', 0],
    ]);
    expect(bench.rows('B', pets)).toEqual([
      [3, 2],
      [4, 1],
    ]);
    expect((await bench.engine.conflicts({})).map(({ kind }) => kind).sort()).toEqual([
      'fk-child-exists',
      'fk-parent-missing',
    ]);
    bench.exec('B', 'DELETE FROM pets WHERE id = 4');
    await bench.sync();
    await bench.sync();
    for (const sql of [people, pets]) expect(bench.rows('B', sql)).toEqual(bench.rows('A', sql));
    expect(await bench.engine.conflicts({})).toEqual([]);
  });

  test('[E2] [E19] values of every class arrive as they are, and a second pass writes nothing', async () => {
    const bench = await SqliteBench.open('CREATE TABLE v(id INTEGER PRIMARY KEY, x)', { v: ['id', 'x'] });
    bench.exec(
      'A',
      "INSERT INTO v VALUES (1,NULL),(2,9007199254740993),(3,1.0),(4,''),(5,x''),(6,'1'),(7,-0.0),(8,1e999),(9,x'00ff')",
    );
    await bench.sync();
    const typed = 'SELECT id, typeof(x), quote(x) FROM v ORDER BY id';
    expect(bench.rows('B', typed)).toEqual(bench.rows('A', typed));
    expect(writtenBy(await bench.sync())).toBe(0);
    expect((await bench.engine.compare()).equal).toBe(true);
  });
});
