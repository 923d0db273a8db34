import { countText, numberText } from '../../../shared/lib/count-text.ts';
import type { RunRecord, RunRecords, RunReport } from '../reports/run.ts';
import type { SideName } from '../settings.ts';
import type { StateStore } from '../state/store.ts';
import type { JournalRow } from '../state/stored.ts';
import { refName } from './context.ts';
import { hasWritten } from './report.ts';

const PAGE = 1000;

interface Written {
  readonly collection: string;
  readonly key: JournalRow['key'];
  readonly op: Partial<Record<SideName, JournalRow['op']>>;
  /** Sides on which the run wrote something that it did not take back itself. */
  readonly own: Set<SideName>;
  /** Something of it still stands. */
  stands: boolean;
}

/** Every record that a run wrote, in the order of its first write, what was taken back since included, and nothing that it took back itself; the first `limit` by name. */
export async function recordsOfRun(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  run: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<RunRecords> {
  const written = new Map<string, Written>();
  for (let afterId = 0; ;) {
    const page = await store.journal(pair, { run, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) break;
    afterId = last.id;
    for (const row of page) note(written, row);
  }
  const records = [...written.values()];
  return {
    total: records.length,
    undone: records.filter(({ stands }) => !stands).length,
    records: records.slice(0, limit).map(asReport),
  };
}

/** With how many of its records later runs took back, and of the undo of a run how much of it that was, where it was not all. */
export async function withUndone(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  report: RunReport,
): Promise<RunReport> {
  const counted = { ...report, ...(await partUndone(store, pair, report)) };
  if (report.undoneBy.length === 0) return counted;
  const { total, undone } = await recordsOfRun(store, pair, report.id, 0);
  return { ...counted, undone: { records: undone, of: total } };
}

async function partUndone(
  store: Pick<StateStore, 'journal'>,
  pair: number,
  report: RunReport,
): Promise<Pick<RunReport, 'undoOf'>> {
  const { id, undoes, undoOf } = report;
  if (undoes === undefined || undoOf !== `run ${undoes}` || !hasWritten(report)) return {};
  const own = new Set((await recordsOfRun(store, pair, id)).records.map(refName));
  const { total, records } = await recordsOfRun(store, pair, undoes);
  const restored = records.filter((record) => record.undone && own.has(refName(record))).length;
  return restored === total
    ? {}
    : { undoOf: `part of ${undoOf} (${numberText(restored)} of ${countText(total, 'record')})` };
}

function note(written: Map<string, Written>, row: JournalRow): void {
  const { collection, key, side, op, status, origin } = row;
  if (status !== 'applied' && status !== 'undone') return;
  const known = written.get(refName(row)) ?? { collection, key, op: {}, own: new Set(), stands: false };
  const first = known.op[side];
  // Half a decision, which the run took back itself: it left nothing there.
  if (origin === 'undo' && known.own.delete(side)) {
    delete known.op[side];
    if (Object.keys(known.op).length === 0) written.delete(refName(row));
    return;
  }
  if (origin !== 'undo') known.own.add(side);
  known.op[side] = first === 'insert' && op === 'update' ? first : op;
  known.stands ||= status === 'applied';
  written.set(refName(row), known);
}

const asReport = ({ collection, key, op, stands }: Written): RunRecord => ({ collection, key, op, undone: !stands });
