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
    office.tandem('sync');
  });
  afterEach(() => office.close());

  const words = (path: string): unknown[] => office.rows(path, 'SELECT v, count(*) FROM t GROUP BY v');

  const firstId = (...list: readonly string[]): string =>
    String((office.json(...list) as readonly { readonly id: number }[])[0]?.id);

  it('resolve --where that would change more than 20 records is refused until --yes', () => {
    const where = ['resolve', '--where', 'kind=insert/insert', '--strategy', 'keep_local'];
    const unasked = office.tandem(...where);
    expect([unasked.code, unasked.err]).toEqual([
      2,
      expect.stringContaining(
        'Resolving 30 conflicts was not begun: it would write 30 changes, and nobody can be asked here.',
      ),
    ]);
    expect(words(office.b)).toEqual([['there', 30]]);
    const dry = office.tandem(...where, '--dry-run');
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('Would be written: 30 records')]);
    expect(words(office.b)).toEqual([['there', 30]]);
    expect(office.tandem(...where, '--yes').code).toBe(0);
    expect(words(office.b)).toEqual([['here', 30]]);
  });

  it('[E75] an undo that brings many back is asked about like one that takes many away', () => {
    office.tandem('resolve', '--where', 'kind=insert/insert', '--strategy', 'keep_local', '--yes');
    office.sql(office.a, 'DELETE FROM t');
    office.tandem('sync');
    const id = firstId('brake', 'list');
    office.tandem('brake', 'answer', id, 'let-go');
    expect([words(office.a), words(office.b)]).toEqual([[], []]);
    const run = firstId('history');
    const unasked = office.tandem('undo', 'run', run);
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('it would write 30 changes')]);
    expect(words(office.b)).toEqual([]);
    expect(office.tandem('undo', 'run', run, '--yes').code).toBe(0);
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

describe('a table without a key beside the pair', () => {
  it('[E114] is named with what it takes, and no command is printed that cannot work', () => {
    const office = new Office('CREATE TABLE t(id INTEGER PRIMARY KEY, w TEXT);');
    expect(office.tandem('pair', 'add', 'shop', office.a, office.b).code).toBe(0);
    for (const path of [office.a, office.b]) office.sql(path, 'CREATE TABLE log(v TEXT)');
    const { out } = office.tandem('sync');
    expect(out).toContain('Not part of the pair, and not kept in step: log.');
    expect(out).toContain('log has no key that tells its records apart; to sync it, make a unique index');
    expect(out).not.toContain('Take it in');
    for (const path of [office.a, office.b]) office.sql(path, 'CREATE TABLE more(id INTEGER PRIMARY KEY)');
    expect(office.tandem('sync').out).toMatch(/Take it in: .* pair edit shop --add more$/m);
    office.close();
  });
});

describe('what pair add shows before anybody agrees', () => {
  const look = 'CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE); CREATE TABLE log(day TEXT PRIMARY KEY, v TEXT);';
  let office: Office;
  beforeEach(() => {
    office = new Office(look, "INSERT INTO t VALUES(1,'same'),(3,'c'); INSERT INTO log VALUES(NULL,'x'),(NULL,'y')");
    office.sql(office.b, "INSERT INTO t VALUES(2,'same'),(4,'d')");
  });
  afterEach(() => office.close());

  it('is what the first sync does: clashing records are not copied, and what cannot take part is counted and named', () => {
    const { out, code } = office.tandem('pair', 'add', 'shop', 'a.db', 'b.db', '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain('\n1 record only on This computer is copied to Remote at the first sync.\n');
    expect(out).toContain('\n1 record only on Remote is copied to This computer at the first sync.\n');
    expect(out).toContain('1 unique value is used by two different records; neither is copied');
    expect(out).toContain('Not compared: log null, 2 records (This computer): its key holds NULL');
    office.tandem('pair', 'add', 'shop', 'a.db', 'b.db', '--yes');
    office.tandem('sync');
    expect(office.rows(office.a, 'SELECT id FROM t ORDER BY id')).toEqual([[1], [3], [4]]);
    expect(office.rows(office.b, 'SELECT id FROM t ORDER BY id')).toEqual([[2], [3], [4]]);
  });

  it('says of a one-way pair what stays where it is', () => {
    const words = ['pair', 'add', 'shop', 'a.db', 'b.db', '--direction', 'a-to-b'];
    expect(office.tandem(...words, '--dry-run').out).toContain(
      '\n1 record only on Remote stays there: no record travels from Remote to This computer in this pair.\n',
    );
    office.tandem(...words, '--yes');
    office.tandem('sync');
    expect(office.rows(office.a, 'SELECT id FROM t ORDER BY id')).toEqual([[1], [3]]);
    expect(office.rows(office.b, 'SELECT id FROM t ORDER BY id')).toEqual([[2], [3], [4]]);
  });
});
