import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)';
const thirty =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 30) INSERT INTO t SELECT i, i FROM n';

describe('what the history says of a run', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${table}; ${thirty}`);
    desk.database('b.db', table);
    await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));
    await desk.script('sync');
    desk.database('a.db', "UPDATE t SET v='new' WHERE id < 3; DELETE FROM t WHERE id = 30");
    desk.database('b.db', "INSERT INTO t VALUES(31, 'more')");
    await desk.script('sync');
  });
  afterEach(() => desk.close());

  it('[W12] every record that it wrote, the first twenty unless all are asked for', async () => {
    const { said } = await desk.script('run', 'show', '2');
    expect(said).toContain(
      '  Records it wrote: 4\n    t 30: deleted on Remote\n    t 1: changed on Remote\n    t 2: changed on Remote\n    t 31: inserted on This computer\n',
    );
    const first = await desk.script('run', 'show', '1');
    expect(first.said).toMatch(/ {4}t 20: inserted on Remote\n {4}… 10 more:\n {6}.*tandem.* run show 1 --all\n$/);
    const all = await desk.script('run', 'show', '1', '--all');
    expect(all.said).toMatch(/ {4}t 30: inserted on Remote\n$/);
    const { records } = JSON.parse((await desk.script('run', 'show', '1', '--json')).said) as { records: unknown };
    expect(records).toMatchObject({ total: 30, undone: 0, records: { length: 20 } });
  });

  it('[W12] that it was undone, by which run, and how much of it', async () => {
    const one = await desk.script('undo', 'run', '2', '--collection', 't', '--key', '1');
    expect(one.said).toContain('Undid t 1 of run 2: 1 record is back');
    const part = await desk.script('run', 'show', '2');
    expect(part.said).toMatch(/undone +by run 3: 1 of 4 records\n/);
    expect(part.said).toContain('t 1: changed on Remote (undone)\n    t 2: changed on Remote\n');
    const partly = (await desk.script('history')).said.split('\n');
    expect([partly[2], partly[4]]).toEqual(['     undid t 1 of run 2', '     partly undone by run 3 (1 of 4 records)']);
    const rest = await desk.script('undo', 'run', '2');
    expect(rest.said).toContain('\n1 record was undone before; left out.\n');
    const whole = await desk.script('run', 'show', '2');
    expect(whole.said).toMatch(/undone +by runs 3 and 4: all of it\n/);
    const lines = (await desk.script('history')).said.split('\n');
    expect(lines.slice(1, 3)).toEqual([
      expect.stringMatching(/^ *4 .* 0$/),
      '     undid part of run 2 (3 of 4 records)',
    ]);
    expect(lines.slice(5, 7)).toEqual([expect.stringMatching(/^ *2 .* 0$/), '     undone by runs 3 and 4']);
    expect(lines[7]).toMatch(/^ *1 .* 30 +0 +0$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  });

  it('[E124] an undo of a run says how much of it it restored, where it was not all', async () => {
    desk.database('b.db', "UPDATE t SET v='newer' WHERE id = 2");
    await desk.script('undo', 'run', '2');
    expect((await desk.script('run', 'show', '3')).said).toMatch(/undid +part of run 2 \(3 of 4 records\)\n/);
    expect((await desk.script('history')).said).toContain('     undid part of run 2 (3 of 4 records)\n');
    await desk.script('sync');
    await desk.script('undo', 'run', '4');
    expect((await desk.script('history')).said).toContain('     undid run 4\n');
  });
});
