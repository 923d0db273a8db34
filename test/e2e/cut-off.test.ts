import { setImmediate as next } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Office } from './cli-support.ts';

const RECORDS = 20_000;

/** A sync that was killed once the other side shows more than one batch of it. */
async function killedSync(): Promise<Office> {
  const office = new Office('CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)', "INSERT INTO t VALUES (1, 'first')");
  onTestFinished(() => office.close());
  office.tandem('pair', 'add', 'shop', office.a, office.b, '--no-input');
  office.tandem('sync');
  office.sql(
    office.a,
    `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${RECORDS}) INSERT INTO t SELECT i, 'v' || i FROM n`,
  );
  const sync = office.start('sync');
  while (count(office) < 1500) await next();
  sync.child.kill('SIGKILL');
  await sync.ended;
  return office;
}

const count = (office: Office): number => Number(office.rows(office.b, 'SELECT count(*) FROM t').flat()[0]);

test('[E149] a sync that was killed is cut off at the first look, is not called running, and the next one completes it', async () => {
  const office = await killedSync();
  expect(count(office)).toBeLessThan(RECORDS);
  const { out } = office.tandem('status');
  expect(out).toContain('shop: The last sync was cut off: its program ended in the middle.');
  expect(out).toContain('the next sync looks at what was under way, and does the rest.');
  expect(out).not.toContain('yncing, started by');
  expect(office.tandem('history').out).toContain('This run was cut off');
  expect(office.tandem('sync')).toMatchObject({ code: 0, err: expect.not.stringContaining('in progress') as string });
  expect(count(office)).toBe(RECORDS);
  expect(office.tandem('status').out).toContain('shop: In step at the last sync.');
}, 60_000);

test('[E149] a sync that follows one that was killed is refused by nothing, and completes it', async () => {
  const office = await killedSync();
  const { code, out } = office.tandem('sync');
  expect([code, out]).toEqual([0, expect.stringContaining('completed')]);
  expect(count(office)).toBe(RECORDS);
}, 60_000);
