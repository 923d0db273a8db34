import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The package has no types. A lock is held until `unlock`, or until the process ends in whatever way. */
const { tryLock, unlock } = createRequire(import.meta.url)('fs-native-extensions') as {
  tryLock(this: void, fd: number): boolean;
  unlock(this: void, fd: number): void;
};

/** Something that is fetched or built once per machine. */
export interface Tool {
  readonly name: string;
  readonly version: string;
  /** Whether a folder in the cache still works; one that does not is made anew. */
  works(folder: string): boolean;
  /** Makes the tool in an empty folder, which is renamed afterwards. Rejects with the reason if it cannot be made. */
  make(folder: string): Promise<void>;
}

export type Say = (line: string) => void;

const POLL_MS = 200;

/** The one folder for all of them; `TANDEM_TEST_CACHE` names another. */
export function toolCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env['TANDEM_TEST_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tandem-test');
}

/** The folder of the tool if it is there already; `null` if it would have to be made. */
export function toolThere(tool: Pick<Tool, 'name' | 'version' | 'works'>, cache = toolCacheFolder()): string | null {
  const folder = join(cache, keyOf(tool));
  return existsSync(folder) && tool.works(folder) ? folder : null;
}

/**
 * The folder of the tool, made first if need be. Of several processes that ask at once, one makes it and the others
 * wait. A folder appears under its name only when it is whole: what a process leaves that ends midway is never taken
 * for the tool, and removed by the next one. Progress goes to `say`.
 */
export async function cachedTool(tool: Tool, say: Say, cache = toolCacheFolder()): Promise<string> {
  const there = toolThere(tool, cache);
  if (there !== null) return there;
  mkdirSync(cache, { recursive: true });
  const release = await lock(join(cache, `${keyOf(tool)}.lock`), () =>
    say(`Waiting for another process that prepares ${keyOf(tool)}.`),
  );
  try {
    return toolThere(tool, cache) ?? (await make(tool, say, cache));
  } finally {
    release();
  }
}

async function make(tool: Tool, say: Say, cache: string): Promise<string> {
  const folder = join(cache, keyOf(tool));
  const prefix = `${keyOf(tool)}.part-`;
  for (const left of readdirSync(cache).filter((name) => name.startsWith(prefix))) remove(join(cache, left));
  const part = mkdtempSync(join(cache, prefix));
  const startedMs = performance.now();
  say(`Preparing ${keyOf(tool)} in ${cache}; once per machine.`);
  try {
    await tool.make(part);
    if (!tool.works(part)) throw new Error(`${keyOf(tool)} was made, but does not work`);
    remove(folder);
    renameSync(part, folder);
  } catch (error) {
    remove(part);
    throw error;
  }
  say(`${keyOf(tool)} is ready, after ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
  return folder;
}

/** The lock file stays: were it removed, two processes could each lock a file of that name. */
async function lock(path: string, waiting: () => void): Promise<() => void> {
  const fd = openSync(path, 'a+', 0o600);
  for (let first = true; !tryLock(fd); first = false) {
    if (first) waiting();
    await sleep(POLL_MS);
  }
  return () => {
    unlock(fd);
    closeSync(fd);
  };
}

const keyOf = ({ name, version }: Pick<Tool, 'name' | 'version'>): string => `${name}-${version}`;
const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
