import { createHash } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import type { Client } from '../../shared/contract/client.ts';
import type { WireAddRequest } from '../../shared/contract/pair-shapes.ts';
import { judge, unlike, wordsFor, type DocRow, type Expected } from './bad-case.ts';
import { BadBench, type Kept, type Means, type Said } from './bad-input.ts';
import { dump } from './mongo-twins.ts';

/** A database, as an administrator gets there by the driver, and as the command is told to. */
export interface MongoPlace {
  readonly theirs: string;
  readonly ours?: string;
}

type Awaitable<T> = T | Promise<T>;

export interface MongoCase extends Expected {
  /** Makes it bad; what it returns puts it right again. */
  readonly make?: (bench: MongoBench) => Awaitable<unknown>;
  readonly words: (bench: MongoBench) => readonly string[];
  readonly means?: (bench: MongoBench) => Means;
}

/** Two databases of real servers, a home, and the command as a person starts it, with a look at all that must not change. */
export class MongoBench {
  /** Home and command; its two files stay empty. */
  readonly bench = new BadBench();
  readonly urls: { readonly a: string; readonly b: string };
  readonly a: Db;
  readonly b: Db;
  readonly #clients: readonly [MongoClient, MongoClient];

  private constructor(a: MongoPlace, b: MongoPlace, clients: readonly [MongoClient, MongoClient]) {
    this.urls = { a: a.ours ?? a.theirs, b: b.ours ?? b.theirs };
    this.#clients = clients;
    [this.a, this.b] = [clients[0].db(), clients[1].db()];
  }

  static async open(a: MongoPlace, b: MongoPlace): Promise<MongoBench> {
    const clients = [new MongoClient(a.theirs), new MongoClient(b.theirs)] as const;
    for (const client of clients) await client.connect();
    return new MongoBench(a, b, clients);
  }

  get dir(): string {
    return this.bench.dir;
  }

  /** The pair that is in step before the command: its collections stand in A, and are created in B. */
  async inStep(more: Partial<WireAddRequest> = {}): Promise<void> {
    await this.engine(async (client) => {
      await client.call('pairs.add', { name: 'shop', ...this.urls, create: true, ...more });
      await client.call('runs.start', { pair: more.name ?? 'shop' });
    });
  }

  engine<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.bench.engine(work);
  }

  /** Not waited for in one go: a proxy of this process has to pass on what the command sends. */
  tandem(...words: readonly string[]): Promise<Said> {
    return this.bench.start(words);
  }

  /** By the driver alone: every document byte by byte, every collection and index with its options. */
  async kept(): Promise<Kept> {
    return { A: await contentOf(this.a), B: await contentOf(this.b), ...this.bench.keptAtHome() };
  }

  /** Runs one case, checks text and exit code, notes its row for the page, and says what is another than before. */
  async changedBy(each: MongoCase, rows: DocRow[]): Promise<(keyof Kept)[]> {
    const mend = await each.make?.(this);
    try {
      const before = await this.kept();
      const said = await this.bench.start(wordsFor(each, each.words(this)), each.means?.(this));
      const after = await this.kept();
      judge(said, each, rows, this);
      return unlike(before, after);
    } finally {
      if (typeof mend === 'function') await (mend as () => Awaitable<void>)();
    }
  }

  /** Ports and names of databases are of one run. */
  plain(text: string): string {
    const ports = [this.urls.a, this.urls.b].map((url) => new URL(url).port);
    return text
      .replaceAll(/\b(127\.0\.0\.1|localhost):([1-6]\d{4})\b/g, (_, host: string, port: string) => {
        const side = ports.indexOf(port);
        return `${host}:${side < 0 ? 27_019 : 27_017 + side}`;
      })
      .replaceAll(this.a.databaseName, 'shop')
      .replaceAll(this.b.databaseName, 'shop');
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.close();
    this.bench.close();
  }
}

async function contentOf(db: Db): Promise<string> {
  const collections = (await db.listCollections().toArray()).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const definitions = [];
  for (const each of collections)
    definitions.push([each, each.type === 'view' ? [] : await db.collection(each.name).indexes()]);
  const documents = [...(await dump(db))].flatMap(([name, found]) =>
    [...found].map((each) => [name, ...each].join(' ')),
  );
  return createHash('sha256')
    .update(JSON.stringify([definitions, documents.toSorted()]))
    .digest('hex');
}
