import { conflictKinds, type ConflictKind } from '../../../shared/model/words.ts';
import { addresses } from '../../model/addresses.ts';
import { go, useQuery } from '../../router/location.ts';

/** What the list is narrowed to; stands in the address, so that it can be shown to somebody else. */
export interface InboxFilter {
  readonly pair?: string;
  readonly collection?: string;
  readonly kind?: ConflictKind;
  readonly q?: string;
}

export function useFilter(): readonly [InboxFilter, (changed: Partial<Record<keyof InboxFilter, string>>) => void] {
  const query = useQuery();
  const text = (name: keyof InboxFilter): string => query.get(name) ?? '';
  const kind = conflictKinds.find((known) => known === text('kind'));
  const filter: InboxFilter = {
    ...(text('pair') === '' ? {} : { pair: text('pair') }),
    ...(text('collection') === '' ? {} : { collection: text('collection') }),
    ...(kind === undefined ? {} : { kind }),
    ...(text('q') === '' ? {} : { q: text('q') }),
  };
  return [filter, (changed) => go(addresses.conflicts({ ...filter, ...changed }), { replace: true })];
}
