import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { FileHeader } from './file-header.ts';

/** sqlite.org/fileformat2.html, 1.3: the fields of a header that tell how the file is laid out. */
const HEADER = 100;
const PAGE_SIZE_AT = 16;
const PAGES_AT = 28;
const FREE_TRUNK_AT = 32;
const FREE_AT = 36;
const LARGEST_ROOT_AT = 52;

/** sqlite.org/fileformat2.html, 3: the header of a rollback journal, and of each part of it that was synced apart. */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');
const SECTOR_AT = 20;
const JOURNAL_HEADER = 28;

/** A file of so many pages is looked at whole; of a larger one so many, and so many of those that were written last. */
const LOOKED_AT = 256;
/** Walking a longer list of free pages takes longer than it is worth. */
const MANY_FREE = 20_000;

/**
 * The pages that a transaction leaves as they are. A program that copies another file over this one asks for no lock; in
 * the moment between our last look and the writing of our pages it cannot be kept out, and then the file is the copy with
 * our pages in it: its header and its marker are as they should be. The pages that we did not write are not.
 */
export class UntouchedPages {
  /** Those that the transaction writes. */
  readonly written: ReadonlySet<number>;
  /** How often the file had been changed before it. */
  readonly count: number;
  readonly #pages: PageReader;
  readonly #prints: ReadonlyMap<number, number>;

  private constructor(
    written: ReadonlySet<number>,
    count: number,
    pages: PageReader,
    prints: ReadonlyMap<number, number>,
  ) {
    this.written = written;
    this.count = count;
    this.#pages = pages;
    this.#prints = prints;
  }

  /**
   * As they stand before the COMMIT of a transaction with a rollback journal, `last` written among them; `null` where it
   * cannot be told which they are.
   */
  static before(header: FileHeader, count: number, journal: string, last: ReadonlySet<number>): UntouchedPages | null {
    const head = header.read(Buffer.alloc(HEADER), 0);
    // With auto-vacuum, COMMIT moves pages that are in no journal yet.
    if (head.length < HEADER || head.readUInt32BE(LARGEST_ROOT_AT) > 0) return null;
    const size = head.readUInt16BE(PAGE_SIZE_AT);
    const pageSize = size === 1 ? 65_536 : size;
    const read = pageReader(header, pageSize);
    const written = pagesIn(journal, pageSize);
    const free = freePages(read, head, pageSize);
    if (!written || !free) return null;
    const prints = new Map<number, number>();
    const pages = head.readUInt32BE(PAGES_AT);
    for (const page of [...spread(pages), ...[...last].slice(0, LOOKED_AT)])
      if (page > 1 && page <= pages && !written.has(page) && !free.has(page)) prints.set(page, crc32(read(page)));
    return new UntouchedPages(written, count, read, prints);
  }

  /** To be asked while no other connection can write. */
  areUntouched(): boolean {
    for (const [page, print] of this.#prints) if (crc32(this.#pages(page)) !== print) return false;
    return true;
  }
}

/** What a page holds on the disk, until the next one is read. */
type PageReader = (page: number) => Buffer;

function pageReader(header: FileHeader, pageSize: number): PageReader {
  const bytes = Buffer.allocUnsafe(pageSize);
  return (page) => header.read(bytes, (page - 1) * pageSize);
}

function spread(pages: number): readonly number[] {
  const count = Math.min(pages, LOOKED_AT);
  return Array.from({ length: count }, (_, i) => 1 + Math.floor((i * pages) / count));
}

/** The pages that a transaction has changed so far; `null` where there is no such file. */
function pagesIn(journal: string, pageSize: number): ReadonlySet<number> | null {
  let file: number;
  try {
    file = openSync(journal, 'r');
  } catch {
    return null;
  }
  try {
    const pages = new Set<number>();
    const head = Buffer.alloc(JOURNAL_HEADER);
    if (readSync(file, head, 0, head.length, 0) < head.length) return null;
    const sector = head.readUInt32BE(SECTOR_AT);
    const { size } = fstatSync(file);
    for (let at = sector; at + pageSize + 8 <= size;) {
      readSync(file, head, 0, 8, at);
      if (at % sector === 0 && head.subarray(0, 8).equals(JOURNAL_MAGIC)) {
        at += sector;
        continue;
      }
      pages.add(head.readUInt32BE(0));
      at += pageSize + 8;
    }
    return pages;
  } finally {
    closeSync(file);
  }
}

/** Pages that may be written without a journal, since nothing stands in them; `null` where they are too many. */
function freePages(read: PageReader, head: Buffer, pageSize: number): ReadonlySet<number> | null {
  const count = head.readUInt32BE(FREE_AT);
  if (count > MANY_FREE) return null;
  const pages = new Set<number>();
  for (let trunk = head.readUInt32BE(FREE_TRUNK_AT); trunk !== 0 && pages.size < count;) {
    pages.add(trunk);
    const list = read(trunk);
    if (list.length < pageSize) return null;
    const leaves = Math.min(list.readUInt32BE(4), pageSize / 4 - 2);
    for (let leaf = 0; leaf < leaves; leaf++) pages.add(list.readUInt32BE(8 + leaf * 4));
    trunk = list.readUInt32BE(0);
  }
  return pages;
}
