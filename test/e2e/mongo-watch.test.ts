import { MongoClient, type Db } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import type { MongoServer } from '../../build/test-servers/mongo-server.ts';
import { all } from '../contract/mongo-office.ts';
import { describeOwnMongo, describeSharedMongo, type StartMongo } from '../support/mongo-server.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { Office, type Running } from './cli-support.ts';

const soon = { timeout: 40_000, interval: 20 };

interface Order {
  readonly _id: number;
  readonly item?: string;
}
const orders = (db: Db): ReturnType<typeof db.collection<Order>> => db.collection<Order>('orders');
const some = (count: number, item: string): Order[] => Array.from({ length: count }, (_, _id) => ({ _id, item }));

/** Two databases that other programs use, and the command over them as a person starts it. */
class Shop {
  readonly office = new Office('CREATE TABLE unused(id INTEGER PRIMARY KEY)');
  readonly a: Db;
  readonly b: Db;

  private constructor(clients: readonly [MongoClient, MongoClient]) {
    [this.a, this.b] = [clients[0].db(), clients[1].db()];
    onTestFinished(async () => {
      this.office.close();
      for (const client of clients) await client.close();
    });
  }

  /** `theirs` lead other programs to the databases, `ours` the command. Ten orders stand in A. */
  static async open(theirs: readonly [string, string], ours = theirs, ...options: readonly string[]): Promise<Shop> {
    const shop = new Shop([new MongoClient(theirs[0]), new MongoClient(theirs[1])]);
    await orders(shop.a).insertMany(some(10, 'pen'));
    // Not waited for in one go: a proxy of this process has to pass on what the command sends.
    const sides = ['--a', ours[0], '--b', ours[1]];
    const added = await shop.office.start('pair', 'add', 'shop', ...sides, '--create', '--no-input', ...options).ended;
    expect(added.code, added.err).toBe(0);
    return shop;
  }

  /** Watches, and has carried what stood there. */
  async watching(...options: readonly string[]): Promise<Running> {
    const watch = this.office.start('watch', ...options);
    await expect.poll(() => watch.said(), soon).toContain('10 changes to Remote');
    return watch;
  }

  /** An edit on either side is seen on the other. */
  async expectBothWays(word: string): Promise<void> {
    for (const [from, to, id] of [
      [this.a, this.b, 1],
      [this.b, this.a, 2],
    ] as const) {
      await orders(from).updateOne({ _id: id }, { $set: { item: word } });
      await expect.poll(() => orders(to).findOne({ _id: id }), soon).toMatchObject({ item: word });
    }
  }

  async expectEqual(): Promise<void> {
    expect(await all(this.a, 'orders')).toEqual(await all(this.b, 'orders'));
  }
}

/** What the server itself counts as writes: its counters, and the entries of its history but for its own heartbeat. */
async function writesOn(db: Db): Promise<unknown> {
  const { opcounters } = await db.admin().command({ serverStatus: 1 });
  const { insert, update, delete: deleted } = opcounters as Record<string, unknown>;
  const entries = await db.client
    .db('local')
    .collection('oplog.rs')
    .countDocuments({ op: { $ne: 'n' } });
  return { insert, update, deleted, entries };
}

const ended = async ({ pid, ended: end }: Running): Promise<number | null> => {
  process.kill(pid, 'SIGINT');
  return (await end).code;
};

/** Two servers for the tests of one suite, one after the other, each in databases of its own. */
class TwoServers {
  readonly #start: StartMongo;
  #servers: Promise<readonly [MongoServer, MongoServer]> | null = null;
  #count = 0;

  constructor(start: StartMongo) {
    this.#start = start;
  }

  async shop(...options: readonly string[]): Promise<Shop> {
    const { near, far, name } = await this.#next();
    const urls = [near.url(name), far.url(name)] as const;
    return Shop.open(urls, urls, ...options);
  }

  /** The command goes to B by way of a proxy. */
  async farShop(): Promise<{ readonly shop: Shop; readonly proxy: TcpProxy }> {
    const { near, far, name } = await this.#next();
    const proxy = await tcpProxy(far.port);
    onTestFinished(() => proxy.close());
    const urls = [near.url(name), far.url(name)] as const;
    const ours = new URL(far.url(name, { through: proxy.port }));
    ours.searchParams.set('serverSelectionTimeoutMS', '1000');
    return { shop: await Shop.open(urls, [urls[0], ours.href]), proxy };
  }

  async #next(): Promise<{ readonly near: MongoServer; readonly far: MongoServer; readonly name: string }> {
    this.#servers ??= Promise.all([this.#start(), this.#start()]);
    const [near, far] = await this.#servers;
    return { near, far, name: `shop${++this.#count}` };
  }
}

await describeOwnMongo('watching two MongoDB servers', { kind: 'replica-set' }, (start) => {
  const servers = new TwoServers(start);

  test('[W11] [E131] what happens on either side is on the other without a sync, and Ctrl-C ends it after the step', async () => {
    const shop = await servers.shop();
    const watch = await shop.watching();
    expect(watch.said()).toContain('shop: changes are carried as they happen.');
    await shop.expectBothWays('ink');
    await orders(shop.a).insertOne({ _id: 50 });
    await orders(shop.b).deleteOne({ _id: 9 });
    await expect.poll(() => orders(shop.b).findOne({ _id: 50 }), soon).not.toBeNull();
    await expect.poll(() => orders(shop.a).findOne({ _id: 9 }), soon).toBeNull();
    expect(await ended(watch)).toBe(130);
    expect(shop.office.tandem('status', '--check').code).toBe(0);
    await shop.expectEqual();
  });

  for (const options of [[], ['--marker']])
    test(`[E134] [L12] once both are equal, watching writes nothing to either server ${options.join('')}`, async () => {
      const shop = await servers.shop(...options);
      const watch = await shop.watching();
      await shop.expectBothWays('ink');
      // What came back of our own writes is looked at as well.
      const before = async (): Promise<unknown[]> => [await writesOn(shop.a), await writesOn(shop.b)];
      let last: unknown = null;
      await expect
        .poll(async () => JSON.stringify(last) === JSON.stringify((last = await before())), {
          timeout: 20_000,
          interval: 1500,
        })
        .toBe(true);
      const since = Date.now();
      await expect.poll(() => Date.now() - since, { timeout: 20_000, interval: 500 }).toBeGreaterThan(6000);
      expect(await before()).toEqual(last);
      await shop.expectBothWays('paper');
      expect(await before()).not.toEqual(last);
      expect(await ended(watch)).toBe(130);
    });

  test('[E133] [W11] a side that is away is told once, and what happened meanwhile is carried when it is back', async () => {
    const { shop, proxy } = await servers.farShop();
    const watch = await shop.watching();
    proxy.refuse(true);
    proxy.cut();
    await orders(shop.a).updateOne({ _id: 3 }, { $set: { item: 'of A' } });
    await orders(shop.b).updateOne({ _id: 4 }, { $set: { item: 'of B' } });
    await expect.poll(() => watch.said(), soon).toContain('Watching goes on.');
    const since = Date.now();
    await expect.poll(() => Date.now() - since, { timeout: 20_000, interval: 500 }).toBeGreaterThan(4000);
    proxy.refuse(false);
    await expect.poll(() => orders(shop.b).findOne({ _id: 3 }), soon).toMatchObject({ item: 'of A' });
    await expect.poll(() => orders(shop.a).findOne({ _id: 4 }), soon).toMatchObject({ item: 'of B' });
    await expect.poll(() => watch.said(), soon).toContain('both sides answer again');
    await shop.expectBothWays('ink');
    expect(watch.said().match(/Watching goes on\./g)).toHaveLength(1);
    expect(await ended(watch)).toBe(130);
    await shop.expectEqual();
  });

  test('[MO54] a connection that is cut for a moment loses nothing', async () => {
    const { shop, proxy } = await servers.farShop();
    const watch = await shop.watching();
    for (const word of ['one', 'two', 'three']) {
      await shop.expectBothWays(word);
      proxy.cut();
      await orders(shop.b).updateOne({ _id: 5 }, { $set: { item: word } });
      await expect.poll(() => orders(shop.a).findOne({ _id: 5 }), soon).toMatchObject({ item: word });
    }
    expect(await ended(watch)).toBe(130);
    await shop.expectEqual();
  });

  for (const [what, change] of [
    ['dropped', (db: Db) => db.dropCollection('orders')],
    ['renamed', (db: Db) => db.renameCollection('orders', 'gone')],
    ['dropped with its database', (db: Db) => db.dropDatabase()],
  ] as const)
    test(`[E43] [MO51] [E133] a collection that is ${what} ends the watching with 5, and nothing is deleted on the other side`, async () => {
      const shop = await servers.shop();
      const watch = await shop.watching();
      await shop.expectBothWays('ink');
      const before = await all(shop.a, 'orders');
      await change(shop.b);
      const { code, err } = await watch.ended;
      expect(code).toBe(5);
      expect(err).toContain('brake list');
      expect(await all(shop.a, 'orders')).toEqual(before);
    });
});

await describeOwnMongo(
  'watching two MongoDB servers with a short history',
  { kind: 'replica-set', oplogEntries: 50 },
  (start) => {
    const servers = new TwoServers(start);

    test('[E133] [E23] [MO51] history that is lost while a side is away is made up for by comparing, never by deleting', async () => {
      const { shop, proxy } = await servers.farShop();
      const watch = await shop.watching();
      await shop.expectBothWays('ink');
      proxy.refuse(true);
      proxy.cut();
      await expect.poll(() => watch.said(), soon).toContain('Watching goes on.');
      for (let at = 0; at < 3; at++)
        await orders(shop.b).insertMany(Array.from({ length: 700 }, (_, i) => ({ _id: 1000 + at * 700 + i })));
      await orders(shop.b).deleteOne({ _id: 8 });
      proxy.refuse(false);
      await expect.poll(() => orders(shop.a).countDocuments(), soon).toBe(2109);
      await shop.expectBothWays('paper');
      expect(await ended(watch)).toBe(130);
      await shop.expectEqual();
    });
  },
);

await describeSharedMongo('watching two databases of a standalone MongoDB', 'standalone', (mongo) => {
  test('[W11] says that there is no change stream, and carries what changed by looking again', async () => {
    const shop = await Shop.open([mongo.url(mongo.newDatabase()), mongo.url(mongo.newDatabase())]);
    const watch = await shop.watching();
    expect(watch.said()).toContain('shop: looked at again and again');
    expect(watch.said()).toMatch(/Remote: full scan at each sync: a standalone server has no change streams/);
    await shop.expectBothWays('ink');
    expect(await ended(watch)).toBe(130);
    await shop.expectEqual();
  });

  test('[W11] [W8] with autoSyncEnabled false it is not looked at again', async () => {
    const shop = await Shop.open([mongo.url(mongo.newDatabase()), mongo.url(mongo.newDatabase())]);
    shop.office.tandem('config', 'set', 'autoSyncEnabled=false');
    const watch = shop.office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('a standalone server has no change streams');
    const since = Date.now();
    await expect.poll(() => Date.now() - since, { timeout: 20_000, interval: 500 }).toBeGreaterThan(4000);
    expect(await orders(shop.b).countDocuments()).toBe(0);
    expect(shop.office.tandem('hint', 'shop', 'orders').code).toBe(0);
    await expect.poll(() => orders(shop.b).countDocuments(), soon).toBe(10);
    expect(await ended(watch)).toBe(130);
  });
});

await describeSharedMongo('watching two databases of one MongoDB', 'replica-set', (mongo) => {
  test('[W11] [W8] with autoSyncEnabled false nothing is synced at the start, and a change is', async () => {
    const shop = await Shop.open([mongo.url(mongo.newDatabase()), mongo.url(mongo.newDatabase())]);
    shop.office.tandem('config', 'set', 'autoSyncEnabled=false');
    const watch = shop.office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('changes are carried as they happen');
    const since = Date.now();
    await expect.poll(() => Date.now() - since, { timeout: 20_000, interval: 500 }).toBeGreaterThan(2000);
    expect(await orders(shop.b).countDocuments()).toBe(0);
    await orders(shop.a).insertOne({ _id: 70 });
    await expect.poll(() => orders(shop.b).countDocuments(), soon).toBe(11);
    expect(await ended(watch)).toBe(130);
  });
});
