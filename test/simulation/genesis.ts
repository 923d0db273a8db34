import { LiveEngine } from './live-engine.ts';
import type { Scenario } from './scenario.ts';
import { Violation } from './violation.ts';
import { sides, World, type Mode } from './world.ts';

const made = new Map<string, Promise<World>>();

/** The world in which a walk begins: both sides agreed with each other, the state on its disk, nothing running. */
export async function genesis(scenario: Scenario, mode: Mode, seed: number): Promise<World> {
  const name = `${scenario.name} ${mode.capture} ${mode.marker} ${mode.transactions}`;
  const first = made.get(name) ?? agree(new World(scenario, mode, 0));
  made.set(name, first);
  const world = (await first).fork(seed);
  world.engineWrites = [];
  return world;
}

async function agree(world: World): Promise<World> {
  // The marker is set up when the pair is made, before its first sync.
  if (world.mode.marker)
    for (const side of sides) world.sides[side].content.marker = { pair: 'pair', epoch: 1, n: 0, batch: 0, missed: [] };
  if (world.scenario.unpaired) return world;
  const opened = await LiveEngine.open(world);
  if (opened.kind !== 'done')
    throw new Violation(
      'engine-error',
      `the first opening failed: ${opened.kind === 'failed' ? opened.error.message : ''}`,
    );
  const outcome = await opened.value.call('first sync', (engine) => engine.sync({ trigger: 'manual', who: 'genesis' }));
  if (outcome.kind !== 'done' || outcome.value.status !== 'completed')
    throw new Violation('convergence', 'the first sync of two equal sides failed');
  await opened.value.crash();
  for (const side of sides) world.sides[side].flush();
  return world;
}
