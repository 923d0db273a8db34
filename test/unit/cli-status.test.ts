import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE u(id INTEGER PRIMARY KEY);';

describe('what status says', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${table} INSERT INTO t VALUES(1,'a'),(2,'b')`);
    desk.database('b.db', table);
    await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));
  });
  afterEach(() => desk.close());

  const first = async (...words: readonly string[]): Promise<string> =>
    (await desk.script('status', ...words)).said.split('\n')[0] ?? '';

  it('[E91] "In step" alone is said only after a look; one output never contradicts itself', async () => {
    expect(await first()).toBe('shop: Not synced yet.');
    await desk.script('sync', '--collections', 'u');
    expect(await first()).toBe('shop: Only a part was synced so far; the rest waits for the next sync.');
    await desk.script('sync');
    expect(await first()).toBe('shop: In step at the last sync.');
    desk.database('a.db', "UPDATE t SET v='new' WHERE id=1");
    expect(await first()).toBe('shop: In step at the last sync.');
    const checked = await desk.script('status', '--check');
    expect(checked.code).toBe(8);
    expect(checked.said).toContain('shop: Not in step: 1 change not synced yet.');
    expect(checked.said).not.toContain('In step');
    const { said } = await desk.script('status', '--check', '--json');
    expect(JSON.parse(said)).toMatchObject([{ state: 'waiting', check: { ok: false } }]);
    await desk.script('sync');
    const good = await desk.script('status', '--check');
    expect([good.code, good.said.split('\n')[0]]).toEqual([0, 'shop: In step.']);
    expect(desk.rows('b.db', 'SELECT v FROM t')).toEqual([['new'], ['b']]);
  });

  it('[E92] a sync that a lock stopped stands in the history, and status says so until a sync succeeded', async () => {
    await desk.script('sync');
    await desk.script('config', 'set', 'busyTimeoutSeconds=0');
    desk.database('a.db', "UPDATE t SET v='new' WHERE id=1");
    const other = new Database(desk.path('b.db'));
    other.exec('BEGIN EXCLUSIVE');
    const stopped = await desk.script('sync');
    expect(stopped.code).toBe(5);
    other.close();
    const runs = JSON.parse((await desk.script('history', '--json')).said) as unknown;
    expect(runs).toMatchObject([{ status: 'failed', error: { code: 'busy' } }, { status: 'completed' }]);
    expect(await first()).toMatch(/^shop: Stopped: .* keeps .* locked/);
    expect((await desk.script('status')).said).toContain(', failed');
    expect((await desk.script('status', '--check')).code).toBe(8);
    expect((await desk.script('sync')).code).toBe(0);
    expect(await first()).toBe('shop: In step at the last sync.');
    expect(desk.rows('b.db', 'SELECT v FROM t')).toEqual([['new'], ['b']]);
  });

  it('[W12] what a brake stopped and an answer carried on does not read as still stopped', async () => {
    const many =
      'WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i < 40) INSERT INTO u SELECT i FROM n';
    desk.database('a.db', many);
    await desk.script('sync');
    desk.database('a.db', 'DELETE FROM u');
    expect((await desk.script('sync')).code).toBe(5);
    await desk.script('brake', 'answer', '1', 'bring-back');
    const { said } = await desk.script('status');
    expect(said).toMatch(/last sync +.*, stopped by a brake, took/);
    expect(said).toMatch(/since then +.*, brake answer \(run 3\), 31 records pulled/);
    expect(said).toMatch(/syncs +1 completed/);
    const { said: json } = await desk.script('status', '--json');
    expect(JSON.parse(json)).toMatchObject([
      { lastRun: { id: 2, outcome: 'stopped' }, lastDecision: { id: 3, outcome: 'completed' }, runs: 1 },
    ]);
    await desk.script('sync');
    expect((await desk.script('status')).said).not.toContain('since then');
    expect(desk.rows('a.db', 'SELECT count(*) FROM u')).toEqual([[31]]);
  });
});
