import { BrowserWindow, type WebContents } from './electron-port.ts';
import { START } from './pages.ts';

export interface MainWindowParts {
  readonly preload: string;
  readonly icon: string;
  /** Called with the contents of each window before it loads anything. */
  readonly onContents: (contents: WebContents) => void;
  /** Does closing end the program? Else it hides. */
  readonly quitting: () => boolean;
  /** Has the page show a route, where it is loaded already. */
  readonly tellRoute: (contents: WebContents, route: string) => void;
}

/** The one window of the program. Closing it hides it: the program goes on in the tray. */
export class MainWindow {
  readonly #parts: MainWindowParts;
  #window: BrowserWindow | undefined;

  constructor(parts: MainWindowParts) {
    this.#parts = parts;
  }

  /** Is this the window's contents? */
  owns(contents: WebContents): boolean {
    return this.#window !== undefined && !this.#window.isDestroyed() && this.#window.webContents === contents;
  }

  get visible(): boolean {
    return this.#window !== undefined && !this.#window.isDestroyed() && this.#window.isVisible();
  }

  /** Shows the window, at a page if one is named, e.g. `#/conflicts/7`. */
  async show(route?: string): Promise<void> {
    const window = this.#window;
    if (window === undefined || window.isDestroyed()) return this.#open(route ?? '');
    if (route !== undefined) this.#parts.tellRoute(window.webContents, route);
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  async #open(route: string): Promise<void> {
    const window = new BrowserWindow({
      width: 1280,
      height: 800,
      minWidth: 900,
      minHeight: 600,
      title: 'Tandem',
      icon: this.#parts.icon,
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        preload: this.#parts.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
      },
    });
    this.#window = window;
    this.#parts.onContents(window.webContents);
    window.on('close', (event) => {
      if (this.#parts.quitting()) return;
      event.preventDefault();
      window.hide();
    });
    window.once('ready-to-show', () => window.show());
    await window.loadURL(`${START}${route}`);
  }
}
