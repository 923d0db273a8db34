import type { Database } from 'better-sqlite3';
import type { Collation } from '../../../engine/port/key-codec.ts';
import type { UniqueIndex } from '../../../engine/port/schema.ts';
import { collationNamed } from './columns.ts';

export interface Index extends UniqueIndex {
  readonly isUnique: boolean;
  /** `pk`: the primary key's own index. */
  readonly origin: string;
}

interface IndexRow {
  readonly name: string;
  readonly unique: bigint;
  readonly origin: string;
  readonly partial: bigint;
}

export function readIndexes(db: Database, table: string): Index[] {
  const columns = db.prepare<[string], { cid: bigint; name: string | null; coll: string }>(
    'SELECT cid, name, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno',
  );
  return db
    .prepare<[string], IndexRow>('SELECT name, "unique", origin, partial FROM pragma_index_list(?) ORDER BY name')
    .all(table)
    .map(({ name, unique, origin, partial }) => {
      const parts = columns.all(name);
      return {
        name,
        fields: parts.map((part) => (part.cid >= 0n ? part.name : null)),
        collations: parts.map((part): Collation | 'unknown' => collationNamed(part.coll)),
        partial: partial !== 0n,
        isUnique: unique !== 0n,
        origin,
      };
    });
}

/** The unique indexes besides the primary key's own, as the port shows them. */
export function uniqueIndexes(indexes: readonly Index[]): UniqueIndex[] {
  return indexes
    .filter((index) => index.isUnique && index.origin !== 'pk')
    .map(({ name, fields, collations, partial }) => ({ name, fields, collations, partial }));
}
