import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Office, offered, shopRows, shopSchema } from './cli-support.ts';

describe('a printed command does what was shown, and no more', () => {
  let office: Office;
  beforeEach(() => {
    office = new Office(shopSchema, shopRows);
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
    office.tandem('sync');
    office.sql(office.a, "UPDATE admins SET name='A' WHERE id=1; UPDATE posts SET body='a' WHERE id=1");
    office.sql(office.b, "UPDATE admins SET name='B' WHERE id=2; UPDATE posts SET body='b' WHERE id=2");
  });
  afterEach(() => office.close());

  const names = (path: string): unknown[] => office.rows(path, 'SELECT name FROM admins ORDER BY id').flat();
  const bodies = (path: string): unknown[] => office.rows(path, 'SELECT body FROM posts ORDER BY id').flat();

  it('plan --collections --direction prints a sync with both', () => {
    const { out } = office.tandem('plan', '--collections', 'admins', '--direction', 'a-to-b');
    const [apply = ''] = out.split('\n').filter((line) => line.startsWith('Apply it: '));
    expect(apply).toMatch(/ sync shop --direction a-to-b --collections admins$/);
    expect(office.shell(apply.slice('Apply it: '.length)).code).toBe(0);
    expect([names(office.a), names(office.b)]).toEqual([
      ['A', 'Mary'],
      ['A', 'B'],
    ]);
    expect([bodies(office.a), bodies(office.b)]).toEqual([
      ['a', 'second'],
      ['first', 'b'],
    ]);
  });

  it('sync --rehearse --collections prints the sync of these collections', () => {
    const { out } = office.tandem('sync', '--rehearse', '--collections', 'posts');
    const [go = ''] = out.split('\n').filter((line) => line.startsWith('Do it: '));
    expect(go).toMatch(/ sync shop --collections posts$/);
    expect(office.shell(go.slice('Do it: '.length)).code).toBe(0);
    expect([bodies(office.a), bodies(office.b)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect([names(office.a), names(office.b)]).toEqual([
      ['A', 'Mary'],
      ['John', 'B'],
    ]);
  });

  it('what drifted is overwritten only where the plan looked', () => {
    office.tandem('pair', 'edit', 'shop', '--direction', 'a-to-b');
    const { out } = office.tandem('plan', '--collections', 'posts');
    const overwrite = offered(out.replace('Overwrite: ', '')).find((line) => line.includes('--overwrite-drift'));
    expect(overwrite).toMatch(/ sync shop --overwrite-drift --collections posts$/);
    expect(office.shell(overwrite ?? '').code).toBe(0);
    expect([bodies(office.b), names(office.b)]).toEqual([
      ['a', 'second'],
      ['John', 'B'],
    ]);
  });

  it('the record of a table whose name looks like an option', () => {
    const table = 'CREATE TABLE "-x"(id INTEGER PRIMARY KEY, v TEXT)';
    for (const path of [office.a, office.b]) office.sql(path, table);
    office.sql(office.a, `INSERT INTO "-x" VALUES(1, 'old')`);
    office.tandem('pair', 'edit', 'shop', '--add', 'all');
    office.tandem('sync');
    office.sql(office.a, `UPDATE "-x" SET v = 'here'`);
    office.sql(office.b, `UPDATE "-x" SET v = 'there'`);
    office.tandem('sync');
    const told = offered(office.tandem('conflicts').out).find((line) => line.includes(' timeline '));
    expect(told).toMatch(/ timeline shop -- -x 1$/);
    expect(office.shell(told ?? '').code).toBe(0);
    office.tandem('resolve', '1', '--strategy', 'keep_local');
    office.tandem('undo', 'conflict', '1');
    const answer = offered(office.tandem('holds').out).find((line) => line.endsWith(' send-again'));
    expect(answer).toMatch(/ holds answer shop -- -x 1 send-again$/);
    expect(office.shell(answer ?? '').code).toBe(0);
  });
});
