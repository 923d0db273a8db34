import { deserialize, Long } from 'bson';
import type { ClientSession } from 'mongodb';
import type { Marker, MarkerFacet, Seal, WriteIntent } from '../../engine/port/connector.ts';
import { keyBytes, keyFromBytes } from '../../engine/port/key-codec.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { bytesOf, type MongoDatabase, WRITE_CONCERN } from './mongo-database.ts';
import { MARKER_COLLECTION } from './marker-collection.ts';

type Missed = readonly Pick<WriteIntent, 'collection' | 'key'>[];

interface MarkerDocument {
  readonly epoch: number | bigint;
  readonly n: number | bigint;
  readonly batch: number | bigint;
  readonly missed: readonly { readonly collection: string; readonly key: { readonly buffer: Uint8Array } }[];
}

const long = (n: number): Long => Long.fromNumber(n);

export async function readMarker(database: MongoDatabase, pair: string): Promise<Marker | null> {
  for await (const raw of database.find(MARKER_COLLECTION, { filter: { _id: { $eq: pair } } })) {
    const { epoch, n, batch, missed } = deserialize(raw, { promoteBuffers: false }) as unknown as MarkerDocument;
    return {
      pair,
      epoch: Number(epoch),
      n: Number(n),
      batch: Number(batch),
      missed: missed.map(({ collection, key }) => ({ collection, key: keyFromBytes(Buffer.from(key.buffer)) })),
    };
  }
  return null;
}

/** Writes the batch and what it missed, inside the transaction of the batch. A marker that is gone means another database (L6). */
export async function sealMarker(
  database: MongoDatabase,
  session: ClientSession,
  { pair, batch }: Seal,
  missed: Missed,
): Promise<void> {
  const list = missed.map(({ collection, key }) => ({ collection, key: bytesOf(keyBytes(key)) }));
  const u = { $set: { batch: long(batch), missed: list } };
  const command = { update: MARKER_COLLECTION, updates: [{ q: { _id: { $eq: pair } }, u }] };
  const { n } = await database.send(command, session);
  if (Number(n) === 1) return;
  throw new AppError({
    code: 'replaced',
    operation: 'write',
    subject: { pair, path: database.place.label },
    message: `Writing stopped: the marker of the pair ${pair} is no longer in the database.`,
    next: 'Nothing of this batch was written. Both sides are compared before anything else.',
    hint: 'Nothing to do if you restored the database yourself.',
    retry: 'after-user-action',
  });
}

export function markerFacet(database: MongoDatabase, assertOpen: (operation: string) => void): MarkerFacet {
  return {
    read: async (pair) => {
      assertOpen('marker');
      const doing = { operation: 'marker', what: `Reading the marker of ${pair}` };
      return database.attempt(doing, () => readMarker(database, pair));
    },
    raise: async (pair, expected, next) => {
      assertOpen('marker');
      const doing = { operation: 'marker', what: `Writing the marker of ${pair}` };
      database.assertWritable(doing);
      return database.attempt(doing, () => raise(database, { pair, expected, ...next }));
    },
  };
}

interface Raise {
  readonly pair: string;
  readonly expected: number | null;
  readonly epoch: number;
  readonly n: number;
}

async function raise(database: MongoDatabase, { pair, expected, epoch, n }: Raise): Promise<boolean> {
  if (expected === null) return false;
  const q = { _id: { $eq: pair }, n: { $eq: long(expected) } };
  const u = { $set: { epoch: long(epoch), n: long(n) } };
  const { n: matched } = await acknowledged(database, { update: MARKER_COLLECTION, updates: [{ q, u }] });
  return Number(matched) === 1;
}

/** A marker that is there stays as it is. */
export async function insertMarker(database: MongoDatabase, pair: string, epoch: number): Promise<void> {
  const u = { $setOnInsert: { epoch: long(epoch), n: long(0), batch: long(0), missed: [] } };
  await acknowledged(database, {
    update: MARKER_COLLECTION,
    updates: [{ q: { _id: { $eq: pair } }, u, upsert: true }],
  });
}

/** The collection goes with its last marker. */
export async function deleteMarker(database: MongoDatabase, pair: string): Promise<void> {
  await acknowledged(database, { delete: MARKER_COLLECTION, deletes: [{ q: { _id: { $eq: pair } }, limit: 1 }] });
  for await (const _other of database.find(MARKER_COLLECTION, { filter: {}, limit: 1 })) return;
  await database.db
    .dropCollection(MARKER_COLLECTION, { writeConcern: { w: 'majority', j: true } })
    .catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  const isMissing = error instanceof Error && 'code' in error && error.code === 26;
  if (!isMissing) throw error;
}

async function acknowledged(
  database: MongoDatabase,
  command: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await database.send({ ...command, writeConcern: WRITE_CONCERN });
  if (reply['writeConcernError'] === undefined && reply['writeErrors'] === undefined) return reply;
  throw new Error('the marker was not written and acknowledged');
}
