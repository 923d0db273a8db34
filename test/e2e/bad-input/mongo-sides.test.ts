import type { Db } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MongoServer } from '../../../build/test-servers/mongo-server.ts';
import { tableInDocs, tableOf, type DocRow } from '../../support/bad-case.ts';
import { MongoBench, type MongoCase } from '../../support/mongo-bench.ts';
import { describeOwnMongo } from '../../support/mongo-server.ts';
import { tcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

interface Item {
  readonly _id: number;
  readonly of?: string;
}
const orders = (db: Db): ReturnType<typeof db.collection<Item>> => db.collection<Item>('orders');
const words = (): readonly string[] => ['sync'];
const brake = /Stopped by brake/;
const answer = /brake list/;
const any = /./;
/** How the command begins: the name of its first field, a text or not. */
const UPDATE = '\u0002update\u0000';

await describeOwnMongo(
  '[section 8] [L9] a side of MongoDB that went bad',
  { kind: 'replica-set', syncOnCommit: true },
  (start) => {
    const rows: DocRow[] = [];
    let server: MongoServer;
    let proxy: TcpProxy;
    let count = 0;
    beforeAll(async () => {
      server = await start();
      proxy = await tcpProxy(server.port);
    });
    afterAll(() => proxy.close());

    /** In step, with an edit waiting on each side; the command goes to B by way of a proxy. */
    async function waiting(): Promise<MongoBench> {
      const ours = new URL(server.url(`far${++count}`, { through: proxy.port }));
      ours.search += '&serverSelectionTimeoutMS=500';
      const bench = await MongoBench.open(
        { theirs: server.url(`near${count}`) },
        { theirs: server.url(`far${count}`), ours: ours.href },
      );
      await orders(bench.a).insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, of: 'both' })));
      await bench.inStep();
      await orders(bench.a).updateOne({ _id: 1 }, { $set: { of: 'here' } });
      await orders(bench.b).updateOne({ _id: 2 }, { $set: { of: 'there' } });
      return bench;
    }

    const away = { words, code: 'unreachable' as const };
    const gone: readonly MongoCase[] = [
      {
        what: 'a server that is gone before a sync',
        make: () => {
          proxy.refuse(true);
          return () => proxy.refuse(false);
        },
        ...away,
        says: [/the connection to .* ended/, /Nothing was read or written/, any],
      },
      {
        what: 'a server that is gone in the middle of a sync, before it wrote',
        make: () => {
          void proxy.passed(/listCollections/, 2).then(() => {
            proxy.cut();
            proxy.refuse(true);
          });
          return () => proxy.refuse(false);
        },
        ...away,
        says: [/the connection to .* ended/, /Nothing more was written\. It is tried again/, any],
      },
      {
        what: 'a server that is gone when it has written, before it says so',
        make: () => {
          proxy.dropAnswers(1, UPDATE);
          void proxy.passed(new RegExp(UPDATE), 1).then(() => proxy.refuse(true));
          return () => proxy.refuse(false);
        },
        ...away,
        // The batch of unknown outcome is looked at first; that is where it ends.
        says: [/the connection to .* ended/, /It is tried again at the next sync/, /Look whether the server/],
        changes: ['A', 'B'],
      },
    ];

    const changed: readonly MongoCase[] = [
      {
        what: 'a collection of one side is dropped',
        make: ({ b }) => b.dropCollection('orders'),
        words,
        code: 'brake',
        says: [/orders does not exist on Remote any more/, brake, answer],
        changes: ['questions'],
      },
      {
        what: 'a collection of one side is renamed',
        make: ({ b }) => b.renameCollection('orders', 'elsewhere'),
        words,
        code: 'brake',
        says: [/orders does not exist on Remote any more/, brake, answer],
        changes: ['questions'],
      },
      {
        what: 'the database of one side is dropped',
        make: ({ b }) => b.dropDatabase(),
        words,
        code: 'brake',
        says: [/orders does not exist on Remote any more/, brake, answer],
        changes: ['questions'],
      },
      {
        what: 'a collection of one side is made again, empty',
        make: async ({ b }) => {
          await b.dropCollection('orders');
          await b.createCollection('orders');
        },
        words,
        code: 'brake',
        says: [/orders was dropped on Remote and made again/, brake, answer],
        changes: ['questions'],
      },
      {
        what: 'all documents of one side are deleted',
        make: ({ b }) => orders(b).deleteMany({}),
        words,
        code: 'brake',
        says: [/Remote seems to be restored to an earlier state: 20 of 20/, brake, answer],
        changes: ['base', 'questions'],
      },
      {
        what: 'a view stands in the place of a collection',
        make: async ({ b }) => {
          await b.renameCollection('orders', 'elsewhere');
          await b.createCollection('orders', { viewOn: 'elsewhere', pipeline: [] });
        },
        words,
        code: 'brake',
        says: [/orders does not exist on Remote any more/, brake, answer],
        changes: ['questions'],
      },
      {
        what: 'a capped collection stands in the place of a collection',
        make: async ({ b }) => {
          await b.dropCollection('orders');
          await b.createCollection('orders', { capped: true, size: 4096 });
        },
        words,
        code: 'brake',
        says: [/orders does not exist on Remote any more/, brake, answer],
        changes: ['questions'],
      },
    ];

    it.each(gone)(
      '[L4] $what: three parts, nothing is another than before, and the next sync carries both edits',
      async (each) => {
        const bench = await waiting();
        try {
          expect(await bench.changedBy(each, rows)).toEqual(each.changes ?? []);
          expect(await bench.tandem('sync')).toMatchObject({ exit: 0 });
          for (const db of [bench.a, bench.b])
            expect(
              (
                await orders(db)
                  .find({ _id: { $in: [1, 2] } })
                  .sort({ _id: 1 })
                  .toArray()
              ).map(({ of }) => of),
            ).toEqual(['here', 'there']);
        } finally {
          await bench.close();
        }
      },
    );

    it.each(changed)('$what: it stops there, and nothing is written or deleted', async (each) => {
      const bench = await waiting();
      try {
        expect(await bench.changedBy(each, rows)).toEqual(each.changes ?? []);
      } finally {
        await bench.close();
      }
    });

    it('stands in docs/errors.md', () => expect(tableInDocs('mongodb sides', rows)).toBe(tableOf(rows)));
  },
);
