import type { RunReport } from '../reports/run.ts';
import type { SideName } from '../settings.ts';
import type { StateStore } from '../state/store.ts';
import { cutDecisionText, isCutDecision } from './cut-decision.ts';
import { recordsOfRun } from './run-records.ts';

const PAGE = 1000;

/** A run whose program ended in the middle could not say what it had done: its journal and the conflicts it opened do. */
export async function withCounts(
  store: Pick<StateStore, 'journal' | 'items'>,
  pair: number,
  report: RunReport,
): Promise<RunReport> {
  if (!report.cut) return report;
  const { records } = await recordsOfRun(store, pair, report.id);
  const written = { A: { insert: 0, update: 0, delete: 0 }, B: { insert: 0, update: 0, delete: 0 } };
  const on: Record<SideName, Record<string, number>> = { A: {}, B: {} };
  for (const { collection, op } of records)
    for (const side of ['A', 'B'] as const) {
      const done = op[side];
      if (done === undefined) continue;
      written[side][done]++;
      on[side][collection] = (on[side][collection] ?? 0) + 1;
    }
  const collections = [...new Set(records.map(({ collection }) => collection))].sort();
  const conflicts = await opened(store, pair, report.id);
  const counted = { ...report, collections, written, aToB: on.B, bToA: on.A, conflicts };
  if (!isCutDecision(report)) return counted;
  const message = await cutDecisionText(store, pair, report, records.length);
  return { ...counted, error: { code: report.error?.code ?? 'internal', message } };
}

async function opened(
  store: Pick<StateStore, 'items'>,
  pair: number,
  run: number,
): Promise<Readonly<Record<string, number>>> {
  const counts = new Map<string, number>();
  for (let afterId = 0; ;) {
    const page = await store.items(pair, { open: false, visible: true, run, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) return Object.fromEntries(counts);
    afterId = last.id;
    for (const { collection } of page) counts.set(collection, (counts.get(collection) ?? 0) + 1);
  }
}
