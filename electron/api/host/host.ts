import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../../shared/contract/calls.ts';
import type { ErrorCode } from '../../../shared/contract/errors.ts';
import { blot } from '../../../shared/lib/redact.ts';
import { cleanText } from '../../../shared/model/display.ts';
import type { Log, Ports } from '../../engine/ports.ts';
import type { StateStore } from '../../engine/state/store.ts';
import { Dispatcher } from '../dispatcher.ts';
import { EventLog } from '../event-log.ts';
import { engineHandlers } from '../handlers/handlers.ts';
import { removeRehearsals } from '../rehearsal/folder.ts';
import { FileSecretStore, knownSecrets, type SecretStore } from '../secrets/secret-store.ts';
import { Reports } from '../stamps/reports.ts';
import { ConfigStore } from '../settings/config-store.ts';
import { WireSession } from '../transport/wire-session.ts';
import type { Wire } from '../transport/wire.ts';
import type { EngineCall } from '../live/engine-call.ts';
import { LiveService } from '../live/live-service.ts';
import { PauseStore } from '../live/pause-store.ts';
import { refusedLogins } from '../network/refused-logins.ts';
import { NetworkMonitor } from '../network/monitor.ts';
import { OnBack } from '../live/on-back.ts';
import type { HeldLock } from './engine-lock.ts';
import type { HomePaths } from './home.ts';
import { KeptPlans } from './kept-plans.ts';
import { HintListening } from './listening.ts';
import { PairPool } from './pair-pool.ts';
import type { HostParts } from './parts.ts';

/** What the handlers work with. */
export interface Host {
  readonly paths: HomePaths;
  readonly config: ConfigStore;
  readonly secrets: SecretStore;
  readonly store: StateStore;
  readonly pool: PairPool;
  readonly events: EventLog;
  readonly ports: Ports;
  readonly parts: HostParts;
  readonly reports: Reports;
  readonly listening: HintListening;
  readonly pauses: PauseStore;
  readonly live: LiveService;
  readonly network: NetworkMonitor;
  readonly plans: KeptPlans;
  readonly startedAt: number;
  /** The runs in progress, by pair: aborting one ends it after its batch. */
  readonly syncing: Map<string, AbortController>;
  /** Of those the ones that nobody asked for, each until it has ended. */
  readonly byItself: Map<string, Promise<void>>;
  /** Asks the engine to end after the answer to this call. */
  shutdown(): void;
}

/** Failures that the way to a server may have to do with. */
const OF_THE_WAY: ReadonlySet<ErrorCode> = new Set(['unreachable', 'lost-answer', 'auth']);

/** One engine for one state folder, whoever talks to it. */
export class EngineHost implements Host {
  readonly paths: HomePaths;
  readonly config: ConfigStore;
  readonly secrets: SecretStore;
  readonly store: StateStore;
  readonly pool: PairPool;
  readonly events: EventLog;
  readonly ports: Ports;
  readonly parts: HostParts;
  readonly startedAt: number;
  readonly reports = new Reports();
  readonly listening: HintListening;
  readonly pauses: PauseStore;
  readonly live: LiveService;
  readonly network: NetworkMonitor;
  readonly plans = new KeptPlans();
  readonly syncing = new Map<string, AbortController>();
  readonly byItself = new Map<string, Promise<void>>();
  readonly #dispatcher: Dispatcher;
  readonly #back: OnBack;
  readonly #sessions = new Set<WireSession>();
  readonly #lock: HeldLock;
  readonly #onClose: (() => Promise<void>)[] = [];
  #ending: Promise<void> | undefined;
  #closed = false;

  /** The lock is the host's from here on, also when opening the state fails. */
  constructor(paths: HomePaths, parts: HostParts, lock: HeldLock) {
    this.paths = paths;
    this.parts = parts;
    this.ports = { ...parts.ports, log: this.#tellingLog(parts.ports.log) };
    this.startedAt = parts.ports.clock.now();
    this.#lock = lock;
    this.config = new ConfigStore(paths.config);
    this.secrets = parts.secrets?.(paths.state) ?? new FileSecretStore(paths.state);
    this.events = new EventLog(() => parts.ports.clock.now());
    try {
      removeRehearsals(paths.state);
      this.store = parts.openState(join(paths.state, 'tandem.db'));
    } catch (cause) {
      lock.release();
      throw cause;
    }
    this.pool = new PairPool({
      host: { ...parts, ports: this.ports },
      config: this.config,
      secrets: this.secrets,
      store: this.store,
    });
    this.listening = new HintListening({ pool: this.pool, events: this.events, clock: parts.ports.clock });
    this.pauses = new PauseStore(
      paths.state,
      () => parts.ports.clock.now(),
      (cause) => this.ports.log.warn('What is paused could not be read: nothing is paused.', { cause }),
    );
    this.live = new LiveService({
      call: this.#call,
      config: this.config,
      pauses: this.pauses,
      events: this.events,
      ports: this.ports,
      onTrouble: (pair, { code }) => void (OF_THE_WAY.has(code) && this.network.soon(pair)),
    });
    const { config, pauses, live, ports } = this;
    this.#back = new OnBack({ call: this.#call, config, pauses, live, ports });
    this.network = new NetworkMonitor({
      config: this.config,
      state: paths.state,
      kinds: parts.kinds,
      events: this.events,
      ports: this.ports,
      logins: (pair) => refusedLogins(this.pool, pair),
      onBack: (pair) => this.#back.isBack(pair),
    });
    this.#dispatcher = new Dispatcher(engineHandlers(this), {
      secrets: () => knownSecrets(this.secrets),
      log: parts.ports.log,
    });
  }

  /** The engine on its own behalf, in the name of whoever runs it. */
  readonly #call: EngineCall = async (name, params, signal) =>
    (await this.#dispatcher.dispatch(name, params, { who: userName(), client: 'tandem', signal })) as Result<
      typeof name
    >;

  /** What is worth a warning is also told to whoever is at work here, while it happens. */
  #tellingLog(log: Log): Log {
    return {
      debug: (message, data) => log.debug(message, data),
      info: (message, data) => log.info(message, data),
      error: (message, data) => log.error(message, data),
      warn: (message, data) => {
        log.warn(message, data);
        this.events.publish('log', { level: 'warn', message: blot(message, knownSecrets(this.secrets)) });
      },
    };
  }

  /** Serves whoever is at the other end. */
  attach(wire: Wire): WireSession {
    const session: WireSession = new WireSession(wire, {
      dispatcher: this.#dispatcher,
      events: this.events,
      who: userName(),
      onEnd: () => this.#sessions.delete(session),
    });
    this.#sessions.add(session);
    if (this.#closed) session.close();
    return session;
  }

  /** Run before the state is closed, the last one first. */
  beforeClose(work: () => Promise<void>): void {
    this.#onClose.unshift(work);
  }

  /** Who else is at work, e.g. `tandem sync`. */
  others(except: WireSession): readonly string[] {
    return [...this.#sessions]
      .filter((session) => session !== except && session.running > 0)
      .map(({ client }) => cleanText(client));
  }

  shutdown(): void {
    for (const controller of this.syncing.values()) controller.abort();
    void this.close();
  }

  /**
   * Finishes what others have begun, then ends: everybody attached hears that the engine is gone, and the lock is
   * free for the next one.
   */
  close(): Promise<void> {
    this.#ending ??= this.#close();
    return this.#ending;
  }

  async #close(): Promise<void> {
    await Promise.all([this.network.stop(), this.#back.stop(), this.live.stop()]);
    while ([...this.#sessions].some((session) => session.running > 0)) await this.ports.clock.sleep(10);
    this.#closed = true;
    for (const session of this.#sessions) session.close();
    try {
      for (const work of this.#onClose) await work();
      this.listening.close();
      await this.pool.close();
      await this.store.close();
    } finally {
      this.#lock.release();
    }
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}
