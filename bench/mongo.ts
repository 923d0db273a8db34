import { join } from 'node:path';
import { MongoClient, type Collection } from 'mongodb';
import { findMongoProgram } from '../build/test-servers/mongo-programs.ts';
import { MongoServer } from '../build/test-servers/mongo-server.ts';
import type { SideName } from '../electron/engine/settings.ts';
import type { Bench } from './context.ts';
import { median, ms, ratio, Series, timed, whole } from './figures.ts';
import { sharesText } from './counted.ts';
import { noteCalls, noteMemory, noteNothing, notePerChange, noteWeight } from './notes.ts';
import type { Life } from './child.ts';
import { runChild } from './children.ts';
import {
  copyPlainly,
  editedBytes,
  editItems,
  insertAll,
  newItems,
  openMongoPair,
  type Item,
  type MongoPlaces,
} from './mongo-pair.ts';
import {
  newCounts,
  newPairFiles,
  removePairFiles,
  resetCounts,
  syncOnce,
  type OpenPair,
  type PortCounts,
} from './pair.ts';

const KIND = ' mongo';
const REPLICA_SET = { kind: 'replica-set' } as const;
interface Most {
  readonly n: number;
  readonly small: number;
  readonly k: number;
  readonly large: number;
}
const MOST: Most = { n: 100_000, small: 10_000, k: 1_000, large: 300_000 };
/** The wheel of SecantusDB reads the whole collection for each page of it, so that more would measure the server. */
const MOST_OF_WHEEL: Most = { n: 10_000, small: 1_000, k: 1_000, large: 100_000 };

/** Two servers, and a pair over a new database on each. */
class Place {
  readonly servers: readonly [MongoServer, MongoServer];
  readonly clients: readonly [MongoClient, MongoClient];
  readonly most: Most;
  #databases = 0;

  constructor(servers: readonly [MongoServer, MongoServer]) {
    this.servers = servers;
    this.most = servers[0].name.includes('wheel') ? MOST_OF_WHEEL : MOST;
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
    const few = {
      small: await withPair(bench, place, Math.min(bench.sizes.small, place.most.small), smallDelta),
      large: 0,
    };
    few.large = await withPair(bench, place, Math.min(bench.sizes.n, place.most.n), async (world) => {
      const spent = await smallDelta(world);
      await delta(world);
      await weight(world);
      await nothing(world);
      return spent;
    });
    growth(bench, place, few);
    await memoryOf(bench, place);
  } finally {
    await place.stop();
  }
}

const madeOn = ({ servers }: Place): string => servers[0].name;

async function firstCopy(bench: Bench, place: Place): Promise<void> {
  const n = Math.min(bench.sizes.n, place.most.n);
  const items = newItems(n);
  const [raw, plain, ours] = [new Series(), new Series(), new Series()];
  for (let round = 1; round <= bench.sizes.rounds; round++) {
    bench.say(`R1 mongo: round ${round} of ${bench.sizes.rounds}`);
    const beside = place.items('B', place.newDatabase());
    await raw.add(() => insertAll(beside, items));
    await beside.drop();
    const database = place.newDatabase();
    await insertAll(place.items('A', database), items);
    const copied = place.items('B', place.newDatabase());
    await plain.add(() => copyPlainly(place.items('A', database), copied));
    await copied.drop();
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
  bench.note({
    id: 'R1 mongo plain',
    what: 'the driver alone: read, insertMany and read again, keeping nothing / insertMany',
    value: ratio(plain.ms / raw.ms),
    goal: '–',
    reached: null,
    made: `N ${whole(n)}; ${plain.show()}; Tandem / this: ${ratio(ours.ms / plain.ms)}`,
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
  openMongoPair(placesOf(place, database, folder), counts);

const placesOf = ({ servers }: Place, database: string, folder: string): MongoPlaces => ({
  A: servers[0].url(database),
  B: servers[1].url(database),
  state: join(folder, 'state.db'),
});

/** A pair in step over `n` documents. */
async function withPair<T>(bench: Bench, place: Place, n: number, work: (world: World) => Promise<T>): Promise<T> {
  bench.say(`mongo: first copy of ${whole(n)} documents`);
  const database = place.newDatabase();
  await insertAll(place.items('A', database), newItems(n));
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

/** Milliseconds of a run that brings a few changes. */
async function smallDelta({ bench, place, database, n, pair }: World): Promise<number> {
  const spent: number[] = [];
  for (let round = 1; round <= bench.sizes.rounds; round++) {
    await editItems(place.items('A', database), { k: bench.sizes.few, n, round });
    spent.push(await timed(() => syncOnce(pair)));
  }
  return median(spent);
}

function growth(
  bench: Bench,
  place: Place,
  { small, large }: { readonly small: number; readonly large: number },
): void {
  const sizes = [Math.min(bench.sizes.n, place.most.n), Math.min(bench.sizes.small, place.most.small)].map(whole);
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
  const k = Math.min(bench.sizes.k, place.most.k);
  const beside = place.items('B', place.newDatabase());
  await insertAll(beside, newItems(n));
  const [raw, ours] = [new Series(), new Series()];
  for (let round = 10; round < 10 + bench.sizes.rounds; round++) {
    await raw.add(() => editItems(beside, { k, n, round }));
    await editItems(place.items('A', database), { k, n, round });
    resetCounts(counts, false);
    await ours.add(() => syncOnce(pair));
  }
  const made = `${madeOn(place)}; N ${whole(n)}, k ${whole(k)}; Tandem ${ours.show()}, ${sharesText(counts)}`;
  notePerChange(bench, KIND, { ours, raw, than: 'raw bulkWrite a document', made });
  noteCalls(bench, KIND, counts, k);
}

/** What is sent for k changes. */
async function weight({ bench, place, database, n, pair, counts }: World): Promise<void> {
  const k = Math.min(bench.sizes.k, place.most.k);
  await editItems(place.items('A', database), { k, n, round: 99 });
  resetCounts(counts, true);
  await syncOnce(pair);
  noteWeight(bench, KIND, counts, { k, changed: editedBytes(k, 99) });
}

async function nothing({ bench, n, pair, counts }: World): Promise<void> {
  await syncOnce(pair);
  resetCounts(counts, true);
  const spent = await timed(() => syncOnce(pair));
  noteNothing(bench, KIND, counts, `N ${whole(n)}, within the process, ${ms(spent)}`);
}

/** R7: the same life of a pair at two sizes, each in a process of its own. */
async function memoryOf(bench: Bench, place: Place): Promise<void> {
  const [small, large] = [Math.min(bench.sizes.n, place.most.n), Math.min(bench.sizes.large, place.most.large)];
  // What was compiled is kept, and the first size pays nothing for the others.
  await lifeAt(bench, place, 1000);
  const little = await lifeAt(bench, place, small);
  const much = await lifeAt(bench, place, large);
  noteMemory(bench, KIND, {
    little: { n: small, life: little },
    much: { n: large, life: much },
    on: `${madeOn(place)}; `,
  });
}

async function lifeAt(bench: Bench, place: Place, n: number): Promise<Life> {
  bench.say(`R7 mongo: a process of its own with ${whole(n)} documents`);
  const database = place.newDatabase();
  await insertAll(place.items('A', database), newItems(n));
  await place.clients[1].db(database).createCollection('items');
  const files = newPairFiles();
  try {
    const { few, rounds } = bench.sizes;
    const mongo = placesOf(place, database, files.folder);
    const { last } = await runChild({ task: 'life', over: { mongo }, n, few, rounds });
    if (last?.said !== 'life') throw new Error('The process said nothing of its life');
    return last;
  } finally {
    removePairFiles(files);
    for (const side of ['A', 'B'] as const) await place.items(side, database).drop();
  }
}
