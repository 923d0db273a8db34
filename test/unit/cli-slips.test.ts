import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveHome } from '../../electron/api/host/home.ts';
import { refuseFileHome } from '../../electron/cli/absent-home.ts';
import { Desk } from './cli-desk.ts';

const schema = `CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT, city TEXT);
  CREATE TABLE visit(id INTEGER PRIMARY KEY, person INTEGER REFERENCES person(id), photo BLOB);`;

describe('what is said when something was typed or meant otherwise', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    desk.database('a.db', `${schema} INSERT INTO person VALUES(1,'ann','x'),(2,'bob','y')`);
    desk.database('b.db', schema);
    await desk.script('pair', 'add', 'shop', desk.path('a.db'), desk.path('b.db'));
    await desk.script('sync');
  });
  afterEach(() => desk.close());

  it('the key that was forgotten is what is missing, whether there is one pair or two', async () => {
    const missing = 'after the pair shop it needs a collection and a key, and there is only “person”.';
    expect(await desk.script('timeline', 'shop', 'person')).toMatchObject({
      code: 2,
      said: expect.stringContaining(missing) as string,
    });
    desk.database('c.db', schema);
    desk.database('d.db', schema);
    await desk.script('pair', 'add', 'club', desk.path('c.db'), desk.path('d.db'));
    expect(await desk.script('timeline', 'shop', 'person')).toMatchObject({
      code: 2,
      said: expect.stringContaining(missing) as string,
    });
    expect((await desk.script('timeline', 'person', '1')).said).toContain('there are 2, and none was named');
  });

  it('a collection that no pair has is looked for in all of them, and they are named', async () => {
    desk.database('c.db', 'CREATE TABLE guest(id INTEGER PRIMARY KEY)');
    desk.database('d.db', 'CREATE TABLE guest(id INTEGER PRIMARY KEY)');
    await desk.script('pair', 'add', 'club', desk.path('c.db'), desk.path('d.db'));
    const wrong = await desk.script('resolve', '--where', 'collection=nix', '--strategy', 'keep_local');
    expect(wrong).toMatchObject({
      code: 2,
      said: 'There is no collection “nix” in any of the pairs shop and club.\nNothing was done.\nWhat each pair has: `tandem pair show NAME`',
    });
    const near = await desk.script('resolve', '--where', 'collection=gest', '--strategy', 'keep_local');
    expect(near.said).toContain('Did you mean guest?');
  });

  it('the undo of a decision that was undone leads to the hold, or to the history once that has ended', async () => {
    for (const [name, value] of [
      ['a.db', 'A'],
      ['b.db', 'B'],
    ] as const)
      desk.database(name, `UPDATE person SET name='${value}' WHERE id=1`);
    await desk.script('sync');
    await desk.script('resolve', '1', '--strategy', 'keep_local');
    await desk.script('undo', 'conflict', '1');
    expect((await desk.script('undo', 'conflict', '1')).said).toContain('See: tandem holds');
    await desk.script('holds', 'answer', 'person', '1', 'take-remote');
    const again = (await desk.script('undo', 'conflict', '1')).said;
    expect(again).toContain('was undone already');
    expect(again).toContain('What it wrote and what became of it: tandem run show 3');
  });

  it('a home that is a file is refused as one, whatever the command', () => {
    for (const command of ['status', 'pair add'])
      expect(() => refuseFileHome(resolveHome(desk.path('a.db')), command)).toThrow(
        `The home ${desk.path('a.db')} is a file, and everything that Tandem keeps needs a folder.`,
      );
    for (const name of ['home', 'none'])
      expect(() => refuseFileHome(resolveHome(desk.path(name)), 'status')).not.toThrow();
  });

  it('a pair in the list has its addresses on lines of their own', async () => {
    expect((await desk.script('pair', 'list')).said).toBe(
      `shop: both ways, 2 collections\n  This computer  ${desk.path('a.db')}\n  Remote         ${desk.path('b.db')}\n`,
    );
  });

  it('config set names the nearest collection', async () => {
    const wrong = await desk.script('config', 'set', 'collections.preson.policy=remote');
    expect([wrong.code, wrong.said]).toEqual([
      2,
      expect.stringContaining('there is no collection “preson” in pair shop'),
    ]);
    expect(wrong.said).toContain('Did you mean person?');
    expect((await desk.script('config', 'set', 'collections.person.policy=remote')).code).toBe(0);
  });

  it('a pair among the collections is told apart from a collection that is not there', async () => {
    const wrong = await desk.script('sync', '--collections', 'person', 'shop');
    expect([wrong.code, wrong.said]).toEqual([
      2,
      expect.stringContaining('“shop” is a pair, and stands among the collections'),
    ]);
    expect(wrong.said).toContain('tandem sync shop --collections NAME');
    const two = await desk.script('sync', '--collections', 'person', 'visit', '--key', '1');
    expect([two.code, two.said]).toEqual([2, expect.stringContaining('Name one after --collections.')]);
  });

  it('a merge counts the disputed fields, and takes bytes and NULL by hand', async () => {
    desk.database('a.db', "UPDATE person SET name='A', city='A' WHERE id=1; INSERT INTO visit VALUES(5,1,x'01')");
    desk.database('b.db', "UPDATE person SET name='B', city='B' WHERE id=1; INSERT INTO visit VALUES(5,1,x'02')");
    await desk.script('sync');
    const half = await desk.script('resolve', '1', '--strategy', 'merge', '--field', 'name=C');
    expect([half.code, half.said]).toEqual([
      5,
      expect.stringContaining('1 of 2 disputed fields is not decided: city.'),
    ]);
    expect((await desk.script('resolve', '1', '--strategy', 'merge')).said).not.toContain('Possible here: merge');
    const bytes = 'photo={"$binary":{"base64":"q80=","subType":"00"}}';
    expect((await desk.script('resolve', '2', '--strategy', 'merge', '--field', bytes)).code).toBe(0);
    expect(desk.rows('b.db', 'SELECT hex(photo) FROM visit')).toEqual([['ABCD']]);
    const merged = ['resolve', '1', '--strategy', 'merge', '--field', 'name=C'];
    expect((await desk.script(...merged, 'city=NULL')).said).toContain('For no value: --null FIELD.');
    expect((await desk.script(...merged, '--null', 'city')).said).toContain('Resolved #1');
    expect(desk.rows('b.db', 'SELECT name, city FROM person WHERE id = 1')).toEqual([['C', null]]);
  });

  it('an undo that would delete what others refer to does not say that somebody deleted it', async () => {
    desk.database('a.db', "INSERT INTO person VALUES(7,'new','z')");
    await desk.script('sync');
    desk.database('b.db', 'INSERT INTO visit VALUES(9,7,NULL)');
    const undone = await desk.script('undo', 'run', '2');
    expect(undone.said).toContain('Not restored: person 7: Records on Remote refer to person 7: visit 9.');
    expect(desk.rows('b.db', 'SELECT count(*) FROM person')).toEqual([[3]]);
  });

  it('a saved plan that came too late names the record, and status does not call it a failed sync', async () => {
    desk.database('a.db', "UPDATE person SET name='A' WHERE id=1");
    await desk.script('plan', '--out', desk.path('plan.json'));
    desk.database('a.db', "UPDATE person SET name='AA' WHERE id=1");
    const late = await desk.script('sync', '--plan', desk.path('plan.json'));
    expect([late.code, late.said]).toEqual([
      5,
      expect.stringContaining('person 1, which it names, has changed since.'),
    ]);
    expect((await desk.script('status')).said).not.toContain('Stopped');
  });

  it('[E144] a saved plan that was applied says so, and is refused once one of its records is another', async () => {
    desk.database('a.db', "UPDATE person SET name='A' WHERE id=1");
    const again = ['sync', '--plan', desk.path('plan.json')];
    await desk.script('plan', '--out', desk.path('plan.json'));
    const done = 'The plan was applied already: both sides show what it wants, so there was nothing to do.';
    expect((await desk.script(...again)).said).not.toContain(done);
    const second = await desk.script(...again);
    expect([second.code, second.said]).toEqual([0, expect.stringContaining(done)]);
    expect(second.said).not.toContain('Left out of the plan');
    desk.database('b.db', "UPDATE person SET name='B' WHERE id=1");
    await desk.script('sync');
    expect((await desk.script(...again)).code).toBe(5);
    const partly = await desk.script(...again, '--partial');
    expect(partly.said).not.toContain(done);
    expect(partly.said).toContain('1 record (person 1)');
  });

  it('[E148] a plan of one direction names it in the command that applies it, and is refused without it', async () => {
    desk.database('a.db', "UPDATE person SET name='A' WHERE id=1");
    const path = desk.path('plan.json');
    const planned = await desk.script('plan', '--direction', 'a-to-b', '--out', path);
    expect(planned.said).toContain(`tandem sync shop --plan ${path} --direction a-to-b`);
    const refused = await desk.script('sync', '--plan', path);
    expect(refused.code).toBe(5);
    expect(refused.said).toMatch(/direction of person is both ways in this run, and was .* → .* in the plan/);
    expect(refused.said).toContain('Apply it with --direction a-to-b, or make the plan again.');
    expect((await desk.script('sync', 'shop', '--plan', path, '--direction', 'a-to-b')).code).toBe(0);
    expect(desk.rows('b.db', 'SELECT name FROM person WHERE id = 1')).toEqual([['A']]);
  });

  it('[P24] [E60] a plan that was saved before the pair got another name is to be made anew, and the advice works', async () => {
    desk.database('a.db', "UPDATE person SET name='A' WHERE id=1");
    const path = desk.path('plan.json');
    await desk.script('plan', '--out', path);
    await desk.script('pair', 'rename', 'shop', 'store');
    for (const name of [['store'], []]) {
      const refused = await desk.script('sync', ...name, '--plan', path);
      expect(refused.code).toBe(2);
      expect(refused.said).toContain('the plan was made for shop, and there is no pair of this name now.');
      expect(refused.said).toContain(`make the plan anew: tandem plan store --out ${path}`);
    }
    expect(desk.rows('b.db', 'SELECT name FROM person WHERE id = 1')).toEqual([['ann']]);
    await desk.script('plan', 'store', '--out', path);
    expect((await desk.script('sync', 'store', '--plan', path)).code).toBe(0);
    expect(desk.rows('b.db', 'SELECT name FROM person WHERE id = 1')).toEqual([['A']]);
  });

  it.each([
    [['--dry-run'], '--dry-run belongs to --add or --leave-out.'],
    [['--key', 'person=id'], '--key belongs to --add.'],
    [['--dry-run', '--verbose'], '--dry-run and --verbose belong to --add or --leave-out.'],
  ])('of options that need --add only those that were given are named: %s', async (options, said) => {
    const refused = await desk.script('pair', 'edit', 'shop', ...options);
    expect([refused.code, refused.said.split('\n')[0]]).toEqual([2, `Changing the pair failed: ${said}`]);
  });

  it('what can be undone is told in the words that undo it', async () => {
    const refused = await desk.script('undo', 'decision', '4');
    expect([refused.code, refused.said]).toEqual([2, expect.stringContaining('`tandem undo run 4`')]);
    expect(refused.said).toContain('`tandem undo conflict 4`');
    expect((await desk.script('undo', 'the', 'last')).said).toContain('`tandem undo run N`');
  });
});
