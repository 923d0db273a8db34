import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { CaptureFacet, CaptureLevel, CapturePage } from '../../../engine/port/connector.ts';
import { encodeKey, type Key } from '../../../engine/port/key-codec.ts';
import type { Value } from '../../../engine/port/value.ts';
import { AppError } from '../../../../shared/contract/errors.ts';
import type { BoundCollection } from '../bound-collection.ts';
import { schemaNumber } from '../describe/describe.ts';
import type { SqliteFile } from '../sqlite-file.ts';
import { isSuspect } from '../text-check.ts';
import { hasNoteTables, lastNote, makeTriggers, NOTES, READERS, triggersStand } from './note-tables.ts';
import { type NotedTable, notedTable, whyNotNoted } from './noted-table.ts';

/** What the sides of one connection share. */
export interface NotesState {
  /** Who reads here, once it is known. */
  reader: string | null;
  level: CaptureLevel;
  readonly most: number;
}

const ABSENT: CaptureLevel = {
  level: 'gated-scan',
  why: 'the triggers that would note changes are not in the file; the next sync adds them',
};
const STANDS: CaptureLevel = { level: 'triggers', why: '' };
const MADE_ANEW: CaptureLevel = {
  level: 'triggers',
  why: 'the triggers were gone or their tables were changed, so the last sync looked at every record and made them anew',
};

export const newNotesState = (most: number, noted: boolean): NotesState => ({
  reader: null,
  level: noted ? STANDS : ABSENT,
  most,
});

/** A place from which nothing can be read on. */
const NOWHERE = 'nowhere';

/** Up to where a reader has read: a row of its own in the notes, and how far beyond or before it. */
interface Place {
  readonly reader: string;
  readonly token: string;
  readonly seq: bigint;
  readonly read: bigint;
}

const cursorAt = ({ reader, token, seq, read }: Place): string => `${reader}:${token}:${seq}:${read}`;

function placeOf(cursor: string | null): Place | null {
  const parts = /^([\da-f]{16}):([\da-f]{16}):(\d+):(\d+)$/.exec(cursor ?? '');
  if (!parts) return null;
  const [, reader = '', token = '', seq = '0', read = '0'] = parts;
  return { reader, token, seq: BigInt(seq), read: BigInt(read) };
}

type NoteRow = [seq: bigint, table: string | null, ...key: Value[]];

/**
 * Dirty keys from what triggers note in the file. A note is a hint (L1): where the notes may not tell of everything
 * since a place, the place is lost, and the side is compared.
 */
export class NotesCapture implements CaptureFacet {
  readonly #open: (operation: string) => SqliteFile;
  readonly #state: NotesState;
  readonly #tables: ReadonlyMap<string, readonly NotedTable[]>;
  readonly #wanted: ReadonlyMap<string, string>;
  readonly #why: string;
  /** A place beyond the last row of our own is honoured only where it was given last. */
  #beyond = '';

  /** `open` fails if the side is closed. Inside a transaction that reads. */
  constructor(open: (operation: string) => SqliteFile, collections: readonly BoundCollection[], state: NotesState) {
    this.#open = open;
    this.#state = state;
    this.#why = collections.map((collection) => whyNotNoted(collection)).find((why) => why !== '') ?? '';
    const noted = collections.map((collection) => notedTable(collection, state.most));
    const tables = new Map<string, NotedTable[]>();
    for (const each of noted) {
      const { name } = each.collection.table;
      tables.set(name, [...(tables.get(name) ?? []), each]);
    }
    this.#tables = tables;
    this.#wanted = new Map(noted.flatMap(({ triggers }) => [...triggers]));
    const { db } = open('bind');
    if (this.#why !== '') state.level = { level: 'gated-scan', why: this.#why };
    else if (!this.#stands(db)) state.level = ABSENT;
    else if (state.level.level !== 'triggers') state.level = STANDS;
  }

  async prepare(pair: string, cursor: string | null): Promise<void> {
    const file = this.#open('prepare');
    if (this.#why !== '' || file.readOnly) return;
    const place = placeOf(cursor);
    const doing = { operation: 'prepare', what: 'Asking for notes of changes' };
    try {
      await file.attempt(doing, () => {
        if (file.db.transaction(() => this.#isReady(file.db, pair, place))()) return;
        file.begin(doing);
        this.#makeReady(file.db, pair, place);
        file.commit(doing);
      });
    } catch (error) {
      // Hints only: what is not noted is found by the comparison.
      if (!(error instanceof AppError && error.code === 'busy')) throw error;
    }
  }

  async start(): Promise<string> {
    const file = this.#open('start');
    return this.#read(file, () => this.#latest(file.db, this.#state.reader));
  }

  async changes(cursor: string, limit: number): Promise<CapturePage> {
    const file = this.#open('changes');
    return this.#read(file, () => this.#page(file.db, cursor, limit));
  }

  #read<T>(file: SqliteFile, work: () => T): Promise<T> {
    return file.read({ operation: 'changes', what: 'Reading what changed' }, () => file.db.transaction(work)());
  }

  #stands(db: Database.Database): boolean {
    return hasNoteTables(db) && triggersStand(db, this.#wanted);
  }

  /** Nothing has to be written: the triggers stand, and nothing was noted since the last place of this reader. */
  #isReady(db: Database.Database, pair: string, place: Place | null): boolean {
    if (!place || !this.#isTrusted(db, place)) return false;
    this.#state.reader = place.reader;
    const own = db
      .prepare<[string, string], bigint | null>(`SELECT max(seq) FROM ${READERS} WHERE reader = ? AND pair = ?`)
      .pluck()
      .get(place.reader, pair);
    if (own === null || own === undefined) return false;
    if (db.prepare(`SELECT 1 FROM ${NOTES} WHERE seq > ? AND t IS NOT NULL LIMIT 1`).get(own)) return false;
    this.#state.level = STANDS;
    return true;
  }

  #makeReady(db: Database.Database, pair: string, place: Place | null): void {
    const stood = this.#stands(db);
    if (!stood) makeTriggers(db, new Set(this.#tables.keys()), this.#wanted);
    const isTrusted = stood && place !== null && this.#isTrusted(db, place);
    const reader = place?.reader ?? this.#state.reader ?? randomName();
    this.#state.reader = reader;
    // What was read is given back. A place that is saved, and those after it, may be asked for again.
    const from = isTrusted ? place.seq : null;
    db.prepare(`DELETE FROM ${READERS} WHERE reader = ? AND seq < coalesce(?, seq + 1)`).run(reader, from);
    if (this.#isFull(db)) db.exec(`DELETE FROM ${READERS}`);
    db.prepare(`UPDATE ${READERS} SET pair = ? WHERE reader = ?`).run(pair, reader);
    const token = randomName();
    const { lastInsertRowid } = db
      .prepare(`INSERT INTO ${NOTES} (t, had, k0, k1, k2, k3) VALUES (NULL, NULL, ?, ?, ?, ?)`)
      .run(token, reader, schemaNumber(db), JSON.stringify(this.#counts(db)));
    db.prepare(`INSERT INTO ${READERS} VALUES (?, ?, ?, ?)`).run(token, reader, pair, lastInsertRowid);
    db.exec(`DELETE FROM ${NOTES} WHERE seq < (SELECT min(seq) FROM ${READERS})`);
    this.#state.level = stood || place === null ? STANDS : MADE_ANEW;
  }

  #isFull(db: Database.Database): boolean {
    const [first, last] = db
      .prepare<[], [bigint | null, bigint | null]>(
        `SELECT (SELECT min(seq) FROM ${NOTES}), (SELECT max(seq) FROM ${NOTES})`,
      )
      .raw()
      .get() ?? [null, null];
    return (last ?? 0n) - (first ?? 0n) >= BigInt(this.#state.most);
  }

  /** Everything since `place` was noted: the same file, definitions and triggers, and none was left out. */
  #isTrusted(db: Database.Database, place: Place): boolean {
    if (this.#why !== '' || !this.#stands(db) || this.#isFull(db)) return false;
    const row = db
      .prepare<[bigint], [Value, Value, bigint, string]>(
        `SELECT k0, k1, k2, k3 FROM ${NOTES} WHERE seq = ? AND t IS NULL`,
      )
      .raw()
      .get(place.seq);
    if (!row || row[0] !== place.token || row[1] !== place.reader || row[2] !== schemaNumber(db)) return false;
    return this.#isCountRight(db, place, JSON.parse(row[3]) as Readonly<Record<string, string>>);
  }

  /** How many rows there are now in each table that is counted. */
  #counts(db: Database.Database): Record<string, string> {
    const counts: Record<string, string> = {};
    for (const { collection } of this.#counted()) counts[collection.table.name] = String(countOf(db, collection));
    return counts;
  }

  #counted(): NotedTable[] {
    return [...this.#tables.values()].flatMap(([one]) => (one?.counted ? [one] : []));
  }

  /** A row that REPLACE took away unseen is missing from the count. */
  #isCountRight(db: Database.Database, { seq }: Place, counts: Readonly<Record<string, string>>): boolean {
    return this.#counted().every(({ collection, keyColumns }) => {
      const { table, quotedTable, keyTerms, collations } = collection;
      if (!db.prepare(`SELECT 1 FROM ${NOTES} WHERE seq > ? AND t = ? LIMIT 1`).get(seq, table.name)) return true;
      const before = Object.hasOwn(counts, table.name) ? counts[table.name] : undefined;
      if (before === undefined) return false;
      const here = keyTerms.map((term, i) => `${term} = noted.${keyColumns[i] ?? ''}`).join(' AND ');
      const groups = keyColumns.map((column, i) => `${column} COLLATE ${(collations[i] ?? 'binary').toUpperCase()}`);
      const moved = db
        .prepare<[bigint, string], bigint | null>(
          `SELECT sum(EXISTS (SELECT 1 FROM ${quotedTable} WHERE ${here}) - had) FROM
           (SELECT had, ${keyColumns.join(', ')}, min(seq) FROM ${NOTES} WHERE seq > ? AND t = ? GROUP BY ${groups.join(', ')}) AS noted`,
        )
        .pluck()
        .get(seq, table.name);
      return BigInt(before) + (moved ?? 0n) === countOf(db, collection);
    });
  }

  /** The last place of the reader; what was noted since is read again from there. */
  #latest(db: Database.Database, reader: string | null): string {
    if (reader === null || !hasNoteTables(db)) return NOWHERE;
    const row = db
      .prepare<[string], [string, bigint]>(
        `SELECT token, seq FROM ${READERS} WHERE reader = ? ORDER BY seq DESC LIMIT 1`,
      )
      .raw()
      .get(reader);
    return row ? cursorAt({ reader, token: row[0], seq: row[1], read: row[1] }) : NOWHERE;
  }

  #page(db: Database.Database, cursor: string, limit: number): CapturePage {
    const place = placeOf(cursor);
    const lost = (): CapturePage => ({
      dirty: [],
      next: this.#latest(db, this.#state.reader ?? place?.reader ?? null),
      more: false,
      lost: true,
    });
    if (!place || !this.#isTrusted(db, place)) {
      if (this.#why === '' && !this.#stands(db)) this.#state.level = ABSENT;
      return lost();
    }
    const from = place.read > place.seq && cursor !== this.#beyond ? place.seq : place.read;
    const rows = db
      .prepare<[bigint, number], NoteRow>(
        `SELECT seq, t, k0, k1, k2, k3 FROM ${NOTES} WHERE seq > ? ORDER BY seq LIMIT ?`,
      )
      .raw()
      .all(from, limit);
    const dirty = this.#keysOf(rows);
    if (dirty === null) return lost();
    const last = rows.at(-1)?.[0] ?? from;
    if (last >= lastNote(db)) return { dirty, next: this.#latest(db, place.reader), more: false };
    // The last place of ours stands after what is read here, unless others go on writing.
    const latest = placeOf(this.#latest(db, place.reader)) ?? place;
    const next = cursorAt({ ...latest, read: last });
    if (last > latest.seq) this.#beyond = next;
    return { dirty, next, more: true };
  }

  /** `null` where a key cannot be told. */
  #keysOf(rows: readonly NoteRow[]): CapturePage['dirty'] | null {
    const dirty = new Map<string, { readonly collection: string; readonly key: Key }>();
    for (const [, table, ...values] of rows) {
      for (const { collection, keyColumns } of this.#tables.get(table ?? '') ?? []) {
        const key = values.slice(0, keyColumns.length);
        // A record with NULL in its key has none.
        if (key.includes(null)) continue;
        if (isSuspect(key)) return null;
        const each = { collection: collection.spec.name, key: encodeKey(key, collection.collations) };
        dirty.set(`${each.collection}\0${each.key}`, each);
      }
    }
    return [...dirty.values()];
  }
}

const randomName = (): string => randomBytes(8).toString('hex');

const countOf = (db: Database.Database, { quotedTable }: BoundCollection): bigint =>
  db.prepare<[], bigint>(`SELECT count(*) FROM ${quotedTable}`).pluck().get() ?? 0n;
