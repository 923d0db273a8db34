import type { Db, Document } from 'mongodb';
import { expect, test } from 'vitest';
import { MARKER_COLLECTION } from '../../electron/connectors/mongodb/marker-collection.ts';
import { MongoBench } from '../support/mongo-bench.ts';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { dump } from '../support/mongo-twins.ts';

type Documents = Awaited<ReturnType<typeof dump>>;
/** Raw documents, by collection. */
type Backup = ReadonlyMap<string, readonly Document[]>;

const names = ['members', 'visits'] as const;
const members = (db: Db): ReturnType<typeof db.collection<Member>> => db.collection<Member>('members');
const visits = (db: Db): ReturnType<typeof db.collection<Visit>> => db.collection<Visit>('visits');
interface Member {
  readonly _id: number;
  readonly name: string;
  readonly phone?: string;
}
interface Visit {
  readonly _id: number;
  readonly member: number;
}

/** What a person owns: without what Tandem notes there. */
async function dataOf(db: Db): Promise<Documents> {
  const found = await dump(db);
  found.delete(MARKER_COLLECTION);
  return found;
}

async function backupOf(db: Db): Promise<Backup> {
  const found = new Map<string, Document[]>();
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
    found.set(name, await db.collection(name).find().toArray());
  return found;
}

/** In step since yesterday, of which a backup of Remote exists, and a day of work on both sides after that. */
async function aDayLater(bench: MongoBench, marker: boolean): Promise<Backup> {
  await members(bench.a).insertMany(Array.from({ length: 40 }, (_, _id) => ({ _id, name: `Member ${_id}` })));
  await visits(bench.a).insertMany(Array.from({ length: 60 }, (_, _id) => ({ _id, member: _id % 40 })));
  await bench.inStep({ options: { marker } });
  const yesterday = await backupOf(bench.b);
  await members(bench.a).updateMany({ _id: { $lte: 12 } }, { $set: { phone: '+49 30' } });
  await members(bench.a).insertMany([901, 902].map((_id) => ({ _id, name: 'New here' })));
  await visits(bench.a).deleteMany({ _id: { $in: [3, 4] } });
  await members(bench.b).updateMany({ _id: { $gte: 20, $lte: 28 } }, { $set: { name: 'Married' } });
  await visits(bench.b).insertOne({ _id: 950, member: 901 });
  await visits(bench.b).deleteOne({ _id: 9 });
  await bench.engine((client) => client.call('runs.start', { pair: 'shop' }));
  expect(await dataOf(bench.a)).toEqual(await dataOf(bench.b));
  return yesterday;
}

const ways = [
  {
    way: 'into the collections that are there',
    put: async (db: Db, backup: Backup) => {
      for (const [name, documents] of backup) {
        await db.collection(name).deleteMany({});
        if (documents.length > 0) await db.collection(name).insertMany([...documents]);
      }
    },
  },
  {
    way: 'after the database was dropped',
    put: async (db: Db, backup: Backup) => {
      await db.dropDatabase();
      for (const [name, documents] of backup)
        if (documents.length > 0) await db.collection(name).insertMany([...documents]);
    },
  },
] as const;

for (const { kind, marker } of [
  { kind: 'replica-set', marker: true },
  { kind: 'replica-set', marker: false },
  { kind: 'standalone', marker: false },
] as const) {
  const title = `yesterday's backup of Remote, ${kind}, ${marker ? 'with' : 'without'} a marker`;
  await describeSharedMongo(title, kind, (mongo) => {
    const place = (): { readonly theirs: string } => ({ theirs: mongo.url(mongo.newDatabase()) });
    const cases = ways.flatMap((each) => (['bring-back', 'let-go'] as const).map((answer) => ({ ...each, answer })));

    test.each(cases)(
      '[L6] [E40] [E41] put back $way: nothing is written unasked, the cause is said, and $answer does what it says',
      async ({ put, answer }) => {
        const bench = await MongoBench.open(place(), place());
        try {
          const backup = await aDayLater(bench, marker);
          const here = await dataOf(bench.a);
          await put(bench.b, backup);
          const then = await dataOf(bench.b);
          const sync = await bench.tandem('sync');
          expect([sync.exit, sync.out]).toEqual([
            5,
            expect.stringMatching(
              /Remote (seems to be|was) restored to an earlier state|dropped on Remote and made again/,
            ),
          ]);
          expect([await dataOf(bench.a), await dataOf(bench.b)]).toEqual([here, then]);
          await answerAll(bench, answer);
          const settled = await expectAnswered(bench, answer === 'bring-back' ? here : then);
          // What was brought back may stand beside what only the backup still has.
          const exact = answer === 'let-go' ? then : settled;
          expect(settled).toEqual(exact);
        } finally {
          await bench.close();
        }
      },
    );
  });
}

/** Each question in the same way, also one that comes when another was answered. */
async function answerAll(bench: MongoBench, answer: 'bring-back' | 'let-go'): Promise<void> {
  await bench.engine(async (client) => {
    for (let at = 0; at < 5; at++) {
      const [brake] = await client.call('brakes.list', { pair: 'shop' });
      if (brake) await client.call('brakes.answer', { id: brake.id, answer });
    }
  });
}

/** Both sides hold what the answer stands for, and three more syncs change nothing. */
async function expectAnswered(bench: MongoBench, wanted: Documents): Promise<Documents> {
  const settled = await dataOf(bench.a);
  for (const name of names)
    for (const [id, raw] of wanted.get(name) ?? [])
      expect([name, id, settled.get(name)?.get(id)]).toEqual([name, id, raw]);
  await bench.engine(async (client) => {
    for (let i = 0; i < 3; i++) await client.call('runs.start', { pair: 'shop' });
    expect(await client.call('brakes.list', { pair: 'shop' })).toEqual([]);
    expect(await client.call('conflicts.list', { pair: 'shop' })).toEqual([]);
  });
  expect([await dataOf(bench.a), await dataOf(bench.b)]).toEqual([settled, settled]);
  return settled;
}
