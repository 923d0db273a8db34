import { AppError } from '../../../shared/contract/errors.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import type { PairPool } from '../host/pair-pool.ts';

/** Opens the sides of a pair as a sync would, and says which did not let it in. */
export async function refusedLogins(pool: PairPool, pair: string): Promise<Partial<Record<SideName, AppError>>> {
  await pool.use(pair, 'sides', async () => undefined).catch(() => undefined);
  return pool.use(pair, 'state', async ({ problems }) => {
    const found: Partial<Record<SideName, AppError>> = {};
    for (const side of sideNames) {
      const problem = problems[side];
      if (problem instanceof AppError && problem.code === 'auth') found[side] = problem;
    }
    return found;
  });
}
