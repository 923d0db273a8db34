import { must } from '../../../shared/lib/assert.ts';
import { keyBytes, keyFromBytes, type Key } from '../port/key-codec.ts';
import type { SideName } from '../settings.ts';
import type { StateChange } from './change.ts';
import type { RawJournal } from './rows.ts';
import { filter, type Statements } from './statements.ts';
import type { JournalQuery } from './stored.ts';

/*
 * The journal of a first copy: one row a batch instead of one a record. What it holds of each record is its key and
 * the hash that was written; all else is the same for the batch. The ids that its records would have had are kept
 * free, so that they can become rows of their own when one of them is taken back.
 */

const HASH_BYTES = 16;
const LENGTH_BYTES = 4;

interface RawBatch {
  readonly id: number;
  readonly run: number;
  readonly batch: number;
  readonly coll: string;
  readonly side: SideName;
  readonly n: number;
  readonly records: Buffer;
  readonly at: number;
}

interface Copied {
  readonly key: Buffer;
  readonly hash: Buffer;
}

function pack(rows: readonly Copied[]): Buffer {
  const parts: Buffer[] = [];
  for (const { key, hash } of rows) {
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt32BE(key.length);
    parts.push(length, key, hash);
  }
  return Buffer.concat(parts);
}

function unpack(bytes: Buffer): Copied[] {
  const rows: Copied[] = [];
  for (let at = 0; at < bytes.length;) {
    const from = at + LENGTH_BYTES;
    const to = from + bytes.readUInt32BE(at);
    at = to + HASH_BYTES;
    rows.push({ key: bytes.subarray(from, to), hash: bytes.subarray(to, at) });
  }
  return rows;
}

/** `rows` come in the order of their keys. */
export function writeCopied(
  db: Statements,
  pair: number,
  { run, batch, at, collection, side }: NonNullable<StateChange['copied']>,
  rows: readonly Copied[],
): void {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return;
  const seq =
    (db.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'journal'")?.seq ?? 0) + rows.length;
  if (db.run("UPDATE sqlite_sequence SET seq = ? WHERE name = 'journal'", seq).changes === 0)
    db.run("INSERT INTO sqlite_sequence(name, seq) VALUES ('journal', ?)", seq);
  db.run(
    'INSERT INTO copied(id, pair, run, batch, coll, side, first, last, n, records, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    seq,
    pair,
    run,
    batch,
    collection,
    side,
    first.key,
    last.key,
    rows.length,
    pack(rows),
    at,
  );
}

/** The rows that the batch stands for. */
const expand = ({ id, run, batch, coll, side, n, records, at }: RawBatch): RawJournal[] =>
  unpack(records).map(({ key, hash }, i) => ({
    id: id - n + 1 + i,
    run,
    batch,
    action: 0,
    coll,
    key,
    side,
    op: 'insert',
    before: null,
    after: null,
    base: null,
    before_hash: null,
    after_hash: hash,
    origin: 'plan',
    status: 'applied',
    at,
  }));

/** What the query finds among first copies, in the order of the ids. */
export function readCopied(db: Statements, pair: number, query: JournalQuery): RawJournal[] {
  if (query.status !== undefined && query.status !== 'applied') return [];
  const keys = (query.keys ?? (query.key === undefined ? undefined : [query.key]))?.toSorted();
  if (keys?.length === 0) return [];
  const wanted = keys && new Set(keys);
  const bound = (key: Key | undefined): Buffer | undefined => (key === undefined ? undefined : keyBytes(key));
  const { where, values } = filter([
    ['pair = ?', pair],
    ['run = ?', query.run],
    ['coll = ?', query.collection],
    ['first <= ?', bound(keys?.at(-1))],
    ['last >= ?', bound(keys?.[0])],
  ]);
  const sql = `SELECT * FROM copied WHERE ${where.join(' AND ')} AND id > ? ORDER BY id LIMIT 1`;
  const found: RawJournal[] = [];
  const from = query.afterId ?? 0;
  for (let after = from; found.length < query.limit;) {
    const batch = db.get<RawBatch>(sql, ...values, after);
    if (!batch) break;
    found.push(...expand(batch).filter((row) => row.id > from && (wanted?.has(keyFromBytes(row.key)) ?? true)));
    after = batch.id;
  }
  return found.slice(0, query.limit);
}

interface Range {
  readonly id: number;
  readonly first: Buffer;
  readonly last: Buffer;
}

/** The batches that may hold a key from `first` to `last`, the newest first. */
const covering = (db: Statements, pair: number, collection: string, first: Buffer, last: Buffer): Range[] =>
  db.all<Range>(
    'SELECT id, first, last FROM copied WHERE pair = ? AND coll = ? AND first <= ? AND last >= ? ORDER BY id DESC',
    pair,
    collection,
    last,
    first,
  );

const batchOf = (db: Statements, id: number): RawBatch =>
  must(db.get<RawBatch>('SELECT * FROM copied WHERE id = ?', id), 'a batch that was just found');

/** How many first copies wrote each of the keys; each found it absent. */
export function copiesOf(db: Statements, pair: number, collection: string, keys: readonly Key[]): Map<Key, number> {
  const found = new Map<Key, number>();
  if (!db.get('SELECT 1 FROM copied WHERE pair = ? AND coll = ? LIMIT 1', pair, collection)) return found;
  const wanted = keys.toSorted();
  const [first, last] = [wanted[0], wanted.at(-1)];
  if (first === undefined || last === undefined) return found;
  for (const range of covering(db, pair, collection, keyBytes(first), keyBytes(last))) {
    const inside = wanted.slice(
      placeOf(wanted, keyFromBytes(range.first), false),
      placeOf(wanted, keyFromBytes(range.last), true),
    );
    const records = inside.length > 0 ? keysOf(batchOf(db, range.id)) : new Set<Key>();
    for (const key of inside) if (records.has(key)) found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

/** Where `key` stands or would stand in the sorted keys; `after`: behind it. */
function placeOf(sorted: readonly Key[], key: Key, after: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = sorted[middle] as Key;
    if (at < key || (after && at === key)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const keysOf = ({ records }: RawBatch): ReadonlySet<Key> =>
  new Set(unpack(records).map(({ key }) => keyFromBytes(key)));

/** Gives each record of the batch that copied `key` in `run` a row of its own, which can change its status. */
export function spread(db: Statements, pair: number, run: number, collection: string, key: Key): void {
  const bytes = keyBytes(key);
  const batches = covering(db, pair, collection, bytes, bytes).map(({ id }) => batchOf(db, id));
  for (const batch of batches.filter((row) => row.run === run)) {
    for (const row of expand(batch))
      db.run(
        `INSERT INTO journal(id, pair, run, batch, action, coll, key, side, op, after_hash, origin, status, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        row.id,
        pair,
        row.run,
        row.batch,
        row.action,
        row.coll,
        row.key,
        row.side,
        row.op,
        row.after_hash,
        row.origin,
        row.status,
        row.at,
      );
    db.run('DELETE FROM copied WHERE id = ?', batch.id);
  }
}
