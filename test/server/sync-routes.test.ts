import { renameSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Office } from '../contract/home-support.ts';
import { Served } from './server-support.ts';
import { completed, date, post } from './sync-support.ts';

const schema =
  'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, score REAL); CREATE TABLE posts(id INTEGER PRIMARY KEY, body TEXT);';

/** A pair of two real files behind a server, not synced yet. */
async function shop() {
  const bench = new Office();
  const a = bench.sql(
    'a.db',
    `${schema} INSERT INTO admins VALUES(1,'john',1.5); INSERT INTO posts VALUES(1,'first');`,
  );
  const b = bench.sql('b.db', `${schema} INSERT INTO admins VALUES(2,'mary',NULL);`);
  const engine = await bench.connect();
  await engine.call('pairs.add', { name: 'shop', a, b });
  return { bench, engine, a, b, served: await Served.start({ engine }) };
}

/** The same with one clash of unique values, after the first sync. */
async function clashing() {
  const world = await shop();
  await world.served.json('/api/sync/sync', post());
  world.bench.sql('a.db', "INSERT INTO admins VALUES(5,'ann',2)");
  world.bench.sql('b.db', "INSERT INTO admins VALUES(6,'ann',3)");
  await world.served.json('/api/sync/sync', post());
  const [clash] = (await world.served.json('/api/sync/conflicts')) as readonly { readonly _id: number }[];
  return { ...world, id: clash?._id ?? 0 };
}

describe('/api/sync', () => {
  it('[SV20] POST /sync syncs, and every collection stands in all three maps', async () => {
    const { served, bench } = await shop();
    expect(await served.json('/api/sync/sync', post())).toEqual(completed);
    expect(bench.rows('b.db', 'SELECT * FROM admins')).toHaveLength(2);
    expect(await served.json('/api/sync/sync', post({ collections: ['posts'] }))).toEqual({
      ...completed,
      collections: ['posts'],
      localToRemote: { posts: 0 },
      remoteToLocal: { posts: 0 },
      conflicts: { posts: 0 },
    });
  });

  it('[SV20] GET /status before and after a sync', async () => {
    const { served } = await shop();
    const never = { lastSyncTime: null, lastSyncStatus: null, lastSyncDuration: null, isSyncing: false };
    const counts = { totalSyncsCompleted: 0, totalConflicts: 0, unresolvedConflicts: 0 };
    await expect.poll(() => served.json('/api/sync/status')).toEqual({ ...never, ...counts, isOnline: true });
    await served.json('/api/sync/sync', post());
    expect(await served.json('/api/sync/status')).toEqual({
      ...counts,
      lastSyncTime: date,
      lastSyncStatus: 'completed',
      lastSyncDuration: expect.any(Number),
      totalSyncsCompleted: 1,
      isOnline: true,
      isSyncing: false,
    });
  });

  it('[SV20] GET /conflicts lists a clash with both records, and filters', async () => {
    const { served, id: _id } = await clashing();
    const clash = {
      _id,
      collection: 'admins',
      localId: '5',
      remoteId: '6',
      field: 'username',
      localValue: 'ann',
      remoteValue: 'ann',
      timestamp: date,
      resolved: false,
      notes: '',
    };
    for (const query of ['', '?resolved=false', '?collection=admins', '?pair=shop'])
      expect(await served.json(`/api/sync/conflicts${query}`)).toEqual([clash]);
    for (const query of ['?resolved=true', '?collection=posts'])
      expect(await served.json(`/api/sync/conflicts${query}`)).toEqual([]);
  });

  it('[SV20] two edits show the value of each side as scripts know it', async () => {
    const { served, bench } = await shop();
    await served.json('/api/sync/sync', post());
    bench.sql('a.db', 'UPDATE admins SET score=2.5 WHERE id=1; UPDATE posts SET body=NULL WHERE id=1');
    bench.sql('b.db', "UPDATE admins SET score=3 WHERE id=1; UPDATE posts SET body='b' WHERE id=1");
    await served.json('/api/sync/sync', post());
    expect(await served.json('/api/sync/conflicts')).toMatchObject([
      { localId: '1', remoteId: '1', field: 'score', localValue: 2.5, remoteValue: 3 },
      { localId: '1', remoteId: '1', field: 'body', localValue: null, remoteValue: 'b' },
    ]);
    await served.json('/api/sync/conflicts/1/resolve', post({ strategy: 'merge', newValue: 4.5 }));
    await served.json('/api/sync/conflicts/2/resolve', post({ strategy: 'merge', newValue: { id: 1, body: 'both' } }));
    for (const name of ['a.db', 'b.db'])
      expect([
        ...bench.rows(name, 'SELECT score FROM admins WHERE id=1'),
        ...bench.rows(name, 'SELECT body FROM posts WHERE id=1'),
      ]).toEqual([{ score: 4.5 }, { body: 'both' }]);
  });

  it('[SV20] POST /conflicts/{id}/resolve says what was done; again it is 409, an unknown one 404', async () => {
    const { served, bench, id } = await clashing();
    const body = { strategy: 'rename_local', newValue: 'ann_2', notes: 'agreed by phone' };
    expect(await served.json(`/api/sync/conflicts/${id}/resolve`, post(body))).toEqual({
      success: true,
      message: expect.stringMatching(/\S/),
      conflict_id: id,
      resolved_by: expect.stringMatching(/\S/),
      resolved_at: date,
    });
    await served.json('/api/sync/sync', post());
    for (const name of ['a.db', 'b.db'])
      expect(bench.rows(name, "SELECT username FROM admins WHERE username LIKE 'ann%' ORDER BY id")).toEqual([
        { username: 'ann_2' },
        { username: 'ann' },
      ]);
    expect(await served.json('/api/sync/conflicts?resolved=true')).toMatchObject([
      { _id: id, resolved: true, notes: 'agreed by phone' },
    ]);
    const again = { ...post(body), status: 409 };
    expect(await served.json(`/api/sync/conflicts/${id}/resolve`, again)).toMatchObject({ code: 'already-resolved' });
    for (const other of ['99', '0', 'x', '-1'])
      expect(await served.json(`/api/sync/conflicts/${other}/resolve`, { ...post(body), status: 404 })).toMatchObject({
        code: 'not-found',
      });
  });

  it('[SV20] a resolution that is refused changes nothing', async () => {
    const { served, bench, id } = await clashing();
    const to = `/api/sync/conflicts/${id}/resolve`;
    expect(await served.json(to, { ...post({ strategy: 'keep_both_sides' }), status: 400 })).toMatchObject({
      code: 'usage',
    });
    expect(await served.json(to, { ...post({ strategy: 'merge', value: 1 }), status: 400 })).toMatchObject({
      code: 'usage',
    });
    const taken = post({ strategy: 'rename_local', newValue: 'mary' });
    expect((await served.ask(to, taken)).status).toBe(409);
    expect(bench.rows('a.db', 'SELECT username FROM admins WHERE id=5')).toEqual([{ username: 'ann' }]);
    expect(await served.json('/api/sync/conflicts?resolved=false')).toHaveLength(1);
  });

  it('[SV20] GET /logs has the newest first, failed ones included, and no decisions', async () => {
    const { served, bench, b, id } = await clashing();
    await served.json(`/api/sync/conflicts/${id}/resolve`, post({ strategy: 'rename_local' }));
    renameSync(b, `${b}.away`);
    expect((await served.ask('/api/sync/sync', post())).status).toBe(502);
    renameSync(`${b}.away`, b);
    const logs = (await served.json('/api/sync/logs')) as readonly object[];
    expect(logs.map((each) => ({ ...completed, ...each }))).toEqual(logs);
    expect(logs).toMatchObject([{ status: 'failed' }, { conflicts: { admins: 1 } }, completed]);
    expect(Object.keys(logs[0] ?? {})).toEqual(Object.keys(completed));
    expect(await served.json('/api/sync/logs?limit=2')).toHaveLength(2);
    expect((await served.ask('/api/sync/logs?limit=0')).status).toBe(400);
    expect(bench.rows('a.db', 'SELECT count(*) AS n FROM posts')).toEqual([{ n: 1 }]);
  });

  it('[SV20] GET and PUT /config have six keys, and a wrong one changes nothing', async () => {
    const { served } = await shop();
    const config = {
      autoSyncEnabled: true,
      syncIntervalMinutes: null,
      conflictResolutionStrategy: 'manual',
      collectionsToSync: null,
      maxRetries: 3,
      batchSize: 1000,
    };
    expect(await served.json('/api/sync/config')).toEqual(config);
    const change = { syncIntervalMinutes: 5, collectionsToSync: ['posts'] };
    expect(await served.json('/api/sync/config', { method: 'PUT', body: change })).toEqual({ ...config, ...change });
    for (const wrong of [{ batchSiz: 5 }, { batchSize: 0 }, { marker: true }, { maxRetries: 'many' }])
      expect(
        await served.json('/api/sync/config', {
          method: 'PUT',
          body: { autoSyncEnabled: false, ...wrong },
          status: 400,
        }),
      ).toMatchObject({ code: 'config-invalid', next: 'Nothing was changed.' });
    expect(await served.json('/api/sync/config')).toEqual({ ...config, ...change });
  });

  it('[SV21] GET /network-status tells whether both sides are there', async () => {
    const { served, engine } = await shop();
    await engine.call('network.start', {});
    await expect
      .poll(() => served.json('/api/sync/network-status'))
      .toEqual({
        is_running: true,
        is_online: true,
        last_check: date,
        check_interval_seconds: 30,
      });
  });

  it('[SV22] is about the only pair, or the named one; with several one has to be named', async () => {
    const { served, bench, engine } = await shop();
    expect((await served.ask('/api/sync/status?pair=shap')).status).toBe(404);
    expect((await served.ask('/api/sync/status?colour=red')).status).toBe(400);
    const [c, d] = [bench.sql('c.db', schema), bench.sql('d.db', schema)];
    await engine.call('pairs.add', { name: 'other', a: c, b: d });
    expect(await served.json('/api/sync/config', { status: 400 })).toMatchObject({
      code: 'usage',
      hint: 'Add ?pair=NAME: shop, other.',
    });
    expect((await served.ask('/api/sync/config?pair=other')).status).toBe(200);
    const own = await Served.start({ engine, ownPair: 'other' });
    expect(await own.json('/api/sync/sync', post())).toMatchObject({ localToRemote: { admins: 0 } });
  });

  it('[SV22] without any pair it is 409', async () => {
    const served = await Served.start({ engine: await new Office().connect() });
    expect(await served.json('/api/sync/status', { status: 409 })).toMatchObject({ code: 'not-configured' });
  });
});
