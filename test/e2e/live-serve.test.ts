import { describe, expect, it, onTestFinished, test } from 'vitest';
import { all } from '../contract/mongo-office.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { Office, shopRows, shopSchema, type Running } from './cli-support.ts';
import { orders, Shop, soon } from './mongo-watch-support.ts';

const two = (): Office => {
  const office = new Office(shopSchema, shopRows);
  onTestFinished(() => office.close());
  office.tandem('pair', 'add', 'shop', '--a', 'a.db', '--b', 'b.db');
  return office;
};
const bodies = (office: Office, path: string): unknown[] => office.rows(path, 'SELECT body FROM posts ORDER BY id');

async function served(office: Office): Promise<Running> {
  const running = office.start('serve', '--port', '0');
  await expect.poll(() => running.said(), soon).toContain('/#t=');
  return running;
}

const stop = async ({ pid, ended }: Running): Promise<number | null> => {
  process.kill(pid, 'SIGTERM');
  return (await ended).code;
};

describe('tandem serve with SQLite files', () => {
  it('[LV1] syncs at the start, carries what changes on either side, and takes a hint', async () => {
    const office = two();
    const serve = await served(office);
    await expect.poll(() => bodies(office, office.b), soon).toEqual([['first'], ['second']]);
    // The first run may still look once more, and would take the edits along.
    await expect.poll(() => office.json('status'), soon).toMatchObject([{ state: 'in-step' }]);
    office.sql(office.b, "UPDATE posts SET body='from B' WHERE id=1");
    await expect.poll(() => bodies(office, office.a), soon).toEqual([['from B'], ['second']]);
    office.sql(office.a, "INSERT INTO posts VALUES(3,1,'from A')");
    await expect.poll(() => bodies(office, office.b), soon).toEqual([['from B'], ['second'], ['from A']]);
    expect(office.json('status')).toMatchObject([{ state: 'in-step', paused: null }]);
    expect(await stop(serve)).toBe(143);
    const history = office.json('history') as readonly { readonly trigger: string }[];
    expect(new Set(history.map(({ trigger }) => trigger))).toEqual(new Set(['start', 'live']));
  });

  it('[LV2] a watch beside it tells what it does, and takes over when it ends', async () => {
    const office = two();
    const serve = await served(office);
    await expect.poll(() => bodies(office, office.b), soon).toHaveLength(2);
    const watch = office.start('watch');
    await expect.poll(() => watch.said(), soon).toContain('shop is kept in step by the engine that runs on this home');
    office.sql(office.a, "INSERT INTO posts VALUES(3,1,'told')");
    await expect.poll(() => watch.said(), soon).toContain('1 change to Remote (posts: 1 record)');
    const runs = office.json('history') as readonly unknown[];
    expect(runs).toHaveLength(2);
    expect(await stop(serve)).toBe(143);
    office.sql(office.a, "INSERT INTO posts VALUES(4,1,'taken over')");
    await expect.poll(() => bodies(office, office.b), soon).toHaveLength(4);
    await expect.poll(() => watch.said().match(/1 change to Remote/g)?.length, soon).toBe(2);
    expect(await stop(watch)).toBe(143);
  });

  it('[LV2] one that goes through a running engine has that one do it, and the next one after it', async () => {
    const office = two();
    const first = await served(office);
    const second = await served(office);
    await expect.poll(() => bodies(office, office.b), soon).toHaveLength(2);
    expect(await stop(first)).toBe(143);
    office.sql(office.a, "INSERT INTO posts VALUES(3,1,'of the second')");
    await expect.poll(() => bodies(office, office.b), soon).toHaveLength(3);
    expect(await stop(second)).toBe(143);
  });

  it('[LV1] a command that becomes host does nothing by itself', async () => {
    const office = two();
    expect(office.json('status')).toMatchObject([{ lastRun: null }]);
    expect(bodies(office, office.b)).toEqual([]);
  });
});

await describeSharedMongo('tandem serve with MongoDB', 'replica-set', (mongo) => {
  test('[LV1] carries what happens on either side', async () => {
    const shop = await Shop.open([mongo.url(mongo.newDatabase()), mongo.url(mongo.newDatabase())]);
    const serve = await served(shop.office);
    await expect.poll(() => orders(shop.b).countDocuments(), soon).toBe(10);
    await shop.expectBothWays('ink');
    await orders(shop.b).deleteOne({ _id: 9 });
    await expect.poll(() => orders(shop.a).findOne({ _id: 9 }), soon).toBeNull();
    expect(await stop(serve)).toBe(143);
    expect(await all(shop.a, 'orders')).toEqual(await all(shop.b, 'orders'));
  });

  test('[LV15] tandem network ends with 6 where a server does not answer, and status says what happens by itself', async () => {
    const [a, far] = [mongo.url(mongo.newDatabase()), new URL(mongo.url(mongo.newDatabase()))];
    const proxy = await tcpProxy(Number(far.port));
    onTestFinished(() => proxy.close());
    const straight = far.href;
    far.port = String(proxy.port);
    far.search = '?directConnection=true';
    const shop = await Shop.open([a, straight], [a, far.href]);
    const serve = await served(shop.office);
    await expect.poll(() => orders(shop.b).countDocuments(), soon).toBe(10);
    const asked = await shop.office.start('network').ended;
    expect([asked.code, asked.out]).toEqual([0, expect.stringContaining('Asked every 30 s')]);
    expect((await shop.office.start('status').ended).out).toContain('watched. Changes are carried as they happen');
    proxy.refuse(true);
    const away = await shop.office.start('network', 'shop').ended;
    expect([away.code, away.out]).toEqual([6, expect.stringContaining('does not answer')]);
    expect(await stop(serve)).toBe(143);
  });
});

describe('the end of tandem serve', () => {
  it('[LV1] comes after the running batch of a sync that runs by itself, and the next one goes on', async () => {
    const office = two();
    office.tandem('config', 'set', 'batchSize=10');
    office.sql(
      office.a,
      'WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i+1 FROM n WHERE i < 6000) INSERT INTO posts SELECT i, 1, i FROM n',
    );
    const serve = await served(office);
    await expect.poll(() => bodies(office, office.b).length, soon).toBeGreaterThan(20);
    expect(await stop(serve)).toBe(143);
    const reached = bodies(office, office.b).length;
    expect(reached).toBeLessThan(5000);
    expect(office.json('history', '--limit', '1')).toMatchObject([{ status: 'cancelled', trigger: 'start' }]);
    office.tandem('config', 'set', 'batchSize=1000');
    expect(office.tandem('sync').code).toBe(0);
    expect(bodies(office, office.b)).toHaveLength(5993);
  });
});
