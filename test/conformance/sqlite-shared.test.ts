import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SqliteFile } from '../../electron/connectors/sqlite/sqlite-file.ts';
import type { Key } from '../../electron/engine/port/key-codec.ts';
import { must } from '../../shared/lib/assert.ts';
import {
  bindTables,
  makeFile,
  openSqlite,
  otherProgram,
  realClock,
  rowsOf,
  runProgram,
  specFor,
  startProgram,
  tempFolder,
} from './sqlite-support.ts';
import { failureOf, fill, insertInto, key, rec, scanAll, updateIn } from './suite-support.ts';

const LOG = 'CREATE TABLE log (id INTEGER PRIMARY KEY, text TEXT);';
const entry = (id: bigint, text = 'ours') => insertInto('log', key(id), rec({ id, text }));

describe.each(['wal', 'delete'] as const)('a SQLite file in %s mode that others use', (mode) => {
  const shared = async (busyMs = 2000) => {
    const path = makeFile(LOG, { mode });
    const connector = await openSqlite(path, { busyMs });
    return { path, connector, side: await bindTables(connector, 'log') };
  };

  test('[SQ11] a lock of another program is waited for, without holding this process up', async () => {
    const { path, side } = await shared();
    const holder = startProgram(['hold', path]);
    await once(holder.stdout, 'data');
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const written = side.write({ intents: [entry(1n)] });
    await realClock.sleep(300);
    holder.stdin.end();
    expect(await written).toEqual([{ status: 'applied' }]);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(10);
    expect(rowsOf(path, 'SELECT id FROM log')).toEqual([[1n]]);
  });

  test('[SQ11] a lock that stays past the timeout is named with the file and the wait, and nothing is written', async () => {
    const { path, side } = await shared(150);
    const holder = startProgram(['hold', path]);
    await once(holder.stdout, 'data');
    const failure = await failureOf(side.write({ intents: [entry(1n)] }), 'busy');
    expect(failure.message).toContain(path);
    expect(failure.message).toMatch(/waited (1[5-9]|2\d)\d ms/);
    expect(failure.retry).toBe('backoff');
    holder.stdin.end();
    await once(holder, 'close');
    expect(rowsOf(path, 'SELECT id FROM log')).toEqual([]);
    await fill(side, [entry(1n)]);
  });

  test('[SQ11] a reader that keeps a rollback-journal file from committing delays the batch as a whole', async () => {
    const { path, side } = await shared(5000);
    const reader = otherProgram(path);
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM log').get();
    const written = side.write({ intents: [entry(1n), entry(2n)] });
    await realClock.sleep(150);
    reader.exec('COMMIT');
    expect(await written).toEqual([{ status: 'applied' }, { status: 'applied' }]);
    expect(rowsOf(path, 'SELECT id FROM log')).toEqual([[1n], [2n]]);
  });

  test('[SQ12] everything that another program commits meanwhile is kept and found, and so is ours', async () => {
    const { path, side } = await shared(20_000);
    const writer = startProgram(['write', path, '300']);
    const closed = once(writer, 'close');
    let acknowledged = '';
    writer.stdout.on('data', (data: Buffer) => (acknowledged += data.toString()));
    for (let i = 0n; i < 40n; i++) {
      await fill(side, [entry(10_000n + i)]);
      expect((await side.scan('log', null, 100)).records.length).toBeGreaterThan(0);
    }
    expect((await closed)[0]).toBe(0);
    const tokens = acknowledged.trim().split('\n').map(BigInt);
    const { keys } = await scanAll(side, 'log', 7);
    expect(tokens).toHaveLength(300);
    expect(new Set(keys)).toEqual(
      new Set<Key>([...tokens, ...Array.from({ length: 40 }, (_, i) => 10_000n + BigInt(i))].map((id) => key(id))),
    );
  });

  test('[SQ13] what others committed is synced once before it is relied on, and nothing is synced when nothing changed', async () => {
    const { path, side } = await shared();
    const other = otherProgram(path);
    const syncs = async (work: () => Promise<unknown>): Promise<number> => {
      let opened = 0;
      const hook = createHook({ init: (_id, type) => void (opened += type === 'FILEHANDLE' ? 1 : 0) }).enable();
      await work();
      hook.disable();
      return opened;
    };
    const needed = mode === 'wal' ? 1 : 0;
    await scanAll(side, 'log');
    expect(await syncs(() => scanAll(side, 'log'))).toBe(0);
    other.exec(`INSERT INTO log VALUES (1, 'theirs')`);
    expect(await syncs(() => side.read('log', [key(1n)]))).toBe(needed);
    expect(await syncs(() => side.scan('log', null, 10))).toBe(0);
    await fill(side, [entry(2n)]);
    expect(await syncs(() => scanAll(side, 'log', 1))).toBe(0);
    other.exec(`INSERT INTO log VALUES (3, 'theirs')`);
    expect(await syncs(() => scanAll(side, 'log', 1))).toBe(needed);
  });

  test.each(['rename', 'copy'] as const)(
    '[SQ14] a file that was replaced by %s is noticed by every call, and neither is written',
    async (how) => {
      const { path, connector, side } = await shared();
      await fill(side, [entry(1n)]);
      const before = await connector.identity();
      const gate = must(side.gate, 'gate');
      const token = await gate.token();
      const stranger = makeFile(`${LOG} INSERT INTO log VALUES (9, 'restored');`, { mode: 'delete' });
      const untouched = readFileSync(stranger);
      const aside = join(tempFolder(), 'aside.db');
      renameSync(path, aside);
      if (how === 'rename') renameSync(stranger, path);
      else copyFileSync(stranger, path);
      expect((await connector.identity()).id).not.toBe(before.id);
      expect(await gate.token()).not.toBe(token);
      await failureOf(side.scan('log', null, 10), 'replaced');
      await failureOf(side.read('log', [key(1n)]), 'replaced');
      expect((await failureOf(side.write({ intents: [entry(2n)] }), 'replaced')).message).toContain(path);
      await failureOf(must(side.marker, 'marker').raise('p', 0, { epoch: 1, n: 1 }), 'replaced');
      expect(readFileSync(path)).toEqual(untouched);
    },
  );

  test('[SQ14] a file that is copied over while a batch is written gets nothing of it', async () => {
    const path = makeFile(LOG, { mode });
    const file = new SqliteFile(path, { url: path, readOnly: false, create: false, busyMs: 500, clock: realClock });
    onTestFinished(() => file.close());
    const doing = { operation: 'write', what: 'Writing' };
    const stranger = makeFile(`${LOG} INSERT INTO log VALUES (9, 'restored');`, { mode: 'delete' });
    const overwritten = await failureOf(
      file.attempt(doing, () => {
        file.begin(doing);
        file.db.exec(`INSERT INTO log VALUES (1, 'ours')`);
        copyFileSync(stranger, path);
        file.commit(doing);
      }),
      'replaced',
    );
    expect(overwritten).toMatchObject({ retry: 'backoff', next: expect.stringContaining('Nothing of this batch') });
    expect(readFileSync(path)).toEqual(readFileSync(stranger));
  });

  test('[SQ14] a file that is empty, since a copy over it has just begun, gets neither records nor a marker', async () => {
    const { path, connector, side } = await shared();
    truncateSync(path, 0);
    rmSync(`${path}-wal`, { force: true });
    for (const call of [
      () => must(connector.setup, 'setup').installMarker('p', 1),
      () => must(side.marker, 'marker').raise('p', 0, { epoch: 1, n: 1 }),
      () => side.write({ intents: [entry(2n)] }),
    ])
      expect((await failureOf(call())).message).toContain(path);
    expect(statSync(path).size).toBe(0);
  });

  test('[SQ14] a file that was removed has no identity', async () => {
    const { path, connector, side } = await shared();
    rmSync(path);
    expect((await failureOf(connector.identity())).code).toBe('file-missing');
    expect((await failureOf(side.scan('log', null, 10))).code).toBe('replaced');
  });

  test('[SQ15] opening and closing the same file a second time takes no locks away from the first', async () => {
    const { path, side } = await shared();
    const second = await openSqlite(path);
    await scanAll(await bindTables(second, 'log'), 'log');
    await second.close();
    const other = otherProgram(path);
    other.pragma('synchronous = OFF');
    other.exec(`INSERT INTO log VALUES (1, 'theirs')`);
    other.close();
    await runProgram(['visit', path]);
    expect(existsSync(`${path}-wal`)).toBe(mode === 'wal');
    await fill(side, [entry(2n)]);
    expect(rowsOf(path, 'SELECT id FROM log')).toEqual([[1n], [2n]]);
  });

  test('[SQ16] a table that was changed meanwhile stops the batch before anything is applied', async () => {
    const { path, connector, side } = await shared();
    otherProgram(path).exec('ALTER TABLE log ADD COLUMN more');
    await failureOf(side.write({ intents: [entry(1n)] }), 'schema-changed');
    expect(rowsOf(path, 'SELECT count(*) FROM log')).toEqual([[0n]]);
    await fill(await connector.bind([await specFor(connector, 'log')]), [
      insertInto('log', key(1n), rec({ id: 1n, text: 'x', more: null })),
    ]);
  });

  test('[SQ16] a field that has gone stops a read in the same way', async () => {
    const { path, side } = await shared();
    otherProgram(path).exec('ALTER TABLE log DROP COLUMN text');
    expect((await failureOf(side.scan('log', null, 10))).code).toBe('schema-changed');
    expect((await failureOf(side.read('log', [key(1n)]))).code).toBe('schema-changed');
  });

  test('[SQ16] VACUUM, an index statistic and our own marker change no definition', async () => {
    const { path, connector, side } = await shared();
    const { version } = await connector.describe();
    otherProgram(path).exec('VACUUM');
    await fill(side, [entry(1n)]);
    await must(connector.setup, 'setup').installMarker('p', 1);
    await fill(side, [entry(2n)]);
    expect((await connector.describe()).version).toBe(version);
  });

  test('[C42] definitions that others change give another token', async () => {
    const { path, side } = await shared();
    const gate = must(side.gate, 'a gate');
    const tokens = [await gate.token()];
    for (const sql of ['ALTER TABLE log ADD COLUMN more', 'CREATE INDEX by_text ON log(text)', 'DROP INDEX by_text']) {
      otherProgram(path).exec(sql);
      tokens.push(await gate.token());
    }
    expect(new Set(tokens).size).toBe(4);
  });

  test('[SQ17] a trigger that changes more than was asked moves the token, a plain write does not', async () => {
    const path = makeFile(
      `${LOG} CREATE TABLE total (id INTEGER PRIMARY KEY, n); INSERT INTO total VALUES (1, 0);
       CREATE TABLE plain (id INTEGER PRIMARY KEY, text);
       CREATE TRIGGER counted AFTER INSERT ON log BEGIN UPDATE total SET n = n + 1; END;`,
      { mode },
    );
    const side = await bindTables(await openSqlite(path), 'log', 'total', 'plain');
    const gate = must(side.gate, 'gate');
    const token = await gate.token();
    await fill(side, [insertInto('plain', key(1n), rec({ id: 1n, text: 'x' }))]);
    await fill(side, [updateIn('total', key(1n), { n: [0n, 5n] })]);
    expect(await gate.token()).toBe(token);
    await fill(side, [entry(1n)]);
    expect(await gate.token()).not.toBe(token);
    expect(rowsOf(path, 'SELECT n FROM total')).toEqual([[6n]]);
  });
});

describe('a copy over the file in the moment of a COMMIT', () => {
  const doing = { operation: 'write', what: 'Writing' };
  const notes = (count: number, text: string): string => `${LOG} CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      INSERT INTO notes SELECT i, '${text}' || hex(zeroblob(400)) FROM n;`;
  const opened = (path: string): SqliteFile => {
    const file = new SqliteFile(path, { url: path, readOnly: false, create: false, busyMs: 500, clock: realClock });
    onTestFinished(() => file.close());
    return file;
  };
  const write = (file: SqliteFile, sql: string): Promise<void> =>
    file.attempt(doing, () => {
      file.begin(doing);
      file.db.exec(sql);
      file.commit(doing);
    });
  /** Copies once SQLite is told to `text`: before it does, or right after. */
  const copyAt = (file: SqliteFile, text: string, when: 'before' | 'after', from: string): void => {
    const exec = file.db.exec.bind(file.db);
    file.db.exec = (sql) => {
      if (sql !== text) return exec(sql);
      file.db.exec = exec;
      if (when === 'before') copyFileSync(from, file.path);
      exec(sql);
      if (when === 'after') copyFileSync(from, file.path);
      return file.db;
    };
  };

  test.each([20, 4000])('[SQ50] is noticed by the pages that were not written, %i records', async (count) => {
    const path = makeFile(notes(count, 'today'), { mode: 'delete' });
    const file = opened(path);
    expect(file.changeCount()).toBeGreaterThan(0);
    copyAt(file, 'COMMIT', 'before', makeFile(notes(count, 'before'), { mode: 'delete' }));
    const mixed = await failureOf(write(file, `INSERT INTO log VALUES (1, 'ours')`), 'replaced');
    expect(mixed).toMatchObject({ retry: 'backoff', hint: expect.stringContaining('once more') });
    expect(file.changeCount()).toBe(0);
    expect(file.db.prepare('SELECT substr(text, 1, 6) FROM notes WHERE id = 7').pluck().get()).toBe('before');
    await write(file, `INSERT INTO log VALUES (2, 'ours')`);
    expect(file.changeCount()).toBeGreaterThan(0);
  });

  test('[SQ50] is noticed by the pages that were written last, however large the file is', async () => {
    const path = makeFile(notes(4000, 'today'), { mode: 'delete' });
    const yesterday = join(tempFolder(), 'yesterday.db');
    copyFileSync(path, yesterday);
    const file = opened(path);
    await write(file, `UPDATE notes SET text = 'edited' WHERE id IN (1003, 2005)`);
    copyAt(file, 'COMMIT', 'before', yesterday);
    await failureOf(write(file, `INSERT INTO log VALUES (1, 'ours')`), 'replaced');
    expect(file.changeCount()).toBe(0);
  });

  test('[SQ50] right after BEGIN leaves the copy with the whole of the write, and right after COMMIT with nothing of it', async () => {
    const copy = makeFile(notes(20, 'before'), { mode: 'delete' });
    for (const [text, when, ours] of [
      ['BEGIN IMMEDIATE', 'after', [[1n]]],
      ['COMMIT', 'after', []],
    ] as const) {
      const file = opened(makeFile(`${notes(20, 'today')} DELETE FROM notes WHERE id = 3`, { mode: 'delete' }));
      copyAt(file, text, when, copy);
      await write(file, `INSERT INTO log VALUES (1, 'ours')`);
      expect(rowsOf(file.path, 'SELECT id FROM log')).toEqual(ours);
      expect(rowsOf(file.path, `SELECT count(*) FROM notes WHERE text LIKE 'before%'`)).toEqual([[20n]]);
      expect(rowsOf(file.path, 'PRAGMA integrity_check')).toEqual([['ok']]);
    }
  });

  test('[SQ50] no write of ours is taken for one: free pages, new pages, several tables, programs beside', async () => {
    const path = makeFile(`${notes(400, 'today')} DELETE FROM notes WHERE id BETWEEN 50 AND 300`, { mode: 'delete' });
    const file = opened(path);
    const beside = otherProgram(path);
    const more = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO log (text) SELECT 'ours' || hex(zeroblob(500)) FROM n`;
    for (const sql of [
      more,
      'DELETE FROM log WHERE id < 200',
      more,
      'DROP TABLE log',
      LOG,
      more,
      'DELETE FROM notes',
      '',
    ]) {
      await write(file, sql);
      expect(file.changeCount()).toBeGreaterThan(0);
      beside.exec('INSERT INTO notes (text) VALUES (1)');
    }
    expect(rowsOf(path, 'PRAGMA integrity_check')).toEqual([['ok']]);
  });
});
