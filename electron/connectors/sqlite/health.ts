import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { corruptError, type Doing, isSqliteError } from './errors.ts';

/** Up to this size the whole file is checked when it is opened: some 10 ms. */
const QUICK_CHECK_BYTES = 4 * 1024 * 1024;

/** Broken constraints are the user's own affair and no damage: existing orphans and misfits do not stop anything. */
const CONSTRAINT_FINDING = /^(NULL value in|CHECK constraint failed in|non-\S+ value in|\w+ value in) /;

/**
 * A cheap look at a database when it is opened: the definitions can be read, the file is as long as its header says,
 * and a small file passes `quick_check`. Later damage shows when the damaged page is read.
 */
export function checkHealth(db: Database, doing: Doing): void {
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  const size = statSync(doing.path).size;
  checkLength(db, doing, size);
  if (size <= QUICK_CHECK_BYTES) quickCheck(db, doing);
}

function checkLength(db: Database, doing: Doing, size: number): void {
  const [mode, pages, pageSize] = ['journal_mode', 'page_count', 'page_size'].map((name) =>
    db.pragma(name, { simple: true }),
  );
  if (mode === 'wal') return;
  const expected = Number(pages) * Number(pageSize);
  if (size < expected) throw corruptError(doing, `the file has ${size} bytes, its header says ${expected}`);
}

function quickCheck(db: Database, doing: Doing): void {
  let findings: readonly string[];
  try {
    findings = db.prepare<[], string>('PRAGMA quick_check(20)').pluck().all();
  } catch (error) {
    // A collation, function or module that this build does not have is no damage.
    if (isSqliteError(error) && error.code.startsWith('SQLITE_ERROR')) return;
    throw error;
  }
  const damage = findings.filter((finding) => finding !== 'ok' && !CONSTRAINT_FINDING.test(finding));
  if (damage.length > 0) throw corruptError(doing, damage.join('; '));
}
