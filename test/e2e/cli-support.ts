import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import Database from 'better-sqlite3';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'build', 'tandem.js');
/** Many short programs of the same sources. */
const cache = join(tmpdir(), 'tandem-compile-cache');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly pid: number;
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
  said(): string;
}

/** Two real SQLite files, a home of its own, and the command as a person starts it. */
export class Office {
  readonly dir = mkdtempSync(join(tmpdir(), 'tandem-cli-'));
  readonly home = join(this.dir, 'home');
  readonly a = join(this.dir, 'a.db');
  readonly b = join(this.dir, 'b.db');
  readonly #running = new Set<Running>();

  constructor(schema: string, rowsOnA = '') {
    for (const path of [this.a, this.b]) this.sql(path, `PRAGMA journal_mode=WAL; ${schema}`);
    if (rowsOnA !== '') this.sql(this.a, rowsOnA);
  }

  get env(): Record<string, string> {
    return {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: this.dir,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: cache,
    };
  }

  /** `tandem --home HOME …`, started and ended; nobody can be asked. */
  tandem(...args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, '--home', this.home, ...args], {
      env: this.env,
      cwd: this.dir,
      encoding: 'utf8',
    });
    return { code: status, out: stdout, err: stderr };
  }

  json(...args: readonly string[]): unknown {
    return JSON.parse(this.tandem(...args, '--json').out) as unknown;
  }

  start(...args: readonly string[]): Running {
    const child = spawn(process.execPath, [launcher, '--home', this.home, ...args], {
      env: this.env,
      cwd: this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
    const running: Running = { pid: child.pid ?? 0, child, ended, said: () => out + err };
    this.#running.add(running);
    void ended.then(() => this.#running.delete(running));
    return running;
  }

  /** A printed command, as a shell runs it. */
  shell(command: string): Ended {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      env: this.env,
      cwd: this.dir,
      encoding: 'utf8',
    });
    return { code: status, out: stdout, err: stderr };
  }

  sql(path: string, text: string): void {
    const db = new Database(path);
    db.exec(text);
    db.close();
  }

  rows(path: string, query: string): unknown[] {
    const db = new Database(path, { readonly: true });
    try {
      return db.prepare(query).raw().all();
    } finally {
      db.close();
    }
  }

  hash(path: string): string {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  }

  close(): void {
    for (const { child } of this.#running) child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export const shopSchema =
  'CREATE TABLE admins(id INTEGER PRIMARY KEY, username TEXT UNIQUE, name TEXT); CREATE TABLE posts(id INTEGER PRIMARY KEY, admin INTEGER REFERENCES admins(id), body TEXT);';
export const shopRows =
  "INSERT INTO admins VALUES(1,'john','John'),(2,'mary','Mary'); INSERT INTO posts VALUES(1,1,'first'),(2,2,'second');";

/** The commands that a text offers, one per line. */
export const offered = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('node '));

/** Keys and types of a JSON document, without its values. */
export function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}
