import type { FSWatcher } from 'chokidar';
import { QuietRing } from './quiet-ring.ts';
import { partsOf } from './side-stamps.ts';

/**
 * Rings when the system tells that one of some database files was written, and has come to rest. It may ring for
 * nothing, late, or not at all (network drives): whoever listens looks at the files now and then in any case.
 */
export class FileBell {
  readonly #ring: QuietRing;
  #files = '';
  #watcher: Promise<FSWatcher | null> = Promise.resolve(null);

  constructor(onRing: () => void) {
    this.#ring = new QuietRing(onRing);
  }

  /** These files from here on, and no others. */
  hear(files: readonly string[]): void {
    const named = files.join('\0');
    if (named === this.#files) return;
    this.#files = named;
    const before = this.#watcher;
    this.#watcher = before.then(async (watcher) => {
      await watcher?.close();
      return files.length === 0 ? null : this.#open(files);
    });
    // Without it a look takes a little longer.
    this.#watcher = this.#watcher.catch(() => null);
  }

  async close(): Promise<void> {
    this.hear([]);
    this.#ring.cancel();
    await this.#watcher;
  }

  async #open(files: readonly string[]): Promise<FSWatcher> {
    const { watch } = await import('chokidar');
    const watcher = watch(files.flatMap(partsOf), {
      ignoreInitial: true,
      atomic: false,
      depth: 0,
      persistent: false,
      ignorePermissionErrors: true,
    });
    watcher.on('all', () => this.#ring.ring()).on('error', () => undefined);
    return watcher;
  }
}
