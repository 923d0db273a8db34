import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';

/** Names that the clients of cloud folders give to their folders; compared without letter case. */
const CLOUD_NAMES: readonly { readonly pattern: RegExp; readonly client: string }[] = [
  { pattern: /^dropbox( \(.*\))?$/i, client: 'Dropbox' },
  { pattern: /^onedrive( .*|-.*)?$/i, client: 'OneDrive' },
  { pattern: /^google ?drive(-.*)?$/i, client: 'Google Drive' },
  { pattern: /^(iclouddrive|com~apple~clouddocs|mobile documents)$/i, client: 'iCloud Drive' },
  { pattern: /^cloudstorage$/i, client: 'a cloud folder' },
  { pattern: /^nextcloud$/i, client: 'Nextcloud' },
  { pattern: /^owncloud$/i, client: 'ownCloud' },
  { pattern: /^(megasync|mega|pclouddrive)$/i, client: 'a cloud folder' },
];

/** What the clients leave in the root of a synced folder. `~/.dropbox` as a *folder* is Dropbox's own setting and no sign. */
const MARKERS: readonly { readonly pattern: RegExp; readonly kind: 'file' | 'any'; readonly client: string }[] = [
  { pattern: /^\.dropbox$/, kind: 'file', client: 'Dropbox' },
  { pattern: /^\.dropbox\.cache$/, kind: 'any', client: 'Dropbox' },
  { pattern: /^\.stfolder$/, kind: 'any', client: 'Syncthing' },
  { pattern: /^\._?sync_.*\.db$/, kind: 'file', client: 'Nextcloud' },
  { pattern: /^\.tmp\.drive(down|up)load$/, kind: 'any', client: 'Google Drive' },
];

export interface CloudSign {
  readonly client: string;
  readonly root: string;
  readonly sign: string;
}

/** The cloud folder that `path` lies in, as far as names and marker files tell; the path need not exist. */
export function cloudSign(path: string, home = homedir()): CloudSign | null {
  const real = realOf(path);
  const ownHome = realOf(home);
  for (let dir = real; ; dir = dirname(dir)) {
    const marker = markerIn(dir);
    if (marker) return marker;
    // A person may be called Mega: the home folder and what lies above it are no cloud folders by name.
    const named = ownHome === dir || ownHome.startsWith(`${dir}${sep}`) ? undefined : basename(dir);
    const name = named === undefined ? undefined : CLOUD_NAMES.find(({ pattern }) => pattern.test(named));
    if (name) return { client: name.client, root: dir, sign: `its folder is called ${basename(dir)}` };
    if (dirname(dir) === dir) return null;
  }
}

function markerIn(dir: string): CloudSign | null {
  for (const name of namesIn(dir)) {
    const marker = MARKERS.find(({ pattern }) => pattern.test(name));
    if (marker && (marker.kind === 'any' || statOf(join(dir, name))?.isFile())) {
      return { client: marker.client, root: dir, sign: `${join(dir, name)} is there` };
    }
  }
  return null;
}

/** The real path of the deepest folder that exists, with the rest as given. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realOf(parent), basename(path));
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/**
 * Makes the folder for the state, readable for its owner alone. Fails with `state-location` in a cloud folder (its
 * client would replace files under the engine) and with `read-only` where nothing can be written; nothing is left then.
 */
export function prepareStateFolder(dir: string): void {
  const sign = cloudSign(dir);
  if (sign) throw inCloud(dir, sign);
  preparePrivateFolder(dir);
}

export function preparePrivateFolder(dir: string): void {
  try {
    makeFolder(dir);
    const stat = statOf(realpathSync(dir));
    if (process.getuid && stat && stat.uid !== process.getuid()) throw notOurs(dir);
    if (process.platform !== 'win32' && stat && (stat.mode & 0o077) !== 0) chmodSync(dir, 0o700);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw notWritable(dir, cause as NodeJS.ErrnoException);
  }
}

/** Step by step: Node's own recursive form never returns where a file system makes no folders, such as /proc. */
export function makeFolder(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(dir);
  if (parent !== dir) makeFolder(parent);
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (cause) {
    // Another program may have made it meanwhile.
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}

function inCloud(dir: string, { client, root, sign }: CloudSign): AppError {
  return new AppError({
    code: 'state-location',
    operation: 'state',
    message: `Keeping Tandem's state in ${dir} is refused: ${root} is synced by ${client} (${sign}).`,
    next: `Nothing was written there. ${client} could put an old state in place of the present one.`,
    hint: 'Name a folder outside with --home or TANDEM_HOME.',
    subject: { path: dir },
    retry: 'after-user-action',
  });
}

function notOurs(dir: string): AppError {
  return new AppError({
    code: 'state-location',
    operation: 'state',
    message: `Keeping Tandem's state in ${dir} is refused: the folder belongs to another user.`,
    next: 'Nothing was written there.',
    hint: 'Name a folder of your own with --home or TANDEM_HOME.',
    subject: { path: dir },
    retry: 'after-user-action',
  });
}

function notWritable(dir: string, cause: NodeJS.ErrnoException): AppError {
  const full = cause.code === 'ENOSPC' || cause.code === 'EDQUOT';
  return new AppError({
    code: full ? 'disk-full' : cause.code === 'ENOTDIR' || cause.code === 'EEXIST' ? 'state-location' : 'read-only',
    operation: 'state',
    message: `Making the folder ${dir} failed: ${full ? 'the disk is full' : cause.code === 'ENOTDIR' || cause.code === 'EEXIST' ? 'something that is no folder is in the way' : 'it cannot be written'}.`,
    next: 'Nothing was begun; both databases are untouched.',
    hint: full
      ? 'Make room, then give the command again.'
      : 'Name a folder that can be written with --home or TANDEM_HOME.',
    subject: { path: dir },
    retry: 'after-user-action',
    cause: cause.message,
  });
}
