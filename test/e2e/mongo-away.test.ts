import { expect, test } from 'vitest';
import type { MongoOptions } from '../../build/test-servers/mongo-programs.ts';
import type { WireRun } from '../../shared/contract/run-shapes.ts';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { ended, orders, soon, TwoServers, type Shop } from './mongo-watch-support.ts';

const many = (from: number, count: number): { _id: number; item: string }[] =>
  Array.from({ length: count }, (_, i) => ({ _id: from + i, item: 'late' }));

/** In step with 110 orders; then B edits two of them, one of which A edits as well, and is gone. */
async function awayWithEdits(servers: TwoServers): Promise<Awaited<ReturnType<TwoServers['mortalShop']>>> {
  const { shop, far } = await servers.mortalShop();
  await orders(shop.a).insertMany(many(1000, 100));
  expect((await shop.office.start('sync').ended).code).toBe(0);
  await orders(shop.b).updateOne({ _id: 3 }, { $set: { item: 'of B' } });
  await shop.b.collection<{ _id: number }>('orders').updateOne({ _id: 4 }, { $set: { note: 'of B' } });
  await far.kill();
  return { shop, far };
}

/** What happens on A meanwhile, in one of several rounds: 300 come, 5 change and 2 go. */
async function round(shop: Shop, at: number): Promise<void> {
  await orders(shop.a).insertMany(many(2000 + at * 300, 300));
  await orders(shop.a).updateMany(
    { _id: { $gte: 1000 + at * 5, $lt: 1005 + at * 5 } },
    { $set: { item: `round ${at}` } },
  );
  await orders(shop.a).updateOne({ _id: 4 }, { $set: { item: `round ${at}` } });
  await orders(shop.a).deleteMany({ _id: { $in: [1050 + at, 1060 + at] } });
}

/** Everything is there once, under the edits of both, and was written once; `more` updates went each way since. */
async function expectAllOnce(shop: Shop, more = 0): Promise<void> {
  await shop.expectEqual();
  expect(await orders(shop.b).countDocuments()).toBe(10 + 100 + 900 - 6);
  expect(await orders(shop.a).findOne({ _id: 3 })).toEqual({ _id: 3, item: 'of B' });
  expect(await orders(shop.b).findOne({ _id: 4 })).toEqual({ _id: 4, item: 'round 2', note: 'of B' });
  expect(await orders(shop.b).countDocuments({ item: /^round/ })).toBe(16);
  const runs = shop.office.json('history') as readonly WireRun[];
  const sum = (side: 'A' | 'B', op: 'insert' | 'update' | 'delete'): number =>
    runs.reduce((all, { written }) => all + written[side][op], 0);
  expect([sum('B', 'insert'), sum('B', 'update'), sum('B', 'delete')]).toEqual([10 + 100 + 900, 16 + more, 6]);
  expect([sum('A', 'insert'), sum('A', 'update'), sum('A', 'delete')]).toEqual([0, 2 + more, 0]);
  expect(shop.office.json('conflicts', '--all')).toEqual([]);
  // An echo of what was written may have been noted for the next step; so a look, not the status.
  expect(shop.office.tandem('compare').code).toBe(0);
}

const windows: Readonly<Record<string, MongoOptions>> = {
  'and its history is whole': { kind: 'replica-set', syncOnCommit: true },
  'and the history is lost': { kind: 'replica-set', syncOnCommit: true, oplogEntries: 50 },
};
for (const [what, options] of Object.entries(windows))
  await describeOwnMongo(`a MongoDB server that was away for long, ${what}`, options, (start) => {
    const servers = new TwoServers(start);

    test('[E163] [E92] several syncs fail and say so; the first one after it is back carries everything, once', async () => {
      const { shop, far } = await awayWithEdits(servers);
      for (const at of [0, 1, 2]) {
        await round(shop, at);
        const { code, err } = await shop.office.start('sync').ended;
        expect(code).toBe(6);
        expect(err).toMatch(
          /^Opening mongodb:.* failed: no server listens at .*\nNothing was read or written\.\nStart the server/,
        );
      }
      const status = shop.office.tandem('status').out;
      expect(status).toMatch(/shop: Offline\./);
      await far.restart();
      const { code, out } = await shop.office.start('sync').ended;
      expect([code, out]).toEqual([0, expect.stringContaining('shop')]);
      await expectAllOnce(shop);
    });

    test('[E163] [E133] a watch says it once, and carries everything, once, when it is back', async () => {
      const { shop, far } = await awayWithEdits(servers);
      const watch = shop.office.start('watch');
      await expect.poll(() => watch.said(), soon).toContain('Watching goes on.');
      for (const at of [0, 1, 2]) await round(shop, at);
      await far.restart();
      await expect.poll(() => orders(shop.b).countDocuments(), soon).toBe(1004);
      await expect.poll(() => watch.said(), soon).toContain('both sides answer again');
      await expect.poll(() => orders(shop.a).findOne({ _id: 3 }), soon).toMatchObject({ item: 'of B' });
      await shop.expectBothWays('ink');
      expect(watch.said().match(/Watching goes on\./g)).toHaveLength(1);
      expect(await ended(watch)).toBe(130);
      await expectAllOnce(shop, 1);
    });
  });
