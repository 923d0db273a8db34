import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparePrivateFolder } from '../api/host/state-folder.ts';

/**
 * Opens the link in the person's browser; false: no browser could be started. The link logs in whoever has it, and
 * everybody on a computer can read command lines: so the browser is given a file that only its owner can read.
 */
export async function openInBrowser(
  link: string,
  run: string,
  env = process.env,
  platform = process.platform,
): Promise<boolean> {
  preparePrivateFolder(run);
  const page = join(run, 'open.html');
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=${link}"><title>Tandem</title>\n`,
    {
      mode: 0o600,
    },
  );
  const [program, ...args] = opener(env, platform);
  return new Promise((resolve) => {
    const child = spawn(program, [...args, page], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): [string, ...string[]] {
  const named = env['BROWSER'];
  if (named !== undefined && named !== '') return [named];
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
}
