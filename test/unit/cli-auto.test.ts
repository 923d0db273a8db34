import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, updatedAt TEXT);';
const rows = (v: string, day: number): string =>
  `INSERT INTO t VALUES ${[1, 2, 3, 4].map((id) => `(${id}, '${v}', '2026-01-0${day}T00:00:00Z')`).join(', ')}`;

describe('auto-resolve with a limit', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    for (const pair of ['one', 'two']) {
      const here = desk.database(`${pair}-a.db`, table + rows('here', 1));
      const there = desk.database(`${pair}-b.db`, table + rows('there', 2));
      await desk.script('pair', 'add', pair, here, there);
      await desk.script('sync', pair);
    }
  });
  afterEach(() => desk.close());

  it('[E52] says how many conflicts it did not look at, and the command it names looks at them', async () => {
    const { code, said } = await desk.script('auto-resolve', '--pair', 'one', '--max', '1');
    expect(code).toBe(4);
    expect(said).toContain('Resolved: 1\n');
    expect(said).toContain(
      'Not looked at, because of the limit: 3 conflicts. To go on:\n  tandem auto-resolve --pair one --max 3\n',
    );
    const rest = await desk.script('auto-resolve', '--pair', 'one', '--max', '3');
    expect([rest.said.includes('Resolved: 3\n'), rest.said.includes('Not looked at')]).toEqual([true, false]);
    expect(desk.rows('one-a.db', 'SELECT DISTINCT v FROM t')).toEqual([['there']]);
    expect(desk.rows('two-a.db', 'SELECT DISTINCT v FROM t')).toEqual([['here']]);
  });

  it('[E52] counts those of pairs it did not come to, also where it is only tried out', async () => {
    const tried = await desk.script('auto-resolve', '--max', '4', '--dry-run');
    expect(tried.said).toContain(
      'Not looked at, because of the limit: 4 conflicts. To go on:\n  tandem auto-resolve --max 8 --dry-run\n',
    );
    const all = JSON.parse((await desk.script('auto-resolve', '--max', '4', '--json')).said) as unknown;
    expect(all).toMatchObject({ notLookedAt: 4, skipped: [] });
    expect(desk.rows('two-a.db', 'SELECT DISTINCT v FROM t')).toEqual([['here']]);
  });
});
