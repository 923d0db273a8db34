import { MongoClient, type Db } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { Office } from './home-support.ts';
import { all } from './mongo-office.ts';

interface Order {
  readonly _id: number;
  readonly of: string;
}

const two: Order[] = [
  { _id: 1, of: 'ann' },
  { _id: 2, of: 'ben' },
];

async function opened(url: string): Promise<Db> {
  const client = await new MongoClient(url).connect();
  onTestFinished(() => client.close());
  return client.db();
}

await describeOwnMongo('an address of a standalone MongoDB', { kind: 'standalone' }, (start) => {
  test('[MO73] [E40] that leads to the other side by now is one database, and nothing is asked once it leads back', async () => {
    const [here, there] = [await start(), await start()];
    const proxy = await tcpProxy(here.port);
    onTestFinished(() => proxy.close());
    const [a, b] = [await opened(here.url('shop')), await opened(there.url('shop'))];
    await a.collection<Order>('orders').insertMany(two);
    const client = await new Office().connect();
    const addresses = { a: here.url('shop', { through: proxy.port }), b: there.url('shop') };
    await client.call('pairs.add', { name: 'shop', ...addresses, create: true });
    await client.call('runs.start', { pair: 'shop' });

    proxy.leadTo(there.port);
    await b.collection<Order>('orders').updateOne({ _id: 1 }, { $set: { of: 'bea' } });
    await expect(client.call('runs.start', { pair: 'shop' })).rejects.toMatchObject({ code: 'same-database' });
    await expect(client.call('receipts.compare', { pair: 'shop' })).rejects.toMatchObject({ code: 'same-database' });

    proxy.leadTo(here.port);
    const run = await client.call('runs.start', { pair: 'shop' });
    expect([run.brakes, run.remoteToLocal]).toEqual([[], { orders: 1 }]);
    expect(await a.collection<Order>('orders').findOne({ _id: 1 })).toEqual({ _id: 1, of: 'bea' });
  });

  test('[MO73] [MO53] that leads to a third one by now asks for each collection that differs, and nothing is written', async () => {
    const [here, there, third] = [await start(), await start(), await start()];
    const proxy = await tcpProxy(here.port);
    onTestFinished(() => proxy.close());
    const [b, c] = [await opened(there.url('shop')), await opened(third.url('shop'))];
    await (await opened(here.url('shop'))).collection<Order>('orders').insertMany(two);
    await c.collection<Order>('orders').insertOne({ _id: 3, of: 'cid' });
    const client = await new Office().connect();
    const addresses = { a: here.url('shop', { through: proxy.port }), b: there.url('shop') };
    await client.call('pairs.add', { name: 'shop', ...addresses, create: true });
    await client.call('runs.start', { pair: 'shop' });

    proxy.leadTo(third.port);
    const run = await client.call('runs.start', { pair: 'shop' });
    expect(run.brakes.map(({ kind, side, collection }) => [kind, side, collection])).toEqual([
      ['replaced', 'A', 'orders'],
    ]);
    expect(await all(b, 'orders')).toEqual(two);
    expect(await all(c, 'orders')).toEqual([{ _id: 3, of: 'cid' }]);
  });

  test('[MO73] by another name than the one of the other side makes no pair', async () => {
    const server = await start();
    const proxy = await tcpProxy(server.port);
    onTestFinished(() => proxy.close());
    const client = await new Office().connect();
    const a = server.url('shop');
    const b = server.url('shop', { through: proxy.port });
    await (await opened(a)).collection<Order>('orders').insertOne({ _id: 1, of: 'ann' });
    await expect(client.call('pairs.add', { name: 'shop', a, b })).rejects.toMatchObject({ code: 'same-database' });
    const other = server.url('archive', { through: proxy.port });
    await client.call('pairs.add', { name: 'shop', a, b: other, create: true });
    expect(await client.call('pairs.list', {})).toHaveLength(1);
  });
});
