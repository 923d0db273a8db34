import type { SideName } from '../../electron/engine/settings.ts';
import type { Place } from './ghosts.ts';
import { LiveEngine } from './live-engine.ts';
import type { Budget } from './scenario.ts';
import type { SimData } from './sim-data.ts';
import { collectionOf, keyOf } from './sim-places.ts';
import { edit, editMenu, possible, swapMenu, type Edit } from './users.ts';
import { sides, type World } from './world.ts';

/** Everything that may happen to the world beside the calls of the engine. JSON-safe: a script of these can be kept. */
export type Happening =
  | { readonly t: 'edit'; readonly edit: Edit }
  /** An edit of which the stream says nothing, and the person does (`tandem hint`), also in the middle of a pass. */
  | { readonly t: 'told'; readonly edit: Edit }
  | { readonly t: 'dup'; readonly side: SideName; readonly place: Place }
  | { readonly t: 'election'; readonly side: SideName; readonly reads: number; readonly writesElsewhere: boolean }
  | OnSide<'drop' | 'rename' | 'cutOff'>
  | OnSide<'window' | 'cut' | 'flush' | 'lost' | 'part' | 'busy' | 'empty' | 'schema'>
  | WithCopy<'copy' | 'restore'>
  | Plain<'crash' | 'full' | 'lose' | 'second'>
  | { readonly t: 'jump'; readonly days: number };

type OnSide<T extends string> = T extends string ? { readonly t: T; readonly side: SideName } : never;
type WithCopy<T extends string> = T extends string ? { readonly t: T; readonly what: SideName | 'state' } : never;
type Plain<T extends string> = T extends string ? { readonly t: T } : never;

export type BudgetName = keyof Budget;

/** Which part of the budget it uses up. */
export function costOf(happening: Happening): BudgetName[] {
  if (happening.t === 'told') return ['edit', 'told'];
  if (happening.t !== 'edit') return [happening.t];
  return happening.edit.t === 'swap' ? ['swap'] : happening.edit.missed ? ['edit', 'miss'] : ['edit'];
}

/** All that can happen now, by kind. `label`: the await of the engine it would happen at; null: between two calls. */
export function menu(world: World, left: ReadonlyMap<BudgetName, number>, label: string | null): Happening[][] {
  const has = (name: BudgetName): boolean => (left.get(name) ?? 0) > 0;
  const lists: Happening[][] = [];
  const offer = (name: BudgetName, list: () => readonly Happening[]): void => {
    if (!has(name)) return;
    const found = list();
    if (found.length > 0) lists.push([...found]);
  };
  const each = (t: 'window' | 'cut' | 'flush' | 'busy' | 'schema' | 'drop' | 'rename' | 'cutOff'): Happening[] =>
    sides.map((side) => ({ t, side }));
  const writing = sides.filter((side) => label === `${side} write`);
  offer('edit', () => edits(world, false));
  if (has('edit')) offer('miss', () => edits(world, true));
  if (has('edit') && label !== null) {
    offer('told', () =>
      edits(world, false).flatMap((one) =>
        one.t === 'edit' && one.edit.t === 'set' ? [{ t: 'told', edit: one.edit }] : [],
      ),
    );
  }
  offer('swap', () => swapMenu(world).map((swap) => ({ t: 'edit', edit: swap })));
  offer('dup', () =>
    sides.flatMap((side) => world.scenario.editable.map((place) => ({ t: 'dup' as const, side, place }))),
  );
  for (const name of ['window', 'busy', 'schema', 'drop', 'rename', 'cutOff'] as const) offer(name, () => each(name));
  if (world.scenario.power) for (const name of ['cut', 'flush'] as const) offer(name, () => each(name));
  offer('election', () =>
    sides.flatMap((side) =>
      [true, false].flatMap((writesElsewhere) =>
        [6, 30].map((reads) => ({ t: 'election' as const, side, reads, writesElsewhere })),
      ),
    ),
  );
  offer('copy', () => (world.scenario.copies ?? []).map((what) => ({ t: 'copy', what })));
  offer('restore', () =>
    (world.scenario.copies ?? [])
      .filter((what) => restorable(world, what, label))
      .map((what) => ({ t: 'restore', what })),
  );
  for (const name of ['lost', 'part'] as const) offer(name, () => writing.map((side) => ({ t: name, side })));
  offer('empty', () => [{ t: 'empty', side: 'A' }]);
  offer('jump', () => [
    { t: 'jump', days: 365 },
    { t: 'jump', days: -365 },
  ]);
  if (label !== null) {
    for (const name of ['crash', 'full'] as const) offer(name, () => [{ t: name }]);
    offer('second', () => [{ t: 'second' }]);
  } else offer('lose', () => [{ t: 'lose' }]);
  return lists;
}

const edits = (world: World, missed: boolean): Happening[] =>
  sides.flatMap((side) => editMenu(world, side)).map((one) => ({ t: 'edit', edit: missed ? { ...one, missed } : one }));

/** In place and in the middle of a call only a copy from before the last raise can be seen (the model's README). */
function restorable(world: World, what: SideName | 'state', label: string | null): boolean {
  if (what === 'state') return world.stateCopy !== null && label === null;
  const { copy, content } = world.sides[what];
  return copy !== null && (!world.scenario.inPlace || label === null || copy.marker?.n !== content.marker?.n);
}

/** Lets it happen, if it still can. Answers whether it did. */
export async function happen(world: World, happening: Happening, engine: LiveEngine | null): Promise<boolean> {
  if (happening.t === 'told') return told(world, happening.edit, engine);
  if (happening.t === 'edit') {
    if (!possible(world, happening.edit)) return false;
    edit(world, happening.edit);
    world.note(describeEdit(happening.edit));
    return true;
  }
  const did = await FAULTS[happening.t](world, happening as never, engine);
  if (did) world.note(`fault: ${Object.values(happening).join(' ')}`);
  return did;
}

type Fault<T extends Happening['t']> = (
  world: World,
  happening: Extract<Happening, { t: T }>,
  engine: LiveEngine | null,
) => boolean | Promise<boolean>;

const FAULTS: { readonly [T in Exclude<Happening['t'], 'edit' | 'told'>]: Fault<T> } = {
  dup: (world, { side, place }) => {
    world.sides[side].tell(place);
    world.stats.doubledHints++;
    return true;
  },
  window: (world, { side }) => {
    const data = world.sides[side];
    data.forget(data.content.log.length);
    world.stats.lostHistory++;
    return true;
  },
  /** The side falls back to what was durable, and our process on the same machine dies, too. */
  cut: async (world, { side }, engine) => {
    world.sides[side].powerCut();
    world.stats.powerCuts++;
    await engine?.crash();
    return true;
  },
  flush: (world, { side }) => {
    world.sides[side].flush();
    return true;
  },
  lost: (world, { side }) => {
    world.sides[side].loseAnswer = 'whole';
    return true;
  },
  part: (world, { side }) => {
    world.sides[side].loseAnswer = world.mode.transactions ? 'whole' : 'part';
    return true;
  },
  busy: (world, { side }) => {
    world.sides[side].busy += 3;
    world.stats.busy++;
    return true;
  },
  schema: (world, { side }) => {
    world.sides[side].content.schemaVersion++;
    world.stats.schemaChanges++;
    return true;
  },
  drop: (world, { side }) => {
    const { data, collection } = about(world, side);
    if (!data.content.made.has(collection)) return false;
    blur(world, collection);
    data.drop(collection);
    world.stats.drops++;
    return true;
  },
  rename: (world, { side }) => {
    const { data, collection } = about(world, side);
    if (data.content.away.has(collection)) data.renameBack(collection);
    else if (data.content.made.has(collection)) data.rename(collection);
    else return false;
    blur(world, collection);
    world.stats.renames++;
    return true;
  },
  /** Until it is elected away, or somebody makes most members hold it, what it takes is its own. */
  cutOff: (world, { side }) => {
    world.sides[side].runAhead();
    world.sides[side].isCutOff = true;
    return true;
  },
  election: (world, { side, ...oldPrimary }) => {
    world.stats.rolledBack += world.sides[side].elect(oldPrimary);
    world.stats.elections++;
    return true;
  },
  /** Somebody deletes everything that users may delete. */
  empty: (world, { side }) => {
    for (const place of world.scenario.editable)
      if (possible(world, { t: 'delete', side, place })) edit(world, { t: 'delete', side, place });
    return true;
  },
  copy: (world, { what }, engine) => {
    if (what !== 'state') world.sides[what].takeCopy();
    else world.stateCopy = engine ? engine.bytes() : world.state;
    return true;
  },
  restore: async (world, { what }, engine) => {
    if (what === 'state') {
      if (!world.stateCopy) return false;
      await engine?.crash();
      world.state = world.stateCopy;
    } else {
      if (!world.sides[what].copy) return false;
      world.sides[what].restore(Boolean(world.scenario.inPlace));
    }
    world.flags.untrusted = true;
    world.stats.restores++;
    return true;
  },
  crash: async (world, _, engine) => {
    if (!engine) return false;
    world.stats.crashes++;
    await engine.crash();
    return true;
  },
  full: (world, _, engine) => {
    if (!engine) return false;
    engine.diskFull = true;
    world.stats.diskFull++;
    return true;
  },
  /** Without a marker on the sides a lost state is a first pairing: a union. */
  lose: async (world, _, engine) => {
    await engine?.crash();
    world.state = null;
    world.flags.untrusted = true;
    if (!world.mode.marker) world.flags.stateLost = true;
    world.stats.lostStates++;
    return true;
  },
  second: async (world, _, engine) => {
    if (!engine) return false;
    world.flags.untrusted = true;
    world.stats.secondEngines++;
    await runSecondEngine(world, engine);
    return true;
  },
  jump: (world, { days }) => {
    world.now += days * 86_400_000;
    world.stats.clockJumps++;
    return true;
  },
};

/** The first collection of a world is the one that is dropped and renamed. */
const about = (world: World, side: SideName): { readonly data: SimData; readonly collection: string } => ({
  data: world.sides[side],
  collection: world.schema.collections[0] ?? '',
});

/** Records that were lost with their collection have been deleted by nobody. */
function blur(world: World, collection: string): void {
  for (const place of world.places()) if (collectionOf(place) === collection) world.blurred.add(place);
}

/** Until the hint is durable, the change counts as missed. */
function told(world: World, what: Edit, engine: LiveEngine | null): boolean {
  if (!engine || !possible(world, what)) return false;
  edit(world, what, false);
  world.note(`${describeEdit(what)} (told by hand)`);
  world.stats.told++;
  world.flags.untold++;
  void engine.hint(collectionOf(what.place), keyOf(what.place)).then(() => world.flags.untold--);
  return true;
}

/** Another program syncs the same sides with a copy of the state, from start to end, while ours is in the middle of a pass. */
async function runSecondEngine(world: World, engine: LiveEngine): Promise<void> {
  const kept = world.state;
  world.state = engine.bytes();
  const opened = await LiveEngine.open(world);
  if (opened.kind === 'done') {
    await opened.value.call('sync of a second engine', (other) => other.sync({ trigger: 'automatic', who: 'second' }));
    await opened.value.crash();
  }
  world.state = kept;
}

export function describeEdit({ t, side, place, field, value, other, missed }: Edit): string {
  const what =
    t === 'swap' ? `${place} and ${other ?? ''}` : `${place}${field ? `.${field}` : ''}${value ? `=${value}` : ''}`;
  return `user ${side}: ${t} ${what}${missed ? ' (no hint)' : ''}`;
}
