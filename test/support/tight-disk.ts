import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Means } from './bad-input.ts';

/**
 * A small disk of its own, mounted where only one process and those that join it see it: nothing stays mounted, and
 * where the system lets users have name spaces, no privilege is needed. Needs Linux with util-linux.
 */
export class TightDisk {
  readonly #holder: ChildProcess;
  readonly #enter: readonly string[];
  readonly #folder: string;

  private constructor(holder: ChildProcess, folder: string) {
    this.#holder = holder;
    this.#folder = folder;
    this.#enter = [
      'nsenter',
      '-t',
      `${holder.pid ?? 0}`,
      ...(isRoot ? ['-m'] : ['-U', '-m', '--preserve-credentials']),
      '--',
    ];
  }

  /** `null` where no name space can be had, as in a container without that right. */
  static async mount(folder: string, kibibytes: number): Promise<TightDisk | null> {
    const script = `mount -t tmpfs -o size=${kibibytes}k,mode=700 none "$0" && echo ready && exec cat`;
    const holder = spawn('unshare', [isRoot ? '-m' : '-Urm', 'sh', '-c', script, folder], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const failed = new Promise<null>((done) => {
      holder.once('error', () => done(null));
      holder.once('close', () => done(null));
    });
    const ready = await Promise.race([once(holder.stdout, 'data'), failed]);
    return ready === null ? null : new TightDisk(holder, folder);
  }

  get means(): Means {
    return { before: this.#enter };
  }

  /** The same file, as seen from outside. */
  reach(path: string): string {
    return path.startsWith(`${this.#folder}/`) ? `/proc/${this.#holder.pid ?? 0}/root${path}` : path;
  }

  /** Runs a shell line where the disk is. */
  shell(line: string): void {
    const [file, ...args] = [...this.#enter, 'sh', '-c', line, this.#folder];
    const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${line} ended with ${status}: ${stderr}`);
  }

  /** Takes every block but so many kibibytes. */
  fill(leftKibibytes: number): void {
    this.shell('dd if=/dev/zero of="$0/filler" bs=4096 2>/dev/null || true');
    this.shell(`truncate -s -${leftKibibytes}K "$0/filler"`);
  }

  makeRoom(): void {
    this.shell('rm -f "$0/filler" && mount -o remount,size=65536k none "$0"');
  }

  async unmount(): Promise<void> {
    const closed = once(this.#holder, 'close');
    this.#holder.kill('SIGKILL');
    await closed;
  }
}

const isRoot = process.getuid?.() === 0;

/** No file may grow beyond so many bytes: works for every user, and fails a write as a disk with an error does. */
export const filesUpTo = (bytes: number): Means => ({
  before: ['sh', '-c', `ulimit -f ${Math.floor(bytes / 512)} && exec "$@"`, 'sh'],
});
