import { ObjectId, UUID, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import type { Result } from '../../shared/contract/calls.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

const HEX = '507f1f77bcf86cd799439011';
const OTHER = '507f1f77bcf86cd799439012';

await describeSharedMongo('typed keys and values of documents', 'replica-set', (mongo) => {
  const withDocuments = async (...documents: readonly Document[]): Promise<MongoOffice> => {
    const office = new MongoOffice(mongo);
    for (const db of office.both) await db.createCollection('things');
    await office.a.collection<Document>('things').insertMany(documents as never);
    await office.add();
    await office.sync();
    return office;
  };
  const timeline = async (office: MongoOffice, typed: string): Promise<Result<'records.timeline'>> =>
    (await office.client()).call('records.timeline', { pair: 'shop', collection: 'things', key: { parts: [typed] } });

  test('[P19] find the record that there is: an object id, else the text; a number, else the text', async () => {
    const office = await withDocuments({ _id: new ObjectId(HEX) }, { _id: OTHER }, { _id: 7 }, { _id: '8' });
    for (const typed of [HEX, `ObjectId("${HEX}")`, `{"$oid":"${HEX}"}`, OTHER, `"${OTHER}"`, '7', '8'])
      expect(await timeline(office, typed)).toHaveLength(1);
    for (const typed of [`"${HEX}"`, `ObjectId("${OTHER}")`, '"7"', '9'])
      expect(await timeline(office, typed)).toEqual([]);
  });

  test('[P19] find a UUID, a date and a document as well', async () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    const office = await withDocuments({ _id: new UUID(uuid) }, { _id: new Date(5) }, { _id: { a: 1 } });
    for (const typed of [`UUID("${uuid}")`, `{"$uuid":"${uuid}"}`, 'ISODate("1970-01-01T00:00:00.005Z")', '{"a":1}'])
      expect([typed, await timeline(office, typed)]).toEqual([typed, [expect.anything()]]);
  });

  test('[P19] that begin like one of these and are none are value-invalid', async () => {
    const office = await withDocuments({ _id: 'k', n: 1 });
    await office.a.collection('things').updateOne({}, { $set: { n: 2 } });
    await office.b.collection('things').updateOne({}, { $set: { n: 3 } });
    await office.sync();
    const client = await office.client();
    for (const typed of [
      'ObjectId("nope")',
      'UUID("12")',
      'ISODate("yesterday")',
      '{"$oid":"1"}',
      '{"$numberInt":"x"}',
      '{"$numberInt":"9999999999"}',
      '{"$numberLong":"9223372036854775808"}',
      '{"$numberDouble":"much"}',
      '{"$date":"nope"}',
      '{"$date":',
    ]) {
      await expect(timeline(office, typed)).rejects.toMatchObject({ code: 'value-invalid' });
      const request = { where: {}, strategy: 'merge', fields: [['n', { typed }]] } as const;
      await expect(client.call('conflicts.resolve', request as never)).rejects.toMatchObject({ code: 'value-invalid' });
    }
    expect([await all(office.a, 'things'), await all(office.b, 'things')]).toEqual([
      [{ _id: 'k', n: 2 }],
      [{ _id: 'k', n: 3 }],
    ]);
  });

  test('[P19] sync one document by its typed id', async () => {
    const office = await withDocuments({ _id: new ObjectId(HEX), n: 1 }, { _id: OTHER, n: 1 });
    await office.a.collection('things').updateMany({}, { $set: { n: 2 } });
    const client = await office.client();
    await client.call('runs.start', { pair: 'shop', collections: ['things'], key: [HEX] });
    const found = new Map((await all(office.b, 'things')).map(({ _id, n }) => [String(_id), n as unknown]));
    expect([found.get(HEX), found.get(OTHER)]).toEqual([2, 1]);
  });

  test('[P19] a value takes the type that the field has in the conflict', async () => {
    const fields: Readonly<Record<string, readonly [unknown, unknown, string, unknown]>> = {
      int: [1, 2, '3', 3],
      id: [new ObjectId(HEX), new ObjectId(OTHER), HEX, new ObjectId(HEX)],
      date: [new Date(1), new Date(2), '2026-01-02T03:04:05Z', new Date('2026-01-02T03:04:05Z')],
      flag: [true, false, 'true', true],
      text: ['1', '2', '3', '3'],
    };
    for (const [name, [a, b, typed, expected]] of Object.entries(fields)) {
      const office = await withDocuments({ _id: 'k', [name]: null });
      await office.a.collection('things').updateOne({}, { $set: { [name]: a } });
      await office.b.collection('things').updateOne({}, { $set: { [name]: b } });
      await office.sync();
      const client = await office.client();
      const fieldsGiven: [string, { typed: string }][] = [[name, { typed }]];
      const report = await client.call('conflicts.resolve', { where: {}, strategy: 'merge', fields: fieldsGiven });
      expect(report.failed).toEqual([]);
      expect((await all(office.b, 'things'))[0]?.[name]).toEqual(expected);
    }
  });
});
