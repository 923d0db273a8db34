import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import type { SideName } from '../../engine/settings.ts';

/** A side of a pair that stood once: an empty file in its place would be wrong, so nothing offers to make one. */
export function missingAgain(cause: unknown, pair: string, side: SideName): unknown {
  const option = side === 'A' ? '--a' : '--b';
  return withHint(cause, `Put the file back, or name its new place with \`tandem pair edit ${pair} ${option} PATH\`.`);
}

/** An address that somebody just named, where nothing can be created. */
export const missingHere = (cause: unknown): unknown =>
  withHint(cause, 'Look at the path, or put the file there first.');

/** Where even the folder is missing no file can be made: the folder is named instead of the file. */
export function missingFolder(cause: unknown): AppError | null {
  if (!isMissing(cause)) return null;
  const { path = '' } = cause.subject;
  const folder = dirname(path);
  if (path === '' || isFolder(folder)) return null;
  return new AppError({
    ...cause.toBody(),
    message: `Opening ${path} failed: there is no folder ${folder}.`,
    hint: 'Make the folder first, or look at the path.',
  });
}

const isMissing = (cause: unknown): cause is AppError => cause instanceof AppError && cause.code === 'file-missing';

function withHint(cause: unknown, hint: string): unknown {
  return isMissing(cause) ? new AppError({ ...cause.toBody(), hint }) : cause;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
