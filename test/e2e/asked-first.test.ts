import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Office } from './cli-support.ts';

const schema = 'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, updatedAt INTEGER);';
const many = (word: string, time: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 30) INSERT INTO t SELECT i, '${word}', ${time} FROM n`;

describe('where nobody can be asked', () => {
  let office: Office;
  beforeEach(() => {
    office = new Office(schema, many('here', 1));
    office.sql(office.b, many('there', 2));
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
    expect(office.tandem('sync').code).toBe(4);
  });
  afterEach(() => office.close());

  const words = (path: string): unknown[] => office.rows(path, 'SELECT v, count(*) FROM t GROUP BY v');

  it('resolve --where that would change more than 20 records is refused until --yes', () => {
    const where = ['resolve', '--where', 'kind=insert/insert', '--strategy', 'keep_local'];
    const unasked = office.tandem(...where);
    expect([unasked.code, unasked.err]).toEqual([
      2,
      expect.stringContaining(
        'Resolving 30 conflicts was not begun: it would change or delete records 30 times, and nobody can be asked here.',
      ),
    ]);
    expect(words(office.b)).toEqual([['there', 30]]);
    const dry = office.tandem(...where, '--dry-run');
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('Would be written: 30 records')]);
    expect(words(office.b)).toEqual([['there', 30]]);
    expect(office.tandem(...where, '--yes').code).toBe(0);
    expect(words(office.b)).toEqual([['here', 30]]);
  });

  it('auto-resolve likewise; a few, and a dry run, need no --yes', () => {
    const unasked = office.tandem('auto-resolve', '--max', '30');
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('Deciding 30 conflicts by rules')]);
    const dry = office.tandem('auto-resolve', '--max', '30', '--dry-run');
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('Would be resolved: 30')]);
    expect(words(office.a)).toEqual([['here', 30]]);
    const few = office.tandem('auto-resolve', '--max', '5');
    expect([few.code, few.out]).toEqual([4, expect.stringContaining('the remote record is newer by updatedAt')]);
    expect(words(office.a)).toEqual([
      ['here', 25],
      ['there', 5],
    ]);
    expect(office.tandem('auto-resolve', '--max', '30', '--yes').code).toBe(0);
    expect(words(office.a)).toEqual([['there', 30]]);
  });

  it('pair remove goes on, and leaves both databases as they are', () => {
    const before = [words(office.a), words(office.b)];
    const removed = office.tandem('pair', 'remove', 'shop');
    expect([removed.code, removed.out]).toEqual([0, expect.stringContaining('Both databases keep their records.')]);
    expect([words(office.a), words(office.b)]).toEqual(before);
    expect(office.json('pair', 'list')).toEqual([]);
  });
});
