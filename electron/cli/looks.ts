import type { WirePair } from '../../shared/contract/pair-shapes.ts';
import type { Cli } from './cli.ts';
import type { ConflictLook } from './text/conflict-text.ts';
import type { DecisionLook } from './text/decision-text.ts';
import { labelsOf } from './text/labels.ts';
import type { RunLook } from './text/run-text.ts';

/** What the formatters need beside the data, for one pair. */
export function runLook(cli: Cli, pair: Pick<WirePair, 'a' | 'b'>): RunLook {
  return { style: cli.style, now: cli.now, labels: labelsOf(pair), command: (...words) => cli.command(...words) };
}

/** The same for lists over several pairs; the names of the sides are asked for once. */
export async function decisionLook(cli: Cli): Promise<DecisionLook & ConflictLook> {
  const pairs = await cli.finish('pairs.list', {});
  const labels = new Map(pairs.map((pair) => [pair.name, labelsOf(pair)]));
  return {
    style: cli.style,
    now: cli.now,
    labels: (pair) => labels.get(pair) ?? { a: 'This computer', b: 'Remote' },
    command: (...words) => cli.command(...words),
    runnable: cli.runnable,
  };
}
