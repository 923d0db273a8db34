import type { Db } from 'mongodb';
import { expect, test } from 'vitest';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { ended, orders, soon, TwoServers, writesOn, type Shop } from './mongo-watch-support.ts';
import type { Running } from './cli-support.ts';

interface Guest {
  readonly _id: number;
  readonly name?: string;
}
const guests = (db: Db): ReturnType<typeof db.collection<Guest>> => db.collection<Guest>('guests');

/** Watches without any look of its own: what is carried was told. */
async function hearing(shop: Shop, newCollections = true): Promise<Running> {
  expect(shop.office.tandem('sync').code).toBe(0);
  shop.office.tandem('config', 'set', 'autoSyncEnabled=false', `newCollections=${newCollections}`);
  const watch = shop.office.start('watch');
  await expect.poll(() => watch.said(), soon).toContain('changes are carried as they happen');
  return watch;
}

const lasts = async (ms: number): Promise<void> => {
  const since = Date.now();
  await expect.poll(() => Date.now() - since, { timeout: 20_000, interval: 500 }).toBeGreaterThan(ms);
};

await describeOwnMongo('a new collection while two MongoDB servers are watched', { kind: 'replica-set' }, (start) => {
  const servers = new TwoServers(start);

  for (const options of [[], ['--marker'], ['--stamp']])
    test(`[E161] [MO80] it is on the other side at once, and what happens in it is heard from then on ${options.join('')}`, async () => {
      const shop = await servers.shop(...options);
      const watch = await hearing(shop);
      await guests(shop.a).insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
      await expect.poll(() => guests(shop.b).countDocuments(), soon).toBe(3);
      await guests(shop.b).updateOne({ _id: 2 }, { $set: { name: 'of B' } });
      await expect.poll(() => guests(shop.a).findOne({ _id: 2 }), soon).toMatchObject({ name: 'of B' });
      await guests(shop.a).deleteOne({ _id: 3 });
      await expect.poll(() => guests(shop.b).countDocuments(), soon).toBe(2);
      await shop.expectBothWays('ink');
      await shop.b.collection<Guest>('more').insertOne({ _id: 7 });
      await expect.poll(() => shop.a.collection('more').countDocuments(), soon).toBe(1);
      expect(await ended(watch)).toBe(130);
      expect(shop.office.tandem('compare').code).toBe(0);
    });

  test('[E161] [E134] one that is left out, or cannot be taken in, may change all the time: nothing is written for it', async () => {
    const shop = await servers.shop();
    await guests(shop.a).insertOne({ _id: 1 });
    shop.office.tandem('pair', 'edit', 'shop', '--leave-out', 'guests');
    const watch = await hearing(shop);
    await shop.a.createCollection('log', { capped: true, size: 100_000 });
    await shop.a.collection('log').insertOne({});
    await shop.expectBothWays('ink');
    await lasts(3000);
    const before = await writesOn(shop.b);
    for (let i = 0; i < 20; i++) {
      await guests(shop.a).insertOne({ _id: 100 + i });
      await shop.a.collection('log').insertOne({});
      await lasts(100);
    }
    expect(await writesOn(shop.b)).toEqual(before);
    expect(await shop.b.listCollections({}, { nameOnly: true }).toArray()).toHaveLength(1);
    await orders(shop.a).insertOne({ _id: 60 });
    await expect.poll(() => orders(shop.b).findOne({ _id: 60 }), soon).not.toBeNull();
    expect(await ended(watch)).toBe(130);
    expect(shop.office.tandem('status').out).not.toContain('guests');
  });

  test('[E161] [E114] a pair of chosen collections names it in the status, and takes nothing in', async () => {
    const shop = await servers.shop('--collections', 'orders');
    const watch = await hearing(shop, false);
    await guests(shop.a).insertOne({ _id: 1 });
    await expect.poll(() => shop.office.tandem('status').out, soon).toContain('guests');
    expect(await guests(shop.b).countDocuments()).toBe(0);
    expect(await ended(watch)).toBe(130);
  });
});
