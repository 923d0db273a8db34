import { describe, expect, test } from 'vitest';
import { SqliteBench } from '../support/sqlite-bench.ts';

const users = (index: string): string =>
  `CREATE TABLE u(id TEXT PRIMARY KEY, email TEXT, deleted INT NOT NULL DEFAULT 0); CREATE UNIQUE INDEX ux ON u${index};`;

const kinds = [
  { what: 'a partial index', index: '(email) WHERE deleted = 0' },
  { what: 'an index on an expression', index: '(lower(email))' },
  { what: 'a partial index on an expression', index: '(lower(email), deleted DESC) WHERE deleted = 0' },
];

const all = 'SELECT id, email, deleted FROM u ORDER BY id';

async function open(index: string, rows: string, settings = {}): Promise<SqliteBench> {
  const bench = await SqliteBench.open(users(index), { u: ['id', 'email', 'deleted'] }, settings);
  bench.exec('A', `INSERT INTO u(id, email) VALUES ${rows}`);
  await bench.sync();
  return bench;
}

async function expectFlowed(bench: SqliteBench): Promise<void> {
  expect(await bench.engine.conflicts({})).toEqual([]);
  expect(bench.rows('B', all)).toEqual(bench.rows('A', all));
}

describe('Unique values that only the side can judge', () => {
  for (const { what, index } of kinds) {
    test(`[E30] under ${what} a value moves from one record to another, whoever comes first by key`, async () => {
      for (const [from, to] of [
        ['m', 'k'],
        ['k', 'm'],
      ]) {
        const bench = await open(index, "('m', 'x'), ('k', 'y')");
        const moved = from === 'm' ? 'x' : 'y';
        bench.exec('A', `UPDATE u SET email = 'z' WHERE id = '${from}'`);
        bench.exec('A', `UPDATE u SET email = '${moved.toUpperCase()}' WHERE id = '${to}'`);
        await bench.sync();
        await expectFlowed(bench);
        expect(bench.rows('B', `SELECT email FROM u WHERE id = '${to}'`)).toEqual([[moved.toUpperCase()]]);
      }
    });

    test(`[E30] under ${what} a swap, a ring and a long chain go through`, async () => {
      const bench = await open(
        index,
        `('a', 'v-a'), ('b', 'v-b'), ('c', 'v-c'), ('d', 'v-d'), ('e', 'v-e'), ${Array.from({ length: 30 }, (_, i) => `('n${100 + i}', 'w-${100 + i}')`).join(', ')}`,
      );
      bench.exec(
        'B',
        `UPDATE u SET email = id || '!';
         UPDATE u SET email = CASE id WHEN 'a' THEN 'v-b' WHEN 'b' THEN 'v-a' WHEN 'c' THEN 'v-d' WHEN 'd' THEN 'v-e' WHEN 'e' THEN 'v-c'
           ELSE 'w-' || (CAST(substr(id, 2) AS INT) + 1) END`,
      );
      await bench.sync();
      await expectFlowed(bench);
      expect(bench.rows('A', "SELECT email FROM u WHERE id IN ('a', 'e', 'n129') ORDER BY id")).toEqual([
        ['v-b'],
        ['v-c'],
        ['w-130'],
      ]);
    });

    test(`[E30] under ${what} a value moves across batches`, async () => {
      const bench = await open(index, "('a', 'x'), ('b', 'y'), ('p', 'r'), ('q', 's')", { batchSize: 1 });
      bench.exec('A', "UPDATE u SET email = 'free' WHERE id = 'b'; UPDATE u SET email = 'y' WHERE id = 'a'");
      bench.exec(
        'A',
        "UPDATE u SET email = '' WHERE id = 'p'; UPDATE u SET email = 'r' WHERE id = 'q'; UPDATE u SET email = 's' WHERE id = 'p'",
      );
      await bench.sync();
      await expectFlowed(bench);
      expect(bench.rows('B', "SELECT email FROM u WHERE id IN ('a', 'b') ORDER BY id")).toEqual([['y'], ['free']]);
    });

    test(`[E30][E53] under ${what} an undo puts a moved and two swapped values back, and a hold sends them again`, async () => {
      const bench = await open(index, "('k', 'y'), ('m', 'x'), ('p', 'r'), ('q', 's')");
      const before = bench.rows('B', all);
      bench.exec(
        'A',
        `UPDATE u SET email = 'free' WHERE id = 'k'; UPDATE u SET email = 'y' WHERE id = 'm';
         UPDATE u SET email = '' WHERE id = 'p'; UPDATE u SET email = 'r' WHERE id = 'q'; UPDATE u SET email = 's' WHERE id = 'p'`,
      );
      const { id } = await bench.sync();
      const { restored, refused } = await bench.engine.undo({ run: id }, 'ann');
      expect([restored, refused, bench.rows('B', all)]).toEqual([4, [], before]);
      const answered = await bench.engine.answerHolds({ run: id, answer: 'send-again', who: 'ann' });
      expect(answered.failed).toEqual([]);
      await expectFlowed(bench);
      expect(await bench.engine.holds()).toEqual([]);
    });

    test(`[E30][E28] under ${what} a genuine clash waits, both records stand, and it flows when the other one gave up`, async () => {
      const bench = await open(index, "('a', 'x')");
      bench.exec('A', "INSERT INTO u(id, email) VALUES ('k', 'both'); UPDATE u SET email = 'moves' WHERE id = 'a'");
      bench.exec(
        'B',
        "INSERT INTO u(id, email) VALUES ('m', 'BOTH')".replace('BOTH', index.includes('lower') ? 'BOTH' : 'both'),
      );
      await bench.sync();
      expect((await bench.engine.conflicts({})).length).toBeGreaterThan(0);
      expect(bench.rows('A', "SELECT id, email FROM u WHERE id <> 'a'")).toEqual([['k', 'both']]);
      expect(bench.rows('B', "SELECT id, lower(email) FROM u WHERE id <> 'a'")).toEqual([['m', 'both']]);
      expect(bench.rows('B', "SELECT email FROM u WHERE id = 'a'")).toEqual([['moves']]);
      bench.exec('B', "UPDATE u SET email = 'other' WHERE id = 'm'");
      await bench.sync();
      await expectFlowed(bench);
    });
  }

  test('[E30] a record that leaves the condition gives its value up, and one that enters it takes it', async () => {
    const bench = await open('(email) WHERE deleted = 0', "('m', 'x')");
    bench.exec('A', "INSERT INTO u VALUES ('k', 'x', 1)");
    await bench.sync();
    bench.exec('A', "UPDATE u SET deleted = 1 WHERE id = 'm'; UPDATE u SET deleted = 0 WHERE id = 'k'");
    await bench.sync();
    await expectFlowed(bench);
    expect(bench.rows('B', all)).toEqual([
      ['k', 'x', 0],
      ['m', 'x', 1],
    ]);
  });

  test('[E30][E60] a saved plan in which a value moves is applied whole', async () => {
    const bench = await open('(lower(email))', "('m', 'x'), ('k', 'y')");
    bench.exec('A', "UPDATE u SET email = 'z' WHERE id = 'm'; UPDATE u SET email = 'x' WHERE id = 'k'");
    const { fingerprint } = await bench.engine.plan({});
    await bench.engine.sync({ trigger: 'manual', who: 'ann', plan: fingerprint });
    await expectFlowed(bench);
    expect(bench.rows('B', "SELECT email FROM u WHERE id IN ('k', 'm') ORDER BY id")).toEqual([['x'], ['z']]);
  });
});
