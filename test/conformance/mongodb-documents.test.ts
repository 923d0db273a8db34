import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import { describe, expect, test } from 'vitest';
import { BoundCollection } from '../../electron/connectors/mongodb/bound-collection.ts';
import { documentOf, elementNamed, elementsOf } from '../../electron/connectors/mongodb/bson/walk.ts';
import { bsonType } from '../../electron/engine/port/bson-type.ts';
import { FIELD_ORDER, type Side } from '../../electron/engine/port/connector.ts';
import { entriesOf, recordFrom, type RecordImage } from '../../electron/engine/port/record.ts';
import { BsonValue, type Value } from '../../electron/engine/port/value.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { bindDocuments, documentsOf, exactly, openMongo, otherProgram, rawDocuments } from './mongodb-support.ts';
import {
  deleteFrom,
  failureOf,
  fill,
  insertInto,
  key,
  readOne,
  rec,
  scanAll,
  updateIn,
  writeOne,
} from './suite-support.ts';

/** A document of other programs, as the driver takes it. */
const doc = (...fields: readonly (readonly [string, unknown])[]): Map<string, unknown> => new Map(fields);

const everyType = doc(
  ['_id', new ObjectId('65f000000000000000000001')],
  ['z', new Double(1)],
  ['10', new Int32(1)],
  ['2', Long.fromString('9007199254740993')],
  ['inner', doc(['b', new Double(-0)], ['10', null], ['2', [new Int32(1), doc(['y', ''], ['x', new Double(0.1)])]])],
  ['', new Int32(7)],
  ['no number', new Double(NaN)],
  ['list', [[], doc(), [null, true, false]]],
  ['decimal', Decimal128.fromString('1.10')],
  ['date', new Date('1969-12-31T23:59:59.999Z')],
  ['uuid', new Binary(Buffer.alloc(16, 7), 4)],
  ['old bytes', new Binary(Buffer.from([1, 2, 3]), 2)],
  ['bytes', new Binary(Buffer.from([0, 255]), 0)],
  ['own bytes', new Binary(Buffer.from([1]), 0x80)],
  ['pattern', new BSONRegExp('^a/b', 'im')],
  ['code', new Code('x = 1')],
  ['scoped', new Code('y', { a: new Int32(1) })],
  ['symbol', new BSONSymbol('s')],
  ['stamp', new Timestamp({ t: 7, i: 9 })],
  ['min', new MinKey()],
  ['max', new MaxKey()],
  ['text', 'Größe \u{1F600}\0x'],
);

/** Not every server finds a document with NaN in it equal to itself. */
const comparable = new Map([...everyType].filter(([name]) => name !== 'no number'));

async function copied(from: Side, to: Side, collection: string): Promise<void> {
  const { records } = await scanAll(from, collection, 3);
  await fill(
    to,
    [...records].map(([at, record]) => insertInto(collection, at, record)),
  );
}

const elementNames = (raw: Buffer): string[] => {
  const found = new BoundCollection(documentsOf('x'), '_id', []).found(raw);
  return 'left' in found ? [] : found.elements.map(({ name }) => name);
};

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`documents of mongodb, ${kind}`, kind, (mongo) => {
    const bound = async (name = 'things') => {
      const url = mongo.url(mongo.newDatabase());
      const db = await otherProgram(url);
      await db.createCollection(name);
      const connector = await openMongo(url);
      return { url, db, connector, side: await bindDocuments(connector, name) };
    };

    test('[MO20] every type, order and number arrives byte by byte', async () => {
      const [from, to] = [await bound(), await bound()];
      await from.db.command({ insert: 'things', documents: [everyType, doc(['_id', null]), doc(['_id', 'only'])] });
      await copied(from.side, to.side, 'things');
      const [sent, arrived] = [await rawDocuments(from.db, 'things'), await rawDocuments(to.db, 'things')];
      expect(arrived).toEqual(sent);
      expect(sent).toHaveLength(3);
      expect(sent.map(elementNames)).toContainEqual([...everyType.keys()]);
    });

    test('[MO20] [MO41] an update of one field leaves every byte of the others', async () => {
      const { db, side } = await bound();
      await db.command({ insert: 'things', documents: [comparable] });
      const [before] = (await side.scan('things', null, 10)).records;
      const at = before?.key ?? key('');
      const names = (before?.record.names ?? []).filter((name) => name !== '_id' && name !== FIELD_ORDER);
      expect(names).toHaveLength(comparable.size - 1);
      for (const name of names) {
        const value = entriesOf(before?.record as RecordImage).find(([each]) => each === name)?.[1] as Value;
        await fill(side, [updateIn('things', at, { [name]: [value, 'meanwhile'] })]);
        await fill(side, [updateIn('things', at, { [name]: ['meanwhile', value] })]);
      }
      expect(await readOne(side, 'things', at)).toEqual(before?.record);
      expect((await rawDocuments(db, 'things')).map(elementNames)).toEqual([[...comparable.keys()]]);
    });

    test('[MO21] fields are written in the order that the record tells', async () => {
      const { db, side } = await bound();
      const record = (order: string | undefined, more: Record<string, Value> = {}): RecordImage =>
        recordFrom([['_id', 1n], ['a', 1n], ['b', 2n], ['c', 3n], [FIELD_ORDER, order], ...Object.entries(more)]);
      const order = async (): Promise<unknown> => (await rawDocuments(db, 'things')).map(elementNames)[0];
      await fill(side, [insertInto('things', key(1n), record('c\0a\0b\0'))]);
      expect(await order()).toEqual(['_id', 'c', 'a', 'b']);
      expect(await readOne(side, 'things', key(1n))).toEqual(record('c\0a\0b\0'));
      await fill(side, [updateIn('things', key(1n), { [FIELD_ORDER]: ['c\0a\0b\0', 'b\0c\0a\0'], a: [1n, 9n] })]);
      expect(await order()).toEqual(['_id', 'b', 'c', 'a']);
      await fill(side, [updateIn('things', key(1n), { [FIELD_ORDER]: ['b\0c\0a\0', undefined], a: [9n, 1n] })]);
      expect(await order()).toEqual(['_id', 'a', 'b', 'c']);
      expect(await readOne(side, 'things', key(1n))).toEqual(record(undefined));
      await fill(side, [updateIn('things', key(1n), { aa: [undefined, 1n], ab: [undefined, 2n] })]);
      expect(await order()).toEqual(['_id', 'a', 'aa', 'ab', 'b', 'c']);
    });

    test('[MO21] an order that does not fit the fields is filled up by name, and told as it is stored', async () => {
      const { side } = await bound();
      const fields: [string, Value][] = [
        ['_id', 1n],
        ['a', 1n],
        ['b', 2n],
        ['c', 3n],
      ];
      const stored = recordFrom([...fields, [FIELD_ORDER, 'c\0a\0b\0']]);
      const told = recordFrom([...fields, [FIELD_ORDER, 'nowhere\0c\0']]);
      expect(await writeOne(side, insertInto('things', key(1n), told))).toEqual({ status: 'applied', stored });
      expect(await readOne(side, 'things', key(1n))).toEqual(stored);
    });

    test('[MO22] names with dots and dollar signs are names', async () => {
      const { db, side } = await bound();
      const record = recordFrom([
        ['_id', 1n],
        ['$set', 's'],
        ['a', 1n],
        ['a.b', 'x'],
        ['$$ROOT', '$a'],
      ]);
      await fill(side, [insertInto('things', key(1n), record)]);
      await fill(side, [updateIn('things', key(1n), { 'a.b': ['x', 'y'], a: [1n, 2n] })]);
      await fill(side, [updateIn('things', key(1n), { $set: ['s', undefined], '$a.$b': [undefined, '$a'] })]);
      const names = (await rawDocuments(db, 'things')).map(elementNames);
      expect(names).toEqual([['_id', '$$ROOT', '$a.$b', 'a', 'a.b']]);
      expect(
        await side.lookup?.find({ collection: 'things', fields: ['a.b'], tuples: [['y'], ['x']], limit: 5 }),
      ).toEqual([[key(1n)], []]);
    });

    test('[MO23] an _id that makes no key is left, with its key where others could have it', async () => {
      const { db, side } = await bound();
      await db.command({
        insert: 'things',
        documents: [
          doc(['_id', Decimal128.fromString('0.5')]),
          doc(['_id', new Int32(3)]),
          doc(['_id', Decimal128.fromString('7.0')]),
        ],
      });
      const { keys, left } = await scanAll(side, 'things', 1);
      expect(keys).toEqual([key(3n), key(7n)]);
      expect(left).toEqual([expect.objectContaining({ why: expect.stringContaining('0.5') as unknown })]);
      expect(await writeOne(side, insertInto('things', key(0.5), recordFrom([['_id', 0.5]])))).toMatchObject({
        status: 'rejected',
      });
    });

    test('[MO24] an empty timestamp is rejected, an inner one is kept', async () => {
      const { db, side } = await bound();
      const empty = new BsonValue(bsonType.timestamp, new Uint8Array(8));
      const inner = new BsonValue(bsonType.object, serialize({ t: new Timestamp(0n) }));
      expect(
        await writeOne(
          side,
          insertInto(
            'things',
            key(1n),
            recordFrom([
              ['_id', 1n],
              ['t', empty],
            ]),
          ),
        ),
      ).toMatchObject({
        code: 'type',
      });
      await fill(side, [
        insertInto(
          'things',
          key(2n),
          recordFrom([
            ['_id', 2n],
            ['t', inner],
          ]),
        ),
      ]);
      expect(await rawDocuments(db, 'things')).toHaveLength(1);
    });

    const places = {
      'one field': [{ z: ['x', 'y'] }, ['_id', 'z', 's', 'a', 't']],
      'two more fields': [
        { b: [undefined, 1n], c: [undefined, 1n], [FIELD_ORDER]: ['z\0a\0', 'z\0a\0b\0c\0'] },
        ['_id', 'z', 's', 'a', 't', 'b', 'c'],
      ],
      'another order': [{ [FIELD_ORDER]: ['z\0a\0', undefined] }, ['_id', 'a', 't', 'z', 's']],
      'a field less': [{ z: ['x', undefined], [FIELD_ORDER]: ['z\0a\0', undefined] }, ['_id', 's', 'a', 't']],
    } as const;
    test.each(Object.entries(places))(
      '[MO26] omitted fields keep their place in a document: %s',
      async (_, [changes, names]) => {
        const { db, connector } = await bound();
        const side = await connector.bind([{ ...documentsOf('things'), omit: { s: ['of others'], t: [] } }]);
        const fields = [
          ['z', 'x'],
          ['s', 'of others'],
          ['a', 'x'],
          ['t', new Int32(7)],
        ] as const;
        await db.command({ insert: 'things', documents: ['1', '2'].map((id) => doc(['_id', id], ...fields)) });
        const shown = { _id: '1', z: 'x', a: 'x', [FIELD_ORDER]: 'z\0a\0' };
        expect(await readOne(side, 'things', key('1'))).toEqual(rec(shown));
        const group = kind === 'replica-set' ? 1 : undefined;
        expect(
          await side.write({
            intents: [updateIn('things', key('1'), changes), updateIn('things', key('2'), changes, group)],
          }),
        ).toEqual([{ status: 'applied' }, { status: 'applied' }]);
        const raw = await rawDocuments(db, 'things');
        expect(raw.map(elementNames)).toEqual([names, names]);
        expect(raw.map((each) => exactly(each))).toMatchObject([1, 2].map(() => ({ s: 'of others', t: new Int32(7) })));
      },
    );

    test('[MO26] a document is deleted with what its omitted fields hold in their form, and with more only knowingly', async () => {
      const { db, connector } = await bound();
      const side = await connector.bind([{ ...documentsOf('things'), omit: { s: ['of others'] } }]);
      await db.command({ insert: 'things', documents: [doc(['_id', '1'], ['s', doc(['in', 1])], ['a', 'x'])] });
      const intent = deleteFrom('things', key('1'), rec({ _id: '1', a: 'x' }));
      const detail = expect.stringContaining('it also holds s') as string;
      expect(await writeOne(side, intent)).toEqual({ status: 'rejected', code: 'holds-more', detail });
      await fill(side, [{ ...intent, evenWithMore: true } as never]);
      expect(await rawDocuments(db, 'things')).toEqual([]);
    });

    test('[MO25] one number in several types is one key', async () => {
      const { side, db } = await bound();
      await db.command({ insert: 'things', documents: [doc(['_id', Decimal128.fromString('500E-2')], ['a', 'x'])] });
      expect(await readOne(side, 'things', key(5n))).toMatchObject({ names: ['_id', 'a'] });
      const int32 = new BsonValue(bsonType.int32, Buffer.from([5, 0, 0, 0]));
      const again = await writeOne(side, insertInto('things', key(5), recordFrom([['_id', int32]])));
      expect(again.status).toBe('changed');
    });

    const respelled = { 'replica-set': ['applied', 0x01], standalone: ['rejected', 0x12] } as const;
    test(`[MO25] an _id that is to be written another way is ${respelled[kind][0]}`, async () => {
      const { side, db } = await bound();
      await fill(side, [
        insertInto(
          'things',
          key(1n),
          recordFrom([
            ['_id', 1n],
            ['a', 'x'],
          ]),
        ),
      ]);
      const result = await writeOne(side, updateIn('things', key(1n), { _id: [1n, 1] }));
      expect(result.status).toBe(respelled[kind][0]);
      const [raw] = await rawDocuments(db, 'things');
      expect(raw?.readUInt8(4)).toBe(respelled[kind][1]);
      expect(await rawDocuments(db, 'things')).toHaveLength(1);
    });

    test('[MO30] ids of every type come in one order, whatever the size of a page', async () => {
      const ids: unknown[] = [
        new MinKey(),
        null,
        new Double(-Infinity),
        new Int32(-1),
        new Double(0.5),
        Long.fromString('9007199254740993'),
        new Double(NaN),
        '',
        'a',
        'b\0',
        '\u{1F600}',
        doc(),
        doc(['b', 1]),
        doc(['a', 'x'], ['b', 2]),
        doc(['10', 1], ['2', 1]),
        new Binary(Buffer.from([9]), 0),
        new Binary(Buffer.from([1, 2]), 0),
        new Binary(new Uint8Array(0), 0),
        new Binary(Buffer.alloc(16, 1), 4),
        new Binary(Buffer.alloc(16, 2), 4),
        new ObjectId(),
        false,
        true,
        new Date(-5),
        new Date(7),
        new Timestamp({ t: 1, i: 2 }),
        new Timestamp({ t: 2, i: 1 }),
        new Code('b'),
        new Code('aa'),
        new MaxKey(),
      ];
      const { db, side } = await bound();
      await db.command({ insert: 'things', documents: ids.map((id) => doc(['_id', id], ['v', new Int32(1)])) });
      const { keys, records, left } = await scanAll(side, 'things', 1000);
      expect(left).toEqual([]);
      expect(keys).toEqual(keys.toSorted());
      expect(new Set(keys).size).toBe(ids.length);
      for (const limit of [1, 2, 3, 7, ids.length]) expect((await scanAll(side, 'things', limit)).keys).toEqual(keys);
      expect(await side.read('things', keys)).toEqual(records);
    });
  });
}

describe('a document as the server sent it', () => {
  const bound = new BoundCollection(documentsOf('things'), '_id', []);
  const text = (value: string) => ({
    type: bsonType.string,
    bytes: Buffer.from(serialize({ v: value })).subarray(7, -1),
  });

  test('[MO22] a field is found by its whole name, whatever the name is written in', () => {
    const names = ['_id', 'äb', 'ab', 'ä', 'a', ''];
    const raw = documentOf(names.map((name) => ({ name, ...text(`of ${name}`) })));
    expect(names.map((name) => elementNamed(raw, name))).toEqual(elementsOf(raw));
    expect(['b', 'abc', 'ö', '\u{1F600}'].map((name) => elementNamed(raw, name))).toEqual(Array(4).fill(undefined));
    expect(bound.found(raw)).toMatchObject({
      key: key('of _id'),
      record: { names: ['', FIELD_ORDER, '_id', 'a', 'ab', 'ä', 'äb'] },
    });
  });

  test('[MO23] with two fields of one name it is left, with its key', () => {
    const raw = documentOf([
      { name: '_id', ...text('one') },
      { name: 'a', ...text('x') },
      { name: 'a', ...text('y') },
    ]);
    expect(bound.found(raw)).toMatchObject({
      left: { key: key('one'), why: expect.stringContaining('one name') as unknown },
    });
  });

  test('[MO23] with bytes that end too early it is left', () => {
    const raw = documentOf([{ name: '_id', ...text('one') }]);
    expect(bound.found(raw.subarray(0, -1))).toHaveProperty('left');
    expect(bound.found(Buffer.concat([Buffer.from([200, 0, 0, 0]), raw.subarray(4)]))).toHaveProperty('left');
  });
});

await describeSharedMongo('documents that are hard to compare', 'replica-set', (mongo) => {
  test('[MO40] what a server does not find equal to itself is compared in a transaction', async () => {
    const url = mongo.url(mongo.newDatabase());
    const db = await otherProgram(url);
    await db.command({ insert: 'things', documents: [doc(['_id', 'x'], ['in', doc(['n', new Double(NaN)])])] });
    const side = await bindDocuments(await openMongo(url), 'things');
    const record = (await readOne(side, 'things', key('x'))) as RecordImage;
    const value = entriesOf(record).find(([name]) => name === 'in')?.[1] as Value;
    await fill(side, [
      updateIn('things', key('x'), { in: [value, 1n] }),
      updateIn('things', key('x'), { in: [1n, value] }),
    ]);
    await fill(side, [deleteFrom('things', key('x'), record)]);
    expect(await rawDocuments(db, 'things')).toEqual([]);
  });

  test('[MO23] a document that is left is no deleted one when it is read by its key', async () => {
    const url = mongo.url(mongo.newDatabase());
    const db = await otherProgram(url);
    await db.createCollection('things');
    await db.command({ insert: 'things', documents: [doc(['_id', new Int32(1)], ['id', 2])] });
    const connector = await openMongo(url);
    const spec = { name: 'things', physical: 'things', key: ['id'], fields: [{ name: 'id', physical: '_id' }] };
    const side = await connector.bind([{ ...spec, anyField: true as const }]);
    expect((await scanAll(side, 'things')).left).toMatchObject([{ key: key(1n) }]);
    await failureOf(side.read('things', [key(1n)]), 'value-invalid');
    expect(await writeOne(side, updateIn('things', key(1n), { x: [undefined, 1n] }))).toMatchObject({ code: 'type' });
  });
});
