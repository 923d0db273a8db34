import { Binary, deserialize, Double, Long, type Document } from 'bson';
import { MongoClient, type Db } from 'mongodb';
import { onTestFinished } from 'vitest';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import type { CollectionSpec, Connector, OpenOptions, Side } from '../../electron/engine/port/connector.ts';
import type { Value } from '../../electron/engine/port/value.ts';

export const realClock = { sleep: (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms)) };

export const mongoOptions = (url: string, more: Partial<OpenOptions> = {}): OpenOptions => ({
  url,
  busyMs: 2000,
  create: false,
  readOnly: false,
  clock: realClock,
  ...more,
});

export async function openMongo(url: string, more: Partial<OpenOptions> = {}): Promise<Connector> {
  const connector = await mongodbKind.open(mongoOptions(url, more));
  onTestFinished(() => connector.close());
  return connector;
}

/** Another program's client, with the driver's own settings, in the database of the address. */
export async function otherProgram(url: string): Promise<Db> {
  const client = await new MongoClient(url).connect();
  onTestFinished(() => client.close());
  return client.db();
}

/** Documents with whatever fields they have. */
export const documentsOf = (name: string): CollectionSpec => ({
  name,
  physical: name,
  key: ['_id'],
  fields: [{ name: '_id', physical: '_id' }],
  anyField: true,
});

export const bindDocuments = (connector: Connector, ...names: readonly string[]): Promise<Side> =>
  connector.bind(names.map(documentsOf));

/** A value as the driver sends it in its exact class. */
export function driverForm(value: Value): unknown {
  if (typeof value === 'bigint') return Long.fromBigInt(value);
  if (typeof value === 'number') return new Double(value);
  return value instanceof Uint8Array ? new Binary(value) : value;
}

/** A value as the driver reads it, in the class that the suite calls it by. */
export function plainForm(value: unknown): Value {
  if (value instanceof Long) return value.toBigInt();
  if (value instanceof Double) return value.value;
  if (value instanceof Binary) return Uint8Array.from(value.value());
  if (value === null || typeof value === 'string') return value;
  throw new Error(`The suite has no class for ${JSON.stringify(value)}`);
}

/** What the server sent, without numbers of JavaScript in between. */
export const exactly = (raw: Uint8Array): Document => deserialize(raw, { promoteValues: false, promoteBuffers: false });

/** All documents as bytes, in the order of their ids. */
export async function rawDocuments(db: Db, collection: string): Promise<Buffer[]> {
  return (await db
    .collection(collection)
    .find({}, { raw: true, sort: { _id: 1 } })
    .toArray()) as unknown as Buffer[];
}
