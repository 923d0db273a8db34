import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench } from '../../support/bad-input.ts';

/** The same fields on both sides, but Remote takes less. */
const wide = `CREATE TABLE ages(id INTEGER PRIMARY KEY, age INTEGER, note TEXT);
  CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE days(id INTEGER PRIMARY KEY, day INTEGER);
  CREATE TABLE codes(id INTEGER PRIMARY KEY, code TEXT);
  CREATE TABLE doors(id INTEGER PRIMARY KEY, door TEXT);`;
const narrow = `CREATE TABLE ages(id INTEGER PRIMARY KEY, age INTEGER CHECK (age < 150), note TEXT);
  CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE days(id INTEGER PRIMARY KEY, day INTEGER) STRICT;
  CREATE TABLE codes(id INTEGER PRIMARY KEY, code TEXT CHECK (length(code) <= 5));
  CREATE TABLE doors(id INTEGER PRIMARY KEY, door TEXT);
  CREATE TRIGGER closed BEFORE INSERT ON doors WHEN NEW.door = 'closed' BEGIN SELECT RAISE(ABORT, 'this door stays closed'); END;`;
const rows = `INSERT INTO ages VALUES (1, 30, 'fits'); INSERT INTO names VALUES (1, 'Ann'); INSERT INTO days VALUES (1, 7);
  INSERT INTO codes VALUES (1, 'AB'); INSERT INTO doors VALUES (1, 'open');`;

const others = /1 conflict waits for you; every other record went through/;
const look = /conflicts --pair shop/;
const list: readonly { readonly what: string; readonly bad: string; readonly good: string; readonly why: RegExp }[] = [
  {
    what: 'a value that a CHECK of the other side refuses',
    bad: "INSERT INTO ages VALUES (2, 200, 'too old')",
    good: 'UPDATE ages SET age = 20 WHERE id = 2',
    why: /Remote.*(CHECK|age < 150)/,
  },
  {
    what: 'no value where the other side needs one',
    bad: 'INSERT INTO names VALUES (2, NULL)',
    good: "UPDATE names SET name = 'Bob' WHERE id = 2",
    why: /Remote.*(NOT NULL|needs a value|name)/,
  },
  {
    what: 'a text where a STRICT table of the other side takes integers',
    bad: "INSERT INTO days VALUES (2, 'Monday')",
    good: 'UPDATE days SET day = 1 WHERE id = 2',
    why: /Remote.*(INTEGER|TEXT|day)/,
  },
  {
    what: 'a value that is too long for the other side',
    bad: "INSERT INTO codes VALUES (2, 'ABCDEFGH')",
    good: "UPDATE codes SET code = 'ABC' WHERE id = 2",
    why: /Remote.*(CHECK|length)/,
  },
  {
    what: 'a record that a trigger of the other side refuses',
    bad: "INSERT INTO doors VALUES (2, 'closed')",
    good: "UPDATE doors SET door = 'ajar' WHERE id = 2",
    why: /Remote.*this door stays closed/,
  },
];

describe('[L7] [L17] a value that does not fit', () => {
  const told: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => (bench = await BadBench.create(wide, rows, { schemaB: narrow })));
  afterAll(() => bench.close());

  it.each(list)('$what parks its record, says why, and everything else flows', ({ what, bad, good, why }) => {
    const each: BadCase = {
      what,
      make: ({ a }) => bench.sql(a, bad),
      words: ['sync'],
      code: 'conflict',
      says: [others, others, look],
      changes: ['questions'],
    };
    expect(changedBy(bench, each, told)).toEqual(each.changes ?? []);
    const { out } = bench.run(['conflicts']);
    expect(out).toMatch(why);
    expect(out).toMatch(/resolve \d+ --strategy/);
    expect(out).not.toMatch(/SQLITE_/);
    const table = bad.split(' ')[2] ?? '';
    expect(bench.rows(bench.b, `SELECT count(*) FROM ${table}`)).toEqual([[1]]);
    expect(bench.rows(bench.a, `SELECT count(*) FROM ${table}`)).toEqual([[2]]);
    bench.sql(bench.a, good);
    bench.mustBe(0, 'sync');
    expect(bench.rows(bench.b, `SELECT * FROM ${table}`)).toEqual(bench.rows(bench.a, `SELECT * FROM ${table}`));
  });

  it('a resolution with a value that does not fit either is refused, and both sides stay', () => {
    bench.sql(bench.a, "UPDATE ages SET age = 300 WHERE id = 1; UPDATE ages SET note = 'both' WHERE id = 2");
    bench.run(['sync']);
    const [item] = JSON.parse(bench.run(['conflicts', '--json']).out) as { id: number }[];
    const before = bench.kept();
    const { exit, out, err } = bench.run(['resolve', `${item?.id}`, '--strategy', 'merge', '--field', 'age=400']);
    expect(exit).toBe(5);
    expect(out + err).toMatch(/Not resolved #\d+: /);
    expect(out + err).not.toMatch(/SQLITE_/);
    const after = bench.kept();
    expect([after.A, after.B, after.base]).toEqual([before.A, before.B, before.base]);
    expect(bench.run(['resolve', `${item?.id}`, '--strategy', 'merge', '--field', 'age=40'])).toMatchObject({
      exit: 0,
    });
    expect(bench.rows(bench.b, 'SELECT age FROM ages WHERE id = 1')).toEqual([[40]]);
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('values', told)).toBe(tableOf(told)));
});
