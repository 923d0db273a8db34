import { assertNever } from '../../../shared/lib/assert.ts';
import type { PairOptions } from '../../../shared/config/pair-options.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import { pairOptionsOf } from '../settings/pair-settings.ts';

/** What the pair's `conflictResolutionStrategy` says about conflicts that are still open. */
export async function decideAfter(engine: PairEngine, entry: PairEntry, who: string): Promise<void> {
  const strategy: PairOptions['conflictResolutionStrategy'] = pairOptionsOf(entry).conflictResolutionStrategy;
  switch (strategy) {
    // The plan itself decided by these two wherever they apply; the rest is left to a person.
    case 'manual':
    case 'keep_local':
    case 'keep_remote':
      return;
    case 'auto':
      await engine.autoResolve({ max: 10, who });
      return;
    case 'rename_local':
      await engine.resolve({ where: { kind: 'unique' }, strategy, who });
      return;
    case 'keep_both':
      await engine.resolve({ where: { kind: 'insert/insert' }, strategy, who });
      return;
    default:
      assertNever(strategy, 'strategy');
  }
}
