import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** A folder that looks like a checkout: the real `build/` and `.ci/`, and whatever else a test puts there. */
export interface ScriptTree {
  readonly path: string;
  /** Writes a file; folders above it come with it. */
  put(file: string, content: string, mode?: number): void;
  /** Makes the installed package, or any other part of this checkout, appear at the same place. */
  link(file: string): void;
  remove(): void;
}

export function scriptTree(): ScriptTree {
  const path = mkdtempSync(join(tmpdir(), 'tandem-scripts-'));
  const place = (file: string): string => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    return join(path, file);
  };
  for (const folder of ['build', '.ci']) cpSync(join(root, folder), place(folder), { recursive: true });
  writeFileSync(place('package.json'), '{"type":"module"}');
  return {
    path,
    put: (file, content, mode = 0o644) => writeFileSync(place(file), content, { mode }),
    link: (file) => symlinkSync(join(root, file), place(file)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** Sent once the program has written something that contains `when`. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly when: string };
}

/** Runs a program to its end, without the variables that a test runner leaves in its environment. */
export function runProgram({ command, args, cwd, env = {}, stdin = '', kill }: Started): Promise<Ended> {
  const clean = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|NODE_ENV|npm_)/.test(name));
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: cwd ?? root, env: { ...Object.fromEntries(clean), ...env } });
    let stdout = '';
    let stderr = '';
    let killed = false;
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (kill === undefined || killed || !stdout.includes(kill.when)) return;
      killed = true;
      child.kill(kill.signal);
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(stdin);
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Arguments that make Node say it is an older one, for scripts that ask which Node they run on. */
export const pretendNode = (version: string): string[] => [
  '--import',
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
];
