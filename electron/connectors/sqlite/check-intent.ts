import type { DeleteIntent, InsertIntent, UpdateIntent, WriteResult } from '../../engine/port/connector.ts';
import { HOLDS_MORE, holdsMoreText, WITH_ANOTHER, WITH_DELETE } from '../../engine/port/own-values.ts';
import { fieldOf, type RecordImage, sameState, withFields } from '../../engine/port/record.ts';
import { sameValue, type Value } from '../../engine/port/value.ts';
import type { Rejected } from './refusals.ts';
import type { Prepared, WritableCollection } from './writable.ts';

/* What is asked of an intent before a statement is sent; `foresee` asks the same and sends none. */

export interface Refused {
  readonly failed: WriteResult;
}

/** What is sent, and what stands under the key then. */
export interface Ready {
  readonly prepared: Prepared;
  readonly intended: RecordImage;
}

export const other = (detail: string, field?: string): Rejected => ({
  status: 'rejected',
  code: 'other',
  detail,
  ...(field === undefined ? {} : { field }),
});

/** Does the side hold what the intent expects? The answer is the failure, or the record that stands there. */
export function checkExpected(
  collection: WritableCollection,
  intent: UpdateIntent | DeleteIntent,
): Refused | { readonly actual: RecordImage } {
  const { row, why } = collection.current(intent.key);
  if (!row) return { failed: { status: 'changed', actual: null } };
  if (why !== '') return { failed: { status: 'rejected', code: 'type', detail: why } };
  const actual = collection.bound.image(row);
  const expected =
    intent.op === 'delete'
      ? sameState(actual, intent.expect)
      : intent.changes.every(({ name, from }) => sameValue(fieldOf(actual, name), from));
  return expected ? { actual } : { failed: { status: 'changed', actual } };
}

/** Whether there is a record under the key already tells the statement. */
export function checkInsert(collection: WritableCollection, { key, to }: InsertIntent): Refused | Ready {
  const { bound } = collection;
  const prepared = collection.insertion(to);
  if ('status' in prepared) return { failed: prepared };
  const parts = bound.keyAt.map((at) => fieldOf(to, bound.names[at] ?? ''));
  if (parts.some((part) => part === undefined || part === null))
    return { failed: other('its key holds nothing', bound.spec.key[0]) };
  if (bound.keyOf(rowOf(bound.names, to)) !== key)
    return { failed: other('the record has another key than the one it is written under', bound.spec.key[0]) };
  return { prepared, intended: to };
}

const rowOf = (names: readonly string[], record: RecordImage): readonly Value[] =>
  names === record.names ? record.values : names.map((name) => fieldOf(record, name) ?? null);

export function checkUpdate(collection: WritableCollection, intent: UpdateIntent): Refused | Ready {
  const { bound } = collection;
  const { key, changes } = intent;
  const prepared = collection.update(changes);
  if ('status' in prepared) return { failed: prepared };
  const found = checkExpected(collection, intent);
  if ('failed' in found) return found;
  const more = intent.replaces ? collection.moreUnder(key) : [];
  if (more.length > 0)
    return { failed: { status: 'rejected', code: HOLDS_MORE, detail: holdsMoreText(more, WITH_ANOTHER) } };
  const intended = withFields(found.actual, new Map(changes.map((change) => [change.name, change.to])));
  if (bound.keyOf(rowOf(bound.names, intended)) !== key)
    return { failed: other('an update cannot give a record another key', bound.spec.key[0]) };
  return { prepared, intended };
}

export function checkDelete(
  collection: WritableCollection,
  intent: DeleteIntent,
): Refused | { readonly actual: RecordImage } {
  const found = checkExpected(collection, intent);
  if ('failed' in found) return found;
  const more = intent.evenWithMore ? [] : collection.moreUnder(intent.key);
  return more.length > 0
    ? { failed: { status: 'rejected', code: HOLDS_MORE, detail: holdsMoreText(more, WITH_DELETE) } }
    : found;
}
