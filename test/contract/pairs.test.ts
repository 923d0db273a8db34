import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callsAsUser } from './calls-as-user.ts';
import { filesBelow, Office, sha256 } from './home-support.ts';

const table = 'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE);';

describe('addresses of a pair', () => {
  it('[P9] are kept as they mean the same from every folder', async () => {
    const office = new Office();
    const client = await office.connect();
    const [a, b] = [office.sql('a.db', table), office.sql('b.db', table)];
    const from = (path: string): string => relative(process.cwd(), path);
    const { pair } = await client.call('pairs.add', { name: 'shop', a: from(a), b: `sqlite:${from(b)}` });
    expect([pair.a.url, pair.b.url]).toEqual([a, `sqlite:${b}`]);
    const c = office.sql('c.db', table);
    expect((await client.call('pairs.edit', { pair: 'shop', b: from(c) })).b.url).toBe(c);
    expect(readFileSync(office.home.config, 'utf8')).not.toContain('../');
  });
});

describe('collections of a pair', () => {
  it('[P10] that neither side has are not-found, with the nearest name', async () => {
    const office = new Office();
    const client = await office.connect();
    const both = { name: 'shop', a: office.sql('a.db', table), b: office.sql('b.db', table) };
    await expect(client.call('pairs.add', { ...both, collections: ['admns'] })).rejects.toMatchObject({
      code: 'not-found',
      message: 'Adding the pair shop failed: neither side has admns.',
      hint: 'Did you mean admins?',
    });
    await expect(client.call('pairs.add', { ...both, collections: ['admins', 'zebras'] })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'There are: admins.',
    });
    expect(existsSync(office.home.config)).toBe(false);
  });
});

describe('ways of single collections', () => {
  const tables =
    'CREATE TABLE Orders(id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE prices(id INTEGER PRIMARY KEY, n TEXT);';
  const rows = (id: number): string =>
    `INSERT INTO Orders VALUES (${id}, 'x'); INSERT INTO prices VALUES (${id}, 'x');`;

  it('[P41] are kept, and the first sync writes nothing against them', async () => {
    const office = new Office();
    const client = await office.connect();
    const both = { a: office.sql('a.db', tables + rows(1)), b: office.sql('b.db', tables + rows(2)) };
    const { pair } = await client.call('pairs.add', {
      name: 'shop',
      ...both,
      directions: { PRICES: 'b-to-a' },
      uniqueFields: { orders: ['n'] },
    });
    expect(
      pair.collections.map(({ name, direction, uniqueFields }) => [name, direction ?? null, uniqueFields ?? []]),
    ).toEqual([
      ['Orders', null, ['n']],
      ['prices', 'b-to-a', []],
    ]);
    await client.call('runs.start', { pair: 'shop' });
    const ids = (file: string, name: string): unknown[] => office.rows(file, `SELECT id FROM ${name} ORDER BY id`);
    expect([ids('a.db', 'prices'), ids('b.db', 'prices')]).toEqual([[{ id: 1 }, { id: 2 }], [{ id: 2 }]]);
    const conflicts = await client.call('conflicts.list', { pair: 'shop' });
    expect(conflicts.map(({ kind, collection }) => [kind, collection])).toEqual([['unique', 'Orders']]);
  });

  it('[P41] of what neither side has are not-found, and nothing is added', async () => {
    const office = new Office();
    const client = await office.connect();
    const both = { name: 'shop', a: office.sql('a.db', tables), b: office.sql('b.db', tables) };
    const refused = { code: 'not-found', message: 'Adding the pair shop failed: neither side has ordres.' };
    await expect(client.call('pairs.add', { ...both, directions: { ordres: 'both' } })).rejects.toMatchObject(refused);
    await expect(client.call('pairs.add', { ...both, uniqueFields: { ordres: ['n'] } })).rejects.toMatchObject(refused);
    expect(existsSync(office.home.config)).toBe(false);
  });
});

describe('triggers of a pair', () => {
  const counts = 'CREATE TRIGGER counts AFTER UPDATE OF username ON admins BEGIN INSERT INTO log VALUES(NULL); END;';
  const log = 'CREATE TABLE log(n INTEGER PRIMARY KEY);';
  it('[P14] that write are told, and that they do so twice where both sides have them', async () => {
    const office = new Office();
    const client = await office.connect();
    const said = async (b: string): Promise<string> => {
      const sides = { a: office.sql(`a${b.length}.db`, table + log + counts), b: office.sql(`b${b.length}.db`, b) };
      const { findings } = await client.call('pairs.add', { name: 'shop', ...sides, dryRun: true });
      return findings.map(({ text }) => text).join('\n');
    };
    const alone = await said(table + log);
    expect([alone.includes('The trigger counts also writes log'), alone.includes('twice')]).toEqual([true, false]);
    expect(await said(table + log + counts)).toContain('It runs on both sides');
  });
});

describe('names of collections', () => {
  it('[P3] that differ for the databases are two collections, whatever other letters have in common', async () => {
    const office = new Office();
    const client = await office.connect();
    const two = 'CREATE TABLE "É"(id INTEGER PRIMARY KEY); CREATE TABLE "é"(id INTEGER PRIMARY KEY);';
    const sides = { a: office.sql('a.db', two), b: office.sql('b.db', two) };
    const { pair } = await client.call('pairs.add', { name: 'shop', ...sides });
    expect(pair.collections.map(({ name }) => name)).toEqual(['É', 'é']);
  });
});

const everything = `
  CREATE TABLE people(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE NOT NULL UNIQUE, born TEXT DEFAULT 'x''y', CHECK (length(name) > 0));
  CREATE TABLE "odd ""name"(a TEXT, b INTEGER, c AS (a || b) STORED, PRIMARY KEY (a, b)) WITHOUT ROWID;
  CREATE TABLE notes(id INTEGER PRIMARY KEY, person INTEGER REFERENCES people ON DELETE CASCADE, body ANY) STRICT;
  CREATE TABLE seen(at TEXT, what TEXT);
  CREATE INDEX notes_person ON notes(person) WHERE person IS NOT NULL;
  CREATE UNIQUE INDEX people_lower ON people(lower(name) DESC);
  CREATE VIEW on_view AS SELECT * FROM with_notes;
  CREATE VIEW with_notes(id, name, body) AS SELECT p.id, p.name, n.body FROM people p JOIN notes n ON n.person = p.id;
  CREATE TRIGGER into_view INSTEAD OF INSERT ON with_notes BEGIN INSERT INTO people(id, name) VALUES (new.id, new.name); END;
  CREATE TRIGGER seen_people AFTER INSERT ON people BEGIN INSERT INTO seen VALUES ('now', new.name); END;`;

describe('creating what a side lacks', () => {
  it.each(['a missing file', 'an empty file'])('[P4] gives %s the exact schema, triggers included', async (which) => {
    const office = new Office();
    const client = await office.connect();
    const a = office.sql('a.db', `${everything} INSERT INTO people(name) VALUES ('ann'), ('bob');`);
    const b = which === 'an empty file' ? office.sql('b.db', 'VACUUM') : office.path('b.db');
    const { create } = await client.call('pairs.add', { name: 'shop', a, b, create: true });
    const schema = (name: string): unknown =>
      (
        office.rows(name, 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name') as {
          sql: string | null;
        }[]
      ).map((row) => ({ ...row, sql: row.sql?.replaceAll(/\s+/g, ' ') ?? null }));
    expect(schema('b.db')).toEqual(schema('a.db'));
    expect(create.filter(({ collection }) => collection === '')).toMatchObject([{ side: 'B' }]);
    expect(office.rows('b.db', 'SELECT count(*) AS n FROM people')).toEqual([{ n: 0 }]);
    await client.call('runs.start', { pair: 'shop' });
    expect(office.rows('b.db', 'SELECT name FROM people')).toEqual(office.rows('a.db', 'SELECT name FROM people'));
    // They stood before the records came, so they ran for them.
    expect(office.rows('b.db', 'SELECT what FROM seen ORDER BY what')).toEqual([{ what: 'ann' }, { what: 'bob' }]);
    expect((await client.call('receipts.compare', { pair: 'shop' })).equal).toBe(true);
  });
});

/** A file that can be read and not written, in a folder likewise, and one that can be written. */
function readOnlySource(): { office: Office; a: string; b: string } {
  const office = new Office();
  for (const name of ['source', 'target', 'home']) mkdirSync(office.path(name));
  const a = office.sql('source/a.db', `${table} INSERT INTO admins VALUES (1, 'ann'), (2, 'bob');`);
  const b = office.sql('target/b.db', `${table} INSERT INTO admins VALUES (3, 'cy');`);
  chmodSync(office.dir, 0o755);
  chmodSync(office.path('source'), 0o555);
  chmodSync(a, 0o444);
  if (process.getuid?.() === 0)
    for (const path of [office.path('target'), office.path('home'), b]) chownSync(path, 65534, 65534);
  return { office, a, b };
}

describe('a source that cannot be written', () => {
  it('[P11] is synced from, tested and edited where every way leads away from it', async () => {
    const { office, a, b } = readOnlySource();
    const before = [sha256(a), filesBelow(office.path('source'))];
    const [added, run, edited, again] = await callsAsUser(
      office,
      ['pairs.add', { name: 'shop', a, b, direction: 'a-to-b' }],
      ['runs.start', { pair: 'shop' }],
      ['pairs.edit', { pair: 'shop', a }],
      ['runs.rehearse', { pair: 'shop' }],
    );
    expect(added?.value).toMatchObject({ added: true, preview: { collections: [{ onlyA: 2, onlyB: 1 }] } });
    expect(run?.value).toMatchObject({ status: 'completed', localToRemote: { admins: 2 } });
    expect(edited?.value).toMatchObject({ direction: 'a-to-b' });
    expect(again?.value).toMatchObject({ run: { status: 'completed', localToRemote: { admins: 0 } } });
    expect(office.rows('target/b.db', 'SELECT id FROM admins')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect([sha256(a), filesBelow(office.path('source'))]).toEqual(before);
  });

  it('[P11] is read-only where the pair, a marker or the target would have to write to it', async () => {
    const { office, a, b } = readOnlySource();
    const add = { name: 'shop', a, b };
    const unsaved = await callsAsUser(
      office,
      ['pairs.add', add],
      ['pairs.add', { ...add, direction: 'b-to-a' }],
      ['pairs.add', { ...add, direction: 'a-to-b', options: { marker: true } }],
    );
    expect(unsaved.map(({ error }) => error?.code)).toEqual(['read-only', 'read-only', 'read-only']);
    expect(existsSync(office.home.config)).toBe(false);
    const refused = await callsAsUser(
      office,
      ['pairs.add', { ...add, direction: 'a-to-b' }],
      ['pairs.edit', { pair: 'shop', a, direction: 'both' }],
      ['pairs.edit', { pair: 'shop', a, collections: { admins: { direction: 'both' } } }],
    );
    expect(refused.map(({ error }) => error?.code)).toEqual([undefined, 'read-only', 'read-only']);
  });
});
