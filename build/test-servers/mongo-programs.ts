import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Launch } from './supervised.ts';
import { cachedTool, toolCacheFolder, toolThere, type Say, type Tool } from './tool-cache.ts';

const run = promisify(execFile);

/** What a test needs of its server. */
export interface MongoOptions {
  /** A standalone server has no change streams and no transactions. */
  readonly kind: 'replica-set' | 'standalone';
  /** The change history keeps so many entries: how a resume token gets too old within a test. */
  readonly oplogEntries?: number;
  /** Acknowledged means on disk. Needed wherever the test kills the server and counts what it acknowledged. */
  readonly syncOnCommit?: boolean;
  /** Names and passwords are asked for; `url` carries those of an administrator. */
  readonly auth?: boolean;
  /** A folder for the data that outlives the server; without it they go with the server. */
  readonly storage?: string;
}

/** One start of a server. */
export interface MongoStart extends MongoOptions {
  readonly storage: string;
  /** A folder for what else the server needs. */
  readonly folder: string;
  /** The port of an earlier start, to be had again. */
  readonly port: number | null;
}

/** A program that speaks MongoDB's protocol. */
export interface MongoProgram {
  /** As a person reads it in a report; never "MongoDB" for something else. */
  readonly name: string;
  readonly replicaSet: string;
  /** Whether it is MongoDB's own server. */
  readonly real: boolean;
  /** Whether `oplogEntries` can be had. */
  readonly boundsHistory: boolean;
  launch(start: MongoStart): Promise<Launch>;
}

/** Why no server can be had. */
export interface NotRun {
  readonly notRun: string;
}

const WHEEL_VERSION = '0.7.0b3';
const RUST_VERSION = '0.5.3-beta.193';
const START_WITHIN_MS = 30_000;

/** The first program that is there, or can be fetched, and can do what is asked. Progress of fetching goes to `say`. */
export async function findMongoProgram(
  options: MongoOptions,
  say: Say,
  cache?: string,
): Promise<MongoProgram | NotRun> {
  const bounded = options.oplogEntries !== undefined;
  const installed = bounded ? null : await installedMongod();
  return installed ?? cachedRust(cache) ?? (await wheelOnce(say, cache));
}

async function installedMongod(): Promise<MongoProgram | null> {
  const version = await run('mongod', ['--version']).then(
    ({ stdout }) => /db version v(\S+)/.exec(stdout)?.[1] ?? null,
    () => null,
  );
  return version === null ? null : mongod(version);
}

const mongod = (version: string): MongoProgram => ({
  name: `mongod ${version}`,
  replicaSet: 'rs0',
  real: true,
  boundsHistory: false,
  launch: async ({ kind, storage, folder, port, auth }) => ({
    command: 'mongod',
    args: [
      '--bind_ip=127.0.0.1',
      `--port=${port ?? (await freePort())}`,
      `--dbpath=${storage}`,
      ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
      ...(kind === 'replica-set' ? ['--replSet=rs0'] : []),
      ...(auth === true ? authOfMongod(kind, folder) : []),
    ],
    ready: /"Waiting for connections".*"port":(\d+)/,
    withinMs: START_WITHIN_MS,
  }),
});

/** Members of a replica set know each other by a shared file. */
const authOfMongod = (kind: MongoOptions['kind'], folder: string): string[] =>
  kind === 'replica-set' ? ['--auth', `--keyFile=${join(folder, 'key')}`] : ['--auth'];

function cachedRust(cache?: string): MongoProgram | null {
  const binary = join('bin', process.platform === 'win32' ? 'secantusd-rs.exe' : 'secantusd-rs');
  const works = (folder: string): boolean => existsSync(join(folder, binary));
  const folder = toolThere({ name: 'secantus-rs', version: RUST_VERSION, works }, cache);
  if (folder === null) return null;
  return secantus(`secantusd-rs ${RUST_VERSION}`, join(folder, binary), ['--log-file-max=16MB']);
}

const pythonIn = (folder: string): string =>
  join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python3']));

/** A virtual environment with the wheel. Its scripts name the folder that it was made in; so Python runs the module. */
const wheelTool: Tool = {
  name: 'secantus',
  version: WHEEL_VERSION,
  works: (folder) => existsSync(pythonIn(folder)),
  async make(folder) {
    await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
    const quick = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];
    await run(pythonIn(folder), ['-m', 'pip', 'install', ...quick, `secantusdb==${WHEEL_VERSION}`]);
  },
};

const wheels = new Map<string, Promise<MongoProgram | NotRun>>();

/** What could not be had is not tried again by the same process: without a network that takes long. */
function wheelOnce(say: Say, cache = toolCacheFolder()): Promise<MongoProgram | NotRun> {
  const found = wheels.get(cache) ?? wheel(say, cache);
  wheels.set(cache, found);
  return found;
}

async function wheel(say: Say, cache: string): Promise<MongoProgram | NotRun> {
  try {
    const folder = await cachedTool(wheelTool, say, cache);
    const name = `SecantusDB wheel ${WHEEL_VERSION}`;
    return secantus(name, pythonIn(folder), ['-m', 'secantus', '--host=127.0.0.1', '--log-level=INFO']);
  } catch (error) {
    return { notRun: `no mongod on the PATH, and SecantusDB ${WHEEL_VERSION} cannot be had: ${lastLine(error)}` };
  }
}

/** Its replica set of one needs no initiation. What it would put elsewhere goes to the folder of the test. */
const secantus = (name: string, command: string, extra: readonly string[]): MongoProgram => ({
  name,
  replicaSet: 'secantus',
  real: false,
  boundsHistory: true,
  launch: ({ kind, storage, folder, port, auth, oplogEntries, syncOnCommit }) =>
    Promise.resolve({
      command,
      args: [
        ...extra,
        `--port=${port ?? 0}`,
        `--storage-path=${storage}`,
        '--cache-size=256M',
        ...(kind === 'standalone' ? ['--standalone'] : []),
        ...(auth === true ? ['--auth'] : []),
        ...(syncOnCommit === true ? ['--sync-on-commit'] : []),
        ...(oplogEntries === undefined ? [] : [`--oplog-max-entries=${oplogEntries}`]),
      ],
      env: { HOME: folder, TMPDIR: folder },
      ready: /listening on 127\.0\.0\.1:(\d+)/,
      withinMs: START_WITHIN_MS,
    }),
});

/** The last line of what a program wrote when it failed is the one that says why. */
function lastLine(error: unknown): string {
  const written = error instanceof Error && 'stderr' in error ? `${error.stderr as string}` : '';
  const text = written.trim() === '' && error instanceof Error ? error.message : written;
  return text.trim().split('\n').at(-1) ?? '';
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}
