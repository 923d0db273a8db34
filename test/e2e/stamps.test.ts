import { Long, ObjectId } from 'bson';
import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { Office } from '../contract/home-support.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { day, expectQuiet, orders, Shop, synced } from '../support/stamped-shop.ts';

function stampedPairs(mongo: SharedMongo): void {
  test('[MO60] documents tell how far they are in step: pushed, pulled, edited, deleted', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const [mine, theirs] = [new ObjectId(), new ObjectId()];
    await orders(shop.a).insertOne({ _id: mine, item: 'pen', origin: 'local', syncStatus: 'pending', n: 1 });
    await orders(shop.b).insertOne({ _id: theirs, item: 'ink', syncStatus: 'conflict' });
    await shop.add();
    expect(await shop.statusOf(mine)).toBe('pending');
    await shop.sync();
    expect(await shop.split(mine)).toEqual({ record: { _id: mine, item: 'pen', n: 1 }, stamps: synced('local') });
    expect(await shop.one('b', mine)).toEqual({ _id: mine, item: 'pen', n: 1 });
    expect(await shop.split(theirs)).toEqual({ record: { _id: theirs, item: 'ink' }, stamps: synced('remote') });
    // It keeps its place in the document.
    expect(Object.keys(must(await shop.one('a', mine), 'it')).slice(0, 4)).toEqual([
      '_id',
      'item',
      'origin',
      'syncStatus',
    ]);
    await expectQuiet(shop, 'orders');
    const before = (await shop.split(mine)).stamps['syncedAt'] as Date;
    await orders(shop.b).updateOne({ _id: mine }, { $set: { item: 'pens', updatedAt: day(2) }, $unset: { n: '' } });
    await orders(shop.a).updateOne(
      { _id: theirs },
      { $set: { item: 'inks', updatedAt: day(2), syncStatus: 'pending' } },
    );
    await shop.sync();
    const after = await shop.split(mine);
    expect(after).toEqual({ record: { _id: mine, item: 'pens', updatedAt: day(2) }, stamps: synced('local') });
    expect((after.stamps['syncedAt'] as Date).getTime()).toBeGreaterThan(before.getTime());
    expect(await shop.one('b', theirs)).toEqual({
      _id: theirs,
      item: 'inks',
      syncStatus: 'conflict',
      updatedAt: day(2),
    });
    expect((await shop.split(theirs)).stamps).toEqual(synced('remote'));
    await expectQuiet(shop, 'orders');
    await orders(shop.b).deleteOne({ _id: mine });
    await orders(shop.a).deleteOne({ _id: theirs });
    await shop.sync();
    expect([await shop.one('a', mine), await shop.one('b', theirs)]).toEqual([null, null]);
    await expectQuiet(shop, 'orders');
  });

  test('[MO60] no change of a stamp, on whatever side, is an edit or a conflict', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const id = new ObjectId();
    for (const db of [shop.a, shop.b]) await orders(db).insertOne({ _id: id, item: 'pen', updatedAt: day(1) });
    await shop.add();
    await shop.sync();
    await orders(shop.a).updateOne({ _id: id }, { $set: { syncStatus: 'pending', origin: 'remote', syncedAt: null } });
    await orders(shop.b).updateOne({ _id: id }, { $set: { syncStatus: 'conflict', origin: 'y', syncedAt: day(9) } });
    await expectQuiet(shop, 'orders');
    expect(await shop.client.call('conflicts.list', {})).toEqual([]);
    // Both applications note the time of their own edit: the later one is taken, whatever its bytes are.
    await orders(shop.a).updateOne({ _id: id }, { $set: { a: 1, updatedAt: new Date(0x0102) } });
    await orders(shop.b).updateOne({ _id: id }, { $set: { b: 1, updatedAt: new Date(0x0201) } });
    await shop.sync();
    for (const side of ['a', 'b'] as const)
      expect(await shop.one(side, id)).toMatchObject({ a: 1, b: 1, updatedAt: new Date(0x0201) });
    expect(await shop.client.call('conflicts.list', {})).toEqual([]);
    expect(await shop.statusOf(id)).toBe('synced');
    await expectQuiet(shop, 'orders');
  });

  test.each(['keep_local', 'keep_remote', 'merge'] as const)(
    '[MO61] a conflict says so, %s notes its time on both sides, and an undo takes it back',
    async (strategy) => {
      const shop = await Shop.open(mongo, 'orders');
      const id = new ObjectId();
      for (const db of [shop.a, shop.b]) await orders(db).insertOne({ _id: id, updatedAt: day(1), item: 'pen' });
      await shop.add();
      await shop.sync();
      await orders(shop.a).updateOne({ _id: id }, { $set: { item: 'red pen', updatedAt: day(2) } });
      await orders(shop.b).updateOne({ _id: id }, { $set: { item: 'blue pen', updatedAt: day(3) } });
      await shop.sync();
      expect(await shop.statusOf(id)).toBe('conflict');
      await expectQuiet(shop, 'orders');
      const [conflict] = await shop.client.call('conflicts.list', {});
      const started = Date.now();
      const value = strategy === 'merge' ? { value: { typed: 'pens' } } : {};
      const { resolved } = await shop.client.call('conflicts.resolve', {
        id: must(conflict, 'it').id,
        strategy,
        ...value,
      });
      expect(resolved).toHaveLength(1);
      const { record, stamps } = await shop.split(id);
      const item = { keep_local: 'red pen', keep_remote: 'blue pen', merge: 'pens' }[strategy];
      expect(record).toEqual({ _id: id, updatedAt: expect.any(Date) as Date, item });
      expect((record['updatedAt'] as Date).getTime()).toBeGreaterThanOrEqual(started);
      expect(await shop.one('b', id)).toEqual(record);
      expect(stamps).toEqual(synced('local'));
      await expectQuiet(shop, 'orders');
      await shop.client.call('runs.undo', { conflict: must(conflict, 'it').id });
      expect(await shop.split(id)).toMatchObject({
        record: { item: 'red pen', updatedAt: day(2) },
        stamps: { syncStatus: 'pending' },
      });
      expect(await shop.one('b', id)).toEqual({ _id: id, updatedAt: day(3), item: 'blue pen' });
      await expectQuiet(shop, 'orders');
    },
  );

  test('[MO61] a unique clash marks the local document, and a rename of it lets both be synced', async () => {
    const shop = await Shop.open(mongo, 'admins');
    for (const db of [shop.a, shop.b]) await db.collection('admins').createIndex({ username: 1 }, { unique: true });
    await shop.a.collection('admins').insertOne({ _id: 'l' as never, username: 'john' });
    await shop.b.collection('admins').insertOne({ _id: 'r' as never, username: 'john' });
    await shop.add();
    await shop.client.call('pairs.edit', { pair: 'shop', collections: { admins: { uniqueFields: ['username'] } } });
    await shop.sync();
    expect((await shop.one('a', 'l', 'admins'))?.['syncStatus']).toBe('conflict');
    expect(await shop.one('b', 'r', 'admins')).toEqual({ _id: 'r', username: 'john' });
    const [conflict] = await shop.client.call('conflicts.list', {});
    await shop.client.call('conflicts.resolve', { id: must(conflict, 'it').id, strategy: 'rename_local' });
    await shop.sync();
    const local = must(await shop.one('a', 'l', 'admins'), 'the local one');
    expect(local).toMatchObject({ ...synced('local'), username: expect.stringMatching(/^john_/) as string });
    expect(await shop.one('a', 'r', 'admins')).toMatchObject({ ...synced('remote'), username: 'john' });
    expect(await shop.one('b', 'l', 'admins')).toEqual({
      _id: 'l',
      username: local['username'],
      updatedAt: local['updatedAt'],
    });
    await expectQuiet(shop, 'admins');
  });

  test('[E83] an edit between agreement and stamp is not called synced before it has arrived', async () => {
    const id = new ObjectId();
    const seen: unknown[] = [];
    const shop: Shop = await Shop.tapped(
      mongo,
      async ({ name, args, when }) => {
        if (name === 'write' && Array.isArray(args[0]) && when === 'before' && seen.length === 0) {
          seen.push('edited');
          await orders(shop.a).updateOne({ _id: id }, { $set: { item: 'pens', updatedAt: day(2) } });
        } else if (name === 'write' && Array.isArray(args[0]) && when === 'after' && seen.length === 1)
          seen.push(await shop.statusOf(id), await shop.one('b', id));
      },
      'orders',
    );
    const made = { _id: id, item: 'pen', updatedAt: day(1), syncStatus: 'pending' };
    await orders(shop.a).insertOne({ ...made });
    await shop.add();
    await shop.sync();
    expect(seen).toEqual(['edited', 'pending', { _id: id, item: 'pen', updatedAt: day(1) }]);
    await shop.sync();
    expect(await shop.one('b', id)).toEqual({ _id: id, item: 'pens', updatedAt: day(2) });
    expect(await shop.statusOf(id)).toBe('synced');
    await expectQuiet(shop, 'orders');
  });

  test('[MO66] switched off, the fields are ordinary again; switched on, all of it is stamped', async () => {
    const shop = await Shop.open(mongo, 'orders');
    await orders(shop.a).insertOne({ _id: 1 as never, item: Long.fromNumber(1) });
    await shop.add('shop', { options: {} });
    await shop.sync();
    expect(await orders(shop.a).findOne()).toEqual({ _id: 1, item: 1 });
    await shop.client.call('pairs.edit', { pair: 'shop', options: { stamp: true } });
    await shop.sync();
    expect(await orders(shop.a).findOne()).toEqual({ _id: 1, item: 1, ...synced('local') });
    expect(await orders(shop.b).findOne()).toEqual({ _id: 1, item: 1 });
    await expectQuiet(shop, 'orders');
    await expect(shop.client.call('pairs.edit', { pair: 'shop', unstamp: true })).rejects.toMatchObject({
      code: 'usage',
    });
    await shop.client.call('pairs.edit', { pair: 'shop', options: { stamp: false }, unstamp: true });
    await expectQuiet(shop, 'orders');
    expect(await orders(shop.a).findOne()).toEqual({ _id: 1, item: 1 });
    await orders(shop.a).updateOne({ _id: 1 as never }, { $set: { origin: 'local' } });
    await shop.sync();
    expect(await orders(shop.b).findOne()).toEqual({ _id: 1, item: 1, origin: 'local' });
  });
}

await describeSharedMongo('stamps, on a replica set', 'replica-set', stampedPairs);
await describeSharedMongo('stamps, on a standalone server', 'standalone', stampedPairs);

describe('stamps, where there are no documents', () => {
  test('[E88] are refused as unsupported, when a pair is added and when it is edited', async () => {
    const office = new Office();
    const client = await office.connect();
    const both = {
      a: office.sql('a.db', 'CREATE TABLE t(id INTEGER PRIMARY KEY)'),
      b: office.sql('b.db', 'CREATE TABLE t(id INTEGER PRIMARY KEY)'),
    };
    const refusal = { code: 'unsupported', message: expect.stringContaining('of the kind sqlite') as string };
    await expect(client.call('pairs.add', { name: 'shop', ...both, options: { stamp: true } })).rejects.toMatchObject(
      refusal,
    );
    await client.call('pairs.add', { name: 'shop', ...both });
    await expect(client.call('pairs.edit', { pair: 'shop', options: { stamp: true } })).rejects.toMatchObject(refusal);
    await expect(client.call('config.set', { pair: 'shop', values: { stamp: true } })).rejects.toMatchObject(refusal);
    expect((await client.call('pairs.show', { pair: 'shop' })).options.stamp).toBe(false);
  });
});
