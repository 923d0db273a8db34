import { describe, expect, test } from 'vitest';
import { openSqliteFile } from '../../electron/connectors/sqlite/open.ts';
import { SqliteConnector } from '../../electron/connectors/sqlite/sqlite-connector.ts';
import type { Side, WriteIntent } from '../../electron/engine/port/connector.ts';
import { bindTables, makeFile, openSqlite, realClock, rowsOf, specFor } from './sqlite-support.ts';
import {
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  key,
  keyUnder,
  rec,
  statusesOf,
  updateIn,
  writeOne,
} from './suite-support.ts';

async function bound(sql: string, ...tables: string[]): Promise<{ path: string; side: Side }> {
  const path = makeFile(sql);
  return { path, side: await bindTables(await openSqlite(path), ...tables) };
}

const item = (id: bigint, a: string) => insertInto('t', key(id), rec({ id, a }));

describe('writing to a SQLite file', () => {
  test.each(['REPLACE', 'IGNORE', 'FAIL', 'ROLLBACK'])(
    '[SQ40] a table that says ON CONFLICT %s loses no record to ours',
    async (clause) => {
      const { path, side } = await bound(
        `CREATE TABLE t (id INTEGER PRIMARY KEY ON CONFLICT ${clause}, a TEXT UNIQUE ON CONFLICT ${clause}); INSERT INTO t VALUES (1, 'x'), (2, 'y')`,
        't',
      );
      expect(
        await side.write({
          intents: [item(3n, 'x'), item(1n, 'z'), updateIn('t', key(2n), { a: ['y', 'x'] }), item(4n, 'w')],
        }),
      ).toMatchObject([
        { status: 'rejected', code: 'unique', ownerKey: key(1n), field: 'a' },
        { status: 'changed', actual: rec({ id: 1n, a: 'x' }) },
        { status: 'rejected', code: 'unique', ownerKey: key(1n) },
        { status: 'applied' },
      ]);
      expect(rowsOf(path, 'SELECT * FROM t')).toEqual([
        [1n, 'x'],
        [2n, 'y'],
        [4n, 'w'],
      ]);
    },
  );

  test('[SQ41] conflict clauses inside the user’s own triggers work as they are written', async () => {
    const { path, side } = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE seen (a PRIMARY KEY, n);
       CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO seen VALUES (NEW.a, 0); UPDATE seen SET n = n + 1 WHERE a = NEW.a; END`,
      't',
    );
    await fill(side, [item(1n, 'x'), item(2n, 'x')]);
    expect(rowsOf(path, 'SELECT * FROM seen')).toEqual([['x', 2n]]);
  });

  test.each(['ABORT', 'FAIL', 'ROLLBACK'])(
    '[SQ42] a trigger that says RAISE(%s) refuses its record alone and leaves nothing of it',
    async (how) => {
      const { path, side } = await bound(
        `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE log (a);
       CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); SELECT RAISE(${how}, 'not this one') WHERE NEW.a = 'bad'; END`,
        't',
      );
      const results = await side.write({ intents: [item(1n, 'x'), item(2n, 'bad'), item(3n, 'y'), item(4n, 'bad')] });
      expect(statusesOf(results)).toEqual(['applied', 'rejected', 'applied', 'rejected']);
      expect(results[1]).toMatchObject({ code: 'other', detail: 'not this one' });
      expect(rowsOf(path, 'SELECT * FROM t')).toEqual([
        [1n, 'x'],
        [3n, 'y'],
      ]);
      expect(rowsOf(path, 'SELECT * FROM log')).toEqual([['x'], ['y']]);
      const group = [item(5n, 'z'), item(6n, 'bad')].map((intent) => ({ ...intent, group: 1 }));
      expect(statusesOf(await side.write({ intents: [...group, item(7n, 'w')] }))).toEqual([
        'group-failed',
        'rejected',
        'applied',
      ]);
      expect(rowsOf(path, 'SELECT id FROM t')).toEqual([[1n], [3n], [7n]]);
    },
  );

  test('[SQ42] a trigger that leaves a record out without a word is a refusal', async () => {
    const { side } = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TRIGGER tr BEFORE INSERT ON t BEGIN SELECT RAISE(IGNORE); END`,
      't',
    );
    expect(await writeOne(side, item(1n, 'x'))).toMatchObject({
      status: 'rejected',
      code: 'other',
      detail: expect.stringContaining('trigger'),
    });
  });

  test('[SQ43] what a later write of the batch did to an earlier record by a trigger is told as stored', async () => {
    const { side } = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT);
       CREATE TRIGGER tr AFTER INSERT ON u BEGIN UPDATE t SET a = NEW.a WHERE id = NEW.id; END`,
      't',
      'u',
    );
    expect(
      await side.write({ intents: [item(1n, 'x'), insertInto('u', key(1n), rec({ id: 1n, a: 'later' }))] }),
    ).toEqual([{ status: 'applied', stored: rec({ id: 1n, a: 'later' }) }, { status: 'applied' }]);
  });

  test('[SQ44] each constraint has its code, field and owner', async () => {
    const { side } = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, c TEXT CHECK (c <> 'bad'), p TEXT, e TEXT) STRICT;
       CREATE UNIQUE INDEX u_part ON t (p COLLATE NOCASE) WHERE n > 0; CREATE UNIQUE INDEX u_expr ON t (lower(e));
       INSERT INTO t VALUES (1, 0, '', 'same', 'x'), (2, 1, '', 'SAME', 'y');`,
      't',
    );
    const write = (fields: object) => {
      const full = { id: 9n, n: 5n, c: null, p: null, e: null, ...fields };
      return writeOne(side, insertInto('t', key(full.id), rec(full)));
    };
    expect(await write({ n: null })).toMatchObject({ code: 'not-null', field: 'n' });
    expect(await write({ c: 'bad' })).toMatchObject({ code: 'check' });
    expect(await write({ n: 'text' })).toMatchObject({ code: 'type', field: 'n' });
    expect(await write({ p: 'sAMe' })).toMatchObject({
      code: 'unique',
      index: 'u_part',
      ownerKey: key(2n),
      field: 'p',
    });
    expect(await write({ e: 'X' })).toMatchObject({ code: 'unique', index: 'u_expr', ownerKey: key(1n) });
    expect(await write({ id: 'nine' })).toMatchObject({ status: 'rejected', code: 'type' });
  });

  test('[SQ44] what NOT NULL refuses is told beforehand, in the same words, and what only the write tells is not', async () => {
    const { side, path } = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT NOT NULL DEFAULT 'x', c TEXT CHECK (c <> 'bad'), u TEXT UNIQUE);
       CREATE TABLE made (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
       CREATE TRIGGER longer AFTER INSERT ON made BEGIN UPDATE made SET n = n || '!' WHERE id = new.id; END;
       INSERT INTO t VALUES (1, 'a', '', 'u');`,
      't',
      'made',
    );
    const row = { id: 2n, n: 'b', c: null, u: null };
    const refused = [
      insertInto('t', key(2n), rec({ ...row, n: null })),
      updateIn('t', key(1n), { n: ['a', null] }),
      insertInto('made', key(1n), rec({ id: 1n, n: null })),
    ];
    const tried = [
      insertInto('t', key(1n), rec({ ...row, id: 1n, n: null })),
      insertInto('t', key(2n), rec({ ...row, c: 'bad' })),
      insertInto('t', key(2n), rec({ ...row, u: 'u' })),
      insertInto('made', key(1n), rec({ id: 1n, n: 5n })),
    ];
    const told = await side.foresee?.([...refused, ...tried]);
    expect(rowsOf(path, 'SELECT count(*) FROM t UNION ALL SELECT count(*) FROM made')).toEqual([[1n], [0n]]);
    const results = await side.write({ intents: [...refused, ...tried] });
    expect(told).toEqual([...results.slice(0, 3), null, null, null, null]);
    expect(results.map(({ status }) => status).slice(3)).toEqual(['changed', 'rejected', 'rejected', 'applied']);
  });

  test('[SQ52] who holds a value is found by the terms of the index, and not where they read what is no part of the pair', async () => {
    const schema = `CREATE TABLE t (id INTEGER PRIMARY KEY, "a,(b" TEXT, e TEXT, n INT, hidden TEXT);
       CREATE UNIQUE INDEX u1 ON t (lower("a,(b" || ',)') COLLATE BINARY DESC, abs(n) ASC) WHERE n <> 0 AND "a,(b" IS NOT NULL;
       CREATE UNIQUE INDEX u2 ON t (coalesce(e, hidden));
       INSERT INTO t VALUES (1, 'x', 'one', 0, NULL), (2, 'X', 'two', -5, NULL), (3, 'y', 'three', 5, NULL);`;
    const path = makeFile(schema);
    const connector = await openSqlite(path);
    const spec = await specFor(connector, 't');
    const side = await connector.bind([{ ...spec, fields: spec.fields.filter(({ name }) => name !== 'hidden') }]);
    const write = (fields: object) =>
      writeOne(side, insertInto('t', key(9n), rec({ id: 9n, 'a,(b': 'z', e: 'e', n: 1n, ...fields })));
    expect(await write({ 'a,(b': 'x', n: 5n })).toMatchObject({ code: 'unique', index: 'u1', ownerKey: key(2n) });
    const hidden = await write({ e: 'three' });
    expect(hidden).toMatchObject({ code: 'unique', index: 'u2' });
    expect(hidden).not.toHaveProperty('ownerKey');
    expect(await write({ 'a,(b': 'x', n: 0n })).toEqual({ status: 'applied' });
  });

  test('[SQ45] references are judged under the parent’s collation, by unsynced children too, and not at all where the parent table is missing', async () => {
    const { path, side } = await bound(
      `CREATE TABLE p (code TEXT COLLATE NOCASE PRIMARY KEY, v); CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT REFERENCES p);
       CREATE TABLE unsynced (x TEXT REFERENCES p (code) ON DELETE CASCADE); CREATE TABLE lost (id INTEGER PRIMARY KEY, a REFERENCES nowhere (z));
       INSERT INTO p VALUES ('Ab', 1), ('cd', 2), ('ef', 3); INSERT INTO unsynced VALUES ('CD')`,
      'p',
      't',
      'lost',
    );
    const parent = (code: string) => keyUnder('nocase', code);
    expect(
      await side.write({
        intents: [
          item(1n, 'aB'),
          item(2n, 'zz'),
          insertInto('lost', key(1n), rec({ id: 1n, a: 'anything' })),
          deleteFrom('p', parent('cd'), rec({ code: 'cd', v: 2n })),
          deleteFrom('p', parent('ab'), rec({ code: 'Ab', v: 1n })),
          deleteFrom('p', parent('ef'), rec({ code: 'ef', v: 3n })),
          updateIn('p', parent('ab'), { code: ['Ab', 'AB'] }),
        ],
      }),
    ).toEqual([
      { status: 'applied' },
      { status: 'blocked', by: 'parent-missing', reference: 't(a) → p(code)' },
      { status: 'applied' },
      { status: 'blocked', by: 'child-exists', reference: 'unsynced(x) → p(code)' },
      { status: 'blocked', by: 'child-exists', reference: 't(a) → p(code)' },
      { status: 'applied' },
      { status: 'applied' },
    ]);
    expect(rowsOf(path, 'SELECT x FROM unsynced')).toEqual([['CD']]);
  });

  test('[SQ45] a record may refer to itself, and a chain may be taken down child first', async () => {
    const { side } = await bound('CREATE TABLE t (id INTEGER PRIMARY KEY, a REFERENCES t)', 't');
    const node = (id: bigint, a: bigint | null) => insertInto('t', key(id), rec({ id, a }));
    await fill(side, [node(1n, 1n), node(2n, 1n), node(3n, 2n)]);
    const remove = (id: bigint, a: bigint) => deleteFrom('t', key(id), rec({ id, a }));
    expect(await writeOne(side, remove(2n, 1n))).toMatchObject({ status: 'blocked', by: 'child-exists' });
    await fill(side, [remove(3n, 2n), remove(2n, 1n), remove(1n, 1n)]);
  });

  test('[SQ46] unique values go round in a group also where NULL is not allowed, over several fields and with a delete', async () => {
    const { path, side } = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, n INTEGER NOT NULL, m REAL NOT NULL, UNIQUE (n, m));
       INSERT INTO t VALUES (1, 'x', 1, 1.5), (2, 'y', 2, 2.5), (3, 'z', 3, 3.5), (4, 'gone', 4, 4.5)`,
      't',
    );
    await fill(side, [
      updateIn('t', key(1n), { a: ['x', 'y'], n: [1n, 2n], m: [1.5, 2.5] }, 1),
      updateIn('t', key(2n), { a: ['y', 'z'], n: [2n, 3n], m: [2.5, 3.5] }, 1),
      updateIn('t', key(3n), { a: ['z', 'gone'], n: [3n, 1n], m: [3.5, 1.5] }, 1),
      deleteFrom('t', key(4n), rec({ id: 4n, a: 'gone', n: 4n, m: 4.5 }), 1),
    ]);
    expect(rowsOf(path, 'SELECT * FROM t')).toEqual([
      [1n, 'y', 2n, 2.5],
      [2n, 'z', 3n, 3.5],
      [3n, 'gone', 1n, 1.5],
    ]);
    const results = await side.write({
      intents: [updateIn('t', key(1n), { a: ['y', 'z'] }, 2), updateIn('t', key(2n), { a: ['stale', 'y'] }, 2)],
    });
    expect(statusesOf(results)).toEqual(['group-failed', 'changed']);
    expect(rowsOf(path, 'SELECT a FROM t')).toEqual([['gone'], ['y'], ['z']]);
  });

  test('[SQ47] a full disk stops the batch as a whole, in plain words', async () => {
    const path = makeFile('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)');
    const file = await openSqliteFile({ url: path, busyMs: 0, create: false, readOnly: false, clock: realClock });
    const connector = new SqliteConnector(file);
    const side = await bindTables(connector, 't');
    file.db.pragma('max_page_count = 4');
    const failure = await failureOf(
      side.write({ intents: [item(1n, 'small'), item(2n, 'x'.repeat(50_000)), item(3n, 'small')] }),
      'disk-full',
    );
    expect(failure.message).toContain('no room left');
    expect(failure.next).toContain('Nothing of this batch was written');
    expect(rowsOf(path, 'SELECT count(*) FROM t')).toEqual([[0n]]);
    await fill(side, [item(1n, 'small')]);
    await connector.close();
  });

  test('[SQ48] fields that are not mapped keep what they hold, and take their default in a new record', async () => {
    const path = makeFile(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, own TEXT NOT NULL DEFAULT 'mine'); INSERT INTO t VALUES (1, 'x', 'private')`,
    );
    const connector = await openSqlite(path);
    const fields = ['id', 'a'].map((name) => ({ name, physical: name }));
    const side = await connector.bind([{ name: 't', physical: 't', key: ['id'], fields }]);
    await fill(side, [updateIn('t', key(1n), { a: ['x', 'y'] }), item(2n, 'z')]);
    expect(rowsOf(path, 'SELECT * FROM t')).toEqual([
      [1n, 'y', 'private'],
      [2n, 'z', 'mine'],
    ]);
  });

  const beside = `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, note TEXT, "my price" INT, state TEXT DEFAULT 'new', twice AS (a || a));`;
  async function inPart(rows: string): Promise<{ path: string; side: Side }> {
    const path = makeFile(`${beside} INSERT INTO t (id, a, note, "my price", state) VALUES ${rows}`);
    const connector = await openSqlite(path);
    const fields = ['id', 'a'].map((name) => ({ name, physical: name }));
    return { path, side: await connector.bind([{ name: 't', physical: 't', key: ['id'], fields }]) };
  }
  const knowingly = (intent: WriteIntent) => ({ ...intent, evenWithMore: true }) as const;
  const gone = (id: bigint, a: string) => deleteFrom('t', key(id), rec({ id, a }));

  test('[SQ49] a record that holds more than the pair maps is deleted only by who says so', async () => {
    const { path, side } = await inPart(
      `(1, 'x', 'mine', NULL, 'new'), (2, 'y', NULL, NULL, 'old'), (3, 'z', '', 7, 'new'), (4, 'w', 'keep', 1, 'new')`,
    );
    const results = await side.write({
      intents: [gone(1n, 'x'), gone(2n, 'y'), gone(3n, 'z'), knowingly(gone(4n, 'w'))],
    });
    expect(results).toEqual([
      {
        status: 'rejected',
        code: 'holds-more',
        detail: 'it also holds note, which is not part of the pair; deleting it would lose that for good',
      },
      { status: 'applied' },
      {
        status: 'rejected',
        code: 'holds-more',
        detail: expect.stringContaining('note and my price, which are not part'),
      },
      { status: 'applied' },
    ]);
    expect(rowsOf(path, 'SELECT id, note FROM t ORDER BY id')).toEqual([
      [1n, 'mine'],
      [3n, ''],
    ]);
    expect(await writeOne(side, gone(1n, 'not this'))).toMatchObject({ status: 'changed' });
  });

  test('[SQ49] a number that the table gives by itself is nothing that anybody wrote', async () => {
    const path = makeFile(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, k TEXT NOT NULL UNIQUE); INSERT INTO t VALUES (7, 'x')",
    );
    const connector = await openSqlite(path);
    const spec = { name: 't', physical: 't', key: ['k'], fields: [{ name: 'k', physical: 'k' }] };
    const side = await connector.bind([spec]);
    await fill(side, [deleteFrom('t', key('x'), rec({ k: 'x' }))]);
    expect(rowsOf(path, 'SELECT count(*) FROM t')).toEqual([[0n]]);
  });

  test('[SQ49] another record takes no place in which more is held than the pair maps', async () => {
    const { path, side } = await inPart(`(1, 'Alice', 'about Alice', NULL, 'new'), (2, 'Ann', NULL, NULL, 'new')`);
    const replaced = (id: bigint, from: string) =>
      ({ ...updateIn('t', key(id), { a: [from, 'Bob'] }), replaces: true }) as const;
    expect(await side.write({ intents: [replaced(1n, 'Alice'), replaced(2n, 'Ann')] })).toEqual([
      {
        status: 'rejected',
        code: 'holds-more',
        detail: expect.stringContaining('it also holds note, which is not part'),
      },
      { status: 'applied' },
    ]);
    await fill(side, [updateIn('t', key(1n), { a: ['Alice', 'Alicia'] })]);
    expect(rowsOf(path, 'SELECT id, a, note FROM t ORDER BY id')).toEqual([
      [1n, 'Alicia', 'about Alice'],
      [2n, 'Bob', null],
    ]);
  });
});
