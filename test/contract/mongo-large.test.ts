import { expect, test } from 'vitest';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { MongoOffice } from './mongo-office.ts';

interface Doc {
  readonly _id: number;
  readonly [name: string]: unknown;
}
const MILLION = 1_000_000;
const long = (letter: string): string => letter.repeat(15 * MILLION);

/** Both sides change what they agreed on. */
async function disputed(mongo: SharedMongo, of: Doc, onA: Partial<Doc>, onB: Partial<Doc>) {
  const shop = new MongoOffice(mongo);
  const [a, b] = [shop.a.collection<Doc>('o'), shop.b.collection<Doc>('o')];
  await a.insertOne(of);
  await shop.add({ create: true, options: { keepDocBytes: 16 * 1024 * 1024 } });
  await shop.sync();
  await a.updateOne({ _id: of._id }, { $set: onA });
  await b.updateOne({ _id: of._id }, { $set: onB });
  await shop.sync();
  return { shop, client: await shop.client(), a };
}

await describeSharedMongo('conflicts of large documents', 'replica-set', (mongo) => {
  test('[MO74] a conflict of documents near 16 MB is shown and decided; what is equal reads alike', async () => {
    const { shop, client, a } = await disputed(mongo, { _id: 1, big: long('x'), n: 1 }, { n: 2 }, { n: 3 });
    const [conflict] = await shop.conflicts();
    const shown = await client.call('conflicts.show', { id: conflict?.id ?? 0 });
    expect(shown.fields).toEqual(['n']);
    expect(shown.local).toMatchObject({ n: { $extended: { $numberInt: '2' } } });
    expect(shown.remote).toMatchObject({ n: { $extended: { $numberInt: '3' } } });
    expect(shown.local?.['big']).toMatch(/^shortened: 15,000,000 letters, sha256 [0-9a-f]{8}: x{10}…$/);
    expect([shown.remote?.['big'], shown.base?.['big']]).toEqual([shown.local?.['big'], shown.local?.['big']]);
    expect(conflict?.local).toEqual(shown.local);

    await client.call('conflicts.resolve', { id: shown.id, strategy: 'keep_remote' });
    expect(await a.findOne({ _id: 1 })).toEqual({ _id: 1, big: long('x'), n: 3 });
  });

  test('[MO74] values that differ read differently, whatever their type', async () => {
    const edits = (letter: string): Partial<Doc> => ({
      text: letter.repeat(2 * MILLION),
      bytes: Buffer.alloc(2 * MILLION, letter),
      list: Array.from({ length: 100_000 }, () => letter),
      document: { inside: letter.repeat(2 * MILLION) },
    });
    const { shop, client } = await disputed(mongo, { _id: 1 }, edits('a'), edits('b'));
    const [conflict] = await shop.conflicts();
    const { local, remote } = await client.call('conflicts.show', { id: conflict?.id ?? 0 });
    expect(local).toMatchObject({
      text: expect.stringMatching(/^shortened: 2,000,000 letters, .*: a{10}…$/) as string,
      bytes: expect.stringMatching(/^shortened: a value of 2,000,005 bytes, |^shortened: 2,000,000 bytes, /) as string,
      list: expect.stringMatching(/^shortened: a list of /) as string,
      document: expect.stringMatching(/^shortened: a document of /) as string,
    });
    for (const name of ['text', 'bytes', 'list', 'document']) expect(local?.[name]).not.toEqual(remote?.[name]);
  });

  test('[MO74] a plan names the fields that change in a document with very many', async () => {
    const shop = new MongoOffice(mongo);
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`n${n}`, n]));
    await shop.a.collection<Doc>('o').insertOne({ _id: 1, ...many });
    await shop.add({ create: true });
    await shop.sync();
    await shop.a.collection<Doc>('o').updateOne({ _id: 1 }, { $set: { n7000: 'now', n19999: 'now' } });
    const { actions } = await (await shop.client()).call('plan.make', { pair: 'shop' });
    expect(actions).toMatchObject([
      {
        fields: ['n19999', 'n7000'],
        before: { B: { n7000: { $extended: { $numberInt: '7000' } } } },
        after: { n19999: 'now', n7000: 'now' },
      },
    ]);
  });

  test('[MO74] of a record with too many fields those that it is about are shown', async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`field with a long name ${n}`, n]));
    const { shop, client } = await disputed(mongo, { _id: 1, ...many, zz: 0 }, { zz: 1 }, { zz: 2 });
    const [conflict] = await shop.conflicts();
    expect(conflict?.local).toMatchObject({ zz: { $extended: { $numberInt: '1' } } });
    expect(conflict?.local?.['…']).toMatch(/^[\d,]+ more fields, too many to be shown$/);
    const { local } = await client.call('conflicts.show', { id: conflict?.id ?? 0 });
    expect(Object.keys(local ?? {})).toHaveLength(5002);
  });

  test('[MO74] a list of conflicts that has no room for all of their values shows less of each', async () => {
    const shop = new MongoOffice(mongo);
    const [a, b] = [shop.a.collection<Doc>('o'), shop.b.collection<Doc>('o')];
    const of = (letter: string): Doc[] =>
      Array.from({ length: 300 }, (_, n) => ({ _id: n, text: letter.repeat(60_000) }));
    await a.insertMany(of('a'));
    await b.insertMany(of('b'));
    await shop.add();
    await shop.sync();
    const conflicts = await shop.conflicts();
    expect(conflicts).toHaveLength(300);
    expect(conflicts[0]?.local?.['text']).toMatch(/^shortened: 60,000 letters/);
    const one = await (await shop.client()).call('conflicts.show', { id: conflicts[0]?.id ?? 0 });
    expect(one.local?.['text']).toBe('a'.repeat(60_000));
  });

  test('[MO74] a record that rests, and its history, are shown likewise', async () => {
    const shop = new MongoOffice(mongo);
    const a = shop.a.collection<Doc>('o');
    await a.insertOne({ _id: 1, big: long('x') });
    await shop.add({ create: true });
    await shop.sync();
    await a.updateOne({ _id: 1 }, { $set: { big: long('y') } });
    const run = await shop.sync();
    const client = await shop.client();
    await client.call('runs.undo', { run: run.id });
    const [hold] = await client.call('holds.list', { pair: 'shop' });
    expect(hold?.local?.['big']).toMatch(/^shortened: .*: y{10}…$/);
    expect(hold?.remote?.['big']).toMatch(/^shortened: .*: x{10}…$/);
    const told = await client.call('records.timeline', { pair: 'shop', collection: 'o', key: { parts: ['1'] } });
    expect(JSON.stringify(told)).toContain('shortened: 15,000,000 letters');
  });
});
