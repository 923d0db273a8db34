import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoopLine, LoopOrder } from './sync-loop.ts';

/** Starts a script of this folder as a program of its own, which ends when this one does. */
export function startScript(name: string, args: readonly string[]): ChildProcess {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'tandem-test-cache') },
  });
}

/** How a process ended, and what it said. */
export interface LoopEnd {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/** One process of the engine in a loop, seen from outside: what it says, and its end. */
export class LoopProcess {
  readonly lines: LoopLine[] = [];
  readonly ended: Promise<LoopEnd>;
  readonly #child: ChildProcess;
  #waiting: (() => void)[] = [];
  #over = false;

  constructor(order: LoopOrder) {
    this.#child = startScript('sync-loop.ts', [JSON.stringify(order)]);
    const { stdout } = this.#child;
    if (!stdout) throw new Error('The loop has no output');
    createInterface({ input: stdout }).on('line', (line) => this.#heard(JSON.parse(line) as LoopLine));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        this.#over = true;
        this.#wake();
        resolve({ code, signal });
      });
    });
  }

  /** The first line, now or later, that fits; `null` once the process is over or the time is up. */
  async heard<T>(look: (line: LoopLine) => T | undefined, withinMs: number): Promise<T | null> {
    const until = Date.now() + withinMs;
    for (let at = 0; ;) {
      for (; at < this.lines.length; at++) {
        const line = this.lines[at];
        const found = line && look(line);
        if (found !== undefined) return found;
      }
      if (this.#over || Date.now() >= until) return null;
      await this.#next(until - Date.now());
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Ends it between two runs. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }

  #heard(line: LoopLine): void {
    this.lines.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #next(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
