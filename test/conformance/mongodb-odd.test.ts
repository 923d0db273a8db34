import { serialize } from 'bson';
import { MongoServerError } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { BoundCollection } from '../../electron/connectors/mongodb/bound-collection.ts';
import { int32, named, objectOf, text } from '../../electron/connectors/mongodb/bson/statement.ts';
import { documentOf } from '../../electron/connectors/mongodb/bson/walk.ts';
import type { MongoDatabase } from '../../electron/connectors/mongodb/mongo-database.ts';
import { findTuples } from '../../electron/connectors/mongodb/read/lookup.ts';
import { readKeys } from '../../electron/connectors/mongodb/read/read.ts';
import { documentSequence } from '../../electron/connectors/mongodb/write/document-sequence.ts';
import { writeExclusively } from '../../electron/connectors/mongodb/write/exclusive.ts';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { elementOfValue } from '../../electron/engine/port/bson-value.ts';
import type { WriteIntent } from '../../electron/engine/port/connector.ts';
import { recordFrom, type RecordImage } from '../../electron/engine/port/record.ts';
import { BsonValue, type Value } from '../../electron/engine/port/value.ts';
import { KeepingDatabase } from '../support/keeping-database.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { bindDocuments, documentsOf, openMongo, otherProgram, rawDocuments } from './mongodb-support.ts';
import { fill, insertInto, key, readOne, updateIn, writeOne } from './suite-support.ts';

const noText = Buffer.from([2, 0, 0, 0, 0xff, 0]);
const pointer = Buffer.concat([Buffer.from([2, 0, 0, 0, 97, 0]), Buffer.alloc(12, 1)]);
const inside = (name: string, type: number, bytes: Buffer): Buffer => documentOf([{ name, type, bytes }]);
const twice = documentOf([named('x', int32(1)), named('x', int32(2))]);

/** A NaN that is not the one that programs write. */
const nan = { type: bsonType.double, bytes: Buffer.from('010000000000f8ff', 'hex') };

/** What no driver sends today. */
const odd: [string, BsonValue][] = [
  ['undefined', new BsonValue(bsonType.undefined, new Uint8Array(0))],
  ['a DBPointer', new BsonValue(bsonType.pointer, pointer)],
  ['a date beyond the year 275760', new BsonValue(bsonType.date, Buffer.from('ffffffffffffff7f', 'hex'))],
  ['text that is not valid UTF-8', new BsonValue(bsonType.string, noText)],
  ['such a text inside', new BsonValue(bsonType.object, inside('t', bsonType.string, noText))],
  ['an inner name that is no text', new BsonValue(bsonType.object, Buffer.from('0c00000010ff000700000000', 'hex'))],
  ['two inner fields of one name', new BsonValue(bsonType.object, twice)],
  ['a list with a hole', new BsonValue(bsonType.array, Buffer.from(serialize({ 1: 'x' })))],
  ['a pattern with its options in another order', new BsonValue(bsonType.regex, Buffer.from('a\0mi\0'))],
  [
    'undefined in a list in a document',
    new BsonValue(bsonType.object, inside('l', bsonType.array, inside('0', bsonType.undefined, Buffer.alloc(0)))),
  ],
];

const holding = (id: Value, value: Value): RecordImage =>
  recordFrom([
    ['_id', id],
    ['a', value],
  ]);
const documentFor = (record: RecordImage): Buffer =>
  documentOf(record.names.map((name, at) => named(name, elementOfValue(record.values[at] as Value))));
const hex = (bytes: readonly Buffer[]): string => bytes.map((each) => each.toString('hex')).join(' ');

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`bytes for mongodb, ${kind}`, kind, (mongo) => {
    const bound = async () => {
      const url = mongo.url(mongo.newDatabase());
      const db = await otherProgram(url);
      await db.createCollection('things');
      return { db, side: await bindDocuments(await openMongo(url), 'things') };
    };

    test('[MO69] lists of a command go out as the bytes that they are, through the driver', async () => {
      const { db } = await bound();
      const documents = [1, 2, 3].map((id) => documentOf([named('_id', int32(id)), named('a', nan)]));
      expect(await db.command({ insert: 'things', documents: documentSequence('documents', documents) })).toMatchObject(
        { n: 3 },
      );
      expect(await rawDocuments(db, 'things')).toEqual(documents);
      const q = named('q', objectOf(named('_id', int32(1))));
      const u = named('u', objectOf(named('$set', objectOf(named('a', text('b'))))));
      const updates = documentSequence('updates', [documentOf([q, u])]);
      expect(await db.command({ update: 'things', updates })).toMatchObject({ n: 1 });
      const deletes = documentSequence('deletes', [documentOf([q, named('limit', int32(1))])]);
      expect(await db.command({ delete: 'things', deletes })).toMatchObject({ n: 1 });
      expect(await rawDocuments(db, 'things')).toEqual(documents.slice(1));
    });

    test('[MO69] [MO20] a value of which the driver would send another is written, changed, compared and deleted', async () => {
      const { db, side } = await bound();
      const strange = new BsonValue(nan.type, nan.bytes);
      const record = holding(1n, strange);
      await fill(side, [insertInto('things', key(1n), record), insertInto('things', key(2n), holding(2n, 'x'))]);
      await fill(side, [updateIn('things', key(2n), { a: ['x', strange] })]);
      expect(await rawDocuments(db, 'things')).toEqual([record, holding(2n, strange)].map(documentFor));
      await fill(side, [updateIn('things', key(2n), { a: [strange, 'y'] })]);
      expect(await readOne(side, 'things', key(2n))).toEqual(holding(2n, 'y'));
      expect(await writeOne(side, updateIn('things', key(1n), { a: [Number.NaN, 'y'] }))).toMatchObject({
        status: 'changed',
      });
    });

    test.each(odd)('[MO70] [MO20] %s arrives as it is, or is rejected and nothing is written', async (_, value) => {
      const { db, side } = await bound();
      const record = holding(1n, value);
      const outcome = async (result: { status: string }): Promise<string> =>
        `${result.status} ${hex(await rawDocuments(db, 'things'))}`;
      const inserted = await writeOne(side, insertInto('things', key(1n), record));
      expect([`applied ${hex([documentFor(record)])}`, 'rejected ']).toContain(await outcome(inserted));
      await db.collection('things').deleteMany({});
      const plain = holding(1n, 'x');
      await fill(side, [insertInto('things', key(1n), plain)]);
      const updated = await writeOne(side, updateIn('things', key(1n), { a: ['x', value] }));
      const either = [`applied ${hex([documentFor(record)])}`, `rejected ${hex([documentFor(plain)])}`];
      expect(either).toContain(await outcome(updated));
    });
  });
}

await describeSharedMongo('bytes for mongodb without transactions', 'standalone', (mongo) => {
  test('[MO70] without transactions what no driver sends is rejected, and says why, also beforehand', async () => {
    const url = mongo.url(mongo.newDatabase());
    const db = await otherProgram(url);
    await db.createCollection('things');
    const side = await bindDocuments(await openMongo(url), 'things');
    const plain = insertInto('things', key(2n), holding(2n, 'x'));
    for (const [, value] of odd) {
      const intent = insertInto('things', key(1n), holding(1n, value));
      const rejection = await writeOne(side, intent);
      expect(rejection).toMatchObject({
        status: 'rejected',
        code: 'type',
        detail: expect.stringMatching(/^it holds .*, and a server without transactions/) as string,
      });
      expect(await side.foresee?.([intent, plain])).toEqual([rejection, null]);
    }
    expect(await rawDocuments(db, 'things')).toEqual([]);
  });
});

describe('what no driver sends', () => {
  const bound = new BoundCollection(documentsOf('things'), '_id', []);
  const inserts: readonly WriteIntent[] = [
    insertInto('things', key(0n), holding(0n, 'x')),
    ...odd.map(([, value], at) => insertInto('things', key(BigInt(at + 1)), holding(BigInt(at + 1), value))),
  ];
  const write = (kept: KeepingDatabase, intents: readonly WriteIntent[] = inserts) =>
    writeExclusively(
      { database: kept.database, doing: { operation: 'write', what: 'Writing' }, collection: () => bound },
      intents,
    );
  const documents = inserts.map((intent) => documentFor(intent.op === 'insert' ? intent.to : recordFrom([])));

  test('[MO70] is applied where the server keeps it, in one command and byte by byte', async () => {
    const kept = new KeepingDatabase((document) => document);
    expect(await write(kept)).toEqual(inserts.map(() => ({ status: 'applied' })));
    expect(kept.committed).toEqual(documents);
    expect(kept.commands).toBe(1);
  });

  test('[MO70] is taken back and rejected where the server makes another of it, and the others are written', async () => {
    const other = holding(1n, null);
    const kept = new KeepingDatabase((document) =>
      document.equals(documents[1] as Buffer) ? documentFor(other) : document,
    );
    const [plain, undefinedOne, ...more] = await write(kept);
    expect(undefinedOne).toEqual({
      status: 'rejected',
      code: 'type',
      detail: 'it holds a value of the old type "undefined", and the server would keep another in its place',
    });
    expect(new Set([plain, ...more].map((result) => result?.status))).toEqual(new Set(['applied']));
    expect(kept.committed).toEqual(documents.toSpliced(1, 1));
  });

  test('[MO70] is rejected where the server cannot read the command for it, and the others are written', async () => {
    const unread = documents.slice(4, 7);
    const kept = new KeepingDatabase((document) => {
      if (unread.some((each) => each.equals(document))) throw new MongoServerError({ message: 'no UTF-8', code: 2 });
      return document;
    });
    const results = await write(kept);
    expect(results.slice(4, 7)).toEqual(
      unread.map(() => ({
        status: 'rejected',
        code: 'type',
        detail: 'it holds a text that is not valid UTF-8, which the server does not take: no UTF-8',
      })),
    );
    expect(kept.committed).toEqual(documents.toSpliced(4, 3));
  });

  test('[MO70] is not blamed for a command that fails for another reason', async () => {
    const kept = new KeepingDatabase(() => {
      throw new MongoServerError({ message: 'not allowed', code: 13 });
    });
    await expect(write(kept)).rejects.toThrow('not allowed');
  });

  const bson = (type: number, bytes: string): BsonValue => new BsonValue(type, Buffer.from(bytes, 'hex'));
  const damaged: [string, BsonValue][] = [
    ['a document that ends too early', bson(bsonType.object, '0900000010610000')],
    ['a field in it that ends too early', bson(bsonType.object, '090000001061000000')],
    ['a text without its end', bson(bsonType.object, '0e000000026100020000006162'.concat('00'))],
    ['a boolean that is neither', bson(bsonType.boolean, '02')],
    ['code without its text', bson(bsonType.scopedCode, '0500000000')],
    ['a field of an unknown type', bson(bsonType.object, '0900000055610000'.concat('00'))],
  ];
  test.each(damaged)('[MO70] %s is rejected before anything is sent', async (_, value) => {
    const kept = new KeepingDatabase((document) => document);
    expect(await write(kept, [insertInto('things', key(1n), holding(1n, value))])).toMatchObject([
      { status: 'rejected', code: 'type', detail: expect.stringMatching(/^one of its values is damaged/) as string },
    ]);
    expect(kept.commands).toBe(0);
  });

  test('[MO70] names that no document can have are rejected', async () => {
    const kept = new KeepingDatabase((document) => document);
    for (const name of ['a\0b', '\ud800'])
      expect(
        await write(kept, [
          insertInto(
            'things',
            key(1n),
            recordFrom([
              ['_id', 1n],
              [name, 'x'],
            ]),
          ),
        ]),
      ).toMatchObject([{ status: 'rejected', field: name }]);
    expect(kept.commands).toBe(0);
  });

  test('[MO71] finds nothing by its value, and is no reason to fail', async () => {
    const asked: unknown[] = [];
    const database = {
      async *find(_: string, query: { readonly filter: unknown }) {
        asked.push(query.filter);
        yield documentFor(holding(1n, 'x'));
      },
    } as unknown as MongoDatabase;
    const tuples = [...odd.map(([, value]) => [value]), ['x']];
    const found = await findTuples(
      database,
      bound,
      { collection: 'things', fields: ['a'], tuples, limit: 2 },
      { names: ['a'], index: undefined },
    );
    expect(found.at(-1)).toEqual([key(1n)]);
    expect(found.filter((keys) => keys.length === 0)).toHaveLength(odd.length - 1);
    expect(asked).toHaveLength(3);
  });

  const ids: [string, BsonValue][] = [
    ['a DBPointer', new BsonValue(bsonType.pointer, pointer)],
    ['a date beyond the year 275760', bson(bsonType.date, 'ffffffffffffff7f')],
    ['a document with two fields of one name', new BsonValue(bsonType.object, twice)],
  ];
  test.each(ids)(
    '[MO72] a document whose _id is %s is left, and none that was deleted when it is read',
    async (_, id) => {
      const at = key(id);
      expect(bound.found(documentFor(recordFrom([['_id', id]])))).toMatchObject({
        left: { key: at, why: expect.stringContaining('nobody can ask a server for') as string },
      });
      const read = await readKeys(new KeepingDatabase((document) => document).database, bound, [at]);
      expect(read.get(at)).toMatchObject({ left: { key: at } });
    },
  );
});
