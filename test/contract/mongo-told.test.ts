import { Decimal128, Double, Int32, MongoClient, ObjectId } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { refusingProxy } from '../support/refusing-proxy.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: unknown;
  readonly [name: string]: unknown;
}
/** The driver's types know no `_id` of any type. */
const at = (_id: number): object => ({ _id });
const ORDER = 'order of the fields';
const names = (documents: readonly object[]): string[] => documents.map((each) => Object.keys(each).join(','));

async function office(mongo: SharedMongo, name: string, ...documents: readonly Doc[]) {
  const shop = new MongoOffice(mongo);
  if (documents.length > 0) await shop.a.collection<Doc>(name).insertMany([...documents]);
  await shop.add({ create: true });
  await shop.sync();
  return { shop, client: await shop.client(), a: shop.a.collection<Doc>(name), b: shop.b.collection<Doc>(name) };
}

for (const kind of ['replica-set', 'standalone'] as const)
  await describeSharedMongo(`what is said of documents, ${kind}`, kind, (mongo) => {
    test('[P1] names of collections that differ in letter case are two collections', async () => {
      const shop = new MongoOffice(mongo);
      await shop.a.collection<Doc>('Users').insertOne({ _id: 1, of: 'A' });
      await shop.b.collection<Doc>('users').insertOne({ _id: 1, of: 'B' });
      await shop.add({ create: true });
      await shop.sync();
      for (const db of shop.both) {
        expect(await all(db, 'Users')).toEqual([{ _id: 1, of: 'A' }]);
        expect(await all(db, 'users')).toEqual([{ _id: 1, of: 'B' }]);
      }
      expect(await shop.conflicts()).toEqual([]);
    });

    test('[E71] [E48] a decision that one side refuses for a value nobody could judge is written on neither', async () => {
      const shop = new MongoOffice(mongo);
      for (const db of shop.both) {
        await db.collection('u').createIndex({ k: 1 }, { unique: true });
        await db.collection('u').createIndex({ 'n.x': 1 }, { unique: true, sparse: true });
      }
      const [onA, onB] = [shop.a.collection<Doc>('u'), shop.b.collection<Doc>('u')];
      await onA.insertMany([
        { _id: 1, k: 1, n: { x: 1 } },
        { _id: 2, k: 2, n: { x: 2 } },
      ]);
      await shop.add();
      await shop.sync();
      await onA.insertOne({ _id: 5, k: 5, n: { x: 9 } });
      await onA.updateOne(at(1), { $set: { k: 7 } });
      await onB.updateOne(at(2), { $set: { k: 7 } });
      await onB.updateOne(at(1), { $set: { n: { x: 9 } } });
      await shop.sync();
      const clash = (await shop.conflicts()).find(({ kind: one, fields }) => one === 'unique' && fields.includes('k'));
      const before = [await all(shop.a, 'u'), await all(shop.b, 'u')];
      const answer = await (
        await shop.client()
      ).call('conflicts.resolve', { id: clash?.id ?? 0, strategy: 'keep_remote' });
      expect(answer.resolved).toEqual([]);
      expect([await all(shop.a, 'u'), await all(shop.b, 'u')]).toEqual(before);
      expect(answer.wrote).toEqual([]);
    });

    test('[E71] the side that a record is new on is asked first: what it refuses changes nothing on the other', async () => {
      const shop = new MongoOffice(mongo);
      for (const db of shop.both) {
        await db.collection('p').createIndex({ u: 1 }, { unique: true, sparse: true });
        await db.collection('p').createIndex({ n: 1 }, { unique: true, collation: { locale: 'en', strength: 2 } });
      }
      await shop.a.collection<Doc>('p').insertOne({ _id: 'a2', u: 2, n: 'Ben' });
      await shop.b.collection<Doc>('p').insertMany([
        { _id: 'b2', n: 'BEN' },
        { _id: 'b5', n: 'Zoe', u: 2 },
      ]);
      await shop.add();
      await shop.sync();
      const before = [await all(shop.a, 'p'), await all(shop.b, 'p')];
      const clash = (await shop.conflicts()).find(({ fields }) => fields.includes('n'));
      const client = await shop.client();
      const answer = await client.call('conflicts.resolve', { id: clash?.id ?? 0, strategy: 'rename_local' });
      expect([answer.resolved, answer.wrote, answer.failed.length]).toEqual([[], [], 1]);
      expect([await all(shop.a, 'p'), await all(shop.b, 'p')]).toEqual(before);
    });

    test('[MO20] [E127] a value that a decision takes out comes back in its place, and no trigger is blamed', async () => {
      const { shop, client, a, b } = await office(mongo, 'o', { _id: 5, z: 1, a: 1, mail: 'old', k: 1 });
      await a.createIndex({ mail: 1 }, { unique: true, sparse: true });
      await b.createIndex({ mail: 1 }, { unique: true, sparse: true });
      await a.updateOne(at(5), { $set: { mail: 'new' } });
      await b.insertOne({ _id: 6, mail: 'new' });
      await shop.sync();
      const [clash] = await shop.conflicts();
      const done = await client.call('conflicts.resolve', { id: clash?.id ?? 0, strategy: 'keep_remote' });
      expect([done.resolved.length, done.byItself]).toEqual([1, []]);
      expect(names(await all(shop.a, 'o'))[0]).toBe('_id,z,a,k');
      const undone = await client.call('runs.undo', { conflict: clash?.id ?? 0 });
      expect(undone.byItself).toEqual([]);
      expect(names(await all(shop.a, 'o'))[0]).toBe('_id,z,a,mail,k');
    });

    test('[E8] [E73] an order that gives way, and one that rests, are told by their names', async () => {
      const { shop, client, a, b } = await office(mongo, 'o', { _id: 1, a: 1, b: 1, c: 1 });
      await a.replaceOne(at(1), { b: 1, a: 1, c: 1 });
      await b.replaceOne(at(1), { c: 1, b: 1, a: 1 });
      const run = await shop.sync();
      const told = await client.call('records.timeline', { pair: 'shop', collection: 'o', key: { parts: ['1'] } });
      expect(JSON.stringify(told)).not.toContain('\\u0000');
      expect(told.map(({ text }) => text).join()).toContain(`touch: ${ORDER}`);
      expect(JSON.stringify(told)).toMatch(/"order of the fields":"(b, a, c|c, b, a)"/);
      await client.call('runs.undo', { run: run.id });
      const [hold] = await client.call('holds.list', { pair: 'shop' });
      expect(hold?.fields).toEqual([ORDER]);
      expect(hold?.local?.[ORDER]).not.toEqual(hold?.remote?.[ORDER]);
      expect(new Set(hold?.choices.map(({ local }) => JSON.stringify(local))).size).toBeGreaterThan(1);
    });

    test('[E55] a field that an undo left out, edited again, goes to the other side: its place among the fields holds nothing', async () => {
      const { shop, client, a, b } = await office(mongo, 'o', { _id: 1, z: 1, a: 1 });
      await a.updateOne(at(1), { $set: { x: 1 } });
      const run = await shop.sync();
      await client.call('runs.undo', { run: run.id });
      expect(await client.call('holds.list', { pair: 'shop' })).toHaveLength(1);
      await a.updateOne(at(1), { $set: { x: 2 } });
      await shop.sync();
      expect(await b.findOne(at(1))).toEqual({ _id: 1, z: 1, a: 1, x: 2 });
      expect(await client.call('holds.list', { pair: 'shop' })).toEqual([]);
    });

    test('[E58] one document that cannot be carried is named by the receipt, and everything else is compared', async () => {
      const { shop, client, a, b } = await office(mongo, 'o', { _id: 1, v: 1 }, { _id: 2, v: 1 });
      await a.insertOne({ _id: Decimal128.fromString('2.5'), v: 1 });
      await b.insertOne({ _id: new Double(2.5), v: 2 });
      await shop.sync();
      const receipt = await client.call('receipts.compare', { pair: 'shop' });
      expect(receipt.equal).toBe(false);
      expect(receipt.collections).toMatchObject([{ name: 'o', equal: 2 }]);
      expect(receipt.notCompared.join()).toContain('of o');
    });

    test('[W17] a text that looks like an object id or a number, beside one, is never mistaken for it', async () => {
      const hex = '0123456789abcdef01234567';
      const { client, a } = await office(
        mongo,
        'o',
        { _id: new ObjectId(hex), v: 1 },
        { _id: hex, v: 1 },
        { _id: new Int32(1), v: 1 },
      );
      await a.insertOne({ _id: '1', v: 1 });
      await client.call('runs.start', { pair: 'shop' });
      for (const word of [hex, '1']) {
        const ask = client.call('records.timeline', { pair: 'shop', collection: 'o', key: { parts: [word] } });
        await expect(ask).rejects.toMatchObject({
          code: 'usage',
          hint: expect.stringContaining(`"${word}"`) as string,
        });
        const quoted = { parts: [JSON.stringify(word)] };
        expect(await client.call('records.timeline', { pair: 'shop', collection: 'o', key: quoted })).toHaveLength(1);
      }
    });

    test('[E61] a plan counts drift for as long as it is there', async () => {
      const shop = new MongoOffice(mongo);
      await shop.a.collection<Doc>('o').insertOne({ _id: 1, v: 1 });
      await shop.add({ create: true, direction: 'a-to-b' });
      await shop.sync();
      await shop.b.collection<Doc>('o').updateOne(at(1), { $set: { v: 2 } });
      const client = await shop.client();
      const drift = async (): Promise<number> => (await client.call('plan.make', { pair: 'shop' })).drift;
      expect(await drift()).toBe(1);
      await shop.sync();
      expect([await drift(), await drift()]).toEqual([1, 1]);
    });

    test('[E61] [E120] drift of a collection that goes both ways again flows, and nothing is called in step before', async () => {
      const { shop, client, a, b } = await office(mongo, 'o', { _id: 1, v: 1 }, { _id: 2, v: 1 });
      await client.call('pairs.edit', { pair: 'shop', direction: 'a-to-b' });
      await b.updateOne(at(1), { $set: { v: 'of B' } });
      await b.insertOne({ _id: 3, v: 'of B' });
      await b.deleteOne(at(2));
      expect((await shop.sync()).drift).toBe(3);
      await client.call('pairs.edit', { pair: 'shop', direction: 'both' });
      const plan = await client.call('plan.make', { pair: 'shop' });
      expect([plan.total, plan.drift]).toEqual([3, 0]);
      await shop.sync();
      expect(await a.find({}, { sort: { _id: 1 } }).toArray()).toEqual([
        { _id: 1, v: 'of B' },
        { _id: 3, v: 'of B' },
      ]);
      expect((await client.call('receipts.compare', { pair: 'shop' })).equal).toBe(true);
    });
  });

await describeSharedMongo('markers of a standalone MongoDB', 'standalone', (mongo) => {
  test('[P26] a marker is refused where none can be kept, before the pair is, and later', async () => {
    const shop = new MongoOffice(mongo);
    await shop.a.collection<Doc>('o').insertOne({ _id: 1 });
    const add = shop.add({ create: true, options: { marker: true } });
    await expect(add).rejects.toMatchObject({ code: 'unsupported', next: 'Nothing was changed.' });
    const client = await shop.client();
    expect(await client.call('pairs.list', {})).toEqual([]);
    await shop.add({ create: true });
    for (const change of [
      client.call('pairs.edit', { pair: 'shop', options: { marker: true } }),
      client.call('config.set', { pair: 'shop', values: { marker: true } }),
    ])
      await expect(change).rejects.toMatchObject({ code: 'unsupported' });
  });
});

await describeSharedMongo('what is said of pairs of replica sets', 'replica-set', (mongo) => {
  test('[E40] a marker that is switched on later is planted by the next sync, and what was edited meanwhile flows', async () => {
    const { shop, client, a, b } = await office(mongo, 'o', { _id: 1, v: 1 }, { _id: 2, v: 1 });
    await client.call('pairs.edit', { pair: 'shop', options: { marker: true } });
    await a.updateOne(at(1), { $set: { v: 'edit on A' } });
    await a.deleteOne(at(2));
    await b.insertOne({ _id: 9, v: 'of B' });
    const run = await shop.sync();
    expect([run.brakes, run.localToRemote, run.remoteToLocal]).toEqual([[], { o: 2 }, { o: 1 }]);
    expect(await all(shop.a, 'o')).toEqual(await all(shop.b, 'o'));
    expect(await all(shop.a, 'o')).toHaveLength(2);
    expect((await shop.sync()).brakes).toEqual([]);
  });

  test('[P16] [W13] a pair that may not look at its database any more keeps no other one from its decisions', async () => {
    const { shop, client } = await office(mongo, 'o', { _id: 1, v: 1 });
    const url = new URL(mongo.url(mongo.newDatabase()));
    let locked = false;
    const proxy = await refusingProxy(Number(url.port), ({ listIndexes }) => locked && listIndexes !== undefined);
    onTestFinished(() => proxy.close());
    url.port = String(proxy.port);
    url.search = '?directConnection=true';
    const here = mongo.url(mongo.newDatabase());
    const program = await new MongoClient(here).connect();
    onTestFinished(() => program.close());
    await program.db().collection<Doc>('p').insertOne({ _id: 1 });
    await client.call('pairs.add', { name: 'locked', a: here, b: url.href, create: true });
    await client.call('runs.start', { pair: 'locked' });
    locked = true;
    await shop.restart();
    const anew = await shop.client();
    expect(await anew.call('conflicts.list', {})).toEqual([]);
    expect(await anew.call('holds.list', {})).toEqual([]);
    const [run] = await anew.call('runs.list', { pair: 'shop' });
    expect((await anew.call('runs.undo', { run: run?.id ?? 0, dryRun: true })).dryRun).toBe(true);
    const status = await anew.call('status.show', {});
    expect(status.map(({ pair, error }) => [pair, error?.code])).toEqual([
      ['shop', undefined],
      ['locked', 'permission'],
    ]);
    expect(status[1]?.runs).toBe(1);
    await expect(anew.call('runs.start', { pair: 'locked' })).rejects.toMatchObject({ code: 'permission' });
    await anew.call('pairs.remove', { pair: 'locked' });
    expect((await anew.call('pairs.list', {})).map(({ name }) => name)).toEqual(['shop']);
  });

  test('[W6] what the strategy of a pair decides is said, with the way back', async () => {
    const { shop, client, a, b } = await office(mongo, 'o', { _id: 1, name: 'ann' });
    for (const db of shop.both) await db.collection('o').createIndex({ name: 1 }, { unique: true, sparse: true });
    await client.call('config.set', { pair: 'shop', values: { conflictResolutionStrategy: 'keep_remote' } });
    await a.insertOne({ _id: 2, name: 'bob' });
    await b.insertOne({ _id: 3, name: 'bob' });
    await a.updateOne(at(1), { $set: { name: 'of A' } });
    await b.updateOne(at(1), { $set: { name: 'of B' } });
    const said: string[] = [];
    await client.subscribe((event) => void (event.name === 'log' && said.push(event.data.message)));
    const run = await shop.sync();
    await expect.poll(() => said.length).toBe(2);
    expect(said[0]).toMatch(new RegExp(`^shop: its rules decided 1 record that.*: o 1\\..*undo run ${run.id}`));
    expect(said[1]).toMatch(/^shop: conflictResolutionStrategy decided 1 conflict: #\d+.*undo run \d+/);
    const [clash] = await client.call('conflicts.list', { all: true });
    expect(clash?.resolvedBy).toMatch(/ by conflictResolutionStrategy$/);
  });

  test('[E58] a receipt is kept as it was said, where collections are still to come', async () => {
    const { shop, client } = await office(mongo, 'o', { _id: 1 });
    await client.call('pairs.edit', { pair: 'shop', options: { newCollections: true } });
    await shop.a.collection<Doc>('new').insertOne({ _id: 1 });
    const said = await client.call('receipts.compare', { pair: 'shop' });
    expect(said.equal).toBe(false);
    const [status] = await client.call('status.show', { pair: 'shop' });
    expect(status?.lastReceipt).toEqual(said);
  });
});
