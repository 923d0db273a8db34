import type { Document } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { refusingProxy } from '../support/refusing-proxy.ts';
import { ended, orders, Shop, soon } from './mongo-watch-support.ts';

const opensStream = ({ pipeline }: Document): boolean =>
  Array.isArray(pipeline) && pipeline.some((stage: Document) => '$changeStream' in stage);

await describeSharedMongo('a user who may not open change streams', 'replica-set', (mongo) => {
  /** The command goes to B by way of a proxy that refuses what the right would be for. */
  async function shop(mayAtFirst: boolean): Promise<{ readonly shop: Shop; readonly lose: () => void }> {
    const theirs = [mongo.url(mongo.newDatabase()), mongo.url(mongo.newDatabase())] as const;
    let may = mayAtFirst;
    const far = new URL(theirs[1]);
    const proxy = await refusingProxy(Number(far.port), (command) => !may && opensStream(command));
    onTestFinished(() => proxy.close());
    far.port = String(proxy.port);
    far.search = '?directConnection=true';
    return { shop: await Shop.open(theirs, [theirs[0], far.href]), lose: () => void (may = false) };
  }

  test('[MO5] [W11] is told so by status and watch, and every sync looks at all documents', async () => {
    const { shop: made } = await shop(false);
    const watch = await made.watching();
    expect(watch.said()).toContain('shop: looked at again and again');
    expect(watch.said()).toMatch(
      /Remote: looking through all records \(full scan\) at each sync: this user may not open change streams/,
    );
    await made.expectBothWays('ink');
    await orders(made.b).deleteOne({ _id: 9 });
    await expect.poll(() => orders(made.a).countDocuments(), soon).toBe(9);
    expect(await ended(watch)).toBe(130);
    await made.expectEqual();
    const status = await made.office.start('status').ended;
    expect(status.out).toMatch(/full scan.*this user may not open change streams/);
  });

  test('[MO5] [MO51] who loses the right between two syncs loses no edit: all is compared, and nothing is deleted for it', async () => {
    const { shop: made, lose } = await shop(true);
    expect(await made.office.start('sync').ended).toMatchObject({ code: 0 });
    await orders(made.a).updateOne({ _id: 1 }, { $set: { item: 'here' } });
    await orders(made.b).updateOne({ _id: 2 }, { $set: { item: 'there' } });
    await orders(made.b).deleteOne({ _id: 3 });
    lose();
    expect(await made.office.start('sync').ended).toMatchObject({ code: 0 });
    await made.expectEqual();
    expect(
      await orders(made.a)
        .find({ _id: { $lte: 3 } })
        .sort({ _id: 1 })
        .toArray(),
    ).toEqual([
      { _id: 0, item: 'pen' },
      { _id: 1, item: 'here' },
      { _id: 2, item: 'there' },
    ]);
    expect((await made.office.start('status').ended).out).toMatch(/this user may not open change streams/);
  });
});
