import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openSqliteFile } from '../../electron/connectors/sqlite/open.ts';
import { sqliteKind } from '../../electron/connectors/sqlite/sqlite-kind.ts';
import { must } from '../../shared/lib/assert.ts';
import { bindTables, makeFile, openSqlite, realClock, rowsOf, runProgram, tempFolder } from './sqlite-support.ts';
import { failureOf, insertInto, key, rec, scanAll } from './suite-support.ts';

const PEOPLE = `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'Ada');`;

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('the address of a SQLite file', () => {
  test.each(['sqlite:office.txt', 'SQLITE:/x', 'a/b.db', 'b.sqlite', 'B.SQLITE3', 'C:\\data\\b.db'])(
    '[SQ1] %s is one',
    (url) => {
      expect(sqliteKind.matches(url)).toBe(true);
    },
  );

  test.each(['office.txt', 'mongodb://h/x.db', 'postgres://h/x', 's3://bucket/key.db', 'memory:x', ''])(
    '[SQ1] %j is none',
    (url) => {
      expect(sqliteKind.matches(url)).toBe(false);
    },
  );

  test('[SQ1] a path may be relative, with or without the scheme', async () => {
    const path = relative(process.cwd(), makeFile(PEOPLE));
    const [one, two] = [await openSqlite(path), await openSqlite(`sqlite:${path}`)];
    expect(await one.identity()).toEqual(await two.identity());
  });

  test.each([
    ['file:office.db', 'URI'],
    ['sqlite:file:office.db', 'URI'],
    ['sqlite:office.db?mode=ro', 'question mark'],
    ['office.db?cache=shared&vfs=unix', 'question mark'],
    ['sqlite:', 'names no file'],
    ['sqlite:   ', 'names no file'],
    ['sqlite::memory:', 'in memory'],
    [':memory:', 'in memory'],
    ['sqlite://host/office.db', '//host'],
    ['sqlite:office.db ', 'space'],
    ['sqlite:off\0ice.db', 'zero character'],
  ])('[SQ2] %j is refused with the reason, and nothing is created', async (url, reason) => {
    const before = readdirSync('.');
    expect(sqliteKind.matches(url)).toBe(true);
    const failure = await failureOf(
      sqliteKind.open({ url, busyMs: 0, create: true, readOnly: false, clock: realClock }),
      'usage',
    );
    expect(failure.message).toContain(reason);
    expect(failure.hint).toContain('sqlite:PATH');
    expect(readdirSync('.')).toEqual(before);
  });
});

describe('opening a SQLite file', () => {
  test('[SQ3] a missing file is said to be missing, and is made only if that was asked for', async () => {
    const path = join(tempFolder(), 'new.db');
    expect((await failureOf(openSqlite(path), 'file-missing')).message).toContain(path);
    expect(existsSync(path)).toBe(false);
    await openSqlite(path, { create: true });
    expect(existsSync(path)).toBe(true);
  });

  test('[SQ3] a missing folder is named, and never made', async () => {
    const folder = join(tempFolder(), 'nowhere');
    expect((await failureOf(openSqlite(join(folder, 'new.db'), { create: true }), 'file-missing')).message).toContain(
      folder,
    );
    expect(existsSync(folder)).toBe(false);
  });

  test('[SQ4] a folder, a text, an archive and a picture are no databases, and stay as they are', async () => {
    const folder = tempFolder();
    const contents = {
      'text.db': 'just a text\n'.repeat(1000),
      'short.db': 'x',
      'zip.db': Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), randomBytes(5000)]),
      'png.db': Buffer.concat([Buffer.from('\x89PNG\r\n', 'latin1'), randomBytes(5000)]),
    };
    for (const [name, content] of Object.entries(contents)) {
      const path = join(folder, name);
      writeFileSync(path, content);
      expect((await failureOf(openSqlite(path), 'not-a-database')).message).toContain(path);
      expect(readFileSync(path)).toEqual(Buffer.from(content));
    }
    mkdirSync(join(folder, 'folder.db'));
    expect((await failureOf(openSqlite(join(folder, 'folder.db')), 'not-a-database')).message).toContain('folder');
    expect((await failureOf(openSqlite(join(folder, 'zip.db')))).message).toContain('ZIP');
  });

  test('[SQ4] an empty file is a database without tables', async () => {
    const path = join(tempFolder(), 'empty.db');
    writeFileSync(path, '');
    expect((await (await openSqlite(path)).describe()).collections).toEqual([]);
  });

  test('[SQ5] a file that looks random is said to be encrypted', async () => {
    const path = join(tempFolder(), 'secret.db');
    writeFileSync(path, randomBytes(8192));
    const failure = await failureOf(openSqlite(path), 'encrypted');
    expect(failure.message).toContain('header is not that of SQLite');
    expect(failure.hint).toContain('cannot open encrypted');
  });

  test('[SQ6] a file that was cut off is damaged', async () => {
    const path = makeFile(`${PEOPLE} CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(100000));`);
    truncateSync(path, statSync(path).size - 4096 * 5);
    const failure = await failureOf(openSqlite(path), 'corrupt');
    expect(failure.message).toContain('damaged');
    expect(failure.hint).toContain('integrity_check');
  });

  test('[SQ6] a page that was overwritten is found when a small file is opened', async () => {
    const path = makeFile(`${PEOPLE} CREATE INDEX i ON people (name);`);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096, 8192);
    writeFileSync(path, bytes);
    expect((await failureOf(openSqlite(path))).code).toBe('corrupt');
  });

  test('[SQ6] a header with a wrong page size is damage, not encryption', async () => {
    const path = makeFile(PEOPLE);
    const bytes = readFileSync(path);
    bytes.writeUInt16BE(77, 16);
    writeFileSync(path, bytes);
    expect((await failureOf(openSqlite(path))).code).toBe('corrupt');
  });

  test('[SQ6] orphans and records that break a constraint are no damage', async () => {
    const path = makeFile(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a NOT NULL, p REFERENCES t, CHECK (a > 0)); INSERT INTO t VALUES (1, 1, 99);',
    );
    const db = new Database(path);
    db.unsafeMode();
    db.pragma('ignore_check_constraints = ON');
    db.exec('UPDATE t SET a = -1');
    db.close();
    expect((await scanAll(await bindTables(await openSqlite(path), 't'), 't')).records.size).toBe(1);
  });

  test('[SQ7] damage that shows in the middle of a run ends the call and writes nothing', async () => {
    const path = makeFile(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, hex(zeroblob(200)) FROM n;`,
    );
    const side = await bindTables(await openSqlite(path), 't');
    const first = await side.scan('t', null, 10);
    expect(first.records).toHaveLength(10);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 1000, 4096 * 1400);
    writeFileSync(path, bytes);
    await failureOf(scanAll(side, 't'), 'corrupt');
    const damaged = sha256(path);
    const rows = [...(await side.scan('t', null, 3)).records];
    expect(rows).toHaveLength(3);
    expect(sha256(path)).toBe(damaged);
  });

  test('[SQ8] a file or a folder that this user may not write is refused, and left as it is', async () => {
    const path = makeFile(PEOPLE);
    const root = process.getuid?.() === 0;
    const asUser = root ? { uid: 65534, gid: 65534 } : {};
    chmodSync(dirname(path), 0o777);
    chmodSync(path, 0o444);
    expect(await runProgram(['open', path], asUser)).toBe('read-only');
    chmodSync(path, 0o666);
    expect(await runProgram(['open', path], asUser)).toBe('opened');
    chmodSync(dirname(path), 0o555);
    expect(await runProgram(['open', path], asUser)).toBe('read-only');
    expect(await runProgram(['open', join(dirname(path), 'new.db')], asUser)).toBe('read-only');
    chmodSync(dirname(path), 0o777);
    chmodSync(path, 0o222);
    expect(await runProgram(['open', path], asUser)).toBe('permission');
    chmodSync(path, 0o666);
    expect(rowsOf(path, 'SELECT name FROM people')).toEqual([['Ada']]);
  });

  test('[SQ8] a side that was opened for reading only reads, and refuses every change', async () => {
    const path = makeFile(PEOPLE);
    const before = sha256(path);
    const connector = await openSqlite(path, { readOnly: true, create: true });
    const side = await bindTables(connector, 'people');
    expect((await scanAll(side, 'people')).records.size).toBe(1);
    const intents = [insertInto('people', key(2n), rec({ id: 2n, name: 'Bo' }))];
    const setup = must(connector.setup, 'setup');
    await failureOf(side.write({ intents }), 'read-only');
    await failureOf(must(side.marker, 'marker').raise('p', 0, { epoch: 1, n: 1 }), 'read-only');
    await failureOf(setup.create(['CREATE TABLE x (y)']), 'read-only');
    await failureOf(setup.installMarker('p', 1), 'read-only');
    await failureOf(setup.remove('p'), 'read-only');
    expect(sha256(path)).toBe(before);
  });

  test('[SQ9] a link leads to the same database', async () => {
    const path = makeFile(PEOPLE);
    const link = join(tempFolder(), 'link.db');
    symlinkSync(path, link);
    const [one, two] = [await openSqlite(path), await openSqlite(link)];
    expect((await one.identity()).id).toBe((await two.identity()).id);
  });

  test.each(['wal', 'delete'] as const)(
    '[SQ10] in %s mode looking changes no byte of the file and no setting',
    async (mode) => {
      const path = makeFile(PEOPLE, { mode });
      const before = sha256(path);
      const connector = await openSqlite(path);
      const side = await bindTables(connector, 'people');
      await scanAll(side, 'people');
      await side.write({ intents: [] });
      await connector.close();
      expect(sha256(path)).toBe(before);
      const written = await openSqlite(path);
      await (
        await bindTables(written, 'people')
      ).write({ intents: [insertInto('people', key(2n), rec({ id: 2n, name: 'Bo' }))] });
      await written.close();
      expect(rowsOf(path, 'PRAGMA journal_mode')).toEqual([[mode]]);
      expect(rowsOf(path, 'PRAGMA user_version')).toEqual([[0n]]);
    },
  );

  test('[SQ10] the connection enforces nothing by itself, trusts no definition, and syncs every commit', async () => {
    const file = await openSqliteFile({
      url: makeFile(PEOPLE),
      busyMs: 0,
      create: false,
      readOnly: false,
      clock: realClock,
    });
    const settings = ['foreign_keys', 'recursive_triggers', 'trusted_schema', 'synchronous'].map((name) =>
      file.db.pragma(name, { simple: true }),
    );
    file.close();
    expect(settings).toEqual([0n, 0n, 0n, 3n]);
  });
});
