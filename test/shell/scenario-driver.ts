import { join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core';
import { Program, type ProgramOptions } from '../standin/driver.ts';

/** What a scenario needs of a host. */
export interface ScenarioDriver {
  /** Resolves with the text of an element of the page, once it is this. */
  shows(id: string, text: string): Promise<string>;
  /** Resolves with the first line of the tray's menu, once it is this. */
  trayShows(text: string): Promise<string>;
  /** Clicks an item of the tray's menu. */
  clickItem(id: string): Promise<void>;
  readonly ended: Promise<number | null>;
  end(): Promise<void>;
}

/** `electron`: the binary of a real one; without it the stand-in. */
export async function driverFor(electron: string | undefined, options: ProgramOptions): Promise<ScenarioDriver> {
  return electron === undefined ? standIn(options) : realElectron(electron, options);
}

function standIn(options: ProgramOptions): ScenarioDriver {
  const program = new Program(options);
  return {
    shows: (id, text) => program.shows(id, text),
    trayShows: async (text) => (await program.trayShows(text)).items[0]?.label ?? '',
    clickItem: async (id) => void (await program.do('clickItem', id)),
    ended: program.ended,
    end: () => program.kill(),
  };
}

/** Remembers the menu that the tray was given last: Electron tells nobody. */
const HOOK = join(import.meta.dirname, '..', 'standin', 'tray-hook.cjs');

interface SeenMenu {
  readonly items: readonly { readonly label: string }[];
  getMenuItemById(id: string): { click(): void } | null;
}

async function realElectron(executablePath: string, { folder, home }: ProgramOptions): Promise<ScenarioDriver> {
  const app: ElectronApplication = await _electron.launch({
    executablePath,
    args: ['-r', HOOK, join(folder, 'main.cjs'), '--home', home],
  });
  const ended = new Promise<number | null>((resolve) => app.process().once('exit', resolve));
  const page = await app.firstWindow();
  return {
    async shows(id, text) {
      const element = page.locator(`#${id}`).filter({ hasText: text });
      await element.waitFor();
      return (await element.textContent()) ?? '';
    },
    async trayShows(text) {
      const first = (): Promise<string | undefined> =>
        app.evaluate(() => (globalThis as unknown as { trayMenu?: SeenMenu }).trayMenu?.items[0]?.label);
      while ((await first()) !== text) await new Promise((resolve) => setTimeout(resolve, 100));
      return text;
    },
    clickItem: (id) =>
      app.evaluate((_, wanted) => {
        (globalThis as unknown as { trayMenu?: SeenMenu }).trayMenu?.getMenuItemById(wanted)?.click();
      }, id),
    ended,
    end: () => app.close(),
  };
}
