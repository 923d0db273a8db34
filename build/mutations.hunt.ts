import { killEverywhere, restoreEverywhere } from '../test/simulation/crash-points.ts';
import { editEverywhere } from '../test/simulation/edit-points.ts';
import type { Mode } from '../test/simulation/world.ts';
import type { Scenario } from '../test/simulation/scenario.ts';
import { scenarioNamed } from '../test/simulation/scenarios.ts';
import { describeMode, modeFor, modesFor, runSeed } from '../test/simulation/seeds.ts';
import { Violation } from '../test/simulation/violation.ts';
import type { Catch, Found, Kind } from './mutations.known.ts';

/*
 * node build/mutations.hunt.ts look '{"worlds": [...], "seeds": N, "skip": [catches]}'   looks for the first broken law
 * node build/mutations.hunt.ts again '[catches]'                                          does exactly these things again
 * Prints one line of JSON for the one hunt, or one for each catch: what was broken, or null. Called by mutations.ts.
 */
interface Hunt {
  readonly worlds: readonly string[];
  readonly seeds: number;
  readonly skip: readonly Catch[];
}

/** A walk takes milliseconds and a world visited exhaustively seconds, so a few walks in every world come first. */
const FEW = 60;

async function look({ worlds, seeds, skip }: Hunt): Promise<Found | null> {
  const chosen = worlds.map(scenarioNamed);
  const passedOver = new Set(skip.map(nameOf));
  const one = async (kind: Kind, { name }: Scenario, seed: number): Promise<Found | null> => {
    const it = { kind, world: name, seed };
    return passedOver.has(nameOf(it)) ? null : again(it);
  };
  const walks = async (from: number, to: number): Promise<Found | null> => {
    for (const scenario of chosen)
      for (let seed = from; seed <= to; seed++) {
        const found = await one('walk', scenario, seed);
        if (found) return found;
      }
    return null;
  };
  return (await walks(1, Math.min(FEW, seeds))) ?? (await exhaustive(chosen, one)) ?? (await walks(FEW + 1, seeds));
}

async function exhaustive(
  chosen: readonly Scenario[],
  one: (kind: Kind, scenario: Scenario, seed: number) => Promise<Found | null>,
): Promise<Found | null> {
  for (const scenario of chosen.filter(({ calls }) => calls <= 10)) {
    const kinds: readonly Kind[] = ['edited', 'killed', ...(scenario.inPlace ? (['restored'] as const) : [])];
    for (let seed = 1; seed <= modesFor(scenario).length * 4; seed++)
      for (const kind of kinds) {
        const found = await one(kind, scenario, seed);
        if (found) return found;
      }
  }
  return null;
}

const nameOf = ({ kind, world, seed }: Catch): string => `${kind} ${seed} ${world}`;

async function again({ kind, world, seed }: Catch): Promise<Found | null> {
  const scenario = scenarioNamed(world);
  const mode = modeFor(scenario, seed);
  const broken = await judged(async () => {
    if (kind === 'walk') return runSeed(scenario, seed);
    return (await exhaustively[kind](scenario, mode, seed)).result;
  });
  return broken === null ? null : { kind, world, seed, mode: describeMode(mode), broken: broken.split('\n')[0] ?? '' };
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

const [what, json = ''] = process.argv.slice(2);
if (what === 'look') console.log(JSON.stringify(await look(JSON.parse(json) as Hunt)));
else for (const one of JSON.parse(json) as Catch[]) console.log(JSON.stringify(await again(one)));
process.exit(0);
