import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** What the supervising program is told, one JSON line each; the end of its input is the order to end everything. */
export type SupervisorOrder =
  | {
      readonly do: 'start';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly do: 'stop' | 'kill' };

/** What it says. */
export type SupervisorEvent = { readonly started: number } | { readonly over: string };

/** How a server is started, and the line of its output that says it listens. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly ready: RegExp;
  readonly withinMs: number;
}

const KEPT_LINES = 40;

/**
 * One server of a test, with a temporary folder of its own. The server never outlives this process: a supervising
 * program notices its end, also by SIGKILL, kills the server and removes the folder. It does not keep this process
 * from ending either.
 */
export class Supervised {
  /** Removed by `close`, and when this process ends. */
  readonly folder: string;
  readonly #supervisor: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #gone: Promise<unknown>;
  readonly #watchers = new Set<() => void>();
  #output: string[] = [];
  #pid: number | null = null;
  #over: string | null = null;

  constructor(name: string) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), `tandem-${name}-`)));
    const program = fileURLToPath(new URL('supervisor.ts', import.meta.url));
    // A group of its own: Ctrl-C and a signal to the group of the tests must not reach it before it has tidied up.
    this.#supervisor = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, this.folder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#gone = once(this.#supervisor, 'close');
    this.#supervisor.stdin.on('error', () => {});
    this.#supervisor.once('exit', () => this.#ended('ended with its supervising program'));
    this.#supervisor.once('error', (error) => this.#ended(`could not be supervised: ${error.message}`));
    createInterface({ input: this.#supervisor.stdout }).on('line', (line) => this.#told(line));
    createInterface({ input: this.#supervisor.stderr }).on('line', (line) => this.#printed(line));
    this.#hold(false);
  }

  /** The process of the server; `null` while none runs. */
  get pid(): number | null {
    return this.#pid;
  }

  /** The last lines that the server wrote, for messages. */
  get lastOutput(): string {
    return this.#output.join('\n');
  }

  /** Resolves with the match of `ready`; rejects when the server ends before, or the time is up. */
  async start({ command, args, env = {}, ready, withinMs }: Launch): Promise<RegExpExecArray> {
    this.#output = [];
    this.#over = null;
    this.#tell({ do: 'start', command, args, env });
    const match = await this.#until(() => this.#lineWith(ready), withinMs);
    if (match === null) throw new Error(`${command} ${this.#over ?? 'said nothing in time'}:\n${this.lastOutput}`);
    return match;
  }

  /** Asks the server to end and waits for it; after some seconds it is killed. */
  stop(): Promise<void> {
    return this.#end('stop');
  }

  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void> {
    return this.#end('kill');
  }

  /** Kills what still runs, removes the folder and ends the supervising program. */
  async close(): Promise<void> {
    this.#hold(true);
    this.#supervisor.stdin.end();
    await this.#gone;
  }

  async #end(how: 'stop' | 'kill'): Promise<void> {
    if (this.#pid === null) return;
    this.#tell({ do: how });
    const over = await this.#until(() => this.#over, 30_000);
    if (over === null) throw new Error(`The server ${this.#pid} did not end`);
  }

  #tell(order: SupervisorOrder): void {
    this.#supervisor.stdin.write(`${JSON.stringify(order)}\n`);
  }

  #told(line: string): void {
    const event = JSON.parse(line) as SupervisorEvent;
    if ('started' in event) this.#pid = event.started;
    else this.#ended(event.over);
    this.#wake();
  }

  #ended(how: string): void {
    this.#pid = null;
    this.#over = how;
    this.#wake();
  }

  #printed(line: string): void {
    this.#output = [...this.#output.slice(1 - KEPT_LINES), line];
    this.#wake();
  }

  #lineWith(pattern: RegExp): RegExpExecArray | null {
    for (const line of this.#output) {
      const match = pattern.exec(line);
      if (match) return match;
    }
    return null;
  }

  /** What `look` finds, now or later; `null` once the server is over or the time is up. */
  async #until<T>(look: () => T | null, withinMs: number): Promise<T | null> {
    this.#hold(true);
    const untilMs = Date.now() + withinMs;
    try {
      for (;;) {
        const found = look();
        if (found !== null || this.#over !== null || Date.now() >= untilMs) return found;
        await this.#next(untilMs - Date.now());
      }
    } finally {
      this.#hold(false);
    }
  }

  #next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#watchers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#watchers) wake();
  }

  #hold(on: boolean): void {
    const { stdin, stdout, stderr } = this.#supervisor;
    for (const pipe of [stdin, stdout, stderr].filter((one) => one instanceof Socket)) {
      if (on) pipe.ref();
      else pipe.unref();
    }
    if (on) this.#supervisor.ref();
    else this.#supervisor.unref();
  }
}
