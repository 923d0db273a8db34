import { open } from 'node:fs/promises';
import { realpathSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { OpenOptions } from '../../engine/port/connector.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { FileHeader } from './file-header.ts';
import { UntouchedPages } from './untouched-pages.ts';
import {
  busyError,
  type Doing,
  isBusy,
  isDiskFailure,
  outcomeUnknown,
  mixedError,
  overwrittenError,
  replacedError,
  translateError,
} from './errors.ts';

/** How long one attempt may block this process; longer waits are slept through. */
const ATTEMPT_MS = 50;
/** Somebody who commits just then is met once or twice, not so often. */
const BEGINS = 20;
const PAUSES_MS = [10, 20, 40, 80, 160] as const;

/** Which file a path leads to. The time of birth tells two files apart that were given one inode number in turn. */
export function fileIdOf(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.dev}:${stat.ino}:${stat.birthtimeNs}` : null;
}

/** One open database file: attempts, locks that are waited for, durability of what was read, and whether it is still there. */
export class SqliteFile {
  readonly path: string;
  readonly db: Database.Database;
  readonly readOnly: boolean;
  readonly #options: OpenOptions;
  readonly #opened: string | null;
  readonly #walPath: string;
  readonly #header: FileHeader;
  #dataVersion: Database.Statement<[], bigint> | undefined;
  #holdsSnapshot = false;
  /** What `data_version` was when everything committed up to then was known to be on the disk. */
  #durableAt: number | null = null;
  #locked: ReturnType<FileHeader['lockedState']> = 'empty';
  readonly #journalPath: string;
  /** The highest count that the file has shown since it was opened. */
  #count = 0;
  /** The pages that were written last, which an older copy does not have. */
  #written: ReadonlySet<number> = new Set();
  /** The file was seen to be an older copy, or one that is mixed with a write of ours. */
  #isOlder = false;

  constructor(path: string, options: OpenOptions) {
    this.path = path;
    this.#options = options;
    this.readOnly = options.readOnly;
    const timeout = Math.max(0, Math.min(ATTEMPT_MS, options.busyMs));
    this.db = new Database(path, {
      readonly: options.readOnly,
      fileMustExist: !options.create || options.readOnly,
      timeout,
    });
    this.#opened = fileIdOf(path);
    this.#header = new FileHeader(path);
    const real = realpathSync(path);
    this.#walPath = `${real}-wal`;
    this.#journalPath = `${real}-journal`;
  }

  /** Calls `work` until no lock is in its way, at most `busyMs` long. `work` is synchronous: no transaction spans a wait. */
  async retry<T>(doing: Omit<Doing, 'path'>, work: () => T): Promise<T> {
    const full = { ...doing, path: this.path };
    for (let waited = 0, round = 0; ; round++) {
      try {
        return this.#once(full, work);
      } catch (error) {
        if (!isBusy(error)) throw translateError(error, full);
      }
      waited += Math.min(ATTEMPT_MS, this.#options.busyMs);
      if (waited >= this.#options.busyMs) throw busyError(full, waited);
      const pause = Math.min(PAUSES_MS[round] ?? 200, this.#options.busyMs - waited);
      await this.#options.clock.sleep(pause);
      waited += pause;
    }
  }

  #once<T>(doing: Doing, work: () => T): T {
    if (!this.db.open) throw closedError(doing);
    try {
      return work();
    } finally {
      if (this.db.open && this.db.inTransaction && !this.#holdsSnapshot) this.db.exec('ROLLBACK');
    }
  }

  /** `retry`, after a look whether the path still leads to the open file. */
  async attempt<T>(doing: Omit<Doing, 'path'>, work: () => T): Promise<T> {
    return this.retry(doing, () => {
      this.checkInPlace(doing);
      return work();
    });
  }

  /**
   * A second connection to the same file, with one read transaction that stays open until it is closed: what it sees
   * does not move while others write. For one user only; the caller closes it.
   */
  async snapshot(doing: Omit<Doing, 'path'>): Promise<SqliteFile> {
    await this.attempt(doing, () => undefined);
    const beside = new SqliteFile(this.path, { ...this.#options, readOnly: this.readOnly, create: false });
    try {
      await beside.retry(doing, () => {
        this.checkInPlace(doing);
        beside.db.exec('BEGIN');
        beside.db.prepare('SELECT count(*) FROM sqlite_schema').get();
        beside.#holdsSnapshot = true;
      });
      return beside;
    } catch (error) {
      beside.close();
      throw error;
    }
  }

  /** `attempt` for reads: what it returns has been made durable (L5), and is of the file that the path leads to. */
  async read<T>(doing: Omit<Doing, 'path'>, work: () => T): Promise<T> {
    const { result, version } = await this.attempt(doing, () => ({ result: work(), version: this.dataVersion() }));
    if (version !== this.#durableAt) {
      await this.#syncWal(doing);
      this.#durableAt = version;
    }
    this.checkInPlace(doing);
    return result;
  }

  /**
   * In WAL mode another program may commit without a sync; in rollback mode every commit has synced the file. Only the
   * -wal file is opened here, for SQLite takes no locks on it.
   */
  async #syncWal(doing: Omit<Doing, 'path'>): Promise<void> {
    try {
      const handle = await open(this.#walPath, this.readOnly ? 'r' : 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw translateError(error, { ...doing, path: this.path });
    }
  }

  /** Throws `replaced` if the path does not lead to the open file any more. */
  checkInPlace(doing: Omit<Doing, 'path'>): void {
    if (fileIdOf(this.path) !== this.#opened) throw replacedError({ ...doing, path: this.path });
  }

  /**
   * Begins a write transaction. A file that is empty is being copied over, and what is written to it would be mixed with
   * the copy: it is refused, unless its first tables are `made` here.
   */
  begin(doing: Omit<Doing, 'path'>, { makes = false } = {}): void {
    for (let i = 0; i < BEGINS; i++) {
      const before = this.#header.lockedState();
      this.db.exec('BEGIN IMMEDIATE');
      this.#locked = this.#header.lockedState();
      if (this.#locked === 'empty' && !makes) break;
      // Otherwise it changed around the BEGIN, and nobody knows which state SQLite took for the present one.
      if (this.#locked === before) return;
      this.db.exec('ROLLBACK');
    }
    throw overwrittenError({ ...doing, path: this.path });
  }

  /**
   * Ends a write transaction, if the path still leads to the open file and nobody wrote to it past the lock. Durable when
   * it returns.
   */
  commit(doing: Omit<Doing, 'path'>): void {
    this.checkInPlace(doing);
    const untouched = this.#untouched();
    if (this.#header.lockedState() !== this.#locked) throw overwrittenError({ ...doing, path: this.path });
    try {
      this.db.exec('COMMIT');
    } catch (error) {
      if (isDiskFailure(error)) throw outcomeUnknown({ ...doing, path: this.path }, error);
      throw error;
    }
    if (untouched && this.#isMixed(untouched)) {
      this.#isOlder = true;
      this.db.pragma('shrink_memory');
      throw mixedError({ ...doing, path: this.path });
    }
    this.#isOlder = false;
    if (!untouched) return;
    // A transaction that changed nothing is not counted.
    this.#count = Math.max(this.#count, this.#header.changeCount() ?? 0);
    this.#written = untouched.written;
  }

  /** `null` where nothing can be told: with a write-ahead log; virtual tables write at COMMIT what is in no journal before. */
  #untouched(): UntouchedPages | null {
    const count = this.#locked;
    if (typeof count !== 'number') return null;
    const virtual = `SELECT 1 FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'`;
    if (this.db.prepare(virtual).get()) return null;
    return UntouchedPages.before(this.#header, count, this.#journalPath, this.#written);
  }

  /** Was the file copied over while our pages were written into it? What somebody has committed since tells nothing. */
  #isMixed(untouched: UntouchedPages): boolean {
    try {
      this.db.exec('BEGIN; SELECT 1 FROM sqlite_schema');
      return this.#header.changeCount() === untouched.count + 1 && !untouched.areUntouched();
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    } finally {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
    }
  }

  /** Changes with every commit of another connection, never with ours. */
  dataVersion(): number {
    this.#dataVersion ??= this.db.prepare<[], bigint>('PRAGMA data_version').pluck();
    return Number(this.#dataVersion.get() ?? 0);
  }

  /**
   * How often the file was changed, as it counts itself; `undefined` while it tells nothing. 0 of a file that was seen to
   * have gone back, until we have written to it again.
   */
  changeCount(): number | undefined {
    const count = this.#header.changeCount();
    if (count === undefined) return undefined;
    if (count < this.#count) this.#isOlder = true;
    this.#count = count;
    return this.#isOlder ? 0 : count;
  }

  close(): void {
    this.db.close();
    this.#header.close();
  }
}

function closedError({ operation, what, path }: Doing): AppError {
  return new AppError({
    code: 'internal',
    operation,
    subject: { path },
    message: `${what} stopped: the connection to ${path} is closed.`,
  });
}
