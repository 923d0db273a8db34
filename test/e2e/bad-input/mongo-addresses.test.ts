import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableInDocs, tableOf, type DocRow } from '../../support/bad-case.ts';
import { MongoBench, type MongoCase } from '../../support/mongo-bench.ts';
import { describeSharedMongo } from '../../support/mongo-server.ts';
import { OddServer } from '../../support/odd-servers.ts';
import { selfSigned } from '../../support/self-signed.ts';

const QUICK = 'serverSelectionTimeoutMS=400&connectTimeoutMS=400';
const usage = 'usage';
const away = 'unreachable';
const unopened = /Nothing was (opened|read or written)\./;
const form = /Write mongodb:\/\/HOST:PORT\/DATABASE.*USER:PASSWORD@/;

await describeSharedMongo('[section 8] an address of MongoDB that cannot be a side', 'replica-set', (mongo) => {
  const rows: DocRow[] = [];
  let bench: MongoBench;
  let odd: Record<'http' | 'silent' | 'tls', OddServer>;
  beforeAll(async () => {
    const place = (): { theirs: string } => ({ theirs: mongo.url(mongo.newDatabase()) });
    bench = await MongoBench.open(place(), place());
    await bench.engine(() => Promise.resolve());
    await bench.b.createCollection('orders');
    const port = Number(new URL(bench.urls.a).port);
    const [http, silent, tls] = [OddServer.http(), OddServer.silent(), OddServer.tls(selfSigned(), port)];
    odd = { http: await http, silent: await silent, tls: await tls };
  });
  afterAll(async () => {
    for (const each of Object.values(odd)) await each.close();
    await bench.close();
  });

  /** `pair add` with the address of B and this one. */
  const adding = (a: (host: string, name: string) => string) => (to: MongoBench) => {
    const address = a(new URL(to.urls.a).host, to.a.databaseName);
    return ['pair', 'add', 'shop', '--a', address, '--b', to.urls.b, '--no-input'];
  };
  const at = (port: () => number, more = '') => adding(() => `mongodb://127.0.0.1:${port()}/shop?${more}${QUICK}`);
  const setOf = (url: string): string => new URL(url).searchParams.get('replicaSet') ?? '';
  const withB = (change: (url: URL) => void) => (to: MongoBench) => {
    const url = new URL(to.urls.b);
    change(url);
    return adding(() => url.href)(to);
  };
  const same = {
    code: 'same-database',
    says: [/both addresses lead to the same database/, /Nothing was changed/, /two different databases/],
  } as const;

  const addresses: readonly MongoCase[] = [
    {
      what: 'an address without the name of a database',
      words: adding((host) => `mongodb://${host}/?${QUICK}`),
      code: usage,
      says: [/it names no database after the server/, unopened, form],
    },
    {
      what: 'an address without a server',
      words: adding(() => 'mongodb:///shop'),
      code: usage,
      says: [/it names no server/, unopened, form],
    },
    {
      what: 'a dot in the name of the database',
      words: adding((host) => `mongodb://${host}/my.shop`),
      code: usage,
      says: [/"my\.shop" cannot be the name of a database/, unopened, form],
    },
    {
      what: 'a blank in the name of the database',
      words: adding((host) => `mongodb://${host}/my%20shop`),
      code: usage,
      says: [/"my shop" cannot be the name of a database/, unopened, form],
    },
    {
      what: 'a name of a database that is too long',
      words: adding((host) => `mongodb://${host}/${'ä'.repeat(32)}`),
      code: usage,
      says: [/the name of its database has more than 63 bytes/, unopened, form],
    },
    {
      what: 'a setting that there is not',
      words: adding((host, name) => `mongodb://${host}/${name}?retryWritse=true`),
      code: usage,
      says: [/its address cannot be used \(there is no setting “retrywritse”\)/, unopened, form],
    },
    {
      what: 'a value that a setting does not take',
      words: adding((host, name) => `mongodb://${host}/${name}?tls=perhaps`),
      code: usage,
      says: [/its address cannot be used \(tls\/ssl must be either "true" or "false"\)/, unopened, form],
    },
    {
      what: 'a port that is none',
      words: adding(() => 'mongodb://127.0.0.1:99999/shop'),
      code: usage,
      says: [/what stands behind the : of its server is no port/, /nothing of the address was kept/, /from 1 to 65535/],
    },
    {
      what: 'a port in an address of the form mongodb+srv',
      words: adding(() => 'mongodb+srv://cluster.example.invalid:27017/shop'),
      code: usage,
      says: [/its address cannot be used \(mongodb\+srv URI cannot have port number\)/, unopened, form],
    },
    {
      what: 'a password in which / is not written as %2F',
      words: adding((host, name) => `mongodb://office:hush/hush@${host}/${name}`),
      code: usage,
      says: [
        /it cannot be told whether a password stands before it/,
        /nothing of the address was kept/,
        /%2F %3F %23 and %40/,
      ],
    },
    {
      what: 'a name of a server that is not found',
      words: adding(() => `mongodb://no-such-server.invalid/shop?${QUICK}`),
      code: away,
      says: [/the name of the server in mongodb:\/\/no-such-server\.invalid\/shop was not found/, unopened, /Atlas/],
    },
    {
      what: 'the same in the form mongodb+srv',
      words: adding(() => `mongodb+srv://cluster.example.invalid/shop?${QUICK}`),
      code: away,
      says: [/the name of the server in mongodb\+srv:\/\/cluster\.example\.invalid\/shop was not/, unopened, /paused/],
    },
    {
      what: 'a port where nobody listens',
      words: at(() => 1),
      code: away,
      says: [/no server listens at 127\.0\.0\.1:1\./, unopened, /Start the server/],
    },
    {
      what: 'two servers of which none is there',
      words: adding(() => `mongodb://127.0.0.1:1,127.0.0.1:2/shop?${QUICK}`),
      code: away,
      says: [/no server listens at 127\.0\.0\.1:1\./, unopened, /Start the server/],
    },
    {
      what: 'a port where a web server answers',
      words: at(() => odd.http.port),
      code: away,
      says: [/the connection to .*\/shop ended/, /Nothing was read or written\. It is tried again/, /is it MongoDB/],
    },
    {
      what: 'a server that never answers',
      words: at(() => odd.silent.port),
      code: away,
      says: [/did not answer in time/, unopened, /firewall.*Atlas.*access list/],
    },
    {
      what: 'a replica set of another name',
      words: adding((host, name) => `mongodb://${host}/${name}?replicaSet=other&${QUICK}`),
      code: away,
      says: [/belongs to the replica set that replicaSet names/, unopened, /Look at replicaSet/],
    },
    {
      what: 'encryption asked of a server without it',
      words: adding((host, name) => `mongodb://${host}/${name}?tls=true&${QUICK}`),
      code: away,
      says: [
        /the connection to .* ended/,
        /Nothing was read or written/,
        /encrypted connection .*or for one that is not/,
      ],
    },
    {
      what: 'no encryption asked of a server that wants it',
      words: at(() => odd.tls.port),
      code: away,
      says: [/the connection to .* ended/, /Nothing was read or written/, /tls=true/],
    },
    {
      what: 'a certificate of an authority that nobody knows',
      words: at(() => odd.tls.port, 'directConnection=true&tls=true&'),
      code: away,
      says: [/nobody whom this computer trusts has signed the certificate/, unopened, /tlsCAFile=PATH.*do not go on/],
    },
    {
      what: 'a file of an authority that is not there',
      words: at(() => odd.tls.port, 'tls=true&tlsCAFile=/no/such/authority.pem&'),
      code: usage,
      says: [
        /the file \/no\/such\/authority\.pem, which its address names, cannot be read/,
        unopened,
        /Look at the path/,
      ],
    },
    { what: 'one database for both sides', words: withB(() => undefined), ...same },
    {
      what: 'one database for both sides, under another name of the server',
      words: withB((url) => (url.hostname = 'localhost')),
      ...same,
    },
    {
      what: 'one database for both sides, with other settings and a second server that is not there',
      words: (to) => {
        const [set, name] = [setOf(to.urls.b), to.b.databaseName];
        return adding((host) => `mongodb://${host},127.0.0.1:1/${name}?replicaSet=${set}&appName=office`)(to);
      },
      ...same,
    },
    {
      what: 'a SQLite file on the other side',
      make: ({ bench: files }) => files.sql(files.a, 'CREATE TABLE orders(id INTEGER PRIMARY KEY)'),
      words: adding(() => 'a.db'),
      code: 'schema-mismatch',
      says: [/documents with fields of their own on one side and has fixed fields/, /Nothing was changed/, /./],
    },
  ];

  it.each(addresses)('$what: three parts, and nothing is another than before', async (each) => {
    expect(await bench.changedBy(each, rows)).toEqual(each.changes ?? []);
  });

  it('saves none of them', async () => expect((await bench.tandem('pair', 'list', '--json')).out).toBe('[]\n'));

  it('never lets a password into the log', () => {
    expect(readFileSync(`${bench.bench.home}/logs/tandem.log`, 'utf8')).not.toContain('hush');
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('mongodb addresses', rows)).toBe(tableOf(rows)));
});
