import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shortened } from './lines.ts';
import { NotAsTold } from './told.ts';
import type { Screen } from './screen.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandWish {
  /** The exit code that the story tells of; 0 if not named. */
  readonly exit?: number;
  /** Which lines of the answer to show; all, none of them very long, if not named. */
  readonly show?: (lines: readonly string[]) => readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('../tandem.js', import.meta.url));

/** The command `tandem` on the home of the demo, in a process of its own as in a terminal. */
export class Tandem {
  readonly #screen: Screen;
  readonly #home: string;
  readonly #cache: string;

  /** `cache` is a folder for Node's compiled code: some thirty short commands start faster with it. */
  constructor(screen: Screen, { home, cache }: { readonly home: string; readonly cache: string }) {
    this.#screen = screen;
    this.#cache = cache;
    this.#home = fromRoot(home);
  }

  /** Runs a command, shows it with its answer, and holds the exit code against the story. */
  async run(args: readonly string[], { exit = 0, show = shortened }: CommandWish = {}): Promise<Said> {
    this.#screen.command(['npx tandem --home', this.#home, ...args.map(quoted)].join(' '));
    const said = await this.#spawn(args);
    this.#screen.output(show(`${said.stdout}${said.stderr}`.trimEnd().split('\n')));
    if (said.code !== exit)
      throw new NotAsTold(`tandem ${args.join(' ')} ended with exit code ${said.code}, not ${exit}.`, said.stderr);
    return said;
  }

  /** Asks for a document without showing it. */
  async json<T>(args: readonly string[]): Promise<T> {
    const said = await this.#spawn(['--json', ...args]);
    try {
      return JSON.parse(said.stdout) as T;
    } catch {
      throw new NotAsTold(`tandem --json ${args.join(' ')} gave no document.`, said.stderr);
    }
  }

  async #spawn(args: readonly string[]): Promise<Said> {
    const node = ['--disable-warning=ExperimentalWarning', program, '--home', this.#home, '--no-input', ...args];
    const env = { ...process.env, NODE_COMPILE_CACHE: this.#cache };
    const child = spawn(process.execPath, node, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, stdout, stderr };
  }
}

/** A path as it is typed in the folder of the project. */
export function fromRoot(path: string): string {
  const short = relative(root, path);
  return short.startsWith('..') ? path : short;
}

const quoted = (arg: string): string => (/^[\w./:=@,+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
