import { Int32, ObjectId } from 'bson';
import { expect, onTestFinished, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { orders, Shop, synced } from '../support/stamped-shop.ts';
import { Office as CliOffice } from './cli-support.ts';

function reportingPairs(mongo: SharedMongo): void {
  test('[MO62] the local database receives conflicts, syncs and settings, and they never travel', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const id = new ObjectId();
    for (const db of [shop.a, shop.b]) await orders(db).insertOne({ _id: id, item: 'pen', n: new Int32(1) });
    await shop.add();
    const first = await shop.sync();
    for (const [db, n] of [
      [shop.a, 2],
      [shop.b, 3],
    ] as const)
      await orders(db).updateOne({ _id: id }, { $set: { n: new Int32(n) } });
    const second = await shop.sync();
    const [open] = await shop.client.call('conflicts.list', {});
    const conflict = must(open, 'a conflict');
    const logged = { _id: conflict.id, pair: 'shop', collection: 'orders', localId: id, remoteId: id, field: 'n' };
    const row = {
      ...logged,
      localValue: 2,
      remoteValue: 3,
      timestamp: new Date(conflict.at),
      resolved: false,
      notes: '',
    };
    expect(await shop.a.collection('conflict_logs').find().toArray()).toEqual([row]);
    const runs = await shop.a.collection('sync_logs').find().sort({ _id: 1 }).toArray();
    expect(runs).toEqual(
      [first, second].map((run) => ({
        _id: run.id,
        pair: 'shop',
        startTime: new Date(run.startTime),
        endTime: new Date(must(run.endTime, 'an end')),
        status: 'completed',
        trigger: 'manual',
        collections: ['orders'],
        localToRemote: { orders: 0 },
        remoteToLocal: { orders: 0 },
        conflicts: { orders: run === second ? 1 : 0 },
        durationSeconds: run.durationSeconds,
      })),
    );
    const settings = { autoSyncEnabled: true, syncIntervalMinutes: null, conflictResolutionStrategy: 'manual' };
    const config = { _id: 'shop', pair: 'shop', ...settings, collectionsToSync: null, maxRetries: 3, batchSize: 1000 };
    expect(await shop.a.collection('sync_config').find().toArray()).toEqual([config]);
    await shop.client.call('config.set', { pair: 'shop', values: { maxRetries: 5 } });
    await shop.client.call('pairs.edit', { pair: 'shop', options: { batchSize: 100 } });
    expect(await shop.a.collection('sync_config').findOne()).toEqual({ ...config, maxRetries: 5, batchSize: 100 });
    await shop.client.call('conflicts.resolve', { id: conflict.id, strategy: 'keep_local', notes: 'by phone' });
    expect(await shop.a.collection('conflict_logs').find().toArray()).toEqual([
      { ...row, resolved: true, notes: 'by phone' },
    ]);
    await shop.sync();
    expect((await shop.b.listCollections().toArray()).map(({ name }) => name)).toEqual(['orders']);
    expect(await shop.a.collection('sync_logs').countDocuments()).toBe(3);
  });

  test('[MO62] a conflict about a field and the order of all names the field', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const id = new ObjectId();
    await orders(shop.a).insertOne({ _id: id, b: 1, a: 2 });
    await orders(shop.b).insertOne({ _id: id, a: 1, b: 1 });
    await shop.add();
    await shop.sync();
    const [logged, ...more] = await shop.a.collection('conflict_logs').find().toArray();
    expect([logged, more]).toMatchObject([{ localId: id, field: 'a', localValue: 2, remoteValue: 1 }, []]);
  });

  test('[MO62] what cannot be reported is said and stops nothing, and is made up for', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const logs = shop.a.collection('sync_logs');
    await logs.createIndex({ status: 1 }, { unique: true });
    await shop.add();
    await shop.sync();
    const said: string[] = [];
    const heard = await shop.client.subscribe((event) => {
      if (event.name === 'log') said.push(event.data.message);
    });
    await orders(shop.a).insertOne({ item: 'pen' });
    expect(await shop.sync()).toMatchObject({ status: 'completed', written: { B: { insert: 1 } } });
    expect(await orders(shop.a).findOne()).toMatchObject(synced('local'));
    await expect.poll(() => said.join()).toContain('reports in the database of This computer could not be written');
    expect(await logs.countDocuments()).toBe(1);
    await logs.dropIndexes();
    await shop.sync();
    expect(await logs.countDocuments()).toBe(3);
    heard.close();
  });

  test('[MO63] removing the pair leaves the fields and the reports, and takes them away where that is asked for', async () => {
    const shop = await Shop.open(mongo, 'orders');
    await shop.a.collection('sync_logs').insertOne({ mine: true });
    await orders(shop.a).insertOne({ item: 'pen', syncStatus: 'pending' });
    await shop.add();
    await shop.sync();
    const kept = await shop.client.call('pairs.remove', { pair: 'shop' });
    expect(kept.notes.join(' ')).toMatch(/sync_logs, sync_config; --purge .* --unstamp/);
    expect(await orders(shop.a).findOne()).toMatchObject(synced('local'));
    await shop.add();
    const { notes } = await shop.client.call('pairs.remove', { pair: 'shop', purge: true, unstamp: true });
    expect(notes).toEqual([]);
    expect(
      await orders(shop.a)
        .find({}, { projection: { _id: 0 } })
        .toArray(),
    ).toEqual([{ item: 'pen' }]);
    expect((await shop.a.listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['orders', 'sync_logs']);
    expect(
      await shop.a
        .collection('sync_logs')
        .find({}, { projection: { _id: 0 } })
        .toArray(),
    ).toEqual([{ mine: true }]);
  });

  test('[MO63] the command says what it keeps, and takes it away', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const office = new CliOffice('');
    onTestFinished(() => office.close());
    await orders(shop.a).insertOne({ _id: 1 as never, item: 'pen' });
    const added = office.tandem('pair', 'add', 'shop', shop.urls.a, shop.urls.b, '--create', '--stamp', '--yes');
    expect([added.code, added.err]).toEqual([0, '']);
    expect(added.out).toMatch(
      /syncedAt, syncStatus and origin, which never travel[^]*conflict_logs, sync_logs and sync_config[^]*--purge/,
    );
    expect(office.tandem('sync', 'shop').code).toBe(0);
    expect(await orders(shop.a).findOne()).toMatchObject(synced('local'));
    const left = office.tandem('pair', 'edit', 'shop', '--no-stamp').out;
    expect(left).toMatch(
      /travel with the next sync\.\nTo take them out before that:\n.* pair edit shop --no-stamp --unstamp\n/,
    );
    expect(office.tandem('pair', 'edit', 'shop', '--no-stamp', '--unstamp').code).toBe(0);
    expect(await orders(shop.a).findOne()).toEqual({ _id: 1, item: 'pen' });
    expect(office.tandem('pair', 'remove', 'shop', '--purge', '--yes').code).toBe(0);
    expect((await shop.a.listCollections().toArray()).map(({ name }) => name)).toEqual(['orders']);
  });

  test('[MO64] the three collections are offered to no stamping pair, and refused where they are named', async () => {
    const shop = await Shop.open(mongo, 'orders', 'sync_logs');
    await expect(shop.add('shop', { collections: ['orders', 'sync_logs'] })).rejects.toMatchObject({ code: 'refused' });
    await shop.add();
    const shown = await shop.client.call('pairs.show', { pair: 'shop' });
    expect(shown.collections.map(({ name }) => name)).toEqual(['orders']);
    await shop.client.call('pairs.remove', { pair: 'shop', purge: true });
    await shop.add('shop', { options: {} });
    for (const turnOn of [
      () => shop.client.call('pairs.edit', { pair: 'shop', options: { stamp: true } }),
      () => shop.client.call('config.set', { pair: 'shop', values: { stamp: true } }),
    ])
      await expect(turnOn()).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('sync_logs') as string,
      });
    await shop.client.call('config.set', { pair: 'shop', values: { collectionsToSync: ['orders'] } });
    await shop.client.call('pairs.edit', { pair: 'shop', options: { stamp: true } });
    await expect(
      shop.client.call('config.set', { pair: 'shop', values: { collectionsToSync: null } }),
    ).rejects.toMatchObject({ code: 'refused' });
    // Nor does a pair that does not stamp take them along.
    const third = { name: 'other', a: shop.urls.a, b: mongo.url(mongo.newDatabase()), create: true, count: false };
    const { pair } = await shop.client.call('pairs.add', third);
    expect(pair.collections.map(({ name }) => name)).toEqual(['orders']);
    const named = { ...third, name: 'third', b: mongo.url(mongo.newDatabase()), collections: ['sync_logs'] };
    await expect(shop.client.call('pairs.add', named)).rejects.toMatchObject({ code: 'refused' });
  });

  test('[MO65] a second stamping pair on the same documents is refused, when it is added and when it is edited', async () => {
    const shop = await Shop.open(mongo, 'orders', 'notes');
    const third = mongo.url(mongo.newDatabase());
    await shop.add('shop', { collections: ['orders'] });
    const wanted = { name: 'other', a: third, b: shop.urls.b, create: true, collections: ['orders'] };
    const refusal = {
      code: 'pair-overlap',
      message:
        'Stamping the documents of other failed: the pair shop already stamps, and has orders of the same database.',
    };
    await expect(shop.client.call('pairs.add', { ...wanted, options: { stamp: true } })).rejects.toMatchObject(refusal);
    await shop.client.call('pairs.add', wanted);
    await expect(shop.client.call('pairs.edit', { pair: 'other', options: { stamp: true } })).rejects.toMatchObject(
      refusal,
    );
    await expect(shop.client.call('config.set', { pair: 'other', values: { stamp: true } })).rejects.toMatchObject(
      refusal,
    );
    await shop.client.call('pairs.add', { ...wanted, name: 'notes', collections: ['notes'], options: { stamp: true } });
    expect((await shop.client.call('pairs.list', {})).map(({ name }) => name).sort()).toEqual([
      'notes',
      'other',
      'shop',
    ]);
  });
}

await describeSharedMongo('reports, on a replica set', 'replica-set', reportingPairs);
await describeSharedMongo('reports, on a standalone server', 'standalone', reportingPairs);
