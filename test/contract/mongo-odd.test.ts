import { expect, test } from 'vitest';
import type { Db } from 'mongodb';
import { int32, named, objectOf, text } from '../../electron/connectors/mongodb/bson/statement.ts';
import { documentOf, type NamedElement } from '../../electron/connectors/mongodb/bson/walk.ts';
import { documentSequence } from '../../electron/connectors/mongodb/write/document-sequence.ts';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { dump } from '../support/mongo-twins.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { MongoOffice } from './mongo-office.ts';

/** What no driver sends and this server takes; some servers put another value in its place at once. */
const odd: readonly NamedElement[] = [
  { name: 'a', type: bsonType.undefined, bytes: Buffer.alloc(0) },
  { name: 'a', type: bsonType.pointer, bytes: Buffer.concat([text('ns').bytes, Buffer.alloc(12, 1)]) },
  { name: 'a', ...objectOf(named('x', int32(1)), named('x', int32(2))) },
  { name: 'a', type: bsonType.array, bytes: documentOf([named('1', int32(7))]) },
  { name: 'a', type: bsonType.regex, bytes: Buffer.from('a\0mi\0') },
  { name: 'a', type: bsonType.double, bytes: Buffer.from('010000000000f8ff', 'hex') },
];

const id = (n: number): NamedElement => named('_id', int32(n));
const insert = (db: Db, ...documents: readonly Buffer[]) =>
  db.command({ insert: 'things', documents: documentSequence('documents', documents) });
const set = (db: Db, n: number, ...fields: readonly NamedElement[]) => {
  const u = objectOf(named('$set', objectOf(...fields)));
  return db.command({
    update: 'things',
    updates: documentSequence('updates', [documentOf([named('q', objectOf(id(n))), named('u', u)])]),
  });
};

await describeSharedMongo('documents that no driver sends', 'replica-set', (mongo) => {
  test.each([5, 1500])(
    '[MO69] [MO70] are the same bytes on both sides, from the first copy of %i on to the last edit, or wait untouched',
    async (plain) => {
      const shop = new MongoOffice(mongo);
      await insert(shop.a, ...odd.map((element, at) => documentOf([id(at), element])));
      await insert(
        shop.a,
        ...Array.from({ length: plain }, (_, at) => documentOf([id(100 + at), named('v', int32(at))])),
      );
      await shop.add({ create: true });
      const inStep = async (): Promise<void> => {
        await shop.sync();
        const waits = new Set((await shop.conflicts()).map(({ kind }) => kind));
        expect([...waits].filter((kind) => kind !== 'rejected' && kind !== 'type-misfit')).toEqual([]);
        const [a, b] = [await dump(shop.a), await dump(shop.b)].map((side) => [...(side.get('things') ?? [])]);
        const waiting = (await shop.conflicts()).length;
        expect(b?.filter(([at, bytes]) => a?.some(([id, other]) => id === at && other === bytes))).toHaveLength(
          (a?.length ?? 0) - waiting,
        );
      };
      await inStep();
      for (const at of odd.keys()) await set(shop.a, at, named('v', int32(7)));
      await inStep();
      for (const [at, element] of odd.entries()) await set(shop.b, 100 + (at % 5), { ...element, name: `odd ${at}` });
      await inStep();
      await set(shop.a, 1, named('a', text('plain')));
      await shop.a.collection('things').deleteOne({ _id: 0 as never });
      await inStep();
    },
  );
});

/** Some servers keep it in an edit, and none takes it in a new document. */
const stamp: NamedElement = { name: 'a', type: bsonType.timestamp, bytes: Buffer.alloc(8) };

for (const kind of ['replica-set', 'standalone'] as const)
  await describeSharedMongo(`a document that the server does not take back, ${kind}`, kind, (mongo) => {
    test('[MO24] [E76] deleted by a sync: the undo says so, tried out and done', async () => {
      const shop = new MongoOffice(mongo);
      for (const db of shop.both)
        await insert(db, documentOf([id(1), stamp]), documentOf([id(2)]), documentOf([id(3)]));
      await shop.add();
      await shop.sync();
      for (const one of [1, 2]) await shop.a.collection('things').deleteOne({ _id: one as never });
      const { id: run } = await shop.sync();
      expect(await shop.b.collection('things').countDocuments()).toBe(1);
      const client = await shop.client();
      for (const dryRun of [true, false]) {
        const { restored, refused, written } = await client.call('runs.undo', { pair: 'shop', run, dryRun });
        expect([restored, written.B.insert, refused.map(({ key }) => key.text)]).toEqual([1, 1, ['1']]);
        expect(refused[0]?.why).toMatch(/^Remote refuses this record: .*the empty timestamp/);
      }
    });
  });
