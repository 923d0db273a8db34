import type Database from 'better-sqlite3';
import { hasNoteTables, lastNote, NOTES, READERS } from './note-tables.ts';

/** The notes that one transaction of ours leaves. */
export interface OwnNotes {
  /** How many there are so far. */
  count(): number;
  /** Takes those away that tell us of our own writes: not those of tables whose rows are counted. */
  forget(kept: readonly string[]): void;
}

/** To be called when the transaction begins; `reader`: who reads notes here, if that is known. */
export function ownNotes(db: Database.Database, reader: string | null): OwnNotes | null {
  if (!hasNoteTables(db)) return null;
  const before = lastNote(db);
  return {
    count: () =>
      Number(db.prepare<[bigint], bigint>(`SELECT count(*) FROM ${NOTES} WHERE seq > ?`).pluck().get(before) ?? 0n),
    forget: (kept) => {
      // Another pair that reads them has to see what this one writes.
      if (reader === null || db.prepare(`SELECT 1 FROM ${READERS} WHERE reader <> ?`).get(reader)) return;
      db.prepare(`DELETE FROM ${NOTES} WHERE seq > ? AND t NOT IN (SELECT value FROM json_each(?))`).run(
        before,
        JSON.stringify(kept),
      );
    },
  };
}
