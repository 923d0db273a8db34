import { killEverywhere, restoreEverywhere } from '../test/simulation/crash-points.ts';
import { editEverywhere } from '../test/simulation/edit-points.ts';
import type { Mode } from '../test/simulation/world.ts';
import type { Scenario } from '../test/simulation/scenario.ts';
import { scenarioNamed } from '../test/simulation/scenarios.ts';
import { describeMode, modeFor, modesFor, runSeed } from '../test/simulation/seeds.ts';
import { Violation } from '../test/simulation/violation.ts';

/*
 * node build/mutations.hunt.ts look SEEDS SKIP WORLD…   looks for the first broken law; SKIP: JSON list of “kind seed world”
 * node build/mutations.hunt.ts once KIND SEED WORLD     does one thing again (the control: sources without the mutation)
 * Prints one line of JSON: {kind, world, seed, mode, broken} or null. Called by mutations.ts.
 */
type Kind = 'walk' | 'killed' | 'restored' | 'edited';
interface Found {
  readonly kind: Kind;
  readonly world: string;
  readonly seed: number;
  readonly mode: string;
  readonly broken: string;
}

const EXHAUSTIVE_AFTER = 25;

const skipped = new Set<string>();

async function look(seeds: number, worlds: readonly string[]): Promise<Found | null> {
  for (const world of worlds) {
    const scenario = scenarioNamed(world);
    for (let seed = 1; seed <= seeds; seed++) {
      const found =
        (await once('walk', scenario, seed)) ?? (seed === EXHAUSTIVE_AFTER ? await exhaustive(scenario) : null);
      if (found) return found;
    }
  }
  return null;
}

async function exhaustive(scenario: Scenario): Promise<Found | null> {
  if (scenario.calls > 10) return null;
  const modes = modesFor(scenario).length;
  for (let seed = 1; seed <= modes * 3; seed++) {
    const found =
      (await once('killed', scenario, seed)) ??
      (await once('edited', scenario, seed)) ??
      (scenario.inPlace ? await once('restored', scenario, seed) : null);
    if (found) return found;
  }
  return null;
}

async function once(kind: Kind, scenario: Scenario, seed: number): Promise<Found | null> {
  if (skipped.has(`${kind} ${seed} ${scenario.name}`)) return null;
  const mode = modeFor(scenario, seed);
  const broken = await judged(async () => {
    if (kind === 'walk') return runSeed(scenario, seed);
    return (await exhaustively[kind](scenario, mode, seed)).result;
  });
  return broken === null
    ? null
    : { kind, world: scenario.name, seed, mode: describeMode(mode), broken: broken.split('\n')[0] ?? '' };
}

const exhaustively = {
  killed: (scenario: Scenario, mode: Mode, seed: number) => killEverywhere(scenario, mode, seed, false),
  restored: restoreEverywhere,
  edited: editEverywhere,
};

/** Also the very first sync of a world, before the walk, is judged. */
async function judged(
  work: () => Promise<{ readonly violation: { readonly message: string } | null }>,
): Promise<string | null> {
  try {
    return (await work()).violation?.message ?? null;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
}

const [what, first = '', ...rest] = process.argv.slice(2);
const [list = '', ...worlds] = rest;
if (what === 'look') for (const name of JSON.parse(list) as string[]) skipped.add(name);
const found =
  what === 'look'
    ? await look(Number(first), worlds)
    : await once(first as Kind, scenarioNamed(rest[1] ?? ''), Number(rest[0]));
console.log(JSON.stringify(found));
process.exit(0);
