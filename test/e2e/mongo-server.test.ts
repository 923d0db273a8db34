import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, MongoNetworkError, MongoServerError, MongoServerSelectionError, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MongoServer } from '../../build/test-servers/mongo-server.ts';
import { startScript } from '../support/loop-process.ts';
import type { HeldMongo } from '../support/mongo-holder.ts';
import { describeOwnMongo, describeSharedMongo, isExpected } from '../support/mongo-server.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

async function withClient<T>(url: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const ping = (url: string): Promise<Document> => withClient(url, (client) => client.db('admin').command({ ping: 1 }));

/** The record that a change stream tells about, when another client inserts it. */
const watched = (url: string): Promise<Document | null> =>
  withClient(url, async (client) => {
    const orders = client.db().collection('orders');
    const stream = orders.watch();
    try {
      // The first answer opens the stream on the server.
      expect(await stream.tryNext()).toBeNull();
      await withClient(url, (other) => other.db().collection('orders').insertOne({ number: 7 }));
      const change = await stream.next();
      return change.operationType === 'insert' ? change.fullDocument : null;
    } finally {
      await stream.close();
    }
  });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const until = async (holds: () => boolean): Promise<void> => {
  for (const endMs = Date.now() + 20_000; !holds();) {
    if (Date.now() > endMs) throw new Error('Waited in vain');
    await sleep(20);
  }
};

/** The server that another process has started. */
async function heldBy({ stdout }: ChildProcess): Promise<HeldMongo> {
  if (!stdout) throw new Error('The holder has no output');
  const [line] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  return JSON.parse(line) as HeldMongo;
}

await describeSharedMongo('the shared replica set', 'replica-set', (mongo) => {
  test('answers, and tells of changes', async () => {
    const url = mongo.url(mongo.newDatabase());
    expect(await ping(url)).toMatchObject({ ok: 1 });
    expect(await watched(url)).toMatchObject({ number: 7 });
  });

  test('gives every test a database of its own, and drops it afterwards', async () => {
    const [one, two] = [mongo.newDatabase(), mongo.newDatabase()];
    expect(one).not.toBe(two);
    await withClient(mongo.url(one), (client) => client.db().collection('a').insertOne({}));
    const names = (): Promise<string[]> =>
      withClient(mongo.url('admin'), async (client) =>
        (await client.db().admin().listDatabases()).databases.map(({ name }) => name),
      );
    expect(await names()).toContain(one);
    await mongo.dropDatabases();
    expect(await names()).not.toContain(one);
  });
});

await describeSharedMongo('the shared standalone server', 'standalone', (mongo) => {
  test('answers, and has no change streams', async () => {
    const url = mongo.url(mongo.newDatabase());
    expect(await ping(url)).toMatchObject({ ok: 1 });
    await expect(watched(url)).rejects.toThrow(MongoServerError);
  });
});

await describeOwnMongo('a server of the test', { kind: 'replica-set', syncOnCommit: true }, (start) => {
  test('killed it is gone; started again it has, at the same port, what it acknowledged', async () => {
    const server = await start();
    const { port, pid } = server;
    const url = server.url('shop');
    await withClient(url, (client) => client.db().collection('orders').insertOne({ number: 1 }));
    await server.kill();
    expect(server.pid).toBeNull();
    expect(isAlive(pid ?? 0)).toBe(false);
    await expect(ping(`${url}&serverSelectionTimeoutMS=300`)).rejects.toThrow(MongoServerSelectionError);
    await server.restart();
    expect(server.port).toBe(port);
    expect(await withClient(url, (client) => client.db().collection('orders').countDocuments())).toBe(1);
  });

  test('stopped it leaves neither a process nor a folder', async () => {
    const server = await start();
    const { pid, folder } = server;
    expect(existsSync(folder)).toBe(true);
    await server.stop();
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  test('data in a folder that was given outlive the server', async () => {
    const storage = mkdtempSync(join(tmpdir(), 'tandem-mongo-data-'));
    try {
      const before = await start({ storage });
      await withClient(before.url('shop'), (client) => client.db().collection('orders').insertOne({ number: 1 }));
      await before.stop();
      expect(readdirSync(storage)).not.toEqual([]);
      const after = await start({ storage });
      expect(await withClient(after.url('shop'), (client) => client.db().collection('orders').countDocuments())).toBe(
        1,
      );
      await after.stop();
    } finally {
      rmSync(storage, { recursive: true, force: true });
    }
  });

  test('one that asks for a password gives nothing without', async () => {
    const server = await start({ auth: true });
    const read = (url: string): Promise<Document[]> =>
      withClient(url, (client) => client.db('shop').collection('orders').find().toArray());
    expect(await read(server.url())).toEqual([]);
    await expect(read(server.url('', { as: { user: 'administrator', password: 'wrong' } }))).rejects.toMatchObject({
      code: 18,
    });
    const anonymous = new URL(server.url('', { through: server.port }));
    anonymous.username = anonymous.password = '';
    await expect(read(anonymous.href)).rejects.toMatchObject({ code: 13 });
  });

  test('it does not outlive the process that started it, when that is killed', async () => {
    const parent = startScript('mongo-holder.ts', ['wait']);
    const { pid, folder } = await heldBy(parent);
    expect([isAlive(pid), existsSync(folder)]).toEqual([true, true]);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid) && !existsSync(folder));
    expect([isAlive(pid), existsSync(folder)]).toEqual([false, false]);
  });

  test('it neither outlives nor keeps a process that ends without stopping it', async () => {
    const parent = startScript('mongo-holder.ts', ['end']);
    const { pid, folder } = await heldBy(parent);
    await until(() => !isAlive(pid) && !existsSync(folder));
    expect(parent.signalCode).toBeNull();
  });
});

await describeOwnMongo('a server with a short history', { kind: 'replica-set', oplogEntries: 50 }, (start) => {
  test('forgets a place in it that is too old', async () => {
    const server = await start();
    await withClient(server.url('shop'), async (client) => {
      const orders = client.db().collection('orders');
      const stream = orders.watch();
      await stream.tryNext();
      await orders.insertOne({ number: 0 });
      const { _id: resumeAfter } = await stream.next();
      await stream.close();
      await orders.insertMany(Array.from({ length: 3000 }, (_, number) => ({ number })));
      const resumed = orders.watch([], { resumeAfter });
      await expect(resumed.tryNext()).rejects.toMatchObject({ code: 286 });
      await resumed.close();
    });
  });
});

await describeOwnMongo('a driver behind the proxy', { kind: 'replica-set' }, (start) => {
  let server: MongoServer;
  let proxy: TcpProxy;
  beforeAll(async () => {
    server = await start();
    proxy = await tcpProxy(server.port);
  });
  afterAll(() => proxy.close());

  /** One that neither retries nor waits long. */
  const behind = <T>(work: (client: MongoClient) => Promise<T>): Promise<T> =>
    withClient(`${server.url('shop', { through: proxy.port })}&retryWrites=false&serverSelectionTimeoutMS=500`, work);
  const inShop = (collection: string): Promise<number> =>
    withClient(server.url('shop'), (client) => client.db().collection(collection).countDocuments());

  test('a lost answer: the insert is there although the driver got an error of the network', async () => {
    await behind(async (client) => {
      proxy.dropAnswers(1, 'insert');
      await expect(client.db().collection('lost').insertOne({ number: 1 })).rejects.toThrow(MongoNetworkError);
      expect(await inShop('lost')).toBe(1);
      await client.db().collection('lost').insertOne({ number: 2 });
      expect(await inShop('lost')).toBe(2);
    });
  });

  test('a driver that retries writes once when the answer is lost', async () => {
    await withClient(server.url('shop', { through: proxy.port }), async (client) => {
      proxy.dropAnswers(1, 'insert');
      await client.db().collection('retried').insertOne({ number: 1 });
      expect(await inShop('retried')).toBe(1);
    });
  });

  test('cut: what runs fails, what comes later works', async () => {
    await behind(async (client) => {
      const orders = client.db().collection('cut');
      await orders.insertOne({ number: 1 });
      proxy.delay(200);
      const running = orders.insertOne({ number: 2 });
      await Promise.all([expect(running).rejects.toThrow(MongoNetworkError), sleep(50).then(() => proxy.cut())]);
      proxy.delay(0);
      await orders.insertOne({ number: 3 });
    });
  });

  test('refuse: no server can be had until it is over', async () => {
    proxy.refuse(true);
    await expect(behind((client) => client.db().command({ ping: 1 }))).rejects.toThrow(MongoServerSelectionError);
    proxy.refuse(false);
    expect(await behind((client) => client.db().command({ ping: 1 }))).toMatchObject({ ok: 1 });
  });

  test('delay: an answer takes twice as long', async () => {
    await behind(async (client) => {
      await client.db().command({ ping: 1 });
      proxy.delay(100);
      const startedMs = performance.now();
      await client.db().command({ ping: 1 });
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(195);
      proxy.delay(0);
    });
  });
});

describe('a run that expects a server', () => {
  test.each([
    [{ CI: '1' }, false],
    [{ TANDEM_EXPECT_SERVERS: 'postgres,mongodb' }, true],
    [{ TANDEM_EXPECT_SERVERS: 'postgres' }, false],
    [{}, false],
  ])('%j: %s', (env, expected) => {
    expect(isExpected('mongodb', env)).toBe(expected);
  });
});
