import { refName, type Pass } from '../run/context.ts';
import type { NewAction } from '../state/stored.ts';
import { undoRun } from './undo.ts';

/**
 * Of records that are written together or not at all, what one side took before the other refused goes back at once, if
 * nobody touched it since (E71).
 */
export async function takeHalfBack(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  const records = actions.filter((each) => each.note.bond !== undefined && pass.tally.wroteOn.has(refName(each)));
  if (records.length > 0) await undoRun(pass, { run: pass.run, records, decisions: [] });
}
