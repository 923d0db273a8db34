import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectPlainWords, unlike } from '../../support/bad-case.ts';
import { BadBench, randomBytesOf, type Said } from '../../support/bad-input.ts';
import { contentHash } from '../../support/content-hash.ts';

const ESC = String.fromCharCode(27);
/** Control characters but newline, C1, and what turns the direction of writing. */
// oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/;

const names: Readonly<Record<string, string>> = {
  quotes: `say "hi" it's \`so\``,
  backslash: 'C:\\new\\table\\',
  lines: 'one\ntwo\r\nthree\tfour',
  escape: `${ESC}[31mred${ESC}]0;title\u0007`,
  c1: '\u009b2J\u0085',
  direction: '\u202egnihtemos\u202c \u061c \u2066x\u2069',
  emoji: '🧑‍🚀 表 ñ n\u0303',
  option: '--help',
  dash: '-',
  statement: '"; DROP TABLE quotes; --',
  keyword: 'select',
  number: '1',
  space: ' ',
  dots: '../../etc/passwd',
  yaml: '*anchor: &x !!js/function',
  long: 'x'.repeat(200),
};
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const tables = Object.values(names);
const schema = tables
  .map((name) => `CREATE TABLE ${quoted(name)}(${quoted(`k ${name}`)} TEXT PRIMARY KEY, ${quoted(name)} TEXT);`)
  .join('\n');
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const rows = tables
  .map((name) => `INSERT INTO ${quoted(name)} VALUES (${text(name)}, ${text(name)}), ('plain', 'plain');`)
  .join('\n');

const expectTame = ({ out, err }: Said): void => {
  expect(out).not.toMatch(RAW);
  expect(err).not.toMatch(RAW);
};

describe('[section 8] [L14] hostile names of tables, fields and keys', () => {
  let bench: BadBench;
  let first: Said;
  beforeAll(async () => {
    bench = await BadBench.create(schema, rows, { pair: false });
    first = bench.run(['pair', 'add', 'odd', '--a', bench.a, '--b', bench.b]);
  });
  afterAll(() => bench.close());

  it('all take part, and no name acts on the terminal', () => {
    expect([first.exit, first.err]).toEqual([0, '']);
    expectTame(first);
    expectPlainWords(first);
    expect(first.out).toContain(`${tables.length} collections`);
  });

  it('both sides become equal, whatever the names', () => {
    const sync = bench.run(['sync']);
    expect([sync.exit, sync.err]).toEqual([0, '']);
    expectTame(sync);
    expect(contentHash(bench.b)).toBe(contentHash(bench.a));
    const [name = ''] = tables;
    bench.sql(
      bench.b,
      tables
        .map((each) => `UPDATE ${quoted(each)} SET ${quoted(each)} = 'edited' WHERE ${quoted(`k ${each}`)} = 'plain'`)
        .join(';'),
    );
    expect(bench.run(['sync']).exit).toBe(0);
    expect(contentHash(bench.b)).toBe(contentHash(bench.a));
    expect(bench.rows(bench.a, `SELECT * FROM ${quoted(name)} ORDER BY 1`)).toEqual([
      ['plain', 'edited'],
      [name, name],
    ]);
  });

  it('each can be named in a command, also where it looks like an option or a list', () => {
    for (const name of [names['statement'], names['escape'], names['direction'], names['option']]) {
      const said = bench.run(['timeline', '--', name ?? '', 'plain']);
      expect([said.exit, said.err]).toEqual([0, '']);
      expect(said.out).toContain('written on');
      expectTame(said);
    }
  });

  it('are refused like any other where they do not exist, and shown tamed', () => {
    for (const words of [
      ['sync', `${ESC}[2J`],
      ['sync', '--collections', '\u202elol'],
      ['show', `${ESC}c`],
      [`${ESC}]8;;x`],
    ]) {
      const before = bench.kept();
      const said = bench.run(words);
      expect(said.exit).toBe(2);
      expectTame(said);
      expectPlainWords(said);
      expect(unlike(before, bench.kept())).toEqual([]);
    }
  });

  it('neither act in the log nor break the configuration', () => {
    expect(bench.run(['config', 'check']).exit).toBe(0);
    expect(readFileSync(`${bench.home}/logs/tandem.log`, 'utf8').replaceAll('\n', '')).not.toMatch(RAW);
  });
});

describe('[section 8] hostile values', () => {
  const megabyte = randomBytesOf(1024 * 1024)
    .toString('latin1')
    .replaceAll("'", '"')
    .replaceAll('\0', '0');
  const values: readonly string[] = [
    ...tables.map(text),
    text(megabyte),
    `x'${randomBytesOf(4096).toString('hex')}'`,
    'zeroblob(1048576)',
    "x''",
    "''",
    'NULL',
    "CAST(x'41004200' AS TEXT)",
    "CAST(x'fffe80' AS TEXT)",
    "CAST(x'eda080' AS TEXT)",
    '9223372036854775807',
    '-9223372036854775808',
    '9007199254740993',
    '1e308',
    '-0.0',
    '9e999',
    '0.1',
    text('=1+1'),
    text('{"$numberLong":"1"}'),
    text('null'),
  ];
  const kinds =
    'CREATE TABLE kinds(id INTEGER PRIMARY KEY, v, t TEXT); CREATE TABLE keys(k TEXT PRIMARY KEY, v); CREATE TABLE "sqlite stat"(id INTEGER PRIMARY KEY); ANALYZE;';
  let bench: BadBench;
  beforeAll(async () => {
    const filled = values.map((value, i) => `INSERT INTO kinds VALUES (${i}, ${value}, NULL);`).join('\n');
    bench = await BadBench.create(
      kinds,
      `${filled} INSERT INTO keys VALUES (${text(megabyte.slice(0, 5000))}, 'long key');`,
    );
  });
  afterAll(() => bench.close());

  it('arrive byte for byte; a text that is none stays where it is, and the run names it', () => {
    const [run] = JSON.parse(bench.run(['sync', '--json']).out) as { notCompared: string[] }[];
    const query = 'SELECT id, typeof(v), hex(CAST(v AS BLOB)), quote(v) FROM kinds ORDER BY id';
    const left = new Set(
      (run?.notCompared ?? []).map((why) => Number(/(\d+) \(.*\): the text in v is not valid UTF-8/.exec(why)?.[1])),
    );
    const [here, there] = [bench.a, bench.b].map((path) => bench.rows(path, query) as [number, ...string[]][]);
    expect(left.size).toBe(2);
    expect(there).toEqual(here?.filter(([id]) => !left.has(id)));
    expect(bench.rows(bench.b, 'SELECT length(k) FROM keys')).toEqual([[5000]]);
  });

  it('are shown tamed and cut, also in a conflict, and never in a dump of control characters', () => {
    bench.sql(bench.a, `UPDATE kinds SET v = ${text(`${ESC}[31m${'y'.repeat(100_000)}`)} WHERE id = 1`);
    bench.sql(bench.b, `UPDATE kinds SET v = ${text(`\u202e${'z'.repeat(100_000)}`)} WHERE id = 1`);
    expect(bench.run(['sync']).exit).toBe(4);
    const said = bench.run(['conflicts', '--collection', 'kinds', '--pair', 'shop']);
    expectTame(said);
    expect(Math.max(...said.out.split('\n').map((line) => line.length))).toBeLessThan(1000);
  });
});

describe('[section 8] names that every object has as a property', () => {
  it('are names like any other, for tables and fields', async () => {
    const words = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const odd = words.map((name) => `CREATE TABLE ${name}(id INTEGER PRIMARY KEY, ${words.join(', ')});`).join('');
    const filled = words.map((name) => `INSERT INTO ${name}(id, ${name}) VALUES (1, 'v'), (2, 'w');`).join('');
    const bench = await BadBench.create(odd, filled);
    try {
      bench.sql(
        bench.b,
        words.map((name) => `UPDATE ${name} SET ${words.join(" = 'edited', ")} = 'x' WHERE id = 1`).join(';'),
      );
      bench.sql(bench.a, words.map((name) => `DELETE FROM ${name} WHERE id = 2`).join(';'));
      const sync = bench.run(['sync']);
      expect([sync.exit, sync.err]).toEqual([0, '']);
      expect(contentHash(bench.b)).toBe(contentHash(bench.a));
      expect(bench.rows(bench.a, 'SELECT valueOf FROM constructor')).toEqual([['x']]);
      bench.sql(bench.a, "UPDATE toString SET constructor = 'here' WHERE id = 1");
      bench.sql(bench.b, "UPDATE toString SET constructor = 'there' WHERE id = 1");
      expect(bench.run(['sync']).exit).toBe(4);
      expect(bench.rows(bench.a, 'SELECT constructor FROM toString')).toEqual([['here']]);
      expect(bench.rows(bench.b, 'SELECT constructor FROM toString')).toEqual([['there']]);
    } finally {
      bench.close();
    }
  });
});

describe('[section 8] names that cannot be kept apart from the program', () => {
  it('a field or table called __proto__ is left out and said, or refused; nothing is written', async () => {
    const odd =
      'CREATE TABLE "__proto__"(id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE fine(id INTEGER PRIMARY KEY, "__proto__" TEXT, v TEXT);';
    const bench = await BadBench.create(
      odd,
      `INSERT INTO "__proto__" VALUES (1, 'a'); INSERT INTO fine VALUES (1, 'p', 'v');`,
      { pair: false },
    );
    try {
      const said = bench.run(['pair', 'add', 'odd', '--a', bench.a, '--b', bench.b]);
      expect([said.exit, said.err]).toEqual([0, '']);
      expect(said.out).toMatch(/__proto__ cannot be configured; it is left out/);
      expect(said.out).toMatch(/A collection of this name cannot be configured; it is left out/);
      expect(bench.run(['sync']).exit).toBe(0);
      expect(bench.rows(bench.b, 'SELECT * FROM fine')).toEqual([[1, null, 'v']]);
      expect(bench.rows(bench.b, 'SELECT * FROM "__proto__"')).toEqual([]);
    } finally {
      bench.close();
    }
  });
});

describe('[section 8] a very long name', () => {
  it.each([300, 10_000])(
    'a table whose name has %i characters takes part or is left out and said; the home stays usable',
    async (length) => {
      const name = 'n'.repeat(length);
      const table = `CREATE TABLE ${quoted(name)}(id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE fine(id INTEGER PRIMARY KEY);`;
      const bench = await BadBench.create(table, `INSERT INTO fine VALUES (1)`, { pair: false });
      try {
        const said = bench.run(['pair', 'add', 'odd', '--a', bench.a, '--b', bench.b]);
        expect([said.exit, said.err]).toEqual([0, '']);
        expect(bench.run(['sync'])).toMatchObject({ exit: 0, err: '' });
        expect(bench.rows(bench.b, 'SELECT id FROM fine')).toEqual([[1]]);
      } finally {
        bench.close();
      }
    },
  );
});
