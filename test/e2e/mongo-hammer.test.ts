import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { newTwins, type Side, type Twins } from '../support/mongo-twins.ts';
import { Office } from './cli-support.ts';

/** Two minutes where somebody wants to know; otherwise long enough for some hundred live steps. */
const SECONDS = Number(process.env['TANDEM_HAMMER_SECONDS'] ?? 15);
const DOCUMENTS = 600;
/** Fewer than half of them are edited, so that no brake asks. */
const EDITED = 280;
/** Documents of which both sides edit one field. */
const DISPUTED = 8;

interface Item {
  _id: number;
  [field: string]: unknown;
}
const items = (db: Db) => db.collection<Item>('items');
const disputed = (db: Db) => db.collection<Item>('disputed');

/** One program that writes to one side without pause; what it wrote was acknowledged. */
class Writer {
  readonly last = new Map<number, string>();
  writes = 0;
  readonly #twins: Twins;
  readonly #side: Side;
  #random: number;

  constructor(twins: Twins, side: Side) {
    this.#twins = twins;
    this.#side = side;
    this.#random = side === 'a' ? 11 : 13;
  }

  async untilEnd(endMs: number): Promise<void> {
    for (let i = 1; Date.now() < endMs; i++) {
      const at = this.#below(EDITED);
      await this.#twins.edit(this.#side, (db) => this.#write(db, i, at));
      if (i % 40 === 0) await this.#dispute(this.#below(DISPUTED), `${this.#side}${i}`);
      this.writes++;
      await sleep(this.#below(12));
    }
  }

  /** Fields and documents that the other side never touches. */
  #write(db: Db, i: number, at: number): Promise<unknown> {
    const own = this.#side === 'a' ? 100_000 : 200_000;
    if (i % 10 === 0) return items(db).insertOne({ _id: own + i, by: this.#side });
    if (i % 25 === 7) return items(db).deleteOne({ _id: own + i - 7 });
    return items(db).updateOne({ _id: at }, { $set: { [this.#side]: i } });
  }

  async #dispute(_id: number, token: string): Promise<void> {
    await disputed(this.#twins[this.#side]).updateOne({ _id }, { $set: { token } });
    this.last.set(_id, token);
  }

  #below(limit: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % limit;
  }
}

await describeSharedMongo('two writers without pause while both sides are watched', 'replica-set', (mongo) => {
  it(
    '[E3][E130] leaves both sides equal but for listed conflicts, with every acknowledged value accounted for and no false conflict',
    async () => {
      const office = new Office('');
      onTestFinished(() => office.close());
      const twins = await newTwins(mongo);
      const { a, b } = twins;
      const made = Array.from({ length: DOCUMENTS }, (_, i) => ({ _id: i, a: 0, b: 0 }));
      await twins.edit('a', (db) => items(db).insertMany(made));
      await disputed(a).insertMany(Array.from({ length: DISPUTED }, (_, i) => ({ _id: i, token: '' })));
      const sides = ['--a', mongo.url(a.databaseName), '--b', mongo.url(b.databaseName)];
      expect(office.tandem('pair', 'add', 'shop', ...sides, '--create', '--no-input')).toMatchObject({ code: 0 });
      expect(office.tandem('sync')).toMatchObject({ code: 0 });

      const watch = office.start('watch', '--keep-going');
      await expect.poll(() => watch.said(), { timeout: 20_000 }).toContain('Watching');
      const writers = { a: new Writer(twins, 'a'), b: new Writer(twins, 'b') };
      const endMs = Date.now() + SECONDS * 1000;
      await Promise.all([writers.a.untilEnd(endMs), writers.b.untilEnd(endMs)]);
      expect({ exit: watch.child.exitCode, said: watch.said() }).toMatchObject({ exit: null });
      watch.child.kill('SIGINT');
      expect((await watch.ended).err).not.toContain('failed');
      expect([0, 4]).toContain(office.tandem('sync').code);

      const open = office.json('conflicts') as readonly {
        readonly collection: string;
        readonly key: { text: string };
      }[];
      expect(open.filter(({ collection }) => collection !== 'disputed')).toEqual([]);
      expect((await twins.differences()).filter((one) => (one as { name: string }).name !== 'disputed')).toEqual([]);
      const waiting = new Set(open.map(({ key }) => key.text));
      const wrong: unknown[] = [];
      for (let _id = 0; _id < DISPUTED; _id++) {
        const [here, there] = [await disputed(a).findOne({ _id }), await disputed(b).findOne({ _id })];
        const told = JSON.stringify([office.json('timeline', 'shop', 'disputed', `${_id}`), here, there]);
        const unseen = Object.values(writers).flatMap(({ last }) => last.get(_id) ?? []);
        wrong.push(...unseen.filter((token) => !told.includes(token)));
        if (!waiting.has(`${_id}`) && here?.['token'] !== there?.['token']) wrong.push({ _id, here, there });
      }
      expect(wrong).toEqual([]);
      expect(writers.a.writes + writers.b.writes).toBeGreaterThan(SECONDS * 10);
    },
    (SECONDS + 180) * 1000,
  );
});
