import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Office, shopRows, shopSchema } from './cli-support.ts';

let office: Office;
beforeEach(() => {
  office = new Office(shopSchema, shopRows);
  office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
});
afterEach(() => office.close());

const count = (path: string): number => Number((office.rows(path, 'SELECT count(*) FROM posts')[0] as [number])[0]);
const soon = { timeout: 40_000, interval: 50 };

/** So many batches that a sync takes seconds. */
function longSync(): void {
  office.tandem('config', 'set', 'batchSize=10');
  office.sql(
    office.a,
    'WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i < 6000) INSERT INTO posts SELECT i, 1, i FROM n',
  );
}

describe('signals', () => {
  it.each([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)(
    '$signal ends a sync after the running batch with $code, and the next sync goes on',
    async ({ signal, code }) => {
      longSync();
      const sync = office.start('sync');
      await expect.poll(() => count(office.b), soon).toBeGreaterThan(20);
      process.kill(sync.pid, signal);
      const ended = await sync.ended;
      expect(ended.code).toBe(code);
      expect(ended.err).toContain('Stopping after the running batch.');
      const reached = count(office.b);
      expect(reached).toBeLessThan(count(office.a));
      expect(office.json('history', '--limit', '1')).toMatchObject([{ status: 'cancelled' }]);
      office.tandem('config', 'set', 'batchSize=1000');
      expect(office.tandem('sync').code).toBe(0);
      expect(count(office.b)).toBe(count(office.a));
    },
  );
});

describe('several programs on one home', () => {
  it('a second sync is refused with 5 and says who syncs; status answers through the running engine', async () => {
    longSync();
    const first = office.start('sync');
    await expect.poll(() => count(office.b), soon).toBeGreaterThan(20);
    const second = office.tandem('sync');
    expect(second.code).toBe(5);
    expect(second.err).toContain('Sync is already in progress');
    expect(second.err).toContain(`Tandem already runs on this home (process ${first.pid})`);
    expect(office.json('status')).toMatchObject([{ state: 'syncing' }]);
    process.kill(first.pid, 'SIGINT');
    expect((await first.ended).code).toBe(130);
  });
});

describe('a reader that goes', () => {
  it('is no error: what was begun ends in its own order, and the next command finds nothing to take over', async () => {
    longSync();
    const sync = office.start('sync');
    sync.child.stdout?.destroy();
    expect((await sync.ended).code).toBe(0);
    expect(count(office.b)).toBe(count(office.a));
    expect(office.json('history', '--limit', '1')).toMatchObject([{ status: 'completed' }]);
    expect(readFileSync(join(office.home, 'logs', 'tandem.log'), 'utf8')).not.toContain('without letting go');
  });

  it('ends a watch, which would go on for nobody', async () => {
    const watch = office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('4 changes to Remote');
    watch.child.stdout?.destroy();
    office.sql(office.a, "INSERT INTO posts VALUES(9,1,'more')");
    expect((await watch.ended).code).toBe(0);
    expect(office.rows(office.b, 'SELECT body FROM posts WHERE id=9')).toEqual([['more']]);
  });
});

describe('watch', () => {
  it('carries edits of both sides within seconds, prints a line for each run that moved something, and ends with Ctrl-C', async () => {
    const watch = office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('4 changes to Remote (admins: 2 records, posts: 2 records)');
    office.sql(office.b, "UPDATE posts SET body='from B' WHERE id=1");
    await expect.poll(() => office.rows(office.a, 'SELECT body FROM posts WHERE id=1'), soon).toEqual([['from B']]);
    office.sql(office.a, "INSERT INTO posts VALUES(3,1,'from A')");
    await expect.poll(() => count(office.b), soon).toBe(3);
    expect(office.tandem('status', '--check').code).toBe(0);
    process.kill(watch.pid, 'SIGINT');
    const { code, out } = await watch.ended;
    expect(code).toBe(130);
    // Both edits may have travelled in one run.
    expect(out.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(out).toContain('to This computer (posts: 1 record)');
    expect(out).toContain('to Remote (posts: 1 record)');
  });

  it('[L6] a side that is replaced by an older copy ends it with 5 and the cause; the other side is unchanged', async () => {
    const old = join(office.dir, 'old.db');
    // A -wal file that stays behind would bring the newer records into the old copy.
    office.sql(office.a, 'PRAGMA journal_mode=DELETE');
    copyFileSync(office.a, old);
    const watch = office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('4 changes to Remote');
    office.sql(office.b, "INSERT INTO posts VALUES(9,1,'new')");
    await expect.poll(() => count(office.a), soon).toBe(3);
    const rows = office.rows(office.b, 'SELECT * FROM posts');
    renameSync(old, office.a);
    const { code, err } = await watch.ended;
    expect(code).toBe(5);
    expect(err).toContain('was replaced');
    expect(err).toContain('brake list');
    expect(office.rows(office.b, 'SELECT * FROM posts')).toEqual(rows);
    const list = office.tandem('brake', 'list').out;
    expect(list).toContain('Nothing is chosen for you');
    expect(office.tandem('sync', '--yes').code).toBe(5);
    expect(office.tandem('status', '--check').code).toBe(5);
    const bringBack = list
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line.endsWith('bring-back'));
    expect(office.shell(bringBack ?? '').code).toBe(0);
    expect(office.rows(office.a, 'SELECT * FROM posts')).toEqual(rows);
  });
});
