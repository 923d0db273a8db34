import { renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);';

describe('pair edit', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${table} INSERT INTO t VALUES(1,'a'),(2,'b'),(3,'c')`);
    desk.database('b.db', table);
    desk.database('c.db', `${table} INSERT INTO t VALUES(1,'a'),(2,'other'),(7,'new')`);
    await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'), '--marker');
    await desk.script('sync');
  });
  afterEach(() => desk.close());

  const edit = (...words: readonly string[]) => desk.script('pair', 'edit', 'shop', ...words);
  const urls = async (): Promise<unknown> => {
    const { a, b } = JSON.parse((await desk.script('pair', 'show', '--json')).said) as Record<
      'a' | 'b',
      { url: string }
    >;
    return [a.url, b.url];
  };

  it('[P2] refuses one database on both sides as pair add does, and changes nothing', async () => {
    const refused = await edit('--b', desk.path('a.db'), '--yes');
    expect([refused.code, refused.said]).toEqual([
      3,
      expect.stringContaining('Changing the pair shop failed: both addresses lead to the same database'),
    ]);
    expect(await urls()).toEqual([desk.path('a.db'), desk.path('b.db')]);
    expect((await edit('--a', desk.path('b.db'), '--b', desk.path('b.db'), '--yes')).code).toBe(3);
  });

  it('[P12] refuses one name for both sides, when a pair is added and when it is edited', async () => {
    for (const words of [
      ['--name-a', 'X', '--name-b', 'x'],
      ['--name-a', 'Remote'],
    ]) {
      const refused = await edit(...words);
      expect([refused.code, refused.said]).toEqual([2, expect.stringContaining('both sides would be called')]);
    }
    const words = ['pair', 'add', 'other', desk.path('a.db'), desk.path('c.db')];
    const added = await desk.script(...words, '--name-a', 'X', '--name-b', 'X');
    expect([added.code, added.said]).toEqual([2, expect.stringContaining('Adding the pair other failed')]);
    expect((await edit('--name-a', 'Remote', '--name-b', 'Office')).code).toBe(0);
  });

  it('[P13] another database is a new beginning: it has to be meant, deletes nothing, and is not in step before a sync', async () => {
    const unasked = await edit('--b', desk.path('c.db'));
    expect([unasked.code, unasked.said]).toEqual([2, expect.stringContaining('so that the pair begins anew')]);
    expect(await urls()).toEqual([desk.path('a.db'), desk.path('b.db')]);
    const no = await desk.person(['n'], 'pair', 'edit', 'shop', '--b', desk.path('c.db'));
    expect(no.said.replaceAll(/\s+/g, ' ')).toContain('what differs becomes a conflict. Nothing is deleted');
    expect(no.said).toContain('Nothing was changed.');
    const yes = await desk.person(['y'], 'pair', 'edit', 'shop', '--b', desk.path('c.db'));
    expect(yes.said).toContain('It begins anew: nothing is synced yet.');
    const { said } = await desk.script('status');
    expect(said.split('\n')[0]).toBe('shop: Not synced yet.');
    expect(said).toMatch(/last sync +none since the pair began anew/);
    expect((await desk.script('sync')).code).toBe(4);
    expect(desk.rows('a.db', 'SELECT * FROM t')).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [7, 'new'],
    ]);
    expect(desk.rows('c.db', 'SELECT * FROM t')).toEqual([
      [1, 'a'],
      [2, 'other'],
      [3, 'c'],
      [7, 'new'],
    ]);
    expect(desk.rows('b.db', "SELECT name FROM sqlite_schema WHERE name LIKE '%tandem%'")).toEqual([]);
    expect(desk.rows('b.db', 'SELECT count(*) FROM t')).toEqual([[3]]);
  });

  it('[P13] two sides that change places, and a new place of the same file, are told apart from a new beginning', async () => {
    renameSync(desk.path('b.db'), desk.path('moved.db'));
    expect((await edit('--b', desk.path('moved.db'))).code).toBe(0);
    expect((await desk.script('status')).said.split('\n')[0]).toBe('shop: In step at the last sync.');
    expect((await desk.script('sync')).code).toBe(0);
    const swapped = await edit('--a', desk.path('moved.db'), '--b', desk.path('a.db'));
    expect([swapped.code, swapped.said]).toEqual([
      2,
      expect.stringContaining('This computer and Remote would be another'),
    ]);
  });

  it('[E43] leaving out what a brake asks about ends the brake, and says so', async () => {
    const sql = 'CREATE TABLE u(id INTEGER PRIMARY KEY, "a name" TEXT, w TEXT);';
    const [a, b] = [desk.database('d.db', `${sql} INSERT INTO u VALUES(1,'a','w')`), desk.database('e.db', sql)];
    await desk.script('pair', 'add', 'more', a, b, '--no-marker');
    await desk.script('sync', 'more');
    for (const name of ['d.db', 'e.db']) desk.database(name, 'ALTER TABLE u DROP COLUMN "a name"');
    expect((await desk.script('sync', 'more')).code).toBe(5);
    const { said } = await desk.script('brake', 'list');
    expect(said).toContain("pair edit more --leave-out 'u.a name'");
    expect(said).not.toMatch(/brake answer \d+ (bring-back|let-go)/);
    const tried = await desk.script('pair', 'edit', 'more', '--leave-out', 'u.a name', '--dry-run');
    expect(tried.said).toMatch(/Would end brake \d+, which asked about it: /);
    const left = await desk.script('pair', 'edit', 'more', '--leave-out', 'u.a name');
    expect([left.code, left.said]).toEqual([0, expect.stringMatching(/Ended brake \d+, which asked about it: /)]);
    expect((await desk.script('brake', 'list')).said).toContain('No brake stands.');
    desk.database('d.db', "UPDATE u SET w = 'new'");
    expect((await desk.script('sync', 'more')).code).toBe(0);
    expect(desk.rows('e.db', 'SELECT w FROM u')).toEqual([['new']]);
  });
});
