/** What really happened in a walk, counted where it happens: the proof that runs were not vacuous. */
export const counted = [
  'edits',
  'calls',
  'engineWrites',
  'misses',
  'merges',
  'conflicts',
  'resolutions',
  'undos',
  'holds',
  'brakes',
  'brakeAnswers',
  'crashes',
  'recovered',
  'lostAnswers',
  'partBatches',
  'busy',
  'diskFull',
  'powerCuts',
  'restores',
  'lostStates',
  'missedHints',
  'doubledHints',
  'liveSteps',
  'told',
  'lostHistory',
  'fellOut',
  'invalidated',
  'lostInLiveSteps',
  'drops',
  'renames',
  'elections',
  'rolledBack',
  'staleReads',
  'lostToOldPrimary',
  'totalsShort',
  'appliedUntold',
  'adoptedAnswers',
  'schemaChanges',
  'clockJumps',
  'triggers',
  'uniqueClashes',
  'blocked',
  'groups',
  'secondEngines',
  'judgements',
] as const;
export type Counted = (typeof counted)[number];
export type Stats = Record<Counted, number>;

export const newStats = (): Stats => Object.fromEntries(counted.map((name) => [name, 0])) as Stats;

export function addStats(into: Stats, from: Stats): void {
  for (const name of counted) into[name] += from[name];
}
