import type { Db, Document } from 'mongodb';
import { expect, it } from 'vitest';
import { tableInDocs, tableOf, type DocRow } from '../../support/bad-case.ts';
import { MongoBench, type MongoCase } from '../../support/mongo-bench.ts';
import { describeSharedMongo } from '../../support/mongo-server.ts';

const nothing = /Nothing was changed/;
const any = /./;
const adding =
  (...more: readonly string[]) =>
  ({ urls: { a, b } }: MongoBench) => ['pair', 'add', 'shop', '--a', a, '--b', b, '--no-input', ...more];
const insert = (db: Db, name: string, ...documents: readonly Document[]): Promise<unknown> =>
  db.collection(name).insertMany([...documents]);

await describeSharedMongo('[section 8] two databases of MongoDB that do not fit together', 'replica-set', (mongo) => {
  const rows: DocRow[] = [];
  const place = (): { theirs: string } => ({ theirs: mongo.url(mongo.newDatabase()) });
  const third = mongo.url(mongo.newDatabase());
  const cases: readonly MongoCase[] = [
    {
      what: 'a collection that one side does not have',
      make: async ({ a, b }) => {
        await insert(a, 'orders', { _id: 1 });
        await a.createCollection('notes');
        await b.createCollection('notes');
      },
      words: adding(),
      code: 'schema-mismatch',
      says: [/orders is missing on Remote/, nothing, /--create/],
    },
    {
      what: 'a database that is not there yet, without --create',
      make: ({ a }) => insert(a, 'orders', { _id: 1 }),
      words: adding(),
      code: 'schema-mismatch',
      says: [/orders is missing on Remote/, nothing, /--create/],
    },
    {
      what: 'two empty databases',
      words: adding('--create'),
      code: 'schema-mismatch',
      says: [/both sides are empty/, nothing, /Create at least one/],
    },
    {
      what: 'a collection that neither side has',
      make: async ({ a, b }) => {
        for (const db of [a, b]) await insert(db, 'orders', { _id: 1 });
      },
      words: adding('--collections', 'order'),
      code: 'not-found',
      says: [/neither side has order/, nothing, /Did you mean orders/],
    },
    ...(['a view', 'a capped collection', 'a time series'] as const).map((kind) => ({
      what: kind,
      make: async ({ a, b }: MongoBench) => {
        for (const db of [a, b]) {
          await insert(db, 'orders', { _id: 1 });
          if (kind === 'a view') await db.createCollection('recent', { viewOn: 'orders', pipeline: [] });
          else if (kind === 'a time series') await db.createCollection('recent', { timeseries: { timeField: 'at' } });
          else await db.createCollection('recent', { capped: true, size: 4096 });
        }
      },
      words: adding('--collections', 'recent'),
      code: 'schema-mismatch' as const,
      says: [
        /recent cannot be kept in step: (a view holds|a capped collection drops|documents of a time series)/,
        nothing,
        /Leave it out/,
      ] as const,
    })),
    {
      what: 'a collection with a collation of its own',
      make: async ({ a, b }) => {
        for (const db of [a, b]) await db.createCollection('names', { collation: { locale: 'de' } });
      },
      words: adding('--collections', 'names'),
      code: 'schema-mismatch',
      says: [/names: It has a collation of its own on This computer and Remote/, nothing, any],
    },
    {
      what: 'an index on one side that deletes documents by itself',
      make: async ({ a, b }) => {
        for (const db of [a, b]) await insert(db, 'visits', { _id: 1 });
        await b.collection('visits').createIndex({ at: 1 }, { expireAfterSeconds: 3600 });
      },
      words: adding(),
      code: 'usage',
      says: [/deletes records on Remote by itself/, nothing, /--expiry/],
    },
    {
      what: 'stamps in documents that another pair stamps',
      make: async (to) => {
        for (const db of [to.a, to.b]) await insert(db, 'orders', { _id: 1 });
        await to.inStep({ name: 'first', options: { stamp: true } });
      },
      words: ({ urls: { a } }) => ['pair', 'add', 'shop', '--a', a, '--b', third, '--create', '--stamp', '--no-input'],
      code: 'pair-overlap',
      says: [/stamp/, nothing, any],
    },
    {
      what: 'stamps in documents that hold something of their own there',
      make: ({ a }) => insert(a, 'orders', { _id: 1, syncStatus: 'returned by customer', syncedAt: '2019 by hand' }),
      words: adding('--create', '--stamp'),
      code: 'usage',
      says: [/orders: 1 document with something of its own .*returned by customer/, nothing, /--keep-own/],
    },
    {
      what: 'a collection of reports of a pair that stamps',
      make: async ({ a, b }) => {
        for (const db of [a, b]) await insert(db, 'sync_logs', { _id: 1 });
      },
      words: adding('--stamp', '--collections', 'sync_logs'),
      code: 'refused',
      says: [/sync_logs .* Tandem writes it itself for a pair that stamps/, nothing, /Name the other collections/],
    },
  ];

  it.each(cases)('$what: three parts, and nothing is another than before', async (each) => {
    const bench = await MongoBench.open(place(), place());
    try {
      await bench.engine(() => Promise.resolve());
      expect(await bench.changedBy(each, rows)).toEqual(each.changes ?? []);
    } finally {
      await bench.close();
    }
  });

  it('[MO11] a view, a capped collection and a time series are named with the reason, and no sync touches them', async () => {
    const bench = await MongoBench.open(place(), place());
    try {
      const { a, b } = bench;
      for (const db of [a, b]) await insert(db, 'orders', { _id: 1 });
      await a.createCollection('recent', { viewOn: 'orders', pipeline: [] });
      await a.createCollection('ring', { capped: true, size: 4096 });
      await a.createCollection('series', { timeseries: { timeField: 'at' } });
      await insert(a, 'ring', { _id: 1 });
      await insert(a, 'series', { _id: 1, at: new Date(5), degrees: 20 });
      const added = await bench.tandem(...adding('--create')(bench));
      expect(added.exit).toBe(0);
      for (const why of [/recent .*a view holds/, /ring .*capped collection drops/, /series .*a time series/])
        expect(added.out).toMatch(why);
      const before = await bench.kept();
      await insert(a, 'orders', { _id: 2 });
      expect(await bench.tandem('sync')).toMatchObject({ exit: 0 });
      await a.collection('orders').deleteOne({ _id: 2 as never });
      expect((await bench.kept()).A).toBe(before.A);
      expect((await b.listCollections().toArray()).map(({ name }) => name)).toEqual(['orders']);
    } finally {
      await bench.close();
    }
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('mongodb collections', rows)).toBe(tableOf(rows)));
});
