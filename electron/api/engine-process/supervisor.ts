import { AppError } from '../../../shared/contract/errors.ts';
import type { Hello } from '../../../shared/contract/system-shapes.ts';
import type { Clock } from '../../engine/ports.ts';
import type { Wire } from '../transport/wire.ts';
import { engineGone } from '../transport/wire.ts';
import { fromEngine, type FromEngine, type StartMessage, type ToEngine } from './messages.ts';
import { WireMux } from './wire-mux.ts';

/** A process that was started, whoever can start one. */
export interface EngineChild {
  post(message: ToEngine): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

export type EngineState =
  | { readonly state: 'starting' }
  | { readonly state: 'running'; readonly attached: boolean; readonly hello: Hello }
  /** `nextTry`: when it is started again, in milliseconds since 1970; `null`: it was asked to end. */
  | { readonly state: 'stopped'; readonly reason: string; readonly hint: string; readonly nextTry: number | null };

export interface SupervisorParts {
  readonly fork: () => EngineChild;
  /** What the engine is started with, asked anew each time. */
  readonly order: () => Promise<StartMessage>;
  readonly clock: Clock;
  readonly onState: (state: EngineState) => void;
  readonly onSecret?: (key: string, password: string | null) => void;
  readonly onNote?: (text: string) => void;
}

/** Waits before the first, second … start after an end; the last one for ever. */
const BACK_OFF_MS = [500, 1000, 2000, 5000, 15_000, 60_000];
/** Whoever ran this long has recovered. */
const STEADY_MS = 60_000;
/** How long an engine may take to say that it runs, and to end when asked. */
const START_MS = 60_000;
const STOP_MS = 90_000;

interface Running {
  readonly child: EngineChild;
  readonly mux: WireMux;
  readonly ended: Promise<number | null>;
}

/** Keeps an engine's process running: one that ends is started again, later and later, and every state is told. */
export class EngineSupervisor {
  readonly #parts: SupervisorParts;
  #state: EngineState = { state: 'starting' };
  #running: Running | undefined;
  #failure: { readonly reason: string; readonly hint: string } | undefined;
  #ending = false;
  #changed = Promise.withResolvers<void>();
  #wake = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  get state(): EngineState {
    return this.#state;
  }

  start(): void {
    this.#loop ??= this.#keepRunning();
  }

  /** Does not wait any longer for the next try. */
  tryNow(): void {
    this.#wake.abort();
  }

  /** A further wire to the engine; waits while it starts. `engine-gone` where it is stopped. */
  async wire(): Promise<Wire> {
    while (this.#state.state === 'starting' && !this.#ending) await this.#changed.promise;
    if (this.#state.state !== 'running' || !this.#running) throw this.#gone();
    return this.#running.mux.open();
  }

  /** A further wire to the engine, or to the next one that runs; until `signal` comes. */
  async wireWhenRunning(signal: AbortSignal): Promise<Wire> {
    const given = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    while (this.#state.state !== 'running' && !this.#ending) {
      signal.throwIfAborted();
      await Promise.race([this.#changed.promise, given]);
    }
    return this.wire();
  }

  /** Asks the engine to end in order, and waits for it; after that it stays ended. */
  async stop(): Promise<void> {
    this.#ending = true;
    this.#wake.abort();
    const running = this.#running;
    if (running) {
      running.child.post({ t: 'stop' });
      await this.#within(running, running.ended, STOP_MS);
    }
    await this.#loop;
    this.#set({ state: 'stopped', reason: 'Tandem is quitting.', hint: '', nextTry: null });
  }

  async #keepRunning(): Promise<void> {
    let failures = 0;
    while (!this.#ending) {
      const { clock } = this.#parts;
      const startedAt = clock.now();
      const code = await this.#once();
      if (this.#ending) return;
      failures = clock.now() - startedAt >= STEADY_MS ? 1 : failures + 1;
      const wait = BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length) - 1] ?? 0;
      this.#wake = new AbortController();
      this.#set({
        state: 'stopped',
        reason: this.#failure?.reason ?? endOf(code),
        hint: this.#failure?.hint ?? '',
        nextTry: clock.now() + wait,
      });
      await clock.sleep(wait, this.#wake.signal).catch(() => undefined);
    }
  }

  /** From a start to the end, whatever the end. */
  async #once(): Promise<number | null> {
    this.#failure = undefined;
    this.#set({ state: 'starting' });
    let running: Running;
    try {
      const order = await this.#parts.order();
      if (this.#ending) return null;
      running = this.#begin(order);
    } catch (cause) {
      this.#failure = { reason: `Tandem's engine could not be started: ${textOf(cause)}`, hint: '' };
      return null;
    }
    void this.#giveUpLate(running);
    const code = await running.ended;
    this.#running = undefined;
    running.mux.end();
    return code;
  }

  #begin(order: StartMessage): Running {
    const child = this.#parts.fork();
    const mux = new WireMux((message) => child.post(message));
    const ended = new Promise<number | null>((resolve) => child.onExit(resolve));
    const running: Running = { child, mux, ended };
    this.#running = running;
    child.onMessage((raw) => this.#heard(running, raw));
    child.post(order);
    return running;
  }

  #heard({ mux, child }: Running, raw: unknown): void {
    const parsed = fromEngine.safeParse(raw);
    // What it says cannot be trusted any more; another one is started.
    if (!parsed.success) return child.kill();
    const message: FromEngine = parsed.data;
    switch (message.t) {
      case 'running':
        return this.#set({ state: 'running', attached: message.attached, hello: message.hello });
      case 'failed':
        this.#failure = { reason: message.error.message, hint: message.error.hint };
        return undefined;
      case 'note':
        return this.#parts.onNote?.(message.text);
      case 'secret':
        return this.#parts.onSecret?.(message.key, message.password);
      default:
        return mux.receive(message);
    }
  }

  /** One that never says that it runs is of no use, and holds the lock of the home. */
  async #giveUpLate(running: Running): Promise<void> {
    await this.#within(running, this.#left('starting'), START_MS);
  }

  async #left(state: EngineState['state']): Promise<void> {
    while (this.#state.state === state) await this.#changed.promise;
  }

  /** Ends the process if `done` does not come in time. */
  async #within({ child, ended }: Running, done: Promise<unknown>, ms: number): Promise<void> {
    const came = new AbortController();
    const late = this.#parts.clock.sleep(ms, came.signal).then(
      () => child.kill(),
      () => undefined,
    );
    await Promise.race([done, ended, late]);
    came.abort();
  }

  #set(state: EngineState): void {
    this.#state = state;
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
    this.#parts.onState(state);
  }

  #gone(): AppError {
    const { state } = this;
    const gone = engineGone(false);
    return state.state === 'stopped' ? new AppError({ ...gone.toBody(), cause: state.reason }) : gone;
  }
}

const endOf = (code: number | null): string =>
  code === null ? "Tandem's engine stopped." : `Tandem's engine stopped (exit code ${code}).`;

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
