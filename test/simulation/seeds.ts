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

/** What a deployment of documents can be found to be. */
const documentModes: readonly Mode[] = [
  { capture: true, marker: false, transactions: true, documents: 'replica set' },
  { capture: true, marker: true, transactions: true, documents: 'replica set' },
  { capture: false, marker: false, transactions: false, documents: 'standalone' },
  { capture: false, marker: false, transactions: true, documents: 'replica set' },
];

const needsReplicas = ({ budget }: Scenario): boolean => Boolean(budget.election || budget.cutOff);

const needsHints = (scenario: Scenario): boolean =>
  Boolean(
    scenario.budget.miss || scenario.budget.told || scenario.budget.dup || scenario.budget.window || scenario.window,
  );

export function modesFor(scenario: Scenario): readonly Mode[] {
  return (scenario.documents ? documentModes : modes).filter(
    (mode) =>
      (!needsReplicas(scenario) || mode.documents === 'replica set') &&
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

export const describeMode = ({ capture, marker, transactions, documents }: Mode): string =>
  `${documents ? `documents (${documents}), ` : ''}${capture ? 'hints' : 'scans'}, ${marker ? 'marker' : 'no marker'}, ${transactions ? 'transactions' : 'single writes'}`;

/** One seed of one scenario. */
export const runSeed = (scenario: Scenario, seed: number): Promise<WalkResult> =>
  walk(scenario, modeFor(scenario, seed), seed, new ByChance(scenario, seed));
