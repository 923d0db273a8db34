import { resolve } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import { SECRET_NAME, withoutNamedSecrets } from '../../../shared/lib/secret-names.ts';

const EXTENSION = /\.(db|sqlite|sqlite3)$/i;
/** Two letters at least, so that a Windows drive is no scheme. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;
/** What SQLite would read as a setting if the path were opened as a URI. */
const URI_SETTING = new RegExp(
  String.raw`\?(.*[&;])?(mode|cache|vfs|immutable|nolock|psow|modeof|${SECRET_NAME})=`,
  'is',
);

/** `sqlite:PATH`, or a path that ends in .db, .sqlite or .sqlite3; `file:` URIs are claimed so that they can be refused. */
export function isSqliteAddress(url: string): boolean {
  const scheme = SCHEME.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'sqlite') return true;
  const path = url.replace(/\?.*$/s, '');
  return (scheme === undefined || scheme === 'file') && (EXTENSION.test(path) || url === ':memory:');
}

/** The absolute path that an address names. Opening it can only ever mean this one file: never a URI, never memory. */
export function pathOfAddress(url: string): string {
  const named = /^sqlite:/i.test(url) ? url.slice('sqlite:'.length) : url;
  const why = objection(named);
  if (why !== '') throw badAddress(url, why);
  return resolve(named);
}

/** The address in the form in which it was given, with an absolute path. */
export const absoluteAddress = (url: string): string =>
  /^sqlite:/i.test(url) ? `sqlite:${pathOfAddress(url)}` : pathOfAddress(url);

function objection(path: string): string {
  if (path.trim() === '') return 'it names no file';
  if (path.includes('\0')) return 'a path cannot hold a zero character';
  if (/^file:/i.test(path))
    return 'file: URIs are not opened, because they can carry settings that change what is opened';
  if (/^\/\/[^/]/.test(path)) return 'after sqlite: comes a path, not //host';
  if (path === ':memory:') return 'a database in memory cannot be kept in step';
  if (URI_SETTING.test(path)) return 'settings after a question mark are not taken';
  if (path !== path.trim()) return 'the path begins or ends with a space';
  return '';
}

/** What stands behind the name of a setting may be the key of an encrypted file. */
function badAddress(url: string, why: string): AppError {
  const shown = withoutNamedSecrets(url);
  return new AppError({
    code: 'usage',
    operation: 'open',
    subject: { path: shown },
    message: `The address ${JSON.stringify(shown)} cannot be opened: ${why}.`,
    next: 'Nothing was opened.',
    hint: 'Write sqlite:PATH, for example sqlite:./office.db, or a path that ends in .db, .sqlite or .sqlite3.',
    retry: 'after-user-action',
  });
}
