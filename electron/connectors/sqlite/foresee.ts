import Database from 'better-sqlite3';
import type { WriteIntent } from '../../engine/port/connector.ts';
import { fieldOf, type RecordImage, recordFrom } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import type { Affinity } from '../../../shared/model/affinity.ts';
import type { BoundCollection } from './bound-collection.ts';
import { checkDelete, checkInsert, checkUpdate, type Ready, type Refused } from './check-intent.ts';
import { conversionOf } from './conversion.ts';
import type { Rejected } from './refusals.ts';
import type { WritableCollection } from './writable.ts';

/**
 * What a write of the intent would reject by what stands there now and by the types of the columns; no statement is sent.
 * CHECKs, triggers, unique values and references tell only when it is written.
 */
export function foreseeRejection(collection: WritableCollection, intent: WriteIntent): Rejected | null {
  switch (intent.op) {
    case 'insert': {
      const checked = checkInsert(collection, intent);
      if ('failed' in checked) return rejectedIn(checked);
      // A record that stands there already is no refusal.
      return collection.current(intent.key).row ? null : byColumns(collection, checked, intent.to);
    }
    case 'update': {
      const checked = checkUpdate(collection, intent);
      if ('failed' in checked) return rejectedIn(checked);
      const written = intent.changes.map(({ name, to = null }) => [name, to] as const);
      return byColumns(collection, checked, recordFrom(written));
    }
    case 'delete': {
      const checked = checkDelete(collection, intent);
      return 'failed' in checked ? rejectedIn(checked) : null;
    }
  }
}

const rejectedIn = ({ failed }: Refused): Rejected | null => (failed.status === 'rejected' ? failed : null);

/** What the columns refuse of the fields that are written. */
function byColumns(collection: WritableCollection, { prepared }: Ready, written: RecordImage): Rejected | null {
  const { bound, isTriggered } = collection;
  const empty = emptied(bound, written);
  // What a trigger makes of a value is known to the trigger alone.
  if (empty || isTriggered || !prepared.mayDiffer) return empty;
  return conversionOf(collection, written, keptOf(bound, written)) ?? null;
}

/** NULL where the column takes none, in the words of SQLite. */
function emptied({ table, columns, names }: BoundCollection, written: RecordImage): Rejected | null {
  for (const column of table.columns) {
    const field = names[columns.indexOf(column.name)];
    if (field === undefined || column.nullable || fieldOf(written, field) !== null) continue;
    return {
      status: 'rejected',
      code: 'not-null',
      detail: `NOT NULL constraint failed: ${table.name}.${column.name}`,
      field,
    };
  }
  return null;
}

/** What the columns would keep of these values by their types: asked of SQLite, in a database of its own that goes again. */
function keptOf({ names, affinities }: BoundCollection, written: RecordImage): RecordImage {
  const fields = written.names.map((name) => ({ name, type: DECLARED[affinities[names.indexOf(name)] ?? 'none'] }));
  const scratch = new Database(':memory:');
  try {
    scratch.defaultSafeIntegers(true);
    scratch.exec(`CREATE TABLE kept (${fields.map(({ type }, i) => `c${i} ${type}`).join(', ')})`);
    scratch.prepare(`INSERT INTO kept VALUES (${fields.map(() => '?').join(', ')})`).run(written.values);
    const row = scratch.prepare('SELECT * FROM kept').raw().get() as Value[];
    return recordFrom(fields.map(({ name }, i) => [name, row[i] ?? null] as const));
  } finally {
    scratch.close();
  }
}

const DECLARED: Readonly<Record<Affinity, string>> = {
  none: 'BLOB',
  text: 'TEXT',
  real: 'REAL',
  integer: 'INTEGER',
  numeric: 'NUMERIC',
};
