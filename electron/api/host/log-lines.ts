import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LOG_FILE } from './log-file.ts';

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/** The log files of a home, the newest first; not all of them need be there. */
export const logFilesIn = (dir: string): readonly string[] => [join(dir, LOG_FILE), join(dir, `${LOG_FILE}.1`)];

/** The lines of these files from the last one on, as far as the caller reads. A piece at a time, whatever their size. */
export async function* linesBackwards(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) yield* linesOf(path);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (!file) return;
  try {
    let end = (await file.stat()).size;
    let rest = Buffer.alloc(0);
    while (end > 0) {
      const size = Math.min(CHUNK, end);
      end -= size;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, end);
      let bytes = Buffer.concat([buffer.subarray(0, bytesRead), rest]);
      // A line is whole once its begin is known.
      for (let at = bytes.lastIndexOf(NEWLINE); at >= 0; at = bytes.lastIndexOf(NEWLINE)) {
        const line = bytes.subarray(at + 1).toString('utf8');
        bytes = bytes.subarray(0, at);
        if (line.trim() !== '') yield line;
      }
      rest = bytes;
    }
    const first = rest.toString('utf8');
    if (first.trim() !== '') yield first;
  } finally {
    await file.close();
  }
}
