import { EJSON } from 'bson';
import type { BookkeepingFacet } from '../../engine/port/connector.ts';
import type { Omitted } from '../../engine/port/own-values.ts';
import { type MongoDatabase, WRITE_CONCERN } from './mongo-database.ts';
import { holdsOwn, ownValuesIn } from './holds-own.ts';
import { WriteConcernFailed } from './write/send.ts';

/** What a stamping pair keeps in the database beside the records (L16). */
export function bookkeepingFacet(database: MongoDatabase): BookkeepingFacet {
  const change = async (what: string, work: () => Promise<void>): Promise<void> => {
    const doing = { operation: 'stamps', what };
    database.assertWritable(doing);
    await database.attempt(doing, work);
  };
  return {
    report: (collection, documents) =>
      change(`Writing ${collection}`, () => putDocuments(database, collection, documents)),
    reported: (pair, collections) =>
      database.attempt({ operation: 'stamps', what: 'Looking for reports' }, async () => {
        const found: string[] = [];
        for (const name of collections) if (await holdsAny(database, name, byPair(pair))) found.push(name);
        return found;
      }),
    removeReports: (pair, collections) =>
      change('Removing reports', async () => {
        for (const name of collections) await removeFrom(database, name, pair);
      }),
    unset: (collection, omit) =>
      change(`Taking ${Object.keys(omit).join(', ')} out of ${collection}`, () => unsetIn(database, collection, omit)),
    ownValues: (collection, omit) =>
      database.attempt({ operation: 'stamps', what: `Looking into ${collection}` }, () =>
        ownValuesIn(database, collection, omit),
      ),
  };
}

const byPair = (pair: string): Record<string, unknown> => ({ pair: { $eq: pair } });

async function putDocuments(database: MongoDatabase, collection: string, documents: readonly string[]): Promise<void> {
  const updates = documents.map((text) => {
    const document = EJSON.parse(text, { relaxed: false }) as Record<string, unknown>;
    // As a plain document the server would take names that begin with "$" for operators.
    return { q: { _id: { $eq: document['_id'] } }, u: [{ $replaceWith: { $literal: document } }], upsert: true };
  });
  if (updates.length > 0) await acknowledged(database, { update: collection, updates });
}

async function holdsAny(database: MongoDatabase, collection: string, filter: Record<string, unknown>) {
  for await (const _document of database.find(collection, { filter, limit: 1, level: 'local' })) return true;
  return false;
}

/** Documents that others put there stay, and the collection with them. */
async function removeFrom(database: MongoDatabase, collection: string, pair: string): Promise<void> {
  if (!(await holdsAny(database, collection, byPair(pair)))) return;
  await acknowledged(database, { delete: collection, deletes: [{ q: byPair(pair), limit: 0 }] });
  if (await holdsAny(database, collection, {})) return;
  await database.db.dropCollection(collection, { writeConcern: { w: 'majority', j: true } });
}

async function unsetIn(database: MongoDatabase, collection: string, omit: Omitted): Promise<void> {
  const fields = Object.keys(omit);
  const q = { $or: fields.map((name) => ({ [name]: { $exists: true } })), $nor: [holdsOwn(omit)] };
  const u = { $unset: Object.fromEntries(fields.map((name) => [name, ''])) };
  await acknowledged(database, { update: collection, updates: [{ q, u, multi: true }] });
}

async function acknowledged(database: MongoDatabase, command: Readonly<Record<string, unknown>>): Promise<void> {
  const reply = await database.send({ ...command, writeConcern: WRITE_CONCERN });
  if (reply['writeConcernError'] !== undefined || reply['writeErrors'] !== undefined)
    throw new WriteConcernFailed('the server did not take or acknowledge all of it');
}
