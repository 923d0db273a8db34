import { expect, test } from 'vitest';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { database, EnvFolder, names } from './env-support.ts';

await describeOwnMongo('collections that a .env pair does not take up', { kind: 'replica-set' }, (start) => {
  const server = start();
  server.catch(() => undefined);
  let made = 0;

  /** Two databases of one server, each used by its own program. */
  const fresh = async () => {
    const mongo = await server;
    const name = `temple${++made}`;
    const folder = new EnvFolder();
    const other = await start({ kind: 'standalone' });
    folder.write({ MONGODB_LOCAL_URL: mongo.url(), MONGODB_CLOUD_URL: other.url(), DATABASE_NAME: name });
    const [local, cloud] = await Promise.all([database(mongo.url(), name), database(other.url(), name)]);
    await local.collection('orders').insertOne({ name: 'rice' });
    return { folder, local, cloud, name };
  };

  test('[E114] [EN4] [E138] documents with something of their own: plan, run, status and doctor name the collection, why, and the command that takes it in', async () => {
    const { folder, local, cloud, name } = await fresh();
    await local.collection('adm').insertOne({ _id: 3 as never, name: 'mine', syncStatus: 'mine' });
    await cloud.collection('adm').insertOne({ _id: 4 as never, name: 'theirs' });
    expect(folder.tandem('config', 'set', 'stamp=true').code).toBe(0);
    const takeIn = `pair edit ${name} --add adm --keep-own`;
    const told = [
      'Not part of the pair, and not kept in step: adm',
      'adm: 1 document with something of its own in syncedAt, syncStatus or origin on This computer',
      takeIn,
      `pair edit ${name} --leave-out adm`,
    ];
    for (const command of ['plan', 'sync', 'status']) {
      const { code, out } = folder.tandem(command);
      expect([command, code, told.filter((text) => !out.includes(text))]).toEqual([command, 0, []]);
    }
    const doctor = folder.tandem('doctor').out;
    expect([takeIn, 'something of its own'].filter((text) => !doctor.includes(text))).toEqual([]);
    expect(folder.tandem(...takeIn.split(' ')).code).toBe(0);
    expect(folder.tandem('sync').out).not.toContain('Not part of the pair');
    expect(await names(cloud, 'adm')).toEqual(['mine', 'theirs']);
  });

  test('[E114] [EN4] one that expires on one side only, also where it appears later: named until it is taken in or left out', async () => {
    const { folder, local, cloud, name } = await fresh();
    expect(folder.tandem('sync').code).toBe(0);
    await local.collection('ses').insertOne({ name: 'here' });
    await local.collection('ses').createIndex({ at: 1 }, { expireAfterSeconds: 3600 });
    await cloud.collection('ses').insertOne({ name: 'there' });
    await cloud.collection('gifts').insertOne({ name: 'bell' });
    const before = folder.tandem('status').out;
    expect(before).toContain('New, and taken up by the next sync: gifts (on Remote only).');
    expect(before).toContain(`pair edit ${name} --add ses --expiry`);
    expect(folder.json('sync')).toMatchObject([
      {
        notInPair: [
          {
            collection: 'ses',
            field: null,
            side: null,
            why: expect.stringContaining('The index over at deletes records on This computer by itself') as string,
            agree: ['expiry'],
          },
        ],
      },
    ]);
    expect(folder.tandem('pair', 'edit', name, '--leave-out', 'ses').code).toBe(0);
    expect(folder.tandem('status').out).not.toContain('ses');
    expect(folder.tandem('pair', 'edit', name, '--add', 'ses', '--expiry').code).toBe(0);
    expect(folder.tandem('sync').code).toBe(0);
    expect(await names(cloud, 'ses')).toEqual(['here', 'there']);
  });

  test('[EN4] a rule can be set before the first plan and sync; where the collection is not known yet, it says what to do first', async () => {
    const { folder, local, cloud } = await fresh();
    for (const db of [local, cloud]) await db.createCollection('adm');
    expect(folder.tandem('status').code).toBe(0);
    expect(folder.tandem('config', 'set', 'collections.adm.uniqueFields=username').code).toBe(0);
    const early = folder.tandem('config', 'set', 'collections.orders.uniqueFields=username');
    expect([early.code, early.err]).toEqual([
      2,
      expect.stringMatching(/There are: adm\. .*what one side lacks by `.*sync`/),
    ]);
    folder.write({ MONGODB_LOCAL_URL: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300', DATABASE_NAME: 'other' });
    const away = folder.tandem('config', 'set', 'collections.adm.uniqueFields=username');
    expect([away.code, away.err]).toEqual([2, expect.stringMatching(/taken up by `.*plan`/)]);
    expect(away.err).not.toContain('There are');
  });

  test('[EN4] a view, a capped collection, a time series under the name of a collection of the other side: left out with the reason, everything else goes on', async () => {
    const { folder, local, cloud, name } = await fresh();
    await local.createCollection('seen', { viewOn: 'orders', pipeline: [] });
    await local.createCollection('log', { capped: true, size: 4096 });
    await local.createCollection('heat', { timeseries: { timeField: 'at' } });
    for (const each of ['seen', 'log', 'heat', 'gifts']) await cloud.collection(each).insertOne({ name: each });
    const why = 'seen: On This computer a view stands under this name (a view holds no documents of its own)';
    const plan = folder.tandem('plan').out;
    expect(plan).toContain(why);
    expect(plan).toContain('New: gifts is not on This computer yet');
    expect(plan).not.toMatch(/New: (seen|log|heat)/);
    const sync = folder.tandem('sync');
    expect([sync.code, sync.out]).toEqual([0, expect.stringContaining(why)]);
    expect(sync.out).toContain('log: On This computer something else stands under this name');
    expect([await names(cloud, 'orders'), await names(local, 'gifts')]).toEqual([['rice'], ['gifts']]);
    const status = folder.tandem('status').out;
    expect([why, `--leave-out heat log seen`].filter((text) => !status.includes(text))).toEqual([]);
    expect(folder.tandem('pair', 'edit', name, '--add', 'seen')).toMatchObject({
      code: 3,
      err: expect.stringContaining(why) as string,
    });
  });
});
