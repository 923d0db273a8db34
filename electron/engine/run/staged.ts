import type { Pass } from './context.ts';

/** Actions of the plan that are still to be written. */
export async function stagedCount(pass: Pass): Promise<number> {
  const counts = await pass.store.countActions(pass.id, pass.run);
  return counts.filter(({ status }) => status === 'staged').reduce((sum, { count }) => sum + count, 0);
}
