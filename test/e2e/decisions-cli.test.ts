import { renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Office } from './cli-support.ts';

const schema = `CREATE TABLE person(id INTEGER PRIMARY KEY, email TEXT UNIQUE, city TEXT);
  CREATE TABLE visit(id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person(id), note TEXT);
  CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT UNIQUE, mail TEXT UNIQUE);
  CREATE TABLE tally(id INTEGER PRIMARY KEY, n INTEGER, note TEXT);`;
const rows = "INSERT INTO person VALUES(1,'a@x','x'),(2,'b@x','x'),(3,'c@x','x'),(4,'d@x','x');";

describe('decisions on two real files, as they are typed', () => {
  let office: Office;
  beforeEach(() => {
    office = new Office(schema, rows);
    office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db', '--name-b', 'Zuhause');
    office.tandem('sync');
  });
  afterEach(() => office.close());

  const people = (path: string): unknown[] => office.rows(path, 'SELECT id, email, city FROM person ORDER BY id');
  const visits = (path: string): unknown[] => office.rows(path, 'SELECT id FROM visit ORDER BY id');
  const both = (here: string, there: string): void => {
    office.sql(office.a, here);
    office.sql(office.b, there);
    expect(office.tandem('sync', 'shop').code).toBe(4);
  };
  const conflict = (kind: string): string =>
    String((office.json('conflicts') as { id: number; kind: string }[]).find((one) => one.kind === kind)?.id);

  it('[E70] a bulk decision leaves another pair and other edits alone, names what it wrote, and offers one undo that exists', () => {
    const c = `${office.dir}/c.db`;
    const d = `${office.dir}/d.db`;
    office.sql(c, schema + rows);
    office.sql(d, schema);
    office.tandem('pair', 'add', 'other', '--a', 'c.db', '--b', 'd.db');
    both("UPDATE person SET city='HERE' WHERE id=1", "UPDATE person SET city='THERE' WHERE id=1");
    office.sql(office.a, "UPDATE person SET city='unrelated' WHERE id=3");
    const { out, code } = office.tandem('resolve', '--where', 'kind=update/update', '--strategy', 'keep_remote');
    expect(code).toBe(0);
    expect(out).toContain('Written: 1 record\n  person 1: changed on This computer\n');
    const undo = out.split('\n').filter((line) => line.startsWith('Undo it: '));
    expect(undo).toHaveLength(1);
    expect(office.rows(d, 'SELECT * FROM person')).toEqual([]);
    expect(people(office.b)[2]).toEqual([3, 'c@x', 'x']);
    expect(office.shell(undo[0]?.slice('Undo it: '.length) ?? '').code).toBe(0);
    expect(people(office.a)[0]).toEqual([1, 'a@x', 'HERE']);
  });

  it('[W2] a whole number is written exactly or refused, and no value is given with --null', () => {
    both("INSERT INTO tally VALUES(1,3,'HERE')", "INSERT INTO tally VALUES(1,4,'THERE')");
    const resolve = (...given: readonly string[]) =>
      office.tandem('resolve', conflict('insert/insert'), '--strategy', 'merge', ...given);
    const tooLarge = resolve('--value', '{"n":12345678901234567890,"note":"n"}');
    expect([tooLarge.code, tooLarge.err]).toEqual([2, expect.stringContaining('no INTEGER can hold')]);
    const unclear = resolve('--field', 'n=1', '--field', 'note=null');
    expect([unclear.code, unclear.err]).toEqual([2, expect.stringContaining('--null FIELD')]);
    expect(resolve('--field', 'n=9007199254740993', '--null', 'note').code).toBe(0);
    for (const path of [office.a, office.b])
      expect(office.rows(path, 'SELECT CAST(n AS TEXT), note FROM tally')).toEqual([['9007199254740993', null]]);
  });

  it('[W2] in a whole record a number is read as in a single field', () => {
    both("INSERT INTO tally VALUES(1,3,'HERE')", "INSERT INTO tally VALUES(1,4,'THERE')");
    const given = ['--strategy', 'merge', '--value', '{"n":1e3,"note":"n"}'];
    const { code, err } = office.tandem('resolve', conflict('insert/insert'), ...given);
    expect([code, err]).toEqual([0, '']);
    for (const path of [office.a, office.b])
      expect(office.rows(path, 'SELECT n, typeof(n) FROM tally')).toEqual([[1000, 'integer']]);
  });

  it('[E73] a hold says what each choice leaves, never offers an old value that there never was, and its answer can be undone', () => {
    both(
      "UPDATE person SET city='HERE' WHERE id=1; INSERT INTO person VALUES(9,'h@x','h')",
      "UPDATE person SET city='THERE' WHERE id=1; INSERT INTO person VALUES(9,'t@x','t')",
    );
    office.tandem('resolve', '--where', 'collection=person', '--strategy', 'keep_local');
    for (const id of ['1', '2']) expect(office.tandem('undo', 'conflict', id).code).toBe(0);
    const { out } = office.tandem('holds');
    expect(out).toContain('Send the change again: both: ‘HERE’');
    expect(out).toContain('Take the value last agreed on: both: ‘x’');
    expect(out).toContain('Keep the two apart: This computer: ‘HERE’, Zuhause: ‘THERE’');
    expect(out).not.toContain('The side that made the change');
    expect(out).not.toContain('person 9 old-on-both');
    const refused = office.tandem('holds', 'answer', 'person', '9', 'old-on-both');
    expect([refused.code, refused.err]).toEqual([5, expect.stringContaining('there never was one')]);
    expect([people(office.a)[4], people(office.b)[4]]).toEqual([
      [9, 'h@x', 'h'],
      [9, 't@x', 't'],
    ]);
    const answered = office.tandem('holds', 'answer', 'person', '1', 'old-on-both');
    expect(answered.out).toContain('person 1: both: ‘x’.');
    expect(people(office.b)[0]).toEqual([1, 'a@x', 'x']);
    const undo = answered.out.split('\n').find((line) => line.startsWith('Undo it: ')) ?? '';
    expect(office.shell(`${undo.slice('Undo it: '.length)} --yes`).code).toBe(0);
    expect([people(office.a)[0], people(office.b)[0]]).toEqual([
      [1, 'a@x', 'HERE'],
      [1, 'a@x', 'THERE'],
    ]);
  });

  it('[E73] a choice that leaves the record on neither side is called a deletion', () => {
    office.sql(office.a, "INSERT INTO person VALUES(9,'h@x','h')");
    office.tandem('sync');
    office.tandem('undo', '2');
    const { out } = office.tandem('holds');
    expect(out).toContain('Delete it: deletes the record on This computer; then neither side has it');
    expect(out.toLowerCase()).not.toContain('old value');
    expect(office.tandem('holds', 'answer', 'person', '9', 'old-on-both').out).toContain(
      'Deleted; the hold has ended. person 9: deletes the record on This computer; then neither side has it.',
    );
  });

  it('[E74] what was not sent is not said to be sent: the parent in the way is named, exit code 5, the hold stays', () => {
    office.sql(office.a, "INSERT INTO person VALUES(900,'z@x','z'); INSERT INTO visit VALUES(90,900,'n')");
    office.tandem('sync');
    office.tandem('undo', '2');
    const { code, err } = office.tandem('holds', 'answer', 'shop', 'visit', '90', 'send-again');
    expect([code, err]).toEqual([
      5,
      expect.stringContaining('Not sent: person 900, to which it refers, is on hold; answer that first.'),
    ]);
    expect(visits(office.b)).toEqual([]);
    expect(office.json('holds')).toHaveLength(2);
  });

  it('[E154] the list offers what is taken, names what comes first, and is read as well while a side is away', () => {
    office.sql(office.a, "INSERT INTO person VALUES(900,'z@x','z'); INSERT INTO visit VALUES(90,900,'n')");
    office.tandem('sync');
    office.tandem('undo', '2');
    const { out } = office.tandem('holds');
    expect(out).toContain(
      'Not now: send-again. Not sent: person 900, to which it refers, is on hold; answer that first.',
    );
    expect(out).not.toContain('visit 90 send-again\n');
    expect(out).toMatch(/All at once; .*\(or old-on-both, .*keep-apart\):\n.* send-again --dry-run\n/);
    expect(out).not.toContain('not checked');
    renameSync(office.b, `${office.b}.away`);
    const away = office.tandem('holds');
    expect([away.code, away.out]).toEqual([0, expect.stringContaining('visit 90 send-again\n')]);
    expect(away.out).toMatch(/These answers were not checked against both sides: .*there is no such file\./);
  });

  it('[E75] the dry run of one answer for many ends as the answer would: 5 where one cannot take it', () => {
    both(
      "UPDATE person SET city='HERE' WHERE id=1; INSERT INTO person VALUES(9,'h@x','h')",
      "UPDATE person SET city='THERE' WHERE id=1; INSERT INTO person VALUES(9,'t@x','t')",
    );
    office.tandem('resolve', '--where', 'collection=person', '--strategy', 'keep_local');
    office.tandem('undo', 'run', '3');
    for (const more of [['--dry-run'], []]) {
      const { code, out } = office.tandem('holds', 'answer', '--run', '3', 'old-on-both', ...more);
      expect([code, out]).toEqual([5, expect.stringContaining('Not answered: person 9: ')]);
    }
    expect(office.tandem('holds', 'answer', '--run', '3', 'take-local', '--dry-run').code).toBe(0);
  });

  it('[E72] the undo of a conflict works for keep_both and rename_local where a field is unique', () => {
    both(
      "INSERT INTO person VALUES(9,'n@x','h'),(20,'k@x','h')",
      "INSERT INTO person VALUES(10,'n@x','t'),(20,'l@x','t')",
    );
    const before = [people(office.a), people(office.b)];
    const decided = [
      [conflict('unique'), 'rename_local'],
      [conflict('insert/insert'), 'keep_both'],
    ] as const;
    for (const [id, strategy] of decided) expect(office.tandem('resolve', id, '--strategy', strategy).code).toBe(0);
    expect(people(office.a)).toEqual(people(office.b));
    for (const [id] of decided) {
      const { code, out } = office.tandem('undo', 'conflict', id);
      expect([code, out]).toEqual([0, expect.stringContaining('2 records are back')]);
    }
    expect([people(office.a), people(office.b)]).toEqual(before);
  });

  it('[E142] the undo of a decision names the sync that others followed with, and goes through once that is undone', () => {
    const accounts = (): unknown[][] =>
      [office.a, office.b].map((path) => office.rows(path, 'SELECT * FROM account ORDER BY id'));
    both("INSERT INTO account VALUES(1,'ann','a@x')", "INSERT INTO account VALUES(2,'ann','b@x'),(3,'bob','a@x')");
    const [before, id] = [accounts(), conflict('unique')];
    expect(office.tandem('resolve', id, '--strategy', 'keep_remote').code).toBe(0);
    office.tandem('sync');
    for (const target of [
      ['run', '3'],
      ['conflict', id],
    ])
      for (const more of [['--dry-run'], []]) {
        const { code, out } = office.tandem('undo', ...target, ...more);
        expect([code, out]).toEqual([
          5,
          expect.stringMatching(/ restored? nothing\.\nNot restored: account 1 and 2: /),
        ]);
        expect(out).toContain(
          'account 3 on This computer has the same mail, which must be unique. Run 4 gave it that since. Undo that run first: tandem undo run 4',
        );
      }
    for (const target of [
      ['run', '4'],
      ['run', '3'],
    ])
      expect(office.tandem('undo', ...target).code).toBe(0);
    expect(accounts()).toEqual(before);
  });

  it('[E71] a decision about a child says what it deletes, leaves the parent that waited alone, and says so before and after', () => {
    both('DELETE FROM person WHERE id=4', "INSERT INTO visit VALUES(50,4,'note')");
    const id = conflict('fk-parent-missing');
    const dry = office.tandem('resolve', id, '--strategy', 'keep_local', '--dry-run').out;
    const { out } = office.tandem('resolve', id, '--strategy', 'keep_local');
    for (const text of [dry, out]) {
      expect(text).toContain('visit 50 is deleted on Zuhause; This computer never had it; neither side has it then.');
      expect(text).toContain('Not written: person 4, which waits for it.');
    }
    expect(out).toContain('Written: 1 record\n  visit 50: deleted on Zuhause\n');
    expect([visits(office.b), people(office.b).length]).toEqual([[], 4]);
    expect(office.json('conflicts')).toMatchObject([{ kind: 'fk-child-exists', key: { text: '4' } }]);
  });

  it('[E75] [E76] an undo of many is counted and asked about; twenty holds are shown with the count, and one answer for the run is counted, asked about, and undone', () => {
    office.sql(
      office.a,
      "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i+1 FROM n WHERE i < 399) INSERT INTO person SELECT i, 'm'||i, 'y' FROM n",
    );
    office.tandem('sync');
    const unsure = office.tandem('undo', 'run', '2');
    expect([unsure.code, unsure.err]).toEqual([
      2,
      expect.stringContaining('Undoing run 2 was not begun: it would write 300 changes'),
    ]);
    const tried = office.tandem('undo', 'run', '2', '--dry-run');
    expect(tried.out).toContain('Undoing run 2 would put 300 records back to what they were before:');
    expect(tried.out).toMatch(/Zuhause +0 inserted, 0 changed, 300 deleted/);
    expect(people(office.b)).toEqual(people(office.a));
    office.tandem('undo', 'run', '2', '--yes');
    const { out } = office.tandem('holds');
    expect(out).toContain('300 records rest after an undo.');
    expect(out).toContain('… and 280 more. Add --limit N, --collection NAME or --run N to see others.');
    expect(out.split('\n').filter((line) => line.startsWith('  person ')).length).toBe(20);
    expect(office.tandem('holds', '--limit', '3').out).toContain('… and 297 more');
    expect(office.json('holds')).toHaveLength(300);
    const many = (...more: readonly string[]) => office.tandem('holds', 'answer', 'shop', '--run', '2', ...more);
    const dry = many('old-on-both', '--dry-run');
    expect([dry.code, dry.out]).toEqual([
      0,
      expect.stringMatching(/This computer +0 inserted, 0 changed, 300 deleted/),
    ]);
    const unasked = many('old-on-both');
    expect([unasked.code, unasked.err]).toEqual([2, expect.stringContaining('then add --yes')]);
    expect(people(office.a)).toHaveLength(304);
    expect(many('send-again').code).toBe(2);
    const sent = many('send-again', '--yes');
    expect([sent.code, sent.out]).toEqual([0, expect.stringContaining('300 holds took the answer send-again.')]);
    expect(people(office.b)).toEqual(people(office.a));
    expect(office.tandem('holds', 'answer', '--pair', 'nobody', '--run', '2', 'keep-apart').err).toContain(
      'no pair “nobody”',
    );
    expect(office.tandem('holds').out).toBe('No record is on hold.\n');
    const undo = sent.out.split('\n').find((line) => line.startsWith('Undo it: ')) ?? '';
    expect(office.shell(`${undo.slice('Undo it: '.length)} --yes`).code).toBe(0);
    expect(people(office.b)).toHaveLength(4);
    expect(many('old-on-both', '--yes').out).toContain('No record is on hold there');
  });
});
