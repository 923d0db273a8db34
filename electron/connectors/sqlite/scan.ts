import { append } from '../../../shared/lib/append.ts';
import type Database from 'better-sqlite3';
import type { ScannedRecord, ScanPage } from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { BoundCollection, Row } from './bound-collection.ts';
import { quoteName } from './sql.ts';
import { type Finding, findingOn, isSuspect } from './text-check.ts';

/** A record that cannot take part. `key` is there where the record has one that can be told: it exists all the same. */
export interface LeftRecord {
  readonly what: string;
  readonly why: string;
  readonly key?: Key;
}

export interface SqliteScanPage extends ScanPage {
  readonly left: readonly LeftRecord[];
}

/** How many records without a key are named one by one. */
const NAMED = 20;

const EXACT: Finding = { why: '', keyTold: true };

interface Place {
  readonly row: Row;
  readonly finding: Finding;
}

/** One page in key order, of a collection that SQLite itself orders by the bytes of its keys. */
export function scanPage(
  db: Database.Database,
  collection: BoundCollection,
  page: { readonly after: Key | null; readonly limit: number; readonly encoding: string },
): SqliteScanPage {
  const rows = readRows(collection, page.after, page.limit, 0);
  const plain = !rows.some((row) => isSuspect(row));
  const places = plain ? rows.map((row) => ({ row, finding: EXACT })) : readCarefully(db, collection, page);
  // A page that ends on a key that cannot be told has reached the end of the table.
  const isLast = places.length < page.limit || places.at(-1)?.finding.keyTold === false;
  const result = toPage(collection, places, isLast);
  return page.after === null ? { ...result, left: [...recordsWithoutKey(collection), ...result.left] } : result;
}

function readRows(collection: BoundCollection, after: Key | null, limit: number, offset: number): Row[] {
  return readPage(collection, collection.selectList, after, limit, offset);
}

function readPage(collection: BoundCollection, list: string, after: Key | null, limit: number, offset: number): Row[] {
  const terms = collection.keyTerms.join(', ');
  const marks = collection.keyTerms.map(() => '?').join(', ');
  const where = after === null ? keyPresent(collection) : `(${terms}) > (${marks}) AND ${keyPresent(collection)}`;
  const sql = `SELECT ${list} FROM ${collection.quotedTable} WHERE ${where} ORDER BY ${terms} LIMIT ? OFFSET ?`;
  const parameters = after === null ? [] : collection.keyParameters(after);
  return collection.statement(sql).all(...parameters, limit, offset) as Row[];
}

/** Only columns that can hold NULL are asked; `1` where none can. */
export function keyPresent({ nullableKeys }: BoundCollection): string {
  return nullableKeys.length === 0 ? '1' : nullableKeys.map((column) => `${column} IS NOT NULL`).join(' AND ');
}

/**
 * The same page with every text also as bytes, in one read transaction. A page never ends on a key that cannot be
 * told, for the next one could not go on from there.
 */
function readCarefully(
  db: Database.Database,
  collection: BoundCollection,
  { after, limit, encoding }: { readonly after: Key | null; readonly limit: number; readonly encoding: string },
): Place[] {
  const list = collection.columns.map((column) => `CAST(${quoteName(column)} AS BLOB)`).join(', ');
  const read = (offset: number): Place[] => {
    const bytes = readPage(collection, list, after, limit, offset);
    const rows = readRows(collection, after, limit, offset);
    return rows.map((row, i) => ({ row, finding: findingOn(collection, row, bytes[i] ?? [], encoding) }));
  };
  return db.transaction(() => {
    const places = read(0);
    while (places.length >= limit && places.at(-1)?.finding.keyTold === false) {
      const more = read(places.length);
      if (more.length === 0) break;
      const told = more.findIndex((place) => place.finding.keyTold);
      append(places, told < 0 ? more : more.slice(0, told + 1));
    }
    return places;
  })();
}

function toPage(collection: BoundCollection, places: readonly Place[], isLast: boolean): SqliteScanPage {
  const records: ScannedRecord[] = [];
  const left: LeftRecord[] = [];
  let next: Key | null = null;
  for (const { row, finding } of places) {
    next = collection.keyOf(row);
    if (finding.why === '') records.push({ key: next, record: collection.image(row) });
    else left.push(leftRecord(collection, row, finding, next));
  }
  return { records, next: isLast ? null : next, left };
}

export function leftRecord(collection: BoundCollection, row: Row, { why, keyTold }: Finding, key: Key): LeftRecord {
  const shown = collection.keyAt.map((at) => showValue(row[at])).join(', ');
  const what = `${collection.spec.name} ${shown}`;
  return { what, why, ...(keyTold ? { key } : {}) };
}

function showValue(value: unknown): string {
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export function recordsWithoutKey(collection: BoundCollection): LeftRecord[] {
  if (collection.nullableKeys.length === 0) return [];
  const where = collection.nullableKeys.map((column) => `${column} IS NULL`).join(' OR ');
  const count = Number(
    (collection.statement(`SELECT count(*) FROM ${collection.quotedTable} WHERE ${where}`).get() as bigint[])[0],
  );
  if (count === 0) return [];
  const sample = collection
    .statement(`SELECT ${collection.selectList} FROM ${collection.quotedTable} WHERE ${where} LIMIT ?`)
    .all(NAMED) as Row[];
  const why = 'its key holds NULL, which equals nothing';
  const times = new Map<string, number>();
  for (const row of sample) {
    const { what } = leftRecord(collection, row, EXACT, collection.keyOf(row));
    times.set(what, (times.get(what) ?? 0) + 1);
  }
  const named = [...times].map(([what, n]) => ({ what: n === 1 ? what : `${what}, ${n} records`, why }));
  return count > NAMED ? [...named, { what: `${collection.spec.name}: ${count - NAMED} more records`, why }] : named;
}
