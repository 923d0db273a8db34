import type { Document } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { day, expectQuiet, orders, Shop, synced } from '../support/stamped-shop.ts';
import { Office as CliOffice } from './cli-support.ts';

const byHand = { syncStatus: 'returned by customer', syncedAt: '2019 by hand' };
/** Each in no form of a stamp. */
const ownValues: readonly Document[] = [
  byHand,
  { syncStatus: 'SYNCED' },
  { syncStatus: 'synced\n' },
  { syncStatus: ['synced'] },
  { syncStatus: { is: 'synced' } },
  { syncedAt: [day(1)] },
  { syncedAt: 1.5 },
  { origin: 'Italy', syncStatus: 'synced', syncedAt: day(1) },
  { origin: [null] },
];
const stamped: readonly Document[] = [
  { syncStatus: 'pending', syncedAt: null, origin: null },
  { syncedAt: day(1) },
  {},
];
const numbered = (all: readonly Document[], from = 0): Document[] =>
  all.map((own, i) => ({ _id: from + i, item: 'pen', ...own }));

const refusal = (...texts: readonly string[]): unknown =>
  expect.objectContaining({
    code: 'usage',
    message: expect.stringMatching(new RegExp(texts.join('[^]*'))) as string,
    next: 'Nothing was changed on either side.',
  });

function ownedDocuments(mongo: SharedMongo): void {
  const all = (db: Shop['a']): Promise<Document[]> => orders(db).find().sort({ _id: 1 }).toArray();

  test('[E138] a pair over documents with something of their own is added only where a person agrees, who is told how many and which', async () => {
    const shop = await Shop.open(mongo, 'orders');
    await orders(shop.a).insertMany(numbered([...ownValues, ...stamped]));
    await orders(shop.b).insertOne({ _id: 100 as never, item: 'ink', origin: 'Peru' });
    const before = [await all(shop.a), await all(shop.b)];
    const told = [
      'orders: 9 documents with something of their own in syncedAt, syncStatus or origin on This computer',
      'not stamped',
      String.raw`0 \(syncedAt: "2019 by hand", syncStatus: "returned by customer"\); 1 \(syncStatus: "SYNCED"\); 2 \(`,
      String.raw`1 document with something of its own[^.]*on Remote[^]*100 \(origin: "Peru"\)`,
    ];
    await expect(shop.add()).rejects.toEqual(refusal(...told));
    expect(await shop.client.call('pairs.list', {})).toEqual([]);
    const look = await shop.client.call('pairs.add', {
      name: 'shop',
      ...shop.urls,
      options: { stamp: true },
      dryRun: true,
    });
    expect(look.findings.filter(({ keepsOwn }) => keepsOwn).map(({ side }) => side)).toEqual(['A', 'B']);
    expect([await all(shop.a), await all(shop.b)]).toEqual(before);
    await shop.add('shop', { keepOwn: true });
    await shop.sync();
    const now = await all(shop.a);
    expect(now.slice(0, ownValues.length)).toEqual(numbered(ownValues));
    expect(now.slice(ownValues.length)).toMatchObject(
      [...stamped.map(() => 'local'), 'remote'].map((origin) => synced(origin)),
    );
    expect(await all(shop.b)).toEqual([
      ...now.slice(0, -1).map(({ _id }) => ({ _id: _id as unknown, item: 'pen' })),
      { _id: 100, item: 'ink', origin: 'Peru' },
    ]);
    await expectQuiet(shop, 'orders');
  });

  test('[E138] stamps are switched on for a pair that is in step only where a person agrees', async () => {
    const shop = await Shop.open(mongo, 'orders');
    for (const db of [shop.a, shop.b]) await orders(db).insertMany(numbered([byHand, {}]));
    await shop.add('shop', { options: {} });
    await shop.sync();
    const edit = { pair: 'shop', options: { stamp: true } };
    const told = refusal('1 document with something of its own', 'returned by customer');
    await expect(shop.client.call('pairs.edit', edit)).rejects.toEqual(told);
    await expect(shop.client.call('config.set', { pair: 'shop', values: { stamp: true } })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('tandem pair edit shop --stamp --keep-own') as string,
    });
    const { notes } = await shop.client.call('pairs.edit', { ...edit, dryRun: true });
    expect(notes.join(' ')).toContain('0 (syncedAt: "2019 by hand", syncStatus: "returned by customer")');
    expect((await shop.client.call('pairs.show', { pair: 'shop' })).options.stamp).toBe(false);
    await shop.client.call('pairs.edit', { ...edit, keepOwn: true });
    await shop.client.call('config.set', { pair: 'shop', values: { stamp: true } });
    await shop.sync();
    expect(await all(shop.a)).toEqual([
      { _id: 0, item: 'pen', ...byHand },
      { _id: 1, item: 'pen', ...synced('local') },
    ]);
    expect(await all(shop.b)).toEqual(numbered([byHand, {}]));
    await expectQuiet(shop, 'orders');
  });

  test('[E138] a collection that joins a pair that stamps is asked about likewise, and not taken up by itself', async () => {
    const shop = await Shop.open(mongo, 'orders');
    await shop.add('shop', { options: { stamp: true, newCollections: true } });
    for (const db of [shop.a, shop.b]) await db.collection('goods').insertOne({ _id: 1 as never, origin: 'Italy' });
    await shop.sync();
    const names = async (): Promise<string[]> =>
      (await shop.client.call('pairs.show', { pair: 'shop' })).collections.map(({ name }) => name);
    expect(await names()).toEqual(['orders']);
    const include = { pair: 'shop', add: ['goods'] };
    await expect(shop.client.call('pairs.include', include)).rejects.toEqual(refusal('goods: 1 document', 'Italy'));
    await shop.client.call('pairs.include', { ...include, keepOwn: true });
    await shop.sync();
    expect(await names()).toEqual(['orders', 'goods']);
    expect(await shop.a.collection('goods').findOne()).toEqual({ _id: 1, origin: 'Italy' });
  });

  test('[E137] a delete of such a document is a question on either side, and a decision carries it out', async () => {
    const shop = await Shop.open(mongo, 'orders');
    for (const db of [shop.a, shop.b]) await orders(db).insertMany(numbered([{}, {}]));
    await shop.add();
    await shop.sync();
    await orders(shop.a).updateOne({ _id: 0 as never }, { $set: { syncStatus: 'returned by customer' } });
    await orders(shop.b).updateOne({ _id: 1 as never }, { $set: { origin: 'Italy' } });
    await orders(shop.b).deleteOne({ _id: 0 as never });
    await orders(shop.a).deleteOne({ _id: 1 as never });
    await shop.sync();
    expect(await shop.statusOf(0)).toBe('returned by customer');
    expect(await shop.one('b', 1)).toEqual({ _id: 1, item: 'pen', origin: 'Italy' });
    const open = await shop.client.call('conflicts.list', {});
    const asked = { 'This computer': ['syncStatus', 'keep_remote'], Remote: ['origin', 'keep_local'] } as const;
    for (const [label, [field, strategy]] of Object.entries(asked)) {
      const text = `${label} keeps this record: it also holds ${field}, which is not part of the pair; deleting it would`;
      const { id } = must(
        open.find(({ reason }) => reason.startsWith(text)),
        text,
      );
      await shop.client.call('conflicts.resolve', { id, strategy });
    }
    expect([await all(shop.a), await all(shop.b)]).toEqual([[], []]);
  });

  test('[MO63] unstamp leaves all three fields to documents with something of their own, and says how many', async () => {
    const shop = await Shop.open(mongo, 'orders');
    await orders(shop.a).insertMany(numbered([...ownValues, ...stamped]));
    await shop.add('shop', { keepOwn: true });
    await shop.sync();
    const { notes } = await shop.client.call('pairs.remove', { pair: 'shop', purge: true, unstamp: true });
    expect(notes.join(' ')).toMatch(/^9 documents with something of their own .*keep all of these fields.*by hand/);
    const bare = stamped.map((_, i) => ({ _id: ownValues.length + i, item: 'pen' }));
    expect(await all(shop.a)).toEqual([...numbered(ownValues), ...bare]);
  });

  test('[E138] the command says it, refuses without --keep-own, and goes on with it', async () => {
    const shop = await Shop.open(mongo, 'orders');
    const office = new CliOffice('');
    onTestFinished(() => office.close());
    await orders(shop.a).insertOne({ _id: 1 as never, item: 'x', ...byHand });
    const add = ['pair', 'add', 'shop', shop.urls.a, shop.urls.b, '--create', '--stamp', '--no-input'];
    const refused = office.tandem(...add);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('add --keep-own')]);
    expect(refused.err).toContain('syncStatus: "returned by customer"');
    const added = office.tandem(...add, '--keep-own');
    expect([added.code, added.out]).toEqual([0, expect.stringContaining('It keeps that, and is not stamped')]);
    expect(office.tandem('sync', 'shop').code).toBe(0);
    const removed = office.tandem('pair', 'remove', 'shop', '--unstamp', '--yes');
    expect([removed.code, removed.out]).toEqual([0, expect.stringContaining('1 document with something of its own')]);
    expect(await orders(shop.a).findOne()).toEqual({ _id: 1, item: 'x', ...byHand });
    expect(await orders(shop.b).findOne()).toEqual({ _id: 1, item: 'x' });
  });
}

await describeSharedMongo('values of their own under stamps, on a replica set', 'replica-set', ownedDocuments);
await describeSharedMongo('values of their own under stamps, on a standalone server', 'standalone', ownedDocuments);
