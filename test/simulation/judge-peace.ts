import { setImmediate } from 'node:timers/promises';
import { isBase } from '../../electron/engine/plan/base.ts';
import type { State } from '../../electron/engine/port/record.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import type { ItemRow } from '../../electron/engine/state/waiting.ts';
import type { HoldAnswer } from '../../shared/model/words.ts';
import { cellsOf, sameValues, showRecord, valueOf, type GhostRecord, type Place } from './ghosts.ts';
import { perform } from './calls.ts';
import { LiveEngine } from './live-engine.ts';
import { collectionOf, keyOf, placeOf } from './sim-places.ts';
import { imageOf, shows, valuesIn } from './sim-write.ts';
import { Violation } from './violation.ts';
import { otherSide, sides, type World } from './world.ts';

const HOUR = 3_600_000;
const SYNCS_TO_PEACE = 4;

/** A copy of the world is left in peace: no edits, no faults. What the laws say of its end is judged. */
export async function judgeAtPeace(world: World, bytes: Uint8Array | null): Promise<void> {
  const fork = world.fork(1);
  fork.state = bytes;
  fork.note('left in peace');
  world.stats.judgements++;
  try {
    fork.afterCrash();
    const engine = await opened(fork);
    await judgeEnd(fork, engine);
    await judgeAnswers(fork, engine);
    await engine.crash();
    // Only between two turns of the event loop does Node free the memory of the serialized states.
    await setImmediate();
  } catch (error) {
    if (error instanceof Violation) world.trace.push(...fork.trace);
    throw error;
  }
}

export async function opened(world: World): Promise<LiveEngine> {
  for (const side of sides) world.sides[side].heal();
  const outcome = await LiveEngine.open(world);
  if (outcome.kind === 'done') return outcome.value;
  throw new Violation(
    'engine-error',
    `opening the engine in peace failed: ${outcome.kind === 'failed' ? outcome.error.message : outcome.kind}`,
  );
}

/** Brings this world to rest with this engine and judges it. */
export async function judgeEnd(world: World, engine: LiveEngine): Promise<void> {
  for (const side of sides) world.sides[side].heal();
  // What capture missed is found by the audit, once it is due; everything else without one.
  if (world.flags.missed || world.flags.untold > 0) world.now += 25 * HOUR;
  await untilRest(world, engine);
  const before = written(world);
  await judgePlaces(world, engine);
  const undone = undoneStands(world);
  world.now += 25 * HOUR;
  for (let i = 0; i < 3; i++) await settled(world, engine);
  if (written(world) !== before) throw new Violation('quiescence', 'a pass after convergence still writes');
  if (undoneStands(world) !== undone) throw new Violation('undo', 'three syncs after an undo changed what it restored');
  if (world.readBySync > 0 && !world.braked && !mustScan(world))
    throw new Violation('quiescence', 'a pass of an idle pair still reads records');
}

/** A database of documents without a history has no gate either. */
const mustScan = ({ mode }: World): boolean => mode.documents !== undefined && !mode.capture;

const written = (world: World): number => world.sides.A.writes + world.sides.B.writes;

const undoneStands = (world: World): string =>
  sides
    .flatMap((side) =>
      [...world.undone.keys()].map((place) => `${side}.${place} ${showRecord(world.sides[side].get(place))}`),
    )
    .join();

async function untilRest(world: World, engine: LiveEngine): Promise<void> {
  for (let i = 0; i < SYNCS_TO_PEACE; i++) {
    const before = written(world);
    const how = await perform(world, engine, { c: 'sync' });
    if (how === 'done' && written(world) === before && i > 0) return;
  }
  throw new Violation('convergence', `the pair does not come to rest in ${SYNCS_TO_PEACE} syncs`);
}

async function settled(world: World, engine: LiveEngine): Promise<void> {
  const how = await perform(world, engine, { c: 'sync' });
  if (how !== 'done') throw new Violation('convergence', `a sync of an idle pair ${how}`);
}

async function judgePlaces(world: World, engine: LiveEngine): Promise<void> {
  const asked = await engine.call('what is open', async (real) => ({
    holds: await real.holds(),
    brakes: await real.brakes(),
  }));
  if (asked.kind !== 'done') return;
  const { holds, brakes } = asked.value;
  const items = (await engine.store.items(engine.pair, { open: true, limit: 1000 })).map(itemOf);
  for (const side of sides) {
    const broken = world.sides[side].brokenRule();
    if (broken) throw new Violation('constraints', broken);
  }
  if (brakes.length > 0) return;
  const held = new Set(holds.map((row) => placeOf(row.collection, row.key)));
  const open = new Map(items.map((item) => [placeOf(item.collection, item.key), item]));
  for (const place of world.places()) {
    if (held.has(place)) continue;
    const item = open.get(place);
    if (item) judgeItem(world, place, item);
    else await judgeAgreed(world, engine, place);
  }
}

/** A person answers everything that is open: then nothing is left that waits, and the sides are equal there. */
async function judgeAnswers(world: World, engine: LiveEngine): Promise<void> {
  const answered = new Set<Place>();
  for (let i = 0; world.braked && i < 5; i++) await perform(world, engine, { c: 'brake', answer: 'let-go' });
  for (const place of world.held) {
    answered.add(place);
    for (const answer of world.sides.A.writes % 2 === 0 ? sendFirst : oldFirst)
      await answerInPeace(world, engine, place, answer);
  }
  // One answer may free what another needs.
  for (let round = 0; round < 3; round++) {
    for (const item of world.shown.filter(({ kind }) => simple.has(kind))) {
      const place = placeOf(item.collection, item.key);
      answered.add(place);
      await perform(world, engine, {
        c: 'resolve',
        place,
        strategy: world.sides.B.writes % 2 === 0 ? 'keep_local' : 'keep_remote',
      });
    }
  }
  if (answered.size === 0) return;
  await untilRest(world, engine);
  await judgePlaces(world, engine);
  for (const place of answered) {
    if (hasRules(world, place)) continue;
    const left =
      world.held.includes(place) ||
      world.shown.some((item) => simple.has(item.kind) && placeOf(item.collection, item.key) === place);
    if (left) throw new Violation('stuck', `${place}: still open after a person answered it in peace`);
  }
}

/** *Take the old value on both* does that: what the undo restored then stands on both sides. */
async function answerInPeace(world: World, engine: LiveEngine, place: Place, answer: HoldAnswer): Promise<void> {
  if (!world.held.includes(place)) return;
  const before = { A: world.sides.A.get(place), B: world.sides.B.get(place) };
  const how = await perform(world, engine, { c: 'hold', place, answer });
  if (how !== 'done' || world.held.includes(place) || answer !== 'old-on-both' || hasRules(world, place)) return;
  for (const field of before.A.cells?.keys() ?? before.B.cells?.keys() ?? []) {
    const old = sides.filter((side) => (before[side].cells?.get(field)?.by ?? before[side].by).startsWith('U'));
    const [first] = old;
    if (!first || old.length !== 1) continue;
    const wanted = showCell(before[first], field);
    const now = sides.map((side) => showCell(world.sides[side].get(place), field));
    if (now.some((value) => value !== wanted))
      throw new Violation(
        'undo',
        `${place}.${field}: the old value ${wanted} was wanted on both sides, A ${now[0]} | B ${now[1]}`,
      );
  }
}

const showCell = (record: GhostRecord, field: string): string =>
  record.cells === null ? 'absent' : String(valueOf(record, field));

/** Unique values and references may be in the way of one answer and need another, or several at once. */
const hasRules = ({ schema }: World, place: Place): boolean =>
  schema.uniqueOf(collectionOf(place)) !== undefined ||
  schema.referenceOf(collectionOf(place)) !== undefined ||
  schema.isParent(collectionOf(place));

/** *Send again* may be refused where both sides have moved since; the other answer is always there. */
const sendFirst = ['send-again', 'old-on-both'] as const;
const oldFirst = ['old-on-both', 'send-again'] as const;

/** Kinds of which one side's values can be taken as they are, unless a rule of the database is in the way. */
const simple: ReadonlySet<string> = new Set(['update/update', 'delete/update', 'insert/insert', 'undone']);

async function judgeAgreed(world: World, engine: LiveEngine, place: Place): Promise<void> {
  const [a, b] = [world.sides.A.get(place), world.sides.B.get(place)];
  if (!sameValues(a, b))
    throw new Violation('convergence', `${place}: A ${showRecord(a)} | B ${showRecord(b)}, and nothing is listed`);
  const facts = await engine.store.facts(engine.pair, collectionOf(place), [keyOf(place)]);
  const base = facts.get(keyOf(place))?.base ?? null;
  if (!isBase(base, imageOf(place, a)))
    throw new Violation('convergence', `${place}: both sides hold ${showRecord(a)}, the base is another`);
}

/** What an item says, also one that is the other half of a unique clash and not listed by itself. */
type OpenItem = Pick<ConflictItem, 'collection' | 'key' | 'kind' | 'fields' | 'state' | 'base' | 'local' | 'remote'>;

const itemOf = ({ a, b, base, ...row }: ItemRow): OpenItem => ({
  ...row,
  base: base?.doc ?? null,
  local: a,
  remote: b,
});

function judgeItem(world: World, place: Place, item: OpenItem): void {
  const [a, b] = [world.sides.A.get(place), world.sides.B.get(place)];
  if (item.state !== 'open') throw new Violation('stuck', `${place}: the item stays ${item.state}`);
  if (!shows(item.local, a) || !shows(item.remote, b))
    throw new Violation(
      'conflict-intact',
      `${place}: the item does not show what the sides hold, A ${showRecord(a)} | B ${showRecord(b)}`,
    );
  if (sameValues(a, b)) throw new Violation('stuck', `${place}: open ${item.kind} although the sides are equal`);
  if (couldFlow(item, a, b))
    throw new Violation('stuck', `${place}: ${item.kind} is parked for ever although it could flow`);
  if (nothingInTheWay(world, place, item))
    throw new Violation('stuck', `${place}: parked as ${item.kind}, but nothing is in its way any more`);
}

/** Judged from the base that the item shows: is one of the sides simply where it was? */
function couldFlow(item: OpenItem, a: GhostRecord, b: GhostRecord): boolean {
  const base = item.base;
  if (base === null) return item.kind === 'delete/update' || (item.kind === 'insert/insert' && (!a.cells || !b.cells));
  if (item.kind === 'delete/update') return stands(base, a) || stands(base, b);
  if (item.kind !== 'update/update' || !a.cells || !b.cells) return false;
  const values = valuesIn(base);
  const edited = (record: GhostRecord, field: string): boolean =>
    valueOf(record, field) !== (values.get(field) ?? null);
  return [...new Set([...values.keys(), ...a.cells.keys()])].every(
    (field) => valueOf(a, field) === valueOf(b, field) || !edited(a, field) || !edited(b, field),
  );
}

/** Where it was, with nothing of its own in a field that the pair did not map when the base was agreed. */
const stands = (base: State, record: GhostRecord): boolean =>
  shows(base, record) &&
  [...(record.cells ?? [])].every(([field, { value }]) => value === null || base?.names.includes(field));

/** Would the write that the item waits with be accepted by the side now? */
function nothingInTheWay(world: World, place: Place, item: OpenItem): boolean {
  const target =
    item.kind === 'unique' || item.kind === 'fk-parent-missing' || item.kind === 'fk-child-exists' ? item.kind : null;
  if (!target || item.fields.length === 0) return false;
  return sides.every((side) => {
    const data = world.sides[side];
    const wanted = world.sides[otherSide(side)].get(place);
    if (sameValues(wanted, data.get(place))) return true;
    if (target === 'unique') return !data.ownerOf(place, wanted);
    const parent = data.parentOf(place, wanted);
    if (target === 'fk-parent-missing')
      return wanted.cells !== null && (parent === undefined || cellsOf(data.get(parent)).length > 0);
    return wanted.cells === null && data.childrenOf(place).length === 0;
  });
}
