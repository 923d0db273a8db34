import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LeftRecord } from '../../electron/connectors/sqlite/scan.ts';
import type { Side } from '../../electron/engine/port/connector.ts';
import { decodeKey, encodeKey, type Collation, type Key } from '../../electron/engine/port/key-codec.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { must } from '../../shared/lib/assert.ts';
import { bindTables, makeFile, openSqlite, rowsOf } from './sqlite-support.ts';
import {
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  key,
  keyUnder,
  readOne,
  rec,
  scanAll,
  updateIn,
  writeOne,
} from './suite-support.ts';

const bound = async (sql: string, ...tables: string[]): Promise<Side> =>
  bindTables(await openSqlite(makeFile(sql)), ...tables);

describe('records of a SQLite file', () => {
  test('[SQ30] names and values that look like statements are names and values', async () => {
    const table = `x"; DROP TABLE t; --`;
    const path = makeFile(
      `CREATE TABLE t (id); CREATE TABLE "x""; DROP TABLE t; --" ("select" TEXT PRIMARY KEY, "a'b\n" UNIQUE)`,
    );
    const side = await bindTables(await openSqlite(path), table);
    const value = `'); DELETE FROM t; --`;
    await fill(side, [insertInto(table, key(value), rec({ select: value, "a'b\n": 1n }))]);
    await fill(side, [updateIn(table, key(value), { "a'b\n": [1n, 2n] })]);
    expect(await writeOne(side, insertInto(table, key('z'), rec({ select: 'z', "a'b\n": 2n })))).toMatchObject({
      code: 'unique',
      ownerKey: key(value),
      field: "a'b\n",
    });
    expect(
      await must(side.lookup, 'lookup').find({ collection: table, fields: ['select'], tuples: [[value]], limit: 1 }),
    ).toEqual([[key(value)]]);
    expect(rowsOf(path, 'SELECT count(*) FROM t')).toEqual([[0n]]);
  });

  test('[SQ31] records with NULL in the key are told with the first page, twenty by name and the rest by number', async () => {
    const side = await bound(
      `CREATE TABLE t (a TEXT, b, PRIMARY KEY (a, b)); INSERT INTO t VALUES ('k', 1), ('k', NULL), (NULL, 2);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO t SELECT NULL, i FROM n;`,
      't',
    );
    const first = await side.scan('t', null, 10);
    expect(first.records.map((record) => record.key)).toEqual([key('k', 1n)]);
    expect(first.left).toHaveLength(20);
    expect(first.left.map(({ what }) => what)).toContain('t null, 2, 2 records');
    expect(first.left.at(-1)?.what).toContain('12 more records');
    expect(first.left.every(({ why }) => why.includes('NULL'))).toBe(true);
    expect((await side.scan('t', key('a', 1n), 10)).left).toEqual([]);
    expect(await must(side.digest, 'digest').count('t')).toBe(1);
  });

  test('[SQ32] a field that is no valid text keeps its record out, under its key, and is neither deleted nor overwritten', async () => {
    const path = makeFile(`CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
      INSERT INTO t VALUES (1, 'fine'), (2, CAST(x'61ff62' AS TEXT)), (3, '\ufffd stands here by right');`);
    const side = await bindTables(await openSqlite(path), 't');
    const page = await side.scan('t', null, 10);
    expect(page.records.map((record) => record.key)).toEqual([key(1n), key(3n)]);
    const left: readonly LeftRecord[] = page.left;
    expect(left).toEqual([{ what: 't 2', why: expect.stringContaining('not valid UTF-8'), key: key(2n) }]);
    const failure = await failureOf(side.read('t', [key(1n), key(2n)]), 'value-invalid');
    expect(failure.next).toContain('does not count as deleted');
    expect(await readOne(side, 't', key(3n))).toEqual(rec({ id: 3n, a: '\ufffd stands here by right' }));
    const results = await side.write({
      intents: [
        deleteFrom('t', key(2n), rec({ id: 2n, a: 'a\ufffdb' })),
        updateIn('t', key(2n), { a: ['a\ufffdb', 'new'] }),
        updateIn('t', key(1n), { a: ['fine', 'better'] }),
      ],
    });
    expect(results).toEqual([
      { status: 'rejected', code: 'type', detail: expect.stringContaining('UTF-8') },
      { status: 'rejected', code: 'type', detail: expect.stringContaining('UTF-8') },
      { status: 'applied' },
    ]);
    expect(rowsOf(path, 'SELECT hex(a) FROM t WHERE id = 2')).toEqual([['61FF62']]);
  });

  test.each([1, 2, 3, 50])('[SQ32] keys that are no valid text stop no scan, in pages of %i', async (limit) => {
    const path = makeFile('CREATE TABLE t (k TEXT PRIMARY KEY, v)');
    const db = new Database(path);
    const insert = db.prepare('INSERT INTO t VALUES (CAST(? AS TEXT), ?)');
    const keys = ['61', '80', '81', '8182', 'c3a9', 'efbfbc', 'efbfbd', 'efbfbdff', 'efbfbe', 'fe', 'ff', 'ffff', '7a'];
    for (const hex of keys) insert.run(Buffer.from(hex, 'hex'), hex);
    db.close();
    const { keys: found, left } = await scanAll(await bindTables(await openSqlite(path), 't'), 't', limit);
    const valid = ['61', '7a', 'c3a9', 'efbfbc', 'efbfbd', 'efbfbe'];
    expect(found).toEqual(valid.map((hex) => key(Buffer.from(hex, 'hex').toString('utf8'))));
    expect(left).toHaveLength(keys.length - valid.length);
    expect((left as LeftRecord[]).every((record) => record.key === undefined)).toBe(true);
  });

  const value = fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer({ min: -3, max: 3 }).map(BigInt),
    fc.double({ noNaN: true }),
    fc.constantFrom<Value>(
      2 ** 53,
      2n ** 53n,
      2n ** 53n + 1n,
      -(2n ** 63n),
      2 ** 63,
      -0,
      0,
      0n,
      Infinity,
      -Infinity,
      5e-324,
    ),
    fc.string({
      unit: fc.constantFrom(
        'a',
        'A',
        'b',
        'Z',
        '_',
        '[',
        ' ',
        '\0',
        '\u00e9',
        '\u{1F600}',
        '\ufffd',
        '\ud7ff',
        '\uffee',
      ),
      maxLength: 4,
    }),
    fc.uint8Array({ maxLength: 3 }),
  );

  test.each<[Collation, Collation]>([
    ['binary', 'binary'],
    ['nocase', 'rtrim'],
    ['rtrim', 'nocase'],
  ])(
    '[SQ33] SQLite’s own order of keys under %s and %s is the order of their bytes, page by page',
    async (one, two) => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }), async (tuples) => {
          const path = makeFile(
            `CREATE TABLE t (a NOT NULL COLLATE ${one}, b NOT NULL COLLATE ${two}, PRIMARY KEY (a, b)) WITHOUT ROWID`,
          );
          const db = new Database(path);
          const insert = db.prepare('INSERT OR IGNORE INTO t VALUES (?, ?)');
          for (const tuple of tuples) insert.run(...tuple);
          db.close();
          const connector = await openSqlite(path);
          const side = await bindTables(connector, 't');
          const expected = [...new Set(tuples.map((tuple) => encodeKey(tuple, [one, two])))].sort();
          for (const limit of [1, 3, 100]) expect((await scanAll(side, 't', limit)).keys).toEqual(expected);
          expect([...(await side.read('t', expected)).keys()]).toEqual(expected);
          await connector.close();
        }),
        { numRuns: 40, seed: 7 },
      );
    },
  );

  test('[SQ33] a key gives back values that are the same key', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Collation>('binary', 'nocase', 'rtrim'),
        (values, collation) => {
          const collations = values.map(() => collation);
          const made: Key = encodeKey(values, collations);
          expect(encodeKey(decodeKey(made), collations)).toBe(made);
        },
      ),
      { seed: 7 },
    );
    expect(decodeKey(key(1, 1.5, 'a\0', null, new Uint8Array([0, 255])))).toEqual([
      1n,
      1.5,
      'a\0',
      null,
      new Uint8Array([0, 255]),
    ]);
  });

  const texts = ['a', 'b', '\u0100', '\u00ff', '\uffee', '\u{1F600}', 'Z', '\ufffd'];
  const wide = (rows: string): string =>
    makeFile(`PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (k TEXT PRIMARY KEY, v); INSERT INTO t VALUES ${rows};`);

  test.each([1, 3, 7, 8, 100])(
    '[SQ34] a UTF-16 file is scanned in the order of keys, in pages of %i',
    async (limit) => {
      const side = await bindTables(
        await openSqlite(wide(texts.map((text, i) => `('${text}', ${i})`).join(', '))),
        't',
      );
      const { keys, left, records } = await scanAll(side, 't', limit);
      expect(keys).toEqual(texts.map((text) => key(text)).sort());
      expect(records.get(key('Z'))).toEqual(rec({ k: 'Z', v: 6n }));
      expect(left).toEqual([]);
      await fill(side, [insertInto('t', key('\u{10FFFF}'), rec({ k: '\u{10FFFF}', v: 'x' }))]);
      expect(await readOne(side, 't', key('\u{10FFFF}'))).toEqual(rec({ k: '\u{10FFFF}', v: 'x' }));
    },
  );

  test('[SQ34] a key of several parts, under a collation, comes in order from a UTF-16 file', async () => {
    const path = makeFile(`PRAGMA encoding = 'UTF-16be'; CREATE TABLE t (a TEXT COLLATE NOCASE, b, PRIMARY KEY (a, b));
      INSERT INTO t VALUES ('\u0100', 1), ('Z', 2), ('a', 'x'), ('A', 2), ('\u00ff', x'00'), (NULL, 1)`);
    const { keys, left } = await scanAll(await bindTables(await openSqlite(path), 't'), 't', 2);
    expect(keys).toHaveLength(5);
    expect(keys).toEqual([...keys].sort());
    expect(left).toHaveLength(1);
  });

  test('[SQ34] a scan of a UTF-16 file goes on where nobody knows its keys, and knows none after its last page', async () => {
    const path = wide("('a', 1), ('c', 2), ('\u0100', 3), ('\u00ff', 4)");
    const side = await bindTables(await openSqlite(path), 't');
    const goingOn = async (from: Side): Promise<readonly Key[]> =>
      (await from.scan('t', key('a'), 9)).records.map((record) => record.key);
    const rest = ['c', '\u00ff', '\u0100'].map((text) => key(text)).sort();
    expect(await goingOn(side)).toEqual(rest);
    const first = await side.scan('t', null, 1);
    expect(first.next).toBe(key('a'));
    const db = new Database(path);
    db.exec("INSERT INTO t VALUES ('b', 5); DELETE FROM t WHERE k = 'c'");
    db.close();
    expect(await goingOn(side)).toEqual(rest.filter((one) => one !== key('c')));
    expect(await goingOn(side)).toEqual([key('b'), ...rest.filter((one) => one !== key('c'))]);
    expect(await goingOn(await bindTables(await openSqlite(path), 't'))).toContain(key('b'));
  });

  test.each([1, 2, 50])(
    '[SQ32] [SQ34] text that is none stops no scan of a UTF-16 file, in pages of %i',
    async (limit) => {
      const path = wide(
        "('a', 1), ('\ufffd', 'by right'), (CAST(x'00d8' AS TEXT), 2), (CAST(x'00dc' AS TEXT), 3), ('z', CAST(x'00dc' AS TEXT))",
      );
      const { keys, left } = await scanAll(await bindTables(await openSqlite(path), 't'), 't', limit);
      expect(keys).toEqual([key('a'), key('\ufffd')]);
      expect((left as LeftRecord[]).flatMap((record) => record.key ?? [])).toEqual([key('z')]);
      expect(left).toHaveLength(3);
    },
  );

  test('[SQ35] what a column would make another value of is refused, with both values, and nothing is written', async () => {
    const side = await bound('CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, n DATETIME, r REAL, s TEXT, a)', 't');
    const cases: [string, Value, string][] = [
      ['i', '12', "i would keep the whole number 12 instead of the text '12'"],
      ['i', '00501', "i would keep the whole number 501 instead of the text '00501'"],
      ['i', 3, 'i would keep the whole number 3 instead of the decimal number 3.0'],
      ['i', ' 7 ', "i would keep the whole number 7 instead of the text ' 7 '"],
      ['n', '1e3', "n would keep the whole number 1000 instead of the text '1e3'"],
      ['n', '.5', "n would keep the decimal number 0.5 instead of the text '.5'"],
      ['r', 4n, 'r would keep the decimal number 4.0 instead of the whole number 4'],
      ['r', '2.5', "r would keep the decimal number 2.5 instead of the text '2.5'"],
      [
        'r',
        9007199254740993n,
        'r would keep the decimal number 9007199254740992.0 instead of the whole number 9007199254740993',
      ],
      ['s', 5n, "s would keep the text '5' instead of the whole number 5"],
      ['s', 1.5, "s would keep the text '1.5' instead of the decimal number 1.5"],
    ];
    const empty = { i: null, n: null, r: null, s: null, a: null };
    await fill(side, [insertInto('t', key(1n), rec({ id: 1n, ...empty }))]);
    for (const [field, given, detail] of cases) {
      const refused = { status: 'rejected', code: 'type', field, detail };
      const insert = insertInto('t', key(2n), rec({ id: 2n, ...empty, [field]: given }));
      const update = updateIn('t', key(1n), { [field]: [null, given] });
      expect(await side.foresee?.([insert, update])).toEqual([refused, refused]);
      expect([await writeOne(side, insert), await writeOne(side, update)]).toEqual([refused, refused]);
    }
    expect(await readOne(side, 't', key(1n))).toEqual(rec({ id: 1n, ...empty }));
    expect(await writeOne(side, insertInto('t', key(2n), rec({ id: 2n, ...empty, r: -0 })))).toEqual({
      status: 'applied',
      stored: rec({ id: 2n, ...empty, r: 0 }),
    });
    const kept = { i: 'twelve', n: '2021-01-01 00:00:00', r: 1.5, s: '007', a: '1' };
    const inserts = [kept, { ...kept, r: -0, i: 1e300 }].map((values) =>
      insertInto('t', key(99n), rec({ id: 99n, ...values })),
    );
    expect(await side.foresee?.(inserts)).toEqual([null, null]);
    await fill(side, [insertInto('t', key(99n), rec({ id: 99n, ...kept }))]);
    expect(await readOne(side, 't', key(99n))).toEqual(rec({ id: 99n, ...kept }));
  });

  test.each<[string, Value]>([
    ['not a number', Number.NaN],
    ['a number of more than 64 bits', 2n ** 63n],
    ['half a character', 'a\ud800'],
  ])('[SQ36] %s is refused by name instead of being stored as something else', async (_, given) => {
    const side = await bound('CREATE TABLE t (id INTEGER PRIMARY KEY, a)', 't');
    await fill(side, [insertInto('t', key(1n), rec({ id: 1n, a: 'x' }))]);
    const refused = { status: 'rejected', code: 'type', field: 'a' };
    const intents = [insertInto('t', key(2n), rec({ id: 2n, a: given })), updateIn('t', key(1n), { a: ['x', given] })];
    expect(await side.foresee?.(intents)).toMatchObject([refused, refused]);
    expect(await side.write({ intents })).toMatchObject([refused, refused]);
    expect((await scanAll(side, 't')).records).toEqual(new Map([[key(1n), rec({ id: 1n, a: 'x' })]]));
  });

  test('[SQ37] a key may change the case of its letters under NOCASE, and stays the same record', async () => {
    const side = await bound(
      `CREATE TABLE t (name TEXT COLLATE NOCASE PRIMARY KEY, v); INSERT INTO t VALUES ('anna', 1)`,
      't',
    );
    await fill(side, [updateIn('t', keyUnder('nocase', 'anna'), { name: ['anna', 'Anna'] })]);
    expect(await readOne(side, 't', keyUnder('nocase', 'ANNA'))).toEqual(rec({ name: 'Anna', v: 1n }));
  });

  test('[SQ38] memory for a scan is that of a page, and the names are shared by all records', async () => {
    const side = await bound(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, b, a);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO t SELECT i, i, hex(i) FROM n;`,
      't',
    );
    const one = await side.scan('t', null, 1000);
    const two = await side.scan('t', one.next, 1000);
    const names = one.records[0]?.record.names;
    expect(names).toEqual(['a', 'b', 'id']);
    expect([...one.records, ...two.records].every(({ record }) => record.names === names)).toBe(true);
    expect((await side.scan('t', two.next, 1000)).next).toBeNull();
  });
});
