import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const IDS = [1, 2, 3, 4, 5];
const ROWS = `CREATE TABLE par(id INTEGER PRIMARY KEY, x TEXT, y TEXT, z TEXT);
  ${IDS.map((id) => `INSERT INTO par VALUES(${id}, 'x', 'y', 'z');`).join(' ')}`;

describe('rules of a pair', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    await desk.script('pair', 'add', 'two', desk.database('a.db', ROWS), desk.database('b.db', ROWS));
    await desk.script('sync');
  });
  afterEach(() => desk.close());

  it('[W6] what they decided is counted by record and told after the run', async () => {
    await desk.script('config', 'set', 'collections.par.policy=local');
    for (const name of ['a.db', 'b.db'])
      desk.database(name, `UPDATE par SET x = '${name}', y = '${name}', z = '${name}'`);
    const { said } = await desk.script('sync');
    expect(said).toMatch(
      /^two: completed[\s\S]*\ntwo: its rules decided 5 records \(15 fields\) that each side had added, changed or deleted in its own way: par 1; par 2; par 3 and 2 more\. What gave way: `tandem timeline two par 1`;/,
    );
  });

  it('[W6] a deletion against an edit is one record, told so that it is true', async () => {
    await desk.script('config', 'set', 'collections.par.policy=local');
    desk.database('a.db', `DELETE FROM par WHERE id = 2`);
    desk.database('b.db', `UPDATE par SET x = 'b', y = 'b' WHERE id = 2`);
    const { said } = await desk.script('sync');
    expect(said).toContain(
      'two: its rules decided 1 record (2 fields) that each side had added, changed or deleted in its own way: par 2.',
    );
  });
});
