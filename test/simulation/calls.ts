import type { PairEngine } from '../../electron/engine/pair-engine.ts';
import type { State } from '../../electron/engine/port/record.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { BrakeAnswer, HoldAnswer } from '../../shared/model/words.ts';
import { idsOf, sameValues, type Place, type WriteId } from './ghosts.ts';
import { judgeItems } from './judge-items.ts';
import { adoptUndone } from './judge-undo.ts';
import type { LiveEngine, Outcome } from './live-engine.ts';
import { placeOf } from './sim-places.ts';
import { shows, valuesIn } from './sim-write.ts';
import { Violation } from './violation.ts';
import { sides, type Decision, type World } from './world.ts';

/** What is asked of the engine. JSON-safe. */
export type Call =
  | { readonly c: 'sync' | 'restart' }
  | { readonly c: 'resolve'; readonly place: Place; readonly strategy: 'keep_local' | 'keep_remote' }
  | { readonly c: 'undo'; readonly nth: number }
  | { readonly c: 'hold'; readonly place: Place; readonly answer: HoldAnswer }
  | { readonly c: 'brake'; readonly answer: BrakeAnswer };

export const who = 'Ada';

/** Makes the call, keeps the books of the ghosts, and judges what can be judged after it. */
export async function perform(
  world: World,
  engine: LiveEngine,
  call: Call,
): Promise<'done' | 'failed' | 'crashed' | 'nothing'> {
  world.note(`call: ${Object.values(call).join(' ')}`);
  const outcome = await dispatch(world, engine, call);
  if (outcome === null) return 'nothing';
  if (outcome.kind === 'failed') world.note(`call failed: ${outcome.error.code}`);
  if (outcome.kind === 'crashed') world.afterCrash();
  else {
    if (outcome.kind === 'failed') world.answerLost();
    await afterCall(world, engine, outcome.kind === 'done');
  }
  // What was begun and got no answer is finished by the next pass, as after a crash.
  if (outcome.kind === 'failed' && world.decision?.survives) world.interrupted.push(world.decision);
  world.decision = null;
  return outcome.kind;
}

function dispatch(world: World, engine: LiveEngine, call: Call): Promise<Outcome<unknown> | null> {
  switch (call.c) {
    case 'sync':
      return sync(world, engine);
    case 'resolve':
      return resolve(world, engine, call.place, call.strategy);
    case 'undo':
      return undo(world, engine, call.nth);
    case 'hold':
      return answerHold(world, engine, call.place, call.answer);
    case 'brake':
      return answerBrake(world, engine, call.answer);
    case 'restart':
      return Promise.resolve(null);
  }
}

async function sync(world: World, engine: LiveEngine): Promise<Outcome<unknown>> {
  const before = world.sides.A.reads + world.sides.B.reads;
  const lost = batchesLost(world);
  // Where the sides tell of changes, every second sync only reads what they told of.
  const trigger = engine.isListening && world.stats.calls % 2 === 1 ? 'live' : 'manual';
  world.isLive = trigger === 'live';
  const outcome = await engine.call('sync', (real) => real.sync({ trigger, who }));
  world.isLive = false;
  if (trigger === 'live') world.stats.liveSteps++;
  world.readBySync = world.sides.A.reads + world.sides.B.reads - before;
  if (outcome.kind !== 'done') return outcome;
  const { recovered, brakes, status, error } = outcome.value;
  world.stats.recovered += recovered;
  if (brakes.length > 0) world.stats.brakes++;
  // One from before the call, and one for each that found no answer in it.
  const most = world.scenario.batch * (1 + batchesLost(world) - lost);
  if (recovered > most)
    throw new Violation('one-batch', `${recovered} records were sent again after a restart, a batch has ${most}`);
  if (error?.code === 'internal') throw new Violation('engine-error', `sync ended ${status}: ${error.message}`);
  world.note(
    `sync ${status}${error ? ` (${error.code})` : ''}${brakes.length > 0 ? `, brakes: ${brakes.map((brake) => brake.kind).join()}` : ''}`,
  );
  return outcome;
}

const batchesLost = ({ stats }: World): number => stats.lostAnswers + stats.lostToOldPrimary + stats.elections;

async function resolve(
  world: World,
  engine: LiveEngine,
  place: Place,
  strategy: 'keep_local' | 'keep_remote',
): Promise<Outcome<unknown> | null> {
  const item = world.shown.find((shown) => placeOf(shown.collection, shown.key) === place);
  if (!item) return null;
  world.decision = decisionOn(world, item);
  const stood = standsAsShown(world, item) || !sides.every((side) => isSettled(world, side));
  const edits = foreignCommits(world);
  const outcome = await engine.call('resolve', (real) =>
    real.resolve({ where: { id: item.id }, strategy, generation: item.generation, who }),
  );
  if (outcome.kind === 'done') {
    if (outcome.value.resolved.length > 0 && !stood && edits === foreignCommits(world))
      throw new Violation(
        'conflict-intact',
        `${place}: a decision was taken although the record had moved since it was shown`,
      );
    world.note(
      `resolved ${outcome.value.resolved.length}, failed ${outcome.value.failed.map((failed) => failed.code).join()}`,
    );
    world.stats.resolutions += outcome.value.resolved.length;
    if (outcome.value.failed.length > 0) world.halfDecided.add(place);
  } else world.halfDecided.add(place);
  return outcome;
}

/** Do both sides still hold what the person saw? */
function standsAsShown(world: World, item: ConflictItem): boolean {
  const place = placeOf(item.collection, item.key);
  return shows(item.local, world.sides.A.get(place)) && shows(item.remote, world.sides.B.get(place));
}

/** Of others' commits that most members do not hold yet, or that an old primary has not heard of, nobody can know. */
const isSettled = (world: World, side: SideName): boolean => world.sides[side].seen() === world.sides[side];

const foreignCommits = (world: World): number => world.sides.A.content.foreign + world.sides.B.content.foreign;

/** The person saw the values of the item and nothing else. */
function decisionOn(world: World, item: ConflictItem): Decision {
  const place = placeOf(item.collection, item.key);
  const seen = new Map([
    [place, new Set([...seenIn(world, 'A', place, item.local), ...seenIn(world, 'B', place, item.remote)])],
  ]);
  if (item.other) {
    const { side, key, record } = item.other;
    const other = placeOf(item.collection, key);
    seen.set(other, new Set([...(seen.get(other) ?? []), ...seenIn(world, side, other, record)]));
  }
  return { kind: 'decision', seen, survives: false, ids: new Map() };
}

/** The writes somebody has before their eyes who is shown this state. */
function seenIn(world: World, side: SideName, place: Place, state: State): WriteId[] {
  const current = world.sides[side].seen().get(place);
  if (state === null) return current.cells ? world.history.deletes(place) : [current.by];
  const values = valuesIn(state);
  const stands = current.cells && [...values].every(([field, value]) => current.cells?.get(field)?.value === value);
  return stands
    ? idsOf(current)
    : [
        ...world.history.inserts(place),
        ...[...values].flatMap(([field, value]) => world.history.bearers(place, field, value)),
      ];
}

async function undo(world: World, engine: LiveEngine, nth: number): Promise<Outcome<unknown> | null> {
  const listed = await engine.call('runs', (real) => real.runs(50));
  if (listed.kind !== 'done') return listed;
  const written = listed.value.filter((run) =>
    sides.some((side) => run.written[side].insert + run.written[side].update + run.written[side].delete > 0),
  );
  const run = written[nth];
  if (!run) return null;
  world.decision = {
    kind: 'undo',
    seen: new Map(world.places().map((place) => [place, new Set<WriteId>()])),
    // An undo that a crash cut in half is finished as an undo by the next pass.
    survives: true,
    ids: new Map(),
  };
  const outcome = await engine.call('undo', (real) => real.undo({ run: run.id }, who));
  if (outcome.kind === 'done') {
    world.note(
      `undone run ${run.id}: ${outcome.value.restored} restored, ${outcome.value.kept} kept, ${outcome.value.leftOnHold} left on hold, ${outcome.value.refused.length} refused`,
    );
    if (outcome.value.restored > 0) world.stats.undos++;
  }
  return outcome;
}

async function answerHold(
  world: World,
  engine: LiveEngine,
  place: Place,
  answer: HoldAnswer,
): Promise<Outcome<unknown> | null> {
  const listed = await engine.call('holds', (real) => real.holds());
  if (listed.kind !== 'done') return listed;
  const hold = listed.value.find((row) => placeOf(row.collection, row.key) === place);
  if (!hold) return null;
  world.decision = {
    kind: 'decision',
    seen: new Map([
      [place, new Set([...seenIn(world, 'A', place, hold.local), ...seenIn(world, 'B', place, hold.remote)])],
    ]),
    // Without the hold, what was undone flows again by itself: that is what *send again* asks for, and nothing else does.
    survives: answer === 'send-again',
    ids: new Map(),
  };
  if (answer === 'send-again') world.standing.set(place, world.decision);
  world.stats.holds++;
  world.halfDecided.add(place);
  const { collection, key, generation } = hold;
  return engine.call('answer hold', (real) => real.answerHold({ collection, key, answer, generation, who }));
}

async function answerBrake(world: World, engine: LiveEngine, answer: BrakeAnswer): Promise<Outcome<unknown> | null> {
  const listed = await engine.call('brakes', (real: PairEngine) => real.brakes());
  if (listed.kind !== 'done') return listed;
  const [brake] = listed.value;
  if (!brake) return null;
  const seen = world.everythingSeen();
  for (const { collection, key, local, remote } of brake.samples) {
    const place = placeOf(collection, key);
    seen.set(place, new Set([...seenIn(world, 'A', place, local), ...seenIn(world, 'B', place, remote)]));
  }
  world.decision = { kind: 'decision', seen, survives: false, ids: new Map() };
  world.pendingAnswer = {
    answer,
    decision: world.decision,
    deletes: brake.kind === 'deletes' || brake.kind === 'emptied',
  };
  world.stats.brakeAnswers++;
  return engine.call('answer brake', (real) => real.answerBrake(brake.id, answer, who));
}

/** Brakes after which there is no base: then asking is right even where a base would have known. */
const setAside: ReadonlySet<string> = new Set(['restored', 'replaced', 'state-older']);

/** Between two calls the engine is asked what is open; that changes nothing. */
async function afterCall(world: World, engine: LiveEngine, complete: boolean): Promise<void> {
  const meddler = engine.meddler;
  engine.meddler = null;
  await judgeItems(world, engine);
  const asked = await engine.call('what is open', async (real) => ({
    holds: await real.holds(),
    brakes: await real.brakes(),
  }));
  if (asked.kind === 'done') {
    world.held = asked.value.holds.map((row) => placeOf(row.collection, row.key));
    world.braked = asked.value.brakes.length > 0;
    if (asked.value.brakes.some(({ kind }) => setAside.has(kind))) world.flags.untrusted = true;
    if (complete) {
      adoptUndone(world, new Set(world.held));
      world.unknown = [];
      world.interrupted = [];
      for (const place of world.standing.keys())
        if (world.held.includes(place) || sameValues(world.sides.A.get(place), world.sides.B.get(place)))
          world.standing.delete(place);
    }
  }
  engine.meddler = meddler;
}
