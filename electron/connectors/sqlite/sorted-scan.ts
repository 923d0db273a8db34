import type Database from 'better-sqlite3';
import type { ScannedRecord } from '../../engine/port/connector.ts';
import { encodeKey, type Key } from '../../engine/port/key-codec.ts';
import type { BoundCollection, Row } from './bound-collection.ts';
import { keyPresent, leftRecord, recordsWithoutKey, type LeftRecord, type SqliteScanPage } from './scan.ts';
import { quoteName } from './sql.ts';
import { findingOn, isSuspect } from './text-check.ts';
import type { WritableCollection } from './writable.ts';

/** Does SQLite order this key otherwise than by its bytes? It compares text as it is stored, and UTF-16 has another order. */
export function isSortedApart({ table, columns, keyAt }: BoundCollection, encoding: string): boolean {
  if (encoding === 'UTF-8') return false;
  const [at] = keyAt;
  const isNumber =
    table.autoKey &&
    keyAt.length === 1 &&
    table.columns.some((column) => column.keyPart === 1 && column.name === columns[at ?? -1]);
  return !isNumber;
}

interface KeyList {
  readonly keys: readonly Key[];
  /** Records whose key cannot be told, so that no page can find them. */
  readonly left: readonly LeftRecord[];
}

/**
 * Scans in key order of collections that SQLite orders otherwise: all keys are read and sorted in memory when a scan
 * begins, its pages read the records under them as they stand then, and the last page gives the keys back.
 */
export class SortedScans {
  readonly #db: Database.Database;
  readonly #encoding: string;
  readonly #lists = new Map<WritableCollection, readonly Key[]>();

  constructor(db: Database.Database, encoding: string) {
    this.#db = db;
    this.#encoding = encoding;
  }

  /** One page in key order. A scan that goes on where no list is held (another one has ended, a restart) reads the keys anew. */
  page(collection: WritableCollection, after: Key | null, limit: number): SqliteScanPage {
    return this.#db.transaction(() => this.#page(collection, after, limit))();
  }

  clear(): void {
    this.#lists.clear();
  }

  #page(collection: WritableCollection, after: Key | null, limit: number): SqliteScanPage {
    const { bound } = collection;
    const held = after === null ? undefined : this.#lists.get(collection);
    const { keys, left } = held ? { keys: held, left: [] } : readKeys(bound, this.#encoding);
    const from = after === null ? 0 : firstAfter(keys, after);
    const wanted = keys.slice(from, from + limit);
    const isLast = from + limit >= keys.length;
    if (isLast) this.#lists.delete(collection);
    else this.#lists.set(collection, keys);
    const page = recordsUnder(collection, wanted);
    return {
      records: page.records,
      next: isLast ? null : (wanted.at(-1) ?? null),
      left: after === null ? [...recordsWithoutKey(bound), ...left, ...page.left] : page.left,
    };
  }
}

/** A record that went since the keys were read is in no page. */
function recordsUnder(
  collection: WritableCollection,
  keys: readonly Key[],
): { readonly records: readonly ScannedRecord[]; readonly left: readonly LeftRecord[] } {
  const { bound } = collection;
  const records: ScannedRecord[] = [];
  const left: LeftRecord[] = [];
  for (const key of keys) {
    const { row, why } = collection.current(key);
    if (row && why !== '') left.push(leftRecord(bound, row, { why, keyTold: true }, key));
    else if (row) records.push({ key, record: bound.image(row) });
  }
  return { records, left };
}

function readKeys(bound: BoundCollection, encoding: string): KeyList {
  const names = bound.keyAt.map((at) => quoteName(bound.columns[at] ?? '')).join(', ');
  const sql = `SELECT ${names} FROM ${bound.quotedTable} WHERE ${keyPresent(bound)}`;
  const keys: Key[] = [];
  for (const row of bound.statement(sql).iterate() as IterableIterator<Row>) {
    if (isSuspect(row)) return readKeysCarefully(bound, encoding);
    keys.push(encodeKey(row, bound.collations));
  }
  return { keys: keys.sort(), left: [] };
}

/** Every key also as bytes: some text is no text, or holds the sign that stands in for such. */
function readKeysCarefully(bound: BoundCollection, encoding: string): KeyList {
  const names = bound.columns.map(quoteName);
  const bytes = bound.keyAt.map((at) => `CAST(${names[at] ?? ''} AS BLOB)`);
  const sql = `SELECT ${[...names, ...bytes].join(', ')} FROM ${bound.quotedTable} WHERE ${keyPresent(bound)}`;
  const keys: Key[] = [];
  const left: LeftRecord[] = [];
  for (const all of bound.statement(sql).iterate() as IterableIterator<Row>) {
    const row = all.slice(0, names.length);
    const keyBytes: Row = [];
    for (const [i, at] of bound.keyAt.entries()) keyBytes[at] = all[names.length + i] ?? null;
    const key = bound.keyOf(row);
    const finding = findingOn(bound, onlyKey(bound, row), keyBytes, encoding);
    if (finding.keyTold) keys.push(key);
    else left.push(leftRecord(bound, row, finding, key));
  }
  return { keys: keys.sort(), left };
}

const onlyKey = (bound: BoundCollection, row: Row): Row =>
  row.map((value, at) => (bound.keyAt.includes(at) ? value : null));

function firstAfter(keys: readonly Key[], after: Key): number {
  let low = 0;
  for (let high = keys.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as Key) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
