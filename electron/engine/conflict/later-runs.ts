import { changedFields, type State } from '../port/record.ts';
import type { Key } from '../port/key-codec.ts';
import type { Pass } from '../run/context.ts';
import type { SideName } from '../settings.ts';
import { journalPages } from '../state/journal-pages.ts';
import type { JournalRow } from '../state/stored.ts';
import { restoredOn } from './net-writes.ts';

/** A record that is in the way of an undo, on the side where it is. */
export interface InTheWay {
  readonly key: Key;
  readonly side: SideName;
  readonly now: State;
  /** In which of its fields it is in the way; `null`: as a whole. */
  readonly fields: readonly string[] | null;
}

/** What one run wrote of a record on one side. */
type RunRows = readonly JournalRow[];

/**
 * By `placeOf`: the run not before `from` whose undo makes way, since what is in the way is what it wrote. Records that
 * somebody else wrote over since have none. All of one collection, and no more than a page of them.
 */
export async function laterRuns(
  { id, store }: Pick<Pass, 'id' | 'store'>,
  { collection, from }: { readonly collection: string; readonly from: number },
  records: readonly InTheWay[],
): Promise<ReadonlyMap<string, number>> {
  if (records.length === 0) return new Map();
  const fields = new Map(records.map((record) => [placeOf(record), record.fields]));
  const last = new Map<string, RunRows>();
  const gave = new Map<string, RunRows>();
  const keys = [...new Set(records.map(({ key }) => key))];
  for await (const page of journalPages(store, id, { collection, keys, status: 'applied' }))
    for (const row of page) {
      const about = fields.get(placeOf(row));
      if (row.run < from || about === undefined) continue;
      put(last, row);
      if (touches(row, about)) put(gave, row);
    }
  return new Map(
    records.flatMap((record): [string, number][] => {
      const place = placeOf(record);
      if (!gave.has(place)) return [];
      const stands = [gave.get(place), last.get(place)].find(
        (rows) => rows !== undefined && restoredOn(record.side, rows, record.now) !== undefined,
      );
      return stands?.[0] ? [[place, stands[0].run]] : [];
    }),
  );
}

export const placeOf = ({ key, side }: Pick<InTheWay, 'key' | 'side'>): string => `${side}${key}`;

/** Of each place the rows of one run are kept, the last one. */
function put(runs: Map<string, RunRows>, row: JournalRow): void {
  const known = runs.get(placeOf(row)) ?? [];
  runs.set(placeOf(row), known[0]?.run === row.run ? [...known, row] : [row]);
}

const touches = ({ op, before, after }: JournalRow, fields: readonly string[] | null): boolean =>
  fields === null || op !== 'update' || changedFields(before, after).some((name) => fields.includes(name));

/** The command that makes way, for people. */
export const undoFirst = (run: number): string => `Undo that run first: tandem undo run ${run}`;
