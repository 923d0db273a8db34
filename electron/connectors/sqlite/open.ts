import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OpenOptions } from '../../engine/port/connector.ts';
import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import { pathOfAddress } from './address.ts';
import { checkHealth } from './health.ts';
import { type Doing, isSqliteError, readOnlyError, translateError } from './errors.ts';
import { sniffRefusedFile } from './file-kind.ts';
import { SqliteFile } from './sqlite-file.ts';

/** Opens the one file that the address names, looks whether it is well, and sets what holds for this connection only. */
export async function openSqliteFile(options: OpenOptions): Promise<SqliteFile> {
  const path = pathOfAddress(options.url);
  const doing: Doing = { operation: 'open', what: `Opening ${path}`, path };
  inspectPath(doing, options);
  const file = connect(doing, options);
  try {
    await file.attempt(doing, () => prepareConnection(file, doing));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function inspectPath(doing: Doing, { create, readOnly }: OpenOptions): void {
  const { path } = doing;
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat && !(create && !readOnly)) throw missing(doing);
    if (stat?.isDirectory()) throw refusal('not-a-database', doing, 'it is a folder, not a file');
    if (stat && !stat.isFile()) throw refusal('not-a-database', doing, 'it is not an ordinary file');
    // SQLite takes a single byte for an empty database, and would write over it.
    if (stat?.size === 1) throw refusal('not-a-database', doing, 'it is not a SQLite database');
    if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory()) throw missing(doing, dirname(path));
    if (stat) accessSync(path, constants.R_OK);
  } catch (error) {
    throw translateError(error, doing);
  }
  if (!readOnly) mustBeWritable(doing);
}

/** A journal stands beside the file, so the folder counts as well. */
function mustBeWritable(doing: Doing): void {
  try {
    accessSync(dirname(doing.path), constants.W_OK);
    if (statSync(doing.path, { throwIfNoEntry: false })) accessSync(doing.path, constants.W_OK);
  } catch {
    throw readOnlyError(doing);
  }
}

function connect(doing: Doing, options: OpenOptions): SqliteFile {
  try {
    return new SqliteFile(doing.path, options);
  } catch (error) {
    throw translateError(error, doing);
  }
}

function prepareConnection(file: SqliteFile, doing: Doing): void {
  try {
    setUp(file);
    checkHealth(file.db, doing);
  } catch (error) {
    if (isSqliteError(error) && error.code === 'SQLITE_NOTADB') throw notADatabase(doing);
    throw error;
  }
}

/** Settings of this connection; nothing here is stored in the file. */
function setUp({ db, readOnly }: SqliteFile): void {
  db.defaultSafeIntegers(true);
  db.pragma('foreign_keys = OFF');
  db.pragma('recursive_triggers = OFF');
  db.pragma('trusted_schema = OFF');
  db.pragma('cell_size_check = ON');
  db.pragma('cache_size = -4000');
  // EXTRA is FULL, and also syncs the folder when a rollback journal is deleted: only then is a commit durable there.
  if (!readOnly) db.pragma('synchronous = EXTRA');
}

function notADatabase(doing: Doing): AppError {
  const { kind, looksLike } = sniffRefusedFile(doing.path);
  switch (kind) {
    case 'sqlite':
      return refusal(
        'corrupt',
        doing,
        'its header is damaged',
        'Put back a backup of the file, or try to recover it with the sqlite3 program: .recover',
      );
    case 'encrypted':
      return refusal(
        'encrypted',
        doing,
        'its header is not that of SQLite, and the file looks encrypted',
        ENCRYPTED_HINT,
      );
    case 'other':
      return refusal(
        'not-a-database',
        doing,
        looksLike === '' ? 'it is not a SQLite database' : `it is ${looksLike}, not a SQLite database`,
      );
  }
}

const ENCRYPTED_HINT =
  'Tandem cannot open encrypted databases. Export it with the program that made it, and name the plain file.';

function missing(doing: Doing, folder?: string): AppError {
  const hint =
    folder === undefined
      ? 'Look at the path; with --create Tandem makes the file.'
      : 'Make the folder first, or look at the path.';
  return refusal(
    'file-missing',
    doing,
    folder === undefined ? 'there is no such file' : `there is no folder ${folder}`,
    hint,
  );
}

function refusal(code: ErrorCode, { operation, what, path }: Doing, why: string, hint = 'Look at the path.'): AppError {
  const next = 'Nothing was written and nothing was created.';
  return new AppError({
    code,
    operation,
    subject: { path },
    message: `${what} failed: ${why}.`,
    next,
    hint,
    retry: 'after-user-action',
  });
}
