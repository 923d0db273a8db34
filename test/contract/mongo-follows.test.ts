import { expect, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: number;
  readonly k?: number;
  readonly n?: number;
}

await describeSharedMongo('what a decision lets go on', 'replica-set', (mongo) => {
  for (const frees of [true, false])
    test(`[E153] a record that clashes with the decided one is told to go on ${frees ? 'where the value is given up' : 'no more than it does'}`, async () => {
      const shop = new MongoOffice(mongo);
      const [a, b] = [shop.a.collection<Doc>('o'), shop.b.collection<Doc>('o')];
      await a.insertOne({ _id: 1, k: 1, n: 1 });
      await shop.add({ create: true });
      await shop.sync();
      await b.createIndex({ k: 1 }, { unique: true });
      await a.updateOne({ _id: 1 }, { $set: { n: 2, ...(frees ? { k: 7 } : {}) } });
      await b.updateOne({ _id: 1 }, { $set: { n: 3 } });
      await a.insertOne({ _id: 2, k: 1 });
      await shop.sync();
      const conflicts = await shop.conflicts();
      expect(conflicts.map(({ kind, key }) => [kind, key.text])).toContainEqual(['unique', '2']);
      const { id } = conflicts.find(({ kind }) => kind === 'update/update') ?? { id: 0 };
      const client = await shop.client();
      for (const dryRun of [true, false]) {
        const answer = await client.call('conflicts.resolve', { id, strategy: 'keep_local', dryRun });
        expect(answer.resolved).toHaveLength(1);
        expect(answer.follows.map(({ key }) => key.text)).toEqual(frees ? ['2'] : []);
      }
      await shop.sync();
      expect(await b.countDocuments()).toBe(frees ? 2 : 1);
      expect(await shop.conflicts()).toHaveLength(frees ? 0 : 1);
    });
});
