import type { State } from '../../electron/engine/port/record.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import { idsOf, type GhostRecord, type Place, type WriteId } from './ghosts.ts';
import type { LiveEngine } from './live-engine.ts';
import { placeOf } from './sim-places.ts';
import { valuesIn } from './sim-write.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** Oracle conflict-precision: a conflict is opened only between edits that knew nothing of each other. */
export async function judgeItems(world: World, engine: LiveEngine): Promise<void> {
  const listed = await engine.call('conflicts', (real) => real.conflicts({ limit: 1000 }));
  if (listed.kind !== 'done') return;
  world.shown = listed.value;
  for (const item of listed.value) {
    const name = `${item.id} ${item.generation}`;
    if (world.judgedItems.has(name)) continue;
    world.judgedItems.add(name);
    world.stats.conflicts++;
    const place = placeOf(item.collection, item.key);
    world.note(`conflict on ${place}: ${item.kind} ${item.fields.join()} (generation ${item.generation})`);
    if (looksAway(world, place)) continue;
    if (isNone(world, place, item))
      throw new Violation(
        'conflict-precision',
        `${place}: ${item.kind} on ${item.fields.join()} although one side is simply older`,
      );
  }
}

const looksAway = (world: World, place: Place): boolean =>
  world.flags.untrusted || world.halfDecided.has(place) || world.unknowable.has(place) || world.blurred.has(place);

const NONE: ReadonlySet<string> = new Set();

function isNone(world: World, place: Place, item: ConflictItem): boolean {
  const undone = world.wasUndone.get(place) ?? NONE;
  if (item.kind === 'update/update' || item.kind === 'undone')
    return isOneEdit(world, place, {
      ...item,
      fields: undone.has('*') ? [] : item.fields.filter((name) => !undone.has(name)),
    });
  if (undone.size > 0) return false;
  if (item.kind === 'insert/insert') return isOneInsert(world, place, item);
  return item.kind === 'delete/update' && isOneDelete(world, place, item);
}

const isOneEdit = (world: World, place: Place, { fields, local, remote }: ConflictItem): boolean =>
  fields.some((field) =>
    everyPair(fieldIds(world, 'A', place, local, field), fieldIds(world, 'B', place, remote, field), (p, q) =>
      world.history.ordered(p, q),
    ),
  );

const isOneInsert = (world: World, place: Place, { local, remote }: ConflictItem): boolean =>
  everyPair(
    versions(world, 'A', place, local),
    versions(world, 'B', place, remote),
    (a, b) => sawAll(world, a, b) || sawAll(world, b, a),
  );

function isOneDelete(world: World, place: Place, { local, remote }: ConflictItem): boolean {
  const [gone, kept]: [SideName, SideName] = local === null ? ['A', 'B'] : ['B', 'A'];
  const afterwards = ([k]: readonly WriteId[], [d]: readonly WriteId[]): boolean =>
    k !== undefined && d !== undefined && world.history.saw(k, d);
  return everyPair(
    versions(world, gone, place, null),
    versions(world, kept, place, local ?? remote),
    (d, k) => sawAll(world, d, k) || afterwards(k, d),
  );
}

const everyPair = <T>(as: readonly T[], bs: readonly T[], holds: (a: T, b: T) => boolean): boolean =>
  as.length > 0 && bs.length > 0 && as.every((a) => bs.every((b) => holds(a, b)));

/** Which writes may have put this value into the field: the one that stands, if it does. */
function fieldIds(world: World, side: SideName, place: Place, state: State, field: string): WriteId[] {
  const value = state && (valuesIn(state).get(field) ?? null);
  const current = world.sides[side].get(place).cells?.get(field);
  if (current && current.value === value) return [current.by];
  return world.history.bearers(place, field, value ?? null);
}

/** Possible ids of the whole record, its maker first. */
function versions(world: World, side: SideName, place: Place, state: State): WriteId[][] {
  const current = world.sides[side].get(place);
  if (state === null) return current.cells ? world.history.deletes(place).map((id) => [id]) : [[current.by]];
  if (matches(current, state)) return [idsOf(current)];
  // Who wrote an equal value on either side cannot be told apart: it may be any of them, so all stand here.
  const cells = [...valuesIn(state)].flatMap(([field, value]) => world.history.bearers(place, field, value));
  return world.history.inserts(place).map((by) => [by, ...cells]);
}

const matches = (record: GhostRecord, state: NonNullable<State>): boolean =>
  record.cells !== null && [...valuesIn(state)].every(([field, value]) => record.cells?.get(field)?.value === value);

const sawAll = (world: World, [by]: readonly WriteId[], of: readonly WriteId[]): boolean =>
  by !== undefined && of.every((id) => world.history.saw(by, id));
