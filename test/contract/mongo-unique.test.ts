import type { Db, Document } from 'mongodb';
import { expect, test } from 'vitest';
import type { Strategy } from '../../shared/model/words.ts';
import { must } from '../../shared/lib/assert.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { all, MongoOffice } from './mongo-office.ts';

interface Wanted {
  /** How many the first look counts: what only the server can judge, it does not. */
  readonly seen?: 0;
  readonly index?: Document;
  readonly a: Document;
  readonly b: Document;
}

/** A pair of admins that agree on `ann`, and one more document on each side. */
async function clashing(mongo: SharedMongo, { index, a, b }: Wanted): Promise<MongoOffice> {
  const office = new MongoOffice(mongo);
  for (const db of office.both) {
    await db.createCollection('admins');
    if (index) await db.collection('admins').createIndex({ username: 1 }, { name: 'by_name', ...index });
    await db.collection<{ _id: string; username: string }>('admins').insertOne({ _id: 'ann', username: 'ann' });
  }
  await office.a.collection('admins').insertOne(a);
  await office.b.collection('admins').insertOne(b);
  return office;
}

const names = async (db: Db): Promise<unknown[]> => (await all(db, 'admins')).map(({ username }) => username);

async function resolve(office: MongoOffice, strategy: Strategy, value?: string): Promise<void> {
  const client = await office.client();
  const request = { where: {}, strategy, ...(value === undefined ? {} : { value: { value } }) };
  expect((await client.call('conflicts.resolve', request)).failed).toEqual([]);
}

async function expectPeace(office: MongoOffice): Promise<void> {
  const { written } = await office.sync();
  expect(written).toEqual({ A: { insert: 0, update: 0, delete: 0 }, B: { insert: 0, update: 0, delete: 0 } });
  expect(await office.conflicts()).toEqual([]);
  expect(await all(office.b, 'admins')).toEqual(await all(office.a, 'admins'));
}

const clashes: Readonly<Record<string, Wanted>> = {
  'a value': { index: { unique: true }, a: { _id: 'x', username: 'bob' }, b: { _id: 'y', username: 'bob' } },
  'no field at all': { index: { unique: true }, a: { _id: 'x', of: 'A' }, b: { _id: 'y', of: 'B' } },
  'NULL and no field': { index: { unique: true }, a: { _id: 'x', username: null }, b: { _id: 'y' } },
  'a small number': { index: { unique: true }, a: { _id: 'x', username: 7 }, b: { _id: 'y', username: 7 } },
};
const leftToTheServer: Readonly<Record<string, Wanted>> = {
  'a sparse index': {
    index: { unique: true, sparse: true },
    seen: 0,
    a: { _id: 'x', username: 'bob' },
    b: { _id: 'y', username: 'bob' },
  },
  'a partial index': {
    index: { unique: true, partialFilterExpression: { username: { $type: 'string' } } },
    seen: 0,
    a: { _id: 'x', username: 'bob' },
    b: { _id: 'y', username: 'bob' },
  },
  'an index that ignores case': {
    index: { unique: true, collation: { locale: 'en', strength: 2 } },
    seen: 0,
    a: { _id: 'x', username: 'Bob' },
    b: { _id: 'y', username: 'BOB' },
  },
  'an element of two lists': {
    index: { unique: true },
    a: { _id: 'x', username: ['bob', 'rob'] },
    b: { _id: 'y', username: ['robert', 'bob'] },
  },
};

const strategies = ['keep_remote', 'rename_local', 'keep_local'] as const;
const brief = ['keep_remote'] as const;

for (const kind of ['replica-set', 'standalone'] as const) {
  await describeSharedMongo(`unique values of two MongoDB databases, ${kind}`, kind, (mongo) => {
    for (const [what, wanted] of Object.entries({ ...clashes, ...leftToTheServer }))
      test(`[MO33] ${what}: one conflict that names both, nothing is overwritten, and it is decided both ways and undone`, async () => {
        for (const strategy of kind === 'standalone' ? brief : strategies) {
          const office = await clashing(mongo, wanted);
          const { preview } = await office.add();
          expect(preview?.collections).toMatchObject([{ uniqueClashes: wanted.seen ?? 1 }]);
          const run = await office.sync();
          expect(run.written).toMatchObject({ A: { insert: 0 }, B: { insert: 0 } });
          const [conflict, ...more] = await office.conflicts();
          expect([conflict?.kind, conflict?.index, conflict?.fields, more]).toEqual([
            'unique',
            'by_name',
            ['username'],
            [],
          ]);
          expect(conflict?.other).not.toBeUndefined();
          expect([await names(office.a), await names(office.b)]).toEqual([
            ['ann', wanted.a['username']],
            ['ann', wanted.b['username']],
          ]);
          const isList = Array.isArray(wanted.a['username']);
          await resolve(
            office,
            strategy,
            strategy === 'keep_local' || (isList && strategy !== 'keep_remote') ? 'free' : undefined,
          );
          if (what in clashes || strategy !== 'rename_local') await expectPeace(office);
          const client = await office.client();
          await client.call('runs.undo', { pair: 'shop', conflict: must(conflict, 'a conflict').id });
          // Before the next sync, what waited beside the decision is not there yet.
          expect([(await names(office.a))[1], (await names(office.b)).at(-1)]).toEqual([
            wanted.a['username'],
            wanted.b['username'],
          ]);
        }
      });
  });
}
