import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';

/** The package has no types. A lock is held until `unlock`, or until the process ends in whatever way. */
const { tryLock, unlock } = createRequire(import.meta.url)('fs-native-extensions') as {
  tryLock(this: void, fd: number): boolean;
  unlock(this: void, fd: number): void;
};

/** Who has the engine, for people and for those who want to attach. */
const ownerFile = z.object({
  pid: z.int(),
  host: z.string(),
  /** The boot that the process belongs to; '' where the system has no such name. */
  boot: z.string(),
  startedAt: z.iso.datetime(),
  program: z.string(),
  socket: z.string(),
});
export type LockOwner = z.infer<typeof ownerFile>;

export interface HeldLock {
  /** Whoever held it before and ended without letting go. */
  readonly tookOverFrom: LockOwner | null;
  release(): void;
}

const lockPath = (state: string): string => join(state, 'engine.lock');
const ownerPath = (state: string): string => join(state, 'engine.json');

/**
 * One engine per state folder. The operating system holds the lock and lets go of it when the process ends, however
 * it ends; so a lock is never stale, and only the note about its owner can be. `null`: another engine has it.
 */
export function tryEngineLock(state: string, owner: Omit<LockOwner, 'pid' | 'host' | 'boot'>): HeldLock | null {
  const fd = openLock(state);
  if (!granted(fd, state) || !samePlace(fd, lockPath(state))) {
    closeSync(fd);
    return null;
  }
  const before = readOwner(state);
  writeOwner(state, { pid: process.pid, host: hostname(), boot: bootId(), ...owner });
  return {
    tookOverFrom: before,
    release() {
      rmSync(ownerPath(state), { force: true });
      unlock(fd);
      closeSync(fd);
    },
  };
}

/** The owner as noted; `null` if nobody is, or the note cannot be read. */
export function readOwner(state: string): LockOwner | null {
  try {
    return ownerFile.parse(JSON.parse(readFileSync(ownerPath(state), 'utf8')));
  } catch {
    return null;
  }
}

function openLock(state: string): number {
  try {
    return openSync(lockPath(state), constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new AppError({
      code: code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'read-only',
      operation: 'engine.lock',
      message: `Locking the state folder ${state} failed: the lock file cannot be written.`,
      next: 'Nothing was begun; both databases are untouched.',
      hint: 'Make the folder writable, or name another one with --home.',
      subject: { path: lockPath(state) },
      retry: 'after-user-action',
      cause: message,
    });
  }
}

function granted(fd: number, state: string): boolean {
  try {
    return tryLock(fd);
  } catch (cause) {
    closeSync(fd);
    throw new AppError({
      code: 'state-location',
      operation: 'engine.lock',
      message: `Locking the state folder ${state} failed: its file system cannot hold locks.`,
      next: 'Nothing was begun: two engines on one state could lose changes.',
      hint: 'Name a folder on a local disk with --home or TANDEM_HOME.',
      subject: { path: lockPath(state) },
      retry: 'after-user-action',
      cause: cause instanceof Error ? cause.message : String(cause),
    });
  }
}

/** A lock file that was deleted meanwhile is a lock that nobody else can see. */
function samePlace(fd: number, path: string): boolean {
  const open = fstatSync(fd);
  const there = statSync(path, { throwIfNoEntry: false });
  return there !== undefined && there.ino === open.ino && there.dev === open.dev;
}

/** A note for people; the lock itself is held by the system, so a full disk is no reason to stop here. */
function writeOwner(state: string, owner: LockOwner): void {
  const temporary = `${ownerPath(state)}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, ownerPath(state));
  } catch {
    rmSync(temporary, { force: true });
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Another engine holds the state and does not answer. */
export function engineRunning(state: string): AppError {
  const owner = readOwner(state);
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${owner.startedAt}` : 'another program';
  return new AppError({
    code: 'engine-running',
    operation: 'engine',
    message: `Using ${state} failed: another engine holds it (${who}) and does not answer.`,
    next: 'Nothing was done here; the other engine keeps what it has.',
    hint:
      owner && owner.host === hostname()
        ? `Wait, or end process ${owner.pid}; whatever it had complete is kept.`
        : 'End the other program, or use another home with --home.',
    subject: { path: state },
    retry: 'backoff',
  });
}
