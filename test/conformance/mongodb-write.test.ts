import { Double, Long, serialize } from 'bson';
import { expect, onTestFinished, test } from 'vitest';
import { FIELD_ORDER, type Side, type WriteIntent } from '../../electron/engine/port/connector.ts';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { fieldOf, recordFrom, type RecordImage } from '../../electron/engine/port/record.ts';
import { BsonValue, type Value } from '../../electron/engine/port/value.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeOwnMongo, describeSharedMongo } from '../support/mongo-server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { bindDocuments, openMongo, otherProgram, rawDocuments } from './mongodb-support.ts';
import {
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  key,
  readOne,
  scanAll,
  statusesOf,
  updateIn,
  writeOne,
} from './suite-support.ts';

const record = (id: Value, fields: Readonly<Record<string, Value>> = {}): RecordImage =>
  recordFrom([['_id', id], ...Object.entries(fields)]);
const insert = (id: Value, fields: Readonly<Record<string, Value>> = {}): WriteIntent =>
  insertInto('things', key(id), record(id, fields));
const embedded = (fields: Readonly<Record<string, unknown>>): BsonValue =>
  new BsonValue(bsonType.object, serialize(fields));

/** Adds one to a field again and again by what was read before; gives how often that was applied. */
async function countUp(side: Side, rounds: number): Promise<number> {
  let applied = 0;
  for (let round = 0; round < rounds; round++) {
    const now = await readOne(side, 'things', key(1n));
    const n = fieldOf(now, 'n') as bigint;
    const { status } = await writeOne(side, updateIn('things', key(1n), { n: [n, n + 1n] }));
    expect(['applied', 'changed']).toContain(status);
    if (status === 'applied') applied++;
  }
  return applied;
}

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`writes to mongodb, ${kind}`, kind, (mongo) => {
    const bound = async () => {
      const url = mongo.url(mongo.newDatabase());
      const db = await otherProgram(url);
      await db.createCollection('things');
      const connector = await openMongo(url);
      return { url, db, connector, things: db.collection('things'), side: await bindDocuments(connector, 'things') };
    };

    test('[MO40] two clients and a third that count up at once lose no update', async () => {
      const { url, side, things } = await bound();
      const other = await bindDocuments(await openMongo(url), 'things');
      await fill(side, [insert(1n, { n: 0n, theirs: 0n })]);
      const third = async (): Promise<number> => {
        for (let i = 0; i < 40; i++) {
          await things.updateOne({ _id: 1 as never }, { $inc: { n: Long.fromNumber(1), theirs: Long.fromNumber(1) } });
          await new Promise((done) => setTimeout(done, 2));
        }
        return 40;
      };
      const applied = await Promise.all([countUp(side, 60), countUp(other, 60), third()]);
      const now = await readOne(side, 'things', key(1n));
      expect(fieldOf(now, 'n')).toBe(applied.reduce((sum, n) => sum + BigInt(n), 0n));
      expect(fieldOf(now, 'theirs')).toBe(40n);
      expect(applied[0]).toBeGreaterThan(0);
    });

    test('[MO40] a number that others gave another type is not overwritten', async () => {
      const { side, things } = await bound();
      await fill(side, [insert(1n, { n: 1n }), insert(2n, { n: 1n })]);
      await things.updateMany({}, { $set: { n: new Double(1) } });
      const results = await side.write({
        intents: [updateIn('things', key(1n), { n: [1n, 2n] }), deleteFrom('things', key(2n), record(2n, { n: 1n }))],
      });
      expect(results).toEqual([1n, 2n].map((id) => ({ status: 'changed', actual: record(id, { n: 1 }) })));
    });

    test('[MO41] what others do to other fields at the same time stays', async () => {
      const { side, things } = await bound();
      await fill(side, [insert(1n, { mine: 0n, theirs: 0n })]);
      const mine = async (): Promise<void> => {
        for (let i = 0n; i < 40n; i++) await fill(side, [updateIn('things', key(1n), { mine: [i, i + 1n] })]);
      };
      const theirs = async (): Promise<void> => {
        for (let i = 0; i < 40; i++)
          await things.updateOne({ _id: 1 as never }, { $inc: { theirs: Long.fromNumber(1) } });
      };
      await Promise.all([mine(), theirs()]);
      expect(await readOne(side, 'things', key(1n))).toEqual(record(1n, { mine: 40n, theirs: 40n }));
    });

    const owners: [string, Record<string, 1>, Record<string, unknown>, Record<string, Value>, Record<string, Value>][] =
      [
        ['compound', { a: 1, b: 1 }, {}, { a: 'x', b: 1n }, { a: 'x', b: 1n }],
        ['nested', { 'a.b': 1 }, {}, { a: embedded({ b: 'x', c: 1 }) }, { a: embedded({ b: 'x', c: 2 }) }],
        ['sparse', { a: 1 }, { sparse: true }, { a: 'x' }, { a: 'x', b: 1n }],
        ['partial', { a: 1 }, { partialFilterExpression: { b: { $gt: 0 } } }, { a: 'x', b: 1n }, { a: 'x', b: 2n }],
        ['collated', { a: 1 }, { collation: { locale: 'en', strength: 2 } }, { a: 'Ann' }, { a: 'aNN' }],
        ['list', { a: 1 }, {}, { a: new BsonValue(bsonType.array, serialize({ 0: 'x', 1: 'y' })) }, { a: 'y' }],
      ];
    test.each(owners)(
      '[MO43] [MO32] the owner of a clash in a unique index, %s',
      async (_, index, options, held, wanted) => {
        const { db, side } = await bound();
        const indexed = db.collection('indexed');
        await indexed.createIndex(index, { name: 'one of each', unique: true, ...options });
        const both = await bindDocuments(await openMongo(mongo.url(db.databaseName)), 'indexed', 'things');
        const put = (id: bigint, fields: Record<string, Value>): WriteIntent =>
          insertInto('indexed', key(id), record(id, fields));
        await fill(both, [put(1n, held)]);
        const clash = { status: 'rejected', code: 'unique', index: 'one of each', ownerKey: key(1n) };
        const results = await both.write({ intents: [put(2n, wanted), put(3n, { a: 'free', b: 9n })] });
        expect(results).toMatchObject([clash, { status: 'applied' }]);
        const [, free] = Object.entries(wanted);
        const changes = {
          a: ['free', wanted['a']],
          ...(free && wanted['b'] !== undefined ? { b: [9n, wanted['b']] } : {}),
        } as const;
        expect(await writeOne(both, updateIn('indexed', key(3n), changes as never))).toMatchObject(clash);
        expect(await side.digest?.count('things')).toBe(0);
      },
    );

    test('[MO44] a validator and the largest size refuse their own document and no other', async () => {
      const { db } = await bound();
      await db.createCollection('strict', { validator: { n: { $gt: 0 } } });
      const side = await bindDocuments(await openMongo(mongo.url(db.databaseName)), 'strict');
      const put = (id: bigint, fields: Record<string, Value>): WriteIntent =>
        insertInto('strict', key(id), record(id, fields));
      const large = 'x'.repeat(16 * 1024 * 1024);
      const results = await side.write({
        intents: [put(1n, { n: 1n }), put(2n, { n: 0n }), put(3n, { n: 1n, large }), put(4n, { n: 2n })],
      });
      expect(results).toMatchObject([
        { status: 'applied' },
        { code: 'check' },
        { code: 'too-large' },
        { status: 'applied' },
      ]);
      expect(await writeOne(side, updateIn('strict', key(1n), { n: [1n, 0n] }))).toMatchObject({ code: 'check' });
      expect(await rawDocuments(db, 'strict')).toHaveLength(2);
    });

    const rewritten = { 'replica-set': 'applied', standalone: 'rejected' } as const;
    test(`[MO45] [MO31] a document of 15 MB; to put its fields in another order is ${rewritten[kind]}`, async () => {
      const { side, db } = await bound();
      const large = 'y'.repeat(15_000_000);
      await fill(side, [insert(1n, { large, n: 1n }), insert(2n, { large, n: 1n }), insert(3n)]);
      await fill(side, [updateIn('things', key(1n), { n: [1n, 2n] })]);
      const page = await side.scan('things', null, 100);
      expect(page.records.map(({ key: at }) => at)).toEqual([key(1n), key(2n)]);
      expect(page.next).toBe(key(2n));
      expect((await scanAll(side, 'things')).keys).toEqual([key(1n), key(2n), key(3n)]);
      const result = await writeOne(side, updateIn('things', key(1n), { [FIELD_ORDER]: [undefined, 'n\0large\0'] }));
      expect(result.status).toBe(rewritten[kind]);
      await fill(side, [deleteFrom('things', key(2n), record(2n, { large, n: 1n }))]);
      expect(await rawDocuments(db, 'things')).toHaveLength(2);
    });
  });
}

await describeSharedMongo('transactions of mongodb', 'replica-set', (mongo) => {
  const sealed = async () => {
    const url = mongo.url(mongo.newDatabase());
    const db = await otherProgram(url);
    await db.collection('things').createIndex({ u: 1 }, { name: 'u', unique: true, sparse: true });
    const connector = await openMongo(url);
    await must(connector.setup, 'setup').installMarker('office', 1);
    return { url, db, connector, side: await bindDocuments(connector, 'things') };
  };

  test('[MO42] [MO43] what is refused inside of a sealed batch is taken out, and the rest is carried out', async () => {
    const { side, db } = await sealed();
    const results = await side.write({
      intents: [
        insert(1n, { u: 'x' }),
        insert(2n, { u: 'x' }),
        insert(3n, { u: 'y' }),
        insert(4n, { u: 'y' }),
        insert(1n),
      ],
      seal: { pair: 'office', batch: 3 },
    });
    expect(statusesOf(results)).toEqual(['applied', 'rejected', 'applied', 'rejected', 'changed']);
    expect(results[1]).toMatchObject({ code: 'unique', index: 'u', ownerKey: key(1n) });
    expect(results[3]).toMatchObject({ code: 'unique', index: 'u', ownerKey: key(3n) });
    expect(await side.marker?.read('office')).toMatchObject({
      batch: 3,
      missed: [{ key: key(2n) }, { key: key(4n) }, { key: key(1n) }],
    });
    expect(await rawDocuments(db, 'things')).toHaveLength(2);
  });

  test('[MO42] sealed batches beside others who write the same documents lose nothing', async () => {
    const { side, db } = await sealed();
    await fill(side, [insert(1n, { n: 0n, theirs: 0n })]);
    let batch = 0;
    const mine = async (): Promise<number> => {
      let applied = 0;
      for (let i = 0; i < 25; i++) {
        const n = fieldOf(await readOne(side, 'things', key(1n)), 'n') as bigint;
        const intents = [updateIn('things', key(1n), { n: [n, n + 1n] })];
        const [result] = await side.write({ intents, seal: { pair: 'office', batch: ++batch } });
        if (result?.status === 'applied') applied++;
      }
      return applied;
    };
    const theirs = async (): Promise<void> => {
      for (let i = 0; i < 25; i++) {
        await db
          .collection('things')
          .updateOne({ _id: 1 as never }, { $inc: { n: Long.fromNumber(1), theirs: Long.fromNumber(1) } });
        await new Promise((done) => setTimeout(done, 5));
      }
    };
    const [applied] = await Promise.all([mine(), theirs()]);
    const now = await readOne(side, 'things', key(1n));
    expect([fieldOf(now, 'n'), fieldOf(now, 'theirs')]).toEqual([BigInt(applied + 25), 25n]);
    expect(applied).toBeGreaterThan(0);
  });

  test('[MO42] a document that stays locked by others ends as busy, and nothing is applied', async () => {
    const { side, db, url } = await sealed();
    await fill(side, [insert(1n, { n: 0n })]);
    const other = await otherProgram(url);
    const session = other.client.startSession();
    onTestFinished(() => session.endSession());
    session.startTransaction();
    await other.collection('things').updateOne({ _id: 1 as never }, { $set: { n: 'locked' } }, { session });
    const call = side.write({
      intents: [updateIn('things', key(1n), { n: [0n, 1n] }), insert(2n)],
      seal: { pair: 'office', batch: 1 },
    });
    await failureOf(call, 'busy');
    await session.abortTransaction();
    expect(await rawDocuments(db, 'things')).toHaveLength(1);
    expect(await side.marker?.read('office')).toMatchObject({ batch: 0 });
  });
});

await describeOwnMongo('answers of mongodb that are lost', { kind: 'replica-set' }, (start) => {
  const behindProxy = async () => {
    const server = await start();
    const proxy = await tcpProxy(server.port);
    onTestFinished(() => proxy.close());
    const db = await otherProgram(server.url('lost'));
    await db.createCollection('things');
    const connector = await openMongo(server.url('lost', { through: proxy.port }));
    return { db, proxy, side: await bindDocuments(connector, 'things') };
  };

  test('[MO46] a write whose answer is lost is found to be done, or the call says that nobody knows', async () => {
    const { db, proxy, side } = await behindProxy();
    proxy.dropAnswers(1, 'insert');
    await fill(side, [insert(1n, { a: 'x' }), insert(2n)]);
    proxy.dropAnswers(1, 'update');
    await fill(side, [updateIn('things', key(1n), { a: ['x', 'y'] })]);
    proxy.dropAnswers(1, 'delete');
    await fill(side, [deleteFrom('things', key(2n), record(2n))]);
    expect(await rawDocuments(db, 'things')).toHaveLength(1);
    await db.collection('things').insertOne({ _id: 9 as never, a: 'theirs' });
    proxy.dropAnswers(1, 'insert');
    await failureOf(side.write({ intents: [insert(3n), insert(9n)] }), 'lost-answer');
  });

  test('[MO46] a commit whose answer is lost is asked again', async () => {
    const { proxy, side } = await behindProxy();
    proxy.dropAnswers(1, 'commitTransaction');
    const results = await side.write({
      intents: [
        { ...insert(1n), group: 1 },
        { ...insert(2n), group: 1 },
      ],
    });
    expect(statusesOf(results)).toEqual(['applied', 'applied']);
    expect((await scanAll(side, 'things')).keys).toEqual([key(1n), key(2n)]);
  });
});
