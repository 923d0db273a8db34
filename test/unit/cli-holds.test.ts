import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const rows = "INSERT INTO t VALUES(1,'a','x'),(2,'b','y')";

describe('an answer to holds', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    for (const name of ['a.db', 'b.db'])
      desk.database(name, `CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, w TEXT); ${rows}`);
    await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));
    await desk.script('sync');
    desk.database('a.db', "UPDATE t SET v = 'new'");
    await desk.script('sync');
    await desk.script('undo', 'run', '2');
  });
  afterEach(() => desk.close());

  const editBoth = (): void => {
    desk.database('a.db', "UPDATE t SET w = 'here'");
    desk.database('b.db', "UPDATE t SET w = 'there'");
  };

  it('[E75] ends with 4 where it opens a conflict, like a sync, and names the command that shows it', async () => {
    editBoth();
    const { code, said } = await desk.script('holds', 'answer', 't', '1', 'send-again');
    expect([code, said]).toEqual([4, expect.stringContaining('1 conflict waits for you since then.\n')]);
    expect((await desk.script('sync')).code).toBe(4);
  });

  it('[E75] for many at once likewise', async () => {
    editBoth();
    const { code, said } = await desk.script('holds', 'answer', '--run', '2', 'send-again', '--yes');
    expect(code).toBe(4);
    expect(said).toMatch(/2 conflicts wait for you since then\.\n {2}.*conflicts --pair shop\n/);
  });

  it('[E75] for many at once says in front how many records it deletes, and where', async () => {
    desk.database('a.db', "INSERT INTO t VALUES(3,'c','z'),(4,'d','z')");
    await desk.script('sync');
    await desk.script('undo', 'run', '4');
    const many = ['holds', 'answer', '--run', '4', 'old-on-both'];
    expect((await desk.script(...many, '--dry-run')).said).toContain(
      '\n2 holds would take the answer old-on-both, which deletes 2 records on This computer.\n',
    );
    expect((await desk.script(...many)).said).toContain(
      '2 holds took the answer old-on-both, which deleted 2 records on This computer.\n',
    );
  });

  it('[E75] ends with 0 where nothing waits', async () => {
    const { code, said } = await desk.script('holds', 'answer', '--run', '2', 'send-again', '--yes');
    expect([code, said]).toEqual([0, expect.not.stringContaining('conflict')]);
  });
});
