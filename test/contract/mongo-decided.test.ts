import { Decimal128, Double, Long } from 'mongodb';
import { expect, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: unknown;
  readonly [name: string]: unknown;
}
/** The driver's types know no `_id` of any type. */
const at = (_id: number): object => ({ _id });

await describeSharedMongo('decisions about documents', 'replica-set', (mongo) => {
  test('[E71] [E47] in bulk a decision that is refused writes nothing, also where another one of the list waits for it', async () => {
    const shop = new MongoOffice(mongo);
    const [onA, onB] = [shop.a.collection<Doc>('c'), shop.b.collection<Doc>('c')];
    for (const side of [onA, onB])
      await side.createIndex({ u: 1 }, { unique: true, partialFilterExpression: { act: true } });
    await onA.insertMany([
      { _id: 2, u: 'l', act: true },
      { _id: 3, u: 'k', act: false },
      { _id: 4, u: 'm', act: true },
    ]);
    await shop.add();
    await shop.sync();
    await onA.updateOne(at(2), { $set: { u: 'k' } });
    await onA.updateOne(at(4), { $set: { u: 'l' } });
    await onB.updateOne(at(3), { $set: { act: true } });
    await shop.sync();
    const client = await shop.client();
    const answer = await client.call('conflicts.resolve', { where: { collection: 'c' }, strategy: 'keep_remote' });
    const refused = new Set(answer.failed.map(({ id }) => id));
    const wrote = new Set(answer.wrote.map(({ key }) => key.text));
    const kept = (await client.call('conflicts.list', {})).filter(({ id }) => refused.has(id));
    for (const { key } of kept) expect([...wrote]).not.toContain(key.text);
    for (const { key } of answer.follows) expect([...wrote]).not.toContain(key.text);
    expect(await onB.findOne(at(3))).toEqual({ _id: 3, u: 'k', act: true });
  });

  test('[E45] [MO25] a document is decided under whatever number its _id is written', async () => {
    const shop = new MongoOffice(mongo);
    const ids = [Decimal128.fromString('5'), Long.fromNumber(6), new Double(7)];
    const [onA, onB] = [shop.a.collection<Doc>('c'), shop.b.collection<Doc>('c')];
    await shop.b.createCollection('c');
    await onA.insertMany(ids.map((_id) => ({ _id, v: 0 })));
    await shop.add();
    await shop.sync();
    await onA.updateMany({}, { $set: { v: 'of A' } });
    await onB.updateMany({}, { $set: { v: 'of B' } });
    await shop.sync();
    const client = await shop.client();
    const answer = await client.call('conflicts.resolve', { where: { collection: 'c' }, strategy: 'keep_local' });
    expect([answer.resolved.length, answer.failed]).toEqual([3, []]);
    expect((await onB.find().toArray()).map(({ v }) => v)).toEqual(['of A', 'of A', 'of A']);
  });

  test('[E48] [E93] where no value like it can be made up, none is suggested or offered, and nothing fails', async () => {
    const shop = new MongoOffice(mongo);
    for (const db of shop.both) await db.collection('c').createIndex({ u: 1 }, { unique: true });
    await shop.add();
    await shop.sync();
    const [onA, onB] = [shop.a.collection<Doc>('c'), shop.b.collection<Doc>('c')];
    await onA.insertMany([
      { _id: Long.MAX_VALUE, u: 1, of: 'A' },
      { _id: 1.5, u: 2, of: 'A' },
      { _id: 'a', u: Long.MAX_VALUE },
    ]);
    await onB.insertMany([
      { _id: Long.MAX_VALUE, u: 3, of: 'B' },
      { _id: 1.5, u: 4, of: 'B' },
      { _id: 'b', u: Long.MAX_VALUE },
    ]);
    await shop.sync();
    const client = await shop.client();
    const found = await shop.conflicts();
    expect(found.map(({ kind, possible, suggestion }) => [kind, possible.includes('keep_both'), suggestion])).toEqual([
      ['insert/insert', false, null],
      ['insert/insert', false, null],
      ['unique', false, null],
    ]);
    const before = [await all(shop.a, 'c'), await all(shop.b, 'c')];
    for (const strategy of ['keep_both', 'rename_local'] as const) {
      const answer = await client.call('conflicts.resolve', { where: {}, strategy });
      expect([answer.resolved, answer.failed.length]).toEqual([[], 3]);
    }
    expect([await all(shop.a, 'c'), await all(shop.b, 'c')]).toEqual(before);
  });
});
