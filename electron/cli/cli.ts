import { isDeepStrictEqual } from 'node:util';
import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import { AppError } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import type { Connection } from '../api/connect.ts';
import type { HostParts } from '../api/host/parts.ts';
import type { EnvSettings } from '../api/settings/env-file.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { shellQuote } from '../../shared/lib/shell-quote.ts';
import { withRunnableCommands } from './text/command-line.ts';
import { safeJson, safeText } from './text/safe-text.ts';
import type { Style } from './text/style.ts';

/** What holds for every command. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly home?: string;
  readonly input: boolean;
  readonly yes: boolean;
  readonly logLevel?: string;
}

export interface CliParts {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  readonly signal: AbortSignal;
  readonly connect: () => Promise<Connection>;
  /** Opens the log file, or gives the open one. */
  readonly log: () => HostParts['ports']['log'];
  /** What the `.env` of the working directory says, read anew each time. */
  readonly env: () => EnvSettings;
  /** Somebody asks a command that goes on to read its settings anew (SIGHUP). */
  readonly onHangUp: (listener: () => void) => void;
  readonly prefix: string;
  /** The launcher of this very program. */
  readonly launcher: string;
  readonly commandNames: readonly string[];
  readonly now: () => number;
}

/** One command at work. Runs it with `Runner`, which prints what it throws and ends with the right code. */
export type Work = (cli: Cli) => Promise<ExitCode>;
export type Runner = (name: string, work: Work) => Promise<void>;

/** What a command works with: the engine, the terminal, and the words for what can be typed next. */
export class Cli {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  readonly signal: AbortSignal;
  readonly #parts: CliParts;
  #connection: Promise<Connection> | undefined;
  #ownPair: string | null = null;
  #env: EnvSettings;
  #refusedEnv: EnvSettings | null = null;
  #toldEngine = false;

  constructor(parts: CliParts) {
    this.#parts = parts;
    this.#env = parts.env();
    this.terminal = parts.terminal;
    this.options = parts.options;
    this.signal = parts.signal;
  }

  get style(): Style {
    return this.terminal.style;
  }
  get now(): number {
    return this.#parts.now();
  }

  async call<N extends CallName>(name: N, params: Params<N>): Promise<Result<N>> {
    const connection = await this.#connect();
    return this.#through(connection, connection.call(name, params, { signal: this.signal }));
  }

  /** A call that has to go through although the person has asked to stop. */
  async finish<N extends CallName>(name: N, params: Params<N>): Promise<Result<N>> {
    const connection = await this.#connect();
    return this.#through(connection, connection.call(name, params));
  }

  /** Whose engine it is matters to a person only where it keeps the command waiting, or refuses it. */
  async #through<T>(connection: Connection, answer: Promise<T>): Promise<T> {
    if (!connection.attached || this.#toldEngine) return answer;
    const tell = (): void => this.#tellEngine(connection);
    const patience = setTimeout(tell, PATIENCE_MS);
    try {
      return await answer;
    } catch (cause) {
      if (cause instanceof AppError && OF_THE_ENGINE.has(cause.code)) tell();
      throw cause;
    } finally {
      clearTimeout(patience);
    }
  }

  #tellEngine(connection: Connection): void {
    if (!this.#toldEngine) this.terminal.say([attachedText(connection)]);
    this.#toldEngine = true;
  }

  /** The connection itself, for a command that hands it on to others. */
  async engine(): Promise<Connection> {
    const connection = await this.#connect();
    if (connection.attached) this.#tellEngine(connection);
    return connection;
  }
  /** From here on the word to read settings anew goes to `listener`. */
  onHangUp(listener: () => void): void {
    this.#parts.onHangUp(listener);
  }
  get launcher(): string {
    return this.#parts.launcher;
  }
  get log(): HostParts['ports']['log'] {
    return this.#parts.log();
  }

  async listen(listener: (event: AnyEvent) => void): Promise<() => void> {
    const subscription = await (await this.#connect()).subscribe(listener);
    return () => subscription.close();
  }

  async close(): Promise<void> {
    await (await this.#connection?.catch(() => undefined))?.close();
  }

  /** The pair that the `.env` of the working directory means: a command that names none is about this one. */
  async ownPair(): Promise<string | undefined> {
    await this.#connect();
    return this.#ownPair ?? undefined;
  }

  /** Variables without which the `.env` makes no pair, where it has some of them. */
  get missingVariables(): readonly string[] {
    return this.#env.missing;
  }

  /** The answer: one JSON document, or the lines for people. */
  answer(value: unknown, lines: () => readonly string[]): void {
    if (this.options.json) this.terminal.data(safeJson(value));
    else this.terminal.out(lines());
  }

  /** A command that can be typed as it stands. */
  command(...words: readonly string[]): string {
    return [this.#parts.prefix, ...words.map(shellQuote)].join(' ');
  }
  /** Text of the engine with its commands as they can be typed here. */
  readonly runnable = (text: string): string =>
    withRunnableCommands(text, this.#parts.prefix, this.#parts.commandNames);

  get canAsk(): boolean {
    return this.terminal.canAsk && this.options.input && !this.options.json;
  }

  /** False where nobody can be asked or nobody agrees. `--yes` agrees; brakes never ask through here. */
  async agrees(question: string): Promise<boolean> {
    if (this.options.yes) return true;
    if (!this.canAsk) return false;
    const answer = await this.terminal.ask(`${safeText(question, 500)} (y/N)`, this.signal);
    return /^y(es)?$/i.test(answer.trim());
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#opened();
    return this.#connection;
  }

  async #opened(): Promise<Connection> {
    const connection = await this.#parts.connect();
    try {
      await this.#takeEnv(connection, this.#env);
      return connection;
    } catch (cause) {
      await connection.close();
      throw cause;
    }
  }

  /**
   * Takes up what the `.env` says by now, for a command that goes on; true if that changed its pair. One that names
   * another pair by now, or none, changes nothing here; one that is refused is so once.
   */
  async takeEnvAnew(): Promise<boolean> {
    const env = this.#parts.env();
    const before = this.#env.request;
    if (env.request === null || env.request.database !== before?.database || isDeepStrictEqual(env.request, before))
      return false;
    if (isDeepStrictEqual(env, this.#refusedEnv)) return false;
    const connection = await this.#connect();
    try {
      await this.#takeEnv(connection, env);
    } catch (cause) {
      // What may go well another time is tried again.
      if (cause instanceof AppError && cause.retry !== 'backoff') this.#refusedEnv = env;
      throw cause;
    }
    this.#env = env;
    return true;
  }

  async #takeEnv(connection: Connection, { request }: EnvSettings): Promise<void> {
    if (request === null) return;
    const { pair, notes } = await connection.call('pairs.fromEnv', request, { signal: this.signal });
    this.#ownPair = pair.name;
    this.terminal.say(notes.map((note) => safeText(note, 500)));
  }
}

/** A command that answers sooner is not asked about. */
const PATIENCE_MS = 3000;
const OF_THE_ENGINE: ReadonlySet<string> = new Set(['sync-in-progress', 'engine-gone', 'engine-running']);

const attachedText = ({ hello }: Connection): string =>
  `Tandem already runs on this home (process ${hello.pid}); this command works through it.`;

/** Something is wrong with what was typed. */
export function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', operation: 'command line', message, next: 'Nothing was done.', hint });
}
