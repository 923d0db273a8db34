import { assertNever } from '../../../shared/lib/assert.ts';
import type { PairOptions } from '../../../shared/config/pair-options.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import type { AutoResolveReport, ResolveReport } from '../../engine/reports/decision.ts';
import { BY_STRATEGY } from '../../../shared/model/words.ts';
import { pairOptionsOf } from '../settings/pair-settings.ts';

/** What the pair's `conflictResolutionStrategy` says about conflicts that are still open. */
export async function decideAfter(
  engine: PairEngine,
  entry: PairEntry,
  person: string,
): Promise<ResolveReport | AutoResolveReport | null> {
  const who = `${person}${BY_STRATEGY}`;
  const strategy: PairOptions['conflictResolutionStrategy'] = pairOptionsOf(entry).conflictResolutionStrategy;
  switch (strategy) {
    case 'manual':
    // The plan itself decided; a unique clash needs a value that only a person can give.
    case 'keep_local':
      return null;
    // The plan itself decided all but unique clashes: there the local record gives the value up.
    case 'keep_remote':
    case 'rename_local':
      return engine.resolve({ where: { kind: 'unique' }, strategy, who });
    case 'auto':
      return engine.autoResolve({ max: 10, who });
    case 'keep_both':
      return engine.resolve({ where: { kind: 'insert/insert' }, strategy, who });
    default:
      return assertNever(strategy, 'strategy');
  }
}
