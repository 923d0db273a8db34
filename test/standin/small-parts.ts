import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { strict, StandInMissing } from './missing.ts';
import type { Host } from './host.ts';

/* What belongs to the operating system, as models that remember what they were told. */

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly type: string;
  readonly enabled: boolean;
  readonly items: readonly MenuItem[];
  readonly click: (() => void) | undefined;
}

function itemOf(template: Electron.MenuItemConstructorOptions): MenuItem {
  const { id = '', label, role, type = 'normal', enabled = true, submenu, click } = template;
  return {
    id,
    label: label ?? role ?? '',
    type,
    enabled,
    items: Array.isArray(submenu) ? submenu.map(itemOf) : [],
    click: click === undefined ? undefined : () => (click as () => void)(),
  };
}

export class StandInMenu {
  readonly items: readonly MenuItem[];
  constructor(items: readonly MenuItem[]) {
    this.items = items;
  }
}

export function menuOf(host: Host) {
  return {
    buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => new StandInMenu(template.map(itemOf)),
    setApplicationMenu: (menu: StandInMenu | null) => void (host.appMenu = menu),
  };
}

export class StandInImage implements Pick<Electron.NativeImage, 'isEmpty' | 'setTemplateImage'> {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  isEmpty(): boolean {
    return !existsSync(this.path);
  }
  setTemplateImage(): void {}
}

export const nativeImage = {
  createFromPath(path: string): StandInImage {
    const image = new StandInImage(path);
    if (image.isEmpty()) throw new Error(`StandInRefuses: an image that is not there, ${path}`);
    return image;
  },
};

export function trayOf(host: Host) {
  return class StandInTray extends EventEmitter {
    image: StandInImage;
    tooltip = '';
    menu: StandInMenu | null = null;
    /** How often a menu was set. */
    menus = 0;
    constructor(image: StandInImage) {
      super();
      host.mustBeReady('new Tray');
      this.image = image;
      host.trays.push(this);
    }
    setImage(image: StandInImage): void {
      this.image = image;
    }
    setToolTip(text: string): void {
      this.tooltip = text;
    }
    setContextMenu(menu: StandInMenu | null): void {
      this.menu = menu;
      this.menus++;
    }
    destroy(): void {
      host.trays.splice(host.trays.indexOf(this), 1);
    }
  };
}

export function notificationOf(host: Host) {
  return class StandInNotification extends EventEmitter {
    readonly title: string;
    readonly body: string;
    constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions) {
      super();
      this.title = title;
      this.body = body;
    }
    static isSupported(): boolean {
      return true;
    }
    show(): void {
      host.record.notifications.push({ title: this.title, body: this.body });
      host.shown.push(this);
    }
  };
}

/** Dialogs wait for the test, as they would for a person. */
export function dialogOf(host: Host) {
  const asked = (kind: string, options: unknown): Promise<unknown> => {
    host.record.dialogs.push({ kind, options });
    return new Promise((resolve) => host.asked.push(resolve));
  };
  return {
    showErrorBox(title: string, text: string) {
      host.record.dialogs.push({ kind: 'error', options: { title, text } });
      process.stderr.write(`${title}: ${text}\n`);
    },
    showMessageBox: (options: unknown) => asked('message', options),
    showOpenDialog: (options: unknown) => asked('open', options),
  };
}

export function shellOf(host: Host) {
  return { openExternal: async (url: string) => void host.record.opened.push(url) };
}

export function nativeThemeOf(host: Host) {
  let source = 'system';
  return {
    get themeSource() {
      return source;
    },
    set themeSource(theme: string) {
      source = theme;
      void host.colorScheme(theme);
    },
    get shouldUseDarkColors() {
      return source === 'dark';
    },
  };
}

/** `ok`: a keychain; `basic_text`: none, and Electron would use a known password; `absent`; `locked`: it decrypts nothing now. */
export type Keyring = 'ok' | 'basic_text' | 'absent' | 'locked';

export function safeStorageOf(keyring: () => Keyring) {
  const MASK = 0x5a;
  const masked = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((each) => each ^ MASK));
  return {
    isAsyncEncryptionAvailable: async () => keyring() !== 'absent',
    getSelectedStorageBackend: () =>
      keyring() === 'basic_text' || keyring() === 'absent' ? 'basic_text' : 'gnome_libsecret',
    async encryptStringAsync(text: string): Promise<Buffer> {
      if (keyring() === 'absent') throw new Error('Encryption is not available.');
      return masked(Buffer.from(text));
    },
    async decryptStringAsync(encrypted: Buffer): Promise<Electron.DecryptStringAsyncReturnValue> {
      if (keyring() !== 'ok') throw new Error('Decryption is temporarily unavailable.');
      return { result: masked(encrypted).toString(), shouldReEncrypt: false };
    },
  } satisfies Pick<
    Electron.SafeStorage,
    'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
  >;
}

export function sessionOf() {
  const handlers: Record<string, unknown> = {};
  const keep = (name: string) => (handler: unknown) => void (handlers[name] = handler);
  return {
    handlers,
    defaultSession: strict('session.defaultSession', {
      setPermissionRequestHandler: keep('request'),
      setPermissionCheckHandler: keep('check'),
      setDevicePermissionHandler: keep('device'),
    }),
  };
}

interface Privileges {
  readonly bypassCSP?: boolean;
  readonly corsEnabled?: boolean;
  readonly standard?: boolean;
  readonly secure?: boolean;
}

export type ProtocolHandler = (request: Request) => Response | Promise<Response>;

export function protocolOf(host: Host) {
  return {
    registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Privileges }[]) {
      if (host.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
      for (const { privileges } of schemes)
        if (privileges.bypassCSP || privileges.corsEnabled || !privileges.standard || !privileges.secure)
          throw new Error('StandInRefuses: a scheme with weaker privileges');
    },
    handle(scheme: string, handler: ProtocolHandler) {
      if (scheme !== 'app') throw new StandInMissing(`protocol.handle('${scheme}')`);
      host.protocolHandler = handler;
    },
  };
}

const SHIM = join(import.meta.dirname, 'parent-port.cjs');

/** A real process, with what a utility process has. */
export function utilityProcessOf(host: Host) {
  return {
    fork(path: string, args: string[] = []) {
      host.mustBeReady('utilityProcess.fork');
      const child = fork(path, args, {
        serialization: 'advanced',
        execArgv: [`--require=${SHIM}`],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const facade = new EventEmitter() as EventEmitter & Record<string, unknown>;
      child.on('message', (message) => facade.emit('message', message));
      child.once('spawn', () => facade.emit('spawn'));
      child.once('exit', (code) => {
        host.utilities.delete(child);
        facade.emit('exit', code ?? 1);
      });
      host.utilities.add(child);
      facade['pid'] = child.pid;
      facade['postMessage'] = (message: unknown) => void (child.connected && child.send(message as object));
      facade['kill'] = () => child.kill();
      return strict('utilityProcess', facade);
    },
  };
}
