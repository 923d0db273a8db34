import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../electron/api/connect.ts';
import { readOwner, tryEngineLock } from '../../electron/api/host/engine-lock.ts';
import { resolveHome, type HomePaths } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { silentLog } from '../../electron/engine/ports.ts';

let dir: string;
let home: HomePaths;
const open: Connection[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tandem-host-'));
  home = resolveHome(join(dir, 'home'));
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

async function here(client = 'test'): Promise<Connection> {
  const connection = await connect({ home, client, parts: programParts(silentLog) });
  open.push(connection);
  return connection;
}

interface Child {
  readonly process: ChildProcess;
  /** The next line that has this key. */
  line(key: string): Promise<Record<string, unknown>>;
}

function child(...args: string[]): Child {
  const started = spawn(process.execPath, ['test/support/host-child.ts', join(dir, 'home'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(started);
  const said: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: started.stdout }).on('line', (text) => {
    said.push(JSON.parse(text) as Record<string, unknown>);
    for (const wake of waiting) wake();
  });
  return {
    process: started,
    async line(key) {
      for (;;) {
        const at = said.findIndex((line) => key in line);
        if (at >= 0) return said.splice(at, 1)[0] ?? {};
        await new Promise<void>((resolve) => {
          const wake = (): void => (waiting.delete(wake), resolve());
          waiting.add(wake);
        });
      }
    },
  };
}

const ended = (process: ChildProcess): Promise<void> =>
  new Promise((resolve) =>
    process.exitCode === null && process.signalCode === null ? process.once('exit', () => resolve()) : resolve(),
  );

function sqlite(name: string, sql: string): string {
  const path = join(dir, name);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}
const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE);';

const rows = (n: number): string =>
  `${table} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) INSERT INTO admins SELECT i, 'user' || i FROM n;`;

/** With ten records a batch a few thousand take long enough to be watched. */
async function addShop(connection: Connection, records = 3): Promise<void> {
  await connection.call('pairs.add', {
    name: 'shop',
    a: sqlite('a.db', rows(records)),
    b: sqlite('b.db', table),
    options: { batchSize: 10 },
  });
}

describe('the engine host', () => {
  it('[H1] the first to come starts the engine, the next attaches to it and says so', async () => {
    const first = await here();
    const second = child('hold');
    expect(await second.line('connected')).toMatchObject({ attached: true, engine: first.hello.engine });
    expect(first.attached).toBe(false);
    second.process.stdin?.end();
    await second.line('closed');
  });

  it('[H1] two programs that start at the same moment share one engine', async () => {
    const both = [child('hold'), child('hold'), child('hold')];
    const lines = await Promise.all(both.map((each) => each.line('connected')));
    expect(new Set(lines.map(({ engine }) => engine)).size).toBe(1);
    expect(lines.filter(({ attached }) => attached === false)).toHaveLength(1);
  });

  it('[H2] after the engine was killed the next program takes over, without waiting for anything', async () => {
    const killed = child('hold');
    const before = await killed.line('connected');
    killed.process.kill('SIGKILL');
    await ended(killed.process);
    expect(readOwner(home.state)?.pid).toBe(before['pid']);
    expect(existsSync(home.socket)).toBe(true);
    const next = await here();
    expect(next.attached).toBe(false);
    expect(readOwner(home.state)?.pid).toBe(process.pid);
  });

  it('[H3] whoever is attached goes on with the next engine when the first one ends', async () => {
    const first = await here();
    const watcher = child('hold');
    await watcher.line('connected');
    open.length = 0;
    await first.close();
    const again = await here();
    await addShop(again);
    await again.call('runs.start', { pair: 'shop' });
    expect(await watcher.line('event')).toMatchObject({ event: 'run.progress' });
  });

  it('[H3] whoever is attached goes on when the engine is killed', async () => {
    const killed = child('hold');
    await killed.line('connected');
    const mine = await here();
    const heard: string[] = [];
    await mine.subscribe((event) => heard.push(event.name));
    killed.process.kill('SIGKILL');
    await ended(killed.process);
    await addShop(mine);
    expect(mine.attached).toBe(false);
    await mine.call('runs.start', { pair: 'shop' });
    await expect.poll(() => heard).toContain('run.finished');
  });

  it('[H3] whoever is closed just after its engine was killed leaves no engine behind', async () => {
    for (let time = 0; time < 5; time++) {
      const killed = child('hold');
      await killed.line('connected');
      const mine = await connect({ home, client: 'mine', parts: programParts(silentLog) });
      if (time === 0) await addShop(mine, 3000);
      const begun = Promise.withResolvers<void>();
      await mine.subscribe((event) => event.name === 'run.progress' && begun.resolve());
      const run = mine.call('runs.start', { pair: 'shop' }).catch((cause: unknown) => cause);
      await begun.promise;
      killed.process.kill('SIGKILL');
      expect(await run).toMatchObject({ code: 'engine-gone' });
      await mine.close();
      await expect(mine.call('pairs.list', {})).rejects.toMatchObject({ code: 'engine-gone' });
      const next = child('hold');
      expect(await next.line('connected')).toMatchObject({ attached: false });
      next.process.stdin?.end();
      await next.line('closed');
    }
  });

  it('[H4] an ending engine finishes what others have begun, and says for whom it waits', async () => {
    const notes: string[] = [];
    const first = await connect({
      home,
      client: 'first',
      parts: programParts(silentLog),
      onNote: (note) => notes.push(note),
    });
    await addShop(first, 400);
    const begun = Promise.withResolvers<void>();
    await first.subscribe((event) => event.name === 'run.progress' && begun.resolve());
    const other = child('sync', 'shop');
    await begun.promise;
    await first.close();
    expect(await other.line('run')).toEqual({ run: 'completed' });
    expect(notes).toEqual(['child sync is still at work with the engine in this process; it ends after that.']);
  });

  it('[H5] state, socket and lock can be reached by their owner alone', async () => {
    await here();
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    expect([mode(home.state), mode(home.run), mode(home.socket), mode(join(home.state, 'engine.lock'))]).toEqual([
      '700',
      '700',
      '600',
      '600',
    ]);
  });

  it('[H6] a lock that is held by a program that does not answer is engine-running, with its owner', async () => {
    mkdirSync(home.state, { recursive: true });
    const held = tryEngineLock(home.state, { startedAt: '2026-01-02T03:04:05.000Z', program: '0.1.0', socket: '' });
    const error = await connect({ home, client: 'test', parts: programParts(silentLog), patienceMs: 60 }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({
      code: 'engine-running',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    held?.release();
    await here();
  });

  it('[H7] a run in progress keeps nobody waiting, and runs.cancel ends it after its batch, also for another program', async () => {
    const mine = await here();
    await addShop(mine, 20_000);
    const begun = Promise.withResolvers<void>();
    await mine.subscribe((event) => event.name === 'run.progress' && begun.resolve());
    const other = child('sync', 'shop');
    await begun.promise;
    expect(await mine.call('status.show', {})).toMatchObject([{ state: 'syncing' }]);
    await expect(mine.call('runs.cancel', { pair: 'shop' })).resolves.toEqual({ cancelled: true });
    expect(await other.line('run')).toEqual({ run: 'cancelled' });
    expect(await mine.call('runs.list', {})).toMatchObject([{ status: 'cancelled' }]);
  });

  it('[H8] status and lists answer while a side is away, and a sync says which side', async () => {
    const mine = await here();
    await addShop(mine);
    await mine.call('runs.start', { pair: 'shop' });
    const again = mine.call('status.show', {});
    expect(await again).toMatchObject([{ pair: 'shop', state: 'in-step', error: null }]);
    await mine.close();
    open.length = 0;
    rmSync(join(dir, 'b.db'));
    const later = await here();
    expect(await later.call('status.show', {})).toMatchObject([
      { pair: 'shop', state: 'stopped', error: { code: 'file-missing', side: 'B', label: 'Remote' } },
    ]);
    expect(await later.call('runs.list', {})).toHaveLength(1);
    expect(await later.call('conflicts.list', {})).toEqual([]);
    await expect(later.call('runs.start', { pair: 'shop' })).rejects.toMatchObject({ code: 'file-missing' });
    sqlite('b.db', table);
    await expect(later.call('runs.start', { pair: 'shop' })).resolves.toMatchObject({ status: 'completed' });
  });
});

describe('adding a pair', () => {
  const config = (): string => (existsSync(home.config) ? readFileSync(home.config, 'utf8') : '');

  it('[P1] saves the pair with everything that both sides have', async () => {
    const mine = await here();
    const a = sqlite('a.db', `${table} CREATE TABLE Events(id INTEGER PRIMARY KEY, Title TEXT, local_only TEXT);`);
    const b = sqlite('b.db', `${table} CREATE TABLE events(id INTEGER PRIMARY KEY, title TEXT);`);
    const report = await mine.call('pairs.add', { name: 'shop', a, b, nameB: 'Office' });
    expect(report.added).toBe(true);
    expect(report.pair.collections).toEqual([
      {
        name: 'Events',
        a: 'Events',
        b: 'events',
        key: ['id'],
        fields: ['id', { name: 'Title', a: 'Title', b: 'title' }],
      },
      { name: 'admins', a: 'admins', b: 'admins', key: ['id'], fields: ['id', 'username'] },
    ]);
    expect(report.findings).toMatchObject([
      { collection: 'Events', text: 'The field local_only is on This computer only; it is left out.', blocks: false },
    ]);
    expect(await mine.call('pairs.show', { pair: 'shop' })).toEqual(report.pair);
    expect(config()).toContain('name: Office');
  });

  it('[P2] refuses one database under two addresses, also by a link', async () => {
    const mine = await here();
    const a = sqlite('a.db', table);
    symlinkSync(a, join(dir, 'link.db'));
    for (const b of [a, `sqlite:${a}`, join(dir, 'link.db')]) {
      await expect(mine.call('pairs.add', { name: 'shop', a, b })).rejects.toMatchObject({ code: 'same-database' });
    }
    expect(config()).toBe('');
  });

  it('[P3] refuses a second pair over the same two sides and a circle of pairs, and allows a star', async () => {
    const mine = await here();
    const [a, b, c] = [sqlite('a.db', table), sqlite('b.db', table), sqlite('c.db', table)];
    await mine.call('pairs.add', { name: 'ab', a, b });
    await expect(mine.call('pairs.add', { name: 'again', a: b, b: a })).rejects.toMatchObject({
      code: 'pair-overlap',
      message: expect.stringContaining('the pair ab') as string,
    });
    await expect(mine.call('pairs.add', { name: 'cb', a: c, b })).resolves.toMatchObject({ added: true });
    await expect(mine.call('pairs.add', { name: 'ac', a, b: c })).rejects.toMatchObject({ code: 'pair-overlap' });
    expect((await mine.call('pairs.list', {})).map(({ name }) => name)).toEqual(['ab', 'cb']);
  });

  it('[P4] a table on one side only is refused with --create named, and created exactly with it', async () => {
    const mine = await here();
    const a = sqlite(
      'a.db',
      `${table} CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX notes_text ON notes(text); CREATE VIEW v AS SELECT * FROM notes;`,
    );
    const b = join(dir, 'new.db');
    await expect(mine.call('pairs.add', { name: 'shop', a, b })).rejects.toMatchObject({ code: 'file-missing' });
    const half = sqlite('half.db', table);
    await expect(mine.call('pairs.add', { name: 'shop', a, b: half })).rejects.toMatchObject({
      code: 'schema-mismatch',
      message: expect.stringContaining('notes is missing on Remote') as string,
      hint: expect.stringContaining('--create') as string,
    });
    const shown = await mine.call('pairs.add', { name: 'shop', a, b, create: true, dryRun: true });
    expect(existsSync(b)).toBe(false);
    expect(shown.create.flatMap(({ statements }) => statements)).toContain('CREATE INDEX notes_text ON notes(text)');
    await mine.call('pairs.add', { name: 'shop', a, b, create: true });
    const schema = (path: string): unknown => {
      const db = new Database(path, { readonly: true });
      const rows = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
      db.close();
      return rows;
    };
    expect(schema(b)).toEqual(schema(a));
  });

  it.each([
    [
      'different primary keys',
      'CREATE TABLE t(id INTEGER PRIMARY KEY, code TEXT NOT NULL)',
      'CREATE TABLE t(id INTEGER, code TEXT NOT NULL PRIMARY KEY)',
      'The keys differ',
    ],
    [
      'a key compared differently',
      'CREATE TABLE t(id TEXT NOT NULL PRIMARY KEY)',
      'CREATE TABLE t(id TEXT NOT NULL COLLATE NOCASE PRIMARY KEY)',
      'compared differently',
    ],
    [
      'columns of different classes',
      'CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER)',
      'CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT)',
      'cannot be the same',
    ],
    [
      'a column on one side that needs a value',
      'CREATE TABLE t(id INTEGER PRIMARY KEY, n TEXT NOT NULL)',
      'CREATE TABLE t(id INTEGER PRIMARY KEY)',
      'needs a value',
    ],
  ])('[P5] refuses %s', async (_title, left, right, why) => {
    const mine = await here();
    const error = await mine
      .call('pairs.add', { name: 'shop', a: sqlite('a.db', left), b: sqlite('b.db', right) })
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'schema-mismatch', message: expect.stringContaining(why) as string });
    expect(config()).toBe('');
  });

  it('[P6] a table without a key is reported, refused when asked for, and taken with a named key', async () => {
    const mine = await here();
    const sql = `${table} CREATE TABLE logs(day TEXT, text TEXT); CREATE UNIQUE INDEX logs_day ON logs(day);`;
    const [a, b] = [sqlite('a.db', sql), sqlite('b.db', sql)];
    const loose = sqlite('loose.db', sql.replace('CREATE UNIQUE INDEX logs_day ON logs(day);', ''));
    const report = await mine.call('pairs.add', { name: 'shop', a, b, dryRun: true });
    expect(report.findings.map(({ text }) => text).join()).toContain('--key logs=FIELD');
    expect(report.pair.collections.map(({ name }) => name)).toEqual(['admins']);
    await expect(mine.call('pairs.add', { name: 'shop', a, b, collections: ['logs'] })).rejects.toMatchObject({
      code: 'schema-mismatch',
    });
    const named = await mine.call('pairs.add', { name: 'shop', a, b, keys: { logs: ['day'] }, dryRun: true });
    expect(named.pair.collections.map(({ name, key }) => [name, key])).toEqual([
      ['admins', ['id']],
      ['logs', ['day']],
    ]);
    await expect(
      mine.call('pairs.add', { name: 'shop', a, b: loose, keys: { logs: ['day'] }, dryRun: true }),
    ).rejects.toMatchObject({
      code: 'schema-mismatch',
      message: expect.stringContaining(
        'Nothing keeps day from standing in two records on Remote; a unique index there does: CREATE UNIQUE INDEX "logs_key" ON "logs"("day").',
      ) as string,
    });
  });

  it('[P7] a name that is taken, an unknown kind and a file that is no database are refused and change nothing', async () => {
    const mine = await here();
    await addShop(mine);
    const before = config();
    const [a, b] = [join(dir, 'a.db'), join(dir, 'b.db')];
    writeFileSync(join(dir, 'text.db'), 'this is not a database, and it is long enough to be looked at'.repeat(20));
    await expect(mine.call('pairs.add', { name: 'shop', a, b })).rejects.toMatchObject({ code: 'already-exists' });
    await expect(mine.call('pairs.add', { name: 'x', a: 'oracle://host/db', b })).rejects.toMatchObject({
      code: 'url-unknown',
    });
    await expect(mine.call('pairs.add', { name: 'x', a, b: join(dir, 'text.db') })).rejects.toMatchObject({
      code: 'not-a-database',
    });
    await expect(mine.call('pairs.add', { name: 'x', a, b: join(dir, 'none.db') })).rejects.toMatchObject({
      code: 'file-missing',
    });
    await expect(mine.call('pairs.show', { pair: 'shp' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'Did you mean shop?',
    });
    expect(config()).toBe(before);
  });

  it('[P8] remove forgets the pair and keeps both files; purge also forgets its state', async () => {
    const mine = await here();
    await addShop(mine);
    await mine.call('runs.start', { pair: 'shop' });
    await expect(mine.call('pairs.remove', { pair: 'shop' })).resolves.toEqual({
      pair: 'shop',
      purged: false,
      notes: [],
    });
    expect(await mine.call('pairs.list', {})).toEqual([]);
    await mine.call('pairs.add', { name: 'shop', a: join(dir, 'a.db'), b: join(dir, 'b.db') });
    expect(await mine.call('runs.list', {})).toHaveLength(1);
    await mine.call('pairs.remove', { pair: 'shop', purge: true });
    await mine.call('pairs.add', { name: 'shop', a: join(dir, 'a.db'), b: join(dir, 'b.db') });
    expect(await mine.call('runs.list', {})).toEqual([]);
  });
});
