import { MongoServerError } from 'mongodb';
import type { MongoDatabase } from './mongo-database.ts';

const WITHIN_MS = 10_000;

/** Commands or read concerns that a server does not have. */
const unknownCodes: ReadonlySet<number> = new Set([2, 9, 72, 115, 238]);

/**
 * Has most members say that this primary is one. One that was deposed and has not heard of it would show what stood there
 * before, also before what this pair wrote last; the driver knows it for old only once it has met a newer one. A server
 * that does not have the question is taken as it is.
 */
export async function confirmPrimary(database: MongoDatabase, collection: string): Promise<void> {
  if (database.topology !== 'replica set') return;
  try {
    await database.send({
      find: collection,
      filter: { _id: { $eq: '' } },
      projection: { _id: 1 },
      limit: 1,
      singleBatch: true,
      readConcern: { level: 'linearizable' },
      maxTimeMS: WITHIN_MS,
    });
  } catch (error) {
    if (error instanceof MongoServerError && unknownCodes.has(Number(error.code))) return;
    throw error;
  }
}
