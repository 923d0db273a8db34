import { ByChance } from './by-chance.ts';
import type { Scenario } from './scenario.ts';
import { walk, type WalkResult } from './walk.ts';
import type { Mode } from './world.ts';

/** Hints or scans, with or without a marker, with or without transactions: every scenario meets all that make sense. */
export const modes: readonly Mode[] = [
  { capture: false, marker: true, transactions: true },
  { capture: true, marker: true, transactions: true },
  { capture: false, marker: false, transactions: true },
  { capture: true, marker: false, transactions: false },
  { capture: false, marker: false, transactions: false },
];

const needsHints = (scenario: Scenario): boolean =>
  Boolean(scenario.budget.miss || scenario.budget.told || scenario.budget.dup || scenario.budget.window);

export function modesFor(scenario: Scenario): readonly Mode[] {
  return modes.filter(
    (mode) =>
      (!scenario.needsMarker || mode.marker) &&
      (!scenario.withoutMarker || !mode.marker) &&
      (!scenario.withoutHints || !mode.capture) &&
      (!needsHints(scenario) || mode.capture),
  );
}

export function modeFor(scenario: Scenario, seed: number): Mode {
  const list = modesFor(scenario);
  const mode = list[seed % list.length];
  if (!mode) throw new Error(`No mode for “${scenario.name}”`);
  return mode;
}

export const describeMode = ({ capture, marker, transactions }: Mode): string =>
  `${capture ? 'hints' : 'scans'}, ${marker ? 'marker' : 'no marker'}, ${transactions ? 'transactions' : 'single writes'}`;

/** One seed of one scenario. */
export const runSeed = (scenario: Scenario, seed: number): Promise<WalkResult> =>
  walk(scenario, modeFor(scenario, seed), seed, new ByChance(scenario, seed));
