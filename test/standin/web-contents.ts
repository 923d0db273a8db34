import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { fromBrowser, toBrowser } from './addresses.ts';
import { makeCodec } from './codec.ts';
import { strict, StandInMissing } from './missing.ts';
import { isolatedWorldScript, mainWorldScript, type WorldNames } from './page-worlds.ts';
import type { Host } from './host.ts';

const codec = makeCodec();
const WORLD = 'standin-preload';

/** A navigation event of Electron: the first listener that prevents it decides. */
export interface Preventable {
  readonly url: string;
  defaultPrevented: boolean;
  preventDefault(): void;
}

export const preventable = (url: string): Preventable => ({
  url,
  defaultPrevented: false,
  preventDefault() {
    this.defaultPrevented = true;
  },
});

/** The contents of a window: a page of a real Chromium, with the preload in a world of its own. */
export class StandInContents extends EventEmitter {
  readonly #host: Host;
  readonly #page: Promise<Page>;
  #session: CDPSession | undefined;
  #context: number | undefined;
  #destroyed = false;
  #openHandler: ((details: { url: string }) => { action: string }) | undefined;
  /** True while the main process itself loads something. */
  loading = false;
  readonly #names: WorldNames;
  readonly id: number;
  /** The frame object that messages come from; another one after each navigation, as in Electron. */
  mainFrame: { readonly origin: string; readonly url: string };
  readonly session: unknown;

  constructor(host: Host, preload: string | undefined, id: number) {
    super();
    this.id = id;
    this.#host = host;
    this.session = host.session;
    const tag = crypto.randomUUID();
    this.#names = { toMain: `m${tag}`, toIsolated: `i${tag}`, send: 'standInSend', receive: 'standInReceive' };
    this.mainFrame = this.#frame('about:blank');
    this.#page = this.#open(preload);
    this.#page.catch(() => undefined);
  }

  page(): Promise<Page> {
    return this.#page;
  }

  async #open(preload: string | undefined): Promise<Page> {
    const page = await this.#host.newPage(this);
    const session = await page.context().newCDPSession(page);
    this.#session = session;
    page.on('close', () => this.destroy());
    page.on('crash', () => this.emit('render-process-gone', {}, { reason: 'crashed' }));
    page.on('console', (message) => {
      if (message.type() === 'error') this.#host.record.console.push(message.text());
    });
    session.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD || (context.auxData as { frameId?: string }).frameId !== this.#mainFrameId) return;
      this.#context = context.id;
      this.mainFrame = this.#frame(fromBrowser(context.origin));
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (executionContextId === this.#context) this.#context = undefined;
    });
    session.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      if (executionContextId === this.#context) void this.#invoked(payload, executionContextId);
    });
    session.on('Page.windowOpen', ({ url }) => {
      const answer = this.#openHandler?.({ url: fromBrowser(url) });
      if (answer?.action !== 'deny') throw new StandInMissing('a second window that a page opens');
    });
    await session.send('Page.enable');
    const { frameTree } = await session.send('Page.getFrameTree');
    this.#mainFrameId = frameTree.frame.id;
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: this.#names.send, executionContextName: WORLD });
    if (preload !== undefined) {
      const source = readFileSync(preload, 'utf8');
      await session.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript(this.#names) });
      await session.send('Page.addScriptToEvaluateOnNewDocument', {
        source: isolatedWorldScript(this.#names, source),
        worldName: WORLD,
      });
    }
    return page;
  }
  #mainFrameId = '';

  #frame(origin: string): { readonly origin: string; readonly url: string } {
    return Object.freeze({ origin, url: `${origin}/index.html` });
  }

  /** A message of the preload. */
  async #invoked(payload: string, context: number): Promise<void> {
    const { id, channel, args } = JSON.parse(payload) as { id: number; channel: string; args: string };
    const event = { sender: this.#self, senderFrame: this.mainFrame };
    let reply: object;
    try {
      reply = {
        t: 'reply',
        id,
        value: codec.encode(await this.#host.ipc.invoked(channel, event, codec.decode(args) as unknown[])),
      };
    } catch (cause) {
      reply = { t: 'reply', id, error: `Error invoking remote method '${channel}': ${String(cause)}` };
    }
    this.#evaluate(context, reply);
  }

  #evaluate(contextId: number, message: object): void {
    const text = JSON.stringify(JSON.stringify(message));
    this.#session
      ?.send('Runtime.evaluate', { contextId, expression: `globalThis.${this.#names.receive}(${text})` })
      // The page went elsewhere meanwhile: nobody waits for it any more.
      .catch(() => undefined);
  }

  #self: object = this;
  /** The same contents as the main process knows them. */
  exposedAs(self: object): void {
    this.#self = self;
  }

  send(channel: string, ...args: unknown[]): void {
    const value = codec.encode(args);
    if (this.#context !== undefined) this.#evaluate(this.#context, { t: 'send', channel, value });
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.emit('destroyed');
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  /** The page wants to go somewhere by itself. True: it may. */
  mayGo(url: string): boolean {
    const event = preventable(url);
    this.emit('will-navigate', event);
    return !event.defaultPrevented;
  }

  begins(url: string): void {
    this.emit('did-start-navigation', { url, isMainFrame: true, isSameDocument: false });
  }

  reload(): void {
    void this.#page.then((page) => page.reload());
  }

  async load(url: string): Promise<void> {
    const page = await this.#page;
    this.loading = true;
    try {
      await page.goto(toBrowser(url), { waitUntil: 'load' });
    } finally {
      this.loading = false;
    }
  }
}

export const exposed = (contents: StandInContents): StandInContents => {
  const self = strict('webContents', contents);
  contents.exposedAs(self);
  return self;
};
