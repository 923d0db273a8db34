import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkCase, checkDocs, type BadCase, type DocRow } from '../../support/bad-case.ts';
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
];

describe('[section 8] words that were typed wrongly', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows);
    bench.sql(bench.a, "UPDATE posts SET body = 'waits' WHERE id = 1");
  });
  afterAll(() => bench.close());

  it.each(typed)('$what: three parts, and nothing is another than before', (each) => checkCase(bench, each, rows));

  it('no collection or key may be named that is only a property of every object', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const { exit, err } = bench.run(['sync', '--collections', name]);
      expect(err).toContain(name);
      expect(exit).toBe(2);
    }
  });

  it('stands in docs/errors.md', () => checkDocs('words', rows));
});

/** Record 3 of both sides has one username; record 1 another name on each side. */
const clash = `UPDATE admins SET name = 'Here' WHERE id = 1; INSERT INTO admins VALUES (3, 'ann', 'Ann');`;
const clashThere = `UPDATE admins SET name = 'There' WHERE id = 1; INSERT INTO admins VALUES (4, 'ann', 'Anna');`;

const wait = /conflicts? still waits? for you/;
const refused = (
  what: string,
  code: 'refused' | 'value-taken' | 'moved' | 'already-resolved',
  words: readonly string[],
  said: RegExp,
  help: RegExp,
): BadCase => ({
  what,
  code,
  words: ['resolve', ...words],
  answer: true,
  says: [said, wait, help],
});

const decisions: readonly BadCase[] = [
  refused(
    'rename to a value that a record has',
    'value-taken',
    ['UNIQUE', '--strategy', 'rename_local', '--value', 'mary'],
    /Not resolved #\d: The value mary is taken already/,
    /Choose another one/,
  ),
  refused(
    'a strategy that makes no sense for this kind',
    'refused',
    ['UPDATE', '--strategy', 'rename_local', '--value', 'x'],
    /rename_local makes no sense for/,
    /Possible here: keep_local, keep_remote, merge/,
  ),
  refused(
    'a field that the record does not have',
    'refused',
    ['UPDATE', '--strategy', 'merge', '--field', 'nam=x'],
    /There is no field nam in this record/,
    /Possible here: merge/,
  ),
];

const editedSince = (bench: BadBench): void => bench.sql(bench.a, "UPDATE admins SET name = 'Later' WHERE id = 1");

describe('[section 8] decisions that cannot be carried out', () => {
  const rows: DocRow[] = [];
  let bench: BadBench;
  const ids: Record<string, string> = {};
  const named = (each: BadCase): BadCase => ({
    ...each,
    words: (each.words as string[]).map((word) => ids[word] ?? word),
  });
  beforeAll(async () => {
    bench = await BadBench.create(shop, shopRows);
    bench.sql(bench.a, clash);
    bench.sql(bench.b, clashThere);
    bench.mustBe(4, 'sync');
    for (const { id, kind } of JSON.parse(bench.run(['conflicts', '--json']).out) as { id: number; kind: string }[])
      ids[kind === 'unique' ? 'UNIQUE' : 'UPDATE'] = `${id}`;
  });
  afterAll(() => bench.close());

  it.each(decisions)('$what: three parts, and nothing is another than before', (each) =>
    checkCase(bench, named(each), rows),
  );

  it('[L7] values that were never shown are not overwritten: the record is shown again first', () => {
    const moved = {
      answer: true,
      code: 'moved',
      says: [/Not resolved #\d: .*(changed|edited|moved)/, wait, /./],
      changes: ['questions'],
    } as const;
    checkCase(
      bench,
      named({
        ...moved,
        what: 'a decision about a record that was edited since it was shown',
        make: editedSince,
        words: ['resolve', 'UPDATE', '--strategy', 'keep_remote'],
      }),
      rows,
    );
  });

  it('[L7] a conflict that is resolved already is not resolved again', () => {
    bench.run(['sync']);
    bench.run(['resolve', ids['UPDATE'] ?? '', '--strategy', 'keep_remote']);
    checkCase(
      bench,
      named(
        refused(
          'a conflict that is resolved already',
          'already-resolved',
          ['UPDATE', '--strategy', 'keep_local'],
          /Conflict \d is resolved already, by /,
          /conflicts/,
        ),
      ),
      rows,
    );
    expect(bench.rows(bench.a, 'SELECT name FROM admins WHERE id = 1')).toEqual([['There']]);
  });

  it('[L8] what is undone already is not undone again', () => {
    const words = ['undo', 'run', '1', '--collection', 'posts', '--key', '7'];
    bench.mustBe(0, ...words);
    checkCase(
      bench,
      {
        what: 'an undo of what is undone already',
        words,
        code: 'refused',
        says: [
          /Undoing run 1 failed: nothing of it is left to take back/,
          /Nothing was written/,
          /was undone before.*run show 1/,
        ],
      },
      rows,
    );
  });

  it('[section 6] a plan of which a record has moved is not applied', () => {
    bench.sql(bench.a, "UPDATE posts SET body = 'planned' WHERE id = 2");
    bench.run(['plan', '--out', 'saved.plan']);
    bench.sql(bench.a, "UPDATE posts SET body = 'moved' WHERE id = 2");
    checkCase(
      bench,
      {
        what: 'a saved plan of which a record has moved',
        words: ['sync', '--plan', 'saved.plan'],
        code: 'moved',
        says: [/posts|record|plan/, /Nothing was written/, /plan/],
      },
      rows,
    );
    expect(readFileSync(bench.path('saved.plan'), 'utf8')).not.toContain('planned');
  });

  it('stands in docs/errors.md', () => checkDocs('decisions', rows));
});
