import type { LiveMode } from '../../../shared/contract/live-shapes.ts';
import type { PairOptions } from '../../../shared/config/pair-options.ts';

/** How the engine keeps a pair in step by itself, once it does so at all. */
export function modeOf({
  autoSyncEnabled,
  liveSync,
  syncIntervalMinutes,
  syncSchedule,
}: Pick<PairOptions, 'autoSyncEnabled' | 'liveSync' | 'syncIntervalMinutes' | 'syncSchedule'>): LiveMode {
  if (autoSyncEnabled && liveSync) return 'watching';
  // At the start, and when a side is back, it is synced all the same.
  return autoSyncEnabled || syncIntervalMinutes !== null || syncSchedule !== null ? 'scheduled' : 'off';
}
