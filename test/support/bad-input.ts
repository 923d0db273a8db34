import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { connect } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import type { Client } from '../../shared/contract/client.ts';
import { bytesHash, contentHash } from './content-hash.ts';

const root = join(import.meta.dirname, '..', '..');
export const launcher = join(root, 'build', 'tandem.js');
/** What the launcher starts where there is no bundle: for what has to reach into the sources themselves. */
export const sources = join(root, 'electron', 'cli', 'main.ts');

export interface Said {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** How a command is started, where that is what makes the input bad. */
export interface Means {
  /** What stands before the program: a limit, other rights, another name space. */
  readonly before?: readonly string[];
  readonly nodeArgs?: readonly string[];
  /** Other than the launcher. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly home?: string;
}

/** SHA-256 of what a person could lose: the content of both sides, every base row, open questions, the settings. */
export interface Kept {
  readonly A: string;
  readonly B: string;
  readonly base: string;
  readonly questions: string;
  readonly settings: string;
}

export interface BenchWish {
  readonly schemaB?: string;
  readonly rowsB?: string;
  readonly journal?: 'wal' | 'delete';
  readonly pair?: boolean;
  readonly settings?: Readonly<Record<string, number>>;
}

/** Two real files, a home, and the command as a person starts it, with a look at everything that must not change. */
export class BadBench {
  readonly dir = mkdtempSync(join(tmpdir(), 'tandem-bad-'));
  home = join(this.dir, 'home');
  readonly a = join(this.dir, 'a.db');
  b = join(this.dir, 'b.db');
  readonly #children = new Set<ChildProcess>();

  /** With `pair` (the default) both files are in step before the first test. */
  static async create(schema: string, rows: string, wish: BenchWish = {}): Promise<BadBench> {
    const { schemaB = schema, rowsB = '', journal = 'wal', pair = true, settings } = wish;
    const bench = new BadBench();
    bench.sql(bench.a, `PRAGMA journal_mode=${journal}; ${schema} ${rows}`);
    bench.sql(bench.b, `PRAGMA journal_mode=${journal}; ${schemaB} ${rowsB}`);
    await bench.engine(async (client) => {
      if (pair) await client.call('pairs.add', { name: 'shop', a: bench.a, b: bench.b });
      if (pair) await client.call('runs.start', { pair: 'shop' });
      if (settings) await client.call('config.set', { values: settings });
    });
    return bench;
  }

  /** What only sets the scene is done in this process, which takes a tenth of the time of a command. */
  async engine<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await connect({ home: resolveHome(this.home), client: 'scene', parts: programParts(silentLog) });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }

  get config(): string {
    return join(this.home, 'tandem.yaml');
  }
  get state(): string {
    return join(this.home, 'state', 'tandem.db');
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  run(words: readonly string[], means: Means = {}): Said {
    const [file, args, options] = this.#start(words, means);
    const { status, stdout, stderr, error } = spawnSync(file, args, { ...options, encoding: 'utf8', timeout: 50_000 });
    if (error) throw error;
    return { exit: status, out: stdout, err: stderr };
  }

  /** The same, without waiting for its end. */
  async start(words: readonly string[], means: Means = {}): Promise<Said> {
    const [file, args, options] = this.#start(words, means);
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.add(child);
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const [exit] = (await once(child, 'close')) as [number | null];
    return { exit, out, err };
  }

  #start(words: readonly string[], means: Means) {
    const { before = [], nodeArgs = [], program = launcher, env = {}, home = this.home } = means;
    const [file = '', ...args] = [...before, process.execPath, ...nodeArgs, program, '--home', home, ...words];
    const surroundings = {
      PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: this.dir,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: join(tmpdir(), 'tandem-test-cache'),
      ...env,
    };
    return [file, args, { cwd: this.dir, env: surroundings }] as const;
  }

  /** A command that has to go well for the test to mean anything. */
  mustBe(exit: number, ...words: readonly string[]): Said {
    const said = this.run(words);
    if (said.exit !== exit) throw new Error(`${words.join(' ')} ended with ${said.exit}: ${said.out}${said.err}`);
    return said;
  }

  /** A program that goes on in another process until the test ends, once it has said `ready`. */
  async beside(command: readonly string[], ready: RegExp): Promise<Beside> {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { cwd: this.dir, stdio: ['pipe', 'pipe', 'pipe'] });
    return this.#until(child, ready);
  }

  async watch(ready: RegExp, means: Means = {}): Promise<Beside> {
    const [file, args, options] = this.#start(['watch'], means);
    return this.#until(spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] }), ready);
  }

  async #until(child: ChildProcess, ready: RegExp): Promise<Beside> {
    this.#children.add(child);
    let text = '';
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data: Buffer) => {
        text += data.toString();
        for (const each of listeners) each();
      });
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
    const beside: Beside = {
      child,
      ended,
      said: () => text,
      heard: (wanted) =>
        new Promise((done, failed) => {
          const look = (): void => {
            if (!wanted.test(text)) return;
            listeners.delete(look);
            done();
          };
          listeners.add(look);
          void ended.then(() => failed(new Error(`It ended without saying ${String(wanted)}: ${text}`)));
          look();
        }),
      stop: async (signal = 'SIGTERM') => {
        child.kill(signal);
        return ended;
      },
    };
    await beside.heard(ready);
    return beside;
  }

  sql(path: string, text: string): void {
    const db = new Database(path);
    try {
      db.exec(text);
    } finally {
      db.close();
    }
  }

  rows(path: string, query: string): unknown[] {
    const db = new Database(path, { readonly: true });
    try {
      return db.prepare(query).raw().all();
    } finally {
      db.close();
    }
  }

  /** `reach` leads to a path where it can be read from here. */
  kept(reach: (path: string) => string = (path) => path): Kept {
    return { A: contentHash(reach(this.a)), B: contentHash(reach(this.b)), ...this.keptAtHome(reach) };
  }

  /** What of it stands in the home, for a pair whose sides are no files as well. */
  keptAtHome(reach: (path: string) => string = (path) => path): Omit<Kept, 'A' | 'B'> {
    return {
      base: contentHash(reach(this.state), ['SELECT p.name, b.* FROM base b JOIN pair p ON p.id = b.pair']),
      questions: contentHash(reach(this.state), [
        'SELECT coll, key, kind, state, gen, a, b, strategy FROM item',
        'SELECT coll, key, fields, a, b, gen FROM hold',
        'SELECT coll, kind, count, answer FROM brake',
      ]),
      settings: bytesHash(reach(this.config)),
    };
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export interface Beside {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
  heard(wanted: RegExp): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export const shop =
  'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY KEY, body TEXT);';
/** Some pages full, so that one can be damaged. */
export const shopRows =
  "INSERT INTO admins VALUES (1, 'john', 'John'), (2, 'mary', 'Mary'); WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300) INSERT INTO posts SELECT i, hex(zeroblob(100)) || i FROM c;";

/** Permissions count for root as well, without another user who could not even read the program. */
export const withoutPrivilege: readonly string[] =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'] : [];

/** Bytes without any order, the same in each run. */
export function randomBytesOf(length: number): Buffer {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash('sha256').update(`${i}`).digest());
  return Buffer.concat(parts).subarray(0, length);
}

/** Another program that has a database for itself. */
export function lockOf(bench: BadBench, path: string): Promise<Beside> {
  const driver = join(import.meta.dirname, '..', '..', 'node_modules', 'better-sqlite3');
  const text = `const db = new (require(${JSON.stringify(driver)}))(${JSON.stringify(path)}); db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => {}, 1000);`;
  return bench.beside([process.execPath, '-e', text], /held/);
}
