import type { PairEngineParts } from '../pair-engine.ts';
import type { PairStatus, Receipt } from '../reports.ts';
import type { Busy } from '../queue.ts';
import { brakeReport, runReport } from './report.ts';

/** The state of a pair in the words of the one table (design.md 8); reads the state only, never a side. */
export async function statusOf(
  { store, settings }: Pick<PairEngineParts, 'store' | 'settings'>,
  id: number,
  syncing: Busy | null,
): Promise<PairStatus> {
  const rows = await store.runs(id, 1000);
  const runs = rows
    .map((row) => runReport(row, settings.name))
    .filter(({ trigger }) => !['resolve', 'undo', 'brake', 'hold'].includes(trigger));
  const last = runs.find(({ status }) => status !== 'running');
  const brakes = (await store.brakes(id, false)).map((row) => brakeReport(row, settings.name));
  const conflicts = await store.countItems(id);
  const holds = (await store.holds(id)).length;
  const pending = await store.countDirty(id);
  const receipt = await store.lastReceipt(id);
  return {
    pair: settings.name,
    ...stateOf(
      syncing,
      brakes.length,
      conflicts.open,
      last?.status === 'failed' ? (last.error?.message ?? 'the last run failed') : null,
      pending,
      last !== undefined,
    ),
    ...(last ? { lastRun: last } : {}),
    ...(receipt === null ? {} : { lastReceipt: JSON.parse(receipt) as Receipt }),
    runs: runs.filter(({ status }) => status === 'completed').length,
    conflicts,
    holds,
    brakes,
    pending,
    ...(syncing ? { syncing: { who: syncing.who, since: syncing.since } } : {}),
  };
}

function stateOf(
  syncing: Busy | null,
  brakes: number,
  open: number,
  failure: string | null,
  pending: number,
  ran: boolean,
): Pick<PairStatus, 'state' | 'sentence'> {
  if (syncing) return { state: 'syncing', sentence: `Syncing, started by ${syncing.who}.` };
  if (brakes > 0)
    return {
      state: 'stopped',
      sentence: `Stopped by a brake: ${brakes === 1 ? 'one question waits' : `${brakes} questions wait`} for your answer.`,
    };
  if (failure !== null) return { state: 'stopped', sentence: `Stopped: ${failure}` };
  if (open > 0) return { state: 'waiting', sentence: `Waiting for you (${open}). Everything else goes on.` };
  if (!ran) return { state: 'waiting', sentence: 'Not synced yet.' };
  return { state: 'in-step', sentence: pending > 0 ? `${pending} records wait for the next sync.` : 'In step.' };
}
