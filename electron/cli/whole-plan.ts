import type { Params } from '../../shared/contract/calls.ts';
import type { WirePlan, WirePlanEntry } from '../../shared/contract/plan-shapes.ts';
import { must } from '../../shared/lib/assert.ts';
import type { Cli } from './cli.ts';

/** So many records fit into one answer with room to spare. */
const PAGE = 10_000;

/** A plan with every record it names, however many there are. */
export async function wholePlan(cli: Cli, request: Omit<Params<'plan.make'>, 'entries'>): Promise<WirePlan> {
  const report = await cli.call('plan.make', { ...request, entries: 'kept' });
  const plan = must(report.id, 'a kept plan');
  const entries: WirePlanEntry[] = [];
  while (entries.length < report.total) {
    const { rows } = await cli.call('plan.entries', {
      pair: report.pair,
      plan,
      offset: entries.length,
      limit: PAGE,
    });
    if (rows.length === 0) break;
    for (const { entry } of rows) entries.push(entry);
  }
  return { ...report, id: null, entries };
}
