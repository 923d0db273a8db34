import type { Value } from '../../electron/engine/port/value.ts';
import { idsOf, sameValues, valueOf, type GhostRecord, type Place, type WriteId } from './ghosts.ts';
import { changedOf, stamp, type Attempt } from './stamp.ts';
import type { Decision, World } from './world.ts';

/** An undo puts back, field by field, what stood there before a write of the engine that still stands. */
export function byUndo(world: World, decision: Decision, attempt: Attempt): GhostRecord | null {
  const { side, place, current, to } = attempt;
  if (!decision.seen.has(place)) return null;
  const writes = [...world.engineWrites, ...world.takenForWritten].filter(
    (write) => write.side === side && write.place === place,
  );
  const whole = to === null || current.cells === null;
  const fields = whole ? [...(to?.keys() ?? current.cells?.keys() ?? [])] : changedOf(attempt);
  const target = (field: string): Value | undefined => (to === null ? undefined : (to.get(field) ?? null));
  if (!fields.every((field) => leadsBack(writes, field, shown(current, field), target(field)))) return null;
  const record = stamp(world, decision, attempt, 'U', idsOf(current));
  rememberUndone(world, attempt, record);
  return record;
}

/** The value of a field; `undefined`: there is no record. */
const shown = (record: GhostRecord, field: string): Value | undefined =>
  record.cells === null ? undefined : valueOf(record, field);

/** Did the engine write what stands, and did the target stand before that write or an earlier one of its own? */
function leadsBack(
  writes: World['engineWrites'],
  field: string,
  from: Value | undefined,
  to: Value | undefined,
): boolean {
  if (from === to) return true;
  const last = writes.findLastIndex((write) => shown(write.to, field) === from);
  return writes.slice(0, last + 1).some((write) => shown(write.from, field) === to);
}

function rememberUndone(world: World, attempt: Attempt, record: GhostRecord): void {
  const fields = world.undone.get(attempt.place) ?? new Map<string, WriteId[]>();
  const names = attempt.to === null || attempt.current.cells === null ? ['*'] : changedOf(attempt);
  world.wasUndone.set(attempt.place, new Set([...(world.wasUndone.get(attempt.place) ?? []), ...names]));
  for (const name of names) {
    const id = name === '*' ? record.by : record.cells?.get(name)?.by;
    if (id !== undefined) fields.set(name, [...(fields.get(name) ?? []), id]);
  }
  world.undone.set(attempt.place, fields);
}

/** A value that an undo restored, and that both sides now hold, is an ordinary agreed value again. */
export function adoptUndone(world: World, held: ReadonlySet<Place>): void {
  for (const place of world.undone.keys()) {
    if (held.has(place)) continue;
    world.undone.delete(place);
    const [a, b] = [world.sides.A.get(place), world.sides.B.get(place)];
    if (!sameValues(a, b) || ![...idsOf(a), ...idsOf(b)].some((id) => id.startsWith('U'))) continue;
    const values = a.cells && new Map([...a.cells].map(([field, cell]) => [field, cell.value]));
    const by = world.history.add({ tag: 'P', place, past: [...idsOf(a), ...idsOf(b)], values });
    for (const data of [world.sides.A, world.sides.B]) {
      const record = data.get(place);
      data.content.records.set(place, {
        by,
        cells: record.cells && new Map([...record.cells].map(([field, cell]) => [field, { ...cell, by }])),
      });
    }
  }
}
