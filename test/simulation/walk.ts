import { perform, type Call } from './calls.ts';
import { happen, type Happening } from './faults.ts';
import { judgeAtPeace, judgeEnd, opened } from './judge-peace.ts';
import { LiveEngine, type Meddler } from './live-engine.ts';
import type { Scenario } from './scenario.ts';
import { genesis } from './genesis.ts';
import type { Stats } from './stats.ts';
import { Violation, type Oracle } from './violation.ts';
import type { Mode, World } from './world.ts';

/** One thing after the other; `during` is what happens at the n-th await of the call. */
export type Step =
  | { readonly s: 'happen'; readonly what: Happening }
  | {
      readonly s: 'call';
      readonly call: Call;
      readonly during: readonly { readonly at: number; readonly what: Happening }[];
    }
  | { readonly s: 'judge' };
export type Script = readonly Step[];

export interface WalkResult {
  readonly script: Script;
  readonly trace: readonly string[];
  readonly stats: Stats;
  readonly violation: { readonly oracle: Oracle; readonly message: string } | null;
}

/** What to do next: by chance, or as written down. */
export interface Director {
  /** Between two calls; null: the end. */
  next(world: World): Step | null;
  /** At an await of a call; what is answered happens there. */
  during(world: World, label: string, index: number): readonly Happening[];
}

/** Called at every await of the engine, before anything else happens there. */
export type EveryAwait = (world: World, engine: LiveEngine, label: string, index: number) => Promise<void>;

/** Walks one world as the director says, with all oracles, until the end or the first violation. */
export async function walk(
  scenario: Scenario,
  mode: Mode,
  seed: number,
  director: Director,
  everyAwait?: EveryAwait,
): Promise<WalkResult> {
  const world = await genesis(scenario, mode, seed);
  const script: Step[] = [];
  let violation: WalkResult['violation'] = null;
  try {
    await go(world, director, script, everyAwait);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = { oracle: error.oracle, message: error.message };
  }
  return { script, trace: world.trace, stats: world.stats, violation };
}

async function go(world: World, director: Director, script: Step[], everyAwait?: EveryAwait): Promise<void> {
  let engine: LiveEngine | null = null;
  for (let step = director.next(world); step; step = director.next(world)) {
    const during: { at: number; what: Happening }[] = [];
    script.push(step.s === 'call' ? { ...step, during } : step);
    if (step.s === 'happen') {
      if (!(await happen(world, step.what, engine))) script.pop();
    } else if (step.s === 'judge') await judgeAtPeace(world, engine?.alive ? engine.bytes() : world.state);
    else engine = await makeCall(world, engine, step.call, meddler(world, director, during, everyAwait));
    if (engine && !engine.alive) engine = null;
  }
  await judgeAtPeace(world, engine ? engine.bytes() : world.state);
  engine ??= await opened(world);
  engine.meddler = null;
  world.note('left in peace');
  await judgeEnd(world, engine);
  await engine.crash();
}

function meddler(
  world: World,
  director: Director,
  during: { at: number; what: Happening }[],
  everyAwait?: EveryAwait,
): Meddler {
  return async (label, index, engine) => {
    await everyAwait?.(world, engine, label, index);
    for (const what of director.during(world, label, index)) {
      const did = await happen(world, what, engine);
      if (did) {
        world.note(`  … at await ${index}: ${label}`);
        during.push({ at: index, what });
      }
      if (!engine.alive) return;
    }
  };
}

async function makeCall(
  world: World,
  before: LiveEngine | null,
  call: Call,
  meddle: Meddler,
): Promise<LiveEngine | null> {
  let engine = before;
  if (call.c === 'restart') {
    await engine?.crash();
    world.note('call: restart');
    return null;
  }
  if (!engine) {
    const outcome = await LiveEngine.open(world);
    if (outcome.kind !== 'done') {
      world.note(`opening failed: ${outcome.kind === 'failed' ? outcome.error.code : outcome.kind}`);
      return null;
    }
    engine = outcome.value;
    await engine.listen();
  }
  engine.meddler = meddle;
  const how = await perform(world, engine, call);
  engine.meddler = null;
  // Definitions that changed are met by binding anew, as a process does that starts again.
  if (how === 'failed' && engine.alive) await engine.crash();
  return engine.alive ? engine : null;
}
