import type { CallName } from '../../../shared/contract/calls.ts';
import { useCall } from '../../store/hooks.ts';

export interface Bucket {
  readonly from: string;
  readonly to: string;
  readonly toA: number;
  readonly toB: number;
}

/** What moved in the last 24 hours, oldest first; `undefined` while it is not known, or where the engine does not tell. */
export function useActivity(pair: string): readonly Bucket[] | undefined {
  // Until the contract has it, the name is not known to the compiler; an older engine says `unsupported`.
  const { data } = useCall('pairs.activity' as CallName, { pair, days: 1 } as never, ['runs']);
  return (data as { readonly buckets: readonly Bucket[] } | undefined)?.buckets;
}
