import type { Document } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { orders, Shop, synced } from '../support/stamped-shop.ts';
import { Desk } from '../unit/cli-desk.ts';

const own: Document = { _id: 1, item: 'x', syncStatus: 'returned by customer' };
const question = 'Shall these documents keep what they hold, and go without stamps?';
const shown = '1 (syncStatus: "returned by customer")';

function askedPairs(mongo: SharedMongo): void {
  async function opened(): Promise<{ shop: Shop; desk: Desk }> {
    const shop = await Shop.open(mongo, 'orders');
    const desk = new Desk();
    onTestFinished(() => desk.close());
    await orders(shop.a).insertOne({ ...own });
    return { shop, desk };
  }

  test('[E138] a person who adds a pair sees it and is asked, and a no leaves nothing behind', async () => {
    const { shop, desk } = await opened();
    const add = ['pair', 'add', 'shop', shop.urls.a, shop.urls.b, '--stamp', '--no-marker'];
    const no = await desk.person(['n'], ...add);
    expect(no.said).toContain(shown);
    expect(no.said).toContain(question);
    expect(no.said).toContain('The pair was not added.');
    const yes = await desk.person(['y', 'y'], ...add);
    expect([yes.asked, yes.said]).toEqual([2, expect.stringContaining('Added shop')]);
    await desk.script('sync', 'shop');
    expect(await orders(shop.a).findOne()).toEqual(own);
  });

  test('[E138] a person who switches stamps on is asked, and a no changes nothing', async () => {
    const { shop, desk } = await opened();
    await desk.script('pair', 'add', 'shop', shop.urls.a, shop.urls.b, '--no-input');
    await desk.script('sync', 'shop');
    const no = await desk.person(['n'], 'pair', 'edit', 'shop', '--stamp');
    expect(no.said).toContain(shown);
    expect(no.said).toContain('Nothing was changed.');
    expect((await desk.script('pair', 'show', 'shop', '--json')).said).toContain('"stamp": false');
    const refused = await desk.script('pair', 'edit', 'shop', '--stamp');
    expect([refused.code, refused.said]).toEqual([2, expect.stringContaining('--keep-own')]);
    const yes = await desk.person(['y'], 'pair', 'edit', 'shop', '--stamp');
    expect([yes.asked, yes.said]).toEqual([1, expect.stringContaining('Changed shop.')]);
    expect(yes.said).toContain('Where a document already says such a thing it is written anew');
    await orders(shop.b).insertOne({ _id: 2 as never, item: 'y' });
    await desk.script('sync', 'shop');
    expect(await orders(shop.a).find().sort({ _id: 1 }).toArray()).toEqual([
      own,
      { _id: 2, item: 'y', ...synced('remote') },
    ]);
  });

  test('[E138] a person who takes a collection in sees it before the question, and agrees to it with the rest', async () => {
    const { shop, desk } = await opened();
    await desk.script('pair', 'add', 'shop', shop.urls.a, shop.urls.b, '--stamp', '--keep-own', '--no-input');
    for (const db of [shop.a, shop.b]) await db.collection('goods').insertOne({ _id: 1 as never, origin: 'Italy' });
    const add = ['pair', 'edit', 'shop', '--add', 'goods'];
    const refused = await desk.script(...add);
    expect([refused.code, refused.said]).toEqual([2, expect.stringContaining('add --keep-own')]);
    const yes = await desk.person(['y'], ...add);
    expect([yes.asked, yes.said]).toEqual([1, expect.stringContaining('1 (origin: "Italy")')]);
    await desk.script('sync', 'shop');
    expect(await shop.a.collection('goods').findOne()).toEqual({ _id: 1, origin: 'Italy' });
    for (const db of [shop.a, shop.b]) await db.collection('wares').insertOne({ _id: 1 as never, origin: 'Peru' });
    const added = await desk.script('pair', 'edit', 'shop', '--add', 'wares', '--keep-own');
    expect([added.code, added.said]).toEqual([0, expect.stringContaining('1 (origin: "Peru")')]);
  });
}

await describeSharedMongo('who is asked about values of their own under stamps', 'replica-set', askedPairs);
