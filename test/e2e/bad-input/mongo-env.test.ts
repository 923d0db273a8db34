import { readFileSync, writeFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MongoServer } from '../../../build/test-servers/mongo-server.ts';
import { filesBelow } from '../../contract/home-support.ts';
import { tableInDocs, tableOf, type DocRow } from '../../support/bad-case.ts';
import { MongoBench, type MongoCase } from '../../support/mongo-bench.ts';
import { describeOwnMongo } from '../../support/mongo-server.ts';

const PASSWORD = `p"a'ss #1\\n$x=y %41`;

await describeOwnMongo(
  '[section 8] [EN2] [S4] a .env that cannot be used',
  { kind: 'standalone', auth: true },
  (start) => {
    const rows: DocRow[] = [];
    let server: MongoServer;
    let bench: MongoBench;
    beforeAll(async () => {
      server = await start();
      bench = await MongoBench.open({ theirs: server.url('near') }, { theirs: server.url('far') });
      const admin = bench.a.client.db('admin');
      await admin.command({ createUser: 'office', pwd: PASSWORD, roles: ['readWriteAnyDatabase'] });
      await bench.a.collection('orders').insertOne({ _id: 1 as never });
      await bench.engine(() => Promise.resolve());
      // A configuration without a pair, which must stay as it is.
      await bench.engine((client) => client.call('config.set', { values: { logLevel: 'info' } }));
    });
    afterAll(() => bench.close());

    const env =
      (...lines: readonly string[]) =>
      ({ dir }: MongoBench): void =>
        writeFileSync(`${dir}/.env`, `${lines.join('\n')}\n`, { mode: 0o600 });
    const here = (): string => `127.0.0.1:${server.port}`;
    const words = () => ['sync'];
    const invalid = { words, code: 'config-invalid' as const };
    const none = { words, code: 'not-configured' as const };
    const any = /./;

    const cases: readonly MongoCase[] = [
      {
        what: 'one without DATABASE_NAME',
        make: (to) => env(`MONGODB_LOCAL_URL=mongodb://${here()}/`, `MONGODB_CLOUD_URL=mongodb://${here()}/`)(to),
        ...none,
        says: [any, any, /lacks DATABASE_NAME/],
      },
      {
        what: 'one without MONGODB_LOCAL_URL',
        make: (to) => env(`MONGODB_CLOUD_URL=mongodb://${here()}/`, 'DATABASE_NAME=temple')(to),
        ...none,
        says: [any, any, /lacks MONGODB_LOCAL_URL/],
      },
      {
        what: 'lines that are no settings',
        make: (to) =>
          env(
            'MONGODB_LOCAL_URL mongodb://x/',
            '=== temple',
            'DATABASE_NAME: temple',
            `MONGODB_CLOUD_URL=mongodb://${here()}/`,
          )(to),
        ...none,
        says: [any, any, /lacks MONGODB_LOCAL_URL/],
      },
      {
        what: 'an address of another kind',
        make: env(
          'MONGODB_LOCAL_URL=mysql://office:hush-hush@host/temple',
          'MONGODB_CLOUD_URL=',
          'DATABASE_NAME=temple',
        ),
        ...invalid,
        says: [/MONGODB_LOCAL_URL is not the address/, any, any],
      },
      {
        what: 'a name that no database has',
        make: (to) => env(`MONGODB_LOCAL_URL=mongodb://${here()}/`, 'DATABASE_NAME=my temple')(to),
        ...invalid,
        says: [/"my temple" cannot be the name of a database/, any, /Write into DATABASE_NAME/],
      },
      {
        what: 'an address of another database than DATABASE_NAME',
        make: (to) => env(`MONGODB_LOCAL_URL=mongodb://${here()}/barn`, 'DATABASE_NAME=temple')(to),
        ...invalid,
        says: [/MONGODB_LOCAL_URL names the database "barn", and DATABASE_NAME is "temple"/, any, any],
      },
      {
        what: 'a password in which @ and / are not written with %',
        make: (to) => env(`MONGODB_LOCAL_URL=mongodb://office:hush/hu@sh@${here()}/`, 'DATABASE_NAME=temple')(to),
        ...invalid,
        says: [
          /MONGODB_LOCAL_URL.*whether a password stands before it/,
          /nothing of the address was kept/,
          /%23 and %40/,
        ],
      },
      {
        what: 'a # in a password without quotes around the address',
        make: (to) => env(`MONGODB_LOCAL_URL=mongodb://office:hush#hush@${here()}/`, 'DATABASE_NAME=temple')(to),
        ...invalid,
        says: [
          /whether it is a part of a password/,
          /nothing of the address was kept/,
          /In a \.env a # begins a comment/,
        ],
      },
      {
        what: 'one database for both addresses',
        make: (to) =>
          env(
            `MONGODB_LOCAL_URL=mongodb://${here()}/`,
            `MONGODB_CLOUD_URL=mongodb://localhost:${server.port}/temple?appName=x`,
            'DATABASE_NAME=temple',
          )(to),
        words,
        code: 'same-database',
        says: [/both addresses lead to the same database/, /Nothing was opened, and nothing was changed/, any],
      },
    ];

    it.each(cases)('$what: three parts, and nothing is another than before', async (each) => {
      expect(await bench.changedBy(each, rows)).toEqual([]);
      expect(JSON.stringify(rows)).not.toContain('hush');
      for (const path of filesBelow(bench.bench.home)) expect(readFileSync(path).includes('hush')).toBe(false);
    });

    it('[EN9] a password with signs of every kind works once they are written with %', async () => {
      const who = `office:${encodeURIComponent(PASSWORD).replaceAll("'", '%27')}`;
      const other = await start({ auth: false });
      env(
        `MONGODB_LOCAL_URL='mongodb://${who}@${here()}'`,
        `MONGODB_CLOUD_URL=${other.url()}`,
        'DATABASE_NAME=near',
      )(bench);
      expect(await bench.tandem('sync')).toMatchObject({ exit: 0 });
      const client = new MongoClient(other.url());
      try {
        expect(await client.db('near').collection('orders').find().toArray()).toEqual([{ _id: 1 }]);
      } finally {
        await client.close();
      }
    });

    it('stands in docs/errors.md', () => expect(tableInDocs('mongodb env', rows)).toBe(tableOf(rows)));
  },
);
