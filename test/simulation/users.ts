import type { Value } from '../../electron/engine/port/value.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import { idsOf, nothing, valueOf, type GhostRecord, type Place, type WriteId } from './ghosts.ts';
import { collectionOf } from './sim-places.ts';
import { triggered } from './sim-write.ts';
import type { World } from './world.ts';

/** What a user of one side does in one transaction. `value` is set where it is not a token of the user's own. */
export interface Edit {
  readonly t: 'set' | 'insert' | 'delete' | 'swap';
  readonly side: SideName;
  readonly place: Place;
  readonly field?: string;
  readonly value?: string | null;
  /** The other record of a swap of unique values. */
  readonly other?: Place;
  /** No hint follows. */
  readonly missed?: boolean;
}

/** Everything the user of `side` can do now. */
export function editMenu(world: World, side: SideName): Edit[] {
  const { scenario } = world;
  if (scenario.users && !scenario.users.includes(side)) return [];
  const menu = scenario.editable.flatMap((place) =>
    world.sides[side].get(place).cells ? changes(world, side, place) : insertions(world, side, place),
  );
  return menu.filter((edit) => possible(world, edit));
}

function changes(world: World, side: SideName, place: Place): Edit[] {
  const { scenario, schema } = world;
  if (scenario.onlyDelete) return [{ t: 'delete', side, place }];
  const unique = schema.uniqueOf(collectionOf(place));
  const reference = schema.referenceOf(collectionOf(place));
  const edits: Edit[] = schema
    .fieldsOf(collectionOf(place))
    .filter((field) => field !== reference?.field)
    .flatMap((field): Edit[] => {
      if (field === unique)
        return (scenario.uniqueValues ?? []).map((value) => ({ t: 'set', side, place, field, value }));
      const shared = field === 'f' ? (scenario.sharedValues ?? []) : [];
      return [
        { t: 'set', side, place, field },
        ...shared.map((value): Edit => ({ t: 'set', side, place, field, value })),
      ];
    });
  return scenario.noDelete ? edits : [...edits, { t: 'delete', side, place }];
}

function insertions(world: World, side: SideName, place: Place): Edit[] {
  if (world.scenario.noInsert || world.scenario.onlyDelete) return [];
  const unique = world.schema.uniqueOf(collectionOf(place));
  if (!unique) return [{ t: 'insert', side, place }];
  return (world.scenario.uniqueValues ?? []).map((value) => ({ t: 'insert', side, place, field: unique, value }));
}

/** Pairs of records that can exchange their unique values. */
export function swapMenu(world: World): Edit[] {
  const list = world.scenario.editable.filter((place) => world.schema.uniqueOf(collectionOf(place)));
  return (['A', 'B'] as const)
    .flatMap((side) =>
      list.flatMap((place, i) => list.slice(i + 1).map((other): Edit => ({ t: 'swap', side, place, other }))),
    )
    .filter((edit) => possible(world, edit));
}

export function possible(world: World, { t, side, place, field, value, other }: Edit): boolean {
  const data = world.sides[side];
  const record = data.get(place);
  if (t === 'swap') {
    const unique = world.schema.uniqueOf(collectionOf(place));
    return Boolean(unique && other && valueOf(record, unique) !== null && valueOf(data.get(other), unique) !== null);
  }
  if ((t === 'insert') === Boolean(record.cells)) return false;
  const parent = t === 'insert' ? parentPlace(world, place) : undefined;
  if (parent && !data.get(parent).cells) return false;
  if (value === undefined || field === undefined) return true;
  if (t === 'set' && valueOf(record, field) === value) return false;
  if (field !== world.schema.uniqueOf(collectionOf(place))) return true;
  if (value === null && !world.schema.nullsClash(collectionOf(place))) return true;
  return !data
    .places(collectionOf(place))
    .some((taken) => taken !== place && valueOf(data.get(taken), field) === value);
}

/** The parent that a record of this collection refers to: always the one that scenarios edit. */
function parentPlace(world: World, place: Place): Place | undefined {
  const reference = world.schema.referenceOf(collectionOf(place));
  return reference && `${reference.parent}/p`;
}

/** A committed transaction of a user: values change, a hint follows. A deleted parent takes its children along. */
export function edit(world: World, what: Edit, hint = !what.missed): void {
  world.stats.edits++;
  if (what.missed) {
    world.flags.missed = true;
    world.stats.missedHints++;
  }
  switch (what.t) {
    case 'set':
      return setField(world, { ...what, missed: !hint }, what.field ?? '', what.value);
    case 'insert':
      return insert(world, what);
    case 'delete':
      return remove(world, what);
    case 'swap':
      return swap(world, what);
  }
}

function setField(world: World, what: Edit, field: string, value?: string | null): void {
  const { side, place } = what;
  const current = world.sides[side].get(place);
  const token = value === undefined ? world.history.nextId(side) : value;
  const heldWhole = world.undone.get(place)?.has('*') ?? false;
  // An edit of a record that is held as a whole stands for writing all of it again.
  const fields = heldWhole ? [...(current.cells?.keys() ?? [])] : [field];
  const values = new Map(
    fields.map((name): [string, Value] => [name, name === field ? token : valueOf(current, name)]),
  );
  const past = fields.flatMap((name) => [current.cells?.get(name)?.by ?? current.by, ...world.undoneIds(place, name)]);
  const by = world.history.add({ tag: side, place, past, values });
  const cells = new Map([
    ...(current.cells ?? []),
    ...[...values].map(([name, written]) => [name, { value: written, by }] as const),
  ]);
  commit(world, what, place, { by: heldWhole ? by : current.by, cells });
}

function insert(world: World, what: Edit): void {
  const { side, place, field: unique, value } = what;
  const current = world.sides[side].get(place);
  const token = world.history.nextId(side);
  const collection = collectionOf(place);
  const reference = world.schema.referenceOf(collection);
  const values = new Map(
    world.schema
      .fieldsOf(collection)
      .map((field): [string, Value] => [
        field,
        field === reference?.field ? 'p' : field === unique && value !== undefined ? value : token,
      ]),
  );
  const past = [current.by, ...[...values.keys()].flatMap((field) => world.undoneIds(place, field))];
  const by = world.history.add({ tag: side, place, past, values, inserts: true });
  commit(world, what, place, {
    by,
    cells: new Map([...values].map(([field, written]) => [field, { value: written, by }])),
  });
}

function remove(world: World, what: Edit): void {
  const { side, place } = what;
  const data = world.sides[side];
  for (const child of data.childrenOf(place)) remove(world, { ...what, place: child });
  const current = data.get(place);
  const past: WriteId[] = [
    ...idsOf(current),
    ...world.schema.fieldsOf(collectionOf(place)).flatMap((field) => world.undoneIds(place, field)),
  ];
  const by = world.history.add({ tag: side, place, past, values: null });
  commit(world, what, place, { ...nothing, by });
}

function swap(world: World, what: Edit): void {
  const unique = world.schema.uniqueOf(collectionOf(what.place));
  if (!unique || !what.other) return;
  const data = world.sides[what.side];
  const [mine, theirs] = [valueOf(data.get(what.place), unique), valueOf(data.get(what.other), unique)];
  setField(world, what, unique, String(theirs));
  setField(world, { ...what, place: what.other }, unique, String(mine));
}

function commit(world: World, { side, missed }: Edit, place: Place, record: GhostRecord): void {
  const data = world.sides[side];
  const stored = triggered(world, data, place, record);
  // What the engine wrote and has not acknowledged is edited: if the answer is lost, values alone can no longer tell.
  if (world.recent.some((write) => write.side === side && write.place === place)) world.shaky.add(place);
  if (world.unknown.some((write) => write.side === side && write.place === place) && !world.mode.marker)
    world.unknowable.add(place);
  data.put(place, stored, 'user', !missed);
}
