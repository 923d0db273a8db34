import type { WireDecision } from '../../../shared/contract/window-shapes.ts';
import { hasWritten, runReport } from '../../engine/run/report.ts';
import type { StateStore } from '../../engine/state/store.ts';
import type { PairRow } from '../../engine/state/stored.ts';
import { momentOf } from '../mapping/values.ts';

export type Undone = (run: number) => Promise<WireDecision['undone']>;

/** Which runs were taken back whole, and by what. */
export async function undoes(store: StateStore, { id, name }: PairRow): Promise<Undone> {
  const by = new Map<number, NonNullable<WireDecision['undone']>>();
  // The newest comes first, and is the one that took back the rest.
  for (const row of await store.runsBy(id, 'undo')) {
    const report = runReport(row, name);
    const run = report.undoes ?? runIn(report.undoOf);
    if (run !== null && !by.has(run) && hasWritten(report))
      by.set(run, { run: row.id, at: momentOf(row.endedAt || row.startedAt) });
  }
  return async (run) => {
    const found = by.get(run);
    return found && !(await store.stillStands(id, run)) ? found : null;
  };
}

/** Runs of earlier versions noted it in words alone. */
function runIn(text: string | undefined): number | null {
  const run = /^run (\d+)$/.exec(text ?? '')?.[1];
  return run === undefined ? null : Number(run);
}
