import { expect, test } from 'vitest';
import { brakeLines } from '../../electron/cli/text/brake-text.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { listLook } from '../unit/cli-samples.ts';
import { MongoOffice } from './mongo-office.ts';

/** Words of SQLite, which has files with tables. */
const OF_FILES = /\b(PATH|path|files?|tables?|columns?|rows?)\b/;

await describeSharedMongo('words for pairs of MongoDB', 'standalone', (mongo) => {
  test('[MO76] what vanished is told, and its answer refused, in words of MongoDB', async () => {
    const shop = new MongoOffice(mongo);
    for (const name of ['orders', 'people']) await shop.a.collection(name).insertOne({ n: 1 });
    await shop.add({ create: true });
    await shop.sync();
    const client = await shop.client();
    for (const gone of [['orders'], ['orders', 'people']]) {
      for (const name of gone) await shop.b.dropCollection(name);
      await shop.sync();
      const brake = must((await shop.brakes())[0], 'a brake');
      expect(brake.kind).toBe('missing');
      expect(brakeLines([brake], listLook).join('\n')).not.toMatch(OF_FILES);
      const answer = client.call('brakes.answer', { id: brake.id, answer: 'bring-back' });
      await expect(answer).rejects.toMatchObject({
        code: 'schema-mismatch',
        hint: expect.not.stringMatching(OF_FILES) as string,
      });
      for (const name of gone) await shop.b.createCollection(name);
      await client.call('brakes.answer', { id: brake.id, answer: 'bring-back' });
      await shop.sync();
      expect(await shop.brakes()).toEqual([]);
    }
  });

  test('[MO76] one that identifies its documents otherwise by now, likewise', async () => {
    const shop = new MongoOffice(mongo);
    await shop.a.collection('orders').insertOne({ n: 1 });
    await shop.add({ create: true });
    await shop.sync();
    await shop.b.dropCollection('orders');
    await shop.b.createCollection('orders', { collation: { locale: 'de', strength: 1 } });
    await shop.sync();
    const brake = must((await shop.brakes())[0], 'a brake');
    expect([brake.kind, brake.leaveOut]).toEqual(['schema', []]);
    const told = brakeLines([brake], listLook).join('\n');
    expect(told).not.toMatch(OF_FILES);
    expect(told).toContain('Give orders on Remote the key and the fields back that it had, first:');
  });

  test('[MO76] two empty databases make no pair, likewise', async () => {
    const shop = new MongoOffice(mongo);
    await expect(shop.add()).rejects.toMatchObject({
      code: 'schema-mismatch',
      hint: 'Create at least one collection (SQLite: table) on one side first.',
    });
  });
});
