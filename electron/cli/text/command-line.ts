import { existsSync, statSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { shellQuote } from '../../../shared/lib/shell-quote.ts';

export interface Invocation {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The launcher `build/tandem.js` of this very program. */
  readonly launcher: string;
  /** What the person gave as `--home`; '' = nothing. */
  readonly home: string;
}

/** The begin of every command that is printed: what runs this program again, on the same home. */
export function commandPrefix({ env, cwd, launcher, home }: Invocation): string {
  const program = programName(env, cwd, launcher);
  return home === '' ? program : `${program} --home ${shellQuote(home)}`;
}

function programName(env: Invocation['env'], cwd: string, launcher: string): string {
  if (env['npm_command'] === 'exec') return 'npx tandem';
  const onPath = (env['PATH'] ?? '').split(delimiter).some((dir) => dir !== '' && isFile(join(dir, 'tandem')));
  if (onPath) return 'tandem';
  const near = relative(cwd, launcher);
  return `node ${shellQuote(near.startsWith('..') ? launcher : near)}`;
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Texts of the engine name commands as `tandem …`; here they become what can be typed on this computer. */
export function withRunnableCommands(text: string, prefix: string, commands: readonly string[]): string {
  // What already stands behind `npx` can be typed as it is.
  const named = new RegExp(`(?<!\\bnpx )\\btandem (?=(?:${commands.join('|')})\\b)`, 'g');
  return text.replaceAll(named, () => `${prefix} `);
}
