import { expect, test } from 'vitest';
import type { Params, Result } from '../../shared/contract/calls.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Admin {
  readonly _id: string;
  readonly email?: string;
  readonly nick?: string;
}
const [x, y] = [
  { _id: 'x', email: 'e', nick: 'n' },
  { _id: 'y', email: 'e', nick: 'n' },
];
const both = [
  ['email', { value: 'e2' }],
  ['nick', { value: 'n2' }],
] satisfies Params<'conflicts.resolve'>['fields'];

/**
 * One document on each side that clashes with the other in two indexes which only the server can judge. `known`: what both
 * sides agreed on before.
 */
async function clashing(mongo: SharedMongo, known: readonly Admin[] = []): Promise<MongoOffice> {
  const shop = new MongoOffice(mongo);
  for (const db of shop.both)
    for (const name of ['email', 'nick'])
      await db.createIndex(
        'admins',
        { [name]: 1 },
        { name: `by_${name}`, unique: true, partialFilterExpression: { [name]: { $type: 'string' } } },
      );
  const [admins, theirs] = [shop.a.collection<Admin>('admins'), shop.b.collection<Admin>('admins')];
  for (const admin of known) await admins.insertOne(admin);
  await shop.add();
  await shop.sync();
  await admins.replaceOne({ _id: 'x' }, x, { upsert: true });
  await theirs.replaceOne({ _id: 'y' }, y, { upsert: true });
  await shop.sync();
  return shop;
}

/** Nothing of the conflict is planned or counted as a write. */
async function expectPlannedAsClash(shop: MongoOffice): Promise<void> {
  const client = await shop.client();
  const plan = await client.call('plan.make', { pair: 'shop' });
  const [status] = await client.call('status.show', {});
  expect([plan.total, plan.conflicts.map(({ id, fields }) => [id, fields])]).toEqual([0, [[1, ['email', 'nick']]]]);
  expect([status?.pending, status?.conflicts]).toEqual([0, { total: 1, open: 1, behind: 0 }]);
}

const resolve = async (
  shop: MongoOffice,
  request: Pick<Params<'conflicts.resolve'>, 'strategy' | 'value' | 'fields'>,
): Promise<Result<'conflicts.resolve'>> => (await shop.client()).call('conflicts.resolve', { where: {}, ...request });

const answers = [
  { strategy: 'keep_remote', once: {}, again: {}, a: { _id: 'x' }, b: y },
  {
    strategy: 'rename_local',
    once: {},
    again: {},
    a: { _id: 'x', email: expect.stringMatching(/^e_/), nick: expect.stringMatching(/^n_/) },
    b: y,
  },
  {
    strategy: 'merge',
    once: { value: { value: 'e2' } },
    again: { fields: both },
    a: { ...x, email: 'e2', nick: 'n2' },
    b: y,
  },
  {
    strategy: 'keep_local',
    once: { value: { value: 'e2' } },
    again: { fields: both },
    a: x,
    b: { ...y, email: 'e2', nick: 'n2' },
  },
] as const;

await describeSharedMongo('two clashes that only the server can judge', 'replica-set', (mongo) => {
  for (const { strategy, once, again, a, b } of answers)
    test(`[E162] [E140] ${strategy}, refused for the second one, leaves nothing behind, is asked about both and settles both`, async () => {
      const shop = await clashing(mongo);
      const { failed, wrote } = await resolve(shop, { strategy, ...once });
      expect([failed.map(({ text }) => text), wrote]).toEqual([
        [
          'Remote refuses this record: another document holds this value in by_nick already. Conflict 1 tells of that value now, too, and its answers give up both.',
        ],
        [],
      ]);
      expect([await all(shop.a, 'admins'), await all(shop.b, 'admins')]).toEqual([[x], [y]]);
      await expectPlannedAsClash(shop);
      for (const look of [async () => undefined, () => shop.sync()]) {
        await look();
        expect(await shop.conflicts()).toMatchObject([
          {
            id: 1,
            status: 'open',
            kind: 'unique',
            fields: ['email', 'nick'],
            possible: expect.arrayContaining([strategy]),
          },
        ]);
      }
      expect((await resolve(shop, { strategy, ...again })).failed).toEqual([]);
      await shop.sync();
      expect(await shop.conflicts()).toEqual([]);
      for (const db of shop.both) expect(await all(db, 'admins')).toEqual([a, b]);
    });

  for (const { strategy, once, again, a, b } of answers)
    test(`[E162] [E71] ${strategy} about documents that both sides knew, refused for the second one, is written on neither side`, async () => {
      const before = [
        { _id: 'x', email: 'ex', nick: 'nx' },
        { _id: 'y', email: 'ey', nick: 'ny' },
      ];
      const shop = await clashing(mongo, before);
      const { failed, wrote } = await resolve(shop, { strategy, ...once });
      expect([failed.length, wrote]).toEqual([1, []]);
      expect([await all(shop.a, 'admins'), await all(shop.b, 'admins')]).toEqual([
        [x, before[1]],
        [before[0], y],
      ]);
      expect(await shop.conflicts()).toMatchObject([{ id: 1, status: 'open', fields: ['email', 'nick'] }]);
      await expectPlannedAsClash(shop);
      expect((await resolve(shop, { strategy, ...again })).failed).toEqual([]);
      await shop.sync();
      expect(await shop.conflicts()).toEqual([]);
      for (const db of shop.both) expect(await all(db, 'admins')).toEqual([a, b]);
    });

  test('[E162] [E140] where a third document holds the other value, only answers that give up both are offered', async () => {
    const shop = await clashing(mongo);
    const admins = shop.b.collection<Admin>('admins');
    await admins.updateOne({ _id: 'y' }, { $unset: { nick: '' } });
    await admins.insertOne({ _id: 'z', nick: 'n' });
    await shop.sync();
    await resolve(shop, { strategy: 'keep_local', value: { value: 'e2' } });
    const [conflict] = await shop.conflicts();
    expect(conflict?.heldBy.map(({ key }) => key.text)).toEqual(['z']);
    expect(conflict?.givesUp.map(({ field, key }) => [field, key.text])).toEqual([
      ['email', 'y'],
      ['nick', 'z'],
    ]);
    expect(conflict?.possible).toEqual(['rename_local', 'keep_remote', 'merge']);
    expect((await resolve(shop, { strategy: 'keep_remote' })).failed).toEqual([]);
    await shop.sync();
    const left = [{ _id: 'x' }, { _id: 'y', email: 'e' }, { _id: 'z', nick: 'n' }];
    for (const db of shop.both) expect(await all(db, 'admins')).toEqual(left);
  });

  test('[E162] [E140] a value that was named and is given up on a side since is none of the conflict any more', async () => {
    const shop = await clashing(mongo);
    await resolve(shop, { strategy: 'keep_remote' });
    await shop.a.collection<Admin>('admins').updateOne({ _id: 'x' }, { $set: { nick: 'own' } });
    await shop.sync();
    expect(await shop.conflicts()).toMatchObject([{ status: 'open', fields: ['email'] }]);
    expect((await resolve(shop, { strategy: 'keep_remote' })).failed).toEqual([]);
    expect(await all(shop.b, 'admins')).toEqual([{ _id: 'x', nick: 'own' }, y]);
  });
});

await describeSharedMongo('two clashes that only a standalone server can judge', 'standalone', (mongo) => {
  const before = [
    { _id: 'x', email: 'ex', nick: 'nx' },
    { _id: 'y', email: 'ey', nick: 'ny' },
  ] as const;
  for (const { what, known, a, b } of [
    { what: 'new documents', known: [], a: [x], b: [y] },
    { what: 'documents that both sides knew', known: before, a: [x, before[1]], b: [before[0], y] },
  ])
    test(`[E71] [E162] keep_local about ${what}, refused for the second value, leaves the other document as it was`, async () => {
      const shop = await clashing(mongo, known);
      const { failed, wrote, runs } = await resolve(shop, { strategy: 'keep_local', value: { value: 'e2' } });
      expect([failed.map(({ code }) => code), wrote, runs]).toEqual([['refused'], [], []]);
      const client = await shop.client();
      for (const look of [async () => undefined, () => shop.sync()]) {
        await look();
        expect([await all(shop.a, 'admins'), await all(shop.b, 'admins')]).toEqual([a, b]);
        expect(await shop.conflicts()).toMatchObject([{ id: 1, status: 'open', fields: ['email', 'nick'] }]);
        expect(await client.call('holds.list', { pair: 'shop' })).toEqual([]);
        await expectPlannedAsClash(shop);
      }
      expect((await resolve(shop, { strategy: 'keep_local', fields: both })).failed).toEqual([]);
      await shop.sync();
      expect(await shop.conflicts()).toEqual([]);
      for (const db of shop.both) expect(await all(db, 'admins')).toEqual([x, { ...y, email: 'e2', nick: 'n2' }]);
    });

  test('[E162] keep_local with a value for each settles both, where each record is written by itself', async () => {
    const shop = await clashing(mongo);
    expect((await resolve(shop, { strategy: 'keep_local', fields: both })).failed).toEqual([]);
    await shop.sync();
    expect(await shop.conflicts()).toEqual([]);
    for (const db of shop.both) expect(await all(db, 'admins')).toEqual([x, { ...y, email: 'e2', nick: 'n2' }]);
  });
});
