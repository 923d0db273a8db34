import { createServer } from 'node:net';
import { once } from 'node:events';
import { EJSON } from 'bson';
import { MongoClient, MongoServerError } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import { translateError } from '../../electron/connectors/mongodb/errors.ts';
import type { ErrorCode } from '../../shared/contract/errors.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeOwnMongo, describeSharedMongo } from '../support/mongo-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { bindDocuments, mongoOptions, openMongo, otherProgram, rawDocuments } from './mongodb-support.ts';
import { failureOf, insertInto, key, rec } from './suite-support.ts';

const failing = (url: string, code: ErrorCode) => failureOf(mongodbKind.open(mongoOptions(url)), code);

describe('addresses of mongodb', () => {
  test('[MO1] both forms of an address belong to the kind, and no other', () => {
    expect(['mongodb://h/d', 'mongodb+srv://h/d', 'MongoDB://h'].map((url) => mongodbKind.matches(url))).toEqual([
      true,
      true,
      true,
    ]);
    expect(['mongodb:h', 'sqlite:x', 'postgres://h/d', 'mongodb.db'].some((url) => mongodbKind.matches(url))).toBe(
      false,
    );
  });

  test.each([
    'mongodb://user:hunter22@127.0.0.1:27017',
    'mongodb://user:hunter22@127.0.0.1:27017/?replicaSet=rs',
    'mongodb+srv://user:hunter22@example.invalid/',
    'mongodb:///things',
    'mongodb://user:hunter22@127.0.0.1/a%2Fb',
    'mongodb://user:hunter22@127.0.0.1/a%zz',
    'mongodb://user:hunter22@127.0.0.1/things?noSuchSetting=1',
    'mongodb://user:hunter22@127.0.0.1/things?tls=perhaps',
    'mongodb://user:hunter22@127.0.0.1:27017/things?authMechanism=MONGODB-AWS',
    'mongodb://user:hunter22@127.0.0.1:70000/things',
    'mongodb://user:hunter22@[::1]:port/things',
    `mongodb://user:hunter22@127.0.0.1/${'x'.repeat(64)}`,
  ])('[MO1] [MO2] %s is refused, without the password in the words', async (url) => {
    const failure = await failing(url, 'usage');
    expect(JSON.stringify(failure.toBody())).not.toContain('hunter22');
    expect(failure.hint).toContain('mongodb://');
  });

  test('[MO1] a file that the address names and nobody can read is told as that', async () => {
    const failure = await failing('mongodb://127.0.0.1/things?tls=true&tlsCAFile=/no/such/file.pem', 'usage');
    expect(failure.message).toContain('the file /no/such/file.pem');
  });
});

describe('servers that do not answer', () => {
  const quick = '?serverSelectionTimeoutMS=300&connectTimeoutMS=300';

  test('[MO3] [MO2] a port where nothing listens is unreachable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    const failure = await failing(`mongodb://user:hunter22@127.0.0.1:${port}/things${quick}`, 'unreachable');
    expect(failure.message).toContain('no server listens');
    expect(failure.hint).toContain('behind the ? of the address: mongodb://HOST:PORT/NAME?directConnection=true');
    expect(JSON.stringify(failure.toBody())).not.toContain('hunter22');
  });

  test('[MO3] a server that takes the call and says nothing is unreachable', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    expect((await failing(`mongodb://127.0.0.1:${port}/things${quick}`, 'unreachable')).message).toContain(
      'did not answer',
    );
  });

  test('[MO3] of two servers the one that refuses is named', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const failure = await failing(`mongodb://127.0.0.1:${port},127.0.0.1:1/things${quick}`, 'unreachable');
    expect(failure.message).toMatch(/no server listens at 127\.0\.0\.1:1\.$/);
  });

  test('[MO3] a name that is not found is unreachable, and Atlas is thought of', async () => {
    const failure = await failing(`mongodb://nowhere.invalid/things${quick}`, 'unreachable');
    expect(failure.message).toContain('was not found');
    expect(failure.hint).toContain('Atlas');
  });

  test('[MO3] a member that is no primary is told as that', () => {
    const error = new MongoServerError({ code: 10107, errmsg: 'not primary' });
    const failure = translateError(
      error,
      { operation: 'write', what: 'Writing 1 record' },
      { label: 'x', secrets: [] },
    );
    expect(failure).toMatchObject({ code: 'unreachable', retry: 'backoff' });
    expect(failure.hint).toContain('take directConnection=true out of it');
  });

  test.each([
    ['tlsv1 alert internal error:ssl/record/rec_layer_s3.c:SSL alert number 80', 'access list'],
    ['self-signed certificate in certificate chain', 'certificate'],
    ['querySrv ENOTFOUND _mongodb._tcp.cluster0.example.mongodb.net', 'paused'],
  ])('[MO3] "%s" has a remedy of its own', (words, remedy) => {
    const failure = translateError(
      new Error(words),
      { operation: 'open', what: 'Opening x' },
      { label: 'x', secrets: [] },
    );
    expect(failure.code).toBe('unreachable');
    expect(failure.hint).toContain(remedy);
  });
});

await describeOwnMongo('users of mongodb', { kind: 'replica-set', auth: true }, (start) => {
  test('[MO3] [MO2] a wrong password, and what a user may not do, are told apart', async () => {
    const server = await start();
    const admin = await new MongoClient(server.url('admin')).connect();
    onTestFinished(() => admin.close());
    await admin
      .db('admin')
      .command({ createUser: 'reader', pwd: 'only looking', roles: [{ role: 'read', db: 'shop' }] });
    await admin
      .db('shop')
      .collection('things')
      .insertOne({ _id: 'a' as never });
    const as = (password: string): string => server.url('shop', { as: { user: 'reader', password } });
    const wrong = await failing(as('not this one'), 'auth');
    expect(JSON.stringify(wrong.toBody())).not.toContain('not this one');
    expect(wrong.hint).toContain('authSource');
    const connector = await openMongo(as('only looking'));
    expect((await connector.identity()).label).not.toContain('only');
    const side = await bindDocuments(connector, 'things');
    expect((await side.scan('things', null, 10)).records).toHaveLength(1);
    await failureOf(side.write({ intents: [insertInto('things', key('b'), rec({ _id: 'b' }))] }), 'permission');
    expect(await rawDocuments(admin.db('shop'), 'things')).toHaveLength(1);
  });
});

for (const kind of ['replica-set', 'standalone'] as const) {
  const can = kind === 'replica-set';
  await describeSharedMongo(`opening mongodb, ${kind}`, kind, (mongo) => {
    test(`[MO5] a ${kind} has ${can ? '' : 'no '}capture, groups and marker`, async () => {
      const { capabilities } = await openMongo(mongo.url(mongo.newDatabase()));
      expect(capabilities).toMatchObject({ capture: can, marker: can, groups: can ? 'side' : 'none', gate: false });
    });

    test('[MO1] [MO2] a way to log in that needs what is not there is said to be one that cannot be used', async () => {
      const url = mongo.url(mongo.newDatabase()).replace('mongodb://', 'mongodb://user%40REALM:hunter22@');
      const failure = await failing(`${url}${url.includes('?') ? '&' : '?'}authMechanism=GSSAPI`, 'usage');
      expect(failure.message).toContain('kerberos');
      expect(JSON.stringify(failure.toBody())).not.toContain('hunter22');
    });

    test('[MO4] what the address says of reading and acknowledging is overruled', async () => {
      const url = mongo.url(mongo.newDatabase());
      const db = await otherProgram(url);
      await db.createCollection('things');
      // Unacknowledged, the write would count as missed; and there is no secondary to read from.
      const connector = await openMongo(
        `${url}${url.includes('?') ? '&' : '?'}w=0&readPreference=secondary&readConcernLevel=local`,
      );
      const side = await bindDocuments(connector, 'things');
      expect(await side.write({ intents: [insertInto('things', key('b'), rec({ _id: 'b' }))] })).toEqual([
        { status: 'applied' },
      ]);
      expect((await side.scan('things', null, 10)).records).toHaveLength(1);
    });

    test('[MO6] a side that is opened for reading only refuses every change', async () => {
      const url = mongo.url(mongo.newDatabase());
      const db = await otherProgram(url);
      await db.createCollection('things');
      const connector = await openMongo(url, { readOnly: true });
      const side = await bindDocuments(connector, 'things');
      await failureOf(side.write({ intents: [insertInto('things', key('b'), rec({ _id: 'b' }))] }), 'read-only');
      await failureOf(must(connector.setup, 'setup').create([]), 'read-only');
      expect((await side.scan('things', null, 10)).records).toEqual([]);
    });
  });
}

await describeSharedMongo('definitions of mongodb', 'replica-set', (mongo) => {
  const defined = async () => {
    const url = mongo.url(mongo.newDatabase());
    const db = await otherProgram(url);
    await db.createCollection('things', { validator: { n: { $gt: 0 } }, validationLevel: 'moderate' });
    const things = db.collection('things');
    await things.createIndex({ a: 1, b: -1 }, { name: 'ab', unique: true });
    await things.createIndex({ 'in.a': 1 }, { name: 'path', unique: true, sparse: true });
    await things.createIndex({ c: 1 }, { name: 'c', unique: true, collation: { locale: 'en', strength: 2 } });
    await things.createIndex({ d: 1 }, { name: 'd', unique: true, partialFilterExpression: { n: { $gt: 5 } } });
    await things.createIndex({ at: 1 }, { name: 'old', expireAfterSeconds: 3600 });
    return { url, db, connector: await openMongo(url) };
  };

  test('[MO10] collections and their unique indexes are described', async () => {
    const { connector } = await defined();
    const [things] = (await connector.describe()).collections;
    expect(things).toMatchObject({
      name: 'things',
      anyField: true,
      key: { fields: ['_id'], collations: ['binary'] },
      autoKey: false,
    });
    expect(things?.unique).toEqual([
      { name: 'ab', fields: ['a', 'b'], collations: ['binary', 'binary'], partial: false, nullsClash: true },
      { name: 'c', fields: ['c'], collations: ['unknown'], partial: false, nullsClash: true },
      { name: 'd', fields: ['d'], collations: ['binary'], partial: true, nullsClash: true },
      { name: 'path', fields: [null], collations: ['binary'], partial: true },
    ]);
  });

  test('[MO11] what is not synced is reported with its reason', async () => {
    const { db, connector } = await defined();
    await db.createCollection('seen', { viewOn: 'things', pipeline: [] });
    await db.createCollection('ring', { capped: true, size: 4096 });
    await db.createCollection('series', { timeseries: { timeField: 'at' } });
    await db.createCollection('__tandem_logs');
    await db.createCollection('collated', { collation: { locale: 'de' } });
    const { collections, reported } = await connector.describe();
    expect(collections.map(({ name, key: at }) => [name, at === null])).toEqual([
      ['collated', true],
      ['things', false],
    ]);
    expect(reported.map(({ name, kind }) => [name, kind])).toEqual(
      expect.arrayContaining([
        ['__tandem_logs', 'table'],
        ['collated', 'table'],
        ['ring', 'table'],
        ['seen', 'view'],
        ['series', 'table'],
        ['things.old', 'index'],
      ]),
    );
    await failureOf(bindDocuments(connector, 'seen'), 'schema-mismatch');
    await failureOf(bindDocuments(connector, 'series'), 'schema-mismatch');
    await failureOf(bindDocuments(connector, '__tandem_logs'), 'schema-mismatch');
    await failureOf(bindDocuments(connector, 'collated'), 'schema-mismatch');
  });

  test('[MO12] the statements make an equal collection, with everything that belongs to it', async () => {
    const [from, url] = [await defined(), mongo.url(mongo.newDatabase())];
    const to = await openMongo(url);
    const { identity: _source, ...described } = await from.connector.describe();
    await must(to.setup, 'setup').create(described.collections.flatMap(({ create }) => create));
    const { identity, ...made } = await to.describe();
    expect(made).toEqual(described);
    expect(identity).toEqual(await to.identity());
    const other = await otherProgram(url);
    await expect(other.collection('things').insertOne({ n: 0 })).rejects.toThrow(/validation/);
  });

  test.each([
    '{"drop":"things"}',
    '{"insert":"things","documents":[{}]}',
    '{"create":"_tandem_marker"}',
    '{"create":"v","viewOn":"things","pipeline":[]}',
    'db.dropDatabase()',
    '[]',
  ])('[MO12] %s is not carried out', async (statement) => {
    const { connector, db } = await defined();
    const before = await connector.describe();
    await failureOf(must(connector.setup, 'setup').create(['{"create":"more"}', statement]), 'refused');
    expect(await connector.describe()).toEqual(before);
    expect(await db.collection('things').countDocuments()).toBe(0);
  });

  test('[MO12] an index that the server refuses takes those back that were made beside it', async () => {
    const { connector, db } = await defined();
    const setup = must(connector.setup, 'setup');
    await db.collection('twice').insertMany([
      { _id: 'x' as never, n: 1 },
      { _id: 'y' as never, n: 1 },
    ]);
    const before = await connector.describe();
    const over = (key: string, unique: boolean): string =>
      EJSON.stringify({ createIndexes: 'twice', indexes: [{ name: `by_${key}`, key: { [key]: 1 }, unique }] });
    expect(await setup.clashUnder?.(over('n', true))).toBe(
      'the documents with the _id "x" and "y" have one value in n',
    );
    expect(await setup.clashUnder?.(over('n', false))).toBeNull();
    await failureOf(setup.create([over('m', false), over('n', true)]), 'refused');
    expect(await connector.describe()).toEqual(before);
  });

  test('[MO12] a statement that the server refuses takes the others back', async () => {
    const { connector } = await defined();
    const before = await connector.describe();
    const broken = EJSON.stringify({ createIndexes: 'more', indexes: [{ name: 'x', key: { a: 'no such kind' } }] });
    await failureOf(must(connector.setup, 'setup').create(['{"create":"more"}', broken]), 'refused');
    expect(await connector.describe()).toEqual(before);
  });
});

await describeOwnMongo('which primary it is', { kind: 'replica-set' }, (start) => {
  test('[MO8] without the word of most members nothing is bound; with it they are not asked again', async () => {
    const server = await start();
    const proxy = await tcpProxy(server.port);
    onTestFinished(() => proxy.close());
    await (await otherProgram(server.url('things'))).createCollection('things');
    const connector = await openMongo(server.url('things', { through: proxy.port }));
    proxy.dropAnswers(true, 'linearizable');
    await failureOf(bindDocuments(connector, 'things'), 'unreachable');
    proxy.dropAnswers(false);
    await bindDocuments(connector, 'things');
    proxy.dropAnswers(true, 'linearizable');
    const side = await bindDocuments(connector, 'things');
    expect((await side.scan('things', null, 10)).records).toEqual([]);
  });

  test('[MO68] an address that leads to another server by now is another database, and the same again once it leads back', async () => {
    const [one, other] = [await start(), await start()];
    const proxy = await tcpProxy(one.port);
    onTestFinished(() => proxy.close());
    const connector = await openMongo(one.url('things', { through: proxy.port }));
    const { id } = await connector.identity();
    const idNow = async (): Promise<string> => (await connector.identity()).id;
    proxy.leadTo(other.port);
    await expect.poll(idNow, { timeout: 20_000 }).not.toBe(id);
    expect((await connector.describe()).identity?.id).not.toBe(id);
    proxy.leadTo(one.port);
    await expect.poll(idNow, { timeout: 20_000 }).toBe(id);
  });
});
