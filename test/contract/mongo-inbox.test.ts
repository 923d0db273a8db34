import { MongoClient, ObjectId, type Document } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { Office } from './home-support.ts';

await describeSharedMongo('an inbox of documents', 'replica-set', (mongo) => {
  test('[W18] [W24] documents are called by their names, else by their _id, and rules are tried on them', async () => {
    const [a, b] = [mongo.newDatabase(), mongo.newDatabase()];
    const server = await new MongoClient(mongo.url('admin')).connect();
    onTestFinished(() => server.close());
    const people = (database: string) => server.db(database).collection<Document>('people');
    const [named, unnamed] = [new ObjectId(), new ObjectId()];
    await people(a).insertMany([
      { _id: named, name: 'Ann', tags: ['a'] },
      { _id: unnamed, tags: ['b'] },
    ]);
    const office = new Office();
    const client = await office.connect();
    await client.call('pairs.add', { name: 'shop', a: mongo.url(a), b: mongo.url(b), create: true });
    await client.call('runs.start', { pair: 'shop' });
    await people(a).updateMany({}, { $set: { tags: ['here'] } });
    await people(b).updateMany({}, { $set: { tags: ['there'] } });
    await client.call('runs.start', { pair: 'shop' });
    const { rows } = await client.call('conflicts.index', {});
    const shown = rows.map(({ title, summary, fields }) => ({ title, summary, fields }));
    expect(shown).toEqual([
      { title: 'Ann', summary: 'tags differs', fields: ['tags'] },
      { title: `ObjectId(${unnamed.toHexString()})`, summary: 'tags differs', fields: ['tags'] },
    ]);
    await client.call('conflicts.resolve', { where: { pair: 'shop' }, strategy: 'keep_remote' });
    const tried = await client.call('rules.try', { pair: 'shop', collection: 'people', rule: 'remote' });
    expect(tried).toMatchObject({ tried: 2, same: 2 });
    expect(await client.call('decisions.list', {})).toMatchObject([{ kind: 'bulk', records: 2 }]);
  });
});
