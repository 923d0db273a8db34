import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { paused, type WirePaused } from '../../../shared/contract/live-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { writeAtomically } from '../settings/atomic-file.ts';

const pauseFile = z.strictObject({ version: z.literal(1), pairs: z.record(z.string(), paused) });
type Pauses = z.infer<typeof pauseFile>['pairs'];

/** Which pairs do nothing by themselves, kept in the state folder, so that a new start changes nothing about it. */
export class PauseStore {
  readonly #path: string;
  readonly #now: () => number;
  #pairs: Pauses;

  /** A file that cannot be read pauses nothing; `onUnread` hears why. */
  constructor(state: string, now: () => number, onUnread: (cause: unknown) => void) {
    this.#path = join(state, 'paused.json');
    this.#now = now;
    this.#pairs = this.#read(onUnread);
  }

  /** The pause of a pair; one that is over is none. */
  of(pair: string): WirePaused | null {
    const found = Object.hasOwn(this.#pairs, pair) ? this.#pairs[pair] : undefined;
    if (!found || (found.until !== null && Date.parse(found.until) <= this.#now())) return null;
    return found;
  }

  /** Begins or changes it; since when it is paused stays as it was. */
  pause(pairs: readonly string[], until: string | null, by: string): void {
    const since = new Date(this.#now()).toISOString();
    const added = pairs.map((pair) => [pair, { since: this.of(pair)?.since ?? since, until, by }] as const);
    this.#save({ ...this.#standing(), ...Object.fromEntries(added) });
  }

  resume(pairs: readonly string[]): void {
    this.#save(Object.fromEntries(Object.entries(this.#standing()).filter(([pair]) => !pairs.includes(pair))));
  }

  renamed(from: string, to: string): void {
    const was = this.of(from);
    if (was === null) return;
    this.resume([from]);
    this.#save({ ...this.#standing(), [to]: was });
  }

  #standing(): Pauses {
    return Object.fromEntries(Object.entries(this.#pairs).filter(([pair]) => this.of(pair) !== null));
  }

  #save(pairs: Pauses): void {
    try {
      writeAtomically(this.#path, `${JSON.stringify({ version: 1, pairs }, null, 2)}\n`);
    } catch (cause) {
      throw new AppError({
        code: 'read-only',
        operation: 'live.pause',
        message: `Noting the pause failed: ${this.#path} cannot be written.`,
        next: 'Everything goes on as before.',
        hint: 'Look at the disk and at the rights on this folder.',
        subject: { path: this.#path },
        retry: 'after-user-action',
        cause: cause instanceof Error ? cause.message : String(cause),
      });
    }
    this.#pairs = pairs;
  }

  #read(onUnread: (cause: unknown) => void): Pauses {
    try {
      return pauseFile.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).pairs;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') onUnread(cause);
      return {};
    }
  }
}
