import type { Result } from '../../../shared/contract/calls.ts';
import { useCall } from '../../store/hooks.ts';

export type Bucket = Result<'pairs.activity'>['buckets'][number];

/** What moved in the last 24 hours, oldest first; `undefined` while it is not known. */
export const useActivity = (pair: string): readonly Bucket[] | undefined =>
  useCall('pairs.activity', { pair, days: 1 }, ['runs']).data?.buckets;
