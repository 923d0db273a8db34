import { createHash } from 'node:crypto';
import { type Db, type Document, MongoClient } from 'mongodb';
import { findMongoProgram } from '../test-servers/mongo-programs.ts';
import { MongoServer } from '../test-servers/mongo-server.ts';
import type { Screen } from './screen.ts';
import { NotAsTold, told } from './told.ts';

export type SideName = 'here' | 'there';
type Change = 'insertOne' | 'updateOne' | 'updateMany' | 'deleteOne' | 'deleteMany';

/** Two servers with a database each, looked at and written as other programs do it. */
export class MongoSides {
  /** What the servers call themselves. */
  readonly name: string;
  readonly #screen: Screen;
  readonly #servers: readonly MongoServer[];
  readonly #clients: Readonly<Record<SideName, MongoClient>>;

  private constructor(screen: Screen, here: MongoServer, there: MongoServer) {
    this.name = here.name;
    this.#screen = screen;
    this.#servers = [here, there];
    this.#clients = { here: new MongoClient(here.url(DATABASE)), there: new MongoClient(there.url(DATABASE)) };
  }

  /** Both end with this process, however that ends. Throws with the reason where no server can be had. */
  static async start(screen: Screen): Promise<MongoSides> {
    const options = { kind: 'replica-set' } as const;
    const program = await findMongoProgram(options, (line) => screen.output([line]));
    if ('notRun' in program)
      throw new NotAsTold('it needs a server for MongoDB, and none could be had.', program.notRun);
    return new MongoSides(screen, await MongoServer.start(program, options), await MongoServer.start(program, options));
  }

  url(side: SideName): string {
    return this.#servers[side === 'here' ? 0 : 1]?.url(DATABASE) ?? '';
  }

  db(side: SideName): Db {
    return this.#clients[side].db(DATABASE);
  }

  /** A write of another program, shown. */
  async edit(side: SideName, collection: string, change: Change, ...args: readonly Document[]): Promise<void> {
    const shown = args.map((arg) => JSON.stringify(arg).replaceAll(/"([\w$]+)":/g, '$1: '));
    this.#screen.edit(side, `db.${collection}.${change}(${shown.join(', ')})`);
    const target = this.db(side).collection<Document>(collection);
    const [first = {}, second = {}] = args;
    switch (change) {
      case 'insertOne':
        await target.insertOne(first);
        break;
      case 'updateOne':
        await target.updateOne(first, second);
        break;
      case 'updateMany':
        await target.updateMany(first, second);
        break;
      case 'deleteOne':
        await target.deleteOne(first);
        break;
      case 'deleteMany':
        await target.deleteMany(first);
    }
  }

  async one(side: SideName, collection: string, id: string | number): Promise<Document | null> {
    return this.db(side).collection<{ _id: string | number }>(collection).findOne({ _id: id });
  }

  count(side: SideName, collection: string): Promise<number> {
    return this.db(side).collection(collection).countDocuments();
  }

  /** Compares every document byte by byte, and every index but for its place in the list. */
  async expectEqual(collections: readonly string[], text: string): Promise<void> {
    const [here, there] = [await this.#fingerprint('here', collections), await this.#fingerprint('there', collections)];
    told(here === there, text);
    this.#screen.seen(text);
  }

  async #fingerprint(side: SideName, collections: readonly string[]): Promise<string> {
    const hash = createHash('sha256');
    for (const name of collections) {
      const collection = this.db(side).collection(name);
      const documents = (await collection.find({}, { raw: true }).toArray()) as unknown as Uint8Array[];
      const lines = documents.map((bytes) => Buffer.from(bytes).toString('hex')).toSorted();
      const indexes = (await collection.indexes()).map((index) => JSON.stringify(index)).toSorted();
      hash.update([name, ...lines, ...indexes].join('\n'));
    }
    return hash.digest('hex');
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#clients).map((client) => client.close()));
    await Promise.all(this.#servers.map((server) => server.stop()));
  }
}

const DATABASE = 'office';
