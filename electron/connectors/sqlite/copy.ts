import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import { type Doing, isDamage, translateError } from './errors.ts';
import type { SqliteFile } from './sqlite-file.ts';

/** Pages between two turns of the event loop: some 10 ms. */
const PAGES = 2000;

/**
 * Copies a live database page by page with SQLite's backup. It runs inside one read transaction: without it the backup
 * begins anew whenever another program commits, and takes a locked file for an empty one.
 */
export async function copySqliteFile(source: SqliteFile, path: string, signal?: AbortSignal): Promise<void> {
  const doing: Doing = { operation: 'copy', what: `Copying ${source.path} to ${path}`, path };
  await reserve(doing);
  try {
    const snapshot = await source.snapshot({ operation: doing.operation, what: doing.what });
    try {
      await snapshot.db.backup(path, {
        progress() {
          signal?.throwIfAborted();
          return PAGES;
        },
      });
    } finally {
      snapshot.close();
    }
  } catch (error) {
    for (const end of ['', '-journal']) rmSync(path + end, { force: true });
    signal?.throwIfAborted();
    throw translateError(error, isDamage(error) ? { ...doing, path: source.path } : doing);
  }
}

/** The copy holds what the original holds, so nobody else may read it. */
async function reserve(doing: Doing): Promise<void> {
  try {
    await writeFile(doing.path, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw translateError(error, doing);
    throw new AppError({
      code: 'already-exists',
      operation: doing.operation,
      subject: { path: doing.path },
      message: `${doing.what} failed: there is something of this name already.`,
      next: 'Nothing was copied, and what is there was not touched.',
      hint: 'Name a file that does not exist.',
    });
  }
}
