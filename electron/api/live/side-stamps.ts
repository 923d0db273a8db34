import { statSync } from 'node:fs';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import { fileOf } from './file-address.ts';

/**
 * What the files of a pair look like from outside: identity, size and time of the database and of its write-ahead
 * log. A changed stamp is a hint and nothing more; what really changed is found by reading. `null` where no side is a
 * file: then there is nothing cheap to look at.
 */
export function stampOf(pair: Pick<WirePair, 'a' | 'b'>): string | null {
  const files = filesOf(pair);
  return files.length === 0 ? null : files.flatMap((file) => partsOf(file).map(stampOfFile)).join(' ');
}

/** The database files among the sides of a pair. */
export const filesOf = ({ a, b }: Pick<WirePair, 'a' | 'b'>): readonly string[] =>
  [a.url, b.url].map(fileOf).filter((file) => file !== null);

/** The files that hold one database. */
export const partsOf = (file: string): readonly string[] => [file, `${file}-wal`, `${file}-journal`];

/** Which files stand there, whatever is in them: another one, or one that is back. */
export const presenceOf = (pair: Pick<WirePair, 'a' | 'b'>): string => filesOf(pair).map(identityOfFile).join(' ');

function identityOfFile(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.dev}.${stat.ino}` : '-';
  } catch {
    return '?';
  }
}

function stampOfFile(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.dev}.${stat.ino}.${stat.size}.${stat.mtimeNs}` : '-';
  } catch {
    return '?';
  }
}
