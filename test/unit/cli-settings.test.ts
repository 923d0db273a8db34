import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk } from './cli-desk.ts';

const TABLES = `CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, city TEXT, changed TEXT);
  CREATE TABLE log(id INTEGER PRIMARY KEY, text TEXT);`;

describe('settings at the command line', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    await desk.script('pair', 'add', 'two', desk.database('a.db', TABLES), desk.database('b.db', TABLES));
  });
  afterEach(() => desk.close());

  const set = (...words: string[]) => desk.script('config', 'set', ...words);

  it('[W4] rules of one collection are shown with the pair and among the settings', async () => {
    await set('collections.log.direction=a-to-b', 'collections.users.policy=local', 'collections.users.touch=changed');
    const { said } = await desk.script('pair', 'show');
    expect(said).toMatch(/ log +key id; 2 fields; direction a-to-b\n/);
    expect(said).toMatch(/ users +key id; 4 fields; policy local; touch changed\n/);
    const shown = (await desk.script('config', 'show')).said;
    expect(shown).toMatch(/collections\.log\.direction +"a-to-b" +pair /);
    expect(shown).toMatch(/collections\.users\.touch +\["changed"\] +pair /);
    expect(shown).not.toContain('collections.log.policy');
  });

  it('[W4] maps and groups of one collection are shown as they were set', async () => {
    await set('collections.users.fieldPolicy={"name": "remote"}', 'collections.users.merge=groups');
    await set('collections.users.groups=[[name, city], [changed]]');
    expect((await desk.script('pair', 'show')).said).toContain(
      'fieldPolicy name: remote; merge groups; groups (name, city), (changed)\n',
    );
  });

  it('[W4] what was set is told with its pair and its value, whatever it belongs to', async () => {
    expect((await set('maxRetries=5', 'collections.users.policy=local', 'logLevel=warn')).said).toBe(
      'logLevel is "warn" now.\ntwo: maxRetries is 5 now.\ntwo: collections.users.policy is "local" now.\n',
    );
  });

  it.each(['collections.users.policy=newest', 'collections.users.fieldPolicy={"city": "newest"}'])(
    '[W4] newest without a field to go by is stored, and told to decide nothing: %s',
    async (rule) => {
      const nothing = 'is newest, which decides nothing before newestBy names a field';
      const { said, code } = await set(rule);
      expect([code, said]).toEqual([0, expect.stringContaining(nothing)]);
      expect(said).toContain('tandem config set --pair two collections.users.newestBy=changed');
      const check = await desk.script('config', 'check');
      expect([check.code, check.said]).toEqual([
        0,
        expect.stringMatching(/is valid\.\n.*, line \d+: collections\.users/),
      ]);
      expect(check.said).toContain(nothing);
      const doctor = await desk.script('doctor');
      expect([doctor.code, doctor.said]).toEqual([8, expect.stringContaining(`look  pair two: collections.users.`)]);
      expect((await set('collections.users.newestBy=nowhere')).said).toContain('there is no field nowhere');
      expect((await set('collections.users.newestBy=changed')).said).not.toContain(nothing);
      expect((await desk.script('config', 'check')).said).not.toContain(nothing);
      expect((await desk.script('doctor')).code).toBe(0);
    },
  );

  it.each([
    ['collectionsToSync=users', '["users"]'],
    ['collectionsToSync=users, log', '["users","log"]'],
    ['collectionsToSync=["users"]', '["users"]'],
    ['collectionsToSync=[users, log]', '["users","log"]'],
    ['collectionsToSync=null', 'null'],
    ['collections.users.uniqueFields=name,city', '["name","city"]'],
  ])('[W4] a list of names may be given plainly: %s', async (word, value) => {
    expect((await set(word)).said).toBe(`two: ${word.split('=')[0]} is ${value} now.\n`);
  });

  it.each([
    ['collectionsToSync=[users', 'tandem config set collectionsToSync=', 'log,users'],
    ['collections.users.touch=', 'tandem config set collections.users.touch=', 'name,city'],
    ['collections.users.groups=name', 'tandem config set ', "'collections.users.groups=[[name, city]]'"],
    [
      'collections.users.fieldPolicy=remote',
      'tandem config set ',
      `'collections.users.fieldPolicy={"name": "remote"}'`,
    ],
    [
      'collections.users.fieldPolicy.city=local',
      'tandem config set ',
      `'collections.users.fieldPolicy={"city": "local"}'`,
    ],
  ])('[W4] a refusal shows an example that works: %s', async (word, command, given) => {
    const refused = await set(word);
    expect(refused.code).toBe(3);
    expect(refused.said).toContain(`\`${command}${given}\``);
    const example = `${command}${given}`.replace('tandem config set ', '').replaceAll("'", '');
    expect((await set(example)).code).toBe(0);
  });

  it('[W4] a rule that was given to the whole pair is told how it is given to one collection', async () => {
    expect((await set('policy=local')).said).toContain(
      'policy is a rule of one collection: `tandem config set collections.NAME.policy=…`',
    );
  });
});
