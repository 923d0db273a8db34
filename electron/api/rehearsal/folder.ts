import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';

const PREFIX = 'rehearsal-';

/** A new folder for copies, for its owner alone like the state that it lies in. */
export function makeRehearsalFolder(state: string): string {
  return orRefuse(state, () => mkdtempSync(join(state, PREFIX)));
}

/** Writes a file that only its owner can read. */
export function writePrivately(path: string, bytes: Uint8Array): void {
  orRefuse(path, () => writeFileSync(path, bytes, { mode: 0o600, flag: 'wx' }));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What a killed engine left. Only with the lock of the state held: then no rehearsal can be going on. */
export function removeRehearsals(state: string): void {
  for (const name of readdirSync(state)) if (name.startsWith(PREFIX)) removeFolder(join(state, name));
}

function orRefuse<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    throw new AppError({
      code: full ? 'disk-full' : 'read-only',
      operation: 'runs.rehearse',
      message: `Making copies in ${path} failed: ${full ? 'the disk is full' : 'it cannot be written'}.`,
      next: 'Nothing was rehearsed; both databases are as they were.',
      hint: full ? 'Make room for a copy of both databases.' : 'Make the folder of the state writable.',
      subject: { path },
      retry: 'after-user-action',
      cause: message,
    });
  }
}
