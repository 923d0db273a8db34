import type { Params, Result } from '../../../shared/contract/calls.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { answeredBrakes } from '../history/answered-brakes.ts';
import { decidedWith } from '../history/decided-with.ts';
import { undoes } from '../history/undone.ts';
import type { HistoryOf } from '../history/history-of.ts';
import { pairNames } from './common.ts';

export function decidedHandlers(host: Host): Pick<Handlers, 'decisions.list'> {
  return { 'decisions.list': (params) => decisionsOf(host, params) };
}

async function decisionsOf(
  host: Host,
  { pair, limit = 100 }: Params<'decisions.list'>,
): Promise<Result<'decisions.list'>> {
  const { pairs } = host.config.load();
  const lists: Result<'decisions.list'> = [];
  for (const name of pairNames(host, pair)) {
    const row = await pairRowOf(host, name);
    if (!row) continue;
    const labels = { A: pairs[name]?.a.name ?? '', B: pairs[name]?.b.name ?? '' };
    const history: HistoryOf = { store: host.store, id: row.id, name, labels, undone: await undoes(host.store, row) };
    lists.push(...(await decidedWith(history, limit)), ...(await answeredBrakes(history)));
  }
  return lists.toSorted((x, y) => (x.at < y.at ? 1 : x.at > y.at ? -1 : 0)).slice(0, limit);
}
