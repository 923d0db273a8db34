import { assertNever } from '../../../shared/lib/assert.ts';
import type { PairOptions } from '../../../shared/config/pair-options.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import { pairOptionsOf } from '../settings/pair-settings.ts';

/** What the pair's `conflictResolutionStrategy` says about conflicts that are still open. */
export async function decideAfter(engine: PairEngine, entry: PairEntry, who: string): Promise<void> {
  const strategy: PairOptions['conflictResolutionStrategy'] = pairOptionsOf(entry).conflictResolutionStrategy;
  switch (strategy) {
    case 'manual':
    // The plan itself decided; a unique clash needs a value that only a person can give.
    case 'keep_local':
      return;
    // The plan itself decided all but unique clashes: there the local record gives the value up.
    case 'keep_remote':
      await engine.resolve({ where: { kind: 'unique' }, strategy, who });
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
