import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import type { HomePaths } from '../api/host/home.ts';

/** The commands that come before a home or begin one; every other one works on what is there. */
const BEGINNING: ReadonlySet<string> = new Set(['pair add', 'pair role', 'config set', 'serve', 'open']);

/** Refuses a home that is a file: nothing can be kept below it, now or later. */
export function refuseFileHome({ given }: HomePaths, command: string): void {
  if (given === '' || !(statSync(given, { throwIfNoEntry: false })?.isFile() ?? false)) return;
  throw new AppError({
    code: 'state-location',
    operation: command,
    message: `The home ${given} is a file, and everything that Tandem keeps needs a folder.`,
    next: 'Nothing was created.',
    hint: 'Name a folder with --home (or TANDEM_HOME).',
    subject: { path: given },
    retry: 'after-user-action',
  });
}

/**
 * Refuses a command that would find nothing because nobody ever kept anything here, so that a folder that was mistyped
 * is neither made nor taken for an empty one.
 */
export function refuseAbsentHome(home: HomePaths, command: string, missingVariables: readonly string[] = []): void {
  if (BEGINNING.has(command) || existsSync(home.config) || existsSync(join(home.state, 'tandem.db'))) return;
  const dir = home.given === '' ? dirname(home.config) : home.given;
  throw new AppError({
    code: 'not-configured',
    operation: command,
    message: `No home at ${dir} yet: nothing was ever kept there.`,
    next: 'Nothing was created.',
    hint:
      missingVariables.length > 0
        ? `The .env here would make a pair, if it had ${missingVariables.join(' and ')}.`
        : home.given === ''
          ? 'Begin with `tandem pair add NAME HERE.db THERE.db` (MongoDB: mongodb://HOST/DATABASE for each), or name another home with --home DIR.'
          : 'Look whether --home (or TANDEM_HOME) names the right folder, or begin one with `tandem pair add NAME HERE.db THERE.db` (MongoDB: mongodb://HOST/DATABASE for each).',
    subject: { path: dir },
    retry: 'after-user-action',
  });
}
