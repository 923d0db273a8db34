import { copyFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type Database from 'better-sqlite3';
import type { CapturePage, CaptureFacet, Connector, Side } from '../../electron/engine/port/connector.ts';
import { decodeKey, encodeKey } from '../../electron/engine/port/key-codec.ts';
import { must } from '../../shared/lib/assert.ts';
import { SqliteConnector } from '../../electron/connectors/sqlite/sqlite-connector.ts';
import { openSqliteFile } from '../../electron/connectors/sqlite/open.ts';
import { makeFile, openSqlite, otherProgram, realClock, rowsOf, specFor } from './sqlite-support.ts';

const people = 'CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);';

interface Noted {
  readonly path: string;
  readonly other: Database.Database;
  readonly connector: Connector;
  readonly side: Side;
  readonly capture: CaptureFacet;
  readonly start: string;
}

/** A side with triggers, prepared as the first run of a pair does it. */
async function noted(
  sql: string,
  tables: readonly string[],
  open: Partial<{ pair: string; path: string }> = {},
): Promise<Noted> {
  const path = open.path ?? makeFile(sql, { mode: 'wal' });
  const connector = await openSqlite(path, { triggers: true });
  const side = await connector.bind(await Promise.all(tables.map((table) => specFor(connector, table))));
  const capture = must(side.capture, 'the facet capture');
  await capture.prepare?.(open.pair ?? 'office', null);
  return { path, connector, side, capture, other: otherProgram(path), start: await capture.start() };
}

const keysOf = (page: CapturePage): unknown[] =>
  page.dirty
    .map(({ collection, key }) => [collection, ...decodeKey(key)])
    .sort((a, b) => (String(a) < String(b) ? -1 : 1));

const all = async ({ capture, start }: Noted): Promise<unknown[]> => {
  const page = await capture.changes(start, 1000);
  expect(page.lost ?? false).toBe(false);
  return keysOf(page);
};

const isLost = async ({ capture, start }: Noted): Promise<boolean> =>
  (await capture.changes(start, 1000)).lost ?? false;

const triggerNames = (path: string): unknown[] =>
  rowsOf(path, "SELECT name FROM sqlite_schema WHERE name LIKE '%tandem%' ORDER BY name").flat();

describe('what is noted', () => {
  test('[SQ60] keys of every kind, before and after they change, and nothing else', async () => {
    const side = await noted(
      `${people}
       CREATE TABLE words (word TEXT PRIMARY KEY COLLATE NOCASE, n) WITHOUT ROWID;
       CREATE TABLE "it's" (a TEXT, b REAL, c BLOB, PRIMARY KEY (a, b));
       CREATE TABLE beside (id INTEGER PRIMARY KEY);
       INSERT INTO people VALUES (1, 'Ada', 'a'), (2, 'Bob', 'b'), (3, 'Cy', 'c');
       INSERT INTO words VALUES ('one', 1);`,
      ['people', 'words', "it's"],
    );
    side.other.exec(`
      INSERT INTO beside VALUES (1);
      UPDATE people SET name = 'Eve' WHERE id = 1;
      DELETE FROM people WHERE id = 2;
      UPDATE people SET rowid = 9 WHERE id = 3;
      INSERT INTO people (name) VALUES ('new');
      UPDATE words SET word = 'ONE';
      INSERT INTO "it's" VALUES ('x', 1, x'00'), ('y', 2.5, NULL), (NULL, 1, NULL);`);
    expect(await all(side)).toEqual([
      ["it's", 'x', 1n],
      ["it's", 'y', 2.5],
      ['people', 1n],
      ['people', 10n],
      ['people', 2n],
      ['people', 3n],
      ['people', 9n],
      ['words', 'one'],
    ]);
  });

  test('[SQ60] cascades, triggers of the user, upserts and REPLACE under the key', async () => {
    const side = await noted(
      `CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER REFERENCES tree ON DELETE CASCADE, v);
       INSERT INTO tree VALUES (1, NULL, 0), (2, 1, 0), (3, 2, 0), (4, NULL, 0), (5, NULL, 0);
       CREATE TRIGGER touch AFTER UPDATE OF v ON tree WHEN NEW.id = 4 BEGIN UPDATE tree SET v = NEW.v WHERE id = 5; END;`,
      ['tree'],
    );
    side.other.pragma('foreign_keys = ON');
    side.other.exec(`DELETE FROM tree WHERE id = 1; UPDATE tree SET v = 7 WHERE id = 4;
      INSERT OR REPLACE INTO tree VALUES (4, NULL, 8);
      INSERT INTO tree VALUES (6, NULL, 0) ON CONFLICT DO UPDATE SET v = 1;`);
    expect(await all(side)).toEqual([1n, 2n, 3n, 4n, 5n, 6n].map((id) => ['tree', id]));
  });

  test('[SQ60] nothing is added before a run that writes asks for it, nor where nobody allowed it', async () => {
    const path = makeFile(people);
    for (const triggers of [true, false]) {
      const connector = await openSqlite(path, { triggers });
      const side = await connector.bind([await specFor(connector, 'people')]);
      expect(side.capture !== undefined).toBe(triggers);
      expect((await side.capture?.changes((await side.capture?.start()) ?? '', 10))?.lost).toBe(
        triggers ? true : undefined,
      );
      expect(connector.capture?.level).toBe('gated-scan');
    }
    expect(triggerNames(path)).toEqual([]);
  });

  test('[SQ64] changes() and last_insert_rowid() of a program are its own', async () => {
    const { other } = await noted(`${people} INSERT INTO people VALUES (7, 'a', NULL), (8, 'b', NULL);`, ['people']);
    const told = other.prepare('SELECT changes(), last_insert_rowid()').raw();
    for (const [sql, ...wanted] of [
      ["INSERT INTO people (name) VALUES ('c')", 1n, 9n],
      ["UPDATE people SET name = 'x'", 3n, 9n],
      ['DELETE FROM people WHERE id > 7', 2n, 9n],
    ] as const) {
      other.exec(sql);
      expect(told.get()).toEqual(wanted);
    }
    expect(other.prepare("INSERT INTO people VALUES (20, 'r', NULL) RETURNING id").raw().all()).toEqual([[20n]]);
  });
});

describe('what cannot be trusted', () => {
  const ruins: readonly (readonly [string, string])[] = [
    ['a trigger is gone', 'DROP TRIGGER "_tandem_changes update people"'],
    [
      'the table was made again by a migration',
      `CREATE TABLE fresh (id INTEGER PRIMARY KEY, name TEXT, mail TEXT); INSERT INTO fresh SELECT id, upper(name), mail FROM people;
       DROP TABLE people; ALTER TABLE fresh RENAME TO people`,
    ],
    ['a column was added', "ALTER TABLE people ADD COLUMN more TEXT DEFAULT 'x'"],
    ['the notes were emptied', "DELETE FROM _tandem_changes; INSERT INTO people (name) VALUES ('a'), ('b'), ('c')"],
    ['the places are gone', 'DELETE FROM _tandem_changes WHERE t IS NULL'],
  ];
  test.each(ruins)('[SQ61] %s: the place is lost, and the next run makes all well again', async (_why, sql) => {
    const side = await noted(`${people} INSERT INTO people VALUES (1, 'a', NULL);`, ['people']);
    side.other.exec(sql);
    expect(await isLost(side)).toBe(true);
    const bound = await side.connector.bind([await specFor(side.connector, 'people')]);
    const capture = must(bound.capture, 'capture');
    await capture.prepare?.('office', side.start);
    const start = await capture.start();
    expect(side.connector.capture?.level).toBe('triggers');
    side.other.exec("UPDATE people SET name = 'later' WHERE id = 1");
    expect(await all({ ...side, capture, start })).toEqual([['people', 1n]]);
  });

  test('[SQ61] an older copy of the file, however much is written to it', async () => {
    const side = await noted(`${people} INSERT INTO people VALUES (1, 'a', NULL);`, ['people']);
    side.other.pragma('wal_checkpoint(TRUNCATE)');
    const copy = makeFile('');
    copyFileSync(side.path, copy);
    side.other.exec("UPDATE people SET name = 'b'; UPDATE people SET name = 'c'");
    await side.capture.prepare?.('office', side.start);
    const { next } = await side.capture.changes(side.start, 10);
    for (let i = 0; i < 9; i++) otherProgram(copy).exec(`INSERT INTO people (name) VALUES ('n')`);
    const again = await openSqlite(copy, { triggers: true });
    const capture = must((await again.bind([await specFor(again, 'people')])).capture, 'capture');
    expect((await capture.changes(next, 10)).lost).toBe(true);
    expect((await capture.changes(side.start, 10)).lost ?? false).toBe(false);
  });

  test('[SQ61] more notes than are kept', async () => {
    const path = makeFile(people);
    const file = await openSqliteFile({ url: path, busyMs: 2000, create: false, readOnly: false, clock: realClock });
    const connector = new SqliteConnector(file, { triggers: true, mostNotes: 10 });
    const capture = must((await connector.bind([await specFor(connector, 'people')])).capture, 'capture');
    await capture.prepare?.('office', null);
    const start = await capture.start();
    const other = otherProgram(path);
    for (let i = 0; i < 50; i++) other.exec("INSERT INTO people (name) VALUES ('n')");
    expect(rowsOf(path, 'SELECT count(*) FROM _tandem_changes')).toEqual([[11n]]);
    expect((await capture.changes(start, 100)).lost).toBe(true);
    await capture.prepare?.('office', start);
    expect(rowsOf(path, 'SELECT count(*) FROM _tandem_changes')).toEqual([[1n]]);
    await connector.close();
  });

  test.each([
    ['INSERT', "INSERT OR REPLACE INTO people VALUES (9, 'new', 'b@x')"],
    ['UPDATE', "UPDATE OR REPLACE people SET mail = 'b@x' WHERE id = 1"],
  ])('[SQ62] a row that %s OR REPLACE takes away unseen', async (_how, sql) => {
    const side = await noted(
      `${people} CREATE UNIQUE INDEX mails ON people (mail);
       INSERT INTO people VALUES (1, 'a', 'a@x'), (2, 'b', 'b@x');`,
      ['people'],
    );
    side.other.exec(
      "INSERT OR REPLACE INTO people VALUES (1, 'A', 'a@x'); INSERT OR IGNORE INTO people VALUES (1, 'c', 'c@x')",
    );
    side.other.exec(
      "INSERT INTO people VALUES (3, 'c', 'c@x'); UPDATE people SET id = 4 WHERE id = 3; DELETE FROM people WHERE id = 4",
    );
    expect(await isLost(side)).toBe(false);
    side.other.exec(sql);
    expect(await isLost(side)).toBe(true);
  });

  test('[SQ63] where a trigger can keep others from running, the side is looked through and says why', async () => {
    const side = await noted(`${people} CREATE TRIGGER hush AFTER INSERT ON people BEGIN SELECT RAISE(IGNORE); END;`, [
      'people',
    ]);
    expect(await isLost(side)).toBe(true);
    expect(side.connector.capture).toMatchObject({
      level: 'gated-scan',
      why: expect.stringContaining('RAISE(IGNORE)') as string,
    });
    expect(triggerNames(side.path)).toEqual([]);
  });
});

describe('notes that were read', () => {
  test('[SQ65] are given back once the place is saved, for each pair from its own place', async () => {
    const one = await noted(people, ['people']);
    const two = await noted(people, ['people'], { pair: 'other', path: one.path });
    one.other.exec("INSERT INTO people (name) VALUES ('a'), ('b')");
    await one.capture.prepare?.('office', one.start);
    const { next } = await one.capture.changes(one.start, 10);
    one.other.exec("INSERT INTO people (name) VALUES ('c')");
    await one.capture.prepare?.('office', next);
    expect(keysOf(await one.capture.changes(next, 10))).toEqual([['people', 3n]]);
    expect(await isLost(one)).toBe(true);
    // Two made the triggers word for word as they stood, so that its start is good.
    expect(await all(two)).toEqual([1n, 2n, 3n].map((id) => ['people', id]));
    await one.connector.setup?.remove('other');
    await one.capture.prepare?.('office', (await one.capture.changes(next, 10)).next);
    one.other.exec("INSERT INTO people (name) VALUES ('d')");
    await one.capture.prepare?.('office', (await one.capture.changes(next, 10)).next);
    expect(rowsOf(one.path, 'SELECT count(*) FROM _tandem_changes WHERE t IS NOT NULL')).toEqual([[1n]]);
  });

  test('[SQ66] our own writes leave none, unless another pair reads them or a trigger did more', async () => {
    const insert = (side: Side, id: bigint): Promise<unknown> => {
      const to = { names: ['id', 'mail', 'name'], values: [id, null, 'ours'] };
      return side.write({ intents: [{ op: 'insert', collection: 'people', key: encodeKey([id], ['binary']), to }] });
    };
    const one = await noted(people, ['people']);
    await insert(one.side, 1n);
    expect(await all(one)).toEqual([]);
    one.other.exec("INSERT INTO people VALUES (2, 'theirs', NULL)");
    await insert(one.side, 3n);
    expect(await all(one)).toEqual([['people', 2n]]);
    const two = await noted(people, ['people'], { pair: 'other', path: one.path });
    await insert(one.side, 4n);
    expect(await all(two)).toEqual([['people', 4n]]);
    const more = await noted(
      `${people} CREATE TABLE log (id INTEGER PRIMARY KEY, v);
       CREATE TRIGGER also AFTER INSERT ON people BEGIN INSERT INTO log (v) VALUES (NEW.name); END;`,
      ['people', 'log'],
    );
    await insert(more.side, 1n);
    expect(await all(more)).toEqual([
      ['log', 1n],
      ['people', 1n],
    ]);
  });

  test('[SQ67] [L16] all of it is listed, and goes', async () => {
    const { connector, path } = await noted(`${people} CREATE TABLE b (id INTEGER PRIMARY KEY);`, ['people', 'b']);
    const described = await connector.describe();
    const listed = async () =>
      (await connector.setup?.footprint('office'))?.map(({ name, present }) => [name, present]);
    expect(await listed()).toEqual([
      ['_tandem_marker', false],
      ['_tandem_changes', true],
      ['_tandem_readers', true],
    ]);
    expect(triggerNames(path)).toHaveLength(2 + 6 + 1);
    await connector.setup?.removeTriggers?.('another pair');
    expect(triggerNames(path)).toHaveLength(9);
    await connector.setup?.removeTriggers?.('office');
    expect(triggerNames(path)).toEqual([]);
    expect(await connector.describe()).toEqual(described);
    expect((await listed())?.some(([, present]) => present)).toBe(false);
  });
});
