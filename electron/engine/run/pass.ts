import { apply } from './apply.ts';
import { finishAside } from './aside.ts';
import { checkCollections } from './collection-identity.ts';
import type { PairPatch } from '../state/stored.ts';
import { everything, inScope, isBraked, pairRow, type Pass } from './context.ts';
import { checkIdentity, versionsSeen } from './identity.ts';
import { firstCopies } from './first-copy.ts';
import { judge } from './judge.ts';
import { prepareHistories, pull } from './pull.ts';
import { recover } from './recover.ts';
import { checkSchema, waitForCopy } from './schema-watch.ts';
import { stage } from './stage.ts';
import { stagedCount } from './staged.ts';
import { takeIn } from './take-in.ts';
import { checkRestored } from './restored.ts';
import { stampDue } from './stamps.ts';

/** Identity, then what an earlier run left unacknowledged: nothing else may touch the pair before these (L6, L11). */
export async function prepare(pass: Pass): Promise<void> {
  pass.progress({ phase: 'identity', collection: '', done: 0, all: 0 });
  const whole = pass.settings.collections.every(({ name }) => pass.collections.has(name));
  if (!whole) {
    await waitForCopy(pass);
    await checkSchema(pass);
  }
  const sure = await checkIdentity(pass, whole);
  if (sure) await recover(pass);
  await loadBrakes(pass);
  if (whole) await checkSchema(pass);
  if (sure) await checkCollections(pass);
  if (sure) await takeIn(pass);
  // A file in the middle of being copied shows nothing that one could compare: nothing is written, the next pass looks again.
  if (!sure) pass.braked.add('');
}

/** One pass (design.md 6). Answers how many actions it sent to a side. */
export async function runPass(pass: Pass): Promise<number> {
  await prepare(pass);
  await prepareHistories(pass);
  await stampDue(pass);
  if (pass.news === null && (await pairRow(pass)).mode === 'normal') await firstCopies(pass);
  return (await lookAtBoth(pass)) ? planAndApply(pass) : 0;
}

/** What both sides hold now; true where the base can still be trusted, whatever the run is limited to (L6). */
export async function lookAtBoth(pass: Pass): Promise<boolean> {
  await pull(pass);
  const { mode } = await pairRow(pass);
  if (mode !== 'aside') {
    if (pass.braked.has('')) return false;
    if (!(await checkRestored(pass))) return true;
  }
  await compareAside({ ...pass, scope: everything });
  return false;
}

/** Stages what is dirty and judges it; the plan stands on disk afterwards. */
export async function makePlan(pass: Pass): Promise<number> {
  await stage(pass);
  await judge(pass);
  return stagedCount(pass);
}

async function planAndApply(pass: Pass): Promise<number> {
  const total = await makePlan(pass);
  if (total > 0) await apply(pass, total);
  await stampDue(pass);
  await pass.store.commit(pass.id, {
    dropPlan: pass.run,
    settleAllowances: true,
    pair: { seen: await versionsSeen(pass), ...(await doubtsSettled(pass)) },
  });
  return total;
}

/** What was planned whole, and not stopped again, is doubted no more. */
async function doubtsSettled(pass: Pass): Promise<Pick<PairPatch, 'doubted'>> {
  const { doubted } = await pairRow(pass);
  const isSettled = (collection: string): boolean =>
    pass.scope.only === null && pass.scope.key === null && inScope(pass, collection) && !isBraked(pass, collection);
  const left = Object.entries(doubted).filter(([collection]) => !isSettled(collection));
  return left.length === Object.keys(doubted).length ? {} : { doubted: Object.fromEntries(left) };
}

/** The base was set aside: what is equal is adopted, the rest is one question behind the brake that is latched. */
async function compareAside(pass: Pass): Promise<void> {
  pass.braked.clear();
  pass.looked.clear();
  await pull(pass);
  await stage(pass);
  await finishAside(pass);
  await loadBrakes(pass);
}

/** A question about drift holds up only those who want to overwrite it. */
export async function loadBrakes(pass: Pass): Promise<void> {
  pass.braked.clear();
  for (const { collection, kind } of await pass.store.brakes(pass.id, false))
    if (kind !== 'drift' || pass.scope.overwriteDrift) pass.braked.add(collection);
}
