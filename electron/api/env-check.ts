import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WireDoctor } from '../../shared/contract/system-shapes.ts';
import { envFileIn } from './settings/env-file.ts';

type Check = WireDoctor['checks'][number];

/** A file of passwords is for its owner alone, and for no repository. */
export async function checkEnvFile(folder: string): Promise<Check[]> {
  const path = envFileIn(folder);
  const found = [...readers(path), ...(await inGit(folder, path))];
  return found.length > 0
    ? found
    : [{ name: '.env', ok: 'ok', text: `${path} can be read by you alone, and git does not keep it.`, hint: '' }];
}

function readers(path: string): Check[] {
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return [];
  const text = `${path} holds the addresses of databases and can be read by others.`;
  return [{ name: '.env', ok: 'attention', text, hint: `chmod 600 ${path}` }];
}

async function inGit(folder: string, path: string): Promise<Check[]> {
  const tree = workTreeOf(folder);
  if (tree === null) return [];
  const text = `${path} holds the addresses of databases and stands in the git work tree ${tree}`;
  switch (await gitIgnores(folder)) {
    case 'yes':
      return [];
    case 'no':
      return [
        {
          name: '.env',
          ok: 'attention',
          text: `${text}, which does not ignore it.`,
          hint: `Add .env to ${join(tree, '.gitignore')}. If it was committed already: git rm --cached .env, and change the passwords.`,
        },
      ];
    default:
      return [
        {
          name: '.env',
          ok: 'note',
          text: `${text}; git could not be asked whether it ignores it.`,
          hint: 'git check-ignore .env',
        },
      ];
  }
}

function workTreeOf(folder: string): string | null {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? null : workTreeOf(above);
}

/** A file that was committed is not ignored, whatever the rules say. No program that a repository names is run. */
function gitIgnores(folder: string): Promise<'yes' | 'no' | 'unknown'> {
  const args = ['-c', 'core.fsmonitor=false', '-C', folder, 'check-ignore', '-q', '.env'];
  return new Promise((resolve) => {
    execFile('git', args, { timeout: 10_000 }, (error) =>
      resolve(error === null ? 'yes' : error.code === 1 ? 'no' : 'unknown'),
    );
  });
}
