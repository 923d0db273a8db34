import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const SCHEMA = `
CREATE TABLE author(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE book(id INTEGER PRIMARY KEY, author INTEGER REFERENCES author(id));`;

const open = async (bench: SqliteBench): Promise<readonly ConflictItem[]> => bench.engine.conflicts({});

describe('References to and from collections outside the pair', () => {
  test('[E96] a record that one outside the pair refers to waits, is named once, and goes when that one is gone', async () => {
    const bench = await SqliteBench.open(SCHEMA, { author: ['id', 'name'] });
    for (const side of ['A', 'B'] as const) bench.exec(side, "INSERT INTO author VALUES (1, 'x'), (2, 'y'), (3, 'z')");
    await bench.sync();
    bench.exec('B', 'INSERT INTO book VALUES (77, 1)');
    bench.exec('A', 'DELETE FROM author WHERE id IN (1, 2)');
    const run = await bench.sync();
    expect(run).toMatchObject({ conflicts: { author: 1 }, replanned: 0 });
    const [item] = await open(bench);
    expect(item).toMatchObject({ kind: 'fk-child-exists', possible: ['keep_remote'] });
    expect(item?.reason).toBe(
      'Records of book on Remote still refer to it (book(author) → author(id)). book is not part of this pair. It waits here, and stops only what depends on it.',
    );
    expect(bench.rows('B', 'SELECT id FROM author')).toEqual([[1], [3]]);
    expect(await bench.sync()).toMatchObject({ conflicts: { author: 0 } });
    bench.exec('B', 'DELETE FROM book');
    await bench.sync();
    expect(bench.rows('B', 'SELECT id FROM author')).toEqual([[3]]);
    expect(await open(bench)).toEqual([]);
  });

  test('[E96] a record that refers to one outside the pair waits until it is there; a decision is refused with the reason', async () => {
    const bench = await SqliteBench.open(SCHEMA, { book: ['id', 'author'] });
    bench.exec('A', "INSERT INTO author VALUES (1, 'x'); INSERT INTO book VALUES (1, 1), (2, NULL)");
    const run = await bench.sync();
    expect(run).toMatchObject({ conflicts: { book: 1 }, replanned: 0 });
    const [item] = await open(bench);
    expect(item).toMatchObject({ kind: 'fk-parent-missing' });
    expect(item?.reason).toContain('It refers to a record of author that Remote does not have');
    expect(bench.rows('B', 'SELECT id FROM book')).toEqual([[2]]);
    const fields = new Map([['author', 1n]]);
    const { failed } = await bench.engine.resolve({
      where: { id: must(item, 'an item').id },
      strategy: 'merge',
      fields,
      who: 'ann',
    });
    expect(failed).toMatchObject([{ code: 'refused', text: expect.stringContaining('author is not part') as string }]);
    bench.exec('B', "INSERT INTO author VALUES (1, 'x')");
    await bench.sync();
    expect(bench.rows('B', 'SELECT id, author FROM book')).toEqual([
      [1, 1],
      [2, null],
    ]);
    expect(await open(bench)).toEqual([]);
  });

  test('[E38] [E164] an answer to a brake before its turn writes nothing, and in turn each one does what it says', async () => {
    const bench = await SqliteBench.open(SCHEMA, { author: ['id', 'name'], book: ['id', 'author'] });
    bench.exec(
      'A',
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) INSERT INTO author SELECT i, 'x' FROM n;
       INSERT INTO book SELECT id, id FROM author WHERE id <= 61`,
    );
    await bench.sync();
    bench.exec('A', 'DELETE FROM book; DELETE FROM author');
    await bench.sync();
    const brakes = await bench.engine.brakes();
    expect(brakes.map(({ collection }) => collection).toSorted()).toEqual(['author', 'book']);
    const idOf = (name: string): number =>
      must(
        brakes.find(({ collection }) => collection === name),
        name,
      ).id;
    await expect(bench.engine.answerBrake(idOf('author'), 'let-go', 'ann')).rejects.toMatchObject({ code: 'brake' });
    expect(bench.rows('B', 'SELECT count(*) FROM author')).toEqual([[80]]);
    expect(await open(bench)).toEqual([]);
    for (const table of ['book', 'author']) {
      await bench.engine.answerBrake(idOf(table), 'let-go', 'ann');
      expect(bench.rows('B', `SELECT count(*) FROM ${table}`)).toEqual([[0]]);
    }
    expect([await open(bench), await bench.engine.brakes()]).toEqual([[], []]);
  });
});
