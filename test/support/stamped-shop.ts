import type { Document, ObjectId } from 'bson';
import { MongoClient, type Collection, type Db } from 'mongodb';
import { expect, onTestFinished } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import type { Connector, OpenOptions } from '../../electron/engine/port/connector.ts';
import type { WireRun } from '../../shared/contract/run-shapes.ts';
import { must } from '../../shared/lib/assert.ts';
import { Office } from '../contract/home-support.ts';
import type { SharedMongo } from './mongo-server.ts';
import { tappedConnector, type Tap } from './tapped.ts';

/** Two databases of one server, a home, and an application that writes to both. */
export class Shop {
  readonly urls: { readonly a: string; readonly b: string };
  readonly a: Db;
  readonly b: Db;
  readonly client: Connection;

  private constructor(mongo: SharedMongo, [a, b]: readonly [string, string], server: MongoClient, client: Connection) {
    this.urls = { a: mongo.url(a), b: mongo.url(b) };
    this.a = server.db(a);
    this.b = server.db(b);
    this.client = client;
  }

  static async open(mongo: SharedMongo, ...names: readonly string[]): Promise<Shop> {
    return Shop.tapped(mongo, () => undefined, ...names);
  }

  /** `tap` is told of each call to the database of this computer. */
  static async tapped(mongo: SharedMongo, tap: Tap, ...names: readonly string[]): Promise<Shop> {
    const databases = [mongo.newDatabase(), mongo.newDatabase()] as const;
    const server = await new MongoClient(mongo.url('admin')).connect();
    onTestFinished(() => server.close());
    const url = mongo.url(databases[0]);
    const open = async (options: OpenOptions): Promise<Connector> => {
      const connector = await mongodbKind.open(options);
      return options.url === url ? tappedConnector(connector, 'A', tap) : connector;
    };
    const office = new Office();
    const client = await office.connect({ kinds: [{ ...mongodbKind, open }] });
    const shop = new Shop(mongo, databases, server, client);
    for (const db of [shop.a, shop.b]) for (const name of names) await db.createCollection(name);
    return shop;
  }

  async add(name = 'shop', more: Record<string, unknown> = {}): Promise<void> {
    await this.client.call('pairs.add', { name, ...this.urls, options: { stamp: true }, ...more });
  }

  sync(pair = 'shop'): Promise<WireRun> {
    return this.client.call('runs.start', { pair });
  }

  one(side: 'a' | 'b', id: unknown, collection = 'orders'): Promise<Document | null> {
    return this[side].collection(collection).findOne({ _id: id as ObjectId });
  }

  /** A document of A without its stamps, and the stamps. */
  async split(id: unknown): Promise<{ record: Document; stamps: Document }> {
    const { syncedAt, syncStatus, origin, ...record } = must(await this.one('a', id), 'the document');
    return { record, stamps: { syncedAt, syncStatus, origin } };
  }

  async statusOf(id: unknown): Promise<unknown> {
    return (await this.one('a', id))?.['syncStatus'];
  }
}

/** A further sync writes nothing, to whatever document or field. */
export async function expectQuiet(shop: Shop, ...collections: readonly string[]): Promise<void> {
  const look = async (): Promise<string> => {
    const found: unknown[] = [];
    for (const db of [shop.a, shop.b])
      for (const name of collections) found.push(await db.collection(name).find().sort({ _id: 1 }).toArray());
    return JSON.stringify(found);
  };
  const before = await look();
  const { written } = await shop.sync();
  const none = { insert: 0, update: 0, delete: 0 };
  expect(written).toEqual({ A: none, B: none });
  expect(await look()).toBe(before);
}

export const synced = (origin: string): Document => ({
  origin,
  syncStatus: 'synced',
  syncedAt: expect.any(Date) as Date,
});
export const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
export const orders = (db: Db): Collection => db.collection('orders');
