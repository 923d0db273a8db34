import { closeSync, openSync, readSync } from 'node:fs';

export type FileKind = 'sqlite' | 'encrypted' | 'other';

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** Formats that look random and are no encrypted databases. */
const KNOWN: readonly (readonly [string, string])[] = [
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\x8b', 'a gzip file'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['\xfd7zXZ', 'an xz file'],
  ['(\xb5/\xfd', 'a zstd file'],
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['%PDF', 'a PDF document'],
];

/**
 * What the first 4 KiB look like. Only for a file that SQLite has just refused: closing a second handle of a file
 * that SQLite has open in this process would drop its locks (POSIX), so an accepted file is never read past it.
 */
export function sniffRefusedFile(path: string): { readonly kind: FileKind; readonly looksLike: string } {
  const head = readHead(path);
  if (head.subarray(0, MAGIC.length).equals(MAGIC)) return { kind: 'sqlite', looksLike: '' };
  const text = head.toString('latin1');
  const known = KNOWN.find(([magic]) => text.startsWith(magic));
  if (known) return { kind: 'other', looksLike: known[1] };
  return { kind: looksRandom(head) ? 'encrypted' : 'other', looksLike: '' };
}

function readHead(path: string): Buffer {
  const head = Buffer.alloc(4096);
  const handle = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(handle, head, 0, head.length, 0));
  } finally {
    closeSync(handle);
  }
}

/** Encrypted pages have nearly 8 bits of entropy a byte: 4,096 random bytes measure 7.95, text about 5. */
function looksRandom(bytes: Buffer): boolean {
  if (bytes.length < 512) return false;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / bytes.length) * Math.log2(count / bytes.length);
  return entropy > (bytes.length >= 2048 ? 7.6 : 7.2);
}
