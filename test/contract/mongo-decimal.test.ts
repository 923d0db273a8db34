import { Decimal128 } from 'mongodb';
import { expect, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: unknown;
  readonly v?: string;
}

await describeSharedMongo('answers about documents', 'replica-set', (mongo) => {
  test('[MO77] [E49] keep_both gives a document whose _id is a decimal number the next free one', async () => {
    const shop = new MongoOffice(mongo);
    const five = Decimal128.fromString('5');
    await shop.a.collection<Doc>('o').insertOne({ _id: five, v: 'of A' });
    await shop.b.collection<Doc>('o').insertMany([
      { _id: five, v: 'of B' },
      { _id: Decimal128.fromString('6'), v: 'taken' },
    ]);
    await shop.add();
    await shop.sync();
    const [conflict] = await shop.conflicts();
    expect(conflict?.possible).toContain('keep_both');
    const client = await shop.client();
    const answer = await client.call('conflicts.resolve', { id: conflict?.id ?? 0, strategy: 'keep_both' });
    expect(answer.resolved.map(({ text }) => text)).toEqual([
      'Both records are kept: the one of This computer has _id 7 now.',
    ]);
    await shop.sync();
    for (const db of shop.both)
      expect(await all(db, 'o')).toEqual([
        { _id: five, v: 'of B' },
        { _id: Decimal128.fromString('6'), v: 'taken' },
        { _id: Decimal128.fromString('7'), v: 'of A' },
      ]);
  });
});
