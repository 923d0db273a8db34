import { join } from 'node:path';
import { MongoClient, type Collection, type Document } from 'mongodb';
import { findMongoProgram } from '../build/test-servers/mongo-programs.ts';
import { MongoServer } from '../build/test-servers/mongo-server.ts';
import { mongodbKind } from '../electron/connectors/mongodb/mongodb-kind.ts';
import type { SideName } from '../electron/engine/settings.ts';
import { openFilePair } from '../test/support/file-pair.ts';
import type { Bench } from './context.ts';
import { counted } from './counted.ts';
import { median, ms, ratio, Series, timed, whole } from './figures.ts';
import { brakes, newCounts, newPairFiles, removePairFiles, syncOnce, type OpenPair, type PortCounts } from './pair.ts';

const REPLICA_SET = { kind: 'replica-set' } as const;
const BATCH = 1000;
/** The wheel of SecantusDB reads the whole collection for each page of it, so that more would measure the server. */
const MOST = { n: 10_000, small: 1_000, k: 1_000 } as const;

interface Item extends Document {
  _id: number;
}
const item = (_id: number): Item => ({
  _id,
  name: `name ${_id}`,
  note: 'x'.repeat(100),
  quantity: _id,
  tags: ['a', 'b'],
});

/** Two servers, and a pair over a new database on each. */
class Place {
  readonly servers: readonly [MongoServer, MongoServer];
  readonly clients: readonly [MongoClient, MongoClient];
  #databases = 0;

  constructor(servers: readonly [MongoServer, MongoServer]) {
    this.servers = servers;
    const options = { writeConcern: { w: 'majority', j: true } } as const;
    this.clients = [new MongoClient(servers[0].url(), options), new MongoClient(servers[1].url(), options)];
  }

  newDatabase(): string {
    return `bench_${++this.#databases}`;
  }

  items(side: SideName, database: string): Collection<Item> {
    return this.clients[side === 'A' ? 0 : 1].db(database).collection<Item>('items');
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await client.close();
    for (const server of this.servers) await server.stop();
  }
}

/** R1–R5 for two MongoDB databases with change streams. */
export async function mongo(bench: Bench): Promise<void> {
  const program = await findMongoProgram(REPLICA_SET, (line) => bench.say(line));
  if ('notRun' in program) {
    const what = 'two MongoDB databases';
    bench.note({ id: 'R1 mongo', what, value: 'not run', goal: '', reached: null, made: program.notRun });
    return;
  }
  const place = new Place([
    await MongoServer.start(program, REPLICA_SET),
    await MongoServer.start(program, REPLICA_SET),
  ]);
  try {
    await firstCopy(bench, place);
    const few = { small: await withPair(bench, place, Math.min(bench.sizes.small, MOST.small), smallDelta), large: 0 };
    few.large = await withPair(bench, place, Math.min(bench.sizes.n, MOST.n), async (world) => {
      const spent = await smallDelta(world);
      await delta(world);
      await nothing(world);
      return spent;
    });
    growth(bench, place, few);
  } finally {
    await place.stop();
  }
}

async function insertAll(collection: Collection<Item>, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH)
    await collection.insertMany(items.slice(at, at + BATCH), { ordered: false });
}

const madeOn = ({ servers }: Place): string => servers[0].name;

async function firstCopy(bench: Bench, place: Place): Promise<void> {
  const n = Math.min(bench.sizes.n, MOST.n);
  const items = Array.from({ length: n }, (_, i) => item(i));
  const [raw, ours] = [new Series(), new Series()];
  for (let round = 1; round <= bench.sizes.rounds; round++) {
    bench.say(`R1 mongo: round ${round} of ${bench.sizes.rounds}`);
    const beside = place.items('B', place.newDatabase());
    await raw.add(() => insertAll(beside, items));
    await beside.drop();
    const database = place.newDatabase();
    await insertAll(place.items('A', database), items);
    await place.clients[1].db(database).createCollection('items');
    const files = newPairFiles();
    let pair: OpenPair | null = null;
    await ours.add(async () => {
      pair = await open(place, database, files.folder);
      await syncOnce(pair);
    });
    await (pair as OpenPair | null)?.close();
    removePairFiles(files);
    if ((await place.items('B', database).countDocuments()) !== n) throw new Error('The copy did not arrive whole');
    for (const side of ['A', 'B'] as const) await place.items(side, database).drop();
  }
  bench.note({
    id: 'R1 mongo',
    what: 'first copy / insertMany of 1,000 each, of the same documents',
    value: ratio(ours.ms / raw.ms),
    goal: '≤ 2.0 (stretch 1.5)',
    reached: ours.ms / raw.ms <= 2,
    made: `${madeOn(place)}; N ${whole(n)}; Tandem ${ours.show()} = ${whole(n / (ours.ms / 1000))} documents/s; raw ${raw.show()}`,
  });
}

interface World {
  readonly bench: Bench;
  readonly place: Place;
  readonly database: string;
  readonly n: number;
  readonly pair: OpenPair;
  readonly counts: PortCounts;
}

const open = (place: Place, database: string, folder: string, counts?: PortCounts): Promise<OpenPair> =>
  openFilePair(
    { A: place.servers[0].url(database), B: place.servers[1].url(database), state: join(folder, 'state.db') },
    {
      kind: mongodbKind,
      settings: { brakes },
      ...(counts ? { connector: (side: SideName, connector) => counted(connector, counts[side]) } : {}),
    },
  );

/** A pair in step over `n` documents. */
async function withPair<T>(bench: Bench, place: Place, n: number, work: (world: World) => Promise<T>): Promise<T> {
  bench.say(`mongo: first copy of ${whole(n)} documents`);
  const database = place.newDatabase();
  await insertAll(
    place.items('A', database),
    Array.from({ length: n }, (_, i) => item(i)),
  );
  await place.clients[1].db(database).createCollection('items');
  const files = newPairFiles();
  const counts = newCounts();
  const pair = await open(place, database, files.folder, counts);
  try {
    await syncOnce(pair);
    await syncOnce(pair);
    return await work({ bench, place, database, n, pair, counts });
  } finally {
    await pair.close();
    removePairFiles(files);
  }
}

const edit = (collection: Collection<Item>, k: number, n: number, round: number): Promise<unknown> =>
  collection.bulkWrite(
    Array.from({ length: k }, (_, i) => ({
      updateOne: {
        filter: { _id: (i * 7 + round) % n },
        update: { $set: { note: `round ${round}, ${i}`, quantity: round } },
      },
    })),
    { ordered: false },
  );

/** Milliseconds of a run that brings a few changes. */
async function smallDelta({ bench, place, database, n, pair }: World): Promise<number> {
  const spent: number[] = [];
  for (let round = 1; round <= bench.sizes.rounds; round++) {
    await edit(place.items('A', database), bench.sizes.few, n, round);
    spent.push(await timed(() => syncOnce(pair)));
  }
  return median(spent);
}

function growth(
  bench: Bench,
  place: Place,
  { small, large }: { readonly small: number; readonly large: number },
): void {
  const sizes = [Math.min(bench.sizes.n, MOST.n), Math.min(bench.sizes.small, MOST.small)].map(whole);
  bench.note({
    id: 'R2 mongo',
    what: 'a delta of few changes, large size / small size, noticed by change streams',
    value: ratio(large / small),
    goal: '≤ 1.15',
    reached: large / small <= 1.15,
    made: `${madeOn(place)}; k ${whole(bench.sizes.few)}; N ${sizes[0]}: ${ms(large)}; N ${sizes[1]}: ${ms(small)}`,
  });
}

async function delta(world: World): Promise<void> {
  const { bench, place, database, n, pair, counts } = world;
  const k = Math.min(bench.sizes.k, MOST.k);
  const beside = place.items('B', place.newDatabase());
  await insertAll(
    beside,
    Array.from({ length: n }, (_, i) => item(i)),
  );
  const [raw, ours] = [new Series(), new Series()];
  for (let round = 10; round < 10 + bench.sizes.rounds; round++) {
    await raw.add(() => edit(beside, k, n, round));
    await edit(place.items('A', database), k, n, round);
    counts.A.reset(false);
    counts.B.reset(false);
    await ours.add(() => syncOnce(pair));
  }
  bench.note({
    id: 'R3 mongo',
    what: 'delta, time a change / raw bulkWrite a document',
    value: ratio(ours.ms / raw.ms),
    goal: '≤ 3',
    reached: ours.ms / raw.ms <= 3,
    made: `${madeOn(place)}; N ${whole(n)}, k ${whole(k)}; Tandem ${ours.show()}; raw ${raw.show()}; of the processor alone ${ratio(ours.processorMs / raw.processorMs)}`,
  });
  const most = Math.max(counts.A.callsOf(), counts.B.callsOf());
  const goal = 3 * Math.ceil(k / 1000) + 6;
  bench.note({
    id: 'R4 mongo',
    what: 'calls for k changes at the connector, the busier side',
    value: whole(most),
    goal: `≤ ${goal} (3⌈k/1000⌉ + 6)`,
    reached: most <= goal,
    made: `k ${whole(k)}; A: ${counts.A.show()}; B: ${counts.B.show()}`,
  });
}

async function nothing({ bench, n, pair, counts }: World): Promise<void> {
  await syncOnce(pair);
  counts.A.reset(true);
  counts.B.reset(true);
  const spent = await timed(() => syncOnce(pair));
  const { A, B } = counts;
  const most = Math.max(A.callsOf(), B.callsOf());
  const records = A.recordsRead + B.recordsRead;
  bench.note({
    id: 'R5 mongo',
    what: 'a run without changes: calls of the busier side, records read',
    value: `${whole(most)}, ${whole(records)}`,
    goal: '≤ 2 a side, 0 records',
    reached: most <= 2 && records === 0,
    made: `N ${whole(n)}, ${ms(spent)}; A: ${A.show()}; B: ${B.show()}`,
  });
}
