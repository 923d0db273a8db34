import { ObjectId, type Db } from 'mongodb';
import { expect, test } from 'vitest';
import { all, MongoOffice } from '../contract/mongo-office.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { Served } from './server-support.ts';
import { completed, date, post } from './sync-support.ts';

const soon = { timeout: 20_000 };

interface Admin {
  readonly _id: ObjectId;
  readonly username?: string;
  readonly seen?: Date;
  readonly score?: number;
}
const admins = (db: Db) => db.collection<Admin>('admins');
const [john, mary, annHere, annThere] = Array.from({ length: 4 }, () => new ObjectId()) as [
  ObjectId,
  ObjectId,
  ObjectId,
  ObjectId,
];

/** A pair of two real databases behind a server, not synced yet. */
async function shop(mongo: SharedMongo) {
  const bench = new MongoOffice(mongo);
  for (const db of bench.both) await admins(db).createIndex({ username: 1 }, { unique: true });
  await admins(bench.a).insertOne({ _id: john, username: 'john', score: 1.5 });
  await bench.a.collection('posts').insertOne({ body: 'first' });
  await bench.b.createCollection('posts');
  await admins(bench.b).insertOne({ _id: mary, username: 'mary' });
  await bench.add();
  const engine = await bench.client();
  await engine.call('network.start', {});
  return { bench, served: await Served.start({ engine }) };
}

/** The same with one clash of unique values and one record that both changed, after the first sync. */
async function disputed(mongo: SharedMongo) {
  const world = await shop(mongo);
  await world.served.json('/api/sync/sync', post());
  const { a, b } = world.bench;
  await admins(a).insertOne({ _id: annHere, username: 'ann' });
  await admins(b).insertOne({ _id: annThere, username: 'ann' });
  await admins(a).updateOne({ _id: john }, { $set: { seen: new Date('2026-01-02T03:04:05.678Z') } });
  await admins(b).updateOne({ _id: john }, { $set: { seen: new Date('2026-02-02T00:00:00.000Z') } });
  await world.served.json('/api/sync/sync', post());
  const conflicts = (await world.served.json('/api/sync/conflicts')) as readonly { _id: number; field: string }[];
  const idOf = (field: string): number => conflicts.find((each) => each.field === field)?._id ?? 0;
  return { ...world, conflicts, clash: idOf('username'), edits: idOf('seen') };
}

await describeSharedMongo('/api/sync with MongoDB', 'replica-set', (mongo) => {
  test('[SV20] POST /sync, GET /status and GET /logs have exactly their fields', async () => {
    const { bench, served } = await shop(mongo);
    const never = { lastSyncTime: null, lastSyncStatus: null, lastSyncDuration: null, isSyncing: false };
    const counts = { totalSyncsCompleted: 0, totalConflicts: 0, unresolvedConflicts: 0 };
    await expect.poll(() => served.json('/api/sync/status'), soon).toEqual({ ...never, ...counts, isOnline: true });
    expect(await served.json('/api/sync/sync', post())).toEqual(completed);
    expect(await all(bench.a, 'admins')).toEqual(await all(bench.b, 'admins'));
    const posts = { ...completed, collections: ['posts'], localToRemote: { posts: 0 }, remoteToLocal: { posts: 0 } };
    expect(await served.json('/api/sync/sync', post({ collections: ['posts'] }))).toEqual({
      ...posts,
      conflicts: { posts: 0 },
    });
    expect(await served.json('/api/sync/status')).toEqual({
      ...counts,
      lastSyncTime: date,
      lastSyncStatus: 'completed',
      lastSyncDuration: expect.any(Number),
      totalSyncsCompleted: 2,
      isOnline: true,
      isSyncing: false,
    });
    const logs = (await served.json('/api/sync/logs')) as readonly object[];
    expect(logs).toHaveLength(2);
    expect(logs[1]).toEqual(completed);
    expect(await served.json('/api/sync/logs?limit=1')).toEqual([logs[0]]);
    expect((await served.ask('/api/sync/sync', post({ collection: ['posts'] }))).status).toBe(400);
  });

  test('[SV20] GET /conflicts tells object ids and dates as scripts know them', async () => {
    const { served, conflicts, clash, edits } = await disputed(mongo);
    const rest = { collection: 'admins', timestamp: date, resolved: false, notes: '' };
    const theClash = {
      ...rest,
      _id: clash,
      localId: annHere.toHexString(),
      remoteId: annThere.toHexString(),
      field: 'username',
      localValue: 'ann',
      remoteValue: 'ann',
    };
    const theEdits = {
      ...rest,
      _id: edits,
      localId: john.toHexString(),
      remoteId: john.toHexString(),
      field: 'seen',
      localValue: '2026-01-02T03:04:05.678Z',
      remoteValue: '2026-02-02T00:00:00.000Z',
    };
    expect(conflicts).toHaveLength(2);
    expect(conflicts).toEqual(expect.arrayContaining([theClash, theEdits]));
    expect(await served.json('/api/sync/conflicts?resolved=true')).toEqual([]);
    expect(await served.json('/api/sync/conflicts?collection=posts')).toEqual([]);
  });

  test('[SV20] POST /conflicts/{id}/resolve writes what was decided; again it is 409, an unknown one 404', async () => {
    const { bench, served, clash, edits } = await disputed(mongo);
    const to = (id: number | string): string => `/api/sync/conflicts/${id}/resolve`;
    expect((await served.ask(to(clash), post({ strategy: 'rename_local', newValue: 'mary' }))).status).toBe(409);
    expect((await served.ask(to(clash), post({ strategy: 'merge' }))).status).toBe(409);
    const rename = post({ strategy: 'rename_local', newValue: 'ann_2', notes: 'by phone' });
    expect(await served.json(to(clash), rename)).toEqual({
      success: true,
      message: expect.stringMatching(/\S/),
      conflict_id: clash,
      resolved_by: expect.stringMatching(/\S/),
      resolved_at: date,
    });
    await served.json(to(edits), post({ strategy: 'keep_remote' }));
    await served.json('/api/sync/sync', post());
    const ends = [
      { _id: john, username: 'john', seen: new Date('2026-02-02T00:00:00.000Z') },
      { _id: annHere, username: 'ann_2' },
      { _id: annThere, username: 'ann' },
    ];
    for (const db of bench.both)
      for (const { _id, ...fields } of ends) expect(await admins(db).findOne({ _id })).toMatchObject(fields);
    expect(await all(bench.a, 'admins')).toEqual(await all(bench.b, 'admins'));
    expect(await served.json(to(clash), { ...rename, status: 409 })).toMatchObject({ code: 'already-resolved' });
    expect(await served.json(to('99'), { ...rename, status: 404 })).toMatchObject({ code: 'not-found' });
    const resolved = await served.json('/api/sync/conflicts?resolved=true');
    expect(resolved).toHaveLength(2);
    expect(resolved).toEqual(
      expect.arrayContaining([expect.objectContaining({ _id: clash, resolved: true, notes: 'by phone' })]),
    );
  });

  test('[SV20] [SV21] GET /network-status, GET and PUT /config have exactly their fields', async () => {
    const { served } = await shop(mongo);
    const network = { is_running: true, is_online: true, last_check: date, check_interval_seconds: 30 };
    await expect.poll(() => served.json('/api/sync/network-status'), soon).toEqual(network);
    const config = {
      autoSyncEnabled: true,
      syncIntervalMinutes: null,
      conflictResolutionStrategy: 'manual',
      collectionsToSync: null,
      maxRetries: 3,
      batchSize: 1000,
    };
    expect(await served.json('/api/sync/config')).toEqual(config);
    const put = (body: object, status = 200) => served.json('/api/sync/config', { method: 'PUT', body, status });
    expect(await put({ batchSize: 100 })).toEqual({ ...config, batchSize: 100 });
    expect(await put({ batchSize: 1001 }, 400)).toMatchObject({ code: 'config-invalid', next: 'Nothing was changed.' });
    expect(await served.json('/api/sync/config')).toEqual({ ...config, batchSize: 100 });
  });
});
