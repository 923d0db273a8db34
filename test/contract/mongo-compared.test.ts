import { expect, test } from 'vitest';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import type { ConnectorKind } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: unknown;
  readonly v?: string;
}

/** Its histories tell of nothing that happened. */
const silentKind: ConnectorKind = {
  ...mongodbKind,
  open: async (options) => {
    const connector = await mongodbKind.open(options);
    const bind = connector.bind.bind(connector);
    connector.bind = async (specs) => {
      const side = await bind(specs);
      const { capture } = side;
      if (capture) {
        const changes = capture.changes.bind(capture);
        capture.changes = async (...asked) => ({ ...(await changes(...asked)), dirty: [] });
      }
      return side;
    };
    return connector;
  },
};

await describeSharedMongo('an answer about a collection', 'replica-set', (mongo) => {
  test('[E151] after an answer about a collection that was made again it is compared, whatever the histories tell', async () => {
    const shop = new MongoOffice(mongo);
    for (const name of ['o', 'other']) await shop.a.collection<Doc>(name).insertOne({ _id: 1, v: 'as agreed' });
    await shop.add({ create: true });
    await shop.sync();
    await shop.b.dropCollection('o');
    await shop.b.collection<Doc>('o').insertOne({ _id: 2 });
    await shop.sync();
    const brake = must((await shop.brakes())[0], 'a brake');
    expect([brake.kind, brake.collection]).toEqual(['replaced', 'o']);
    await shop.restart();
    const client = await shop.office.connect({ kinds: [silentKind] });
    await shop.a.collection<Doc>('o').insertOne({ _id: 9 });
    await client.call('brakes.answer', { id: brake.id, answer: 'let-go' });
    for (const db of shop.both) expect(await all(db, 'o')).toEqual([{ _id: 2 }, { _id: 9 }]);
  });
});
