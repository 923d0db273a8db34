import { AppError } from '../../../shared/contract/errors.ts';
import type { Connector } from '../../engine/port/connector.ts';
import { sideNames } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';

/** A side that is not there yet, or does not answer, is asked when it does. */
interface Marking {
  readonly label: string;
  readonly connector: Pick<Connector, 'capabilities'> | null;
}

/** Fails with `unsupported` where a side could never keep a marker: a pair that wants one would not sync at all. */
export function refuseUnmarkable(pair: string, operation: string, sides: readonly Marking[]): void {
  const unable = sides.find(({ connector }) => connector !== null && !connector.capabilities.marker);
  if (!unable) return;
  throw new AppError({
    code: 'unsupported',
    operation,
    message: `Keeping a marker for ${pair} failed: ${unable.label} has no transactions, and without them no marker can be kept there.`,
    next: 'Nothing was changed.',
    hint: 'Leave --marker out. A MongoDB server that stands alone gets transactions when it is made a replica set of one.',
    subject: { pair },
    retry: 'after-user-action',
  });
}

/** The same for a pair that is there already. */
export const assertMarkable = (host: Host, pair: string, operation: string): Promise<void> =>
  host.pool.use(pair, 'state', async ({ sides, problems, entry }) =>
    refuseUnmarkable(
      pair,
      operation,
      sideNames.map((side) => ({
        label: side === 'A' ? entry.a.name : entry.b.name,
        connector: problems[side] ? null : sides[side],
      })),
    ),
  );

/** Fails with `unsupported` where neither side is a SQLite file: others keep a history, or take no triggers of Tandem's. */
export function refuseWithoutFile(pair: string, operation: string, kinds: readonly string[]): void {
  if (kinds.includes('sqlite')) return;
  throw new AppError({
    code: 'unsupported',
    operation,
    message: `Keeping triggers for ${pair} failed: only SQLite files take them, and neither side is one.`,
    next: 'Nothing was changed.',
    hint: 'Leave --triggers out. MongoDB tells of changes by itself where it is a replica set.',
    subject: { pair },
    retry: 'after-user-action',
  });
}
