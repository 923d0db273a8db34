import type { RunReport } from '../../engine/reports.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { wireConflict } from '../mapping/conflicts.ts';
import { wireRun } from '../mapping/runs.ts';

const MOST_TOLD = 200;

/** Tells everybody who listens what a run left behind. */
export async function tellRun(host: Host, open: OpenPair, run: RunReport): Promise<void> {
  const { engine, settings } = open;
  host.events.publish('run.finished', wireRun(run));
  const items = Object.values(run.conflicts).some((n) => n > 0) ? await engine.conflicts({ limit: MOST_TOLD }) : [];
  for (const item of items) if (item.run === run.id) host.events.publish('conflict.opened', wireConflict(item));
  await host.reports.write(host, open);
  const { state, sentence } = await engine.status();
  host.events.publish('pair.state', { pair: settings.name, state, sentence });
}
