import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { Cli, type GlobalOptions } from '../../electron/cli/cli.ts';
import { buildProgram } from '../../electron/cli/program.ts';
import { Terminal } from '../../electron/cli/terminal.ts';

/** The end of the input: Ctrl-D, or a terminal that was closed. */
const END = '\u0004';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'tandem-asks-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function database(name: string, sql: string): string {
  const path = join(dir, name);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}
function rows(name: string, sql: string): unknown[] {
  const db = new Database(join(dir, name));
  try {
    return db.prepare(sql).raw().all();
  } finally {
    db.close();
  }
}

/** A person at a terminal who types `answers`, one for each question. */
async function person(
  answers: readonly (string | AbortController)[],
  ...words: readonly string[]
): Promise<{ said: string; asked: number; code: number }> {
  const left = [...answers];
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let said = '';
  let asked = 0;
  for (const stream of [stdout, stderr])
    stream.on('data', (data: Buffer) => {
      said += data.toString();
      if (!data.toString().includes('(y/N)')) return;
      asked++;
      const answer = left.shift() ?? 'n';
      if (answer instanceof AbortController) setImmediate(() => answer.abort());
      else if (answer === END) setImmediate(() => stdin.end());
      else setImmediate(() => stdin.write(`${answer}\n`));
    });
  const terminal = new Terminal({
    stdin: Object.assign(stdin, { isTTY: true }) as unknown as NodeJS.ReadStream,
    stdout: Object.assign(stdout, { isTTY: true }) as unknown as NodeJS.WriteStream,
    stderr: Object.assign(stderr, { isTTY: true, columns: 80 }) as unknown as NodeJS.WriteStream,
    env: { NO_COLOR: '1', TERM: 'xterm' },
  });
  let code = -1;
  const program = buildProgram(async (name, work) => {
    const cli = new Cli({
      terminal,
      options: program.opts<GlobalOptions>(),
      signal: (answers.find((each) => each instanceof AbortController) ?? new AbortController()).signal,
      connect: () => connect({ home: resolveHome(join(dir, 'home')), client: name, parts: programParts(silent) }),
      env: { request: null, missing: [] },
      prefix: 'tandem',
      commandNames: [],
      now: () => Date.now(),
    });
    try {
      code = await work(cli);
    } finally {
      await cli.close();
    }
  });
  await program.parseAsync(['node', 'tandem', ...words]);
  return { said, asked, code };
}

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
    expect(said).toContain('Pushed to remote: 3000 changes');
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
    expect((await person([], 'status', '--check')).said).toContain('is in step; both sides were compared.');
    await expect(person([], ...words, '--name-a', 'x')).rejects.toThrow('in a command of their own');
  });
});
