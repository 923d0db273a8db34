import { ByScript } from './by-script.ts';
import type { Scenario } from './scenario.ts';
import type { Oracle } from './violation.ts';
import { walk, type Script, type WalkResult } from './walk.ts';
import type { Mode } from './world.ts';

/** All scripts that are one thing shorter. */
function* shorter(script: Script): Generator<Script> {
  for (let i = script.length - 1; i >= 0; i--) yield script.toSpliced(i, 1);
  for (const [i, step] of script.entries()) {
    if (step.s !== 'call') continue;
    for (let j = step.during.length - 1; j >= 0; j--)
      yield script.with(i, { ...step, during: step.during.toSpliced(j, 1) });
  }
}

/** Drops one thing after the other as long as the same oracle still fails; the rest is short enough to read. */
export async function shrink(scenario: Scenario, mode: Mode, seed: number, failing: WalkResult): Promise<WalkResult> {
  let best = failing;
  const oracle: Oracle | undefined = failing.violation?.oracle;
  for (let again = true, tries = 0; again && tries < 600;) {
    again = false;
    for (const script of shorter(best.script)) {
      if (++tries > 600) break;
      const result = await walk(scenario, mode, seed, new ByScript(script));
      if (result.violation?.oracle !== oracle) continue;
      best = result;
      again = true;
      break;
    }
  }
  return best;
}
