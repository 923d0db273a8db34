import { perform } from './calls.ts';
import { happen } from './faults.ts';
import { LiveEngine } from './live-engine.ts';
import type { Scenario } from './scenario.ts';
import { Violation } from './violation.ts';
import { sides, World, type Mode } from './world.ts';

const made = new Map<string, Promise<World>>();

/**
 * The world in which a walk begins: both sides agreed with each other, the state on its disk, nothing running; then
 * what the scenario says has happened before.
 */
export async function genesis(scenario: Scenario, mode: Mode, seed: number): Promise<World> {
  const name = `${scenario.name} ${mode.capture} ${mode.marker} ${mode.transactions} ${mode.documents}`;
  const first = made.get(name) ?? agree(new World(scenario, mode, 0));
  made.set(name, first);
  const told = await first;
  const world = told.fork(seed);
  world.trace.push(...told.trace);
  return world;
}

async function agree(world: World): Promise<World> {
  // The marker is set up when the pair is made, before its first sync.
  if (world.mode.marker)
    for (const side of sides) world.sides[side].content.marker = { pair: 'pair', epoch: 1, n: 0, batch: 0, missed: [] };
  if (world.scenario.unpaired) {
    world.unmapped = {};
    return world;
  }
  const engine = await opened(world);
  const outcome = await engine.call('first sync', (real) => real.sync({ trigger: 'manual', who: 'genesis' }));
  if (outcome.kind !== 'done' || outcome.value.status !== 'completed')
    throw new Violation('convergence', 'the first sync of two equal sides failed');
  await engine.crash();
  for (const side of sides) world.sides[side].flush();
  Object.assign(world, { engineWrites: [], takenForWritten: [], trace: [] });
  await begin(world);
  world.unmapped = {};
  return world;
}

async function begin(world: World): Promise<void> {
  const { begins = [] } = world.scenario;
  if (begins.length === 0) return;
  const engine = await opened(world);
  for (const step of begins) {
    const did =
      step.s === 'happen'
        ? await happen(world, step.what, engine)
        : step.s === 'call' && (await perform(world, engine, step.call)) === 'done';
    if (!did) throw new Error(`“${world.scenario.name}” cannot begin with ${JSON.stringify(step)}`);
  }
  await engine.crash();
  world.note('so far the beginning');
}

async function opened(world: World): Promise<LiveEngine> {
  const outcome = await LiveEngine.open(world);
  if (outcome.kind === 'done') return outcome.value;
  const why = outcome.kind === 'failed' ? outcome.error.message : '';
  throw new Violation('engine-error', `the first opening failed: ${why}`);
}
