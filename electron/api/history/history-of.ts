import type { PairSettings } from '../../engine/settings.ts';
import type { StateStore } from '../../engine/state/store.ts';
import type { Undone } from './undone.ts';

/** The history of one pair, as the state has it. */
export interface HistoryOf {
  readonly store: StateStore;
  readonly id: number;
  readonly name: string;
  readonly labels: PairSettings['sideLabel'];
  /** The run that took back all that was still there of a run. */
  readonly undone: Undone;
}
