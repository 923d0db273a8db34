import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import { FROM_ENVIRONMENT, type PairEntry } from '../../../shared/config/schema.ts';
import type { SideName } from '../../engine/settings.ts';
import { envPlace } from '../settings/env-file.ts';

/** A side of a pair that stood once: an empty file in its place would be wrong, so nothing offers to make one. */
export function missingAgain(cause: unknown, pair: string, side: SideName): unknown {
  const option = side === 'A' ? '--a' : '--b';
  return withHint(cause, `Put the file back, or name its new place with \`tandem pair edit ${pair} ${option} PATH\`.`);
}

/** The other database of a pair that was made from a `.env` without its address. */
export const notConfigured = (pair: string, { env }: Pick<PairEntry, 'env'>): AppError =>
  new AppError({
    code: 'not-configured',
    operation: 'open',
    message: 'Remote database not configured',
    next: 'Nothing was read or written; what is known of the pair can be looked at.',
    hint: `Set MONGODB_CLOUD_URL in ${envPlace(env ?? FROM_ENVIRONMENT)}.`,
    subject: { pair, side: 'B' },
    retry: 'after-user-action',
  });

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
