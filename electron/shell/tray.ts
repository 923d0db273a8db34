import { join } from 'node:path';
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from './electron-port.ts';
import { trayLook, type TrayAction, type TrayIcon, type TrayItem } from './tray-menu.ts';
import type { ShellState } from './shell-state.ts';

export interface TrayParts {
  /** The folder with the icons. */
  readonly icons: string;
  readonly platform: NodeJS.Platform;
  readonly act: (action: TrayAction) => void;
  readonly now: () => number;
}

/** Several changes at once are one new menu. */
const GATHER_MS = 250;

/** The icon in the tray. Everything it can do stands in its menu; a click is a shortcut where a system has one. */
export class TrayIconOfTandem {
  readonly #parts: TrayParts;
  readonly #tray: Tray;
  #shown = '';
  #timer: NodeJS.Timeout | undefined;
  #next: ShellState | undefined;

  constructor(parts: TrayParts, first: ShellState) {
    this.#parts = parts;
    this.#tray = new Tray(this.#image('idle'));
    // With a menu set, macOS opens it at a click by itself.
    if (parts.platform !== 'darwin') this.#tray.on('click', () => parts.act({ do: 'open' }));
    this.#apply(first);
  }

  show(state: ShellState): void {
    this.#next = state;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#next) this.#apply(this.#next);
    }, GATHER_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#tray.destroy();
  }

  #apply(state: ShellState): void {
    const look = trayLook(state, this.#parts.now());
    const shown = JSON.stringify(look);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tray.setImage(this.#image(look.icon));
    this.#tray.setToolTip(look.tooltip);
    // Linux shows a changed menu only where it is set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(look.menu.map((item) => this.#itemOf(item))));
  }

  #itemOf(item: TrayItem): MenuItemConstructorOptions {
    if ('line' in item) return { id: item.id, type: 'separator' };
    const { id, label, action, items } = item;
    if (items) return { id, label, submenu: items.map((each) => this.#itemOf(each)) };
    return { id, label, enabled: action !== undefined, ...(action ? { click: () => this.#parts.act(action) } : {}) };
  }

  /** macOS colours a template by itself; Windows picks a size of several; Linux takes pixels. */
  #image(icon: TrayIcon): NativeImage {
    const { icons, platform } = this.#parts;
    if (platform === 'win32') return nativeImage.createFromPath(join(icons, `tray-${icon}.ico`));
    if (platform === 'linux') return nativeImage.createFromPath(join(icons, `tray-${icon}.png`));
    const image = nativeImage.createFromPath(join(icons, `tray-${icon}Template.png`));
    image.setTemplateImage(true);
    return image;
  }
}
