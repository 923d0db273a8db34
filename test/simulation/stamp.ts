import type { Value } from '../../electron/engine/port/value.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { GhostRecord, Place, WriteId } from './ghosts.ts';
import type { Decision, World } from './world.ts';

/** One write of the engine about to happen: what stands, and what is to stand. */
export interface Attempt {
  readonly side: SideName;
  readonly place: Place;
  readonly current: GhostRecord;
  /** null: a delete. */
  readonly to: ReadonlyMap<string, Value> | null;
}

/** Fields that the write changes. */
export const changedOf = ({ current, to }: Attempt): string[] =>
  [...(to ?? [])].filter(([field, value]) => current.cells?.get(field)?.value !== value).map(([field]) => field);

/** A write of the person, through the engine: one id a place and side, with everything seen as its past. */
export function stamp(
  world: World,
  decision: Decision,
  attempt: Attempt,
  tag: 'P' | 'U',
  past: readonly WriteId[],
): GhostRecord {
  const { side, place, current, to } = attempt;
  const changed = new Set(current.cells === null ? to?.keys() : changedOf(attempt));
  const values = to && new Map([...to].filter(([field]) => changed.has(field)));
  const name = `${side} ${place}`;
  const by =
    decision.ids.get(name) ??
    world.history.add({ tag, place, past, values, inserts: current.cells === null && to !== null });
  if (tag === 'P') decision.ids.set(name, by);
  if (to === null) return { by, cells: null };
  const cells = new Map(
    [...to].map(([field, value]) => [
      field,
      changed.has(field) ? { value, by } : (current.cells?.get(field) ?? { value, by }),
    ]),
  );
  return { by: current.cells === null ? by : current.by, cells };
}
