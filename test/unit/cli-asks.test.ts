import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, END } from './cli-desk.ts';

let desk: Desk;
let dir: string;
beforeEach(() => {
  desk = new Desk();
  ({ dir } = desk);
});
afterEach(() => desk.close());
const database: Desk['database'] = (...words) => desk.database(...words);
const rows: Desk['rows'] = (...words) => desk.rows(...words);
const person: Desk['person'] = (...words) => desk.person(...words);

const table = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);';
const add = (): string[] => ['pair', 'add', 'shop', '--a', join(dir, 'a.db'), '--b', join(dir, 'b.db')];

describe('what a person at a terminal is asked', () => {
  it('pair add shows the counts, asks about the marker and the pair, and keeps it after yes', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'x')`);
    database('b.db', table);
    const { said, asked, code } = await person(['y', 'y'], ...add());
    expect(said).toContain('With it an older copy that is put back into the same file is recognised at once');
    expect(said).toContain('only on This computer');
    expect(said).toContain('Add shop as a pair?');
    expect(said).not.toContain('Nothing was asked');
    expect([asked, code]).toEqual([2, 0]);
    const shown = await person([], 'pair', 'show', '--json');
    expect(JSON.parse(shown.said)).toMatchObject({ name: 'shop', options: { marker: true } });
  });

  it('asks on the output where errors go to a file, and not at all where the output does, too', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'x')`);
    database('b.db', table);
    const { said, asked } = await desk.personWithoutErrors(['n', 'y'], ...add());
    expect(said).toContain('Add shop as a pair?');
    expect(asked).toBe(2);
  });

  it('a database that is not there is named, on whichever side, and --dry-run looks as if it were made', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'x')`);
    const look = await desk.script(...add(), '--dry-run');
    expect([look.code, look.said.split('\n')[0]]).toEqual([
      0,
      `${join(dir, 'b.db')} does not exist and would be made (Remote).`,
    ]);
    expect(look.said).toContain('1 record only on This computer is copied to Remote at the first sync.');
    expect(look.said).toContain(
      'What is missing is created after you agree; where nobody can be asked, with --create.',
    );
    const typo = await person(['n', 'n'], 'pair', 'add', 'shop', join(dir, 'aa.db'), join(dir, 'a.db'));
    expect(typo.said.split('\n')[0]).toContain(
      `${join(dir, 'aa.db')} does not exist and would be made (This computer).`,
    );
    expect(readdirSync(dir).filter((name) => name.endsWith('.db'))).toEqual(['a.db']);
    const made = await desk.script(...add(), '--create');
    expect(made.said.split('\n')[0]).toBe(`${join(dir, 'b.db')} did not exist and was made (Remote).`);
  });

  it.each([
    ['no', ['n', 'n']],
    ['a mere Enter', ['', '']],
    ['the end of the input', [END]],
    ['the end of the input at the last question', ['y', END]],
    ['Ctrl-C', [new AbortController()]],
    ['Ctrl-C at the last question', ['y', new AbortController()]],
  ])('%s leaves no pair, no file, no table and no marker behind', async (_, answers) => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'x'),(2,'y')`);
    const { said } = await person(answers, ...add());
    expect(said).toContain('Would be created on Remote: 1 table');
    expect(said).toContain('2 records only on This computer are copied to Remote at the first sync.');
    expect(said).toContain('The pair was not added. Nothing was created, and both databases are as they were.');
    expect(existsSync(join(dir, 'b.db'))).toBe(false);
    expect(JSON.parse((await person([], 'pair', 'list', '--json')).said)).toEqual([]);
    expect(rows('a.db', 'SELECT name FROM sqlite_schema')).toEqual([['t']]);
    expect(readdirSync(join(dir, 'home', 'state')).filter((name) => name.startsWith('rehearsal'))).toEqual([]);
  });

  it('pair add counts with tables that are still to be created, and creates and saves only after yes', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'x'),(2,'x'); CREATE TABLE u(id INTEGER PRIMARY KEY);`);
    database('b.db', `${table} INSERT INTO t VALUES(2,'z'),(3,'z')`);
    const yes = await person(['n', 'y'], ...add());
    expect(yes.said).toMatch(/^t +0 +1 +1 +1 +0$/m);
    expect(yes.said.indexOf('Would be created')).toBeLessThan(yes.said.indexOf('Create what is missing, and add shop'));
    expect(yes.said.indexOf('Created on Remote')).toBeGreaterThan(yes.said.indexOf('Create what is missing'));
    expect(yes.asked).toBe(2);
    expect(rows('b.db', 'SELECT name FROM sqlite_schema ORDER BY name')).toEqual([['t'], ['u']]);
  });

  it('a name that is taken or not possible is refused before anything is asked', async () => {
    database('a.db', table);
    database('b.db', table);
    await person(['n', 'y'], ...add());
    await expect(person([], ...add())).rejects.toThrow('already one of this name');
    await expect(person([], 'pair', 'add', 'büro', 'a.db', 'b.db')).rejects.toThrow('“ü” is not possible');
  });

  it('--yes and --no-input ask nothing; --marker answers its question', async () => {
    database('a.db', table);
    database('b.db', table);
    const { said, asked } = await person([], ...add(), '--marker', '--yes');
    expect(asked).toBe(0);
    expect(said).toContain('_tandem_marker will be kept in both databases');
    await expect(person([], 'pair', 'remove', 'shop', '--purge', '--no-input')).rejects.toThrow('cannot be undone');
    expect((await person(['n'], 'pair', 'remove', 'shop', '--purge')).said).toContain('Nothing was removed.');
    expect((await person(['y'], 'pair', 'remove', 'shop', '--purge')).said).toContain('Removed shop.');
  });

  it('removing a pair says what is kept and what is lost, and asks; what it left can be deleted later', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'a')`);
    database('b.db', `${table} INSERT INTO t VALUES(1,'b')`);
    await person([], ...add(), '--yes');
    await person([], 'sync');
    const no = await person(['n'], 'pair', 'remove', 'shop');
    expect(no.said).toContain('Kept: every record in both databases; the history of the pair.');
    expect(no.said.replaceAll(/\s+/g, ' ')).toContain('Lost: the settings and the rules of shop in tandem.yaml');
    expect(no.said).toContain('Lost: the questions that wait for you: 1 conflict.');
    expect(no.said).toContain('Remove shop? (y/N)');
    expect(no.said).toContain('Nothing was removed.');
    expect(JSON.parse((await person([], 'pair', 'list', '--json')).said)).toHaveLength(1);
    const yes = await person(['y'], 'pair', 'remove', 'shop');
    expect(yes.said).toContain('tandem pair remove shop --purge');
    expect((await person(['y'], 'pair', 'remove', 'shop', '--purge')).said).toContain('are deleted.');
    await expect(person(['y'], 'pair', 'remove', 'shop', '--purge')).rejects.toThrow('no pair “shop”');
  });

  it('resolving many shows each of them first and asks once', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'a'),(2,'a')`);
    database('b.db', `${table} INSERT INTO t VALUES(1,'b'),(2,'b')`);
    await person([], ...add(), '--yes');
    expect((await person([], 'sync')).code).toBe(4);
    const words = ['resolve', '--where', 'kind=insert/insert,collection=t', '--strategy', 'keep_remote'];
    const no = await person(['n'], ...words);
    expect(no.said).toContain('Write keep_remote for 2 conflicts?');
    expect(no.said).toContain('Nothing was written.');
    expect(rows('a.db', 'SELECT v FROM t')).toEqual([['a'], ['a']]);
    await person(['y'], ...words);
    expect(rows('a.db', 'SELECT v FROM t')).toEqual([['b'], ['b']]);
  });

  it('[E51] resolving many of which all are refused asks nothing and ends like a single refusal', async () => {
    const child = 'CREATE TABLE u(id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id));';
    database('a.db', `${table}${child} INSERT INTO t VALUES(1,'a'),(2,'a'); INSERT INTO u VALUES(1,1),(2,2)`);
    database('b.db', `${table}${child} INSERT INTO t VALUES(1,'b'),(2,'b')`);
    await person([], ...add(), '--yes');
    await person([], 'sync');
    const words = ['resolve', '--where', 'kind=insert/insert,collection=t', '--strategy', 'keep_both'];
    for (const { said, asked, code } of [await person([], ...words), await desk.script(...words)]) {
      expect([asked, code]).toEqual([0, 5]);
      expect(said.match(/Not resolved #\d+: Other records refer to the local one/g)).toHaveLength(2);
      expect(said).toContain('Nothing was written.');
      expect(said).not.toContain('this is what would be');
    }
  });

  it('progress stands on a line of its own that is gone at the end', async () => {
    const many =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, i FROM n';
    database('a.db', `${table} ${many}`);
    database('b.db', table);
    await person([], ...add(), '--yes');
    const { said, code } = await person([], 'sync');
    expect(code).toBe(0);
    expect(said).toMatch(/shop: (Reading|Writing) t, \d+/);
    expect(said.lastIndexOf('\r\u001b[K')).toBeLessThan(said.indexOf('shop: completed'));
    expect(said).toContain('Pushed to remote: 3000 records');
  });

  it('pair edit --add shows what would move and be created, asks, and changes nothing after no', async () => {
    database('a.db', `${table} INSERT INTO t VALUES(1,'x'),(2,'y')`);
    database('b.db', table);
    await person([], ...add(), '--yes');
    await person([], 'sync');
    database('a.db', "ALTER TABLE t ADD COLUMN phone TEXT; UPDATE t SET phone = '1' WHERE id = 1");
    const words = ['pair', 'edit', 'shop', '--add', 't.phone'];
    const no = await person(['n'], ...words);
    expect(no.said).toContain('Would be created on Remote: 1 column');
    expect(no.said).toContain('1 record gets its value on Remote from This computer.');
    expect(no.said).toContain('The pair stays as it was. Nothing was created.');
    expect(rows('b.db', "SELECT name FROM pragma_table_info('t')")).toEqual([['id'], ['v']]);
    const yes = await person(['y'], ...words);
    expect(yes.said).toContain('Taken into shop: t.phone. The values move with the next sync.');
    await person([], 'sync');
    expect(rows('b.db', 'SELECT * FROM t')).toEqual([
      [1, 'x', '1'],
      [2, 'y', null],
    ]);
    const out = await person(['y'], 'pair', 'edit', 'shop', '--leave-out', 't.phone');
    expect(out.said).toContain('Would leave the pair: t.phone.');
    expect((await person([], 'status', '--check')).said).toContain('is in step; both sides were looked at.');
    await expect(person([], ...words, '--name-a', 'x')).rejects.toThrow('in a command of their own');
  });
});
