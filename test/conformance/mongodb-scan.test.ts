import { Binary, Int32, serialize } from 'bson';
import { describe, expect, test } from 'vitest';
import { BoundCollection } from '../../electron/connectors/mongodb/bound-collection.ts';
import { Rows } from '../../electron/connectors/mongodb/read/rows.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { bindDocuments, documentsOf, openMongo, otherProgram } from './mongodb-support.ts';
import { key, scanAll } from './suite-support.ts';

const bytes = (length: number, subtype: number, fill: number): Binary =>
  new Binary(Buffer.alloc(length, fill), subtype);
const uuids = Array.from({ length: 30 }, (_, i) => bytes(16, 4, i + 100));

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`ids of bytes, ${kind}`, kind, (mongo) => {
    test.each([
      ['the first of them has a subtype', [bytes(2, 5, 1), ...uuids, bytes(12, 0, 50), bytes(12, 0, 51)]],
      ['the first has one and the last has none', [bytes(2, 5, 1), ...uuids, bytes(20, 0, 1)]],
      ['the last has one and the first has none', [bytes(2, 0, 1), ...uuids, bytes(20, 5, 1)]],
      ['none has one', [bytes(2, 0, 1), bytes(3, 0, 1)]],
      ['all have one', uuids],
    ])('[MO30] of all sizes and subtypes, none is passed over: %s', async (_, ids) => {
      const url = mongo.url(mongo.newDatabase());
      const db = await otherProgram(url);
      await db.command({ insert: 'things', documents: ids.map((id) => ({ _id: id, v: new Int32(1) })) });
      const side = await bindDocuments(await openMongo(url), 'things');
      for (const limit of [1, 7, 1000]) {
        const { keys, left } = await scanAll(side, 'things', limit);
        expect(left).toEqual([]);
        expect(new Set(keys).size).toBe(ids.length);
        expect(keys).toEqual(keys.toSorted());
      }
    });
  });
}

describe('a document whose end cannot be read', () => {
  test('[MO23] is left with its key, so that nobody takes it for deleted', () => {
    const raw = Buffer.from(serialize({ _id: 'one', ab: 'x' }));
    raw[raw.indexOf('ab')] = 0xff;
    const { left } = new BoundCollection(documentsOf('things'), '_id', []).found(raw) as { left: unknown };
    expect(left).toMatchObject({
      key: key('one'),
      what: 'the document "one" of things',
      why: 'it is damaged: the name of a field is no text',
    });
  });
});

describe('batches of a cursor', () => {
  const page = (...names: readonly string[]): Buffer[] => names.map((name) => Buffer.from(name));

  test('[MO31] more is asked for while a page is worked on, and only once all of it is taken', async () => {
    const asked: number[] = [];
    const batches = async function* () {
      asked.push(1);
      yield page('a', 'b');
      asked.push(2);
      yield page('c');
    };
    const rows = new Rows(batches());
    expect(rows.here()).toBeUndefined();
    expect(await rows.more()).toBe(true);
    expect(rows.here()).toEqual(Buffer.from('a'));
    rows.readAhead();
    expect(asked).toEqual([1]);
    expect(rows.here()).toEqual(Buffer.from('b'));
    rows.readAhead();
    rows.readAhead();
    await Promise.resolve();
    expect(asked).toEqual([1, 2]);
    expect(await rows.more()).toBe(true);
    expect(rows.here()).toEqual(Buffer.from('c'));
    expect(await rows.more()).toBe(false);
    expect(rows.here()).toBeUndefined();
  });

  test('[MO31] what fails then is told when it is needed, and does not keep a scan from being closed', async () => {
    const batches = async function* () {
      yield page('a');
      throw new Error('cut');
    };
    const rows = new Rows(batches());
    await rows.more();
    rows.here();
    rows.readAhead();
    await expect(rows.more()).rejects.toThrow('cut');
    const others = new Rows(batches());
    await others.more();
    others.here();
    others.readAhead();
    await expect(others.close()).resolves.toBeUndefined();
  });
});
