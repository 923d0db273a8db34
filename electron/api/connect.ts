import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { CallOptions, Client, Subscription } from '../../shared/contract/client.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import type { SinceMark } from '../../shared/contract/frames.ts';
import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';
import type { Hello } from '../../shared/contract/system-shapes.ts';
import { engineRunning, tryEngineLock } from './host/engine-lock.ts';
import type { HomePaths } from './host/home.ts';
import { EngineHost } from './host/host.ts';
import type { HostParts } from './host/parts.ts';
import { connectTo, listenOn } from './host/socket-server.ts';
import { prepareStateFolder } from './host/state-folder.ts';
import { ReconnectingClient, type Link } from './reconnecting-client.ts';
import { memoryWires } from './transport/memory-wire.ts';
import { WireClient } from './transport/wire-client.ts';
import type { Wire } from './transport/wire.ts';

export interface ConnectOptions {
  readonly home: HomePaths;
  /** What the caller is, e.g. `tandem sync`; others see it. */
  readonly client: string;
  readonly parts: HostParts;
  readonly signal?: AbortSignal;
  /** How long a starting or ending engine is waited for. */
  readonly patienceMs?: number;
  /** One sentence for people, e.g. that others are still at work while this program wants to end. */
  readonly onNote?: (text: string) => void;
}

/** A client that also knows where its engine runs. */
export interface Connection extends Client {
  readonly hello: Hello;
  /** True: the engine runs in another process. */
  readonly attached: boolean;
  /** From here on whichever engine there is keeps the pairs in step by itself and asks their servers, until this is closed or that engine ends. */
  keepLive(): Promise<void>;
  /** A further wire to the engine, for a client that speaks for itself: its first call is `engine.hello`. Ends with that engine. */
  wire(): Promise<Wire>;
}

/**
 * Attaches to the engine that runs on this home, or else starts one here and lets others attach. If the engine ends
 * meanwhile, calls that it had not begun, and calls that only read, are made again on the next one; a lost call that
 * writes fails with `engine-gone`. Closing a connection that hosts the engine waits for the calls of others.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const wish: Wish = { keepsLive: false };
  const client = new ReconnectingClient(async (ending) => {
    const signal = options.signal ? AbortSignal.any([options.signal, ending]) : ending;
    const found = await link({ ...options, signal });
    if (wish.keepsLive) await startLive(found.client);
    return found;
  });
  await client.start();
  return new HomeConnection(client, wish);
}

/** What is asked of every engine, the next ones included. */
interface Wish {
  keepsLive: boolean;
}

class HomeConnection implements Connection {
  readonly #client: ReconnectingClient;
  readonly #wish: Wish;

  constructor(client: ReconnectingClient, wish: Wish) {
    this.#client = client;
    this.#wish = wish;
  }

  get hello(): Hello {
    return this.#client.link.hello;
  }
  get attached(): boolean {
    return this.#client.link.attached;
  }
  get closed(): Promise<void> {
    return this.#client.closed;
  }
  call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>> {
    return this.#client.call(name, params, options);
  }
  subscribe(listener: (event: AnyEvent) => void, since?: SinceMark): Promise<Subscription> {
    return this.#client.subscribe(listener, since);
  }
  async keepLive(): Promise<void> {
    if (this.#wish.keepsLive) return;
    this.#wish.keepsLive = true;
    // Who listens is given the next engine at once, so that no pair is left alone until somebody calls.
    await this.#client.subscribe(() => undefined);
    await startLive(this.#client);
  }
  async wire(): Promise<Wire> {
    for (;;) {
      const link = await this.#client.connected();
      const wire = await link.wire();
      if (wire) return wire;
      await link.client.closed;
    }
  }
  close(): Promise<void> {
    return this.#client.close();
  }
}

const RETRY_MS = 30;
const PATIENCE_MS = 10_000;

async function link(options: ConnectOptions): Promise<Link> {
  const { home, parts, signal } = options;
  const { clock } = parts.ports;
  prepareStateFolder(home.state);
  const tries = Math.ceil((options.patienceMs ?? PATIENCE_MS) / RETRY_MS);
  for (let i = 0; i < tries; i++) {
    signal?.throwIfAborted();
    const found = (await attach(options)) ?? (await host(options));
    if (found) return found;
    await clock.sleep(RETRY_MS, signal);
  }
  throw engineRunning(home.state);
}

/** The engine of another process, if one listens and takes new calls. */
async function attach(options: ConnectOptions): Promise<Link | null> {
  const wire = await connectTo(options.home.socket);
  if (!wire) return null;
  const client = new WireClient(wire);
  try {
    const hello = await greetInTime(client, options);
    return {
      client,
      hello,
      attached: true,
      wire: () => connectTo(options.home.socket),
      close: () => client.close(),
    };
  } catch (cause) {
    // A peer that does not answer may not take the farewell either, so nobody waits for it.
    void client.close().catch(() => undefined);
    if (cause instanceof AppError && cause.code === 'engine-gone') return null;
    throw cause;
  }
}

/** An engine in this process, if nobody else has the state. */
async function host(options: ConnectOptions): Promise<Link | null> {
  const { home, parts } = options;
  const startedAt = new Date(parts.ports.clock.now()).toISOString();
  const lock = tryEngineLock(home.state, { startedAt, program: parts.program, socket: home.socket });
  if (!lock) return null;
  const engine = new EngineHost(home, parts, lock);
  try {
    if (lock.tookOverFrom)
      parts.ports.log.warn('The engine before this one ended without letting go; its state is taken over.', {
        pid: lock.tookOverFrom.pid,
        startedAt: lock.tookOverFrom.startedAt,
      });
    engine.beforeClose(await listenOn(home.socket, (wire) => void engine.attach(wire)));
    return await ownLink(engine, options);
  } catch (cause) {
    await engine.close();
    throw cause;
  }
}

async function ownLink(engine: EngineHost, options: ConnectOptions): Promise<Link> {
  const [near, far]: readonly [Wire, Wire] = memoryWires();
  const session = engine.attach(far);
  const client = new WireClient(near);
  const hello = await greet(client, options);
  return {
    client,
    hello,
    attached: false,
    async wire() {
      const [theirs, ours] = memoryWires();
      engine.attach(ours);
      return theirs;
    },
    async close() {
      const others = engine.others(session);
      if (others.length > 0)
        options.onNote?.(`${others.join(', ')} is still at work with the engine in this process; it ends after that.`);
      await client.close();
      await engine.close();
    },
  };
}

/** What they answer is asked for by whoever wants to know; a configuration that cannot be read is told by others. */
async function startLive(client: Client): Promise<void> {
  await client.call('live.start', {}).catch(() => undefined);
  await client.call('network.start', {}).catch(() => undefined);
}

/** An engine that takes the connection and says nothing holds the home all the same: that is said after a while. */
async function greetInTime(client: WireClient, options: ConnectOptions): Promise<Hello> {
  const answered = new AbortController();
  const { clock } = options.parts.ports;
  const late = clock.sleep(options.patienceMs ?? PATIENCE_MS, answered.signal).then(() => {
    throw engineRunning(options.home.state);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([greet(client, options), late]);
  } finally {
    answered.abort();
  }
}

function greet(client: WireClient, { client: name }: ConnectOptions): Promise<Hello> {
  return client.call('engine.hello', { contract: CONTRACT_VERSION, schema: contractSchemaHash(), client: name });
}
