import { fork, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bundleDesktop } from '../../build/bundling.js';
import type { SeenItem } from './driver-end.ts';
import type { Recorded } from './recorder.ts';
import type { Keyring } from './small-parts.ts';

const root = join(import.meta.dirname, '..', '..');
const REGISTER = join(import.meta.dirname, 'register.cjs');
const BIN = join(import.meta.dirname, 'bin');
const PAGES = join(root, 'test', 'fixtures', 'pages');

/** The programs as they are shipped, made of the sources as they are, with a small page for tests beside them. */
export async function shippedDesktop(pages = PAGES): Promise<{ readonly folder: string; remove(): void }> {
  // Below the project, so that what stays a package is found.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const base = mkdtempSync(join(root, 'dist', '.test-desktop-'));
  const folder = join(base, 'desktop');
  await bundleDesktop({ root, outDir: folder });
  cpSync(pages, join(base, 'renderer'), { recursive: true });
  return { folder, remove: () => rmSync(base, { recursive: true, force: true }) };
}

export interface ProgramOptions {
  readonly folder: string;
  readonly home: string;
  readonly args?: readonly string[];
  readonly keyring?: Keyring;
  readonly env?: Readonly<Record<string, string>>;
}

export interface SeenTray {
  readonly icon: string;
  readonly tooltip: string;
  readonly items: readonly SeenItem[];
  readonly menus: number;
}

/** The desktop program under the stand-in host (`runtime: "stand-in"`), and what a person or the system can do to it. */
export class Program {
  readonly runtime = 'stand-in';
  readonly #child: ChildProcess;
  readonly #asked = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (cause: unknown) => void }
  >();
  #last = 0;
  readonly ended: Promise<number | null>;
  errors = '';

  constructor({ folder, home, args = [], keyring = 'ok', env = {} }: ProgramOptions) {
    this.#child = fork(join(folder, 'main.cjs'), ['--home', home, ...args], {
      execArgv: ['--disable-warning=ExperimentalWarning', `--require=${REGISTER}`],
      env: {
        ...process.env,
        STANDIN_APP_DATA: join(home, '..', 'app-data'),
        STANDIN_KEYRING: keyring,
        PATH: `${BIN}:${process.env['PATH']}`,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (text: Buffer) => (this.errors += text.toString()));
    this.#child.on('message', (raw) => {
      const { id, value, error } = raw as { id: number; value?: unknown; error?: string };
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error === undefined) asked?.resolve(value);
      else asked?.reject(new Error(error));
    });
    this.ended = new Promise((resolve) => this.#child.once('exit', resolve));
    void this.ended.then(() => {
      for (const { reject } of this.#asked.values()) reject(new Error(`The program ended. ${this.errors}`));
    });
  }

  do(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#child.send({ id, do: name, args }, (cause) => cause && reject(cause));
    });
  }

  async evaluate<T>(expression: string): Promise<T> {
    return (await this.do('evaluate', expression)) as T;
  }
  async tray(): Promise<SeenTray> {
    return (await this.do('tray')) as SeenTray;
  }
  async record(): Promise<Recorded> {
    return (await this.do('record')) as Recorded;
  }
  async windows(): Promise<
    readonly { readonly visible: boolean; readonly destroyed: boolean; readonly focused: boolean }[]
  > {
    return (await this.do('windows')) as never;
  }

  /** Asks again until it is so; a program that ended, and a test that takes too long, fail. */
  async until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
    for (;;) {
      const seen = await look().catch((cause: unknown) => {
        if (this.#child.exitCode !== null) throw cause;
        return undefined;
      });
      if (seen !== undefined && isSo(seen)) return seen;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The text of an element of the page, once it is this. */
  async shows(id: string, text: string | RegExp): Promise<string> {
    const look = (): Promise<string> =>
      this.evaluate<string>(`document.getElementById(${JSON.stringify(id)}).textContent`);
    return this.until(look, (seen) => (typeof text === 'string' ? seen === text : text.test(seen)));
  }

  /** The tray, once its first line says this. */
  async trayShows(text: string | RegExp): Promise<SeenTray> {
    return this.until(
      () => this.tray(),
      ({ items }) => (typeof text === 'string' ? items[0]?.label === text : text.test(items[0]?.label ?? '')),
    );
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(late);
  }
}

/** A folder for a home, gone when the test has ended. */
export function newHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-desktop-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'home');
}
