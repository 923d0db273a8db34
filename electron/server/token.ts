import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/contract/errors.ts';
import { writeAtomically } from '../api/settings/atomic-file.ts';

/** 32 random bytes, as text that fits into a header and a URL. */
export const newToken = (): string => randomBytes(32).toString('hex');

const TOKEN = /^[0-9a-f]{64}$/;

const tokenPath = (state: string): string => join(state, 'server-token');

/**
 * The token of this installation, made when it is first asked for: in a file that only its owner can read. Whoever holds
 * it may do everything. A file without a token gets a new one; one that cannot be read or written is `permission`.
 */
export function installationToken(state: string): string {
  const path = tokenPath(state);
  try {
    const kept = keptToken(path);
    if (kept !== null) return kept;
    const token = newToken();
    writeAtomically(path, `${token}\n`);
    chmodSync(path, 0o600);
    return token;
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function keptToken(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  // Somebody may have copied it about: it is tightened before it is believed to be private.
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) chmodSync(path, 0o600);
  const text = readFileSync(path, 'utf8').trim();
  return TOKEN.test(text) ? text : null;
}

function unusable(path: string, cause: unknown): AppError {
  return new AppError({
    code: 'permission',
    operation: 'serve',
    message: `Reading the token of the server in ${path} failed: the file cannot be read and written.`,
    next: 'The server was not started; both databases are untouched.',
    hint: 'Look at the rights of the file and of its folder, or move it away: a new token is made then.',
    subject: { path },
    retry: 'after-user-action',
    cause: cause instanceof Error ? cause.message : String(cause),
  });
}
