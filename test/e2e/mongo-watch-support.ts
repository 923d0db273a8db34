import { MongoClient, type Db } from 'mongodb';
import { expect, onTestFinished } from 'vitest';
import type { MongoServer } from '../../build/test-servers/mongo-server.ts';
import { all } from '../contract/mongo-office.ts';
import type { StartMongo } from '../support/mongo-server.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { Office, type Running } from './cli-support.ts';

export const soon = { timeout: 40_000, interval: 20 };

const until = (holds: () => unknown): Promise<void> => expect.poll(holds, soon).toBe(true);
const same = (is: unknown, shall: unknown, what: string): void => expect({ [what]: is }).toEqual({ [what]: shall });

interface Order {
  readonly _id: number;
  readonly item?: string;
}
export const orders = (db: Db): ReturnType<typeof db.collection<Order>> => db.collection<Order>('orders');
const some = (count: number, item: string): Order[] => Array.from({ length: count }, (_, _id) => ({ _id, item }));

/** Two databases that other programs use, and the command over them as a person starts it. */
export class Shop {
  readonly office = new Office('CREATE TABLE unused(id INTEGER PRIMARY KEY)');
  readonly a: Db;
  readonly b: Db;

  private constructor(clients: readonly [MongoClient, MongoClient]) {
    [this.a, this.b] = [clients[0].db(), clients[1].db()];
    onTestFinished(async () => {
      this.office.close();
      for (const client of clients) await client.close();
    });
  }

  /** `theirs` lead other programs to the databases, `ours` the command. Ten orders stand in A. */
  static async open(theirs: readonly [string, string], ours = theirs, ...options: readonly string[]): Promise<Shop> {
    const shop = new Shop([new MongoClient(theirs[0]), new MongoClient(theirs[1])]);
    await orders(shop.a).insertMany(some(10, 'pen'));
    // Not waited for in one go: a proxy of this process has to pass on what the command sends.
    const sides = ['--a', ours[0], '--b', ours[1]];
    const added = await shop.office.start('pair', 'add', 'shop', ...sides, '--create', '--no-input', ...options).ended;
    same(added.code, 0, added.err);
    return shop;
  }

  /** Watches, and has carried what stood there. */
  async watching(...options: readonly string[]): Promise<Running> {
    const watch = this.office.start('watch', ...options);
    await until(() => watch.said().includes('10 changes to Remote'));
    return watch;
  }

  /** An edit on either side is seen on the other. */
  async expectBothWays(word: string): Promise<void> {
    for (const [from, to, id] of [
      [this.a, this.b, 1],
      [this.b, this.a, 2],
    ] as const) {
      await orders(from).updateOne({ _id: id }, { $set: { item: word } });
      await until(async () => (await orders(to).findOne({ _id: id }))?.item === word);
    }
  }

  async expectEqual(): Promise<void> {
    same(await all(this.a, 'orders'), await all(this.b, 'orders'), 'orders on both sides');
  }
}

/** What the server itself counts as writes: its counters, and the entries of its history but for its own heartbeat. */
export async function writesOn(db: Db): Promise<unknown> {
  const { opcounters } = await db.admin().command({ serverStatus: 1 });
  const { insert, update, delete: deleted } = opcounters as Record<string, unknown>;
  const entries = await db.client
    .db('local')
    .collection('oplog.rs')
    .countDocuments({ op: { $ne: 'n' } });
  return { insert, update, deleted, entries };
}

export const ended = async ({ pid, ended: end }: Running): Promise<number | null> => {
  process.kill(pid, 'SIGINT');
  return (await end).code;
};

/** Two servers for the tests of one suite, one after the other, each in databases of its own. */
export class TwoServers {
  readonly #start: StartMongo;
  #servers: Promise<readonly [MongoServer, MongoServer]> | null = null;
  #count = 0;

  constructor(start: StartMongo) {
    this.#start = start;
  }

  async shop(...options: readonly string[]): Promise<Shop> {
    const { near, far, name } = await this.#next();
    const urls = [near.url(name), far.url(name)] as const;
    return Shop.open(urls, urls, ...options);
  }

  /** The command goes to B by way of a proxy. */
  async farShop(): Promise<{ readonly shop: Shop; readonly proxy: TcpProxy }> {
    const { near, far, name } = await this.#next();
    const proxy = await tcpProxy(far.port);
    onTestFinished(() => proxy.close());
    const urls = [near.url(name), far.url(name)] as const;
    const ours = new URL(far.url(name, { through: proxy.port }));
    ours.searchParams.set('serverSelectionTimeoutMS', '1000');
    return { shop: await Shop.open(urls, [urls[0], ours.href]), proxy };
  }

  /** Server B can be killed and started again, at the same port and with its data. */
  async mortalShop(): Promise<{ readonly shop: Shop; readonly far: MongoServer }> {
    const { near, far, name } = await this.#next();
    const straight = new URL(far.url(name, { through: far.port }));
    straight.searchParams.set('serverSelectionTimeoutMS', '1000');
    return { shop: await Shop.open([near.url(name), straight.href]), far };
  }

  async #next(): Promise<{ readonly near: MongoServer; readonly far: MongoServer; readonly name: string }> {
    this.#servers ??= Promise.all([this.#start(), this.#start()]);
    const [near, far] = await this.#servers;
    return { near, far, name: `shop${++this.#count}` };
  }
}
