import type { Db } from 'mongodb';
import { expect, test } from 'vitest';
import type { Params } from '../../shared/contract/calls.ts';
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

    const include = async (shop: MongoOffice, more: Partial<Params<'pairs.include'>> = {}) =>
      (await shop.client()).call('pairs.include', { pair: 'shop', indexes: 'all', ...more });
    const indexNames = async (db: Db): Promise<string[]> =>
      (await db.collection('people').indexes()).flatMap(({ name }) => name ?? []).sort();

    test('[P40] [E152] indexes that one side alone got since are offered, shown, and made on the other on agreement', async () => {
      const { shop, statusSays } = await inStep();
      await shop.a.collection('people').createIndex({ age: -1, name: 1 });
      await shop.b.collection('people').createIndex({ mail: 1 }, { unique: true, sparse: true });
      await shop.sync();
      expect((await (await shop.client()).call('pairs.test', { pair: 'shop' })).indexes).toBe(2);
      const made = ['people: index over mail on This computer', 'people: index over age -1, name on Remote'];
      const look = await include(shop, { dryRun: true });
      expect([look.indexes.toSorted(), look.findings, look.saved]).toEqual([made.toSorted(), [], false]);
      expect([await indexNames(shop.a), await indexNames(shop.b)]).toEqual([
        ['_id_', 'age_-1_name_1'],
        ['_id_', 'mail_1'],
      ]);
      expect((await include(shop)).indexes.toSorted()).toEqual(made.toSorted());
      for (const db of shop.both) expect(await indexNames(db)).toEqual(['_id_', 'age_-1_name_1', 'mail_1']);
      expect(await shop.a.collection('people').indexes()).toContainEqual(
        expect.objectContaining({ key: { mail: 1 }, unique: true, sparse: true }),
      );
      await shop.sync();
      expect(await statusSays()).toBe('In step at the last sync.');
      expect((await include(shop)).indexes).toEqual([]);
    });

    test('[P40] a unique index is not made where two documents clash; the others are, and afterwards it is', async () => {
      const { shop } = await inStep();
      await shop.a.collection('people').insertMany([{ code: 1 }, { code: 1, late: true }]);
      await shop.sync();
      await shop.b.collection('people').deleteOne({ late: true });
      await shop.b.collection('people').createIndex({ code: 1 }, { unique: true, sparse: true });
      await shop.b.collection('people').createIndex({ age: 1 });
      const { indexes, findings } = await include(shop);
      expect(indexes).toEqual(['people: index over age on This computer']);
      expect(findings).toMatchObject([
        {
          collection: 'people',
          side: 'A',
          text: expect.stringMatching(
            /^The index over code is not made on This computer: the documents with the _id .* and .* have one value in code, and it is unique\./,
          ),
        },
      ]);
      expect(await indexNames(shop.a)).toEqual(['_id_', 'age_1']);
      await shop.sync();
      expect((await include(shop, { indexes: ['people'] })).indexes).toEqual([
        'people: index over code on This computer',
      ]);
      await expect(include(shop, { indexes: ['pets'] })).rejects.toMatchObject({ code: 'usage' });
    });

    test('[P40] one that deletes documents by itself is made only where a person agreed to that', async () => {
      const { shop } = await inStep();
      await shop.a.collection('people').createIndex({ seen: 1 }, { expireAfterSeconds: 3600 });
      const { indexes, findings } = await include(shop);
      expect([indexes, findings]).toEqual([
        [],
        [expect.objectContaining({ asks: true, text: expect.stringContaining('unless you agree (--expiry)') })],
      ]);
      expect(await indexNames(shop.b)).toEqual(['_id_']);
      const agreed = await include(shop, { expiry: true });
      expect(agreed.findings.map(({ text }) => text)).toEqual([
        'The index over seen then deletes records on both sides by itself.',
      ]);
      expect(await indexNames(shop.b)).toEqual(['_id_', 'seen_1']);
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
