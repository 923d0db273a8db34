import type { FieldChange, WriteIntent, WriteResult } from '../../electron/engine/port/connector.ts';
import { fieldOf, recordFrom, type RecordImage, type State } from '../../electron/engine/port/record.ts';
import type { Value } from '../../electron/engine/port/value.ts';
import { cellsOf, changedCells, valueOf, type GhostRecord, type Place } from './ghosts.ts';
import { judgeWrite } from './judge-write.ts';
import type { SimData } from './sim-data.ts';
import { keyOf, idOf, collectionOf, placeOf } from './sim-places.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** The record as the port shows it: the key field and all others, sorted by name. */
export function imageOf(place: Place, record: GhostRecord): State {
  return (
    record.cells &&
    recordFrom([['id', idOf(place)], ...[...record.cells].map(([field, cell]) => [field, cell.value] as const)])
  );
}

export const valuesIn = (image: RecordImage): Map<string, Value> =>
  new Map(image.names.map((name, i) => [name, image.values[i] ?? null] as const).filter(([name]) => name !== 'id'));

/** Is this state what the side holds? */
export const shows = (state: State, record: GhostRecord): boolean =>
  state === null
    ? record.cells === null
    : record.cells !== null && [...valuesIn(state)].every(([field, value]) => valueOf(record, field) === value);

/** Applies one intent, or the intents of one group together, as a database would; every write passes the oracles. */
export function applyTogether(world: World, data: SimData, intents: readonly WriteIntent[]): WriteResult[] {
  const before = new Map(intents.map((intent) => [place(intent), data.get(place(intent))]));
  const results: WriteResult[] = [];
  const done: Done[] = [];
  for (const intent of intents) {
    const { result, change } = applyOne(world, data, intent);
    results.push(result);
    if (change) done.push(change);
  }
  const failed = results.some((result) => result.status !== 'applied') ? -1 : judgeRules(data, intents, results);
  if (failed === null) {
    for (const change of done) settle(world, data, change);
    if (intents.length > 1) world.stats.groups++;
    return results;
  }
  for (const [where, record] of before) data.content.records.set(where, record);
  return results.map((result) => (result.status === 'applied' ? { status: 'group-failed' } : result));
}

interface Done {
  readonly place: Place;
  readonly from: GhostRecord;
  readonly to: GhostRecord;
}

const place = (intent: WriteIntent): Place => placeOf(intent.collection, intent.key);

function applyOne(world: World, data: SimData, intent: WriteIntent): { result: WriteResult; change?: Done } {
  const where = place(intent);
  const current = data.get(where);
  const to = wanted(current, intent);
  if (to === undefined) {
    world.stats.misses++;
    return { result: { status: 'changed', actual: imageOf(where, current) } };
  }
  const judged = judgeWrite(world, { side: data.name, place: where, current, to });
  const stored = triggered(world, data, where, judged);
  data.content.records.set(where, stored);
  const differs = changedCells(judged, stored).length > 0;
  if (differs) world.shaky.add(where); // without a marker the value cannot tell that it was written
  return {
    result: { status: 'applied', ...(differs ? { stored: imageOf(where, stored) } : {}) },
    change: { place: where, from: current, to: stored },
  };
}

/** What the record would be; `undefined`: the side no longer holds what was expected. */
function wanted(current: GhostRecord, intent: WriteIntent): ReadonlyMap<string, Value> | null | undefined {
  switch (intent.op) {
    case 'insert':
      return current.cells ? undefined : valuesIn(intent.to);
    case 'delete':
      return current.cells && holds(current, intent.expect) ? null : undefined;
    case 'update':
      return current.cells &&
        intent.changes.every((change) => change.name === 'id' || valueOf(current, change.name) === change.from)
        ? patched(current, intent.changes)
        : undefined;
  }
}

const holds = (current: GhostRecord, image: RecordImage): boolean =>
  [...(current.cells ?? [])].every(([field, cell]) => fieldOf(image, field) === cell.value);

function patched(current: GhostRecord, changes: readonly FieldChange[]): Map<string, Value> {
  const values = new Map([...(current.cells ?? [])].map(([field, cell]) => [field, cell.value]));
  for (const { name, to } of changes) if (name !== 'id') values.set(name, to ?? null);
  return values;
}

/** The user's own trigger rewrites a field; its value is a write that has seen ours. */
export function triggered(world: World, data: SimData, where: Place, record: GhostRecord): GhostRecord {
  const trigger = world.scenario.trigger?.[data.name];
  const cell = trigger && record.cells?.get(trigger.field);
  if (!trigger || !cell || typeof cell.value !== 'string' || !record.cells) return record;
  const value = trigger.rewrite(cell.value);
  if (value === cell.value) return record;
  world.stats.triggers++;
  const by = world.history.add({ tag: 'T', place: where, past: [cell.by], values: new Map([[trigger.field, value]]) });
  return { by: record.by, cells: new Map([...record.cells, [trigger.field, { value, by }]]) };
}

/** Unique values and references, judged when the last intent stands. Writes the result of the one in the way. */
function judgeRules(data: SimData, intents: readonly WriteIntent[], results: WriteResult[]): number | null {
  for (const [i, intent] of intents.entries()) {
    const refusal = refusalOf(data, place(intent));
    if (!refusal) continue;
    results[i] = refusal;
    return i;
  }
  return null;
}

function refusalOf(data: SimData, where: Place): WriteResult | null {
  const record = data.get(where);
  const collection = collectionOf(where);
  const owner = data.ownerOf(where, record);
  const field = data.schema.uniqueOf(collection);
  if (owner && field)
    return {
      status: 'rejected',
      code: 'unique',
      detail: `${owner} holds this value`,
      index: `${collection}_${field}`,
      ownerKey: keyOf(owner),
      field,
    };
  const parent = data.parentOf(where, record);
  if (parent && !data.get(parent).cells)
    return {
      status: 'blocked',
      by: 'parent-missing',
      reference: `${collection}_${data.schema.referenceOf(collection)?.field ?? ''}`,
    };
  const child = record.cells ? undefined : data.childrenOf(where)[0];
  if (child)
    return {
      status: 'blocked',
      by: 'child-exists',
      reference: `${collectionOf(child)}_${data.schema.referenceOf(collectionOf(child))?.field ?? ''}`,
    };
  return null;
}

function settle(world: World, data: SimData, { place: where, from, to }: Done): void {
  data.put(where, to, 'engine');
  data.writes++;
  world.stats.engineWrites++;
  const write = { side: data.name, place: where, from, to };
  world.engineWrites.push(write);
  world.recent.push(write);
  const broken = data.brokenRule();
  if (broken) throw new Violation('constraints', broken);
  if (
    cellsOf(to).length > 0 &&
    cellsOf(from).length > 0 &&
    world.recent.some((other) => other.place === where && other.side !== data.name)
  )
    world.stats.merges++;
}
