import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const SQL = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE);';
const rule = (event: string): string =>
  `CREATE TRIGGER short BEFORE ${event} ON users WHEN new.name IS NULL OR length(new.name) > 5 BEGIN SELECT RAISE(ABORT, 'too long'); END`;

/** Record 1 of A and record 2 of B hold one name, and neither side takes other names that are long. */
async function clash(): Promise<SqliteBench> {
  const bench = await SqliteBench.open(SQL, { users: ['id', 'name'] });
  bench.exec('A', "INSERT INTO users VALUES (1,'bobby')");
  bench.exec('B', "INSERT INTO users VALUES (2,'bobby')");
  bench.exec('A', rule('UPDATE'));
  bench.exec('B', rule('INSERT'));
  await bench.sync();
  return bench;
}
const theClash = async (bench: SqliteBench) => must((await bench.engine.conflicts({}))[0], 'a conflict');
const possible = async (bench: SqliteBench) => (await theClash(bench)).possible;

async function refuse(bench: SqliteBench): Promise<void> {
  for (const strategy of ['rename_local', 'keep_remote'] as const) {
    const { id } = await theClash(bench);
    const { failed } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann' });
    expect(failed).toMatchObject([{ text: expect.stringContaining('too long') }]);
    await bench.sync();
  }
}

describe('an answer to a unique clash that a side refused', () => {
  test('[E141] [E93] is not offered again, and another value can be named', async () => {
    const bench = await clash();
    expect(await possible(bench)).toEqual(['rename_local', 'keep_local', 'keep_remote', 'merge']);
    await refuse(bench);
    expect(await possible(bench)).toEqual(['keep_local', 'merge']);
    const { id } = await theClash(bench);
    const { failed } = await bench.engine.resolve({ where: { id }, strategy: 'merge', value: 'bob', who: 'ann' });
    expect(failed).toEqual([]);
    expect(bench.rows('B', 'SELECT * FROM users')).toEqual([
      [1, 'bob'],
      [2, 'bobby'],
    ]);
  });

  test('[E141] is offered again once the record is another one', async () => {
    const bench = await clash();
    await refuse(bench);
    bench.exec('A', "UPDATE users SET name = 'x' WHERE id = 1");
    bench.exec('B', "UPDATE users SET name = 'x' WHERE id = 2");
    await bench.sync();
    expect(await possible(bench)).toEqual(['rename_local', 'keep_local', 'keep_remote', 'merge']);
  });

  test('[E141] is offered again once the side has other definitions, and is taken then', async () => {
    const bench = await clash();
    await refuse(bench);
    for (const side of ['A', 'B'] as const) bench.exec(side, 'DROP TRIGGER short');
    await bench.sync();
    expect(await possible(bench)).toEqual(['rename_local', 'keep_local', 'keep_remote', 'merge']);
    const { id } = await theClash(bench);
    const { failed } = await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'ann' });
    expect(failed).toEqual([]);
  });
});
