import { expect, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { MongoOffice } from './mongo-office.ts';

for (const kind of ['replica-set', 'standalone'] as const)
  await describeSharedMongo(`definitions that are not alike, ${kind}`, kind, (mongo) => {
    /** A pair in step that takes up new collections, and what its syncs warn of. */
    async function inStep() {
      const shop = new MongoOffice(mongo);
      await shop.a.collection('people').insertOne({ mail: 'ann' });
      await shop.add({ create: true, options: { newCollections: true } });
      const client = await shop.client();
      const said: string[] = [];
      await client.subscribe((event) => void (event.name === 'log' && said.push(event.data.message)));
      const syncSays = async (): Promise<string[]> => {
        said.length = 0;
        await shop.sync();
        // Events come in the order in which they were told, before the answer to a later call.
        await client.call('status.show', { pair: 'shop' });
        await new Promise((resolve) => setImmediate(resolve));
        return [...said];
      };
      expect(await syncSays()).toEqual([]);
      const statusSays = async (): Promise<string | undefined> =>
        (await client.call('status.show', { pair: 'shop' }))[0]?.sentence;
      return { shop, syncSays, statusSays };
    }

    test('[E152] an index that one side alone got since is told by the next sync, once, and by the status as long as it is so', async () => {
      const { shop, syncSays, statusSays } = await inStep();
      expect(await statusSays()).toBe('In step at the last sync.');
      await shop.b.collection('people').createIndex({ mail: 1 }, { unique: true });
      expect(await syncSays()).toEqual([
        'shop: the two sides are not defined alike. people: The index over mail (unique) is on Remote only. Everything: `tandem pair test shop`',
      ]);
      expect(await syncSays()).toEqual([]);
      expect(await statusSays()).toBe(
        'In step at the last sync. The two sides are not defined alike; what differs: `tandem pair test shop`.',
      );
      await shop.a.collection('people').createIndex({ mail: 1 }, { unique: true });
      expect(await syncSays()).toEqual([]);
      expect(await statusSays()).toBe('In step at the last sync.');
    });

    test('[E152] [MO79] a collection whose creation ended before its indexes were made is told by the sync that takes it up', async () => {
      const { shop, syncSays } = await inStep();
      await shop.a.collection('orders').createIndex({ number: 1 }, { unique: true });
      await shop.a.collection('orders').insertOne({ number: 1 });
      // What a kill between the two commands leaves.
      await shop.b.createCollection('orders');
      expect(await syncSays()).toEqual([
        'shop: the two sides are not defined alike. orders: The index over number (unique) is on This computer only. Everything: `tandem pair test shop`',
      ]);
      expect(await shop.b.collection('orders').countDocuments()).toBe(1);
    });
  });
