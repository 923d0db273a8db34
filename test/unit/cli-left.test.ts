import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const tables = `CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT, mark TEXT);
  CREATE TABLE tag(id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE step(recipe INTEGER, n INTEGER, text TEXT, PRIMARY KEY(recipe, n));`;

describe('what left the pair', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${tables} INSERT INTO note VALUES(1, 'old', 'm'); INSERT INTO step VALUES(2, 1, 'old')`);
    desk.database('b.db', tables);
    await desk.script('pair', 'add', 'food', desk.path('a.db'), desk.path('b.db'));
    await desk.script('sync');
    desk.database(
      'a.db',
      `UPDATE note SET text='new', mark='n'; UPDATE step SET text='new'; INSERT INTO tag VALUES(50, 'x'), (51, 'y')`,
    );
    await desk.script('sync');
  });
  afterEach(() => desk.close());
  const leave = (what: string) => desk.script('pair', 'edit', 'food', '--leave-out', what);
  const rows = (table: string): unknown => desk.rows('b.db', `SELECT * FROM ${table}`);

  it('[E123] keeps nothing else of a run from going back, and is named with the reason before and after', async () => {
    await leave('tag,step');
    const reasons = [
      'Not restored: step 2, 1: step left the pair, so it stays as it is. Taken in again (tandem pair edit food --add step), this can still be undone.\n',
      'Not restored: tag 50 and 51: tag left the pair, so it stays as it is. Taken in again (tandem pair edit food --add tag), this can still be undone.\n',
    ];
    const tried = await desk.script('undo', 'run', '2', '--dry-run');
    for (const reason of reasons) expect(tried.said).toContain(reason);
    expect(tried).toMatchObject({ code: 5, said: expect.stringContaining('would put 1 record back') });
    expect(rows('note')).toEqual([[1, 'new', 'n']]);
    const undone = await desk.script('undo', 'run', '2');
    for (const reason of reasons) expect(undone.said).toContain(reason);
    expect(undone).toMatchObject({ code: 5, said: expect.stringContaining('Undid run 2: 1 record is back') });
    expect([rows('note'), rows('tag'), rows('step')]).toEqual([
      [[1, 'old', 'm']],
      [
        [50, 'x'],
        [51, 'y'],
      ],
      [[2, 1, 'new']],
    ]);
  });

  it('[E123] can be undone once it was taken in again', async () => {
    await leave('tag,step');
    await desk.script('undo', 'run', '2');
    await desk.script('pair', 'edit', 'food', '--add', 'tag,step');
    await desk.script('sync');
    const undone = await desk.script('undo', 'run', '2');
    expect(undone).toMatchObject({ code: 0, said: expect.stringContaining('3 records are back') });
    expect([rows('note'), rows('tag'), rows('step')]).toEqual([[[1, 'old', 'm']], [], [[2, 1, 'old']]]);
  });

  it('[E123] a field that left is named; the other fields go back', async () => {
    await leave('note.mark');
    const undone = await desk.script('undo', 'run', '2', '--collection', 'note', '--key', '1');
    expect(undone.code).toBe(5);
    expect(undone.said).toContain('Not restored: note 1: note.mark left the pair, so it stays as it is.');
    expect(rows('note')).toEqual([[1, 'old', 'n']]);
  });

  it('[E123] a single record of it is refused with the same reason', async () => {
    await leave('step');
    const undone = await desk.script('undo', 'run', '2', '--collection', 'step', '--key', '2,1');
    expect(undone).toMatchObject({
      code: 5,
      said: expect.stringContaining('Not restored: step 2, 1: step left the pair'),
    });
    expect(rows('step')).toEqual([[2, 1, 'new']]);
  });

  it('[E124] an undo that restored nothing undid nothing, and ends as its dry run', async () => {
    await leave('tag');
    for (const more of [['--dry-run'], []]) {
      const { code } = await desk.script('undo', 'run', '2', '--collection', 'tag', '--key', '50', ...more);
      expect(code).toBe(5);
    }
    desk.database('b.db', "UPDATE note SET text='mine', mark='mine'");
    for (const more of [['--dry-run'], []]) {
      const kept = await desk.script('undo', 'run', '2', '--collection', 'note', '--key', '1', ...more);
      expect(kept).toMatchObject({ code: 5, said: expect.stringContaining('1 record changed again') });
    }
    const history = (await desk.script('history')).said;
    expect(history).toContain('tried to undo note 1 of run 2');
    expect(history).not.toMatch(/undid|undone/);
    expect((await desk.script('run', 'show', '2')).said).not.toContain('undone');
    expect((await desk.script('run', 'show', '4')).said).toMatch(/tried to undo +note 1 of run 2\n/);
  });

  it('[E59] its records keep their timeline; a name that never was in the pair is refused with the nearest', async () => {
    await leave('tag,step');
    expect(await desk.script('timeline', 'food', 'tag', '50')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/written on Remote \(run 2/),
    });
    expect((await desk.script('timeline', 'food', 'step', '2,1')).said).toContain('written on Remote (run 2');
    const never = await desk.script('timeline', 'food', 'tag', '9');
    expect(never.code).toBe(2);
    expect(never.said).toContain('There is no record 9 of “tag” in the history of food.');
    const unknown = await desk.script('timeline', 'food', 'notes', '1');
    expect(unknown.code).toBe(2);
    expect(unknown.said).toContain('There is no collection “notes” in pair food.');
    expect(unknown.said).toContain('Did you mean note?');
  });

  it('[E147] an undo that inserts a record again names the fields that it comes back without', async () => {
    await leave('note.mark');
    await desk.script('sync');
    desk.database('a.db', 'DELETE FROM note; DELETE FROM step');
    await desk.script('sync');
    await desk.script('resolve', '1', '--strategy', 'keep_local');
    expect(rows('note')).toEqual([]);
    const part = 'on Remote with mark as in a new record: it is not part of the pair, and no old value is kept of it.';
    const tried = await desk.script('undo', 'conflict', '1', '--dry-run');
    expect(tried.said).toContain(
      'would put 1 record back to what it was before, but for what the pair does not have:\n',
    );
    expect(tried.said).toContain(`1 record of note would come back ${part}`);
    const undone = await desk.script('undo', 'conflict', '1');
    expect(undone.said).toMatch(
      /1 record is back to what it was before, but for what the pair does not have \(run \d+\)\./,
    );
    expect(undone.said).toContain(`1 record of note is back ${part}`);
    expect(rows('note')).toEqual([[1, 'new', null]]);
    const whole = await desk.script('undo', 'run', '4');
    expect(whole.said).toMatch(/1 record is back to what it was before \(run \d+\)\./);
    expect(whole.said).not.toContain('not part of the pair');
  });

  it('[E147] says the same of a field that comes back with its default', async () => {
    desk.database('b.db', "ALTER TABLE tag ADD COLUMN mine TEXT DEFAULT 'none'; UPDATE tag SET mine = 'mine'");
    await desk.script('sync');
    desk.database('a.db', 'DELETE FROM tag WHERE id = 50');
    await desk.script('sync');
    const part = 'on Remote with mine as in a new record: it is not part of the pair, and no old value is kept of it.';
    const tried = await desk.script('undo', 'run', '4', '--dry-run');
    expect(tried.said).toContain(`1 record of tag would come back ${part}`);
    expect((await desk.script('undo', 'run', '4')).said).toContain(`1 record of tag is back ${part}`);
    expect(rows('tag')).toEqual([
      [50, 'x', 'none'],
      [51, 'y', 'mine'],
    ]);
  });
});
