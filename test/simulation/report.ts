import { describeMode } from './seeds.ts';
import { shrink } from './shrink.ts';
import type { Scenario } from './scenario.ts';
import type { Script, WalkResult } from './walk.ts';
import type { Oracle } from './violation.ts';
import type { Mode } from './world.ts';

/** A failing walk as it is kept in `regressions/`: replayed on every run from then on. */
export interface Regression {
  readonly scenario: string;
  readonly mode: Mode;
  readonly seed: number;
  readonly oracle: Oracle;
  /** What was wrong, in words. */
  readonly note: string;
  readonly script: Script;
}

/** The failing walk made short, as text for people and as a regression to keep. */
export async function explain(
  scenario: Scenario,
  mode: Mode,
  seed: number,
  failing: WalkResult,
): Promise<{ readonly text: string; readonly regression: Regression }> {
  const short = await shrink(scenario, mode, seed, failing);
  const text = [
    `${scenario.name} · seed ${seed} · ${describeMode(mode)}`,
    `  ${short.violation?.message ?? ''}`,
    ...short.trace.map((line) => `    ${line}`),
  ].join('\n');
  return {
    text,
    regression: {
      scenario: scenario.name,
      mode,
      seed,
      oracle: short.violation?.oracle ?? 'engine-error',
      note: short.violation?.message ?? '',
      script: short.script,
    },
  };
}
