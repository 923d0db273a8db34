import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cachedTool } from '../../build/test-servers/tool-cache.ts';

/** What the process is to do: get the tool `hammer` from a cache, as slow as told, or die while making it. */
export interface ToolOrder {
  readonly cache: string;
  readonly makingMs: number;
  readonly killed?: boolean;
}

const { cache, makingMs, killed } = JSON.parse(process.argv[2] ?? '') as ToolOrder;

const hammer = {
  name: 'hammer',
  version: '1.2',
  works: (folder: string): boolean => existsSync(join(folder, 'whole')),
  async make(folder: string): Promise<void> {
    appendFileSync(join(cache, 'makers'), `${process.pid}\n`);
    await sleep(makingMs);
    if (killed === true) process.kill(process.pid, 'SIGKILL');
    writeFileSync(join(folder, 'whole'), '');
  },
};

console.log(`got ${await cachedTool(hammer, console.log, cache)}`);
