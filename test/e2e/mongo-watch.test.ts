import { expect, test } from 'vitest';
import { all } from '../contract/mongo-office.ts';
import { describeOwnMongo, describeSharedMongo } from '../support/mongo-server.ts';
import { ended, orders, Shop, soon, TwoServers, writesOn } from './mongo-watch-support.ts';

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
    // An echo of what was written may have been noted for the next step; so a look, not the status.
    expect(shop.office.tandem('compare').code).toBe(0);
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
    ['dropped', (db: Shop['b']) => db.dropCollection('orders')],
    ['renamed', (db: Shop['b']) => db.renameCollection('orders', 'gone')],
    ['dropped with its database', (db: Shop['b']) => db.dropDatabase()],
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
    expect(watch.said()).toMatch(
      /Remote: looking through all records \(full scan\) at each sync: a standalone server has no change streams/,
    );
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
