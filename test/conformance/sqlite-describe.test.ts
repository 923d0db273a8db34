import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { CollectionInfo } from '../../electron/engine/port/schema.ts';
import { must } from '../../shared/lib/assert.ts';
import { bindTables, makeFile, openSqlite, otherProgram, rowsOf, specFor, tempFolder } from './sqlite-support.ts';
import { failureOf, fill, insertInto, key, keyUnder, rec, scanAll } from './suite-support.ts';

/** What `describe` says of a table of a file made by `sql`. */
async function described(sql: string, table = 't'): Promise<CollectionInfo> {
  return must(
    (await (await openSqlite(makeFile(sql))).describe()).collections.find(({ name }) => name === table),
    table,
  );
}

const reportedIn = async (sql: string) =>
  new Map(
    (await (await openSqlite(makeFile(sql))).describe()).reported.map(({ name, kind, why }) => [name, { kind, why }]),
  );

/** A file whose program knows a collation that nobody else does: the definition says so, as that program left it. */
function makeWithCollation(): string {
  const path = makeFile(
    'CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT); CREATE TABLE u (a TEXT UNIQUE); CREATE TABLE w (id INTEGER PRIMARY KEY)',
  );
  const db = new Database(path);
  db.unsafeMode();
  db.pragma('writable_schema = ON');
  db.exec(
    `UPDATE sqlite_schema SET sql = replace(replace(sql, 'id TEXT', 'id TEXT COLLATE "de_DE"'), '(a TEXT', '(a TEXT COLLATE "de_DE"')`,
  );
  db.close();
  return path;
}

describe('the definitions of a SQLite file', () => {
  test('[SQ20] the key is the declared one, in its order, with the collations of its index', async () => {
    expect(
      (await described('CREATE TABLE t (a, b TEXT COLLATE NOCASE, c, PRIMARY KEY (c, b COLLATE RTRIM, a))')).key,
    ).toEqual({
      fields: ['c', 'b', 'a'],
      collations: ['binary', 'rtrim', 'binary'],
      origin: 'primary',
    });
    const rowid = await described('CREATE TABLE t (id INTEGER PRIMARY KEY, b)');
    expect([rowid.key?.fields, rowid.autoKey, rowid.fields[0]?.nullable]).toEqual([['id'], true, false]);
    const other = await described('CREATE TABLE t (id INT PRIMARY KEY, b)');
    expect([other.key?.fields, other.autoKey, other.fields[0]?.nullable]).toEqual([['id'], false, true]);
    const text = await described('CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID');
    expect([text.key?.collations, text.autoKey, text.fields[0]?.nullable]).toEqual([['nocase'], false, false]);
    expect((await described('CREATE TABLE t (id INTEGER PRIMARY KEY DESC, b)')).autoKey).toBe(false);
  });

  test('[SQ20] fields tell their type, collation, default, and whether they are computed', async () => {
    const { fields } = await described(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, "a,(b" VARCHAR(10) COLLATE "nocase" DEFAULT (1 + (2)), -- COLLATE RTRIM
        [c d] NOT NULL CHECK ([c d] COLLATE RTRIM <> ')'), e AS (id + 1) STORED, f TEXT COLLATE rtrim REFERENCES t (id))`,
    );
    expect(fields.map(({ name, type, collation }) => [name, type, collation])).toEqual([
      ['id', 'INTEGER', 'binary'],
      ['a,(b', 'VARCHAR(10)', 'nocase'],
      ['c d', '', 'binary'],
      ['e', '', 'binary'],
      ['f', 'TEXT', 'rtrim'],
    ]);
    expect(fields.map(({ nullable }) => nullable)).toEqual([false, true, false, true, true]);
    expect(fields.map(({ generated }) => generated)).toEqual([false, false, false, true, false]);
    expect(fields.map(({ hasDefault }) => hasDefault)).toEqual([false, true, false, false, false]);
  });

  test('[SQ21] a table without a primary key has none, and a unique index is not taken for one', async () => {
    expect((await described('CREATE TABLE t (a INTEGER NOT NULL UNIQUE, b)')).key).toBeNull();
    expect((await reportedIn('CREATE TABLE t (a INTEGER NOT NULL UNIQUE, b)')).get('t')).toMatchObject({
      kind: 'table',
      why: expect.stringContaining('--key t='),
    });
  });

  test('[SQ21] views, virtual tables and what belongs to them, and SQLite’s own tables are reported, not synced', async () => {
    const sql = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b AS (a)); CREATE VIEW v AS SELECT * FROM t;
      CREATE VIRTUAL TABLE docs USING fts5(body); CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1);
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;`;
    const reported = await reportedIn(sql);
    const kinds = Object.fromEntries([...reported].map(([name, { kind }]) => [name, kind]));
    expect(kinds).toMatchObject({
      v: 'view',
      docs: 'virtual',
      docs_data: 'shadow',
      docs_content: 'shadow',
      boxes: 'virtual',
      boxes_node: 'shadow',
    });
    expect(kinds).toMatchObject({ sqlite_sequence: 'table', 't.b': 'field', tr: 'trigger' });
    expect([...reported.values()].every(({ why }) => why.length > 10)).toBe(true);
    const connector = await openSqlite(makeFile(sql));
    expect((await connector.describe()).collections.map(({ name }) => name)).toEqual(['t']);
    const spec = { name: 'v', physical: 'v', key: ['id'], fields: [{ name: 'id', physical: 'id' }] };
    await failureOf(connector.bind([spec]), 'schema-mismatch');
  });

  test('[SQ21] shadow tables are known also where the module of their virtual table is missing', async () => {
    const path = makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE shapes_node (id INTEGER PRIMARY KEY)');
    const db = new Database(path);
    db.unsafeMode();
    db.pragma('writable_schema = ON');
    db.exec(
      `INSERT INTO sqlite_schema VALUES ('table', 'shapes', 'shapes', 0, 'CREATE VIRTUAL TABLE shapes USING unheard_of(x)')`,
    );
    db.close();
    const { collections, reported } = await (await openSqlite(path)).describe();
    expect(collections.map(({ name }) => name)).toEqual(['t']);
    expect(reported.find(({ name }) => name === 'shapes_node')?.kind).toBe('shadow');
  });

  test('[SQ21] a collation of the user’s own on a key is refused with the reason; the other tables go on', async () => {
    const connector = await openSqlite(makeWithCollation());
    const { collections, reported } = await connector.describe();
    const table = must(
      collections.find(({ name }) => name === 't'),
      't',
    );
    expect([table.key, table.fields[0]?.collation]).toEqual([null, 'unknown']);
    expect(reported.find(({ name }) => name === 't')?.why).toContain('collation');
    expect(reported.find(({ kind }) => kind === 'index')?.why).toContain('read, not written');
    expect(
      (await failureOf(connector.bind([await specFor(connector, 'u', ['a'])]), 'schema-mismatch')).message,
    ).toContain('collation');
    await fill(await bindTables(connector, 'w'), [insertInto('w', key(1n), rec({ id: 1n }))]);
  });

  test('[SQ22] unique indexes tell their fields, collations, conditions and expressions', async () => {
    const { unique } = await described(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b, c);
       CREATE UNIQUE INDEX u1 ON t (b COLLATE NOCASE, c); CREATE UNIQUE INDEX u2 ON t (lower(a)); CREATE INDEX plain ON t (c);
       CREATE UNIQUE INDEX u3 ON t (c) WHERE b IS NOT NULL;`,
    );
    expect(unique).toEqual([
      { name: 'sqlite_autoindex_t_1', fields: ['a'], collations: ['binary'], partial: false },
      { name: 'u1', fields: ['b', 'c'], collations: ['nocase', 'binary'], partial: false },
      { name: 'u2', fields: [null], collations: ['binary'], partial: false },
      { name: 'u3', fields: ['c'], collations: ['binary'], partial: true },
    ]);
  });

  test('[SQ23] references name the fields they mean, also where the definition leaves them out or writes them in another case', async () => {
    const { references } = await described(
      `CREATE TABLE Parent (x, Y, PRIMARY KEY (x, Y)); CREATE TABLE Solo (Id INTEGER PRIMARY KEY);
       CREATE TABLE t (id INTEGER PRIMARY KEY, A, b, s REFERENCES solo ON DELETE CASCADE ON UPDATE SET NULL, n REFERENCES nowhere (q),
         FOREIGN KEY (a, b) REFERENCES parent);`,
    );
    expect(references).toContainEqual({
      name: 't(A, b) → Parent(x, Y)',
      fields: ['A', 'b'],
      parent: 'Parent',
      parentFields: ['x', 'Y'],
      onDelete: 'no action',
      onUpdate: 'no action',
    });
    expect(references).toContainEqual(
      expect.objectContaining({
        fields: ['s'],
        parent: 'Solo',
        parentFields: ['Id'],
        onDelete: 'cascade',
        onUpdate: 'set null',
      }),
    );
    expect(references).toContainEqual(
      expect.objectContaining({ fields: ['n'], parent: 'nowhere', parentFields: ['q'] }),
    );
  });

  test('[SQ24] triggers tell the tables that their statements write', async () => {
    const { triggers } = await described(
      `CREATE TABLE a (x PRIMARY KEY); CREATE TABLE "b c" (x); CREATE TABLE d (x); CREATE TABLE e (x); CREATE TABLE r (x);
       CREATE TABLE t (id INTEGER PRIMARY KEY, v);
       CREATE TRIGGER tr AFTER UPDATE OF v ON t WHEN NEW.v > 'UPDATE zzz' BEGIN
         INSERT INTO A (x) VALUES ('DELETE FROM zzz') ON CONFLICT (x) DO UPDATE SET x = 1; -- UPDATE zzz
         UPDATE OR IGNORE "b c" SET x = (SELECT max(x) FROM r); DELETE FROM [d] WHERE x IN (SELECT x FROM r); REPLACE INTO e VALUES (1);
       END;
       CREATE TRIGGER quiet BEFORE DELETE ON t BEGIN SELECT 1; END;`,
    );
    expect(triggers).toContainEqual({ name: 'tr', writes: ['a', 'b c', 'd', 'e'] });
    expect(triggers).toContainEqual({ name: 'quiet', writes: [] });
  });
});

const OFFICE = `CREATE TABLE "we ird""name" (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE) STRICT;
  CREATE TABLE notes (k TEXT, p REFERENCES "we ird""name", PRIMARY KEY (k)) WITHOUT ROWID;
  CREATE INDEX by_p ON notes (p) WHERE p > 0;
  CREATE VIEW both AS SELECT * FROM notes JOIN "we ird""name" ON id = p;
  CREATE TRIGGER log AFTER INSERT ON notes BEGIN UPDATE "we ird""name" SET a = NEW.k WHERE id = NEW.p; END;
  CREATE TRIGGER into_view INSTEAD OF INSERT ON both BEGIN INSERT INTO notes VALUES (NEW.k, NEW.p); END;`;

describe('making the tables of one SQLite file in another', () => {
  test('[SQ25] tables, indexes, views and triggers come out exactly the same, and the triggers work', async () => {
    const from = await openSqlite(makeFile(OFFICE));
    const path = `${tempFolder()}/copy.db`;
    const to = await openSqlite(path, { create: true });
    const { collections, version, more } = (await from.describe()) as Awaited<ReturnType<typeof from.describe>> & {
      more: readonly string[];
    };
    const statements = [...more, ...collections.flatMap(({ create }) => create).toReversed()];
    await must(to.setup, 'setup').create(statements);
    expect((await to.describe()).collections).toEqual(collections);
    expect(more).toHaveLength(2);
    expect(rowsOf(path, 'SELECT count(*) FROM sqlite_schema WHERE sql IS NOT NULL')).toEqual([[6n]]);
    const db = otherProgram(path);
    db.exec(`INSERT INTO "we ird""name" VALUES (1, 'x'); INSERT INTO both (k, p) VALUES ('y', 1)`);
    expect(rowsOf(path, 'SELECT a FROM "we ird""name"')).toEqual([['y']]);
    expect(version).not.toBe('');
  });

  test.each([
    'DROP TABLE t',
    'CREATE TABLE x (y); DROP TABLE t',
    'CREATE TEMP TABLE x (y)',
    'CREATE TABLE temp.x (y)',
    'CREATE TABLE x AS SELECT * FROM t',
    'CREATE VIRTUAL TABLE x USING fts5(y)',
    `ATTACH 'other.db' AS o`,
    'PRAGMA journal_mode = WAL',
    'CREATE TABLE _tandem_marker (x)',
    'ALTER TABLE t RENAME TO u',
    'ALTER TABLE t DROP COLUMN id',
    'ALTER TABLE _tandem_marker ADD COLUMN a',
    'ALTER TABLE main.t ADD COLUMN a',
    '',
  ])('[SQ26] %j is refused, and so is everything that came with it', async (statement) => {
    const path = makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY)');
    const connector = await openSqlite(path);
    const create = must(connector.setup, 'setup').create(['CREATE TABLE fine (id INTEGER PRIMARY KEY)', statement]);
    expect((await failureOf(create, 'refused')).next).toBe('Nothing was created.');
    expect(rowsOf(path, 'SELECT name FROM sqlite_schema')).toEqual([['t']]);
  });

  test('[SQ29] a column is added with its definition as it is written, its indexes, and its value for records that are there', async () => {
    const source = makeFile(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, "a b" VARCHAR(9) COLLATE NOCASE NOT NULL DEFAULT 'x,)' /* ) */ CHECK ("a b" <> ''),
        n INTEGER DEFAULT -1, r REAL DEFAULT 2, f INTEGER REFERENCES t (id)); CREATE UNIQUE INDEX by_f ON t (f) WHERE n < 0`,
    );
    const path = makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)');
    const [from, to] = [await openSqlite(source), await openSqlite(path)];
    const wanted = must((await from.describe()).collections[0], 't');
    const statements = wanted.fields.flatMap(({ add }) => (add && 'statements' in add ? add.statements : []));
    await must(to.setup, 'setup').create([...new Set(statements)]);
    const { create: _sql, ...made } = must((await to.describe()).collections[0], 't');
    const { create: _other, ...rest } = wanted;
    const plain = ({ fields, ...table }: Omit<CollectionInfo, 'create'>) => ({
      ...table,
      fields: fields.map(({ add: _add, ...field }) => field),
    });
    expect(plain(made)).toEqual(plain(rest));
    expect(wanted.fields.map(({ default: held }) => held)).toEqual([undefined, 'x,)', -1n, 2, undefined]);
    expect(rowsOf(path, 'SELECT * FROM t')).toEqual([[1n, 'x,)', -1n, 2, null]]);
  });

  test('[SQ29] a column that cannot be added exactly says why', async () => {
    const { fields } = await described(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT UNIQUE, d TEXT DEFAULT CURRENT_TIMESTAMP, e INT DEFAULT (1 + 1), n TEXT NOT NULL,
        r INT DEFAULT 1 REFERENCES t (id), k INT, z INT, other INT CHECK (other > z), CHECK (k > 0))`,
    );
    expect(fields.map(({ name, add }) => [name, add && 'why' in add ? add.why : 'can be added'])).toEqual([
      ['id', 'it is part of the key'],
      ['u', 'it is UNIQUE in the definition of the table'],
      ['d', 'its default is computed'],
      ['e', 'its default is computed'],
      ['n', 'it takes no NULL and has no default for the records that are there'],
      ['r', 'it refers to another table and has a default'],
      ['k', 'a rule of the table names it'],
      ['z', 'a rule of the table names it'],
      ['other', 'can be added'],
    ]);
  });

  test('[SQ27] the version moves with each definition and not with records', async () => {
    const path = makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY)');
    const connector = await openSqlite(path);
    const versions = [(await connector.describe()).version];
    const other = otherProgram(path);
    for (const sql of [
      'CREATE INDEX i ON t (id)',
      'CREATE VIEW v AS SELECT 1',
      'DROP VIEW v',
      'ALTER TABLE t ADD COLUMN a',
      'INSERT INTO t VALUES (1, 2)',
    ]) {
      other.exec(sql);
      versions.push((await connector.describe()).version);
    }
    expect(versions[3]).toBe(versions[1]);
    expect(versions[5]).toBe(versions[4]);
    expect(new Set(versions).size).toBe(4);
  });
});

describe('a key that the person names', () => {
  test('[SQ28] is taken where a unique index stands behind it, with the collation of its columns', async () => {
    const connector = await openSqlite(
      makeFile('CREATE TABLE t (a TEXT COLLATE NOCASE, b, c); CREATE UNIQUE INDEX u ON t (b, a);'),
    );
    const side = await connector.bind([await specFor(connector, 't', ['a', 'b'])]);
    const intent = insertInto('t', keyUnder('nocase', 'Ab', 1n), rec({ a: 'Ab', b: 1n, c: 'x' }));
    await fill(side, [intent]);
    expect(await side.write({ intents: [{ ...intent, key: keyUnder('nocase', 'AB', 1n) }] })).toMatchObject([
      { status: 'changed' },
    ]);
    expect((await scanAll(side, 't')).keys).toEqual([keyUnder('nocase', 'ab', 1n)]);
  });

  test.each([
    ['nothing', ''],
    ['a condition', 'CREATE UNIQUE INDEX u ON t (a) WHERE b > 0'],
    ['an expression', 'CREATE UNIQUE INDEX u ON t (lower(a))'],
    ['more fields', 'CREATE UNIQUE INDEX u ON t (a, b)'],
    ['a finer collation', 'CREATE UNIQUE INDEX u ON t (a COLLATE BINARY)'],
  ])('[SQ28] is refused where %s stands behind it', async (_, index) => {
    const connector = await openSqlite(makeFile(`CREATE TABLE t (a TEXT COLLATE NOCASE, b); ${index}`));
    const failure = await failureOf(connector.bind([await specFor(connector, 't', ['a'])]), 'schema-mismatch');
    expect(failure.message).toContain('standing in two records');
  });

  test('[SQ28] other fields than the primary key may be named, and a second record of a primary key is then refused', async () => {
    const side = await (async () => {
      const connector = await openSqlite(
        makeFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE); INSERT INTO t VALUES (1, 'a')`),
      );
      return connector.bind([await specFor(connector, 't', ['code'])]);
    })();
    const [result] = await side.write({ intents: [insertInto('t', key('b'), rec({ id: 1n, code: 'b' }))] });
    expect(result).toMatchObject({ status: 'rejected', code: 'unique' });
    expect((await scanAll(side, 't')).keys).toEqual([key('a')]);
  });

  test('[SQ28] a computed field can be neither key nor record', async () => {
    const connector = await openSqlite(makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY, g AS (id + 1))'));
    const spec = await specFor(connector, 't');
    const failure = await failureOf(
      connector.bind([{ ...spec, fields: [...spec.fields, { name: 'g', physical: 'g' }] }]),
      'schema-mismatch',
    );
    expect(failure.message).toContain('computes t.g');
    await fill(await bindTables(connector, 't'), [insertInto('t', key(1n), rec({ id: 1n }))]);
  });
});
