import type { Value } from '../../electron/engine/port/value.ts';
import { idsOf, NEVER, showRecord, valueOf, type Cell, type GhostRecord, type WriteId } from './ghosts.ts';
import { byUndo } from './judge-undo.ts';
import { collectionOf } from './sim-places.ts';
import { changedOf, stamp, type Attempt } from './stamp.ts';
import { Violation } from './violation.ts';
import { otherSide, type Decision, type World } from './world.ts';

/**
 * Oracle no-silent-loss (with no-resurrection and no-reversion): the engine may replace only what the author of the
 * new value had seen, unless a person decides over exactly what they saw, or an undo puts back what stood before a
 * write of the engine. Returns the record to store, each value with the write it is.
 */
export function judgeWrite(world: World, attempt: Attempt): GhostRecord {
  const plain = attribute(world, attempt);
  if (plain.ok) {
    if (!plain.record.cells && attempt.current.cells) countDelete(world, attempt);
    return plain.record;
  }
  for (const decision of [world.decision, ...world.interrupted, world.standing.get(attempt.place)]) {
    const decided =
      decision && (decision.kind === 'undo' ? byUndo(world, decision, attempt) : byDecision(world, decision, attempt));
    if (decided) return decided;
  }
  if (
    plain.record !== null &&
    (world.unknowable.has(attempt.place) ||
      (world.flags.stateLost && !attempt.current.cells) ||
      byPolicy(world, attempt, plain.unseen))
  )
    return plain.record;
  throw new Violation(
    plain.record === null ? 'invention' : 'no-silent-loss',
    `${attempt.side}.${attempt.place}: ${showRecord(attempt.current)} became ${showTo(attempt.to)} (${plain.why})`,
  );
}

type Attribution =
  | { readonly ok: true; readonly record: GhostRecord }
  /** `unseen`: fields whose values would be lost; `*`: the record as a whole. */
  | {
      readonly ok: false;
      readonly record: GhostRecord | null;
      readonly why: string;
      readonly unseen: readonly string[];
    };

function attribute(world: World, attempt: Attempt): Attribution {
  if (attempt.to === null) return attributeDelete(world, attempt);
  return attempt.current.cells === null
    ? attributeInsert(world, attempt, attempt.to)
    : attributeUpdate(world, attempt, attempt.to);
}

/** Writes this value may be, the one that stands on the other side first. */
function candidates(world: World, { side, place }: Attempt, field: string, value: Value): WriteId[] {
  const there = world.sides[otherSide(side)].get(place).cells?.get(field);
  return [...(there && there.value === value ? [there.by] : []), ...world.history.bearers(place, field, value)];
}

function attributeUpdate(world: World, attempt: Attempt, to: ReadonlyMap<string, Value>): Attribution {
  const { place, current } = attempt;
  const cells = new Map(current.cells);
  const unseen: string[] = [];
  let why = '';
  for (const [field, value] of to) {
    const old = current.cells?.get(field);
    if (!old || old.value === value) continue;
    const from = candidates(world, attempt, field, value);
    if (from.length === 0) return invented(field, value);
    const by = from.find((id) =>
      world.history.mayReplace({ place, field }, id, old.by, old.value, world.halfDecided.has(place)),
    );
    if (by === undefined) {
      unseen.push(field);
      why ||= `${field}: ${String(old.value)} was never seen by the author of ${String(value)}`;
    }
    cells.set(field, { value, by: by ?? (from[0] as WriteId) });
  }
  const record = { by: current.by, cells };
  return why ? { ok: false, record, why, unseen } : { ok: true, record };
}

const invented = (field: string, value: Value): Attribution => ({
  ok: false,
  record: null,
  why: `nobody ever wrote ${field}=${String(value)}`,
  unseen: [field],
});

function attributeInsert(world: World, attempt: Attempt, to: ReadonlyMap<string, Value>): Attribution {
  const { history } = world;
  const { side, place, current } = attempt;
  const cells = new Map<string, Cell>();
  for (const [field, value] of to) {
    const [by] = candidates(world, attempt, field, value);
    if (by === undefined) return invented(field, value);
    cells.set(field, { value, by });
  }
  const there = world.sides[otherSide(side)].get(place);
  const makers = [
    ...(there.cells ? [there.by] : []),
    ...history.inserts(place).filter((id) => belongsTogether(world, attempt, id, to)),
  ];
  const ids = [...cells.values()].map((cell) => cell.by);
  const by = makers.find((id) => history.mayAppear(id, ids, current.by));
  const record = { by: by ?? makers[0] ?? current.by, cells };
  return by === undefined
    ? { ok: false, record, why: 'a delete was undone by a value that never saw it', unseen: ['*'] }
    : { ok: true, record };
}

/** Could the record made by `maker` hold these values: each written by it or by somebody who saw it? */
const belongsTogether = (world: World, attempt: Attempt, maker: WriteId, to: ReadonlyMap<string, Value>): boolean =>
  [...to].every(([field, value]) =>
    candidates(world, attempt, field, value).some((id) => world.history.saw(id, maker)),
  );

function attributeDelete(world: World, attempt: Attempt): Attribution {
  const { side, place, current } = attempt;
  const there = world.sides[otherSide(side)].get(place);
  const authors = [...(there.cells ? [] : [there.by]), ...world.history.deletes(place)].filter(
    (id) => !world.revoked.has(id),
  );
  const seesAll = (id: WriteId): boolean =>
    [...(current.cells ?? [])].every(([field, cell]) =>
      world.history.mayReplace({ place, field }, id, cell.by, cell.value, world.halfDecided.has(place)),
    );
  const by = authors.find(seesAll);
  const record = { by: by ?? authors[0] ?? current.by, cells: null };
  return by === undefined
    ? { ok: false, record, why: 'what stood there was never seen by who deleted', unseen: ['*'] }
    : { ok: true, record };
}

/** The person's own words: allowed to replace exactly what they saw. */
function byDecision(world: World, decision: Decision, attempt: Attempt): GhostRecord | null {
  const { place, current, to } = attempt;
  const seen = decision.seen.get(place);
  if (!seen) return null;
  // Absence is absence, whoever deleted: it counts as seen as equal values do.
  if (current.cells === null && [...seen].some((id) => id === NEVER || world.history.deletes(place).includes(id)))
    return stamp(world, decision, attempt, 'P', [...seen, current.by]);
  const replaced =
    to === null || current.cells === null
      ? idsOf(current)
      : changedOf(attempt).map((field) => current.cells?.get(field)?.by ?? current.by);
  const known = (id: WriteId, i: number): boolean =>
    seen.has(id) || [...seen].some((saw) => world.history.saw(saw, id)) || equalSeen(world, attempt, seen, i);
  if (!replaced.every(known)) return null;
  return stamp(world, decision, attempt, 'P', [...seen]);
}

/** Equal values count as seen, here too. */
function equalSeen(world: World, { place, current, to }: Attempt, seen: ReadonlySet<WriteId>, i: number): boolean {
  const fields =
    to === null || current.cells === null
      ? ['', ...(current.cells?.keys() ?? [])]
      : [...to.keys()].filter((field) => current.cells?.get(field)?.value !== to.get(field));
  const field = fields[i];
  if (field === undefined) return false;
  return field === ''
    ? current.cells !== null
    : world.history.bearers(place, field, valueOf(current, field)).some((id) => seen.has(id));
}

/** Where A wins every conflict, B loses what A's people never saw; what an undo restored is nobody's conflict. */
const byPolicy = (world: World, { side, place }: Attempt, unseen: readonly string[]): boolean =>
  side === 'B' &&
  world.schema.localWins(collectionOf(place)) &&
  unseen.every((field) => world.undoneIds(place, field).length === 0);

/** Oracle brake: records deleted since a person last answered, over passes and crashes; one that came back and went again is one (E39). */
function countDelete(world: World, { side, place }: Attempt): void {
  const limit = world.scenario.brakeLimit;
  if (limit === undefined || world.letGo.has(place)) return;
  const name = `${side} ${collectionOf(place)}`;
  const places = (world.deleted.get(name) ?? new Set()).add(place);
  world.deleted.set(name, places);
  if (places.size > limit)
    throw new Violation(
      'brake',
      `record number ${places.size} deleted in ${collectionOf(place)} on ${side} without an answer (limit ${limit})`,
    );
}

const showTo = (to: ReadonlyMap<string, Value> | null): string =>
  to === null
    ? 'absent'
    : [...to]
        .filter(([, value]) => value !== null)
        .map(([field, value]) => `${field}=${String(value)}`)
        .join(',');
