import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { fromBrowser } from './addresses.ts';
import { StandInApp } from './app.ts';
import { browserWindowOf } from './browser-window.ts';
import { StandInIpc } from './ipc-main.ts';
import { strict } from './missing.ts';
import { newRecord } from './recorder.ts';
import * as parts from './small-parts.ts';
import type { StandInContents } from './web-contents.ts';

export interface HostOptions {
  readonly appData: string;
  readonly keyring?: parts.Keyring;
  /** One that is there already, and is left open. */
  readonly browser?: Browser;
  /** Ends the process; a host inside a test leaves that. */
  readonly exit?: (code: number) => void;
}

/** A window as the host sees it. */
export interface WindowView {
  readonly webContents: StandInContents;
  readonly options: { readonly webPreferences?: object };
  readonly focused: boolean;
  isVisible(): boolean;
  isDestroyed(): boolean;
  /** As a person closes it. True: it is closed. */
  closes(): boolean;
}

/** A tray icon as the host sees it. */
export interface TrayView extends EventEmitter {
  readonly image: parts.StandInImage;
  readonly tooltip: string;
  readonly menu: parts.StandInMenu | null;
  readonly menus: number;
}

/**
 * Stands in for Electron where there is none: what the main process asks for, with a real Chromium for its windows and
 * real processes for its utility processes. It is not Electron, and everything that it does not have throws.
 */
export class Host {
  readonly record = newRecord();
  readonly ipc = new StandInIpc();
  readonly windows: WindowView[] = [];
  readonly trays: TrayView[] = [];
  readonly shown: EventEmitter[] = [];
  readonly asked: ((answer: unknown) => void)[] = [];
  readonly utilities = new Set<ChildProcess>();
  readonly power = new EventEmitter();
  readonly session = parts.sessionOf();
  readonly app: StandInApp;
  keyring: parts.Keyring;
  appMenu: parts.StandInMenu | null = null;
  protocolHandler: parts.ProtocolHandler | undefined;
  /** What a program gets as `require('electron')`. */
  readonly electron: Record<string, unknown>;
  readonly #exit: (code: number) => void;
  readonly #given: Browser | undefined;
  readonly #pages = new Map<Page, StandInContents>();
  #browser: Promise<Browser> | undefined;
  #context: Promise<BrowserContext> | undefined;

  constructor({ appData, keyring = 'ok', browser, exit = (code) => process.exit(code) }: HostOptions) {
    this.keyring = keyring;
    this.#exit = exit;
    this.#given = browser;
    this.app = new StandInApp(this, appData);
    this.electron = strict('electron', this.#members());
  }

  #members(): Record<string, unknown> {
    return {
      app: strict('app', this.app),
      BrowserWindow: browserWindowOf(this),
      dialog: strict('dialog', parts.dialogOf(this)),
      ipcMain: strict('ipcMain', this.ipc),
      Menu: strict('Menu', parts.menuOf(this)),
      nativeImage: strict('nativeImage', parts.nativeImage),
      nativeTheme: strict('nativeTheme', parts.nativeThemeOf(this)),
      Notification: parts.notificationOf(this),
      powerMonitor: strict('powerMonitor', this.power),
      protocol: strict('protocol', parts.protocolOf(this)),
      safeStorage: strict(
        'safeStorage',
        parts.safeStorageOf(() => this.keyring),
      ),
      session: strict('session', this.session),
      shell: strict('shell', parts.shellOf(this)),
      Tray: parts.trayOf(this),
      utilityProcess: strict('utilityProcess', parts.utilityProcessOf(this)),
    };
  }

  /** Launches the browser, then tells the program that it is ready. */
  async start(): Promise<void> {
    this.#browser = this.#given === undefined ? launchBrowser() : Promise.resolve(this.#given);
    this.#context = this.#browser.then((browser) => browser.newContext({ viewport: { width: 1280, height: 800 } }));
    const context = await this.#context;
    await context.route('**/*', (route) => this.#routed(route));
    context.on('page', (page) => void this.#closeForeign(page));
    this.app.becomesReady();
  }

  get ready(): boolean {
    return this.app.isReady();
  }
  mustBeReady(what: string): void {
    if (!this.ready) throw new Error(`${what} before app is ready`);
  }

  async newPage(contents: StandInContents): Promise<Page> {
    const context = await this.#context;
    if (context === undefined) throw new Error('The stand-in host was not started.');
    this.#expected++;
    const page = await context.newPage();
    this.#pages.set(page, contents);
    this.#expected--;
    return page;
  }
  #expected = 0;

  /** A page that a page opened: the handler of its window has said no. */
  async #closeForeign(page: Page): Promise<void> {
    while (this.#expected > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    if (!this.#pages.has(page)) await page.close().catch(() => undefined);
  }

  async #routed(route: Route): Promise<void> {
    const request = route.request();
    const url = fromBrowser(request.url());
    const contents = this.#contentsOf(route);
    if (url.startsWith('app://')) {
      if (contents && request.isNavigationRequest()) contents.begins(url);
      return this.#fromProtocol(route, url);
    }
    // The handler of its window has said no, and in Electron there would be no second page to ask anything.
    if (request.isNavigationRequest() && !contents) return route.abort('aborted');
    // As in Electron, the page stays where it is.
    if (request.isNavigationRequest() && contents && !contents.mayGo(url)) return route.abort('aborted');
    this.record.external.push(url);
    return route.abort('aborted');
  }

  /** The first request of a page that another page opened belongs to no frame yet. */
  #contentsOf(route: Route): StandInContents | undefined {
    try {
      return this.#pages.get(route.request().frame().page());
    } catch {
      return undefined;
    }
  }

  async #fromProtocol(route: Route, url: string): Promise<void> {
    const request = route.request();
    if (this.protocolHandler === undefined) return route.abort();
    const response = await this.protocolHandler(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  async colorScheme(theme: string): Promise<void> {
    const scheme = theme === 'system' ? null : (theme as 'light' | 'dark');
    for (const page of this.#pages.keys()) await page.emulateMedia({ colorScheme: scheme }).catch(() => undefined);
  }

  openWindows(): WindowView[] {
    return this.windows.filter((window) => !window.isDestroyed());
  }
  windowGone(): void {
    if (this.openWindows().length === 0 && !this.app.quitting) this.app.emit('window-all-closed');
  }

  async end(code: number): Promise<void> {
    for (const child of this.utilities) child.kill();
    await (await this.#context)?.close().catch(() => undefined);
    if (this.#given === undefined) await (await this.#browser)?.close().catch(() => undefined);
    this.#exit(code);
  }
}
