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

test('[E149] a bulk decision that was killed says how far it came, and the same answer decides the rest', async () => {
  const records = 4400;
  const office = new Office(
    'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)',
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${records}) INSERT INTO t SELECT i, 'both' FROM n`,
  );
  onTestFinished(() => office.close());
  office.tandem('pair', 'add', 'shop', office.a, office.b, '--no-input');
  office.tandem('sync');
  // Half of them: so many changed records stop no collection.
  for (const [file, value] of [
    [office.a, 'of a'],
    [office.b, 'of b'],
  ] as const)
    office.sql(file, `UPDATE t SET v = '${value}' WHERE id % 2 = 0`);
  office.tandem('sync');
  const decided = (): number => Number(office.rows(office.b, "SELECT count(*) FROM t WHERE v = 'of a'").flat()[0]);
  const decide = ['resolve', '--where', 'kind=update/update', '--strategy', 'keep_local', '--yes'] as const;
  const command = office.start(...decide);
  while (decided() < 1200) await next();
  command.child.kill('SIGKILL');
  await command.ended;
  expect(decided()).toBeLessThan(records / 2);
  const { out } = office.tandem('status');
  expect(out).toMatch(
    /shop: A decision was cut off after [12]000 of 2200 conflicts: its program ended in the middle\.[^]*what was not decided waits as before, and takes the same answer again\. To take back what it wrote: `?\S.* undo run \d+`?\./,
  );
  expect(out).toMatch(/since then +.*resolving \(run \d+\), cut off, \d+ records pushed/);
  expect(office.tandem('history').out).toMatch(/A decision was cut off after \d+ of 2200 conflicts/);
  expect(office.tandem('sync').code).toBe(4);
  expect(office.tandem(...decide).code).toBe(0);
  expect(decided()).toBe(records / 2);
}, 120_000);

test('[E149] a sync that follows one that was killed is refused by nothing, and completes it', async () => {
  const office = await killedSync();
  const { code, out } = office.tandem('sync');
  expect([code, out]).toEqual([0, expect.stringContaining('completed')]);
  expect(count(office)).toBe(RECORDS);
}, 60_000);
