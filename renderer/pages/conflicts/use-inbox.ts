import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { useModel, useWindow } from '../../store/hooks.ts';
import type { ConflictIndex, ConflictRow, IndexRequest } from './conflict-source.ts';
import type { InboxFilter } from './filter.ts';

const PAGE = 200;

export interface InboxGroup {
  readonly pair: string;
  readonly collection: string;
  readonly n: number;
}

export interface Inbox {
  readonly total: number;
  readonly counts: ConflictIndex['counts'];
  readonly groups: readonly InboxGroup[];
  /** The row, or `undefined` while it is on its way. */
  readonly rowAt: (group: number, at: number) => ConflictRow | undefined;
  /** These rows of a group are in sight. */
  readonly want: (group: number, from: number, to: number) => void;
}

const requestOf = ({ kind, ...rest }: InboxFilter): IndexRequest => ({ ...rest, ...(kind ? { kind: [kind] } : {}) });

/** The conflicts of a filter, by pair and collection; rows come as they are looked at, and again when something changed. */
export function useInbox(filter: InboxFilter): {
  readonly inbox: Inbox | undefined;
  readonly error: AppErrorBody | undefined;
} {
  const model = useModel();
  const { transport } = model;
  const revision = useWindow(({ revisions }) => revisions.conflicts);
  const key = JSON.stringify(filter);
  const [index, setIndex] = useState<{ readonly key: string; readonly index: ConflictIndex }>();
  const [error, setError] = useState<AppErrorBody>();
  const [rows, setRows] = useState<ReadonlyMap<string, readonly ConflictRow[]>>(new Map());
  const asked = useRef(new Set<string>());

  useEffect(() => {
    const ending = new AbortController();
    model.transport
      .call('conflicts.index', { ...requestOf(JSON.parse(key) as InboxFilter), limit: 1 }, { signal: ending.signal })
      .then(
        (answer) => {
          if (ending.signal.aborted) return;
          asked.current.clear();
          setIndex({ key, index: answer });
          setError(undefined);
        },
        (cause: unknown) => (ending.signal.aborted ? undefined : setError(model.unsaid(cause))),
      );
    return () => ending.abort();
  }, [model, key, revision]);

  const groups = useMemo(() => groupsOf(index?.index, filter), [index, key]);
  const want = useCallback(
    (group: number, from: number, to: number) => {
      const { pair, collection } = groups[group] ?? {};
      if (pair === undefined || collection === undefined) return;
      for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) {
        const place = `${key} ${pair} ${collection} ${page}`;
        if (asked.current.has(place)) continue;
        asked.current.add(place);
        const request = {
          ...requestOf(JSON.parse(key) as InboxFilter),
          pair,
          collection,
          offset: page * PAGE,
          limit: PAGE,
        };
        transport.call('conflicts.index', request).then(
          (answer) => setRows((known) => new Map(known).set(place, answer.rows)),
          () => asked.current.delete(place),
        );
      }
    },
    // What was asked is forgotten with every answer of the index.
    [transport, key, groups],
  );
  const rowAt = useCallback(
    (group: number, at: number) => {
      const { pair, collection } = groups[group] ?? {};
      return rows.get(`${key} ${pair} ${collection} ${Math.floor(at / PAGE)}`)?.[at % PAGE];
    },
    [rows, key, groups],
  );
  const inbox = useMemo(
    () =>
      index === undefined ? undefined : { total: index.index.total, counts: index.index.counts, groups, rowAt, want },
    [index, groups, rowAt, want],
  );
  return { inbox, error };
}

/** By name, since a list that sorts anew by numbers would move under the pointer. Of the counts of the collections those that the filter lets through; they are counted without the filter by collection. */
function groupsOf(index: ConflictIndex | undefined, { pair, collection }: InboxFilter): readonly InboxGroup[] {
  return (index?.counts.collections ?? [])
    .filter(
      (group) =>
        (pair === undefined || group.pair === pair) && (collection === undefined || group.collection === collection),
    )
    .toSorted((a, b) => a.pair.localeCompare(b.pair) || a.collection.localeCompare(b.collection));
}
