import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineNews } from '../../shared/contract/bridge.ts';
import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';
import { EngineSupervisor, type EngineState } from '../api/engine-process/supervisor.ts';
import { openLogFile } from '../api/host/log-file.ts';
import { prepareStateFolder } from '../api/host/state-folder.ts';
import { systemPorts } from '../api/host/system-ports.ts';
import type { ReconnectingClient } from '../api/reconnecting-client.ts';
import type { Log } from '../engine/ports.ts';
import { appMenu } from './app-menu.ts';
import { deskClient } from './desk-client.ts';
import {
  app,
  ipcMain,
  Menu,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  type WebContents,
} from './electron-port.ts';
import { forkEngine } from './engine-child.ts';
import { denyPermissions, guardNavigation, isOurFrame } from './guards.ts';
import { IpcGate } from './ipc-gate.ts';
import { KeychainSecrets } from './keychain.ts';
import { Leaving } from './leaving.ts';
import { LoginItem } from './login-item.ts';
import { MainWindow } from './main-window.ts';
import { Notifications } from './notifications.ts';
import { Pages, SCHEME } from './pages.ts';
import { PairsWatch } from './pairs-watch.ts';
import type { Order, Places } from './places.ts';
import { readPreferences, writePreferences } from './preferences.ts';
import { runShellCall } from './shell-calls.ts';
import { shellHandlers } from './shell-handlers.ts';
import type { ShellState } from './shell-state.ts';
import { sleepWithTheComputer } from './sleep.ts';
import { trayActions } from './tray-actions.ts';
import { showsTrayIcons } from './tray-host.ts';
import { TrayIconOfTandem } from './tray.ts';

const greeting = { contract: CONTRACT_VERSION, schema: contractSchemaHash() };

/** How long a change may take until whoever waits for the end of all syncs sees it. */
const LOOK_MS = 100;

/** The desktop program, put together: engine, tray, window, notifications, and the way out. */
export class Desktop {
  readonly #order: Order;
  readonly #places: Places;
  readonly #log: Log;
  readonly #clock = systemPorts({ debug() {}, info() {}, warn() {}, error() {} }).clock;
  readonly #secrets: KeychainSecrets;
  readonly #engine: EngineSupervisor;
  readonly #client: ReconnectingClient;
  readonly #watch: PairsWatch;
  readonly #window: MainWindow;
  readonly #notifications = new Notifications((route) => this.show(route));
  readonly #leaving: Leaving;
  readonly #preferences: string;
  #gate: IpcGate | undefined;
  #tray: TrayIconOfTandem | undefined;

  constructor(order: Order, places: Places) {
    const { home } = order;
    this.#order = order;
    this.#places = places;
    prepareStateFolder(home.state);
    this.#log = openLogFile(home.logs, 'info');
    this.#preferences = join(app.getPath('userData'), 'tandem.json');
    this.#secrets = new KeychainSecrets({
      keychain: safeStorage,
      state: home.state,
      platform: process.platform,
      onTrouble: (text) => this.#note(text),
    });
    this.#engine = new EngineSupervisor({
      fork: () => forkEngine(places.engine),
      order: async () => ({
        t: 'start',
        home: home.given,
        client: 'tandem desktop',
        logLevel: 'info',
        secrets: await this.#secrets.handOver(),
      }),
      clock: this.#clock,
      onState: (state) => this.#engineChanged(state),
      onSecret: (key, password) => void this.#secrets.set(key, password),
      onNote: (text) => this.#log.info(text),
    });
    this.#client = deskClient(this.#engine);
    this.#watch = new PairsWatch({
      client: this.#client,
      clock: this.#clock,
      onState: (state) => this.#changed(state),
    });
    this.#leaving = new Leaving({
      syncing: () => this.#syncing(),
      finished: () => this.#untilIdle(),
      end: () => this.#end(),
    });
    this.#window = new MainWindow({
      preload: places.preload,
      icon: join(places.icons, 'icon.png'),
      onContents: (contents) => this.#guard(contents),
      quitting: () => this.#leaving.gone,
      tellRoute: (contents, route) => contents.send('event', { t: 'route', route }),
    });
  }

  /** Called when Electron is ready. */
  async start(): Promise<void> {
    denyPermissions(session.defaultSession);
    const pages = new Pages(this.#places.pages);
    protocol.handle(SCHEME, (request) => pages.answer(request));
    this.#gate = this.#makeGate();
    Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform, app.isPackaged, () => app.quit())));
    this.#tray = new TrayIconOfTandem(
      { icons: this.#places.icons, platform: process.platform, act: this.#actions(), now: () => Date.now() },
      this.#watch.state,
    );
    sleepWithTheComputer({
      power: powerMonitor,
      client: this.#client,
      state: () => this.#watch.state,
      refused: (what) => this.#log.warn(what),
    });
    powerMonitor.on('shutdown', () => this.#leaving.doNotAsk());
    this.#engine.start();
    void this.#watch.start().catch((cause: unknown) => this.#log.warn('Listening to the engine ended.', { cause }));
    const showsIcons = await showsTrayIcons(process.platform);
    if (!showsIcons) this.#sayNoTray();
    if (!this.#order.hidden || !showsIcons) this.show();
  }

  show(route?: string): void {
    this.#window.show(route).catch((cause: unknown) => this.#log.error('Opening the window failed.', { cause }));
  }

  #makeGate(): IpcGate {
    const handlers = shellHandlers({
      login: new LoginItem({
        app,
        platform: process.platform,
        env: process.env,
        home: homedir(),
        program: app.isPackaged ? app.getPath('exe') : null,
      }),
      preferences: this.#preferences,
      retryEngine: () => this.#engine.tryNow(),
    });
    return new IpcGate({
      ipc: ipcMain,
      isOurs: (event) => isOurFrame(event, (contents) => this.#window.owns(contents)),
      open: () => this.#engine.wire(),
      engine: () => ({ news: newsOf(this.#engine.state), greeting: { ...greeting, client: 'Tandem window' } }),
      shell: (name, params) => runShellCall(handlers, name, params),
      refused: (what) => this.#log.warn('Refused.', { what }),
    });
  }

  #guard(contents: WebContents): void {
    guardNavigation(contents, {
      openExternal: (url) => shell.openExternal(url),
      refused: (what) => this.#log.warn('Refused.', { what }),
    });
    contents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.#gate?.drop(contents);
    });
    contents.on('render-process-gone', (_event, { reason }) => {
      this.#log.warn('The process of the window ended; its page is loaded again.', { reason });
      this.#gate?.drop(contents);
      contents.reload();
    });
    contents.once('destroyed', () => this.#gate?.drop(contents));
  }

  #actions(): ReturnType<typeof trayActions> {
    return trayActions({
      client: this.#client,
      state: () => this.#watch.state,
      show: (route) => this.show(route),
      retryEngine: () => this.#engine.tryNow(),
      quit: () => app.quit(),
      failed: (message, hint) =>
        this.#notifications.tell({ title: 'Tandem', body: `${message} ${hint}`, route: '#/overview' }),
    });
  }

  #engineChanged(state: EngineState): void {
    const news = newsOf(state);
    if (state.state === 'stopped') this.#log.warn('The engine stopped.', { reason: state.reason });
    this.#watch.engine(news);
    this.#gate?.tell({ t: 'engine', news });
  }

  #changed(state: ShellState): void {
    this.#tray?.show(state);
    this.#notifications.hear(state);
  }

  #note(text: string): void {
    this.#log.warn(text);
    this.#notifications.tell({ title: 'Tandem', body: text, route: '#/log' });
  }

  #sayNoTray(): void {
    const known = readPreferences(this.#preferences);
    if (known.saidNoTray) return;
    this.#notifications.tell({
      title: 'Tandem',
      body: 'This desktop shows no tray icons. Tandem opens its window at start instead.',
      route: '#/overview',
    });
    writePreferences(this.#preferences, { ...known, saidNoTray: true });
  }

  /** Of a Tandem that runs elsewhere nothing ends with this program. */
  #syncing(): readonly string[] {
    const { state } = this.#engine;
    if (state.state !== 'running' || state.attached) return [];
    return (this.#watch.state.pairs ?? []).filter((each) => each.state === 'syncing').map(({ pair }) => pair);
  }

  async #untilIdle(): Promise<void> {
    while (this.#syncing().length > 0) await this.#clock.sleep(LOOK_MS);
  }

  async #end(): Promise<void> {
    this.#watch.end();
    await this.#client.close();
    await this.#engine.stop();
    this.#tray?.end();
  }
}

function newsOf(state: EngineState): EngineNews {
  if (state.state === 'starting') return { state: 'starting' };
  if (state.state === 'running') return { state: 'running', attached: state.attached };
  const { reason, hint, nextTry } = state;
  return { state: 'stopped', reason, hint, nextTry: nextTry === null ? null : new Date(nextTry).toISOString() };
}
