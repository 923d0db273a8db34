import { BSON } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { madeUp, newTwins, realCollections, type Twins } from '../support/mongo-twins.ts';
import { Office, type Ended } from './cli-support.ts';

const { Int32 } = BSON;

interface Open {
  readonly office: Office;
  readonly twins: Twins;
}

async function open(mongo: SharedMongo): Promise<Open> {
  const office = new Office('');
  onTestFinished(() => office.close());
  const twins = await newTwins(mongo);
  for (const [name, documents] of [...realCollections(), ['every type', madeUp(120)] as const])
    await twins.edit('a', (db) => db.collection(name).insertMany(documents));
  const sides = ['--a', mongo.url(twins.a.databaseName), '--b', mongo.url(twins.b.databaseName)];
  const added = office.tandem('pair', 'add', 'real', ...sides, '--create', '--no-input');
  if (added.code !== 0) throw new Error(added.err);
  return { office, twins };
}

const sync = ({ office }: Open): Ended => office.tandem('sync');

for (const kind of ['replica-set', 'standalone'] as const)
  await describeSharedMongo(`real data, ${kind}`, kind, (mongo) => {
    it('[MO20][E3] is the same on both sides after the first sync and after edits on both, byte by byte', async () => {
      const opened = await open(mongo);
      const { twins, office } = opened;
      expect(sync(opened)).toMatchObject({ code: 0 });
      expect(await twins.differences()).toEqual([]);

      const made = 'every type';
      const some = { n: { $gte: 20, $lt: 40 } };
      await twins.edit('a', (db) =>
        db.collection(made).updateMany(some, { $set: { name: 'of a', 'nested.more': [null] } }),
      );
      await twins.edit('b', (db) => db.collection(made).updateMany(some, { $set: { own: new Int32(7) } }));
      await twins.edit('a', (db) => db.collection(made).deleteMany({ n: { $gte: 100 } }));
      await twins.edit('b', (db) => db.collection(made).insertMany(madeUp(140).slice(120)));
      await twins.edit('b', (db) => db.collection(made).updateMany({ n: 5 }, { $unset: { nested: '' } }));
      for (const [name, documents] of realCollections()) {
        const ids = documents.map(({ _id }) => _id as BSON.ObjectId);
        const [first, second, third] = [must(ids[0], 'an id'), must(ids[1], 'an id'), must(ids[2], 'an id')];
        await twins.edit('a', (db) => db.collection(name).updateOne({ _id: first }, { $set: { here: new Date(0) } }));
        await twins.edit('b', (db) => db.collection(name).deleteOne({ _id: second }));
        await twins.edit('b', (db) => db.collection(name).replaceOne({ _id: third }, { z: 1, a: { y: [{}] } }));
        await twins.edit('b', (db) =>
          db.collection(name).insertOne({ _id: new BSON.ObjectId('00000000000000000000000f'), there: true }),
        );
      }
      expect(sync(opened)).toMatchObject({ code: 0 });
      expect(await twins.differences()).toEqual([]);
      const again = office.json('sync') as readonly { readonly written: unknown }[];
      const nothing = { insert: 0, update: 0, delete: 0 };
      expect(again[0]).toMatchObject({ written: { A: nothing, B: nothing } });
    });
  });
