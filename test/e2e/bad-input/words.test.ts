import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, shop, shopRows } from '../../support/bad-input.ts';

const nothing = /Nothing was (done|changed|written|begun)/;

const typed: readonly BadCase[] = [
  {
    what: 'a command that there is not',
    words: ['synk'],
    code: 'usage',
    says: [/synk/, nothing, /Did you mean sync\?/],
  },
  {
    what: 'an option that there is not',
    words: ['sync', '--colections', 'posts'],
    code: 'usage',
    says: [/--colections/, nothing, /Did you mean --collections\?/],
  },
  {
    what: 'a pair that there is not',
    words: ['sync', 'shpo'],
    code: 'not-found',
    says: [/shpo/, nothing, /Did you mean shop\?/],
  },
  {
    what: 'a collection that there is not',
    words: ['sync', '--collections', 'post'],
    code: 'not-found',
    says: [/post/, nothing, /Did you mean posts\?/],
  },
  {
    what: 'a direction that there is not',
    words: ['sync', '--direction', 'a-to-c'],
    code: 'usage',
    says: [/a-to-c/, nothing, /Did you mean a-to-b\?/],
  },
  {
    what: 'a strategy that there is not',
    words: ['resolve', '1', '--strategy', 'keep_lokal'],
    code: 'usage',
    says: [/keep_lokal/, nothing, /Did you mean keep_local\?/],
  },
  {
    what: 'a resolution without a strategy',
    words: ['resolve', '1'],
    code: 'usage',
    says: [/--strategy/, nothing, /keep_local|--help/],
  },
  {
    what: 'a number of a conflict that is none',
    words: ['show', 'one'],
    code: 'usage',
    says: [/“?one”?/, nothing, /./],
  },
  {
    what: 'a conflict that there is not',
    words: ['resolve', '99', '--strategy', 'keep_local'],
    code: 'not-found',
    says: [/99/, nothing, /conflicts/],
  },
  { what: 'a run that there is not', words: ['undo', '99'], code: 'not-found', says: [/99/, nothing, /history/] },
  {
    what: 'a brake that there is not',
    words: ['brake', 'answer', '99', 'keep'],
    code: 'not-found',
    says: [/99/, nothing, /brake list/],
  },
  {
    what: 'a setting that there is not',
    words: ['config', 'set', 'batchSiz=5'],
    code: 'config-invalid',
    says: [/“batchSiz” is not known/, nothing, /Did you mean batchSize\?/],
  },
  {
    what: 'a value that a setting does not take',
    words: ['config', 'set', 'batchSize=0'],
    code: 'config-invalid',
    says: [/Setting batchSize to "0" failed/, nothing, /The default is 1000/],
  },
  {
    what: 'a plan file that is not there',
    words: ['sync', '--plan', 'none.plan'],
    code: 'usage',
    says: [/none\.plan.*there is no such file/, nothing, /Name another file/],
  },
  {
    what: 'a plan file that is none',
    make: (bench) => writeFileSync(bench.path('bad.plan'), '{"version":1}'),
    words: ['sync', '--plan', 'bad.plan'],
    code: 'usage',
    says: [/bad\.plan/, nothing, /plan --out/],
  },
  {
    what: 'a plan of a pair that there is not',
    make: (bench) =>
      writeFileSync(
        bench.path('old.plan'),
        '{"version":3,"pair":"store","at":"2026-01-05T09:00:00.000Z","entries":[]}',
      ),
    words: ['sync', '--plan', 'old.plan'],
    code: 'usage',
    says: [/made for store.*no pair of this name/, nothing, /make the plan anew: .*plan shop --out old\.plan/],
  },
];

describe('[section 8] words that were typed wrongly', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows);
    bench.sql(bench.a, "UPDATE posts SET body = 'waits' WHERE id = 1");
  });
  afterAll(() => bench.close());

  it.each(typed)('$what: three parts, and nothing is another than before', (each) =>
    expect(changedBy(bench, each, rows)).toEqual(each.changes ?? []),
  );

  it('no collection or key may be named that is only a property of every object', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const { exit, err } = bench.run(['sync', '--collections', name]);
      expect(err).toContain(name);
      expect(exit).toBe(2);
    }
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('words', rows)).toBe(tableOf(rows)));
});
