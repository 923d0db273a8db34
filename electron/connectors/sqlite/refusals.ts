import type { WriteResult } from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import type { RecordImage } from '../../engine/port/record.ts';
import type { BoundCollection } from './bound-collection.ts';
import type { Index } from './describe/indexes.ts';
import { isSqliteError } from './errors.ts';
import { holdersOf } from './owners.ts';

export type Rejected = Extract<WriteResult, { status: 'rejected' }>;

/** What a statement was refused for, in the words of the port. `record` is what would have stood there. */
export function rejectionOf(error: unknown, collection: BoundCollection, record: RecordImage, ownKey: Key): Rejected {
  const message = error instanceof Error ? error.message : String(error);
  const code = isSqliteError(error) ? error.code : '';
  switch (code) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
    case 'SQLITE_CONSTRAINT_ROWID':
      return uniqueRejection(message, collection, record, ownKey);
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return { status: 'rejected', code: 'not-null', detail: message, ...fieldIn(message, collection) };
    case 'SQLITE_CONSTRAINT_CHECK':
      return { status: 'rejected', code: 'check', detail: message };
    case 'SQLITE_CONSTRAINT_DATATYPE':
    case 'SQLITE_MISMATCH':
      return { status: 'rejected', code: 'type', detail: message, ...fieldIn(message, collection) };
    case 'SQLITE_TOOBIG':
      return { status: 'rejected', code: 'too-large', detail: message };
    default:
      if (error instanceof RangeError) return { status: 'rejected', code: 'too-large', detail: message };
      return { status: 'rejected', code: 'other', detail: message };
  }
}

/** SQLite ends its text with "table.column"; a column's name may hold any character, so the table's is cut off. */
function fieldIn(message: string, collection: BoundCollection): { field?: string } {
  const physical = columnsIn(message, collection)[0];
  const at = collection.columns.indexOf(physical ?? '');
  const name = at < 0 ? undefined : collection.names[at];
  return name === undefined ? {} : { field: name };
}

function columnsIn(message: string, { table }: BoundCollection): string[] {
  const prefix = `${table.name}.`;
  const from = message.indexOf(prefix);
  return from < 0 ? [] : message.slice(from + prefix.length).split(`, ${prefix}`);
}

function uniqueRejection(message: string, collection: BoundCollection, record: RecordImage, ownKey: Key): Rejected {
  const base: Rejected = { status: 'rejected', code: 'unique', detail: message };
  const index = indexIn(message, collection);
  if (!index) return base;
  const owner = holdersOf(index, collection, record).find((key) => key !== ownKey);
  const fields = index.fields.map((field) => collection.names[collection.columns.indexOf(field ?? '')]);
  return {
    ...base,
    index: index.name,
    ...(owner === undefined ? {} : { ownerKey: owner }),
    ...(fields.includes(undefined) ? {} : { field: fields.join(', ') }),
  };
}

/** Which index the text means: by name, or by its columns. */
function indexIn(message: string, collection: BoundCollection): Index | undefined {
  const { indexes } = collection.table;
  const named = /index '(.*)'$/s.exec(message)?.[1];
  if (named !== undefined) return indexes.find((index) => index.name === named);
  const columns = columnsIn(message, collection).join('\0');
  return indexes.find((index) => index.isUnique && index.fields.join('\0') === columns);
}
