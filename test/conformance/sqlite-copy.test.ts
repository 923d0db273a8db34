import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import type { Connector } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import { makeFile, openSqlite, otherProgram, rowsOf, startProgram, tempFolder } from './sqlite-support.ts';
import { failureOf } from './suite-support.ts';

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Records of about a fifth of a page, from number 100,000 on. */
const log = (records: number): string => `CREATE TABLE log (id INTEGER PRIMARY KEY, text TEXT);
  WITH RECURSIVE n(i) AS (SELECT 100000 UNION ALL SELECT i + 1 FROM n WHERE i < ${100_000 + records})
  INSERT INTO log SELECT i, hex(zeroblob(400)) FROM n;`;

const copyTo = (connector: Connector, path: string, signal?: AbortSignal): Promise<void> => {
  const setup = must(connector.setup, 'setup');
  return must(setup.copyTo?.(path, signal), 'copyTo');
};

describe('copying a SQLite file', () => {
  test.each(['wal', 'delete'] as const)(
    '[SQ18] in %s mode everything that was committed is in the copy, and the file is only read',
    async (mode) => {
      const path = makeFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, a); CREATE INDEX i ON t (a);`, { mode });
      const other = otherProgram(path);
      const connector = await openSqlite(path);
      other.exec(`INSERT INTO t VALUES (1, 'x'), (2, zeroblob(9000)); CREATE VIEW v AS SELECT * FROM t;`);
      const hashes = () => [path, `${path}-wal`].filter((each) => existsSync(each)).map(sha256);
      const files = hashes();
      const [one, two] = [join(tempFolder(), 'one.db'), join(tempFolder(), 'two.db')];
      await copyTo(connector, one);
      await copyTo(connector, two);
      expect(hashes()).toEqual(files);
      expect(sha256(one)).toBe(sha256(two));
      for (const sql of ['SELECT * FROM t', 'SELECT type, name, sql FROM sqlite_schema', 'PRAGMA integrity_check'])
        expect(rowsOf(one, sql)).toEqual(rowsOf(path, sql));
      expect((await (await openSqlite(one)).describe()).version).toBe((await connector.describe()).version);
      other.exec(`UPDATE t SET a = 'y' WHERE id = 1`);
      const three = join(tempFolder(), 'three.db');
      await copyTo(connector, three);
      expect(sha256(three)).not.toBe(sha256(one));
    },
  );

  test('[SQ18] is of one moment while another program writes without a pause', async () => {
    const path = makeFile(log(60_000), { mode: 'wal' });
    const connector = await openSqlite(path);
    const writer = startProgram(['write', path, '1000000']);
    const closed = once(writer, 'close');
    let written = 0;
    createInterface({ input: writer.stdout }).on('line', () => written++);
    await expect.poll(() => written, { timeout: 20_000 }).toBeGreaterThan(20);
    const before = written;
    const copy = join(tempFolder(), 'copy.db');
    await copyTo(connector, copy);
    const counted = 'SELECT count(*), max(id) FROM log WHERE id < 100000';
    const [[now]] = rowsOf(path, counted) as [[bigint]];
    writer.kill();
    await closed;
    const [[count, last]] = rowsOf(copy, counted) as [[bigint, bigint]];
    expect(count).toBe(last + 1n);
    expect(Number(count)).toBeGreaterThanOrEqual(before);
    expect(now).toBeGreaterThan(count);
    expect(rowsOf(copy, 'PRAGMA quick_check')).toEqual([['ok']]);
  });

  test('[SQ18] a file that was opened for reading only can be copied', async () => {
    const path = makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (7)');
    const copy = join(tempFolder(), 'copy.db');
    await copyTo(await openSqlite(path, { readOnly: true }), copy);
    expect(rowsOf(copy, 'SELECT id FROM t')).toEqual([[7n]]);
  });

  test('[SQ19] the copy is for its owner alone, and nothing that exists is written over', async () => {
    const connector = await openSqlite(makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY)'));
    const copy = join(tempFolder(), 'copy.db');
    await copyTo(connector, copy);
    expect((statSync(copy).mode & 0o777).toString(8)).toBe('600');
    writeFileSync(copy, 'mine');
    expect((await failureOf(copyTo(connector, copy), 'already-exists')).message).toContain(copy);
    expect(readFileSync(copy, 'utf8')).toBe('mine');
    await failureOf(copyTo(connector, join(copy, 'below.db')));
  });

  test('[SQ19] an abort, damage and a lock past the wait leave nothing there', async () => {
    const folder = tempFolder();
    const connector = await openSqlite(makeFile(log(5000)));
    const stop = AbortSignal.abort(new Error('stop'));
    await expect(copyTo(connector, join(folder, 'a.db'), stop)).rejects.toThrow('stop');

    const damaged = makeFile(log(5000));
    const open = await openSqlite(damaged);
    const bytes = readFileSync(damaged);
    bytes.fill(0xa5, 0, 4096);
    writeFileSync(damaged, bytes);
    const failure = await failureOf(copyTo(open, join(folder, 'b.db')), 'corrupt');
    expect(failure.message).toContain(`the database ${damaged} is damaged`);

    const locked = makeFile(log(5000));
    const waits = await openSqlite(locked, { busyMs: 60 });
    otherProgram(locked).exec('BEGIN EXCLUSIVE');
    await failureOf(copyTo(waits, join(folder, 'c.db')), 'busy');
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(damaged)).toBe(true);
  });
});
