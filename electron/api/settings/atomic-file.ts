import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces the file by `text`, all or nothing: written beside it, made durable, renamed, and the rename made durable.
 * A link stays a link: what it points to is replaced. Throws Node's own error and leaves the old file as it was.
 */
export function writeAtomically(path: string, text: string, newMode = 0o600): void {
  const target = realOr(path);
  const temporary = `${target}.${process.pid}.tmp`;
  const mode = statSync(target, { throwIfNoEntry: false })?.mode ?? newMode;
  const fd = openSync(temporary, 'w', mode & 0o777);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } catch (cause) {
    closeSync(fd);
    rmSync(temporary, { force: true });
    throw cause;
  }
  closeSync(fd);
  renameSync(temporary, target);
  syncFolder(dirname(target));
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function syncFolder(dir: string): void {
  // Windows cannot open a folder; its rename is durable with the journal of the file system.
  if (process.platform === 'win32') return;
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
