import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';

const launcher = join(import.meta.dirname, '..', '..', 'build', 'tandem.js');

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
  /** The rest of the configuration, before the first command. */
  readonly pair?: boolean;
}

/** Two real files, a home, and the command as a person starts it, with a look at everything that must not change. */
export class BadBench {
  readonly dir = mkdtempSync(join(tmpdir(), 'tandem-bad-'));
  readonly home = join(this.dir, 'home');
  readonly a = join(this.dir, 'a.db');
  readonly b = join(this.dir, 'b.db');
  readonly config = join(this.home, 'tandem.yaml');
  readonly state = join(this.home, 'state', 'tandem.db');
  readonly #children = new Set<ChildProcess>();

  /** With `pair` both files are in step before the first test. */
  constructor(schema: string, rows: string, { schemaB = schema, rowsB = '', journal = 'wal', pair = true }: BenchWish = {}) {
    this.sql(this.a, `PRAGMA journal_mode=${journal}; ${schema} ${rows}`);
    this.sql(this.b, `PRAGMA journal_mode=${journal}; ${schemaB} ${rowsB}`);
    if (!pair) return;
    this.mustBe(0, 'pair', 'add', 'shop', '--a', this.a, '--b', this.b);
    this.mustBe(0, 'sync');
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

  #start(words: readonly string[], { before = [], nodeArgs = [], env = {}, home = this.home }: Means) {
    const [file = '', ...args] = [...before, process.execPath, ...nodeArgs, launcher, '--home', home, ...words];
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
    return {
      A: contentHash(reach(this.a), EVERYTHING),
      B: contentHash(reach(this.b), EVERYTHING),
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

const EVERYTHING = null;

/** Of a copy, so that a look never touches locks, journals or bytes; a file that is no database counts by its bytes. */
function contentHash(path: string, queries: readonly string[] | null): string {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return bytesHash(path);
  const folder = mkdtempSync(join(tmpdir(), 'tandem-look-'));
  const copy = join(folder, basename(path));
  try {
    for (const end of ['', '-wal', '-journal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    const db = new Database(copy);
    try {
      return dumpHash(db, queries);
    } finally {
      db.close();
    }
  } catch {
    return bytesHash(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dumpHash(db: Database.Database, queries: readonly string[] | null): string {
  db.defaultSafeIntegers(true);
  const hash = createHash('sha256');
  const tables = db
    .prepare<[], [string, string]>("SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .raw()
    .all();
  if (queries === null) hash.update(JSON.stringify(tables));
  const all = queries ?? tables.map(([name]) => `SELECT * FROM "${name.replaceAll('"', '""')}"`);
  for (const query of all) hash.update(rowsText(db.prepare(query).raw().all() as unknown[][]));
  return hash.digest('hex');
}

const rowsText = (rows: readonly (readonly unknown[])[]): string =>
  JSON.stringify(rows.map((row) => JSON.stringify(row.map(typed))).toSorted());

function typed(value: unknown): string {
  if (value instanceof Uint8Array) return `blob ${Buffer.from(value).toString('hex')}`;
  return `${typeof value} ${String(value)}`;
}

function bytesHash(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'nothing';
  if (stat.isDirectory()) return `folder of ${readdirSync(path).toSorted().join()}`;
  if (!stat.isFile()) return 'no file';
  const hash = createHash('sha256');
  for (const end of ['', '-wal', '-journal']) if (existsSync(path + end)) hash.update(readFileSync(path + end));
  return hash.digest('hex');
}
