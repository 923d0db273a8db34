import { accessSync, constants, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError, type AppErrorBody } from '../../../shared/contract/errors.ts';

export type SqliteError = InstanceType<typeof Database.SqliteError>;

export const isSqliteError = (error: unknown): error is SqliteError => error instanceof Database.SqliteError;

/** Somebody else holds a lock; nothing was done, and it can be tried again. */
export const isBusy = (error: unknown): boolean =>
  isSqliteError(error) && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(error.code);

/** The statement was refused for what it holds; the database itself is well. */
export const isRefusal = (error: unknown): boolean =>
  (isSqliteError(error) && /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|ERROR|RANGE)/.test(error.code)) ||
  error instanceof RangeError ||
  error instanceof TypeError;

const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/;

/** What was read is no sound database. */
export const isDamage = (error: unknown): boolean => isSqliteError(error) && DAMAGE.test(error.code);

/** A trigger of the user's refused. */
export const isRaised = (error: unknown): boolean => isSqliteError(error) && error.code === 'SQLITE_CONSTRAINT_TRIGGER';

/** The disk failed: after a COMMIT nobody knows what it holds. */
export const isDiskFailure = (error: unknown): error is SqliteError =>
  isSqliteError(error) && error.code.startsWith('SQLITE_IOERR');

export interface Doing {
  readonly operation: string;
  /** In -ing form, for the sentence: "Reading orders". */
  readonly what: string;
  readonly path: string;
}

type Wording = Pick<AppErrorBody, 'code' | 'message' | 'next' | 'hint' | 'retry'>;

/** Any failure of the driver or of the file system, in the three parts of an `AppError`. */
export function translateError(error: unknown, doing: Doing): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const { operation, path } = doing;
  const body = {
    operation,
    subject: { path },
    cause: `${code} ${error instanceof Error ? error.message : String(error)}`.trim(),
  };
  return new AppError({ ...body, ...wordingFor(code, doing) });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function wordingFor(code: string, doing: Doing): Wording {
  const rules: readonly (readonly [RegExp, (doing: Doing) => Wording])[] = [
    [DAMAGE, corrupt],
    [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, diskFull],
    [/^SQLITE_READONLY_DBMOVED/, replaced],
    [/^(SQLITE_READONLY|EROFS)/, readOnly],
    [/^(SQLITE_(PERM|AUTH)|EACCES|EPERM)/, noPermission],
    [/^(SQLITE_CANTOPEN|ENOENT|ENOTDIR|EISDIR)/, cannotOpen],
    [/^SQLITE_SCHEMA/, schemaChanged],
    [/^(SQLITE_(IOERR|NOLFS)|EIO)/, diskFailed],
  ];
  return (rules.find(([pattern]) => pattern.test(code))?.[1] ?? unexpected)(doing);
}

/** Once a file is open, batches before this one may have been written: they stand. */
const unwritten = ({ operation }: Pick<Doing, 'operation'>): string =>
  operation === 'open' ? 'Nothing was written.' : 'Nothing more was written.';

const corrupt = (doing: Doing): Wording => ({
  code: 'corrupt',
  message: `${doing.what} stopped: the database ${doing.path} is damaged.`,
  next: `${unwritten(doing)} The pair rests until the file is well again.`,
  hint: `Look at it with: sqlite3 ${quoteForShell(doing.path)} "PRAGMA integrity_check" — or put a backup back.`,
  retry: 'after-user-action',
});

const diskFull = ({ what, path }: Doing): Wording => ({
  code: 'disk-full',
  message: `${what} stopped: there is no room left for ${path}.`,
  next: 'Nothing of this batch was written, and nothing was lost.',
  hint: 'Free some space on that disk, then sync again.',
  retry: 'after-user-action',
});

const replaced = ({ what, path }: Doing): Wording => ({
  code: 'replaced',
  message: `${what} stopped: ${path} is no longer the file that was opened.`,
  next: 'Nothing more was written to either file. Tandem looks at the new file before it goes on.',
  hint: 'Nothing to do if you put the file there yourself.',
  retry: 'after-user-action',
});

const readOnly = ({ operation, what, path }: Doing): Wording => ({
  code: 'read-only',
  message: `${what} stopped: ${path} can only be read.`,
  next: unwritten({ operation }),
  hint: 'Make the file and its folder writable, or let changes flow only away from this side (--direction).',
  retry: 'after-user-action',
});

const noPermission = ({ operation, what, path }: Doing): Wording => ({
  code: 'permission',
  message: `${what} stopped: this user may not open ${path}.`,
  next: unwritten({ operation }),
  hint: 'Look at the permissions of the file and of the folder it lies in.',
  retry: 'after-user-action',
});

const schemaChanged = ({ what, path }: Doing): Wording => ({
  code: 'schema-changed',
  message: `${what} stopped: the tables of ${path} were changed meanwhile.`,
  next: 'Nothing of this batch was written. The tables are read again first.',
  hint: '',
  retry: 'backoff',
});

const diskFailed = ({ what, path }: Doing): Wording => ({
  code: 'unreachable',
  message: `${what} stopped: the disk did not answer for ${path}.`,
  next: 'Nothing of this batch counts as written; it is compared again first.',
  hint: 'Look whether the disk or network folder is there.',
  retry: 'backoff',
});

const unexpected = ({ operation, what, path }: Doing): Wording => ({
  code: 'internal',
  message: `${what} stopped: the database ${path} refused a statement.`,
  next: unwritten({ operation }),
  hint: '',
  retry: 'never',
});

function cannotOpen(doing: Doing): Wording {
  const { path, what } = doing;
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    return {
      code: 'file-missing',
      message: `${what} stopped: there is no file ${path}.`,
      next: 'Nothing was created and nothing was written.',
      hint: 'Look at the path; with --create Tandem makes the file.',
      retry: 'after-user-action',
    };
  }
  try {
    accessSync(path, constants.R_OK);
  } catch {
    return noPermission(doing);
  }
  return {
    ...noPermission(doing),
    message: `${what} stopped: SQLite could not open ${path} or a file beside it (-wal, -shm, -journal).`,
  };
}

export function busyError({ operation, what, path }: Doing, waitedMs: number): AppError {
  return new AppError({
    code: 'busy',
    operation,
    subject: { path },
    message: `${what} stopped: another program keeps ${path} locked; waited ${seconds(waitedMs)}.`,
    next: `${unwritten({ operation })} It is tried again at the next sync.`,
    hint: 'Close the program that is writing to this file, or let it finish.',
    retry: 'backoff',
  });
}

const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(1))} s`);

export const outcomeUnknown = ({ operation, what, path }: Doing, error: SqliteError): AppError =>
  new AppError({
    code: 'lost-answer',
    operation,
    subject: { path },
    message: `${what} ended without an answer: the disk failed while ${path} was being saved.`,
    next: 'It is not known whether this batch was written. Both sides are compared before anything else.',
    hint: 'Look whether the disk or network folder is well.',
    retry: 'backoff',
    cause: `${error.code} ${error.message}`,
  });

export const replacedError = (doing: Doing): AppError =>
  new AppError({ operation: doing.operation, subject: { path: doing.path }, ...replaced(doing) });

/** Some program copies another file over this one without asking for a lock. */
export const overwrittenError = ({ operation, what, path }: Doing): AppError =>
  new AppError({
    code: 'replaced',
    operation,
    subject: { path },
    message: `${what} stopped: another program is writing over ${path} as a whole.`,
    next: 'Nothing of this batch was written. Once the file is at rest it is compared again first.',
    hint: 'Nothing to do if you put another copy of the file there.',
    retry: 'backoff',
  });

/** Our own pages were written into the copy, before anybody could know of it. */
export const mixedError = ({ operation, what, path }: Doing): AppError =>
  new AppError({
    code: 'replaced',
    operation,
    subject: { path },
    message: `${what} stopped: another program wrote over ${path} as a whole at the same moment.`,
    next: 'Both sides are compared before anything else.',
    hint: 'Put the copy there once more while nothing else has the file open: some of what was written last may be mixed with it.',
    retry: 'backoff',
  });

export const readOnlyError = (doing: Doing): AppError =>
  new AppError({ operation: doing.operation, subject: { path: doing.path }, ...readOnly(doing) });

export const corruptError = (doing: Doing, cause: string): AppError =>
  new AppError({ operation: doing.operation, subject: { path: doing.path }, cause, ...corrupt(doing) });

/** One argument for a POSIX shell, so that the printed command can be run as it stands. */
function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
