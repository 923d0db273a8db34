import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, type Db } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import type { MongoServer } from '../../build/test-servers/mongo-server.ts';
import { describeOwnMongo, type StartMongo } from '../support/mongo-server.ts';
import { Twins } from '../support/mongo-twins.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { Office, type Ended, type Running } from './cli-support.ts';

/** So many that no brake asks about the edits. */
const DOCUMENTS = 1000;
const ROUNDS = 5;
const MINUTES = 240_000;
const acknowledged = { w: 'majority', j: true } as const;

/** A pair over two servers of its own; the truth lies on the first. */
class Shop {
  readonly office = new Office('');
  readonly near: MongoServer;
  readonly far: MongoServer;
  readonly proxy: TcpProxy;
  readonly #clients: readonly MongoClient[];
  readonly twins: Twins;
  #round = 0;
  #random = 7;

  private constructor(near: MongoServer, far: MongoServer, proxy: TcpProxy) {
    this.near = near;
    this.far = far;
    this.proxy = proxy;
    this.#clients = [near, far].map((server) => new MongoClient(server.url('shop'), { writeConcern: acknowledged }));
    const [a, b] = this.#clients.map((client) => client.db('shop')) as [Db, Db];
    this.twins = new Twins({ a, b, truth: a.client.db('truth') });
  }

  static async open(start: StartMongo): Promise<Shop> {
    const [near, far] = [await start(), await start()];
    const shop = new Shop(near, far, await tcpProxy(far.port));
    onTestFinished(() => shop.#close());
    const documents = Array.from({ length: DOCUMENTS }, (_, i) => ({ _id: i, a: 0, b: 0, note: 'x'.repeat(200) }));
    await shop.twins.edit('a', (db) => db.collection<Item>('items').insertMany(documents));
    const sides = ['--a', near.url('shop'), '--b', shop.farUrl];
    const added = await shop.tandem('pair', 'add', 'shop', ...sides, '--create', '--no-input');
    if (added.code !== 0) throw new Error(added.err);
    await shop.tandem('config', 'set', 'batchSize=40');
    // The first copy, killed twice. An edit of a document that is not there yet would be none.
    for (let killed = 0; killed < 2; killed++) await shop.syncUntil(kill, 10);
    const { code, out, err } = await shop.tandem('sync');
    if (code !== 0) throw new Error(out + err);
    return shop;
  }

  async #close(): Promise<void> {
    this.office.close();
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.proxy.close();
  }

  /** The same on every run. */
  random(below: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % below;
  }

  /** Both sides edit many documents, other fields of the same ones among them; nothing contradicts. */
  async edits(): Promise<void> {
    const round = ++this.#round;
    const [from, gone] = [this.random(200), DOCUMENTS - 1 - 2 * round];
    await this.twins.edit('a', (db) =>
      items(db).updateMany({ _id: { $gte: from, $lt: from + 120 } }, { $set: { a: round } }),
    );
    await this.twins.edit('b', (db) =>
      items(db).updateMany({ _id: { $gte: from + 40, $lt: from + 160 } }, { $set: { b: round } }),
    );
    await this.twins.edit('a', (db) => items(db).deleteOne({ _id: gone }));
    await this.twins.edit('b', (db) => items(db).deleteOne({ _id: gone - 1 }));
    const made = (side: number) =>
      Array.from({ length: 30 }, (_, i) => ({ _id: 10_000 * side + 100 * round + i, a: round, b: side }));
    await this.twins.edit('a', (db) => items(db).insertMany(made(1)));
    await this.twins.edit('b', (db) => items(db).insertMany(made(2)));
  }

  /** A sync that something befalls after one of its first `writes` writes on the other server. Answers whether it was still running then. */
  async syncUntil(befalls: (sync: Running) => Promise<void> | void, writes = 3): Promise<boolean> {
    const written = this.proxy.passed(/\b(insert|update|delete)\b/, 1 + this.random(writes));
    const sync = this.office.start('sync');
    await Promise.race([written, sync.ended]);
    await sleep(this.random(30));
    const running = sync.child.exitCode === null;
    await befalls(sync);
    await sync.ended;
    return running;
  }

  /** The other server by way of the proxy, which lives in this process: so no command may block it. */
  get farUrl(): string {
    return this.far.url('shop', { through: this.proxy.port });
  }

  tandem(...words: readonly string[]): Promise<Ended> {
    return this.office.start(...words).ended;
  }

  /** Whatever happened: with both servers there a sync goes through; what it met, and what is not as it has to be. */
  async whole(): Promise<unknown> {
    const { code, out, err } = await this.tandem('sync');
    const { out: conflicts } = await this.tandem('conflicts', '--all', '--json');
    return {
      sync: code === 0 ? 0 : out + err,
      conflicts: JSON.parse(conflicts),
      differs: await this.twins.differences(),
    };
  }
}

const WHOLE = { sync: 0, conflicts: [], differs: [] };

interface Item {
  _id: number;
}
const items = (db: Db) => db.collection<Item>('items');
const kill = ({ child }: Running): void => void child.kill('SIGKILL');

await describeOwnMongo('killed while it syncs', { kind: 'replica-set', syncOnCommit: true }, (start) => {
  it.each(['the client', 'the server', 'both'])(
    '[L11] %s, again and again: every acknowledged edit stands on both sides, and none contradicts another',
    async (who) => {
      const shop = await Shop.open(start);
      let midway = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await shop.edits();
        const wasRunning = await shop.syncUntil(async (sync) => {
          if (who !== 'the client') await shop.far.kill();
          if (who !== 'the server') kill(sync);
          // One that waits for its server is not waited for: the second time means at once.
          else for (const afterMs of [2_500, 4_000]) setTimeout(() => sync.child.kill('SIGINT'), afterMs);
        });
        if (wasRunning) midway++;
        if (who !== 'the client') await shop.far.restart();
      }
      expect(midway).toBeGreaterThan(ROUNDS / 2);
      expect(await shop.whole()).toEqual(WHOLE);
    },
    MINUTES,
  );

  it(
    '[E101][MO46] connections cut before a write is sent, and after it was carried out and its answer lost: nothing is written twice',
    async () => {
      const shop = await Shop.open(start);
      for (let round = 0; round < ROUNDS; round++) {
        await shop.edits();
        if (round % 2 === 0) shop.proxy.dropAnswers(2, round % 4 === 0 ? 'commitTransaction' : 'update');
        await shop.syncUntil(async () => {
          for (let cut = 0; cut < 4; cut++) {
            shop.proxy.cut();
            await sleep(50 + shop.random(200));
          }
        });
        shop.proxy.dropAnswers(0);
      }
      expect(await shop.whole()).toEqual(WHOLE);
    },
    MINUTES,
  );
});

await describeOwnMongo('a history that is too short', { kind: 'replica-set', oplogEntries: 60 }, (start) => {
  it(
    '[E23][MO51] is compared as a whole: nothing is skipped and nothing deleted',
    async () => {
      const shop = await Shop.open(start);
      expect(await shop.whole()).toEqual(WHOLE);
      for (let round = 0; round < 3; round++) {
        await shop.edits();
        for (let i = 0; i < 120; i++) await items(shop.twins.b).updateOne({ _id: 0 }, { $inc: { noise: 1 } });
        await items(shop.twins.truth).updateOne({ _id: 0 }, { $inc: { noise: 120 } });
        expect(await shop.whole()).toEqual(WHOLE);
      }
    },
    MINUTES,
  );
});
