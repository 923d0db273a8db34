import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../shared/contract/calls.ts';
import { callsAsUser } from './calls-as-user.ts';
import { filesBelow, Office, sha256 } from './home-support.ts';

const tables = `CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE); INSERT INTO admins VALUES (1, 'ann'), (2, 'bob');
  CREATE TABLE loose(x); CREATE VIEW names AS SELECT username FROM admins;`;

const statesOf = ({ checks }: Result<'sides.test'>): Record<string, string> =>
  Object.fromEntries(checks.map(({ check, state }) => [check, state]));

const file = { address: 'ok', server: 'skipped', encryption: 'skipped', login: 'skipped' };

describe('an address is tested', () => {
  it('[W22] a file that is well, with its tables, their records and what no sync carries', async () => {
    const office = new Office();
    const client = await office.connect();
    const path = office.sql('a.db', tables);
    const [before, content] = [filesBelow(office.dir).toSorted(), sha256(path)];
    const test = await client.call('sides.test', { address: path, name: 'Office' });
    expect(test).toMatchObject({ ok: true, kind: 'sqlite', label: 'Office', address: path, error: null });
    expect(statesOf(test)).toEqual({ ...file, rights: 'ok', database: 'ok' });
    expect(test.collections).toEqual([
      { name: 'admins', records: 2, key: 'id', unique: [['username']], fields: 2, notSynced: null },
      { name: 'loose', records: null, key: null, unique: [], fields: 1, notSynced: expect.stringMatching(/\w/) },
      { name: 'names', records: null, key: null, unique: [], fields: 0, notSynced: expect.stringMatching(/\w/) },
    ]);
    expect(filesBelow(office.dir).toSorted()).toEqual(before);
    expect(sha256(path)).toBe(content);
    expect(await client.call('pairs.list', {})).toEqual([]);
  });

  it('[W22] what is missing, or no database, is told apart and made by nobody', async () => {
    const office = new Office();
    const client = await office.connect();
    const missing = await client.call('sides.test', { address: office.path('none.db') });
    expect(missing).toMatchObject({ ok: false, kind: 'sqlite', error: { code: 'file-missing' }, collections: [] });
    expect(statesOf(missing)).toEqual({ ...file, rights: 'unknown', database: 'failed' });
    expect(existsSync(office.path('none.db'))).toBe(false);
    writeFileSync(office.path('text.db'), 'no database at all, but a text that is long enough'.repeat(20));
    const text = await client.call('sides.test', { address: office.path('text.db') });
    expect(text.error?.code).toBe('not-a-database');
    expect(statesOf(text)['database']).toBe('failed');
    const odd = await client.call('sides.test', { address: 'ftp://ann:hunter2@host/x' });
    expect(odd).toMatchObject({ ok: false, kind: '', address: 'ftp://host/x', error: { code: 'url-unknown' } });
    expect(statesOf(odd)).toMatchObject({ address: 'failed', server: 'unknown', database: 'unknown' });
    expect(JSON.stringify(odd)).not.toContain('hunter2');
  });

  it('[W22] a file in the folder of a cloud client is said to be in danger', async () => {
    const office = new Office();
    const client = await office.connect();
    mkdirSync(office.path('Dropbox'));
    const test = await client.call('sides.test', { address: office.sql('Dropbox/a.db', tables) });
    expect(test.ok).toBe(true);
    expect(test.checks[0]).toMatchObject({ check: 'address', state: 'unknown' });
    expect(test.checks[0]?.sentence).toContain('Dropbox');
  });

  it('[W22] a file that may only be read can be looked at all the same', async () => {
    const office = new Office();
    for (const name of ['home', 'source']) mkdirSync(office.path(name));
    const path = office.sql('source/a.db', tables);
    chmodSync(office.dir, 0o755);
    chmodSync(office.path('home'), 0o777);
    for (const each of [path, office.path('source')]) chmodSync(each, 0o555);
    const [line] = await callsAsUser(office, ['sides.test', { address: path }]);
    const test = line?.value as Result<'sides.test'> | undefined;
    expect(test).toMatchObject({ ok: false, error: null });
    expect(test?.collections.map(({ name, records }) => [name, records])).toContainEqual(['admins', 2]);
    expect(test && statesOf(test)).toEqual({ ...file, rights: 'failed', database: 'ok' });
  });
});
