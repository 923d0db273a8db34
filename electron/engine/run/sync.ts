import { AppError } from '../../../shared/contract/errors.ts';
import { apply } from './apply.ts';
import { LookAgain, pairRow, type Pass } from './context.ts';
import { makePlan, prepare, runPass } from './pass.ts';
import { stampDue } from './stamps.ts';

/** More passes than this mean that somebody writes faster than we do; the rest waits for the next run. */
const PASSES = 25;
const LOOKS = 8;

/**
 * Passes until nothing is left to send. What can be tried again is tried `maxRetries` times with growing pauses; then
 * the run fails and its keys stay dirty.
 */
export async function passes(
  pass: () => Promise<Pass>,
  work: (pass: Pass) => Promise<number> = runPass,
): Promise<void> {
  let looks = 0;
  let tries = 0;
  let quiet = 0;
  for (let round = 0; round < PASSES; round++) {
    const current = await pass();
    try {
      await current.store.commit(current.id, { dropPlan: current.run });
      current.tally.tryAgain.clear();
      const sent = await work(current);
      tries = 0;
      if (current.scope.pins !== null && current.tally.tryAgain.size === 0) return;
      quiet = sent > 0 ? 0 : quiet + 1;
      if (quiet > 0 && !(await again(current, quiet))) return;
    } catch (error) {
      if (error instanceof LookAgain && ++looks <= LOOKS) continue;
      if (error instanceof LookAgain) throw restless(current, error);
      if (!(error instanceof AppError) || error.retry !== 'backoff' || ++tries > current.settings.maxRetries)
        throw error;
      current.ports.log.warn(`${error.message} Trying again, ${tries} of ${current.settings.maxRetries}.`);
      await current.ports.clock.sleep(250 * 2 ** (tries - 1), current.signal);
    }
  }
}

/**
 * A pass over the records of its scope alone: nothing is looked for, and what else is dirty stays dirty. Answers how
 * many actions it sent to a side.
 */
export async function runRecords(pass: Pass): Promise<number> {
  await prepare(pass);
  if (pass.braked.has('') || (await pairRow(pass)).mode === 'aside') return 0;
  const total = await makePlan(pass);
  if (total > 0) await apply(pass, total);
  await stampDue(pass);
  await pass.store.commit(pass.id, { dropPlan: pass.run });
  return total;
}

/** A key that moved while it was judged is still dirty: one more look, then it waits for the next run. */
async function again(pass: Pass, quiet: number): Promise<boolean> {
  if (quiet > 2 || pass.braked.has('') || pass.scope.only !== null) return false;
  const open = [...pass.collections.keys()].filter((name) => !pass.braked.has(name));
  const [row] = await pass.store.dirty(pass.id, { collections: open, after: null, limit: 1 });
  return row !== undefined && pass.scope.direction === 'both' && pass.scope.key === null && pass.scope.pins === null;
}

function restless(pass: Pass, cause: Error): AppError {
  return new AppError({
    code: 'replaced',
    operation: 'sync',
    subject: { pair: pass.settings.name },
    message: `Syncing ${pass.settings.name} stopped: one of the databases is replaced again and again.`,
    next: 'Nothing was lost; what was not written waits for the next run.',
    hint: 'Check whether a cloud client or a backup program puts an older copy in its place.',
    retry: 'after-user-action',
    cause: cause.message,
  });
}
