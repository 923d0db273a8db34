import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

interface Handles {
  readonly descriptors: number[];
  users: number;
}

/**
 * By device and inode. POSIX takes every lock of a process on a file away when it closes any handle of that file, so
 * handles stay open until no connection of this process has the file open (sqlite.org/howtocorrupt.html, 2.2).
 */
const open = new Map<string, Handles>();

/** Where the file change counter stands in the header of a database (sqlite.org/fileformat2.html, 1.3.8). */
const COUNTER_AT = 24;
/** How the file is written (1.3.2): 2 stands for a write-ahead log. */
const WRITE_VERSION_AT = 18;
const LOGGED = 2;

/** The header of a database file that a connection of this process has open. */
export class FileHeader {
  readonly #id: string;
  readonly #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    const { dev, ino } = fstatSync(this.#descriptor, { bigint: true });
    this.#id = `${dev}:${ino}`;
    const handles = open.get(this.#id) ?? { descriptors: [], users: 0 };
    handles.descriptors.push(this.#descriptor);
    handles.users++;
    open.set(this.#id, handles);
  }

  /**
   * How often the file was changed, as the file itself counts it: it never goes back, except where an older copy is
   * put in its place. It may lag behind in a file with a write-ahead log. A file that is empty, or is being copied,
   * tells nothing.
   */
  changeCount(): number | undefined {
    const bytes = Buffer.alloc(4);
    return readSync(this.#descriptor, bytes, 0, 4, COUNTER_AT) < 4 ? undefined : bytes.readUInt32BE(0);
  }

  /**
   * What cannot change while a connection of this process holds the write lock, unless somebody writes without asking
   * for a lock, as a program does that copies another file over this one. With a write-ahead log, others move pages
   * meanwhile, and only `empty` tells.
   */
  lockedState(): 'empty' | 'logged' | number {
    const bytes = Buffer.alloc(COUNTER_AT + 4);
    if (readSync(this.#descriptor, bytes, 0, bytes.length, 0) < bytes.length) return 'empty';
    return bytes[WRITE_VERSION_AT] === LOGGED ? 'logged' : bytes.readUInt32BE(COUNTER_AT);
  }

  /** Bytes of the file as they stand on the disk; fewer at its end. */
  read(into: Buffer, at: number): Buffer {
    return into.subarray(0, readSync(this.#descriptor, into, 0, into.length, at));
  }

  /** To be called once, after the connection was closed. */
  close(): void {
    const handles = open.get(this.#id);
    if (!handles || --handles.users > 0) return;
    open.delete(this.#id);
    for (const descriptor of handles.descriptors) closeSync(descriptor);
  }
}
