import { Double, Int32 } from 'mongodb';
import { expect, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: unknown;
  readonly v: string;
}

const offered = {
  'replica-set': ['keep_local', 'keep_remote', 'merge', 'keep_both'],
  standalone: [],
} as const;

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`a key in two ways, ${kind}`, kind, (mongo) => {
    test('[E168] [MO25] of a key that is written in two ways only what the sides can write is offered', async () => {
      const shop = new MongoOffice(mongo);
      await shop.a.collection<Doc>('o').insertOne({ _id: new Int32(1), v: 'of A' });
      await shop.b.collection<Doc>('o').insertOne({ _id: new Double(1), v: 'of B' });
      await shop.add();
      await shop.sync();
      const [conflict] = await shop.conflicts();
      expect([conflict?.fields, conflict?.possible]).toEqual([['_id', 'v'], offered[kind]]);
    });

    test('[E168] of a key that both write in one way everything is offered', async () => {
      const shop = new MongoOffice(mongo);
      await shop.a.collection<Doc>('o').insertOne({ _id: new Int32(1), v: 'of A' });
      await shop.b.collection<Doc>('o').insertOne({ _id: new Int32(1), v: 'of B' });
      await shop.add();
      await shop.sync();
      const [conflict] = await shop.conflicts();
      expect(conflict?.possible).toEqual(offered['replica-set']);
    });
  });
}
