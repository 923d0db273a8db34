import { statSync } from 'node:fs';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import { fileOf } from '../parse/address.ts';

/**
 * What the files of a pair look like from outside: identity, size and time of the database and of its write-ahead
 * log. A changed stamp is a hint and nothing more; what really changed is found by reading. `null` where no side is a
 * file: then there is nothing cheap to look at.
 */
export function stampOf(pair: Pick<WirePair, 'a' | 'b'>): string | null {
  const files = [pair.a.url, pair.b.url].map(fileOf).filter((file) => file !== null);
  if (files.length === 0) return null;
  return files.flatMap((file) => [file, `${file}-wal`, `${file}-journal`].map(stampOfFile)).join(' ');
}

function stampOfFile(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.dev}.${stat.ino}.${stat.size}.${stat.mtimeNs}` : '-';
  } catch {
    return '?';
  }
}
