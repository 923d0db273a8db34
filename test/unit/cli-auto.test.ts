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
    expect(said).not.toContain('is for a person');
    const rest = await desk.script('auto-resolve', '--pair', 'one', '--max', '3');
    expect([rest.said.includes('Resolved: 3\n'), rest.said.includes('Not looked at')]).toEqual([true, false]);
    expect(rest.code).toBe(0);
    expect(desk.rows('one-a.db', 'SELECT DISTINCT v FROM t')).toEqual([['there']]);
    expect(desk.rows('two-a.db', 'SELECT DISTINCT v FROM t')).toEqual([['here']]);
  });

  it('[E52] counts those of pairs it did not come to, also where it is only tried out', async () => {
    const tried = await desk.script('auto-resolve', '--max', '4', '--dry-run');
    expect(tried.code).toBe(4);
    expect(tried.said).toContain(
      'Not looked at, because of the limit: 4 conflicts. To go on:\n  tandem auto-resolve --max 8 --dry-run\n',
    );
    const all = JSON.parse((await desk.script('auto-resolve', '--max', '4', '--json')).said) as unknown;
    expect(all).toMatchObject({ notLookedAt: 4, skipped: [] });
    expect(desk.rows('two-a.db', 'SELECT DISTINCT v FROM t')).toEqual([['here']]);
  });

  it.each([
    ['auto-resolve', '--pair', 'one'],
    ['resolve', '--where', 'pair=one', '--strategy', 'keep_remote', '--yes'],
  ])('[E52] %s ends with 5 where one of many is refused, whatever else went through', async (...command) => {
    desk.database(
      'one-a.db',
      "CREATE TRIGGER no BEFORE UPDATE ON t WHEN old.id = 2 BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    );
    const { code, said } = await desk.script(...command);
    expect([code, said]).toEqual([5, expect.stringContaining('not this one')]);
    expect(desk.rows('one-a.db', "SELECT id FROM t WHERE v = 'here'")).toEqual([[2]]);
  });

  it('[E52] ends with 4 where one is left to a person, and its dry run likewise', async () => {
    desk.database('one-a.db', "UPDATE t SET updatedAt = '2026-01-09T00:00:00Z' WHERE id = 2");
    await desk.script('sync', 'one');
    const tried = await desk.script('auto-resolve', '--pair', 'one', '--dry-run');
    const { code } = await desk.script('auto-resolve', '--pair', 'one');
    expect([tried.code, code]).toEqual([4, 4]);
    expect(desk.rows('one-a.db', "SELECT id FROM t WHERE v = 'here'")).toEqual([[2]]);
  });
});
