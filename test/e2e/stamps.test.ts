import { Int32, Long, ObjectId, type Document } from 'bson';
import { MongoClient, type Collection, type Db } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import type { Connector, OpenOptions } from '../../electron/engine/port/connector.ts';
import type { Connection } from '../../electron/api/connect.ts';
import type { WireRun } from '../../shared/contract/run-shapes.ts';
import { must } from '../../shared/lib/assert.ts';
import { Office } from '../contract/home-support.ts';
import { tappedConnector, type Tap } from '../support/tapped.ts';
import { Office as CliOffice } from './cli-support.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';

/** Two databases of one server, a home, and an application that writes to both. */
class Shop {
  readonly urls: { readonly a: string; readonly b: string };
  readonly a: Db;
  readonly b: Db;
  readonly client: Connection;

  private constructor(mongo: SharedMongo, [a, b]: readonly [string, string], server: MongoClient, client: Connection) {
    this.urls = { a: mongo.url(a), b: mongo.url(b) };
    this.a = server.db(a);
    this.b = server.db(b);
    this.client = client;
  }

  static async open(mongo: SharedMongo, ...names: readonly string[]): Promise<Shop> {
    return Shop.tapped(mongo, () => undefined, ...names);
  }

  /** `tap` is told of each call to the database of this computer. */
  static async tapped(mongo: SharedMongo, tap: Tap, ...names: readonly string[]): Promise<Shop> {
    const databases = [mongo.newDatabase(), mongo.newDatabase()] as const;
    const server = await new MongoClient(mongo.url('admin')).connect();
    onTestFinished(() => server.close());
    const url = mongo.url(databases[0]);
    const open = async (options: OpenOptions): Promise<Connector> => {
      const connector = await mongodbKind.open(options);
      return options.url === url ? tappedConnector(connector, 'A', tap) : connector;
    };
    const office = new Office();
    const client = await office.connect({ kinds: [{ ...mongodbKind, open }] });
    const shop = new Shop(mongo, databases, server, client);
    for (const db of [shop.a, shop.b]) for (const name of names) await db.createCollection(name);
    return shop;
  }

  async add(name = 'shop', more: Record<string, unknown> = {}): Promise<void> {
    await this.client.call('pairs.add', { name, ...this.urls, options: { stamp: true }, ...more });
  }

  sync(pair = 'shop'): Promise<WireRun> {
    return this.client.call('runs.start', { pair });
  }

  one(side: 'a' | 'b', id: unknown, collection = 'orders'): Promise<Document | null> {
    return this[side].collection(collection).findOne({ _id: id as ObjectId });
  }

  /** A document of A without its stamps, and the stamps. */
  async split(id: unknown): Promise<{ record: Document; stamps: Document }> {
    const { syncedAt, syncStatus, origin, ...record } = must(await this.one('a', id), 'the document');
    return { record, stamps: { syncedAt, syncStatus, origin } };
  }

  async statusOf(id: unknown): Promise<unknown> {
    return (await this.one('a', id))?.['syncStatus'];
  }
}

/** A further sync writes nothing, to whatever document or field. */
async function expectQuiet(shop: Shop, ...collections: readonly string[]): Promise<void> {
  const look = async (): Promise<string> => {
    const found: unknown[] = [];
    for (const db of [shop.a, shop.b])
      for (const name of collections) found.push(await db.collection(name).find().sort({ _id: 1 }).toArray());
    return JSON.stringify(found);
  };
  const before = await look();
  const { written } = await shop.sync();
  const none = { insert: 0, update: 0, delete: 0 };
  expect(written).toEqual({ A: none, B: none });
  expect(await look()).toBe(before);
}

const synced = (origin: string): Document => ({ origin, syncStatus: 'synced', syncedAt: expect.any(Date) as Date });
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
const orders = (db: Db): Collection => db.collection('orders');

function stampedPairs(mongo: SharedMongo): void {
  test('[MO60] documents tell how far they are in step: pushed, pulled, edited, deleted', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const [mine, theirs] = [new ObjectId(), new ObjectId()];
    await orders(shop.a).insertOne({ _id: mine, item: 'pen', origin: 'local', syncStatus: 'pending', n: 1 });
    await orders(shop.b).insertOne({ _id: theirs, item: 'ink', syncStatus: 'of b' });
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
    expect(await shop.one('b', theirs)).toEqual({ _id: theirs, item: 'inks', syncStatus: 'of b', updatedAt: day(2) });
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
    await orders(shop.a).updateOne({ _id: id }, { $set: { syncStatus: 'pending', origin: 'x', syncedAt: null } });
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
