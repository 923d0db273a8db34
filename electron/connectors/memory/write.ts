import type { InsertIntent, UpdateIntent, WriteIntent, WriteResult } from '../../engine/port/connector.ts';
import { fieldOf, sameState, withFields, type State } from '../../engine/port/record.ts';
import { HOLDS_MORE, holdsMoreText, WITH_ANOTHER, WITH_DELETE } from '../../engine/port/own-values.ts';
import { sameValue } from '../../engine/port/value.ts';
import type { BoundCollection } from './binding.ts';
import { BrokenReference, RefusedWrite, type MemoryTransaction } from './transaction.ts';

type Bound = ReadonlyMap<string, BoundCollection>;

/** Applies intents inside `transaction`: one result each, in order; what failed leaves nothing behind. */
export function applyIntents(
  transaction: MemoryTransaction,
  bound: Bound,
  intents: readonly WriteIntent[],
): WriteResult[] {
  const results: WriteResult[] = [];
  for (const unit of unitsOf(intents)) {
    for (const [at, result] of applyUnit(transaction, bound, intents, unit)) results[at] = result;
  }
  return results;
}

/** Positions that stand or fall together, in the order of their first member. */
function unitsOf(intents: readonly WriteIntent[]): readonly (readonly number[])[] {
  const units: number[][] = [];
  const groups = new Map<number, number[]>();
  for (const [at, { group }] of intents.entries()) {
    const known = group === undefined ? undefined : groups.get(group);
    if (known) {
      known.push(at);
      continue;
    }
    const unit = [at];
    units.push(unit);
    if (group !== undefined) groups.set(group, unit);
  }
  return units;
}

function applyUnit(
  transaction: MemoryTransaction,
  bound: Bound,
  intents: readonly WriteIntent[],
  unit: readonly number[],
): ReadonlyMap<number, WriteResult> {
  const savepoint = transaction.savepoint();
  const results = new Map<number, WriteResult>();
  try {
    for (const at of unit) {
      transaction.position = at;
      const result = applyIntent(transaction, bound, intents[at] as WriteIntent);
      if (result.status !== 'applied') return failed(transaction, savepoint, unit, at, result);
      results.set(at, result);
    }
    transaction.checkUnique(savepoint);
    transaction.checkReferences(savepoint);
    return results;
  } catch (error) {
    return caught(transaction, bound, savepoint, unit, error);
  }
}

function failed(
  transaction: MemoryTransaction,
  savepoint: number,
  unit: readonly number[],
  at: number,
  result: WriteResult,
): ReadonlyMap<number, WriteResult> {
  transaction.rollbackTo(savepoint);
  return new Map(unit.map((member) => [member, member === at ? result : { status: 'group-failed' }]));
}

function caught(
  transaction: MemoryTransaction,
  bound: Bound,
  savepoint: number,
  unit: readonly number[],
  error: unknown,
): ReadonlyMap<number, WriteResult> {
  if (error instanceof BrokenReference) {
    const { position, by, reference } = error;
    return failed(transaction, savepoint, unit, position, { status: 'blocked', by, reference });
  }
  if (!(error instanceof RefusedWrite)) throw error;
  const at = error.why.position ?? transaction.position;
  return failed(transaction, savepoint, unit, at, refusal(bound, error));
}

function refusal(bound: Bound, { code, message, why }: RefusedWrite): WriteResult {
  const owner = [...bound.values()].find(({ spec }) => spec.physical === why.collection);
  const image = why.owner === undefined ? null : (owner?.image(why.owner) ?? null);
  const ownerKey = image && owner?.keyOf(image);
  const field = owner?.spec.fields.find((mapped) => mapped.physical === why.field)?.name ?? why.field;
  return {
    status: 'rejected',
    code,
    detail: message,
    ...(why.index === undefined ? {} : { index: why.index }),
    ...(ownerKey ? { ownerKey } : {}),
    ...(field === undefined ? {} : { field }),
  };
}

function applyIntent(transaction: MemoryTransaction, bound: Bound, intent: WriteIntent): WriteResult {
  const collection = bound.get(intent.collection);
  if (!collection) return reject(`the pair has no collection ${intent.collection}`);
  switch (intent.op) {
    case 'insert':
      return insert(transaction, collection, intent);
    case 'update':
      return update(transaction, collection, intent);
    case 'delete': {
      const row = collection.rowOf(intent.key);
      const actual = collection.read(intent.key);
      if (row === null || !sameState(actual, intent.expect)) return { status: 'changed', actual };
      const own = intent.evenWithMore ? [] : collection.ownIn(row);
      if (own.length > 0) return { status: 'rejected', code: HOLDS_MORE, detail: holdsMoreText(own, WITH_DELETE) };
      transaction.delete(collection.spec.physical, row);
      return applied(collection, intent, null);
    }
  }
}

function insert(transaction: MemoryTransaction, collection: BoundCollection, intent: InsertIntent): WriteResult {
  const unknown = intent.to.names.find((name) => !collection.maps(name));
  if (unknown !== undefined) return reject(`the pair maps no field ${unknown}`, unknown);
  if (collection.keyOf(intent.to) !== intent.key)
    return reject('the record has another key than the one it is written under', collection.spec.key[0]);
  const actual = collection.read(intent.key);
  if (actual) return { status: 'changed', actual };
  transaction.insert(collection.spec.physical, collection.stored(intent.to));
  return applied(collection, intent, intent.to);
}

function update(transaction: MemoryTransaction, collection: BoundCollection, intent: UpdateIntent): WriteResult {
  const unknown = intent.changes.find(({ name }) => !collection.maps(name));
  if (unknown) return reject(`the pair maps no field ${unknown.name}`, unknown.name);
  const row = collection.rowOf(intent.key);
  const actual = collection.read(intent.key);
  if (row === null || actual === null) return { status: 'changed', actual };
  if (intent.changes.some(({ name, from }) => !sameValue(fieldOf(actual, name), from)))
    return { status: 'changed', actual };
  const own = intent.replaces ? collection.ownIn(row) : [];
  if (own.length > 0) return { status: 'rejected', code: HOLDS_MORE, detail: holdsMoreText(own, WITH_ANOTHER) };
  const intended = withFields(actual, new Map(intent.changes.map(({ name, to }) => [name, to])));
  if (collection.keyOf(intended) !== intent.key)
    return reject('an update cannot give a record another key', collection.spec.key[0]);
  transaction.update(
    collection.spec.physical,
    row,
    new Map(intent.changes.map(({ name, to }) => [collection.physicalOf(name), to])),
  );
  return applied(collection, intent, intended);
}

function applied(collection: BoundCollection, { key }: WriteIntent, intended: State): WriteResult {
  const stored = collection.read(key);
  return sameState(stored, intended) ? { status: 'applied' } : { status: 'applied', stored };
}

function reject(detail: string, field?: string): WriteResult {
  return { status: 'rejected', code: 'other', detail, ...(field === undefined ? {} : { field }) };
}
