import { MongoClient, type Db, type Document } from 'mongodb';
import { onTestFinished } from 'vitest';
import type { Connection } from '../../electron/api/connect.ts';
import type { Result } from '../../shared/contract/calls.ts';
import type { WireAddReport, WireAddRequest } from '../../shared/contract/pair-shapes.ts';
import type { SharedMongo } from '../support/mongo-server.ts';
import { Office } from './home-support.ts';

/** Two MongoDB databases of one server, a home, and other programs that use the databases by the driver. */
export class MongoOffice {
  readonly office = new Office();
  readonly urls: { readonly a: string; readonly b: string };
  readonly #clients: readonly MongoClient[];
  readonly a: Db;
  readonly b: Db;
  #client: Connection | null = null;

  constructor(mongo: SharedMongo) {
    this.urls = { a: mongo.url(mongo.newDatabase()), b: mongo.url(mongo.newDatabase()) };
    const [a, b] = [new MongoClient(this.urls.a), new MongoClient(this.urls.b)] as const;
    this.#clients = [a, b];
    this.a = a.db();
    this.b = b.db();
    onTestFinished(async () => {
      for (const client of this.#clients) await client.close();
    });
  }

  get both(): readonly [Db, Db] {
    return [this.a, this.b];
  }

  async client(): Promise<Connection> {
    return (this.#client ??= await this.office.connect());
  }

  /** As after a restart of the program. */
  async restart(): Promise<void> {
    await this.office.close();
    this.#client = null;
  }

  async add(more: Partial<WireAddRequest> = {}): Promise<WireAddReport> {
    return (await this.client()).call('pairs.add', { name: 'shop', ...this.urls, ...more });
  }

  async sync(): Promise<Result<'runs.start'>> {
    return (await this.client()).call('runs.start', { pair: 'shop' });
  }

  async conflicts(): Promise<Result<'conflicts.list'>> {
    return (await this.client()).call('conflicts.list', { pair: 'shop' });
  }

  async brakes(): Promise<Result<'brakes.list'>> {
    return (await this.client()).call('brakes.list', { pair: 'shop' });
  }
}

export const all = (db: Db, name: string): Promise<Document[]> => db.collection(name).find().sort({ _id: 1 }).toArray();
