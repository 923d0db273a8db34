import { expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

await describeSharedMongo('adding a pair of MongoDB databases', 'replica-set', (mongo) => {
  test('[P14] what two collections were made with is compared, and each difference is said', async () => {
    const office = new MongoOffice(mongo);
    await office.a.createCollection('orders', { validator: { total: { $gte: 0 } } });
    await office.b.createCollection('orders', { validator: { total: { $gte: 1 } } });
    await office.a.collection('orders').createIndex({ number: 1 }, { unique: true, name: 'one' });
    await office.b.collection('orders').createIndex({ number: 1 }, { unique: true, sparse: true, name: 'two' });
    await office.a.collection('orders').createIndex({ at: 1, by: -1 });
    for (const db of office.both)
      await db.collection('orders').createIndex({ same: 1 }, { name: `of_${db.databaseName}` });
    const { findings } = await office.add();
    expect(findings.map(({ text, side, blocks }) => [text, side, blocks])).toEqual([
      ['The index over at, by -1 is on This computer only.', 'A', false],
      ['The index over number is different: unique on This computer, sparse, unique on Remote.', null, false],
      [
        'The validator is different: {"total":{"$gte":0}} on This computer, {"total":{"$gte":1}} on Remote.',
        null,
        false,
      ],
    ]);
  });

  test('[P15] an index that lets documents expire on one side is asked about, unless nothing flows away from there', async () => {
    const office = new MongoOffice(mongo);
    for (const db of office.both) await db.createCollection('visits');
    await office.b.collection('visits').createIndex({ at: 1 }, { expireAfterSeconds: 3600 });
    const refused = {
      code: 'usage',
      message: expect.stringContaining('deletes records on Remote by itself') as string,
      hint: expect.stringContaining('--expiry') as string,
    };
    await expect(office.add()).rejects.toMatchObject(refused);
    await expect(office.add({ direction: 'b-to-a' })).rejects.toMatchObject(refused);
    const look = await office.add({ dryRun: true });
    expect(look.findings.filter(({ asks }) => asks)).toMatchObject([{ collection: 'visits', side: 'B' }]);
    expect((await office.add({ direction: 'a-to-b' })).findings.filter(({ asks }) => asks)).toEqual([]);
  });

  test('[P15] with a yes the pair is added, and with the same index on both sides nothing is asked', async () => {
    const office = new MongoOffice(mongo);
    for (const name of ['one', 'both']) for (const db of office.both) await db.createCollection(name);
    await office.a.collection('one').createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    for (const db of office.both) await db.collection('both').createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const { added, findings } = await office.add({ expiry: true });
    expect([added, findings.filter(({ asks }) => asks).map(({ collection }) => collection)]).toEqual([true, ['one']]);
  });

  test('[P15] [P21] the same where it is taken in later; who takes in all has not agreed to it', async () => {
    const office = new MongoOffice(mongo);
    for (const name of ['orders', 'visits', 'gifts']) for (const db of office.both) await db.createCollection(name);
    await office.add({ collections: ['orders'] });
    await office.a.collection('visits').createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const client = await office.client();
    const include = (more: object) => client.call('pairs.include', { pair: 'shop', add: ['visits'], ...more });
    await expect(include({})).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--expiry') as string,
    });
    expect((await include({ dryRun: true })).findings.filter(({ asks }) => asks)).toHaveLength(1);
    expect((await include({ expiry: true })).added).toEqual(['visits']);
    await client.call('pairs.include', { pair: 'shop', leaveOut: ['visits'] });
    expect((await include({ add: 'all' })).added).toEqual([]);
  });

  test('[P4] [P25] what one side lacks and cannot get, since a view has the name there, is left out with the reason', async () => {
    const office = new MongoOffice(mongo);
    await office.a.createCollection('seen', { viewOn: 'orders', pipeline: [] });
    await office.a.createCollection('log', { capped: true, size: 4096 });
    await office.a.collection<{ _id: number }>('orders').insertOne({ _id: 1 });
    for (const name of ['seen', 'log', 'gifts']) await office.b.collection<{ _id: number }>(name).insertOne({ _id: 1 });
    const why = 'On This computer a view stands under this name (a view holds no documents of its own)';
    const look = await office.add({ create: true, dryRun: true });
    expect(look.create.map(({ collection }) => collection)).toEqual(['orders', 'gifts']);
    expect(look.findings).toContainEqual(
      expect.objectContaining({
        collection: 'seen',
        side: 'A',
        blocks: false,
        text: expect.stringContaining(why) as string,
      }),
    );
    await expect(office.add({ create: true, collections: ['seen'] })).rejects.toMatchObject({
      code: 'schema-mismatch',
      message: expect.stringContaining(why) as string,
    });
    const { pair } = await office.add({ create: true });
    expect(pair.collections.map(({ name }) => name)).toEqual(['orders', 'gifts']);
    expect(await office.sync()).toMatchObject({ status: 'completed', remoteToLocal: { gifts: 1 }, notInPair: [] });
  });

  test('[P16] fields that shall be unique without an index: clashes are found at the first look, before the first write, and later', async () => {
    for (const strategy of ['keep_remote', 'rename_local', 'keep_local'] as const) {
      const office = new MongoOffice(mongo);
      for (const db of office.both) await db.createCollection('admins');
      await office.a.collection<{ _id: number; username: string }>('admins').insertOne({ _id: 1, username: 'ann' });
      await office.b.collection<{ _id: number; username: string }>('admins').insertOne({ _id: 2, username: 'ann' });
      const { preview, pair } = await office.add({ uniqueFields: { admins: ['username'] } });
      expect(pair.collections).toMatchObject([{ name: 'admins', anyField: true, uniqueFields: ['username'] }]);
      expect(preview?.collections).toMatchObject([{ uniqueClashes: 1 }]);
      await office.sync();
      expect([await all(office.a, 'admins'), await all(office.b, 'admins')]).toMatchObject([
        [{ _id: 1 }],
        [{ _id: 2 }],
      ]);
      const [conflict] = await office.conflicts();
      expect([conflict?.kind, conflict?.fields, conflict?.local?.['username']]).toEqual([
        'unique',
        ['username'],
        'ann',
      ]);
      const client = await office.client();
      const { id } = must(conflict, 'a conflict');
      const value = strategy === 'keep_local' ? { value: { value: 'bob' } } : {};
      expect((await client.call('conflicts.resolve', { id, strategy, ...value })).failed).toEqual([]);
      await office.sync();
      expect(await all(office.b, 'admins')).toEqual(await all(office.a, 'admins'));
      await office.a.collection<{ _id: number; username: string }>('admins').insertOne({ _id: 3, username: 'eve' });
      await office.b.collection<{ _id: number; username: string }>('admins').insertOne({ _id: 4, username: 'eve' });
      await office.sync();
      expect((await office.conflicts()).map(({ kind }) => kind)).toEqual(['unique']);
      await client.call('runs.undo', { pair: 'shop', conflict: id });
      expect((await all(office.a, 'admins'))[0]).toEqual({ _id: 1, username: 'ann' });
      expect((await all(office.b, 'admins')).at(-2)).toEqual({ _id: 2, username: 'ann' });
    }
  });

  test('[P17] the look, the test, the status and the doctor say how each side notices changes', async () => {
    const office = new MongoOffice(mongo);
    for (const db of office.both) await db.createCollection('orders');
    const stream = { level: 'change-stream', why: '' };
    expect((await office.add()).capture).toEqual({ A: stream, B: stream });
    const client = await office.client();
    expect((await client.call('pairs.test', { pair: 'shop' })).sides.map(({ capture }) => capture)).toEqual([
      stream,
      stream,
    ]);
    expect((await client.call('status.show', { pair: 'shop' })).map(({ capture }) => capture)).toEqual([
      { A: stream, B: stream },
    ]);
    const { checks } = await client.call('doctor.run', { pair: 'shop' });
    expect(checks.filter(({ text }) => text.includes('noticed by change stream'))).toHaveLength(2);
  });
});

await describeSharedMongo('a standalone MongoDB server', 'standalone', (mongo) => {
  test('[P17] is read as a whole, and the reason is said', async () => {
    const office = new MongoOffice(mongo);
    for (const db of office.both) await db.createCollection('orders');
    const { capture } = await office.add();
    expect(capture.A).toEqual({ level: 'full-scan', why: 'a standalone server has no change streams' });
  });
});
