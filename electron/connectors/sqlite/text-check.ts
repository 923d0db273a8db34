import type { BoundCollection, Row } from './bound-collection.ts';

/** What the driver puts in place of bytes that are no text; it may also stand there by right. */
const REPLACEMENT = '\ufffd';

/** Might this row hold something that cannot be carried as it is? Cheap; a yes needs a look at the bytes. */
export function isSuspect(row: Row): boolean {
  for (const value of row) if (typeof value === 'string' && value.includes(REPLACEMENT)) return true;
  return false;
}

export interface Finding {
  /** '' = the record can be carried exactly. */
  readonly why: string;
  /** The key can be told from all others. */
  readonly keyTold: boolean;
}

/** The finding on a row whose text columns were also read as bytes, in `encoding`. */
export function findingOn(collection: BoundCollection, row: Row, bytes: Row, encoding: string): Finding {
  const broken = row.findIndex((value, i) => typeof value === 'string' && !isExact(value, bytes[i], encoding));
  if (broken < 0) return { why: '', keyTold: true };
  const why = `the text in ${collection.names[broken]} is not valid ${encoding}`;
  const keyTold = collection.keyAt.every((at) => {
    const value = row[at];
    return typeof value !== 'string' || isExact(value, bytes[at], encoding);
  });
  return { why, keyTold };
}

function isExact(text: string, bytes: unknown, encoding: string): boolean {
  return bytes instanceof Uint8Array && Buffer.compare(bytesOf(text, encoding), bytes) === 0;
}

function bytesOf(text: string, encoding: string): Buffer {
  switch (encoding) {
    case 'UTF-16le':
      return Buffer.from(text, 'utf16le');
    case 'UTF-16be':
      return Buffer.from(text, 'utf16le').swap16();
    default:
      return Buffer.from(text, 'utf8');
  }
}
