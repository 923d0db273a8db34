import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedTool, toolCacheFolder, toolThere, type Tool } from '../../build/test-servers/tool-cache.ts';
import { startScript } from '../support/loop-process.ts';
import type { ToolOrder } from '../support/tool-maker.ts';

let cache: string;
let said: string[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'tandem-cache-test-'));
  said = [];
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

/** A tool that is one file; `made` counts how often. */
class OneFile implements Tool {
  readonly name = 'hammer';
  readonly version = '1.2';
  made = 0;
  works(folder: string): boolean {
    return existsSync(join(folder, 'whole'));
  }
  make(folder: string): Promise<void> {
    this.made++;
    writeFileSync(join(folder, 'whole'), '');
    return Promise.resolve();
  }
}

const say = (line: string): void => void said.push(line);
const inCache = (): string[] => readdirSync(cache).sort();

/** Another process that wants the same tool: how it ends, and what it said. */
async function otherProcess(order: ToolOrder): Promise<{ code: number | null; text: string }> {
  const child = startScript('tool-maker.ts', [JSON.stringify(order)]);
  let text = '';
  child.stdout?.on('data', (data: Buffer) => (text += data.toString()));
  return await new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

describe('the cache of tools for tests', () => {
  test('a tool is made once and found afterwards, under its name and version', async () => {
    const tool = new OneFile();
    const folder = await cachedTool(tool, say, cache);
    expect(folder).toBe(join(cache, 'hammer-1.2'));
    expect(await cachedTool(tool, say, cache)).toBe(folder);
    expect(tool.made).toBe(1);
    expect(inCache()).toEqual(['hammer-1.2', 'hammer-1.2.lock']);
    expect(said[0]).toBe(`Preparing hammer-1.2 in ${cache}; once per machine.`);
    expect(said).toHaveLength(2);
  });

  test('of two processes that ask at once, one makes it and the other waits for that', async () => {
    const order = { cache, makingMs: 700 };
    const ends = await Promise.all([otherProcess(order), otherProcess(order)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(readFileSync(join(cache, 'makers'), 'utf8').trim().split('\n')).toHaveLength(1);
    const lines = ends.flatMap(({ text }) => text.trim().split('\n'));
    expect(lines.filter((line) => line.startsWith('Preparing'))).toHaveLength(1);
    expect(lines.filter((line) => line === 'Waiting for another process that prepares hammer-1.2.')).toHaveLength(1);
    expect(lines.filter((line) => line === `got ${join(cache, 'hammer-1.2')}`)).toHaveLength(2);
  });

  test('a process that is killed while making leaves nothing that is taken for the tool, and no lock', async () => {
    const { code } = await otherProcess({ cache, makingMs: 0, killed: true });
    expect(code).toBeNull();
    expect(inCache().some((name) => name.startsWith('hammer-1.2.part-'))).toBe(true);
    const tool = new OneFile();
    expect(toolThere(tool, cache)).toBeNull();
    await cachedTool(tool, say, cache);
    expect(tool.made).toBe(1);
    expect(inCache()).toEqual(['hammer-1.2', 'hammer-1.2.lock', 'makers']);
  });

  test('a tool that cannot be made says why and leaves nothing; the next try makes it', async () => {
    const tool = new OneFile();
    const failing = {
      name: 'hammer',
      version: '1.2',
      works: () => true,
      make: () => Promise.reject(new Error('no network')),
    };
    await expect(cachedTool(failing, say, cache)).rejects.toThrow('no network');
    expect(inCache()).toEqual(['hammer-1.2.lock']);
    await cachedTool(tool, say, cache);
    expect(tool.made).toBe(1);
  });

  test('a tool that works no longer is made anew', async () => {
    mkdirSync(join(cache, 'hammer-1.2'));
    const tool = new OneFile();
    expect(tool.works(await cachedTool(tool, say, cache))).toBe(true);
    expect(tool.made).toBe(1);
  });

  test('the cache is where TANDEM_TEST_CACHE says, else among the caches of the user', () => {
    expect(toolCacheFolder({ TANDEM_TEST_CACHE: '/a' })).toBe('/a');
    expect(toolCacheFolder({ XDG_CACHE_HOME: '/b' })).toBe(join('/b', 'tandem-test'));
    expect(toolCacheFolder({})).toMatch(/\.cache.tandem-test$/);
  });
});
