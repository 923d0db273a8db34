import { AppError } from '../../../shared/contract/errors.ts';
import type { Ports } from '../ports.ts';
import type { PairSettings } from '../settings.ts';
import type { KeyRef } from '../state/stored.ts';
import { apply } from './apply.ts';
import { checkCancelled, LookAgain, pairRow, type Pass } from './context.ts';
import { makePlan, prepare } from './pass.ts';
import { stampDue } from './stamps.ts';
import { askAsBefore, noteLookedAt } from './wake.ts';

/** More passes than this mean that somebody writes faster than we do; the rest waits for the next run. */
const PASSES = 25;
const LOOKS = 8;

/** What trying again goes by, also where no pass could be made. */
export interface Patience {
  readonly settings: Pick<PairSettings, 'maxRetries'>;
  readonly ports: Pick<Ports, 'clock' | 'log'>;
  readonly signal?: AbortSignal | undefined;
  /** Something failed, and is tried again from here on. */
  readonly onRetry?: () => void;
}

/**
 * Passes until nothing is left to send. What can be tried again is tried `maxRetries` times a batch with growing pauses;
 * then the run fails and its keys stay dirty. Every pass begins with recovery, so that a batch whose outcome is not known
 * is looked at, and never sent again unseen (L11).
 */
export async function passes(
  pass: () => Promise<Pass>,
  patience: Patience,
  work: (pass: Pass) => Promise<number>,
): Promise<void> {
  const tries = new Tries(patience);
  let looks = 0;
  let quiet = 0;
  for (let round = 0; round < PASSES; round++) {
    let current: Pass | null = null;
    try {
      current = await pass();
      await current.store.commit(current.id, { dropPlan: current.run });
      current.tally.tryAgain.clear();
      const sent = await work(current);
      tries.forget();
      if (current.scope.pins !== null && current.tally.tryAgain.size === 0) return;
      quiet = sent > 0 ? 0 : quiet + 1;
      // What a live step wrote comes back as a hint, and the next step looks at it.
      if ((quiet > 0 || current.news !== null) && !(await again(current, quiet))) return;
    } catch (error) {
      if (error instanceof LookAgain && ++looks <= LOOKS) continue;
      if (error instanceof LookAgain && current) throw restless(current, error);
      await tries.waitAfter(error, current && (await pairRow(current)).batch);
      // A pass that is made again because it failed is no sign of somebody who writes faster than we do.
      round--;
    }
  }
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Failures of one batch in a row. */
class Tries {
  readonly #patience: Patience;
  #count = 0;
  /** The number of the batch that failed last: a higher one by more than itself tells that others went through since. */
  #batch: number | null = null;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  forget(): void {
    this.#count = 0;
    this.#batch = null;
  }

  /** Resolves when it is time to try again; throws what cannot be tried, or was tried often enough. */
  async waitAfter(error: unknown, batch: number | null): Promise<void> {
    const { settings, ports, signal } = this.#patience;
    if (batch !== null && this.#batch !== null && batch > this.#batch + 1) this.#count = 0;
    this.#batch = batch ?? this.#batch;
    if (!(error instanceof AppError) || error.retry !== 'backoff' || ++this.#count > settings.maxRetries) throw error;
    this.#patience.onRetry?.();
    ports.log.warn(`${error.message} Trying again, ${this.#count} of ${settings.maxRetries}.`);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.#count - 1), LONGEST_PAUSE_MS);
    await ports.clock.sleep(pauseMs, signal).catch(() => undefined);
    checkCancelled(signal ? { signal } : {});
  }
}

/**
 * A pass over the records of its scope alone: nothing is looked for, and what else is dirty stays dirty. Answers how
 * many actions it sent to a side.
 */
export async function runRecords(pass: Pass): Promise<number> {
  const total = await planned(pass);
  if (total === null) return 0;
  if (total > 0) await apply(pass, total);
  await stampDue(pass);
  await pass.store.commit(pass.id, { dropPlan: pass.run });
  return total;
}

/** The same, and nothing is sent. */
export async function planRecords(pass: Pass, records: readonly KeyRef[]): Promise<number> {
  if ((await planned(pass)) === null) return 0;
  await noteLookedAt(pass, records);
  await pass.store.commit(pass.id, { dropPlan: pass.run });
  await askAsBefore(pass);
  return 0;
}

async function planned(pass: Pass): Promise<number | null> {
  await prepare(pass);
  if (pass.braked.has('') || (await pairRow(pass)).mode === 'aside') return null;
  return makePlan(pass);
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
