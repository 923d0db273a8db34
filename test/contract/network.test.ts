import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import type { WireServer } from '../../shared/contract/network-shapes.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import { systemPorts } from '../../electron/api/host/system-ports.ts';
import { describeOwnMongo, describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { OddServer } from '../support/odd-servers.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { Office } from './home-support.ts';
import { LiveShop, rest, soon } from './live-support.ts';

/** A pair of which side B is reached by way of a proxy, and what the log says. */
async function farPair(mongo: SharedMongo, options: object = {}) {
  const office = new Office();
  const said: string[] = [];
  const log = { ...silentLog, info: (message: string) => void said.push(message) };
  const engine = await office.connect({ ports: systemPorts(log) });
  const [near, far] = [mongo.url(mongo.newDatabase()), new URL(mongo.url(mongo.newDatabase()))];
  const proxy = await tcpProxy(Number(far.port));
  onTestFinished(() => proxy.close());
  const straight = far.href;
  far.port = String(proxy.port);
  far.search = '?directConnection=true&serverSelectionTimeoutMS=2000';
  const clients = [new MongoClient(near), new MongoClient(straight)] as const;
  onTestFinished(async () => void (await Promise.all(clients.map((client) => client.close()))));
  const [a, b] = [clients[0].db(), clients[1].db()] as const;
  await a.createCollection('orders');
  await engine.call('pairs.add', { name: 'shop', a: near, b: far.href, create: true, options });
  return { office, engine, proxy, far, a, b, said };
}

const remote = async (engine: Connection): Promise<WireServer | undefined> =>
  (await engine.call('network.check', { pair: 'shop' })).servers.find(({ side }) => side === 'B');

async function leadToPage(proxy: TcpProxy): Promise<void> {
  const page = await OddServer.http();
  onTestFinished(() => page.close());
  proxy.leadTo(page.port);
}

describe('pairs of files', () => {
  test('[LV11] have no server, and are all there as long as the files are', async () => {
    const { engine, office } = await LiveShop.open();
    expect(await engine.call('network.check', {})).toMatchObject({
      servers: [],
      history: [],
      pairs: [{ pair: 'shop', online: true }],
    });
    expect(office.rows('b.db', 'SELECT * FROM posts')).toEqual([]);
  });
});

await describeSharedMongo('the servers of a pair', 'replica-set', (mongo) => {
  test('[LV11] [LV13] are asked at once, with what changed in the end', async () => {
    const { engine, proxy, far } = await farPair(mongo);
    const unknown = await engine.call('network.show', {});
    expect(unknown).toMatchObject({ running: false, lastCheck: null, checkIntervalSeconds: 30, history: [] });
    expect(unknown.servers.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    const events: unknown[] = [];
    await engine.subscribe((event) => void (event.name === 'network.changed' && events.push(event.data)));
    expect(await remote(engine)).toMatchObject({
      label: 'Remote',
      address: `mongodb://127.0.0.1:${proxy.port}${far.pathname}`,
      state: 'online',
      sentence: 'Remote answers.',
      latencyMs: expect.any(Number),
      lastAnswer: expect.any(String),
    });
    await leadToPage(proxy);
    expect(await remote(engine)).toMatchObject({ state: 'captive-portal', latencyMs: null });
    await proxy.close();
    expect(await remote(engine)).toMatchObject({ state: 'server-down' });
    const { history, pairs } = await engine.call('network.show', {});
    expect(history.map(({ from, to }) => [from, to])).toEqual([
      ['captive-portal', 'server-down'],
      ['online', 'captive-portal'],
    ]);
    expect(pairs).toEqual([{ pair: 'shop', online: false }]);
    await expect
      .poll(() => events, soon)
      .toMatchObject([
        { side: 'A', state: 'online' },
        { side: 'B', state: 'online' },
        { side: 'B', state: 'captive-portal' },
        { side: 'B', state: 'server-down' },
      ]);
  });

  test('[LV27] what was noted of them lasts through a new start and a new name, and is told from there', async () => {
    const { office, engine, proxy, far } = await farPair(mongo);
    await remote(engine);
    proxy.refuse(true);
    proxy.cut();
    expect(await remote(engine)).toMatchObject({ state: 'server-down', day: [{ asked: 2, answered: 1 }] });
    const was = await engine.call('network.show', {});
    await office.close();

    const again = await office.connect();
    const begun = await again.call('network.show', {});
    expect(begun.history).toEqual(was.history);
    const [, there] = begun.servers;
    expect(there).toMatchObject({ state: 'unknown', lastAnswer: was.servers[1]?.lastAnswer });
    expect(there?.day).toEqual(was.servers[1]?.day);
    expect(await remote(again)).toMatchObject({ state: 'server-down', since: was.servers[1]?.since });
    expect((await again.call('network.show', {})).history, 'it is still so').toEqual(was.history);
    await again.call('pairs.rename', { pair: 'shop', name: 'store' });
    await office.close();

    proxy.refuse(false);
    const third = await office.connect();
    const { servers, history } = await third.call('network.check', { pair: 'store' });
    expect(history.map(({ pair, from, to }) => [pair, from, to])).toEqual([
      ['store', 'server-down', 'online'],
      ['store', 'online', 'server-down'],
    ]);
    expect(servers[1]?.day.reduce((sum, { asked }) => sum + asked, 0)).toBe(4);
    far.search = '?directConnection=true';
    far.pathname = `/${mongo.newDatabase()}`;
    await third.call('pairs.edit', { pair: 'store', b: far.href });
    expect((await third.call('network.show', {})).servers[1], 'another server').toMatchObject({
      day: [],
      lastAnswer: null,
    });
  });

  test('[LV27] a file that cannot be read begins anew, and what was refused to it is told once', async () => {
    const { office, engine } = await farPair(mongo);
    await remote(engine);
    await office.close();
    writeFileSync(join(office.home.state, 'network.json'), '{"version":1,"history":[{]');
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    const again = await office.connect({ ports: systemPorts(log) });
    expect(warnings).toEqual(['How the servers answered before could not be read: it begins anew.']);
    expect(await remote(again)).toMatchObject({ state: 'online', day: [{ asked: 1, answered: 1 }] });
  });

  test('[LV13] are asked again and again from start to stop, sooner after a change', async () => {
    const { engine, proxy } = await farPair(mongo);
    await engine.call('network.start', {});
    const state = async (): Promise<unknown> =>
      (await engine.call('network.show', {})).servers.find(({ side }) => side === 'B')?.state;
    await expect.poll(state, soon).toBe('online');
    const { servers, running } = await engine.call('network.show', {});
    expect(running).toBe(true);
    expect(Date.parse(servers[0]?.nextCheck ?? '') - Date.now()).toBeLessThan(5000);
    await leadToPage(proxy);
    await expect.poll(state, soon).toBe('captive-portal');
    const stopped = await engine.call('network.stop', {});
    expect([stopped.running, stopped.servers.map(({ nextCheck }) => nextCheck)]).toEqual([false, [null, null]]);
    await rest(3000);
    expect((await engine.call('network.show', {})).lastCheck).toBe(stopped.lastCheck);
  });

  test('[LV14] [SV21] once they answer again the pair is synced once, and the log says so', async () => {
    const { engine, proxy, a, b, said } = await farPair(mongo);
    await engine.call('network.check', {});
    proxy.refuse(true);
    proxy.cut();
    await engine.call('network.check', {});
    await a.collection('orders').insertOne({ item: 'pen' });
    proxy.refuse(false);
    await engine.call('network.check', {});
    await expect.poll(() => b.collection('orders').countDocuments(), soon).toBe(1);
    expect(said.filter((text) => text === 'Internet connection restored!')).toHaveLength(1);
    expect(await engine.call('runs.list', { pair: 'shop' })).toMatchObject([{ trigger: 'reconnect' }]);
    await engine.call('network.check', {});
    await rest(2500);
    expect(await engine.call('runs.list', { pair: 'shop' })).toHaveLength(1);
  });

  for (const [title, options, call] of [
    ['does not sync by itself', { autoSyncEnabled: false }, 'live.resume'],
    ['is paused', {}, 'live.pause'],
  ] as const)
    test(`[LV14] [SV21] not where the pair ${title}`, async () => {
      const { engine, proxy, a, b, said } = await farPair(mongo, options);
      await engine.call(call, { pair: 'shop' });
      await engine.call('network.check', {});
      proxy.refuse(true);
      proxy.cut();
      await engine.call('network.check', {});
      await a.collection('orders').insertOne({ item: 'pen' });
      proxy.refuse(false);
      await engine.call('network.check', {});
      await expect.poll(() => said, soon).toContain('Internet connection restored!');
      await rest(2500);
      expect(await b.collection('orders').countDocuments()).toBe(0);
    });

  test('[LV9] a server that is back closes the circuit, and what happened meanwhile is carried', async () => {
    const { engine, proxy, a, b } = await farPair(mongo);
    await engine.call('live.start', {});
    await engine.call('network.start', {});
    await a.collection('orders').insertOne({ item: 'pen' });
    await expect.poll(() => b.collection('orders').countDocuments(), soon).toBe(1);
    proxy.refuse(true);
    proxy.cut();
    const trouble = async () => (await engine.call('live.list', { pair: 'shop' }))[0]?.trouble ?? null;
    await expect.poll(trouble, { timeout: 40_000, interval: 50 }).not.toBeNull();
    await a.collection('orders').insertOne({ item: 'ink' });
    proxy.refuse(false);
    await expect.poll(() => b.collection('orders').countDocuments(), { timeout: 40_000, interval: 50 }).toBe(2);
    await expect.poll(trouble, soon).toBeNull();
  });
});

await describeOwnMongo('a server that asks who comes', { kind: 'replica-set', auth: true }, (start) => {
  test('[LV12] [LV13] and does not take the password: login refused, until it is right', async () => {
    const server = await start();
    const office = new Office();
    const engine = await office.connect();
    const [a, b] = [server.url('near'), server.url('far')];
    const client = new MongoClient(a);
    onTestFinished(() => client.close());
    await client.db().createCollection('orders');
    await engine.call('pairs.add', { name: 'shop', a, b, create: true });
    expect(await remote(engine)).toMatchObject({ state: 'online' });
    const admin = client.db('admin');
    await admin.command({ updateUser: 'administrator', pwd: 'another' });
    // What is open stays open; the program begins anew.
    await office.close();
    const again = await office.connect();
    expect(await remote(again)).toMatchObject({
      state: 'login-refused',
      sentence: expect.stringContaining('does not take this user name and password'),
      hint: expect.stringContaining('authSource'),
      latencyMs: expect.any(Number),
    });
    expect((await again.call('network.show', {})).pairs).toEqual([{ pair: 'shop', online: false }]);
    await admin.command({ updateUser: 'administrator', pwd: 'open sesame' });
    expect(await remote(again)).toMatchObject({ state: 'online' });
  });
});
