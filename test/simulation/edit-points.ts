import { ByScript } from './by-script.ts';
import type { CrashPoints } from './crash-points.ts';
import { genesis } from './genesis.ts';
import { prng } from './prng.ts';
import type { Scenario } from './scenario.ts';
import { editMenu, type Edit } from './users.ts';
import { walk, type Script } from './walk.ts';
import { sides, type Mode } from './world.ts';

/**
 * A user's edit at every await of a sync, one walk each: first an edit that gives the sync work, then the same sync
 * with another edit at its first, second, third … await. The process lives on, so what it remembers is judged, too.
 */
export async function editEverywhere(scenario: Scenario, mode: Mode, seed: number): Promise<CrashPoints> {
  const random = prng(seed, 11);
  const world = await genesis(scenario, mode, seed);
  const menu = sides.flatMap((side) => editMenu(world, side));
  const first = random.pick(menu);
  const script = (at: number, what: Edit): Script => [
    { s: 'happen', what: { t: 'edit', edit: first } },
    { s: 'call', call: { c: 'sync' }, during: [{ at, what: { t: 'edit', edit: what } }] },
    { s: 'call', call: { c: 'sync' }, during: [] },
  ];
  const count = async (_world: unknown, _engine: unknown, _label: string, index: number): Promise<void> => {
    awaits = Math.max(awaits, index);
  };
  let awaits = 1;
  for (let at = 1; ; at++) {
    const result = await walk(scenario, mode, seed, new ByScript(script(at, random.pick(menu))), count);
    if (result.violation || at >= awaits) return { points: at, judged: at, result };
  }
}
