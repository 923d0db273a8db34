import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const tables = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE u(id INTEGER PRIMARY KEY, v TEXT);';

describe('what the doctor says of what waits', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${tables} INSERT INTO t VALUES(1,'a'),(2,'b'); INSERT INTO u VALUES(1,'x')`);
    desk.database('b.db', tables);
    await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));
    await desk.script('sync');
  });
  afterEach(() => desk.close());

  const doctor = async (): Promise<readonly [number, string]> => {
    const { code, said } = await desk.script('doctor', 'shop');
    return [code, said];
  };

  it('[W13] nothing, while both sides are in step', async () => {
    const [code, said] = await doctor();
    expect([code, said.endsWith('\nNothing needs you.\n')]).toEqual([0, true]);
    expect(said).toMatch(/disk: [\d,.]+ [MG]B free on the disk where Tandem keeps what it knows of both sides\.\n/);
  });

  it.each([
    ['a renamed table', 'ALTER TABLE u RENAME TO w', 'u does not exist on Remote any more'],
    ['a dropped column', 'ALTER TABLE u DROP COLUMN v', 'Remote no longer has v in u'],
  ])('[W13] a brake, by its cause: %s', async (_, sql, cause) => {
    desk.database('b.db', sql);
    expect((await desk.script('sync')).code).toBe(5);
    const [code, said] = await doctor();
    expect(code).toBe(8);
    expect(said).toMatch(
      new RegExp(`^look  pair shop: Stopped by brake 1: .*\\n      What it asks, .*tandem brake list`, 'm'),
    );
    expect(said).toContain(cause);
    expect(said).not.toContain('Nothing needs you.');
    const checks = JSON.parse((await desk.script('doctor', '--json')).said) as unknown;
    expect(checks).toMatchObject({ checks: expect.arrayContaining([expect.objectContaining({ ok: 'attention' })]) });
    expect(desk.rows('a.db', 'SELECT * FROM u')).toEqual([[1, 'x']]);
  });

  it('[W13] conflicts and holds by number, and a brake before them', async () => {
    desk.database('a.db', "UPDATE t SET v='mine' WHERE id=1; UPDATE t SET v='new' WHERE id=2");
    desk.database('b.db', "UPDATE t SET v='theirs' WHERE id=1");
    await desk.script('sync');
    await desk.script('undo', 'run', '2');
    desk.database('b.db', 'DROP TABLE u');
    await desk.script('sync');
    const [code, said] = await doctor();
    expect(code).toBe(8);
    const waits = said.split('\n').filter((line) => line.startsWith('look'));
    expect(waits.map((line) => line.replace(/brake 1: .*/, 'brake 1'))).toEqual([
      'look  pair shop: Stopped by brake 1',
      'look  pair shop: 1 conflict waits for you.',
      'look  pair shop: 1 record rests after an undo until you choose.',
    ]);
    expect(said).toContain('3 of ');
    await desk.script('holds', 'answer', 't', '2', 'keep-apart');
    expect((await doctor())[1]).not.toContain('rests after an undo');
  });

  it('[W13] a last sync that failed, until one succeeds', async () => {
    await desk.script('config', 'set', 'busyTimeoutSeconds=0');
    desk.database('a.db', "UPDATE t SET v='new' WHERE id=1");
    const other = new Database(desk.path('b.db'));
    other.exec('BEGIN EXCLUSIVE');
    await desk.script('sync');
    other.close();
    const [code, said] = await doctor();
    expect([code, /^look {2}pair shop: The last sync failed: .*locked/m.test(said)]).toEqual([8, true]);
    await desk.script('sync');
    expect((await doctor())[0]).toBe(0);
    expect(desk.rows('b.db', 'SELECT v FROM t')).toEqual([['new'], ['b']]);
  });
});
