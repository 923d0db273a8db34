import { readFileSync } from 'node:fs';
import { Binary, ObjectId, type Db, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tableInDocs, tableOf, type DocRow } from '../../support/bad-case.ts';
import { MongoBench, type MongoCase } from '../../support/mongo-bench.ts';
import { describeSharedMongo, type SharedMongo } from '../../support/mongo-server.ts';

const insert = (db: Db, name: string, ...documents: readonly Document[]): Promise<unknown> =>
  db.collection(name).insertMany([...documents]);
const place = (mongo: SharedMongo): { readonly theirs: string } => ({ theirs: mongo.url(mongo.newDatabase()) });

await describeSharedMongo('[L7] [L17] a document that does not fit', 'replica-set', (mongo) => {
  const rows: DocRow[] = [];
  const others = /1 conflict waits for you; every other record went through/;
  const look = /conflicts --pair shop/;
  /** The good document beside the bad one arrives, so A or B and the base are not as before. */
  const list: readonly {
    readonly what: string;
    readonly before?: (bench: MongoBench) => Promise<unknown>;
    readonly bad: (bench: MongoBench) => Promise<unknown>;
    readonly why: RegExp;
    readonly more?: Parameters<MongoBench['inStep']>[0];
  }[] = [
    {
      what: 'a document that a validator of the other side refuses',
      before: ({ b }) => b.command({ collMod: 'things', validator: { age: { $not: { $gt: 150 } } } }),
      bad: ({ a }) => insert(a, 'things', { _id: 2, age: 200 }),
      why: /Remote refuses this record: it does not pass the validator/,
    },
    {
      what: 'a value that an index of the other side takes once',
      before: ({ b }) => b.collection('things').createIndex({ name: 1 }, { unique: true, sparse: true }),
      bad: ({ a, b }) =>
        insert(b, 'things', { _id: 2, name: 'ann' }).then(() => insert(a, 'things', { _id: 3, name: 'ann' })),
      why: /another document holds this value in name_1 already/,
    },
    {
      what: 'two documents with one value, where the other side has a unique index',
      before: ({ a }) => a.collection('things').createIndex({ name: 1 }, { unique: true, sparse: true }),
      bad: ({ b }) => insert(b, 'things', { _id: 2, name: 'ann' }, { _id: 3, name: 'ann' }),
      why: /another document holds this value in name_1 already/,
    },
    {
      what: 'a list in a field that shall be unique without an index, the same in both documents',
      bad: ({ a, b }) =>
        insert(a, 'things', { _id: 2, mails: ['ann@x', 'ann@y'] }).then(() =>
          insert(b, 'things', { _id: 3, mails: ['ann@x', 'ann@y'] }, { _id: 4, mails: ['ann@y'] }),
        ),
      why: /used by two records: mails/,
      more: { uniqueFields: { things: ['mails'] } },
    },
  ];

  it.each(list)(
    '$what: it waits with its reason, everything else flows, and nothing is overwritten',
    async ({ what, before, bad, why, more }) => {
      const bench = await MongoBench.open(place(mongo), place(mongo));
      try {
        await insert(bench.a, 'things', { _id: 1 });
        await bench.inStep(more);
        await before?.(bench);
        await bad(bench);
        await insert(bench.a, 'things', { _id: 10, good: 'here' });
        await insert(bench.b, 'things', { _id: 20, good: 'there' });
        const documents = (): Promise<Document[][]> =>
          Promise.all(
            [bench.a, bench.b].map((db) =>
              db
                .collection('things')
                .find({ _id: { $in: [2, 3] as never[] } })
                .toArray(),
            ),
          );
        const was = await documents();
        const each: MongoCase = { what, words: () => ['sync'], code: 'conflict', says: [others, others, look] };
        expect(await bench.changedBy(each, rows)).toEqual(['A', 'B', 'base', 'questions']);
        for (const [side, found] of (await documents()).entries())
          expect(found).toEqual(expect.arrayContaining(was[side] ?? []));
        const then = await documents();
        for (const db of [bench.a, bench.b])
          expect(await db.collection('things').countDocuments({ good: { $exists: true } })).toBe(2);
        expect((await bench.tandem('conflicts')).out).toMatch(why);
        expect(await bench.tandem('sync')).toMatchObject({ exit: 4 });
        expect(await documents()).toEqual(then);
      } finally {
        await bench.close();
      }
    },
  );

  it('[MO44] [MO60] one that has no room for stamps is carried and not stamped; its size is no reason to stop', async () => {
    const bench = await MongoBench.open(place(mongo), place(mongo));
    try {
      await insert(bench.a, 'things', { _id: 1 });
      await bench.inStep({ options: { stamp: true } });
      const big = { _id: 2, x: new Binary(Buffer.alloc(16 * 1024 * 1024 - 60)) };
      await insert(bench.a, 'things', big);
      expect(await bench.tandem('sync')).toMatchObject({ exit: 0 });
      expect(await bench.b.collection('things').findOne({ _id: 2 as never })).toEqual(big);
      expect(await bench.a.collection('things').findOne({ _id: 2 as never })).toEqual(big);
      expect(await bench.a.collection('things').findOne({ _id: 1 as never })).toMatchObject({ syncStatus: 'synced' });
      expect(readFileSync(`${bench.bench.home}/logs/tandem.log`, 'utf8')).toContain(
        '1 documents of things took no stamp',
      );
    } finally {
      await bench.close();
    }
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('mongodb documents', rows)).toBe(tableOf(rows)));
});

await describeSharedMongo('[section 8] ids and values that were typed wrongly', 'replica-set', (mongo) => {
  const rows: DocRow[] = [];
  let bench: MongoBench;
  let ids: readonly number[] = [];
  beforeAll(async () => {
    bench = await MongoBench.open(place(mongo), place(mongo));
    await insert(bench.a, 'things', { _id: new ObjectId('507f1f77bcf86cd799439011'), n: 1 }, { _id: 7, n: 1 });
    await insert(bench.a, 'names', { _id: 1, name: 'ann' });
    await bench.a.command({ collMod: 'things', validator: { n: { $gte: 0 } } });
    await bench.a.collection('names').createIndex({ name: 1 }, { unique: true });
    await bench.inStep();
    await bench.a.collection('things').updateOne({ _id: 7 as never }, { $set: { n: 2 } });
    await bench.b.collection('things').updateOne({ _id: 7 as never }, { $set: { n: 3 } });
    await insert(bench.a, 'names', { _id: 2, name: 'eve' });
    await insert(bench.b, 'names', { _id: 3, name: 'eve' });
    await bench.tandem('sync');
    const found = JSON.parse((await bench.tandem('conflicts', '--json')).out) as { id: number; kind: string }[];
    ids = ['update/update', 'unique'].map((kind) => found.find((one) => one.kind === kind)?.id ?? 0);
  });
  afterAll(() => bench.close());

  const timeline = (typed: string) => () => ['timeline', 'shop', 'things', typed];
  const resolve =
    (at: 0 | 1, ...more: readonly string[]) =>
    () => ['resolve', String(ids[at]), ...more];
  const quotes = /in quotes/;
  const nothing = /Nothing was done/;
  const key = (what: string, typed: string, why: RegExp): MongoCase => ({
    what,
    words: timeline(typed),
    code: 'value-invalid',
    says: [why, nothing, quotes],
  });
  const field = (what: string, typed: string, why: RegExp): MongoCase => ({
    what,
    words: resolve(0, '--strategy', 'merge', '--field', `n=${typed}`),
    code: 'value-invalid',
    says: [why, nothing, quotes],
  });
  const cases: readonly MongoCase[] = [
    key('an object id that is none', 'ObjectId("507f1f77")', /an object id has 24 hexadecimal digits/),
    key('a UUID that is none', 'UUID("1234")', /a UUID has 32 hexadecimal digits/),
    key('a date that is none', 'ISODate("yesterday")', /a date is written like 2026-01-31T12:00:00Z/),
    key('Extended JSON that is none', '{"$oid":"507f"}', /it is no Extended JSON/),
    {
      ...key('the same for a sync of one document', '', /an object id has 24/),
      words: () => ['sync', 'shop', '--collections', 'things', '--key', 'ObjectId("507f1f77")'],
    },
    field('a number in Extended JSON that is none', '{"$numberInt":"many"}', /it is no Extended JSON/),
    field('a number in Extended JSON that is too large', '{"$numberInt":"9999999999"}', /it is no Extended JSON/),
    {
      what: 'a value for a unique field that is no Extended JSON',
      words: resolve(1, '--strategy', 'rename_local', '--value', '{"$oid":"1"}'),
      code: 'value-invalid',
      says: [/it is no Extended JSON/, nothing, quotes],
    },
    {
      what: 'a value that the validators of both sides refuse',
      words: resolve(0, '--strategy', 'merge', '--field', 'n=-5'),
      code: 'refused',
      answer: true,
      says: [
        /Not resolved #1: This computer refuses this record: it does not pass the validator/,
        /2 conflicts still wait/,
        /--home \S+ conflicts/,
      ],
      // The conflict notes what refused it.
      changes: ['questions'],
    },
    {
      what: 'a value that another document has',
      words: resolve(1, '--strategy', 'rename_local', '--value', 'ann'),
      code: 'value-taken',
      answer: true,
      says: [/The value ann is taken already/, /2 conflicts still wait/, /leave it out and take the suggestion/],
    },
  ];

  it.each(cases)('$what: three parts, and nothing is another than before', async (each) => {
    expect(await bench.changedBy(each, rows)).toEqual(each.changes ?? []);
  });

  it('stands in docs/errors.md', () => expect(tableInDocs('mongodb words', rows)).toBe(tableOf(rows)));
});
