import { useEffect, useMemo } from 'react';
import { useInbox, type Inbox } from '../conflicts/use-inbox.ts';
import type { ConflictRow } from '../conflicts/conflict-source.ts';
import { Lines } from '../conflicts/lines.ts';

export interface Neighbours {
  readonly inbox: Inbox | undefined;
  readonly lines: Lines;
  /** Of this conflict in the list; `undefined` where it is not there (any more) or not loaded yet. */
  readonly index: number | undefined;
  readonly next: ConflictRow | undefined;
  readonly previous: ConflictRow | undefined;
}

/** Looked for this conflict in so many lines of the list; further ones are not loaded for it. */
const LOOKED_AT = 2000;

/** The list beside a conflict: the same order as in the inbox. */
export function useNeighbours(id: number): Neighbours {
  const { inbox } = useInbox({});
  const lines = useMemo(() => new Lines(inbox?.groups ?? []), [inbox]);
  useEffect(() => {
    inbox?.groups.forEach(({ n }, group) => inbox.want(group, 0, Math.min(n, LOOKED_AT) - 1));
  }, [inbox]);
  return useMemo(() => {
    const rowAt = (index: number | undefined): ConflictRow | undefined => {
      if (index === undefined) return undefined;
      const line = lines.line(index);
      return line.head ? undefined : inbox?.rowAt(line.group, line.at);
    };
    const most = Math.min(lines.count, LOOKED_AT);
    const index = Array.from({ length: most }, (_, i) => i).find((i) => rowAt(i)?.id === id);
    return {
      inbox,
      lines,
      index,
      next: index === undefined ? undefined : rowAt(lines.rowFrom(index + 1, 1)),
      previous: index === undefined ? undefined : rowAt(lines.rowFrom(index - 1, -1)),
    };
  }, [inbox, lines, id]);
}
