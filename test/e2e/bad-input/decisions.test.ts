import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBy, tableInDocs, tableOf, type BadCase, type DocRow } from '../../support/bad-case.ts';
import { BadBench, shop, shopRows } from '../../support/bad-input.ts';

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
    /There is no field nam in this record\. Did you mean name\?/,
    /Possible here: keep_local, keep_remote, merge/,
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
    expect(changedBy(bench, named(each), rows)).toEqual(each.changes ?? []),
  );

  it('[L7] values that were never shown are not overwritten: the record is shown again first', () => {
    const moved = {
      answer: true,
      code: 'moved',
      says: [/Not resolved #\d: .*(changed|edited|moved)/, wait, /./],
      changes: ['questions'],
    } as const;
    expect(
      changedBy(
        bench,
        named({
          ...moved,
          what: 'a decision about a record that was edited since it was shown',
          make: editedSince,
          words: ['resolve', 'UPDATE', '--strategy', 'keep_remote'],
        }),
        rows,
      ),
    ).toEqual(['questions']);
  });

  it('[L7] a conflict that is resolved already is not resolved again', () => {
    bench.run(['sync']);
    bench.run(['resolve', ids['UPDATE'] ?? '', '--strategy', 'keep_remote']);
    expect(
      changedBy(
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
      ),
    ).toEqual([]);
    expect(bench.rows(bench.a, 'SELECT name FROM admins WHERE id = 1')).toEqual([['There']]);
  });

  it('[L8] what is undone already is not undone again', () => {
    const words = ['undo', 'run', '1', '--collection', 'posts', '--key', '7'];
    bench.mustBe(0, ...words);
    expect(
      changedBy(
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
      ),
    ).toEqual([]);
  });

  it('[section 6] a plan of which a record has moved is not applied', () => {
    bench.sql(bench.a, "UPDATE posts SET body = 'planned' WHERE id = 2");
    bench.run(['plan', '--out', 'saved.plan']);
    bench.sql(bench.a, "UPDATE posts SET body = 'moved' WHERE id = 2");
    expect(
      changedBy(
        bench,
        {
          what: 'a saved plan of which a record has moved',
          words: ['sync', '--plan', 'saved.plan'],
          code: 'moved',
          says: [/posts|record|plan/, /Nothing was written/, /plan/],
        },
        rows,
      ),
    ).toEqual([]);
    expect(readFileSync(bench.path('saved.plan'), 'utf8')).not.toContain('planned');
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('decisions', rows)).toBe(tableOf(rows)));
});
