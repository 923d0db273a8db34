import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Db, Document } from 'mongodb';
import { makeOffice, type OfficeWish } from './office.ts';

const unique: Readonly<Record<string, string>> = {
  admins: 'username',
  members: 'member_no',
  donations: 'receipt_no',
};

/**
 * The made-up office as documents: what identifies a row is its `_id`. `path` is where the tables are made before, and
 * is gone afterwards. Answers how many documents each collection has.
 */
export async function fillOffice(db: Db, path: string, wish: OfficeWish): Promise<ReadonlyMap<string, number>> {
  const counts = makeOffice(path, wish);
  const tables = new Database(path, { readonly: true });
  try {
    for (const name of counts.keys()) {
      const key = tables
        .prepare<[string], string>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
        .pluck()
        .all(name);
      const rows = tables.prepare<[], Document>(`SELECT * FROM ${name}`).all();
      await db.collection(name).insertMany(rows.map((row) => documentOf(row, key)));
      const field = unique[name];
      if (field !== undefined) await db.collection(name).createIndex({ [field]: 1 }, { unique: true });
    }
  } finally {
    tables.close();
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  }
  return counts;
}

/** A column without a value is a field that is not there. */
function documentOf(row: Document, key: readonly string[]): Document {
  const [only] = key;
  const id: unknown =
    key.length === 1 && only !== undefined ? row[only] : Object.fromEntries(key.map((name) => [name, row[name]]));
  const fields = Object.entries(row).filter(([name, value]) => !key.includes(name) && value !== null);
  return { _id: id, ...Object.fromEntries(fields) };
}
