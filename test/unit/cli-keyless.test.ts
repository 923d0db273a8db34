import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const schema =
  'CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE TABLE log(at TEXT, txt TEXT NOT NULL); CREATE VIEW v AS SELECT * FROM t;';
const trigger = 'CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;';
const advice =
  'to sync it, make a unique index over the fields that identify a record, on both sides (CREATE UNIQUE INDEX "log_key" ON "log"("FIELD")), and name them with --key log=FIELD, in pair add or in pair edit NAME --add log';

describe('a table without a key', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
    desk.database('a.db', `${schema} ${trigger} INSERT INTO log VALUES('1', 'x')`);
    desk.database('b.db', schema);
  });
  afterEach(() => desk.close());
  const add = () => desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));

  it('[P6] [P25] gets one advice everywhere, and views and triggers are named as well', async () => {
    expect((await add()).said).toContain(`its records cannot be told apart; ${advice}. Or leave it out.`);
    await desk.script('sync');
    expect((await desk.script('compare')).said).toContain(`it has no key; ${advice}; not part of the pair`);
    expect((await desk.script('pair', 'test')).said).toContain(`is not synced: it has no key; ${advice}`);
    const shown = (await desk.script('pair', 'show')).said;
    expect(shown).toContain(`  not synced\n    view v: a view shows other tables and holds no records of its own\n`);
    expect(shown).toContain(`    table log: it has no key; ${advice}\n`);
    expect(shown).toContain(
      '    trigger tr (on This computer only): it stays as it is and runs when records of t are written\n',
    );
    const doctor = (await desk.script('doctor')).said;
    expect(doctor).toContain('No sync carries: view v, table log, trigger tr.');
  });

  it('[P6] [E58] is taken in later by the statement and the command that are named, and not before', async () => {
    await add();
    const early = await desk.script('pair', 'edit', 'shop', '--add', 'log', '--key', 'log=txt');
    expect(early.said).toContain(
      'log: Nothing keeps txt from standing in two records on This computer and Remote; a unique index there does: CREATE UNIQUE INDEX "log_key" ON "log"("txt").',
    );
    expect((await desk.script('sync')).code).toBe(0);
    for (const name of ['a.db', 'b.db']) desk.database(name, 'CREATE UNIQUE INDEX "log_key" ON "log"("txt")');
    await desk.script('pair', 'edit', 'shop', '--add', 'log', '--key', 'log=txt');
    await desk.script('sync');
    expect(desk.rows('b.db', 'SELECT * FROM log')).toEqual([['1', 'x']]);
    expect((await desk.script('pair', 'show')).said).not.toContain('table log');
    const compared = await desk.script('compare');
    expect(compared.said).toMatch(/^ +log +1 +0 /m);
    expect([compared.code, /Not compared: log/.test(compared.said)]).toEqual([0, false]);
  });
});
