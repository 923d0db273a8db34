import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where one Tandem keeps what. All paths are absolute. */
export interface HomePaths {
  /** The file `tandem.yaml`. */
  readonly config: string;
  /** State database, lock, passwords without a keychain. 0700. */
  readonly state: string;
  readonly logs: string;
  /** Socket of the running engine. 0700. */
  readonly run: string;
  readonly socket: string;
  /** What people gave or would give as `--home`; '' = the folders of the platform. */
  readonly given: string;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly temp: string;
  readonly user: string;
}

export const surroundings = (): Surroundings => ({
  env: process.env,
  platform: process.platform,
  home: homedir(),
  temp: tmpdir(),
  user: String(userInfo().uid),
});

/** `--home` wins over `TANDEM_HOME`; with either everything lies below it, else where the platform expects it. */
export function resolveHome(given: string | undefined, around: Surroundings = surroundings()): HomePaths {
  const dir = given ?? around.env['TANDEM_HOME'] ?? '';
  const base = dir === '' ? platformFolders(around) : below(resolve(dir));
  return { ...base, socket: socketPath(base.run, base.state, around), given: dir === '' ? '' : resolve(dir) };
}

type Folders = Pick<HomePaths, 'config' | 'state' | 'logs' | 'run'>;

function below(dir: string): Folders {
  return {
    config: join(dir, 'tandem.yaml'),
    state: join(dir, 'state'),
    logs: join(dir, 'logs'),
    run: join(dir, 'run'),
  };
}

function platformFolders({ env, platform, home }: Surroundings): Folders {
  const folder = (name: string, ...fallback: string[]): string => {
    const value = env[name];
    // The XDG rules say that a relative path is to be ignored.
    return value !== undefined && isAbsolute(value) ? value : join(home, ...fallback);
  };
  if (platform === 'darwin') {
    const support = join(home, 'Library', 'Application Support', 'Tandem');
    const state = join(support, 'state');
    return {
      config: join(support, 'tandem.yaml'),
      state,
      logs: join(home, 'Library', 'Logs', 'Tandem'),
      run: join(state, 'run'),
    };
  }
  if (platform === 'win32') {
    const local = join(folder('LOCALAPPDATA', 'AppData', 'Local'), 'Tandem');
    const config = join(folder('APPDATA', 'AppData', 'Roaming'), 'Tandem', 'tandem.yaml');
    return { config, state: join(local, 'state'), logs: join(local, 'logs'), run: join(local, 'state', 'run') };
  }
  const state = join(folder('XDG_STATE_HOME', '.local', 'state'), 'tandem');
  const config = join(folder('XDG_CONFIG_HOME', '.config'), 'tandem', 'tandem.yaml');
  const runtime = env['XDG_RUNTIME_DIR'];
  const run = runtime !== undefined && isAbsolute(runtime) ? join(runtime, 'tandem') : join(state, 'run');
  return { config, state, logs: join(state, 'logs'), run };
}

/** The kernel cuts socket paths at about 100 bytes; a longer one moves to a short folder of this user alone. */
const LONGEST_SOCKET = 100;

function socketPath(run: string, state: string, { platform, temp, user }: Surroundings): string {
  const id = createHash('sha256').update(state).digest('hex').slice(0, 12);
  if (platform === 'win32') return `\\\\.\\pipe\\tandem-${id}`;
  const near = join(run, `engine-${id}.sock`);
  return Buffer.byteLength(near) <= LONGEST_SOCKET ? near : join(temp, `tandem-${user}`, `${id}.sock`);
}
