import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Params } from '../../shared/contract/calls.ts';
import { envAddress, isSamePlace } from '../../electron/api/pairs/env-address.ts';
import { Office, filesBelow } from './home-support.ts';

/** Nobody listens there, and nobody has to. */
const local = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200';
const cloud = 'mongodb+srv://office:top-secret-1@cluster.invalid/?appName=temple';

async function home() {
  const office = new Office();
  const client = await office.connect();
  const fromEnv = (more: Partial<Params<'pairs.fromEnv'>> = {}) =>
    client.call('pairs.fromEnv', { from: office.dir, local, cloud, database: 'temple', ...more });
  return { office, client, fromEnv };
}

describe('The address of a variable', () => {
  const of = (typed: string) => envAddress('MONGODB_CLOUD_URL', typed, 'temple');

  it('[EN2] gets the database put in, and its user stays one of admin', () => {
    expect(of('mongodb://h').url).toBe('mongodb://h/temple');
    expect(of(' mongodb://h:1,i:2/?replicaSet=rs ').url).toBe('mongodb://h:1,i:2/temple?replicaSet=rs');
    expect(of('mongodb://u:p@h/?tls=true')).toEqual({
      url: 'mongodb://u@h/temple?tls=true&authSource=admin',
      password: 'p',
    });
    expect(of('mongodb://u:p@h?authsource=users').url).toBe('mongodb://u@h/temple?authsource=users');
    expect(of('mongodb://u@h/?authMechanism=MONGODB-X509').url).toBe('mongodb://u@h/temple?authMechanism=MONGODB-X509');
    expect(of('mongodb://u:p@h/?authMechanism=SCRAM-SHA-256').url).toContain('&authSource=admin');
    expect(of('mongodb+srv://u:p%40@h').url).toBe('mongodb+srv://u@h/temple?authSource=admin');
  });

  it('[EN2] that names the database stays as it is, the database of its user included', () => {
    expect(of('mongodb://u:p@h/temple')).toEqual({ url: 'mongodb://u@h/temple', password: 'p' });
    expect(() => of('mongodb://u:hidden@h/shop')).toThrow('names the database "shop"');
    expect(() => of('mongodb://u:hidden@h/shop')).toThrow(expect.not.stringContaining('hidden') as Error);
    for (const wrong of ['postgres://u:hidden@h/temple', 'temple.db', 'mongodb://', 'mongodb://u:hid/den@h'])
      expect(() => of(wrong)).toThrow(expect.objectContaining({ code: 'config-invalid' }) as Error);
  });

  it('[EN3] leads to the same place whatever user, password, settings and order of servers it names', () => {
    expect(isSamePlace('mongodb://a:1,b/x', 'mongodb://u@B:27017,a:1/x?tls=true')).toBe(true);
    expect(isSamePlace('mongodb://localhost/x', 'mongodb://127.0.0.1:27017/x')).toBe(true);
    expect(isSamePlace('mongodb://a/x', 'mongodb://a/y')).toBe(false);
    expect(isSamePlace('mongodb://a/x', 'mongodb+srv://a/x')).toBe(false);
    expect(isSamePlace('/data/x.db', '/data/x.db')).toBe(false);
  });
});

describe('The pair of a .env', () => {
  it('[EN1] [EN6] [EN9] is made without opening a side; the password is in the store of passwords alone', async () => {
    const { office, client, fromEnv } = await home();
    expect(await fromEnv()).toMatchObject({
      change: 'made',
      pair: {
        name: 'temple',
        a: { label: 'This computer', url: 'mongodb://127.0.0.1:1/temple?serverSelectionTimeoutMS=200' },
        b: { label: 'Remote', url: 'mongodb+srv://office@cluster.invalid/temple?appName=temple&authSource=admin' },
        collections: [],
        options: { batchSize: 100, newCollections: true, collectionsToSync: null },
      },
    });
    expect(await fromEnv()).toMatchObject({ change: 'none', notes: [] });
    const holding = filesBelow(office.dir).filter((path) => readFileSync(path).includes('top-secret-1'));
    expect(holding).toEqual([join(office.home.state, 'secrets.json')]);
    expect(JSON.stringify(await client.call('config.get', {}))).not.toContain('top-secret-1');
  });

  it('[EN1] a name of a database that is no name of a pair is made one; a name that is taken gets a number', async () => {
    const { client, fromEnv } = await home();
    const nameOf = async (more: Parameters<typeof fromEnv>[0]) => (await fromEnv(more)).pair.name;
    expect(await nameOf({ database: '_büro', from: '/one' })).toBe('b-ro');
    expect(await nameOf({ database: 'b-ro', from: '/two' })).toBe('b-ro-2');
    expect(await nameOf({ database: 'ü', from: '/three' })).toBe('mongodb');
    expect(await nameOf({ database: 'x'.repeat(63), from: '/four' })).toBe('x'.repeat(56));
    expect(await client.call('pairs.list', {})).toHaveLength(4);
    for (const database of ['a/b', 'a b', 'x'.repeat(64)])
      await expect(fromEnv({ database })).rejects.toMatchObject({ code: 'config-invalid' });
    expect(await client.call('pairs.list', {})).toHaveLength(4);
  });

  it('[EN1] [W4] its defaults are its own, wherever they are told', async () => {
    const { client, fromEnv } = await home();
    await fromEnv();
    const { settings } = await client.call('config.get', { pair: 'temple' });
    expect(settings.filter(({ key }) => key === 'batchSize' || key === 'newCollections')).toMatchObject([
      { key: 'newCollections', value: true, default: true },
      { key: 'batchSize', value: 100, default: 100 },
    ]);
    await expect(client.call('config.set', { values: { batchSize: 0 } })).rejects.toMatchObject({
      hint: 'The default is 100.',
    });
  });

  it('[EN7] follows its addresses and passwords, keeps its name, rules and settings, and is another one for another database', async () => {
    const { office, client, fromEnv } = await home();
    await fromEnv();
    await client.call('config.set', { values: { maxRetries: 7 } });
    const moved = await fromEnv({
      local: local.replace(':1', ':2'),
      cloud: cloud.replace('top-secret-1', 'top-secret-2'),
    });
    expect(moved).toMatchObject({
      change: 'edited',
      pair: {
        name: 'temple',
        a: { url: expect.stringContaining('127.0.0.1:2/temple') as string },
        options: { maxRetries: 7 },
      },
    });
    const kept = (): string => readFileSync(join(office.home.state, 'secrets.json'), 'utf8');
    expect([kept().includes('top-secret-2'), kept().includes('top-secret-1')]).toEqual([true, false]);
    expect((await fromEnv({ database: 'shrine' })).pair.name).toBe('shrine');
    expect((await client.call('pairs.list', {})).map(({ name }) => name)).toEqual(['temple', 'shrine']);
  });

  it('[EN3] two folders over the same two databases have one pair; other databases of that name have another', async () => {
    const { client, fromEnv } = await home();
    await fromEnv();
    expect(await fromEnv({ from: '/elsewhere' })).toMatchObject({ change: 'none', pair: { name: 'temple' } });
    expect(await fromEnv({ from: '/elsewhere', local: local.replace(':1', ':3') })).toMatchObject({
      change: 'made',
      pair: { name: 'temple-2' },
    });
    expect(await client.call('pairs.list', {})).toHaveLength(2);
  });

  it('[EN5] without a remote address it waits for one; what is known is told', async () => {
    const { client, fromEnv } = await home();
    await fromEnv({ cloud: '' });
    const words = { code: 'not-configured', message: 'Remote database not configured' };
    await expect(client.call('runs.start', { pair: 'temple' })).rejects.toMatchObject(words);
    await expect(client.call('plan.make', { pair: 'temple' })).rejects.toMatchObject(words);
    await expect(client.call('receipts.compare', { pair: 'temple' })).rejects.toMatchObject(words);
    expect(await client.call('status.show', {})).toMatchObject([{ pair: 'temple', b: { url: '' } }]);
    expect(await client.call('conflicts.list', {})).toEqual([]);
    expect(await fromEnv()).toMatchObject({ change: 'edited', pair: { name: 'temple' } });
    expect(await fromEnv({ cloud: ' ' })).toMatchObject({ change: 'edited', pair: { b: { url: '' } } });
  });

  it('[EN7] [P8] made again after it was removed, it begins without base', async () => {
    const { client, fromEnv } = await home();
    await fromEnv();
    await client.call('pairs.remove', { pair: 'temple' });
    expect(await fromEnv()).toMatchObject({ change: 'made', pair: { name: 'temple', collections: [] } });
  });
});

describe('A pair that a .env names', () => {
  it('[EN7] takes no other addresses as long as the file names some, and removing it says that it comes back', async () => {
    const { office, client, fromEnv } = await home();
    writeFileSync(join(office.dir, '.env'), `MONGODB_LOCAL_URL="${local}"\n`, { mode: 0o600 });
    await fromEnv();
    for (const address of [{ a: 'mongodb://h/temple' }, { b: 'mongodb://h/temple' }])
      await expect(client.call('pairs.edit', { pair: 'temple', ...address })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`they come from ${join(office.dir, '.env')}`) as string,
        next: 'Nothing was changed.',
      });
    expect(await client.call('pairs.edit', { pair: 'temple', nameB: 'Cloud' })).toMatchObject({
      b: { label: 'Cloud' },
    });
    const { notes } = await client.call('pairs.remove', { pair: 'temple' });
    expect(notes.join(' ')).toContain('the next command there makes it again');
    await fromEnv();
    rmSync(join(office.dir, '.env'));
    await expect(
      client.call('pairs.edit', { pair: 'temple', b: 'mongodb://127.0.0.1:1/temple' }),
    ).rejects.toMatchObject({ code: 'unreachable' });
    expect((await client.call('pairs.remove', { pair: 'temple' })).notes.join(' ')).not.toContain('makes it again');
  });
});

describe('New collections', () => {
  const tables = "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES(1, 'x');";

  async function pair(more: Partial<Params<'pairs.add'>> = {}) {
    const office = new Office();
    const client = await office.connect();
    office.sql('a.db', tables);
    office.sql('b.db', tables);
    await client.call('pairs.add', {
      name: 'shop',
      a: office.path('a.db'),
      b: office.path('b.db'),
      options: { newCollections: true },
      ...more,
    });
    return { office, client };
  }

  it('[EN4] any pair takes them up if it is told to: created with the exact schema, and copied', async () => {
    const { office, client } = await pair();
    office.sql('b.db', "CREATE TABLE u(id INTEGER PRIMARY KEY, v TEXT UNIQUE NOT NULL); INSERT INTO u VALUES(1, 'y');");
    const plan = await client.call('plan.make', { pair: 'shop' });
    expect(plan.create).toEqual([{ name: 'u', missingOn: 'A', records: 1 }]);
    expect(office.rows('a.db', "SELECT name FROM sqlite_schema WHERE type = 'table'")).toEqual([{ name: 't' }]);
    const receipt = await client.call('receipts.compare', { pair: 'shop' });
    expect([receipt.equal, receipt.notCompared]).toEqual([
      false,
      [expect.stringContaining('u: it is not on This computer')],
    ]);
    expect((await client.call('runs.start', { pair: 'shop' })).remoteToLocal).toEqual({ t: 0, u: 1 });
    const sql = (file: string) => office.rows(file, "SELECT sql FROM sqlite_schema WHERE name = 'u'");
    expect(sql('a.db')).toEqual(sql('b.db'));
    expect((await client.call('receipts.compare', { pair: 'shop' })).equal).toBe(true);
  });

  it('[EN4] a request for some collections or one direction creates no others, nor on the side that only sends', async () => {
    const { office, client } = await pair();
    office.sql('b.db', tables.replaceAll(' t', ' onlyb'));
    office.sql('a.db', tables.replaceAll(' t', ' onlya'));
    await client.call('runs.start', { pair: 'shop', collections: ['t'] });
    expect((await client.call('pairs.show', { pair: 'shop' })).collections.map(({ name }) => name)).toEqual(['t']);
    await client.call('runs.start', { pair: 'shop', direction: 'a-to-b' });
    expect((await client.call('pairs.show', { pair: 'shop' })).collections.map(({ name }) => name)).toEqual([
      't',
      'onlya',
    ]);
    await client.call('runs.start', { pair: 'shop', collections: ['onlyb'] });
    expect(office.rows('a.db', 'SELECT * FROM onlyb')).toEqual([{ id: 1, v: 'x' }]);
  });

  it('[EN4] [P3] one that another pair keeps in step already is refused before anything is created', async () => {
    const { office, client } = await pair();
    office.sql('c.db', tables.replaceAll(' t', ' u'));
    office.sql('a.db', tables.replaceAll(' t', ' u'));
    office.sql('b.db', tables.replaceAll(' t', ' w'));
    await client.call('pairs.add', { name: 'one', a: office.path('a.db'), b: office.path('c.db'), collections: ['u'] });
    office.sql('b.db', tables.replaceAll(' t', ' u'));
    await client.call('pairs.add', {
      name: 'two',
      a: office.path('c.db'),
      b: office.path('b.db'),
      collections: ['u'],
    });
    await expect(client.call('runs.start', { pair: 'shop' })).rejects.toMatchObject({ code: 'pair-overlap' });
    expect(office.rows('a.db', "SELECT name FROM sqlite_schema WHERE name = 'w'")).toEqual([]);
  });
});
