import { refName, type Pass } from '../run/context.ts';
import type { NewAction } from '../state/stored.ts';
import { undoRun } from './undo.ts';

/**
 * Of records that are written together or not at all, what one side was given before the other refused goes back at once,
 * if nobody touched it since (E71). What was there before and got no more than a time stays: its conflict stands.
 */
export async function takeHalfBack(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  const records = actions.filter(
    (each) =>
      each.note.bond !== undefined && each.a === null && each.b === null && pass.tally.wroteOn.has(refName(each)),
  );
  if (records.length > 0) await undoRun(pass, { run: pass.run, records, decisions: [] });
}
