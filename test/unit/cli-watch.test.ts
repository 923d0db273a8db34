import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { Cli } from '../../electron/cli/cli.ts';
import { buildProgram } from '../../electron/cli/program.ts';
import { Terminal } from '../../electron/cli/terminal.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const soon = { timeout: 15_000, interval: 20 };
let dir: string;
let engine: Connection;
let ending: AbortController;
let said: string;
let ended: Promise<number>;

const sql = (name: string, text: string): void => {
  const db = new Database(join(dir, name));
  db.exec(text);
  db.close();
};
const open = (client: string): Promise<Connection> =>
  connect({ home: resolveHome(join(dir, 'home')), client, parts: programParts(silent) });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tandem-watch-'));
  for (const name of ['a.db', 'b.db']) sql(name, 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)');
  sql('a.db', "INSERT INTO t VALUES(1,'x')");
  engine = await open('test');
  await engine.call('pairs.add', { name: 'shop', a: join(dir, 'a.db'), b: join(dir, 'b.db') });
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await ended;
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

function watch(...words: readonly string[]): void {
  said = '';
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const stream of [stdout, stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const terminal = new Terminal({
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
  });
  ended = new Promise((resolve, reject) => {
    const program = buildProgram(async (name, work) => {
      const options = { json: false, input: false, yes: false };
      const parts = {
        terminal,
        options,
        env: () => ({ request: null, missing: [] }),
        prefix: 'tandem',
        launcher: '/opt/tandem/build/tandem.js',
        onHangUp: () => undefined,
        commandNames: [],
        now: () => Date.now(),
        log: () => silent,
      };
      const cli = new Cli({ ...parts, signal: ending.signal, connect: () => open(name) });
      try {
        resolve(await work(cli));
      } finally {
        await cli.close();
      }
    });
    program.parseAsync(['node', 'tandem', 'watch', ...words]).catch(reject);
  });
}

describe('watch', () => {
  it('a hint from another program starts a look although no file shows a change', async () => {
    let looks = 0;
    await engine.subscribe((event) => {
      if (event.name === 'run.progress') looks++;
    });
    watch();
    await expect.poll(() => said, soon).toContain('1 change to Remote (t: 1 record)');
    // One more look follows a run that wrote; then there are none.
    let before = -1;
    await expect.poll(() => before === (before = looks), { timeout: 15_000, interval: 1500 }).toBe(true);
    await engine.call('hint.send', { pair: 'shop', collection: 't' });
    await expect.poll(() => looks, { timeout: 1000, interval: 20 }).toBeGreaterThan(before);
  });

  it('calls a side by the name that it gets meanwhile', async () => {
    watch('shop');
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    await engine.call('pairs.edit', { pair: 'shop', nameB: 'Shop' });
    sql('a.db', "INSERT INTO t VALUES(2,'y')");
    await expect.poll(() => said, soon).toContain('1 change to Shop (t: 1 record)');
  });

  it('tells a trouble once, goes on, and says when both sides answer again', async () => {
    watch('shop');
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    renameSync(join(dir, 'a.db'), join(dir, 'away.db'));
    await expect.poll(() => said, soon).toContain('Watching goes on.');
    const told = Date.now();
    // Long enough for several tries; what was told is not told again.
    await expect.poll(() => Date.now() - told, { timeout: 15_000, interval: 500 }).toBeGreaterThan(4500);
    const troubles = said.split('\n').filter((line) => line.includes('a.db'));
    expect(troubles.length).toBeGreaterThan(0);
    expect(new Set(troubles).size).toBe(troubles.length);
    sql('away.db', "INSERT INTO t VALUES(2,'y')");
    renameSync(join(dir, 'away.db'), join(dir, 'a.db'));
    await expect.poll(() => said, soon).toContain('both sides answer again');
    await expect.poll(() => said, soon).toMatch(/(1 change to Remote \(t: 1 record\)[^]*){2}/);
  });

  /** Why the runs so far were started. */
  const triggers = async (): Promise<string[]> => {
    const found: string[] = [];
    await engine.subscribe((event) => {
      if (event.name === 'run.finished') found.push(event.data.trigger);
    });
    return found;
  };

  it('[W8] syncIntervalMinutes starts a sync although nothing shows a change', async () => {
    await engine.call('config.set', { values: { syncIntervalMinutes: 0.02 } });
    const began = await triggers();
    watch();
    await expect.poll(() => began.filter((each) => each === 'schedule').length, soon).toBeGreaterThan(1);
    expect(began[0]).toBe('start');
  });

  it('[W16] settings that change while it goes on count without a new start', async () => {
    const began = await triggers();
    watch();
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    await engine.call('config.set', { values: { syncIntervalMinutes: 0.02 } });
    await expect.poll(() => began.filter((each) => each === 'schedule').length, soon).toBeGreaterThan(2);
    await engine.call('config.set', { values: { syncIntervalMinutes: null, autoSyncEnabled: false } });
    let before = -1;
    await expect.poll(() => before === (before = began.length), { timeout: 20_000, interval: 3000 }).toBe(true);
  });

  it('[W16] a configuration that is broken for a while is told once, and watching goes on when it can be read', async () => {
    watch();
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    const path = join(dir, 'home', 'tandem.yaml');
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, `${good}nonsense: true\n`);
    await expect.poll(() => said, soon).toContain('nonsense');
    const at = Date.now();
    await expect.poll(() => Date.now() - at, { timeout: 15_000, interval: 500 }).toBeGreaterThan(4500);
    expect(said.split('Watching goes on.')).toHaveLength(2);
    writeFileSync(path, good);
    sql('a.db', "INSERT INTO t VALUES(2,'y')");
    await expect.poll(() => said, soon).toMatch(/(1 change to Remote[^]*){2}/);
  });

  it('[W16] what is tried again is told while it is, and only once', async () => {
    await engine.call('config.set', { values: { busyTimeoutSeconds: 1 } });
    watch();
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    const holder = new Database(join(dir, 'b.db'));
    holder.exec('BEGIN IMMEDIATE');
    try {
      sql('a.db', "INSERT INTO t VALUES(2,'y')");
      await expect.poll(() => said, soon).toContain('Trying again, 1 of 3.');
      expect(said).not.toContain('Watching goes on.');
      await expect.poll(() => said, { timeout: 30_000, interval: 20 }).toContain('Watching goes on.');
    } finally {
      holder.exec('ROLLBACK');
      holder.close();
    }
    await expect.poll(() => said, { timeout: 30_000, interval: 20 }).toContain('both sides answer again');
    expect(said.split('Trying again, 1 of 3.')).toHaveLength(2);
  });

  it('[W8] with autoSyncEnabled false nothing is synced at the start or when a side is back; a change still is', async () => {
    await engine.call('config.set', { values: { autoSyncEnabled: false } });
    const began = await triggers();
    watch();
    await expect.poll(() => said, soon).toContain('Watching shop');
    const at = Date.now();
    await expect.poll(() => Date.now() - at, { timeout: 15_000, interval: 500 }).toBeGreaterThan(2500);
    expect(began).toEqual([]);
    sql('a.db', "INSERT INTO t VALUES(2,'y')");
    await expect.poll(() => said, soon).toContain('2 changes to Remote');
    expect(new Set(began)).toEqual(new Set(['live']));
  });

  it('[LV8] a pause from another program keeps it back; what changed meanwhile is carried afterwards', async () => {
    watch();
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    await engine.call('live.pause', { pair: 'shop' });
    const at = Date.now();
    await expect.poll(() => Date.now() - at, { timeout: 15_000, interval: 500 }).toBeGreaterThan(2500);
    sql('a.db', "INSERT INTO t VALUES(2,'y')");
    await expect.poll(() => Date.now() - at, { timeout: 15_000, interval: 500 }).toBeGreaterThan(5500);
    expect(said.match(/1 change to Remote/g)).toHaveLength(1);
    await engine.call('live.resume', {});
    await expect.poll(() => said.match(/1 change to Remote/g)?.length, soon).toBe(2);
  });

  it('[W8] a side that is back is synced at once', async () => {
    const began = await triggers();
    watch();
    await expect.poll(() => said, soon).toContain('1 change to Remote');
    renameSync(join(dir, 'a.db'), join(dir, 'away.db'));
    await expect.poll(() => said, soon).toContain('Watching goes on.');
    renameSync(join(dir, 'away.db'), join(dir, 'a.db'));
    await expect.poll(() => began.includes('reconnect'), soon).toBe(true);
  });

  it('[W3] ends with 5 when a brake stops the pair and says so, and with --keep-going stays', async () => {
    sql(
      'a.db',
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i+1 FROM n WHERE i < 40) INSERT INTO t SELECT i,'x' FROM n",
    );
    watch();
    await expect.poll(() => said, soon).toContain('40 changes to Remote');
    sql('a.db', 'DELETE FROM t');
    expect(await ended).toBe(5);
    expect(said).toContain('shop is stopped. Nothing was written where the brake stands.');
    expect(said).toContain('tandem brake list');
    expect(said).toMatch(/The watch ends here: nothing is synced until [^]*tandem watch --keep-going/);
    watch('--keep-going');
    await expect.poll(() => said, soon).toMatch(/shop is stopped\.[^]*Everything else goes on\./);
    expect(said).not.toContain('ends here');
    const [brake] = await engine.call('brakes.list', {});
    await engine.call('brakes.answer', { id: brake?.id ?? 0, answer: 'bring-back' });
    sql('b.db', "INSERT INTO t VALUES(99,'z')");
    await expect.poll(() => said, soon).toContain('1 change to This computer');
  });
});
