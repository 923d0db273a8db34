import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutation, Patch } from './mutations.mutation.ts';

export const root = join(import.meta.dirname, '..');

const COPIED = ['electron', 'shared', 'test', 'build', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

export const patchesOf = (mutation: Mutation): readonly Patch[] => [mutation, ...(mutation.also ?? [])];

/** The first patch whose text does not stand exactly once any more. */
export const outdated = (mutation: Mutation): Patch | undefined =>
  patchesOf(mutation).find(({ file, find }) => readFileSync(join(root, file), 'utf8').split(find).length !== 2);

/** Runs `work` in a copy of the sources in which one thing is wrong. */
export async function inPatchedCopy<T>(mutation: Mutation, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-mutation-'));
  try {
    for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, find, replace } of patchesOf(mutation)) {
      const path = join(folder, file);
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(find, () => replace),
      );
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs Node there; what takes longer than `seconds` is ended, with a code that is not 0. */
export function start(folder: string, args: readonly string[], seconds: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 2, out, err: code === null ? `${err}\nended after ${seconds} seconds` : err });
    });
  });
}
