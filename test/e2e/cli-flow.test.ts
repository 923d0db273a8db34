import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offered, Office, shopRows, shopSchema } from './cli-support.ts';

/** One long day of one office; each step stands on the one before. */
let office: Office;
beforeAll(() => (office = new Office(shopSchema, shopRows)));
afterAll(() => office.close());

const admins = 'SELECT id, username, name FROM admins ORDER BY id';

describe('the way of a person through the command line', () => {
  it('says how to begin where there is no pair, its words can be typed, and looking makes no home', () => {
    for (const words of [['status'], ['conflicts'], ['pair', 'list'], ['history'], ['doctor'], ['sync'], ['watch']]) {
      const { code, err } = office.tandem(...words);
      expect(code).toBe(3);
      expect(err).toContain(`No home at ${office.home} yet`);
      expect(err).toContain(`--home ${office.home} pair add NAME HERE.db THERE.db`);
      expect(existsSync(office.home)).toBe(false);
    }
    const refused = office.tandem('pair', 'add', 'shop', 'a.db', 'none.db');
    expect(refused.code).toBe(6);
    expect(office.tandem('status').out).toContain('No pairs yet.');
    expect(office.tandem('status').out).toContain(`--home ${office.home} pair add`);
    expect(office.tandem('sync').code).toBe(3);
  });

  it('adds a pair with counts first, asks nobody, and writes no record', () => {
    const before = [office.hash(office.a), office.hash(office.b)];
    const { code, out } = office.tandem('pair', 'add', 'shop', 'a.db', '--b', 'sqlite:b.db');
    expect(code).toBe(0);
    expect(out).toMatch(
      /collection +equal +only on This computer +only on Remote +different +used twice\nadmins +0 +2 +0 +0 +0\nposts +0 +2 +0 +0 +0/,
    );
    expect(out).toContain('4 records only on This computer are copied to Remote at the first sync.');
    expect(out).toContain('Nothing was asked');
    expect([office.hash(office.a), office.hash(office.b)]).toEqual(before);
    expect(office.rows(office.b, admins)).toEqual([]);
  });

  it('keeps the address absolute, so that the next command may come from another folder', () => {
    expect(readFileSync(join(office.home, 'tandem.yaml'), 'utf8')).toContain(office.a);
  });

  it('shows the plan, saves it with keys and hashes only, and writes nothing', () => {
    const file = join(office.dir, 'first.plan');
    const { code, out } = office.tandem('plan', '--out', file);
    expect(code).toBe(0);
    expect(out).toContain('Nothing has been written.');
    expect(out).toMatch(/admins +2 +0 +0/);
    expect(readFileSync(file, 'utf8')).not.toContain('john');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(office.rows(office.b, admins)).toEqual([]);
    expect(office.tandem('plan', '--out', office.a).code).toBe(2);
    expect(office.rows(office.a, admins)).toHaveLength(2);
  });

  it('applies the saved plan', () => {
    const { code, out } = office.tandem('sync', '--plan', join(office.dir, 'first.plan'));
    expect(out).toMatch(/Pushed to remote: 4 records\n +admins +2\n +posts +2\n/);
    expect(out).toContain('Pulled from remote: nothing');
    expect(code).toBe(0);
    expect(office.rows(office.b, admins)).toEqual(office.rows(office.a, admins));
  });

  it('refuses the saved plan once a record in it has moved', () => {
    office.sql(office.a, "UPDATE admins SET name='Johnny' WHERE id=1");
    const file = join(office.dir, 'second.plan');
    office.tandem('plan', '--out', file);
    office.sql(office.a, "UPDATE admins SET name='Jonathan' WHERE id=1");
    const { code, err } = office.tandem('sync', '--plan', file);
    expect(code).toBe(5);
    expect(err).not.toBe('');
    expect(office.rows(office.b, admins)).toContainEqual([1, 'john', 'John']);
    expect(office.tandem('sync').code).toBe(0);
    expect(office.rows(office.b, admins)).toContainEqual([1, 'john', 'Jonathan']);
  });

  it('ends with 4 where conflicts remain, and names the next command', () => {
    office.sql(office.a, "UPDATE admins SET name='A' WHERE id=2; INSERT INTO admins VALUES(5,'bob','Bob of A');");
    office.sql(office.b, "UPDATE admins SET name='B' WHERE id=2; INSERT INTO admins VALUES(6,'bob','Bob of B');");
    const { code, out } = office.tandem('sync');
    expect(code).toBe(4);
    expect(out).toMatch(/Conflicts detected: 2 conflicts\n +admins +2/);
    const [next = ''] = offered(out);
    expect(office.shell(next)).toMatchObject({ code: 0, err: '' });
  });

  it('lists conflicts by collection with values, base, four recommendations and runnable commands', () => {
    const { code, out } = office.tandem('conflicts');
    expect(code).toBe(0);
    expect(out).toContain('2 conflicts wait for you.');
    expect(out).toContain('admins (shop)');
    expect(out).toMatch(/field +name\n +This computer +A\n +Remote +B\n +last agreed +Mary\n +since/);
    expect(out).toMatch(/free on both +bob_[a-z0-9]{4}/);
    expect(out.match(/^ +[1-4]\. /gm)).toHaveLength(8);
  });

  it('resolves a unique clash with the command that it printed, and both records live on', () => {
    const rename = offered(office.tandem('conflicts').out).find((command) => command.includes('rename_local')) ?? '';
    const { code, out } = office.shell(rename);
    expect(out).toContain('Resolved #');
    expect(out).toContain('1 conflict still waits for you.');
    expect(code).toBe(0);
    const bobs = office.rows(office.a, "SELECT username FROM admins WHERE name LIKE 'Bob%' ORDER BY id");
    expect(bobs).toEqual([[expect.stringMatching(/^bob_[a-z0-9]{4}$/)], ['bob']]);
    expect(office.rows(office.b, admins)).toHaveLength(4);
  });

  it('shows one conflict with all fields, and decides it by hand with notes', () => {
    const [conflict] = office.json('conflicts') as { id: number }[];
    const id = String(conflict?.id);
    expect(office.tandem('show', id).out).toMatch(/\? +name +Mary +A +B/);
    const dry = office.tandem('resolve', id, '--strategy', 'merge', '--value', 'Mary A. B.', '--dry-run');
    expect(dry.out).toContain('Nothing was written');
    expect(office.rows(office.a, admins)).toContainEqual([2, 'mary', 'A']);
    const { code } = office.tandem(
      'resolve',
      id,
      '--strategy',
      'merge',
      '--value',
      'Mary A. B.',
      '--notes',
      'asked her',
    );
    expect(code).toBe(0);
    for (const side of [office.a, office.b])
      expect(office.rows(side, admins)).toContainEqual([2, 'mary', 'Mary A. B.']);
    expect(office.tandem('conflicts', '--all').out).toContain('asked her');
    expect(office.tandem('resolve', id, '--strategy', 'keep_local').code).toBe(5);
  });

  it('undoes a run with the command that sync history shows; the record rests, and a choice ends that', () => {
    office.sql(office.a, "UPDATE posts SET body='changed' WHERE id=1");
    expect(office.tandem('sync').code).toBe(0);
    const [run] = office.json('history', '--limit', '1') as { id: number }[];
    const undone = office.tandem('undo', String(run?.id));
    expect(undone.out).toContain('1 record is back');
    expect(office.rows(office.b, 'SELECT body FROM posts WHERE id=1')).toEqual([['first']]);
    office.tandem('sync');
    expect(office.rows(office.b, 'SELECT body FROM posts WHERE id=1')).toEqual([['first']]);
    const holds = office.tandem('holds').out;
    expect(holds).toContain('1 record rests after an undo.');
    const again = offered(holds).find((command) => command.endsWith('send-again')) ?? '';
    expect(office.shell(again).code).toBe(0);
    expect(office.rows(office.b, 'SELECT body FROM posts WHERE id=1')).toEqual([['changed']]);
    expect(office.tandem('holds').out).toBe('No record is on hold.\n');
  });

  it('tells why a record holds what it holds, with the pair left out', () => {
    const { code, out } = office.tandem('timeline', 'posts', '1');
    expect(code).toBe(0);
    expect(out).toContain('body: first → changed');
  });

  it('compares both sides and keeps a receipt; status --check says 0 only in step', () => {
    expect(office.tandem('compare')).toMatchObject({ code: 0 });
    expect(office.tandem('compare').out).toContain('Both sides are equal');
    expect(office.tandem('status', '--check').code).toBe(0);
    office.sql(office.b, "UPDATE posts SET body='elsewhere' WHERE id=2");
    const { code, out } = office.tandem('status', 'shop', '--check');
    expect(out).toContain('not in step: 1 change not synced yet');
    expect(code).toBe(8);
    expect(office.tandem('compare').code).toBe(8);
  });

  it('syncs one record of one collection', () => {
    office.sql(office.a, "UPDATE posts SET body='mine' WHERE id=1");
    expect(office.tandem('sync', 'shop', '--collections', 'posts', '--key', '1').code).toBe(0);
    expect(office.rows(office.b, 'SELECT body FROM posts ORDER BY id')).toEqual([['mine'], ['elsewhere']]);
    expect(office.rows(office.a, 'SELECT body FROM posts WHERE id=2')).toEqual([['second']]);
    expect(office.tandem('sync').code).toBe(0);
  });

  it('shows the status with both sides, the last sync and the totals', () => {
    const { out } = office.tandem('status');
    expect(out).toMatch(/This computer +.*a\.db \(configured, reachable\)/);
    expect(out).toMatch(/last sync +\d\d:\d\d \(.*\), completed, took/);
    expect(out).toMatch(/conflicts +\d+ in all, 0 unresolved/);
  });

  it('forgets a pair and leaves the databases alone', () => {
    const before = [office.hash(office.a), office.hash(office.b)];
    expect(office.tandem('pair', 'remove', 'shop', '--purge').code).toBe(2);
    expect(office.tandem('pair', 'remove', 'shop', '--purge', '--yes').code).toBe(0);
    expect(office.json('pair', 'list')).toEqual([]);
    expect([office.hash(office.a), office.hash(office.b)]).toEqual(before);
    expect(existsSync(join(office.home, 'state'))).toBe(true);
  });
});
