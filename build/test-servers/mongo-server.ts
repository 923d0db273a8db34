import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, MongoServerError, type Document } from 'mongodb';
import type { MongoOptions, MongoProgram } from './mongo-programs.ts';
import { Supervised } from './supervised.ts';

const ADMIN = { user: 'administrator', password: 'open sesame' } as const;
const ANSWER_WITHIN_MS = 20_000;
const NOT_YET_INITIALIZED = 94;

/** How a client gets there, where it is not the usual way. */
export interface MongoWay {
  /** By way of a proxy at this port of 127.0.0.1. */
  readonly through?: number;
  /** As this user; without it as the administrator, where the server asks for one. */
  readonly as?: { readonly user: string; readonly password: string };
}

/** A server on 127.0.0.1 that this process started, and that ends with it. */
export class MongoServer {
  /** As a report names it: "SecantusDB wheel 0.7.0b3, reports 8.2.11". */
  readonly name: string;
  readonly kind: MongoOptions['kind'];
  readonly #running: Running;

  private constructor(running: Running, version: string) {
    this.#running = running;
    this.kind = running.options.kind;
    this.name = running.program.real ? running.program.name : `${running.program.name}, reports ${version}`;
  }

  /** Resolves when the server answers a client, as a primary that can be written to. */
  static async start(program: MongoProgram, options: MongoOptions): Promise<MongoServer> {
    const running = new Running(program, options);
    try {
      return new MongoServer(running, await running.first());
    } catch (error) {
      await running.supervised.close();
      throw error;
    }
  }

  get port(): number {
    return this.#running.port;
  }

  /** The process of the server; `null` while it is killed. */
  get pid(): number | null {
    return this.#running.supervised.pid;
  }

  /** The temporary folder of this server; gone after `stop`. */
  get folder(): string {
    return this.#running.supervised.folder;
  }

  url(database = '', way: MongoWay = {}): string {
    return this.#running.url(database, way);
  }

  /** SIGKILL; resolves when the process is gone. The data stay, as a power cut leaves them. */
  kill(): Promise<void> {
    return this.#running.supervised.kill();
  }

  /** Starts it again at the same port with the same data, after ending what still ran. */
  async restart(): Promise<void> {
    await this.#running.supervised.stop();
    await this.#running.again();
  }

  /** Ends the server and removes its data, but for those in a folder that was given. */
  async stop(): Promise<void> {
    const { supervised, options } = this.#running;
    if (options.storage !== undefined) await supervised.stop();
    await supervised.close();
  }
}

/** The server from start to start. */
class Running {
  readonly program: MongoProgram;
  readonly options: MongoOptions;
  readonly supervised = new Supervised('mongo');
  port = 0;
  #asksWho = false;

  constructor(program: MongoProgram, options: MongoOptions) {
    this.program = program;
    this.options = options;
  }

  /** The version that the server reports. */
  async first(): Promise<string> {
    await this.#launch();
    if (this.options.auth === true) {
      await this.#client((client) => client.db('admin').command(createAdmin));
      await this.supervised.stop();
      this.#asksWho = true;
      await this.#launch();
    }
    const { version } = await this.#client((client) => client.db('admin').command({ buildInfo: 1 }));
    return `${version}`;
  }

  again(): Promise<void> {
    return this.#launch();
  }

  url(database: string, { through, as }: MongoWay): string {
    const known = as ?? (this.#asksWho ? ADMIN : null);
    const who = known === null ? '' : `${encodeURIComponent(known.user)}:${encodeURIComponent(known.password)}@`;
    const straight = through !== undefined || this.options.kind === 'standalone';
    const query = new URLSearchParams(
      straight ? { directConnection: 'true' } : { replicaSet: this.program.replicaSet },
    );
    if (known !== null) query.set('authSource', 'admin');
    return `mongodb://${who}127.0.0.1:${through ?? this.port}/${database}?${query.toString()}`;
  }

  async #launch(): Promise<void> {
    const { folder } = this.supervised;
    const storage = this.options.storage ?? join(folder, 'data');
    mkdirSync(storage, { recursive: true });
    if (this.#asksWho) writeFileSync(join(folder, 'key'), randomBytes(96).toString('base64'), { mode: 0o600 });
    const port = this.port === 0 ? null : this.port;
    const launch = await this.program.launch({ ...this.options, auth: this.#asksWho, storage, folder, port });
    this.port = Number((await this.supervised.start(launch))[1]);
    await this.#client((client) => this.#primary(client));
  }

  /** Waits until the server can be written to; a new replica set of mongod is initiated first. */
  async #primary(client: MongoClient): Promise<void> {
    const untilMs = Date.now() + ANSWER_WITHIN_MS;
    const admin = client.db('admin');
    const { program, options } = this;
    if (options.kind === 'replica-set' && program.real) await initiate(admin, program.replicaSet, this.port);
    for (;;) {
      const hello = await admin.command({ hello: 1 });
      if (hello['isWritablePrimary'] === true) return;
      if (Date.now() > untilMs)
        throw new Error(`${program.name} did not become primary:\n${this.supervised.lastOutput}`);
      await sleep(50);
    }
  }

  async #client<T>(work: (client: MongoClient) => Promise<T>): Promise<T> {
    const options = { directConnection: true, serverSelectionTimeoutMS: ANSWER_WITHIN_MS };
    const client = new MongoClient(this.url('', { through: this.port }), options);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
}

const createAdmin: Document = { createUser: ADMIN.user, pwd: ADMIN.password, roles: ['root'] };

async function initiate(admin: ReturnType<MongoClient['db']>, set: string, port: number): Promise<void> {
  try {
    await admin.command({ replSetGetStatus: 1 });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== NOT_YET_INITIALIZED) throw error;
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await admin.command({ replSetInitiate: { _id: set, members } });
  }
}
