import { expect, onTestFinished, test } from 'vitest';
import { Office } from './cli-support.ts';

/** Four records that were edited on both sides. */
function disputed(): Office {
  const office = new Office(
    'CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)',
    "INSERT INTO t VALUES (1, 'x'), (2, 'x'), (3, 'x'), (4, 'x')",
  );
  onTestFinished(() => office.close());
  office.tandem('pair', 'add', 'shop', office.a, office.b, '--no-input');
  office.tandem('sync');
  office.sql(office.a, "UPDATE t SET v = 'here'");
  office.sql(office.b, "UPDATE t SET v = 'there'");
  office.tandem('sync');
  return office;
}

const values = (office: Office): unknown[] => office.rows(office.b, 'SELECT v FROM t ORDER BY id').flat();

test('[H17] several numbers are one run and one undo, and each that cannot be decided is named', () => {
  const office = disputed();
  const ids = (office.json('conflicts') as { id: number }[]).map(({ id }) => String(id));
  const [one = '', two = '', , four = ''] = ids;
  const tried = office.tandem('resolve', one, two, four, '--strategy', 'keep_local', '--dry-run');
  expect(tried).toMatchObject({ code: 0, out: expect.stringContaining('Would be written: 3 records') as string });
  office.tandem('resolve', two, '--strategy', 'keep_remote');
  const done = office.tandem('resolve', one, two, '99', four, '--strategy', 'keep_local');
  expect(done.code).toBe(5);
  expect(done.out).toContain(`Not resolved #${two}: Conflict ${two} is resolved already`);
  expect(done.out).toContain('Not resolved #99: There is no conflict 99.');
  expect(values(office)).toEqual(['here', 'there', 'there', 'here']);
  const run = /undo run (\d+)/.exec(done.out)?.[1] ?? '';
  expect(office.tandem('undo', 'run', run).code).toBe(0);
  expect(values(office)).toEqual(['there', 'there', 'there', 'there']);
}, 120_000);

test('[H17] a generation, a filter or no number beside several is a usage error, and nothing is written', () => {
  const office = disputed();
  for (const words of [[], ['1', '--where', 'kind=update/update'], ['1', '2', '--generation', '1'], ['1', 'two']])
    expect(office.tandem('resolve', ...words, '--strategy', 'keep_local').code).toBe(2);
  expect(office.tandem('resolve', '98', '99', '--strategy', 'keep_local')).toMatchObject({
    code: 5,
    out: expect.stringContaining('Nothing was written.') as string,
  });
  expect(values(office)).toEqual(['there', 'there', 'there', 'there']);
}, 120_000);
