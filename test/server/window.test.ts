import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Served, secretOf } from './server-support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-window-'));
  for (const name of ['assets', '.vite']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>The window</title>');
  writeFileSync(join(folder, 'assets', 'main-1.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'main-1.css'), 'p{}');
  writeFileSync(join(folder, 'assets', 'mark-1.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets', 'left-over.js'), 'secret');
  writeFileSync(join(folder, 'made.json'), '{}');
  const entry = { file: 'assets/main-1.js', css: ['assets/main-1.css'], assets: ['assets/mark-1.svg'] };
  writeFileSync(join(folder, '.vite', 'manifest.json'), JSON.stringify({ 'index.html': entry }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = [
  { path: '/assets/main-1.js', type: 'text/javascript; charset=utf-8', body: 'export {};' },
  { path: '/assets/main-1.css', type: 'text/css; charset=utf-8', body: 'p{}' },
  { path: '/assets/mark-1.svg', type: 'image/svg+xml', body: '<svg/>' },
] as const;

describe('the window', () => {
  it('[SV24] is what a link from the terminal leads to; without a login the login page stands there', async () => {
    const served = await Served.start({ windowFolder: folder });
    expect((await served.ask('/', { token: null })).text).toContain('Open the link that');
    const { cookie } = await served.login(secretOf(served.running.newLink()));
    const { status, text } = await served.ask('/', { token: null, headers: { cookie } });
    expect([status, text]).toEqual([200, '<!doctype html><title>The window</title>']);
    const wrong = { cookie: `${cookie.slice(0, -4)}0000` };
    expect((await served.ask('/', { token: null, headers: wrong })).text).toContain('Open the link that');
  });

  it('[SV24] says how it is built where it was not, and serves everything else', async () => {
    const served = await Served.start({ windowFolder: join(folder, 'assets', 'none') });
    expect((await served.ask('/')).text).toContain('npm run build:window');
    expect((await served.ask('/api/v1/docs')).status).toBe(200);
  });

  it.each(files)('[SV25] $path is served as it is, and only to who is logged in', async ({ path, type, body }) => {
    const served = await Served.start({ windowFolder: folder });
    const { status, headers, text } = await served.ask(path);
    expect([status, headers['content-type'], text]).toEqual([200, type, body]);
    expect((await served.ask(path, { token: null })).status).toBe(401);
  });

  it.each([
    '/assets/left-over.js',
    '/made.json',
    '/.vite/manifest.json',
    '/assets/../made.json',
    '/assets/..%2fmade.json',
    '/assets/%2e%2e/made.json',
    '/assets/main-1.js/../left-over.js',
    '/assets//left-over.js',
    '/assets/main-1.js%00.svg',
    '/ASSETS/main-1.js',
    '/assets\\main-1.js',
    '//assets/main-1.js',
  ])('[SV25] %s leads to nothing (path traversal)', async (path) => {
    const served = await Served.start({ windowFolder: folder });
    const { status, text } = await served.ask(path);
    expect([status, text.includes('secret')]).toEqual([404, false]);
  });

  it('[SV26] comes with a policy that lets nothing in from elsewhere and nothing inline run', async () => {
    const served = await Served.start({ windowFolder: folder });
    for (const path of ['/', '/assets/main-1.js']) {
      const policy = String((await served.ask(path)).headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });
});
