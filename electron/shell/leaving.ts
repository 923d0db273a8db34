import { app, dialog } from './electron-port.ts';

export interface LeavingParts {
  /** Pairs that this program's own engine syncs at this moment. */
  readonly syncing: () => readonly string[];
  /** Resolves when nothing is synced any more. */
  readonly finished: () => Promise<void>;
  /** Ends everything in order. */
  readonly end: () => Promise<void>;
}

const FINISH = 0;
const STOP = 1;

/** The way out: a running sync asks, and the engine ends in order before the program does. */
export class Leaving {
  readonly #parts: LeavingParts;
  #step: 'here' | 'asked' | 'gone' = 'here';
  #asks = true;

  constructor(parts: LeavingParts) {
    this.#parts = parts;
    // Closing all windows ends nothing: the program is in the tray.
    app.on('window-all-closed', () => undefined);
    app.on('before-quit', (event) => {
      if (this.#step === 'gone') return;
      event.preventDefault();
      if (this.#step === 'here') void this.#leave();
    });
  }

  /** Windows close now, and do not hide. */
  get gone(): boolean {
    return this.#step === 'gone';
  }

  /** The computer shuts down, and waits for nobody: what runs ends after its batch, without a question. */
  doNotAsk(): void {
    this.#asks = false;
  }

  async #leave(): Promise<void> {
    this.#step = 'asked';
    const goes = await this.#asked().catch(() => true);
    if (!goes) return void (this.#step = 'here');
    try {
      await this.#parts.end();
    } finally {
      this.#step = 'gone';
      app.quit();
    }
  }

  /** Does the program end? */
  async #asked(): Promise<boolean> {
    const syncing = this.#parts.syncing();
    if (syncing.length === 0 || !this.#asks) return true;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      title: 'Tandem',
      message: syncing.length === 1 ? `${syncing[0]} is being synced.` : `${syncing.length} pairs are being synced.`,
      detail: 'Stopping is safe: what is written stays, and the rest waits for the next sync.',
      buttons: ['Finish the sync, then quit', 'Stop after this batch and quit', 'Do not quit'],
      defaultId: FINISH,
      cancelId: 2,
      noLink: true,
    });
    if (response === FINISH) await this.#parts.finished();
    return response === FINISH || response === STOP;
  }
}
