import { EventEmitter } from 'node:events';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { join } from 'node:path';
import { preventable } from './web-contents.ts';
import { StandInMissing } from './missing.ts';
import type { Host } from './host.ts';

/** What of the command line is the program's own. */
const POLL_MS = 50;

type Methods =
  | 'enableSandbox'
  | 'setName'
  | 'getName'
  | 'getVersion'
  | 'setPath'
  | 'getPath'
  | 'whenReady'
  | 'isReady'
  | 'requestSingleInstanceLock'
  | 'quit'
  | 'exit'
  | 'setAppUserModelId'
  | 'setLoginItemSettings';

/** `app`: its events in the order that Electron documents, and a lock that two processes can really race for. */
export class StandInApp extends EventEmitter implements Pick<Electron.App, Methods> {
  readonly #host: Host;
  readonly #paths = new Map<string, string>();
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #sandboxed = false;
  #quitting = false;
  #name = 'Electron';
  #login = { openAtLogin: false };
  #lock: string | undefined;
  readonly isPackaged = false;

  constructor(host: Host, appData: string) {
    super();
    this.#host = host;
    this.#paths.set('appData', appData);
    this.#paths.set('userData', join(appData, 'Electron'));
    this.#paths.set('exe', process.execPath);
  }

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.#sandboxed = true;
  }
  get sandboxed(): boolean {
    return this.#sandboxed;
  }
  setName(name: string): void {
    this.#name = name;
  }
  getName(): string {
    return this.#name;
  }
  getVersion(): string {
    return '0.1.0';
  }
  setPath(name: string, path: string): void {
    if (!this.#paths.has(name)) throw new StandInMissing(`app.setPath('${name}')`);
    mkdirSync(path, { recursive: true });
    this.#paths.set(name, path);
  }
  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new StandInMissing(`app.getPath('${name}')`);
    return path;
  }
  isReady(): boolean {
    return this.#isReady;
  }
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }
  becomesReady(): void {
    this.#isReady = true;
    this.emit('ready');
    this.#ready.resolve();
  }
  setAppUserModelId(): void {}
  getLoginItemSettings(): Electron.LoginItemSettings {
    throw new StandInMissing('app.getLoginItemSettings');
  }
  setLoginItemSettings(settings: Electron.Settings): void {
    this.#login = { openAtLogin: settings.openAtLogin ?? false };
    this.#host.record.login.push(this.#login);
  }

  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    const path = join(folder, 'StandInLock');
    for (const attempt of [1, 2]) {
      try {
        const file = openSync(path, 'wx');
        writeSync(file, String(process.pid));
        closeSync(file);
        this.#lock = path;
        this.#watchOthers(folder);
        return true;
      } catch {
        if (attempt === 2 || isAlive(Number(readFileSync(path, 'utf8')))) break;
        rmSync(path, { force: true });
      }
    }
    writeFileSync(join(folder, `StandInSecond-${process.pid}.json`), JSON.stringify(process.argv));
    return false;
  }

  #watchOthers(folder: string): void {
    setInterval(() => {
      for (const name of readdirSync(folder).filter((each) => each.startsWith('StandInSecond-'))) {
        const argv = JSON.parse(readFileSync(join(folder, name), 'utf8')) as string[];
        rmSync(join(folder, name));
        this.emit('second-instance', {}, argv, folder, undefined);
      }
    }, POLL_MS).unref();
  }

  /** before-quit, then each window's close, then will-quit, quit, and the end of the process. */
  quit(): void {
    if (this.#quitting) return;
    if (this.#stopped('before-quit')) return;
    this.#quitting = true;
    for (const window of this.#host.openWindows()) {
      if (window.closes()) continue;
      this.#quitting = false;
      return;
    }
    if (this.#stopped('will-quit')) return void (this.#quitting = false);
    this.exit(0);
  }
  get quitting(): boolean {
    return this.#quitting;
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    if (this.#lock !== undefined && existsSync(this.#lock)) rmSync(this.#lock);
    void this.#host.end(code);
  }

  #stopped(name: string): boolean {
    const event = preventable('');
    this.emit(name, event);
    return event.defaultPrevented;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
