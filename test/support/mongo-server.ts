import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, describe, test } from 'vitest';
import { MongoServer } from '../../build/test-servers/mongo-server.ts';
import { findMongoProgram, type MongoOptions, type NotRun } from '../../build/test-servers/mongo-programs.ts';
import { askRun } from './test-servers.ts';

/** The server that all files of a run share. Whoever limits or kills a server starts one of its own. */
export class SharedMongo {
  /** As a report names it. */
  readonly name: string;
  readonly #url: string;
  readonly #databases: string[] = [];

  constructor(name: string, url: string) {
    this.name = name;
    this.#url = url;
  }

  /** The name of a database that no other test uses; it is dropped after the tests of the file. */
  newDatabase(): string {
    const name = `tandem_test_${randomBytes(6).toString('hex')}`;
    this.#databases.push(name);
    return name;
  }

  url(database: string): string {
    return this.#url.replace(/^([a-z+]+:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${database}`);
  }

  async dropDatabases(): Promise<void> {
    if (this.#databases.length === 0) return;
    const client = new MongoClient(this.url('admin'));
    try {
      for (const name of this.#databases.splice(0)) await client.db(name).dropDatabase();
    } finally {
      await client.close();
    }
  }
}

/**
 * Tests on the shared server of that kind. Where none can be had they stand as not run, with the reason; where one is
 * expected (`TANDEM_EXPECT_SERVERS=mongodb`) the file fails instead. Await it: it may have to start the server.
 */
export async function describeSharedMongo(
  title: string,
  kind: MongoOptions['kind'],
  body: (mongo: SharedMongo) => void,
): Promise<void> {
  const answer = await askRun({ shared: kind });
  if ('notRun' in answer) return notRun(title, answer);
  const mongo = new SharedMongo(answer.name, answer.url);
  describe(`${title}`, () => {
    afterAll(() => mongo.dropDatabases());
    body(mongo);
  });
}

/** Starts a server of the test's own, with these options beside those of the suite. Ended after the suite at the latest. */
export type StartMongo = (more?: Partial<MongoOptions>) => Promise<MongoServer>;

/** Tests that limit, kill or restart their own servers; otherwise as `describeSharedMongo`. */
export async function describeOwnMongo(
  title: string,
  options: MongoOptions,
  body: (start: StartMongo) => void,
): Promise<void> {
  const { oplogEntries } = options;
  const answer = await askRun({ own: oplogEntries === undefined ? {} : { oplogEntries } });
  if ('notRun' in answer) return notRun(title, answer);
  const servers: MongoServer[] = [];
  describe(`${title}`, () => {
    afterAll(async () => void (await Promise.all(servers.map((server) => server.stop()))));
    body(async (more) => {
      const server = await mongoServer({ ...options, ...more });
      servers.push(server);
      return server;
    });
  });
}

/**
 * A server on 127.0.0.1 that answers a client. It ends with this process, however that ends. Rejects with the reason
 * where none can be had; tests inside `describeOwnMongo` never see that.
 */
export async function mongoServer(options: MongoOptions): Promise<MongoServer> {
  const program = await findMongoProgram(options, (line) => void process.stderr.write(`${line}\n`));
  if ('notRun' in program) throw new Error(`No server for MongoDB: ${program.notRun}`);
  return await MongoServer.start(program, options);
}

/** Whether a run without this server is a failed run. */
export function isExpected(server: string, env: NodeJS.ProcessEnv = process.env): boolean {
  return (env['TANDEM_EXPECT_SERVERS'] ?? '').split(',').includes(server);
}

function notRun(title: string, { notRun: reason }: NotRun): void {
  if (isExpected('mongodb')) throw new Error(`A server for MongoDB was expected: ${reason}`);
  describe(`${title}, not run: ${reason}`, () => {
    // oxlint-disable-next-line vitest/expect-expect -- says that nothing was tried
    test('needs a server for MongoDB', (context) => context.skip(reason));
  });
}
