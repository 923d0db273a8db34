import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { MongoServer } from '../../build/test-servers/mongo-server.ts';
import { findMongoProgram, type MongoOptions, type NotRun } from '../../build/test-servers/mongo-programs.ts';

/*
 * The servers that all test files of one run share. vitest loads this file once, in its main process (`globalSetup`);
 * the workers ask it through a socket. A server starts when the first file asks for it, and ends with the run.
 */

type Kind = MongoOptions['kind'];
/** `shared`: the server of that kind. `own`: whether a server can be had that the test may limit and kill. */
export type Ask = { readonly shared: Kind } | { readonly own: Pick<MongoOptions, 'oplogEntries'> };
/** `url` leads to the shared server, without a database; '' for servers that the test starts itself. */
export type Answer = NotRun | { readonly name: string; readonly url: string };
type Sent = Answer | { readonly failed: string };

const WHERE = 'TANDEM_TEST_SERVERS';
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Asks the run; where there is none (a file of tests loaded in another way), this process is a run of its own. */
export async function askRun(ask: Ask): Promise<Answer> {
  const where = process.env[WHERE];
  if (where === undefined) return await alone.ask(ask);
  const socket = connect(where);
  socket.write(`${JSON.stringify(ask)}\n`);
  const [line] = (await once(createInterface({ input: socket }), 'line')) as [string];
  socket.destroy();
  const sent = JSON.parse(line) as Sent;
  if ('failed' in sent) throw new Error(sent.failed);
  return sent;
}

class TestRun {
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #servers: MongoServer[] = [];
  readonly #said = new Set<string>();

  /** The same question is answered once: a server is started, or looked for in vain, one time in a run. */
  ask(ask: Ask): Promise<Answer> {
    const key = 'shared' in ask ? ask.shared : `own ${ask.own.oplogEntries === undefined ? '' : 'bounded'}`;
    const answer = this.#answers.get(key) ?? this.#find(ask);
    this.#answers.set(key, answer);
    return answer;
  }

  async end(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  async #find(ask: Ask): Promise<Answer> {
    const answer = await ('shared' in ask ? this.#shared(ask.shared) : own(ask.own));
    const line = 'notRun' in answer ? `MongoDB tests not run: ${answer.notRun}` : `MongoDB tests on ${answer.name}`;
    const server = line.replace(/, reports .*/, '');
    if (!this.#said.has(server)) say(line);
    this.#said.add(server);
    return answer;
  }

  async #shared(kind: Kind): Promise<Answer> {
    const given = await givenServer(kind);
    if (given !== null) return given;
    const program = await findMongoProgram({ kind }, say);
    if ('notRun' in program) return program;
    const server = await MongoServer.start(program, { kind });
    this.#servers.push(server);
    return { name: server.name, url: server.url() };
  }
}

async function own(options: Pick<MongoOptions, 'oplogEntries'>): Promise<Answer> {
  const program = await findMongoProgram({ kind: 'replica-set', ...options }, say);
  return 'notRun' in program ? program : { name: program.name, url: '' };
}

/** The server of `TANDEM_TEST_MONGODB_URL`, if it is of that kind. One that is named and does not answer is an error. */
async function givenServer(kind: Kind): Promise<Answer | null> {
  const url = process.env['TANDEM_TEST_MONGODB_URL'] ?? '';
  if (url === '') return null;
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 10_000 });
  try {
    const admin = client.db('admin');
    const [hello, { version }] = [await admin.command({ hello: 1 }), await admin.command({ buildInfo: 1 })];
    const found: Kind = hello['setName'] === undefined && hello['msg'] !== 'isdbgrid' ? 'standalone' : 'replica-set';
    return found === kind ? { name: `the server of TANDEM_TEST_MONGODB_URL, reports ${version}`, url } : null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The server of TANDEM_TEST_MONGODB_URL does not answer: ${reason}`, { cause: error });
  } finally {
    await client.close();
  }
}

const alone = new TestRun();
let end: () => Promise<void> = () => Promise.resolve();

/** Called by vitest before all files. */
export async function setup(): Promise<void> {
  const run = new TestRun();
  const folder = mkdtempSync(join(tmpdir(), 'tandem-servers-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\tandem-test-${process.pid}` : join(folder, 'asked');
  const server = createServer((socket) => answerTo(socket, run)).listen(path);
  await once(server, 'listening');
  process.env[WHERE] = path;
  end = async () => {
    server.close();
    await run.end();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Called by vitest after all files. */
export const teardown = (): Promise<void> => end();

function answerTo(socket: Socket, run: TestRun): void {
  socket.on('error', () => {});
  createInterface({ input: socket }).once('line', (line) => {
    const failed = (error: unknown): Sent => ({ failed: error instanceof Error ? error.message : String(error) });
    void run
      .ask(JSON.parse(line) as Ask)
      .catch(failed)
      .then((sent) => socket.write(`${JSON.stringify(sent)}\n`));
  });
}
