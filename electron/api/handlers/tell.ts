import { countText } from '../../../shared/lib/count-text.ts';
import type { AutoResolveReport, ResolveReport, RunReport } from '../../engine/reports.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { wireConflict } from '../mapping/conflicts.ts';
import { keyText } from '../mapping/key-text.ts';
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

/** What was decided without anybody being asked is said by whoever runs the sync, while it is fresh. */
const say = (host: Host, message: string): void => host.events.publish('log', { level: 'warn', message });

/** Values that gave way to a rule of the pair, and where they can be seen. */
export async function tellRules(host: Host, { settings }: OpenPair, run: RunReport): Promise<void> {
  // Where everything is asked there is nothing to be found.
  const rules = settings.collections.some(
    ({ policy, fieldPolicy }) => policy !== 'ask' || Object.keys(fieldPolicy).length > 0,
  );
  if (!rules) return;
  const pair = await pairRowOf(host, settings.name);
  if (!pair) return;
  const rows = await host.store.decisions(pair.id, { run: run.id, limit: MOST_TOLD });
  const gave = rows.filter(({ winner, policy }) => winner !== null && policy !== 'touch');
  const [first] = gave;
  if (!first) return;
  const many = gave.length === MOST_TOLD ? `${MOST_TOLD} records or more` : countText(gave.length, 'record');
  const example = `${first.collection} ${keyText(first.key)}`;
  say(
    host,
    `${many} of ${settings.name} decided by its rules, where both sides had changed them (${example}). What gave way: \`tandem timeline ${settings.name} COLLECTION KEY\`; take it back: \`tandem undo run ${run.id}\``,
  );
}

/** What the pair's `conflictResolutionStrategy` decided after a sync, as a run of its own. */
export async function tellStrategy(
  host: Host,
  open: OpenPair,
  { run, resolved }: Pick<ResolveReport | AutoResolveReport, 'run' | 'resolved'>,
): Promise<void> {
  const report = await open.engine.run(run);
  if (report) await tellRun(host, open, report);
  const named = resolved.slice(0, 5).map(({ id }) => `#${id}`);
  say(
    host,
    `${countText(resolved.length, 'conflict')} of ${open.settings.name} decided by conflictResolutionStrategy: ${named.join(', ')}${resolved.length > 5 ? ' …' : ''}. Each in words: \`tandem conflicts --all --pair ${open.settings.name}\`; take it back: \`tandem undo run ${run}\``,
  );
}
