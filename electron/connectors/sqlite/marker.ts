import type Database from 'better-sqlite3';
import type { Marker, MarkerFacet, Seal, WriteIntent } from '../../engine/port/connector.ts';
import { keyBytes, keyFromBytes } from '../../engine/port/key-codec.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { readOnlyError } from './errors.ts';
import { MARKER_TABLE } from './marker-table.ts';
import type { SqliteFile } from './sqlite-file.ts';

const CREATE = `CREATE TABLE IF NOT EXISTS "${MARKER_TABLE}" (
  pair TEXT PRIMARY KEY NOT NULL, epoch INTEGER NOT NULL, n INTEGER NOT NULL, batch INTEGER NOT NULL, missed TEXT NOT NULL)`;

interface MarkerRow {
  readonly epoch: bigint;
  readonly n: bigint;
  readonly batch: bigint;
  readonly missed: string;
}

export function hasMarkerTable(db: Database.Database): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?').get('table', MARKER_TABLE) !== undefined;
}

export function readMarker(db: Database.Database, pair: string): Marker | null {
  if (!hasMarkerTable(db)) return null;
  const row = db
    .prepare<[string], MarkerRow>(`SELECT epoch, n, batch, missed FROM "${MARKER_TABLE}" WHERE pair = ?`)
    .get(pair);
  if (!row) return null;
  return {
    pair,
    epoch: Number(row.epoch),
    n: Number(row.n),
    batch: Number(row.batch),
    missed: parseMissed(row.missed),
  };
}

type Missed = readonly Pick<WriteIntent, 'collection' | 'key'>[];

function parseMissed(text: string): Marker['missed'] {
  const list = JSON.parse(text) as readonly (readonly [string, string])[];
  return list.map(([collection, key]) => ({ collection, key: keyFromBytes(Buffer.from(key, 'base64')) }));
}

/** Writes the batch and what it missed, inside the transaction of the batch. A marker that is gone means another file (L6). */
export function sealMarker(db: Database.Database, { pair, batch }: Seal, missed: Missed): void {
  const text = JSON.stringify(missed.map(({ collection, key }) => [collection, keyBytes(key).toString('base64')]));
  const sealed =
    hasMarkerTable(db) &&
    db.prepare(`UPDATE "${MARKER_TABLE}" SET batch = ?, missed = ? WHERE pair = ?`).run(BigInt(batch), text, pair)
      .changes === 1;
  if (sealed) return;
  throw new AppError({
    code: 'replaced',
    operation: 'write',
    subject: { pair },
    message: `Writing stopped: the marker of the pair ${pair} is no longer in the database.`,
    next: 'Nothing of this batch was written. Both sides are compared before anything else.',
    hint: 'Nothing to do if you put another copy of the file there.',
    retry: 'after-user-action',
  });
}

export function markerFacet(file: SqliteFile): MarkerFacet {
  return {
    read: (pair) =>
      file.read({ operation: 'marker', what: `Reading the marker of ${pair}` }, () => readMarker(file.db, pair)),
    raise: (pair, expected, next) => {
      const doing = { operation: 'marker', what: `Writing the marker of ${pair}` };
      return file.attempt(doing, () => {
        assertWritable(file, doing);
        return raise(file, doing, { pair, expected, ...next });
      });
    },
  };
}

interface Raise {
  readonly pair: string;
  readonly expected: number | null;
  readonly epoch: number;
  readonly n: number;
}

function raise(
  file: SqliteFile,
  doing: { operation: string; what: string },
  { pair, expected, epoch, n }: Raise,
): boolean {
  const { db } = file;
  file.begin(doing);
  const raised =
    expected !== null &&
    hasMarkerTable(db) &&
    db
      .prepare(`UPDATE "${MARKER_TABLE}" SET epoch = ?, n = ? WHERE pair = ? AND n = ?`)
      .run(BigInt(epoch), BigInt(n), pair, BigInt(expected)).changes === 1;
  file.commit(doing);
  return raised;
}

/** In an open transaction. A marker that is there stays as it is. */
export function insertMarker(db: Database.Database, pair: string, epoch: number): void {
  db.exec(CREATE);
  db.prepare(`INSERT INTO "${MARKER_TABLE}" VALUES (?, ?, 0, 0, '[]') ON CONFLICT (pair) DO NOTHING`).run(
    pair,
    BigInt(epoch),
  );
}

/** In an open transaction. The table goes with its last marker. */
export function deleteMarker(db: Database.Database, pair: string): void {
  if (!hasMarkerTable(db)) return;
  db.prepare(`DELETE FROM "${MARKER_TABLE}" WHERE pair = ?`).run(pair);
  if (!db.prepare(`SELECT 1 FROM "${MARKER_TABLE}"`).get()) db.exec(`DROP TABLE "${MARKER_TABLE}"`);
}

export function assertWritable(file: SqliteFile, doing: { operation: string; what: string }): void {
  if (file.readOnly) throw readOnlyError({ ...doing, path: file.path });
}
