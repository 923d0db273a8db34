import { openPairEngine } from '../../electron/engine/open-pair-engine.ts';
import type { PairEngine } from '../../electron/engine/pair-engine.ts';
import type { Key } from '../../electron/engine/port/key-codec.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import { silentLog, type Ports } from '../../electron/engine/ports.ts';
import { defaultSettings, type PairSettings } from '../../electron/engine/settings.ts';
import type { StateChange } from '../../electron/engine/state/change.ts';
import { openState } from '../../electron/engine/state/open-state.ts';
import type { StateStore } from '../../electron/engine/state/store.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { Host, JournalImage } from './host.ts';
import { SimConnector } from './sim-connector.ts';
import { failure } from './sim-failure.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** What a call of the engine came to. A crash leaves nothing to hand out. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: AppError }
  | { readonly kind: 'crashed' };

/** Meets every await of the engine; may change the world, or end the engine. */
export type Meddler = (label: string, index: number, engine: LiveEngine) => Promise<void> | void;

const STEPS_AT_MOST = 4000;
/** Each caller its own: one shared promise would keep everything alive that ever waited for it. */
const never = (): Promise<never> => new Promise(() => {});

/** One process: the real engine with its real state, in a simulated world. A crash drops it; the committed bytes stay. */
export class LiveEngine implements Host {
  readonly world: World;
  readonly #store: StateStore;
  readonly #crash = Promise.withResolvers<{ kind: 'crashed' }>();
  #engine: PairEngine | null = null;
  #alive = true;
  #pair = 0;
  #steps = 0;
  #hinting = 0;
  /** The next commit of the state meets a full disk. */
  diskFull = false;
  meddler: Meddler | null = null;
  /** The sides tell of changes, so that a sync may be a live step. */
  isListening = false;

  private constructor(world: World, store: StateStore) {
    this.world = world;
    this.#store = store;
  }

  static async open(world: World, meddler: Meddler | null = null): Promise<Outcome<LiveEngine>> {
    const live = new LiveEngine(world, openState(world.state ? { bytes: world.state } : { memory: true }));
    live.meddler = meddler;
    const outcome = await live.#race('open', () =>
      openPairEngine({
        settings: settingsOf(world),
        sides: { A: new SimConnector(live, world.sides.A), B: new SimConnector(live, world.sides.B) },
        store: live.#guardedStore(),
        ports: portsOf(world),
      }),
    );
    if (outcome.kind !== 'done') {
      await live.crash();
      return outcome;
    }
    live.#engine = outcome.value;
    const [pair] = await live.#store.listPairs();
    live.#pair = pair?.id ?? 0;
    return { kind: 'done', value: live };
  }

  /** Has the sides tell of changes, where they have a history. */
  async listen(): Promise<void> {
    if (!this.world.mode.capture) return;
    const outcome = await this.call('listen', (engine) => engine.listen(() => undefined));
    this.isListening = outcome.kind === 'done';
  }

  /** Runs one call to its end, or to a crash in the middle of it. */
  call<T>(label: string, work: (engine: PairEngine) => Promise<T>): Promise<Outcome<T>> {
    const engine = this.#engine;
    if (!engine) throw new Error('The engine is not open');
    this.#steps = 0;
    this.world.stats.calls++;
    return this.#race(label, () => work(engine));
  }

  /** A hint from outside; ends when it is durable. It passes no point at which anything else happens. */
  async hint(collection: string, key: Key): Promise<void> {
    const engine = this.#engine;
    if (!engine) return never();
    this.#hinting++;
    try {
      await engine.hint(collection, [key]);
    } finally {
      this.#hinting--;
    }
  }

  async #race<T>(label: string, work: () => Promise<T>): Promise<Outcome<T>> {
    const finished = work().then(
      (value): Outcome<T> => ({ kind: 'done', value }),
      (error: unknown): Outcome<T> => ({ kind: 'failed', error: this.#expected(label, error) }),
    );
    const outcome = await Promise.race([finished, this.#crash.promise]);
    if (this.world.violation) throw this.world.violation;
    return outcome;
  }

  /** An error that nobody announced is a fault of the engine. */
  #expected(label: string, error: unknown): AppError {
    if (error instanceof AppError && error.code !== 'internal') return error;
    if (this.world.violation) return failure('internal', 'ended by a violation');
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.world.violation = new Violation('engine-error', `${label}: ${text.split('\n').slice(0, 6).join(' ← ')}`);
    return failure('internal', text);
  }

  get alive(): boolean {
    return this.#alive;
  }

  get steps(): number {
    return this.#steps;
  }

  /** The process is gone: no call ends, nothing more is committed, the bytes of the state stay as they are. */
  async crash(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    this.world.state = this.#store.serialize();
    await this.#store.close();
    this.#crash.resolve({ kind: 'crashed' });
  }

  /** The committed bytes as they are now. */
  bytes(): Uint8Array {
    return this.#alive ? this.#store.serialize() : (this.world.state ?? new Uint8Array());
  }

  /** The real state, for questions of the oracles; it passes no await of the engine. */
  get store(): StateStore {
    return this.#store;
  }

  get pair(): number {
    return this.#pair;
  }

  async at(label: string): Promise<void> {
    if (!this.#alive) await never();
    this.#steps++;
    if (this.#steps > STEPS_AT_MOST)
      await this.#end(new Violation('liveness', `one call of the engine took more than ${STEPS_AT_MOST} steps`));
    try {
      if (this.#hinting === 0) await this.meddler?.(label, this.#steps, this);
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      await this.#end(error);
    }
    if (!this.#alive) await never();
  }

  judged<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.world.violation ??= error;
      void this.crash();
      throw error;
    }
  }

  async #end(violation: Violation): Promise<never> {
    this.world.violation ??= violation;
    await this.crash();
    return never();
  }

  async beforeImages(collection: string, key: string, side: string): Promise<readonly JournalImage[]> {
    const rows = await this.#store.journal(this.#pair, { collection, key: key as never, limit: 1000 });
    const open = rows.filter((row) => row.side === side && row.status === 'intended');
    return open.map(({ before }) => ({
      before: before && new Map(before.names.map((name) => [name, fieldOf(before, name)])),
    }));
  }

  /** Every await of the engine on its state passes `at`, before and after; the bytes in between are committed or not. */
  #guardedStore(): StateStore {
    return new Proxy(this.#store, {
      get: (store, name) => {
        const member: unknown = Reflect.get(store, name, store);
        if (typeof member !== 'function' || name === 'serialize') return member;
        return (...args: unknown[]): Promise<unknown> =>
          this.#stateCall(String(name), args, () =>
            Reflect.apply(member as (...all: unknown[]) => Promise<unknown>, store, args),
          );
      },
    });
  }

  async #stateCall(name: string, args: readonly unknown[], work: () => Promise<unknown>): Promise<unknown> {
    const writes = name === 'commit';
    if (writes) await this.at(`state ${name}`);
    else if (!this.#alive) await never();
    if (writes && this.diskFull) {
      this.diskFull = false;
      this.world.answerLost();
      throw failure('disk-full', 'The disk of the state is full.');
    }
    const result = await work();
    if (writes) {
      if (acknowledges(args[1])) this.world.committed();
      // A new pass begins, and what was written before it counts as never answered.
      else if (beginsPass(args[1])) this.world.answerLost();
      if (isAnswer(args[1])) this.world.brakeAnswered();
      await this.at(`state ${name}, done`);
    }
    return result;
  }
}

function settingsOf({ scenario, mode, schema, unmapped }: World): PairSettings {
  const limit = scenario.brakeLimit;
  return {
    ...defaultSettings,
    name: 'pair',
    sideLabel: { A: 'This computer', B: 'Remote' },
    sideMove: { A: 'name side A', B: 'name side B' },
    collections: schema.settings(unmapped),
    batchSize: scenario.batch,
    marker: mode.marker,
    brakes: {
      deletePercent: 0,
      deleteCount: limit ?? 1e9,
      smallPercent: 1000,
      smallSize: 1e9,
      changePercent: 1000,
      changeCount: 1e9,
      periodDays: 30,
    },
  };
}

function portsOf(world: World): Ports {
  return {
    clock: {
      now: () => (world.now += 1),
      sleep: async (ms) => {
        world.now += ms;
      },
    },
    ids: { random: () => world.ids.next() },
    log: silentLog,
  };
}

/** Is this the transaction in which a person's answer to a brake becomes durable? */
/** The outcome of what was sent stands in it. */
const acknowledges = (change: unknown): boolean => hasIn(change, 'journalStatus') || hasIn(change, 'copied');
const beginsPass = (change: unknown): boolean => hasIn(change, 'dropPlan');
const hasIn = (change: unknown, part: keyof StateChange): boolean =>
  typeof change === 'object' && change !== null && (change as StateChange)[part] !== undefined;
const isAnswer = (change: unknown): boolean => hasIn(change, 'answerBrake');
