import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BadBench, sources, type Said } from './bad-input.ts';

export type Victim = 'a' | 'b';
export type Rows = readonly (readonly unknown[])[];

export interface MidwayWish {
  readonly victim: Victim;
  readonly marker?: boolean;
  readonly journal?: 'wal' | 'delete';
}

const schema =
  'CREATE TABLE admins(id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT);';
const rows =
  "INSERT INTO admins VALUES (1, 'John'), (2, 'Mary'); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 4000) INSERT INTO notes SELECT i, 'note ' || i || ' ' || hex(zeroblob(100)) FROM c;";
const ofA =
  "UPDATE notes SET text = 'edited ' || text WHERE id <= 1900; UPDATE admins SET name = 'Johnny' WHERE id = 1;";
const ofB = "UPDATE notes SET text = 'edited there' WHERE id = 3999; UPDATE admins SET name = 'Marion' WHERE id = 2;";

const pair = { name: 'shop', collections: ['admins', 'notes'] };
const pageBytes = 4096;
const pauseScript = join(import.meta.dirname, 'pause-between-batches.ts');

/** One run of two batches between two real files, edited on both sides; what happens to a file happens between the batches. */
export class Midway {
  readonly bench: BadBench;
  readonly victim: Victim;
  /** What both sides held when they were last in step, and what they are to hold in the end. */
  readonly before: Rows;
  readonly wanted: Rows;
  readonly #journal: 'wal' | 'delete';

  private constructor(bench: BadBench, { victim, journal = 'delete' }: MidwayWish) {
    this.bench = bench;
    this.victim = victim;
    this.#journal = journal;
    this.before = this.rows('a');
    const third = bench.path('wanted.db');
    bench.sql(third, `${schema} ${rows} ${ofA} ${ofB}`);
    this.wanted = rowsOf(bench, third);
  }

  static async create(wish: MidwayWish): Promise<Midway> {
    const { marker = true, journal = 'delete', victim } = wish;
    const bench = await BadBench.create(schema, rows, { journal, pair: false });
    bench.sql(bench[victim], 'CREATE TABLE aside(id INTEGER PRIMARY KEY)');
    await bench.engine(async (client) => {
      await client.call('pairs.add', { ...pair, a: bench.a, b: bench.b, options: { marker } });
      await client.call('runs.start', { pair: 'shop' });
    });
    const midway = new Midway(bench, wish);
    midway.copy('yesterday');
    bench.sql(bench.a, ofA);
    bench.sql(bench.b, ofB);
    return midway;
  }

  get file(): string {
    return this.bench[this.victim];
  }

  get other(): Victim {
    return this.victim === 'a' ? 'b' : 'a';
  }

  rows(side: Victim): Rows {
    return rowsOf(this.bench, this.bench[side]);
  }

  /** `sync`, with `meanwhile` carried out after its first batch. */
  async sync(meanwhile: () => void, ...more: readonly string[]): Promise<Said> {
    const folder = this.bench.path('pause');
    mkdirSync(folder);
    let over = false;
    const run = this.bench
      .start(['sync', ...more], {
        nodeArgs: ['--import', pauseScript],
        program: sources,
        env: { TANDEM_TEST_PAUSE: folder },
      })
      .finally(() => (over = true));
    while (!existsSync(join(folder, 'paused'))) {
      if (over) throw new Error(`The run never came to its second batch: ${JSON.stringify(await run)}`);
      await wait(10);
    }
    meanwhile();
    writeFileSync(join(folder, 'go'), '');
    return run;
  }

  /**
   * Another program commits to the file, so that what the engine holds of it in memory counts no more, and then its
   * bytes go bad. A good copy of that moment is kept as `moment`.
   */
  spoil(harm: (whole: Buffer) => Buffer): void {
    this.bench.sql(this.file, 'INSERT INTO aside DEFAULT VALUES');
    if (this.#journal === 'wal') this.bench.sql(this.file, 'PRAGMA wal_checkpoint(TRUNCATE)');
    this.copy('moment');
    writeFileSync(this.file, harm(readFileSync(this.file)));
  }

  copy(name: string): void {
    copyFileSync(this.file, this.bench.path(`${name}.db`));
  }

  /** As a person does it: over the bad file, or in its place. */
  putBack(name: string, how: 'over' | 'instead'): void {
    const good = this.bench.path(`${name}.db`);
    if (how === 'over') writeFileSync(this.file, readFileSync(good));
    else {
      copyFileSync(good, `${good}.new`);
      renameSync(`${good}.new`, this.file);
    }
  }

  /** Every record is as it was, or as it is to be in the end: nothing else was made of it. */
  strangers(side: Victim): Rows {
    const known = new Set([...this.before, ...this.wanted].map((row) => JSON.stringify(row)));
    return this.rows(side).filter((row) => !known.has(JSON.stringify(row)));
  }
}

const rowsOf = (bench: BadBench, path: string): Rows =>
  bench.rows(
    path,
    "SELECT 'admins', id, name FROM admins UNION ALL SELECT 'notes', id, text FROM notes ORDER BY 1, 2",
  ) as Rows;

/** Where records of the second batch lie, and no other than they. */
export function pages(whole: Buffer): Buffer {
  const at = Math.floor(whole.indexOf('note 1500 ') / pageBytes);
  return whole.fill(0xff, at * pageBytes, (at + 4) * pageBytes);
}
export const header = (whole: Buffer): Buffer => whole.fill(0, 16, 100);
export const headerAndPages = (whole: Buffer): Buffer => header(pages(whole));
