import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const table = 'CREATE TABLE rec(id INTEGER PRIMARY KEY, title TEXT, up TEXT);';
const trigger =
  "CREATE TRIGGER tr AFTER UPDATE OF title ON rec BEGIN UPDATE rec SET up = 'T' || new.up WHERE id = new.id; END;";

describe('a database that changes by itself what a decision wrote', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${table} INSERT INTO rec VALUES(1, 'a', 'x'), (2, 'b', 'x')`);
    desk.database('b.db', table + trigger);
    await desk.script('pair', 'add', 'p', desk.path('a.db'), desk.path('b.db'));
    await desk.script('sync');
  });
  afterEach(() => desk.close());
  const there = (id: number): unknown => desk.rows('b.db', `SELECT title, up FROM rec WHERE id = ${id}`);
  const but = 'But Remote changed up of rec 1 by itself while it was written (a trigger?).\n';

  it('[E127] is named by an undo and by an answer to a hold', async () => {
    desk.database('a.db', "UPDATE rec SET title = 'a2' WHERE id = 1");
    await desk.script('sync');
    const undone = await desk.script('undo', 'run', '2');
    expect(undone.said).toContain(`1 record was written back to what it was before (run 3).\n${but}`);
    expect(there(1)).toEqual([['a', 'TTx']]);
    const sent = await desk.script('holds', 'answer', 'rec', '1', 'send-again');
    expect(sent.said).toContain(`The change was sent again; the hold has ended.`);
    expect(sent.said).toContain(but);
  });

  it('[E127] both sides were given what an answer names, and do not have it', async () => {
    desk.database('b.db', "DROP TRIGGER tr; UPDATE rec SET title = 'b2' WHERE id = 1");
    await desk.script('sync');
    await desk.script('undo', 'run', '2');
    desk.database('b.db', trigger);
    const answered = await desk.script('holds', 'answer', 'rec', '1', 'old-on-both');
    expect(answered.said).toContain('Both sides were given the value last agreed on; the hold has ended.');
    expect(answered.said).toContain(but);
    expect(there(1)).toEqual([['a', 'Tx']]);
  });

  it('[E127] is named by one answer for many holds', async () => {
    desk.database('a.db', "UPDATE rec SET title = 'n' || id");
    await desk.script('sync');
    await desk.script('undo', 'run', '2');
    const all = await desk.script('holds', 'answer', '--run', '2', 'send-again', '--yes');
    expect(all.said).toContain(but);
    expect(all.said).toContain(but.replace('rec 1', 'rec 2'));
  });

  it('[E127] is named by a resolution, and not by its dry run', async () => {
    desk.database('a.db', "UPDATE rec SET title = 'mine', up = 'm' WHERE id = 1");
    desk.database('b.db', "DROP TRIGGER tr; UPDATE rec SET title = 'yours' WHERE id = 1");
    await desk.script('sync');
    desk.database('b.db', trigger);
    const tried = await desk.script('resolve', '1', '--strategy', 'keep_local', '--dry-run');
    expect(tried.said).not.toContain('by itself');
    const resolved = await desk.script('resolve', '1', '--strategy', 'keep_local');
    expect(resolved.said).toContain(but);
    expect(there(1)).toEqual([['mine', 'Tm']]);
  });
});
