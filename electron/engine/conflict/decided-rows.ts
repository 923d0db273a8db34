import { append } from '../../../shared/lib/append.ts';
import type { StateStore } from '../state/store.ts';
import type { JournalRow } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { decidedIn, recordsOf } from './records.ts';

type Store = Pick<StateStore, 'journal'>;

/** Everything that was written to the records of a conflict, and what of it the last decision wrote, the oldest first. */
export async function decidedRows(
  store: Store,
  pair: number,
  item: ItemRow,
): Promise<{ readonly written: readonly JournalRow[]; readonly decided: readonly JournalRow[] }> {
  const rows: JournalRow[] = [];
  for (const { collection, key } of recordsOf(item))
    append(rows, await store.journal(pair, { collection, key, limit: 10_000 }));
  const run = decidedIn(item);
  const written = rows.toSorted((x, y) => x.id - y.id);
  const decided = written.filter((row) => row.origin === 'resolve' && (run === null || row.run === run));
  return { written, decided };
}

/** The run that took the decision of a conflict back whole; `null`: none did. */
export async function undoneIn(store: Store, pair: number, item: ItemRow): Promise<number | null> {
  if (item.state !== 'resolved') return null;
  const { written, decided } = await decidedRows(store, pair, item);
  const last = decided.findLast(({ status }) => status === 'undone');
  if (!last || decided.some(({ status }) => status === 'applied')) return null;
  return (
    written.find(({ id, origin, status }) => id > last.id && origin === 'undo' && status !== 'missed')?.run ?? null
  );
}
