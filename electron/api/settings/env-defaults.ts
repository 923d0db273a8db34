import type { PairOptions } from '../../../shared/config/pair-options.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';

/** Defaults that a pair of a `.env` has of its own. */
export const envDefaults = { newCollections: true, batchSize: 100 } as const satisfies Partial<PairOptions>;

export const ownDefaults = ({ env }: Pick<PairEntry, 'env'>): Partial<PairOptions> =>
  env === undefined ? {} : envDefaults;
