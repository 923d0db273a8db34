import { EventEmitter } from 'node:events';
import { exposed, preventable, StandInContents } from './web-contents.ts';
import type { Host } from './host.ts';

interface Options {
  readonly show?: boolean;
  readonly webPreferences?: {
    readonly preload?: string;
    readonly sandbox?: boolean;
    readonly contextIsolation?: boolean;
    readonly nodeIntegration?: boolean;
    readonly webSecurity?: boolean;
    readonly webviewTag?: boolean;
  };
}

/** What no window of ours may ask for: the stand-in has no weaker kind. */
function refuseWeak({
  sandbox,
  contextIsolation,
  nodeIntegration,
  webSecurity,
  webviewTag,
}: NonNullable<Options['webPreferences']>): void {
  if (sandbox !== true) throw new Error('StandInRefuses: a window without sandbox');
  if (contextIsolation === false) throw new Error('StandInRefuses: a window without contextIsolation');
  if (nodeIntegration === true) throw new Error('StandInRefuses: a window with nodeIntegration');
  if (webSecurity === false) throw new Error('StandInRefuses: a window without webSecurity');
  if (webviewTag === true) throw new Error('StandInRefuses: a window with webviewTag');
}

type Window = Pick<
  Electron.BrowserWindow,
  'show' | 'hide' | 'focus' | 'isVisible' | 'isMinimized' | 'restore' | 'isDestroyed' | 'close' | 'destroy' | 'loadURL'
>;

/** `BrowserWindow`, bound to one host. */
export function browserWindowOf(host: Host) {
  return class StandInWindow extends EventEmitter implements Window {
    readonly #contents: StandInContents;
    readonly webContents: StandInContents;
    readonly options: Options;
    #visible: boolean;
    #destroyed = false;
    focused = false;

    constructor(options: Options = {}) {
      super();
      host.mustBeReady('new BrowserWindow');
      refuseWeak(options.webPreferences ?? {});
      this.options = options;
      this.#visible = options.show !== false;
      this.#contents = new StandInContents(host, options.webPreferences?.preload, host.windows.length + 1);
      this.webContents = exposed(this.#contents);
      host.windows.push(this);
    }

    async loadURL(url: string): Promise<void> {
      await this.#contents.load(url);
      this.emit('ready-to-show');
    }

    show(): void {
      this.#visible = true;
      this.focused = true;
      this.emit('show');
    }
    hide(): void {
      this.#visible = false;
      this.focused = false;
      this.emit('hide');
    }
    focus(): void {
      this.focused = true;
    }
    isVisible(): boolean {
      return this.#visible;
    }
    isMinimized(): boolean {
      return false;
    }
    restore(): void {
      this.#visible = true;
    }
    isDestroyed(): boolean {
      return this.#destroyed;
    }
    /** As a person closes it: whoever listens may keep it. True: it is closed. */
    closes(): boolean {
      const event = preventable('');
      this.emit('close', event);
      if (event.defaultPrevented) return false;
      this.destroy();
      return true;
    }
    close(): void {
      this.closes();
    }
    destroy(): void {
      if (this.#destroyed) return;
      this.#destroyed = true;
      this.#visible = false;
      this.#contents.destroy();
      void this.#contents.page().then((page) => page.close().catch(() => undefined));
      this.emit('closed');
      host.windowGone();
    }
  };
}
