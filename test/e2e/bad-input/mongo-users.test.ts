import { readFileSync, statSync } from 'node:fs';
import type { Db, Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MongoServer } from '../../../build/test-servers/mongo-server.ts';
import { filesBelow } from '../../contract/home-support.ts';
import { tableInDocs, tableOf, type DocRow } from '../../support/bad-case.ts';
import { MongoBench, type MongoCase } from '../../support/mongo-bench.ts';
import { describeOwnMongo } from '../../support/mongo-server.ts';
import { refusingProxy } from '../../support/refusing-proxy.ts';

const PASSWORD = 'p@s/s:%41#?x';
const escaped = encodeURIComponent(PASSWORD);
const unread = /Nothing was read or written/;
const stopped = /Nothing more was written/;
const wrong = /does not take this user name and password/;
const look = /the password \(in an address.*%40.*authSource/;
const lacks = /this user may not do that/;
const role = /pair role NAME prints it, of an address as well/;

await describeOwnMongo('[section 8] a user of MongoDB who may not', { kind: 'replica-set', auth: true }, (start) => {
  const rows: DocRow[] = [];
  let server: MongoServer;
  let admin: Db;
  let bench: MongoBench;
  let proxy: Awaited<ReturnType<typeof refusingProxy>>;
  let refused: (command: Document) => boolean = () => false;
  beforeAll(async () => {
    server = await start();
    proxy = await refusingProxy(server.port, (command) => refused(command));
    // The pair goes by way of the proxy; it refuses only where a case wants it.
    const ours = server.url('far', { through: proxy.port, as: { user: 'office', password: PASSWORD } });
    bench = await MongoBench.open({ theirs: server.url('near') }, { theirs: server.url('far'), ours });
    admin = bench.a.client.db('admin');
    await admin.command({ createUser: 'nobody', pwd: 'nothing-at-all', roles: [] });
    await admin.command({ createUser: 'office', pwd: PASSWORD, roles: readWrite });
    for (const name of ['orders', 'wages']) await bench.a.createCollection(name);
    await bench.engine(() => Promise.resolve());
  });
  afterAll(async () => {
    await bench.close();
    await proxy.close();
  });

  const readWrite = [{ role: 'readWrite', db: 'far' }];
  const may = async (roles: readonly Document[]): Promise<void> =>
    void (await admin.command({ updateUser: 'office', roles }));
  const adding =
    (who: string, source = 'admin') =>
    (to: MongoBench) => {
      const { host, search } = new URL(server.url('far'));
      const b = `mongodb://${who}${host}/far${search.replace('authSource=admin', `authSource=${source}`)}`;
      return ['pair', 'add', 'shop', '--a', to.urls.a, '--b', b, '--create', '--no-input'];
    };
  const expected = (what: string, words: MongoCase['words']): MongoCase => ({
    what,
    words,
    code: 'auth',
    says: [wrong, unread, look],
  });

  describe('when a pair is added', () => {
    const cases: readonly MongoCase[] = [
      expected('a wrong password', adding('office:hush-hush@')),
      expected('a user that there is not', adding(`offfice:${escaped}@`)),
      expected('a user without a password', adding('office@')),
      expected('a password in which % is not written as %25', adding('office:p%40s%2Fs:%41%23%3Fx@')),
      expected('another database in authSource than the one of the user', adding(`office:${escaped}@`, 'far')),
      {
        what: 'no user, where the server asks who it is',
        words: adding(''),
        code: 'permission',
        says: [lacks, stopped, role],
      },
      {
        what: 'a user without any right',
        words: adding('nobody:nothing-at-all@'),
        code: 'permission',
        says: [lacks, stopped, role],
      },
    ];

    it.each(cases)('$what: three parts, and nothing is another than before', async (each) => {
      expect(await bench.changedBy(each, rows)).toEqual([]);
    });

    it('[S3] [S4] saves none of them, and no password', async () => {
      expect((await bench.tandem('pair', 'list', '--json')).out).toBe('[]\n');
      expect(holding(bench, 'hush-hush')).toEqual([]);
    });
  });

  describe('in a pair that is in step', () => {
    const words = () => ['sync'];
    const sync = { words, code: 'permission', says: [lacks, stopped, role] } as const;
    beforeAll(async () => {
      for (const name of ['orders', 'wages']) await bench.a.collection<Item>(name).insertMany([{ _id: 1 }, { _id: 2 }]);
      await bench.inStep();
      for (const name of ['orders', 'wages']) {
        await bench.a.collection<Item>(name).updateOne({ _id: 1 }, { $set: { of: 'here' } });
        await bench.b.collection<Item>(name).updateOne({ _id: 2 }, { $set: { of: 'there' } });
      }
    });

    const cases: readonly MongoCase[] = [
      {
        ...expected('the password was changed', words),
        make: async () => {
          await admin.command({ updateUser: 'office', pwd: 'another' });
          return () => admin.command({ updateUser: 'office', pwd: PASSWORD });
        },
      },
      {
        ...expected('a wrong password in TANDEM_SECRET_SHOP_B', words),
        means: () => ({ env: { TANDEM_SECRET_SHOP_B: 'hush-hush' } }),
      },
      {
        what: 'a user who may not do anything any more',
        make: async () => {
          await may([]);
          return () => may(readWrite);
        },
        ...sync,
      },
      {
        what: 'a user who may read one collection of the pair and not the other',
        make: () => {
          refused = ({ find, aggregate }) => find === 'wages' || aggregate === 'wages';
          return () => void (refused = () => false);
        },
        ...sync,
      },
      {
        what: 'a user who may only read',
        make: async () => {
          await may([{ role: 'read', db: 'far' }]);
          return () => may(readWrite);
        },
        ...sync,
        changes: ['A'],
      },
      {
        what: 'a user who may not write to one collection of the pair',
        make: () => {
          refused = ({ insert, update }) => insert === 'wages' || update === 'wages';
          return () => void (refused = () => false);
        },
        ...sync,
        says: [/Writing 1 record to wages failed: this user may not do that/, stopped, role],
        // What is not refused is carried.
        changes: ['B', 'base'],
      },
    ];

    it.each(cases)('$what: three parts, and nothing is another than before', async (each) => {
      expect(await bench.changedBy(each, rows)).toEqual(each.changes ?? []);
    });

    it('[L4] a right that one collection lacks holds up no other', async () => {
      for (const [db, of] of [
        [bench.a, ['here', 'there']],
        [bench.b, [undefined, 'there']],
      ] as const) {
        expect((await all(db, 'orders')).map((each) => each.of)).toEqual(['here', 'there']);
        expect((await all(db, 'wages')).map((each) => each.of)).toEqual(of);
      }
    });

    it('[L4] with the rights again the next sync carries all edits', async () => {
      expect(await bench.tandem('sync')).toMatchObject({ exit: 0 });
      for (const db of [bench.a, bench.b])
        for (const name of ['orders', 'wages'])
          expect(await all(db, name)).toEqual([
            { _id: 1, of: 'here' },
            { _id: 2, of: 'there' },
          ]);
    });

    it('[S1] [S2] a password with signs that mean something in an address works, written with % or not, and stands in the store of passwords alone', async () => {
      const said: string[] = [];
      for (const written of [escaped, 'p@s%2Fs:%2541%23%3Fx']) {
        await bench.tandem('pair', 'remove', 'shop', '--yes');
        for (const command of [
          adding(`office:${written}@`)(bench),
          ['sync', '--log-level', 'debug'],
          ['status'],
          ['pair', 'show', 'shop'],
          ['pair', 'list', '--json'],
          ['doctor'],
        ]) {
          const { exit, out, err } = await bench.tandem(...command);
          expect([command[0], exit === 8 ? out : exit]).toEqual([command[0], exit === 8 ? out : 0]);
          said.push(out, err);
        }
      }
      for (const secret of [PASSWORD, escaped]) {
        expect(said.join('\n')).not.toContain(secret);
        expect(holding(bench, secret)).toEqual(secret === PASSWORD ? ['secrets.json'] : []);
      }
      expect(statSync(`${bench.bench.home}/state/secrets.json`).mode & 0o077).toBe(0);
    });

    it('[S2] a password that only the environment holds adds a pair and syncs it, and stands in no file', async () => {
      await bench.tandem('pair', 'remove', 'shop', '--yes');
      const env = { TANDEM_SECRET_SHOP_B: PASSWORD };
      for (const command of [adding('office@')(bench), ['sync']])
        expect(await bench.bench.start(command, { env })).toMatchObject({ exit: 0 });
      expect(holding(bench, PASSWORD)).toEqual([]);
    });
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('mongodb users', rows)).toBe(tableOf(rows)));
});

interface Item {
  readonly _id: number;
  readonly of?: string;
}

const all = (db: Db, name: string): Promise<Item[]> => db.collection<Item>(name).find().sort({ _id: 1 }).toArray();

const holding = ({ bench: { home } }: MongoBench, secret: string): string[] =>
  filesBelow(home)
    .filter((path) => readFileSync(path).includes(secret))
    .map((path) => path.split('/').at(-1) ?? '');
