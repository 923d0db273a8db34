import { join } from 'node:path';
import { resolveHome, type HomePaths } from '../api/host/home.ts';

/** What the program was started with. */
export interface Order {
  readonly home: HomePaths;
  /** Started with the computer: it stays in the tray. */
  readonly hidden: boolean;
}

/** Whatever Chromium or the system adds to a command line is left alone. */
export function orderOf(args: readonly string[]): Order {
  const at = args.indexOf('--home');
  const joined = args.find((each) => each.startsWith('--home='))?.slice('--home='.length);
  const home = at >= 0 ? args[at + 1] : joined;
  return { home: resolveHome(home), hidden: args.includes('--hidden') };
}

/** Where the window keeps what a browser keeps: apart from the state of the engine, and one per home. */
export const userDataOf = (home: HomePaths, appData: string): string =>
  home.given === '' ? join(appData, 'Tandem', 'window') : join(home.given, 'window');

/** What stands beside the bundle of the main process. */
export interface Places {
  readonly preload: string;
  readonly engine: string;
  readonly icons: string;
  readonly pages: string;
}

export const placesBeside = (folder: string): Places => ({
  preload: join(folder, 'preload.cjs'),
  engine: join(folder, 'engine.cjs'),
  icons: join(folder, 'icons'),
  pages: join(folder, '..', 'renderer'),
});
