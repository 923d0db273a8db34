import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { filesBelow } from '../contract/home-support.ts';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { database, EnvFolder, names } from './env-support.ts';

const NOBODY = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300';

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const endMs = Date.now() + 30_000; !(await holds());) {
    if (Date.now() > endMs) throw new Error('Waited in vain');
    await sleep(50);
  }
};

await describeOwnMongo('a .env with two databases of MongoDB', { kind: 'standalone' }, (start) => {
  /** The office computer has a standalone server, the cloud a replica set. */
  const two = async () => {
    const [here, there] = await Promise.all([start(), start({ kind: 'replica-set' })]);
    return { here, there };
  };
  const servers = two();
  servers.catch(() => undefined);

  test('[EN1] [EN4] it is a pair without further set-up: what exists on one side is created on the other', async () => {
    const { folder, local, cloud } = await fresh(await servers);
    await local.collection('orders').insertMany([{ name: 'rice' }, { name: 'oil' }]);
    await local.collection('admins').createIndex({ username: 1 }, { unique: true });
    await local.collection('admins').insertOne({ name: 'ann', username: 'ann' });
    await cloud.collection('events').insertOne({ name: 'feast' });
    await local.createCollection('log', { capped: true, size: 4096 });
    await local.createCollection('recent', { viewOn: 'orders', pipeline: [] });
    await local.collection('__tandem_notes').insertOne({ name: 'mine' });

    const plan = folder.tandem('plan');
    expect(plan.err).toContain(`The pair temple was made from ${folder.envFile}.`);
    expect(plan.out).toContain('New: orders is not on Remote yet; a sync creates it there and copies 2 records.');
    expect(plan.out).toContain('New: events is not on This computer yet; a sync creates it there and copies 1 record.');
    expect((await cloud.listCollections().toArray()).map(({ name }) => name)).toEqual(['events']);
    expect(folder.tandem('compare')).toMatchObject({ code: 8 });

    const sync = folder.tandem('sync');
    expect([sync.code, sync.err]).toEqual([0, expect.not.stringContaining('failed')]);
    expect(sync.out).toMatch(/temple: completed in .* \(run \d+\)/);
    expect(sync.out).toMatch(/Pushed to remote: 3 records\n +admins +1\n +orders +2\n/);
    expect(sync.out).toMatch(/Pulled from remote: 1 record\n +events +1\n/);
    expect(sync.out).toContain('Conflicts detected: nothing');
    expect(sync.out).toContain('New in this pair: admins, orders, events');
    expect(await names(cloud, 'orders')).toEqual(['rice', 'oil']);
    expect(await names(local, 'events')).toEqual(['feast']);
    expect((await cloud.collection('admins').indexes()).map(({ key, unique }) => [key, unique])).toContainEqual([
      { username: 1 },
      true,
    ]);
    expect((await cloud.listCollections().toArray()).map(({ name }) => name).sort()).toEqual([
      'admins',
      'events',
      'orders',
    ]);

    expect(folder.tandem('compare')).toMatchObject({ code: 0 });
    expect(folder.tandem('status', '--check')).toMatchObject({ code: 0 });
    expect(folder.tandem('sync').out).toContain('Pushed to remote: nothing');
    expect(folder.tandem('conflicts')).toMatchObject({ code: 0 });
    expect(folder.tandem('auto-resolve')).toMatchObject({ code: 0 });
    expect(folder.pairs['temple']).toMatchObject({
      a: { name: 'This computer' },
      b: { name: 'Remote' },
      batchSize: 100,
      newCollections: true,
    });
    expect(folder.tandem('config').out).toMatch(/collections +admins, orders, events/);
  });

  test('[EN4] collections that appear later come with the next sync, with what they held before; not where collectionsToSync names some', async () => {
    const { folder, local, cloud } = await fresh(await servers);
    await local.collection('orders').insertOne({ name: 'rice' });
    expect(folder.tandem('sync').code).toBe(0);
    await cloud.collection('gifts').insertMany([{ name: 'bell' }, { name: 'lamp' }]);
    await local.collection('visits').insertOne({ name: 'monday' });
    await local.collection('both').insertOne({ _id: 1 as never, name: 'of here' });
    await cloud.collection('both').insertOne({ _id: 2 as never, name: 'of there' });
    await cloud.collection('orders').insertOne({ name: 'oil' });
    expect(folder.tandem('sync').code).toBe(0);
    expect([await names(local, 'gifts'), await names(cloud, 'visits')]).toEqual([['bell', 'lamp'], ['monday']]);
    expect([await names(local, 'both'), await names(cloud, 'both')]).toEqual([
      ['of here', 'of there'],
      ['of here', 'of there'],
    ]);
    await local.collection('visits').insertOne({ name: 'tuesday' });
    expect(folder.tandem('config', 'set', 'collectionsToSync=[orders, gifts]').code).toBe(0);
    await local.collection('late').insertOne({ name: 'no' });
    await local.collection('gifts').insertOne({ name: 'flower' });
    expect(folder.tandem('sync').code).toBe(0);
    expect(await names(cloud, 'gifts')).toEqual(['bell', 'lamp', 'flower']);
    expect([await names(cloud, 'visits'), await names(cloud, 'late')]).toEqual([['monday'], []]);
    expect(folder.tandem('config', 'set', 'collectionsToSync=null').code).toBe(0);
    expect(folder.tandem('sync').code).toBe(0);
    expect([await names(cloud, 'visits'), await names(cloud, 'late')]).toEqual([['monday', 'tuesday'], ['no']]);
  });

  test('[EN4] a collection that one side lost is not made again: that is a question', async () => {
    const { folder, local, cloud } = await fresh(await servers);
    await local.collection('orders').insertOne({ name: 'rice' });
    await local.collection('other').insertOne({ name: 'x' });
    expect(folder.tandem('sync').code).toBe(0);
    await cloud.collection('orders').drop();
    expect(folder.tandem('sync').code).toBe(5);
    expect((await cloud.listCollections().toArray()).map(({ name }) => name)).toEqual(['other']);
    expect(await names(local, 'orders')).toEqual(['rice']);
  });

  test('[EN2] variables of the environment win over the file; a database in an address that is another one changes nothing', async () => {
    const { folder, here, there } = await fresh(await servers);
    folder.variables = { DATABASE_NAME: 'shrine' };
    expect(folder.tandem('sync').err).toContain('The pair shrine was made');
    folder.variables = {};
    expect(folder.tandem('status').out).toMatch(/^temple: /);
    folder.write({ MONGODB_LOCAL_URL: here.url('barn'), MONGODB_CLOUD_URL: there.url(), DATABASE_NAME: 'temple' });
    const before = folder.configText;
    const wrong = folder.tandem('status');
    expect([wrong.code, wrong.err]).toEqual([
      3,
      expect.stringContaining('MONGODB_LOCAL_URL names the database "barn", and DATABASE_NAME is "temple"'),
    ]);
    expect(folder.configText).toBe(before);
    folder.write({ MONGODB_LOCAL_URL: here.url('temple'), MONGODB_CLOUD_URL: there.url(), DATABASE_NAME: 'temple' });
    expect(folder.tandem('sync').code).toBe(0);
    expect(Object.keys(folder.pairs)).toEqual(['shrine', 'temple']);
  });

  test('[EN3] a pair over the same two databases that is there already is used, under whatever name, and left as it is', async () => {
    const { folder, here, there, local, cloud } = await fresh(await servers);
    await local.collection('orders').insertOne({ name: 'rice' });
    const added = folder.tandem(
      'pair',
      'add',
      'office',
      '--a',
      here.url('temple'),
      '--b',
      there.url('temple'),
      '--create',
    );
    expect(added.code).toBe(0);
    const before = folder.configText;
    expect(folder.tandem('sync').out).toMatch(/^office: completed/);
    folder.write({
      MONGODB_LOCAL_URL: here.url().replace('127.0.0.1', 'localhost'),
      MONGODB_CLOUD_URL: there.url().replace('replicaSet', 'appName=x&replicaSet'),
      DATABASE_NAME: 'temple',
    });
    expect(folder.tandem('status').out).toMatch(/^office: /);
    expect(folder.configText).toBe(before);
    expect(await names(cloud, 'orders')).toEqual(['rice']);
  });

  test('[EN5] without MONGODB_CLOUD_URL what needs the remote database says so with exit 3; status, conflicts and config answer', async () => {
    const { folder, here, there, local, cloud } = await fresh(await servers);
    for (const [cloudUrl, commands] of [
      [{}, ['sync', 'plan', 'compare', 'watch']],
      [{ MONGODB_CLOUD_URL: '' }, ['sync']],
    ] as const) {
      folder.write({ MONGODB_LOCAL_URL: here.url(), DATABASE_NAME: 'temple', ...cloudUrl });
      for (const command of commands) {
        const { code, out, err } = folder.tandem(command);
        expect([command, code, out]).toEqual([command, 3, '']);
        expect(err.split('\n').map((line) => line.trim())).toContain('Remote database not configured');
      }
      const status = folder.tandem('status');
      expect([status.code, status.out]).toEqual([0, expect.stringMatching(/Remote +not configured/)]);
      expect(folder.tandem('conflicts').code).toBe(0);
      expect(folder.tandem('config').code).toBe(0);
    }
    expect(folder.json('sync')).toMatchObject([
      { status: 'failed', error: { message: 'Remote database not configured' } },
    ]);
    await local.collection('orders').insertOne({ name: 'rice' });
    folder.write({ MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: there.url(), DATABASE_NAME: 'temple' });
    expect(folder.tandem('sync').code).toBe(0);
    expect(await names(cloud, 'orders')).toEqual(['rice']);
    expect(Object.keys(folder.pairs)).toEqual(['temple']);
  });

  test('[EN6] a database that cannot be reached: status, conflicts and config answer, sync is exit 6, and the next one catches up', async () => {
    for (const away of ['local', 'cloud'] as const) {
      const { folder, here, there, local, cloud } = await fresh(await servers);
      const good = { MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: there.url(), DATABASE_NAME: 'temple' };
      await local.collection('orders').insertOne({ name: 'rice' });
      folder.write({ ...good, [away === 'local' ? 'MONGODB_LOCAL_URL' : 'MONGODB_CLOUD_URL']: NOBODY });
      for (const command of ['status', 'conflicts', 'config'])
        expect([command, folder.tandem(command).code]).toEqual([command, 0]);
      const sync = folder.tandem('sync');
      expect([sync.code, sync.err]).toEqual([6, expect.stringContaining('127.0.0.1:1/temple')]);
      folder.write(good);
      expect(folder.tandem('sync').code).toBe(0);
      expect(await names(cloud, 'orders')).toEqual(['rice']);
    }
  });

  test('[EN7] an address of another database is a new beginning: nothing is deleted or overwritten unasked', async () => {
    const { folder, here, local, cloud } = await fresh(await servers);
    await local.collection('orders').insertMany([{ name: 'rice' }, { name: 'oil' }]);
    expect(folder.tandem('sync').code).toBe(0);
    const other = await start();
    folder.write({ MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: other.url(), DATABASE_NAME: 'temple' });
    const sync = folder.tandem('sync');
    expect(sync.err).toContain('The addresses of pair temple were changed');
    expect(sync.code).toBe(5);
    expect([await names(local, 'orders'), await names(cloud, 'orders')]).toEqual([
      ['rice', 'oil'],
      ['rice', 'oil'],
    ]);
    expect(Object.keys(folder.pairs)).toEqual(['temple']);
  });

  test('[EN8] it works through an engine that another program runs on the same home', async () => {
    const { folder, local, cloud } = await fresh(await servers);
    await local.collection('orders').insertOne({ name: 'rice' });
    const watch = folder.start('watch');
    await until(async () => (await names(cloud, 'orders')).length === 1);
    const status = folder.tandem('status');
    expect([status.code, status.err]).toEqual([0, '']);
    await cloud.collection('gifts').insertOne({ name: 'bell' });
    await until(() => folder.tandem('sync').code === 0);
    expect(await names(local, 'gifts')).toEqual(['bell']);
    watch.child.kill('SIGINT');
    expect((await watch.ended).code).toBe(130);
  });

  test('[EN3] also where the same two databases answer under other addresses', async () => {
    const [one, two_] = await Promise.all([start({ kind: 'replica-set' }), start({ kind: 'replica-set' })]);
    const proxies = await Promise.all([one, two_].map(({ port }) => tcpProxy(port)));
    onTestFinished(async () => void (await Promise.all(proxies.map((proxy) => proxy.close()))));
    const folder = new EnvFolder();
    const db = await database(one.url(), 'temple');
    await db.collection('orders').insertOne({ name: 'rice' });
    const urls = ['--a', one.url('temple'), '--b', two_.url('temple')];
    expect(folder.tandem('pair', 'add', 'office', ...urls, '--create').code).toBe(0);
    const [local = '', cloud = ''] = [one, two_].map((server, i) => server.url('', { through: proxies[i]?.port ?? 0 }));
    folder.write({ MONGODB_LOCAL_URL: local, MONGODB_CLOUD_URL: cloud, DATABASE_NAME: 'temple' });
    expect(await folder.start('status').ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^office: /) as string,
    });
    expect(Object.keys(folder.pairs)).toEqual(['office']);
  });

  /** The same servers with empty databases, and a folder and home of its own. */
  test('[EN1] a plan counts what it creates, and a pair that was removed is made again without a contradiction', async () => {
    const { folder, local } = await fresh(await servers);
    await local.collection('orders').insertMany([{ name: 'rice' }, { name: 'oil' }]);
    const { out } = folder.tandem('plan');
    expect(out).toMatch(/To Remote\n.*\n +orders \(new\) +2 +0 +0\n\nApply it: .* sync temple\n$/);
    expect(out).not.toContain('nothing\n');
    folder.tandem('sync');
    folder.tandem('pair', 'remove', 'temple');
    const status = folder.tandem('status').out;
    expect(status).toMatch(
      /last sync +none since the pair began anew\n +syncs +1 completed before the pair began anew\n/,
    );
  });

  async function fresh({ here, there }: Awaited<typeof servers>) {
    const [local, cloud] = [await database(here.url(), 'temple'), await database(there.url(), 'temple')];
    await local.dropDatabase();
    await cloud.dropDatabase();
    const folder = new EnvFolder();
    folder.write({ MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: there.url(), DATABASE_NAME: 'temple' });
    return { folder, here, there, local, cloud };
  }
});

await describeOwnMongo('passwords in a .env', { kind: 'replica-set', auth: true }, (start) => {
  test('[EN9] they stand in the store of passwords alone; a new one keeps base and history', async () => {
    const [here, there] = await Promise.all([start({ kind: 'standalone', auth: false }), start()]);
    const admin = await database(there.url('admin'), 'admin');
    const role = [{ role: 'readWrite', db: 'temple' }];
    await admin.command({ createUser: 'office', pwd: 'first-secret-7', roles: role });
    const folder = new EnvFolder();
    /** Without a database in the address the user is one of `admin`. */
    const cloudUrl = (password: string): string =>
      there.url('', { as: { user: 'office', password } }).replace(/[?&]authSource=admin/, '');
    const env = (password: string): void =>
      folder.write({ MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: cloudUrl(password), DATABASE_NAME: 'temple' });
    env('first-secret-7');
    const local = await database(here.url(), 'temple');
    await local.collection('orders').insertOne({ name: 'rice' });
    const outputs = [folder.tandem('sync', '--log-level', 'debug'), folder.tandem('status'), folder.tandem('history')];
    expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0]);
    await admin.command({ updateUser: 'office', pwd: 'second-secret-8' });
    env('wrong-secret-9');
    outputs.push(folder.tandem('sync'));
    expect(outputs.at(-1)?.code).toBe(7);
    env('second-secret-8');
    await local.collection('orders').insertOne({ name: 'oil' });
    outputs.push(folder.tandem('sync'));
    expect(outputs.at(-1)?.out).toMatch(/Pushed to remote: 1 record/);
    expect(outputs.at(-1)?.err).toContain('The passwords of pair temple were changed');
    expect(folder.tandem('history').out).toMatch(/1 +.* completed/);
    for (const secret of ['first-secret-7', 'wrong-secret-9', 'second-secret-8']) {
      expect(outputs.map(({ out, err }) => out + err).join('')).not.toContain(secret);
      const holding = filesBelow(folder.home).filter((path) => readFileSync(path).includes(secret));
      expect([secret, holding.map((path) => path.split('/').at(-1))]).toEqual([
        secret,
        secret === 'second-secret-8' ? ['secrets.json'] : [],
      ]);
    }
  });

  test('[EN12] a watch takes up what is changed in the file while it goes on; another DATABASE_NAME changes nothing', async () => {
    const [here, there] = await Promise.all([start({ kind: 'standalone', auth: false }), start()]);
    const admin = await database(there.url('admin'), 'admin');
    await admin.command({ createUser: 'watcher', pwd: 'right-7', roles: [{ role: 'readWrite', db: 'garden' }] });
    const folder = new EnvFolder();
    const env = (password: string, name = 'garden'): void => {
      const cloud = there.url('', { as: { user: 'watcher', password } });
      folder.write({ MONGODB_LOCAL_URL: here.url(), MONGODB_CLOUD_URL: cloud, DATABASE_NAME: name });
    };
    await (await database(here.url(), 'garden')).collection('plants').insertOne({ name: 'fig' });
    env('wrong-7');
    const watch = folder.start('watch');
    await until(() => watch.said().includes('Watching goes on.'));
    env('right-7');
    await until(() => watch.said().includes('1 change to Remote'));
    expect(watch.said()).toContain('The passwords of pair garden were changed as');
    expect(watch.said()).toContain('garden: both sides answer again.');
    env('right-7', 'meadow');
    await (await database(here.url(), 'garden')).collection('plants').insertOne({ name: 'elm' });
    await until(() => watch.said().split('1 change to Remote').length === 3);
    expect(watch.said()).not.toContain('meadow');
    process.kill(watch.pid, 'SIGINT');
    expect((await watch.ended).code).toBe(130);
  });
});

describe('a .env that makes no pair', () => {
  test('[EN10] one without these keys means nothing; one that lacks a key is told where no pair is found', () => {
    const folder = new EnvFolder();
    folder.write({ DATABASE_NAME: 'temple' });
    const none = folder.tandem('status');
    expect([none.code, none.err]).toEqual([3, expect.stringContaining('No home at')]);
    expect(existsSync(folder.home)).toBe(false);
    expect(folder.tandem('config', 'set', 'logLevel=info').code).toBe(0);
    expect(folder.tandem('sync').err).not.toContain('.env');
    folder.write({ MONGODB_LOCAL_URL: NOBODY });
    expect(folder.tandem('sync').err).toContain('The .env here makes none, for it lacks DATABASE_NAME.');
    folder.write({ MONGODB_LOCAL_URL: 'mysql://root:hidden-word@host', DATABASE_NAME: 'temple' });
    const wrong = folder.tandem('sync');
    expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('MONGODB_LOCAL_URL is not the address')]);
    expect(wrong.err).not.toContain('hidden-word');
    folder.write({ MONGODB_LOCAL_URL: NOBODY, DATABASE_NAME: 'a/b' });
    expect(folder.tandem('sync')).toMatchObject({ code: 3 });
  });

  test('[EN11] doctor names a .env that others can read, and one that git does not ignore', () => {
    const folder = new EnvFolder();
    expect(folder.tandem('config', 'set', 'logLevel=info').code).toBe(0);
    const lines = (): string[] =>
      folder
        .tandem('doctor')
        .out.split('\n')
        .filter((line) => line.includes('.env'));
    expect(lines()).toEqual([]);
    folder.write({ MONGODB_LOCAL_URL: NOBODY, DATABASE_NAME: 'temple' });
    expect(lines()).toEqual([expect.stringContaining('ok    .env:')]);
    expect(folder.shell('chmod 644 .env').code).toBe(0);
    expect(lines()).toEqual([expect.stringContaining('can be read by others'), expect.stringContaining('chmod 600')]);
    expect(folder.shell('chmod 600 .env && git init -q .').code).toBe(0);
    expect(lines().join('\n')).toContain('does not ignore it');
    expect(folder.tandem('doctor').code).toBe(8);
    expect(folder.shell('echo .env > .gitignore').code).toBe(0);
    expect(lines()).toEqual([expect.stringContaining('ok    .env:')]);
    expect(folder.shell('git add -f .env').code).toBe(0);
    expect(lines().join('\n')).toContain('does not ignore it');
    expect(existsSync(`${folder.home}/state/secrets.json`)).toBe(false);
  });
});
