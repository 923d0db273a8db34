import { MongoClient, type Collection, type Document } from 'mongodb';
import { mongodbKind } from '../electron/connectors/mongodb/mongodb-kind.ts';
import { openFilePair } from '../test/support/file-pair.ts';
import { brakes, countedParts, type OpenPair, type PortCounts } from './pair.ts';

const BATCH = 1000;

export interface Item extends Document {
  _id: number;
}

export const newItems = (n: number): Item[] =>
  Array.from({ length: n }, (_, _id) => ({
    _id,
    name: `name ${_id}`,
    note: 'x'.repeat(100),
    quantity: _id,
    tags: ['a', 'b'],
  }));

export async function insertAll(collection: Collection<Item>, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH)
    await collection.insertMany(items.slice(at, at + BATCH), { ordered: false });
}

/** What the driver alone does to the same end, keeping nothing: each page is read while the one before is written, and all that arrived is read once more. */
export async function copyPlainly(from: Collection<Item>, to: Collection<Item>): Promise<void> {
  let writing: Promise<unknown> = Promise.resolve();
  for await (const page of pagesOf(from, false)) {
    await writing;
    writing = to.insertMany([...page], { ordered: false });
  }
  await writing;
  let arrived = 0;
  for await (const page of pagesOf(to, true)) arrived += page.length;
  if (arrived !== (await from.countDocuments())) throw new Error('The plain copy did not arrive whole');
}

async function* pagesOf(collection: Collection<Item>, raw: boolean): AsyncGenerator<readonly Item[]> {
  const cursor = collection.find({}, { raw, sort: { _id: 1 }, batchSize: BATCH, readConcern: { level: 'majority' } });
  for await (const first of cursor) yield [first, ...cursor.readBufferedDocuments()];
}

/** Which documents an edit changes: `k` of `n`, to values of their round. */
export interface ItemEdits {
  readonly k: number;
  readonly n: number;
  readonly round: number;
}

/** As long as what it takes the place of: the write holds the old value, too. */
const noteOf = (round: number, i: number): string => `round ${round}, ${i}`.padEnd(100, '.');

export async function editItems(collection: Collection<Item>, { k, n, round }: ItemEdits): Promise<void> {
  await collection.bulkWrite(
    Array.from({ length: k }, (_, i) => ({
      updateOne: {
        filter: { _id: (i * 7 + round) % n },
        update: { $set: { note: noteOf(round, i), quantity: round } },
      },
    })),
    { ordered: false },
  );
}

/** Of the values that such an edit puts: a text, and a number of four bytes. */
export const editedBytes = (k: number, round: number): number =>
  Array.from({ length: k }, (_, i) => noteOf(round, i).length + 4).reduce((sum, bytes) => sum + bytes, 0);

/** Addresses of both sides, and the file of the state. */
export interface MongoPlaces {
  readonly A: string;
  readonly B: string;
  readonly state: string;
}

/** The real engine over both databases, as the program opens it. */
export const openMongoPair = (places: MongoPlaces, counts?: PortCounts): Promise<OpenPair> =>
  openFilePair(places, {
    kind: mongodbKind,
    settings: { brakes },
    ...(counts ? countedParts(counts) : {}),
  });

/** Edits of another program, by a connection of its own. */
export async function editMongo(url: string, edits: ItemEdits): Promise<void> {
  const client = new MongoClient(url);
  try {
    await editItems(client.db().collection<Item>('items'), edits);
  } finally {
    await client.close();
  }
}
