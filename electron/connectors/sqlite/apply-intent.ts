import type {
  DeleteIntent,
  InsertIntent,
  UpdateIntent,
  WriteIntent,
  WriteResult,
} from '../../engine/port/connector.ts';
import type { Key } from '../../engine/port/key-codec.ts';
import { type RecordImage, recordFrom, type State } from '../../engine/port/record.ts';
import type { Value } from '../../engine/port/value.ts';
import { checkDelete, checkInsert, checkUpdate, other } from './check-intent.ts';
import { conversionOf } from './conversion.ts';
import { isRaised, isRefusal } from './errors.ts';
import { type ReferenceCheck, referredValues } from './reference-checks.ts';
import { rejectionOf } from './refusals.ts';
import type { Prepared, WritableCollection } from './writable.ts';

/** What was written under one key, for the judgement of references and the look at what is stored. */
export interface Written {
  readonly collection: WritableCollection;
  readonly key: Key;
  readonly intended: State;
  readonly reread: boolean;
  /** References from this record that have to find their parent. */
  readonly outgoing: readonly ReferenceCheck[];
  /** What others referred to before. */
  readonly incoming: readonly { readonly check: ReferenceCheck; readonly values: readonly Value[] }[];
}

export type Applied = { readonly written: Written } | { readonly failed: WriteResult; readonly error?: unknown };

/** Carries out one intent if the side still holds what it expects. A statement that fails leaves nothing behind by itself. */
export function applyIntent(collection: WritableCollection, intent: WriteIntent): Applied {
  switch (intent.op) {
    case 'insert':
      return insert(collection, intent);
    case 'update':
      return update(collection, intent);
    case 'delete':
      return remove(collection, intent);
  }
}

function insert(collection: WritableCollection, intent: InsertIntent): Applied {
  const { bound, checks } = collection;
  const { key, to } = intent;
  const ready = checkInsert(collection, intent);
  if ('failed' in ready) return ready;
  const { prepared } = ready;
  const failed = runExactly(collection, prepared, { key, record: to });
  if (failed) {
    // After RAISE(FAIL) what stands there is our own half-made record.
    const actual = isRaised(failed.error) ? null : collection.currentState(key);
    return actual ? { failed: { status: 'changed', actual } } : failed;
  }
  const reread = prepared.mayDiffer || collection.isTriggered || to.names.length < bound.names.length;
  return { written: { collection, key, intended: to, reread, outgoing: checks.outgoing, incoming: [] } };
}

function update(collection: WritableCollection, intent: UpdateIntent): Applied {
  const { bound, checks } = collection;
  const { key, changes } = intent;
  const ready = checkUpdate(collection, intent);
  if ('failed' in ready) return ready;
  const { prepared, intended } = ready;
  const columns = new Set(changes.map((change) => bound.columnNamed(change.name)));
  const touched = (check: ReferenceCheck): boolean => check.columns.some((column) => columns.has(column));
  const written = {
    collection,
    key,
    intended: intended.names.length === bound.names.length ? { ...intended, names: bound.names } : intended,
    reread: prepared.mayDiffer || collection.isTriggered || intended.names.length < bound.names.length,
    outgoing: checks.outgoing.filter(touched),
    incoming: referredTo(collection, key, checks.incoming.filter(touched)),
  };
  if (changes.length === 0) return { written };
  const failed = runExactly(
    collection,
    { ...prepared, values: [...prepared.values, ...bound.keyParameters(key)] },
    { key, record: intended },
  );
  return failed ?? { written };
}

function remove(collection: WritableCollection, intent: DeleteIntent): Applied {
  const { bound, checks } = collection;
  const { key } = intent;
  const found = checkDelete(collection, intent);
  if ('failed' in found) return found;
  const incoming = referredTo(collection, key, checks.incoming);
  const prepared = { statement: collection.deletion(), values: bound.keyParameters(key), mayDiffer: false };
  const failed = run(collection, prepared, { key, record: found.actual });
  if (failed) return failed;
  return { written: { collection, key, intended: null, reread: collection.isTriggered, outgoing: [], incoming } };
}

/** NULL in what is referred to finds no children. */
function referredTo({ bound }: WritableCollection, key: Key, checks: readonly ReferenceCheck[]): Written['incoming'] {
  return checks.flatMap((check) => {
    const values = referredValues(bound, check, bound.keyParameters(key));
    return values && !values.includes(null) ? [{ check, values }] : [];
  });
}

const NONE: RecordImage = recordFrom([]);

interface Told {
  readonly key: Key;
  readonly record: RecordImage | null;
}
type Failed = { readonly failed: WriteResult; readonly error?: unknown };

/** `run`, taken back where a column's type would make another value of one that was told. */
function runExactly(collection: WritableCollection, prepared: Prepared, told: Told): Failed | undefined {
  if (!prepared.mayDiffer || told.record === null) return run(collection, prepared, told);
  const { bound } = collection;
  bound.statement('SAVEPOINT tandem_value').run();
  const failed = run(collection, prepared, told);
  if (!bound.inTransaction) return failed;
  const converted = failed ? undefined : conversionOf(collection, told.record, collection.currentState(told.key));
  if (converted) bound.statement('ROLLBACK TO tandem_value').run();
  bound.statement('RELEASE tandem_value').run();
  return converted ? { failed: converted } : failed;
}

/** Runs one statement that has to change one row. Failures that concern the whole database are thrown. */
function run(
  { bound }: WritableCollection,
  { statement, values }: Prepared,
  { key, record }: Told,
): Failed | undefined {
  try {
    if (statement.run(values).changes > 0) return undefined;
    return { failed: other(`a trigger of ${bound.table.name} left the record out without a word`) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { failed: rejectionOf(error, bound, record ?? NONE, key), error };
  }
}
