import type { Db } from 'mongodb';
import { expect, test } from 'vitest';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import type { ConnectorKind } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { tappedConnector, type Tap } from '../support/tapped.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Order {
  readonly _id: number;
  readonly of?: string;
}
const orders = (db: Db): ReturnType<typeof db.collection<Order>> => db.collection<Order>('orders');
const three: Order[] = [{ _id: 1 }, { _id: 2, of: 'ann' }, { _id: 3 }];

const uuidOf = async (db: Db): Promise<string> => {
  const [listed] = await db.listCollections({ name: 'orders' }, { nameOnly: false }).toArray();
  return must(listed?.info?.uuid, 'a UUID').toString('hex');
};

async function inStep(mongo: SharedMongo): Promise<MongoOffice> {
  const office = new MongoOffice(mongo);
  for (const db of office.both) await db.createCollection('orders');
  await orders(office.a).insertMany(three);
  await office.add();
  await office.sync();
  expect(await all(office.b, 'orders')).toEqual(three);
  return office;
}

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`collections that were made again, ${kind}`, kind, (mongo) => {
    for (const running of [true, false])
      test(`[MO53] one that was dropped and made again ${running ? 'while' : 'before'} the engine runs is one question; nothing is deleted`, async () => {
        const office = await inStep(mongo);
        if (!running) await office.restart();
        await office.b.dropCollection('orders');
        await office.b.createCollection('orders');
        await orders(office.b).insertOne({ _id: 2, of: 'before' });
        await office.sync();
        const [brake, ...more] = await office.brakes();
        expect([brake?.kind, brake?.collection, brake?.side, more]).toEqual(['replaced', 'orders', 'B', []]);
        expect(await all(office.a, 'orders')).toEqual(three);
        const client = await office.client();
        await client.call('brakes.answer', { id: must(brake, 'a brake').id, answer: 'bring-back' });
        expect(await all(office.b, 'orders')).toEqual(three);
        await office.sync();
        expect([await office.brakes(), await office.conflicts()]).toEqual([[], []]);
      });

    test('[E135] [E43] one that is dropped after a run looked at the definitions is a question, and nothing is deleted', async () => {
      const office = await inStep(mongo);
      await office.restart();
      let open = true;
      const drop: Tap = async ({ name, when }) => {
        if (!open || when === 'after' || name !== (kind === 'standalone' ? 'scan' : 'changes')) return;
        open = false;
        await office.b.dropCollection('orders');
      };
      const tapped: ConnectorKind = {
        ...mongodbKind,
        open: async (options) => tappedConnector(await mongodbKind.open(options), 'B', drop),
      };
      const client = await office.office.connect({ kinds: [tapped] });
      await client.call('runs.start', { pair: 'shop' });
      expect(open).toBe(false);
      expect(await all(office.a, 'orders')).toEqual(three);
      expect((await client.call('brakes.list', {})).map((brake) => [brake.kind, brake.side])).toEqual([
        ['missing', 'B'],
      ]);
    });

    test('[MO53] one that was renamed and got its name back asks only where the server gave it another UUID', async () => {
      const office = await inStep(mongo);
      const before = await uuidOf(office.b);
      await office.b.renameCollection('orders', 'away');
      await office.b.renameCollection('away', 'orders');
      await orders(office.b).insertOne({ _id: 4 });
      await office.sync();
      const isSame = (await uuidOf(office.b)) === before;
      expect(await office.brakes()).toHaveLength(isSame ? 0 : 1);
      expect(await all(office.a, 'orders')).toHaveLength(isSame ? 4 : 3);
    });
  });
}
