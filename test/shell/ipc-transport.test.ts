import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bundleOne } from '../../build/bundling.js';
import { Dispatcher } from '../../electron/api/dispatcher.ts';
import { EventLog } from '../../electron/api/event-log.ts';
import { memoryWires } from '../../electron/api/transport/memory-wire.ts';
import { WireClient } from '../../electron/api/transport/wire-client.ts';
import { WireSession } from '../../electron/api/transport/wire-session.ts';
import { isOurFrame } from '../../electron/shell/guards.ts';
import { IpcGate } from '../../electron/shell/ipc-gate.ts';
import type { Outcome } from '../../shared/contract/bridge.ts';
import { describeTransport } from '../contract/transport-suite.ts';
import type { StandInContents } from '../standin/web-contents.ts';
import { Host } from '../standin/host.ts';
import { pageWire } from '../standin/page-wire.ts';
import { launchBrowser } from '../support/browser.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'tandem-ipc-'));
const preload = join(folder, 'preload.cjs');
let browser: Browser;

beforeAll(async () => {
  const entry = join('test', 'standin', 'wire-preload.ts');
  [browser] = await Promise.all([launchBrowser(), bundleOne({ root, entry, outDir: folder, file: 'preload.cjs' })]);
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Engine {
  readonly dispatcher: Dispatcher;
  readonly events: EventLog;
  readonly limit: number;
}

/** A stand-in host with the gate of the shell before an engine. */
async function gateBefore({ dispatcher, events, limit }: Engine) {
  const sessions: WireSession[] = [];
  const contents: StandInContents[] = [];
  const refused: string[] = [];
  const host = new Host({ appData: folder, browser, exit: () => undefined });
  onTestFinished(() => host.end(0));
  host.protocolHandler = () =>
    new Response('<!doctype html><title>x</title>', { headers: { 'content-type': 'text/html' } });
  await host.start();
  const gate = new IpcGate({
    ipc: host.ipc as never,
    isOurs: (event) => isOurFrame(event, (sender) => contents.includes(sender as never)),
    async open() {
      const [near, far] = memoryWires();
      sessions.push(new WireSession(far, { dispatcher, events, who: 'ann', limit }));
      return near;
    },
    engine: () => ({ news: { state: 'running', attached: false }, greeting: { contract: 1, schema: '', client: '' } }),
    shell: async () => null,
    refused: (what) => void refused.push(what),
    limit,
  });
  const Window = host.electron['BrowserWindow'] as new (options: object) => {
    webContents: StandInContents;
    loadURL(url: string): Promise<void>;
  };
  async function newWindow() {
    const window = new Window({ webPreferences: { preload, sandbox: true } });
    contents.push(window.webContents);
    window.webContents.once('destroyed', () => gate.drop(window.webContents as never));
    await window.loadURL('app://ui/index.html');
    return window.webContents;
  }
  return { host, sessions, refused, newWindow };
}

describeTransport('window of the desktop', {
  async start(engine) {
    const { sessions, newWindow } = await gateBefore(engine);
    return {
      async connect(clientLimit = engine.limit) {
        return new WireClient(await pageWire(await (await newWindow()).page()), clientLimit);
      },
      async kill() {
        for (const session of sessions) session.close();
      },
    };
  },
});

describe('who may ask', () => {
  const engine = (): Engine => ({ dispatcher: new Dispatcher({}), events: new EventLog(() => 0), limit: 1000 });
  const message = {
    t: 'text',
    connection: 'c',
    text: JSON.stringify({ t: 'call', id: 1, name: 'pairs.list', params: {} }),
  };

  it.each([
    ['a frame of another origin', { origin: 'https://evil.example', url: 'https://evil.example/' }],
    ['a frame of our origin that is not the top one', { origin: 'app://ui', url: 'app://ui/index.html' }],
    ['a frame that has gone', null],
  ])('[DT5] %s is refused, and the engine hears nothing', async (_, senderFrame) => {
    const { host, sessions, refused, newWindow } = await gateBefore(engine());
    const sender = await newWindow();
    const answer = (await host.ipc.invoked('rpc', { sender, senderFrame }, [message])) as Outcome;
    expect(answer).toMatchObject({ ok: false, error: { code: 'permission' } });
    expect(sessions).toEqual([]);
    expect(refused).toEqual(['a message from a page that is not ours']);
  });

  it('[DT5] contents that are no window of ours are refused', async () => {
    const { host, sessions } = await gateBefore(engine());
    const sender = { mainFrame: { origin: 'app://ui', url: 'app://ui/index.html' } };
    const answer = await host.ipc.invoked('rpc', { sender, senderFrame: sender.mainFrame }, [message]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'permission' } });
    expect(sessions).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['an unknown kind', { t: 'eval', code: '1' }],
    ['more than there is', { ...message, more: 1 }],
    ['a text that is none', { t: 'text', connection: 'c', text: 7 }],
  ])('[DT5] %s is refused', async (_, odd) => {
    const { host, sessions, newWindow } = await gateBefore(engine());
    const sender = await newWindow();
    const answer = await host.ipc.invoked('rpc', { sender, senderFrame: sender.mainFrame }, [odd]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'permission' } });
    expect(sessions).toEqual([]);
  });

  it('[DT5] a text that is no frame ends the connection', async () => {
    const { newWindow } = await gateBefore(engine());
    const wire = await pageWire(await (await newWindow()).page());
    const ended = new Promise<void>((resolve) => wire.onClose(resolve));
    wire.send('{"t":"call"}');
    await expect(ended).resolves.toBeUndefined();
  });
});
