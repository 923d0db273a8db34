import type { BrakeReport } from '../../engine/reports/waiting.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { wireBrake, wireRun } from '../mapping/runs.ts';
import { findIn, notThere, pairNames } from './common.ts';
import { tellRun } from './tell.ts';

type DecisionCalls = Pick<Handlers, 'brakes.list' | 'brakes.answer'>;

export function decisionHandlers(host: Host): DecisionCalls {
  return {
    async 'brakes.list'({ pair, all = false }) {
      const lists = await Promise.all(
        pairNames(host, pair).map((name) => host.pool.use(name, 'state', ({ engine }) => engine.brakes({ all }))),
      );
      return lists.flat().map(wireBrake);
    },
    async 'brakes.answer'({ pair, id, answer }, { who }) {
      const find = async ({ engine }: OpenPair): Promise<BrakeReport | null> =>
        (await engine.brakes({ all: true })).find((brake) => brake.id === id) ?? null;
      const where = await findIn(host, pair, find, () => notThere(`brake ${id}`, '`tandem brake list` lists them.'));
      return host.pool.use(where.pair, 'sides', async (open) => {
        const run = await open.engine.answerBrake(id, answer, who);
        await tellRun(host, open, run);
        return wireRun(run);
      });
    },
  };
}
