import type { BrakeReport } from '../../engine/reports.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { wireHold } from '../mapping/conflicts.ts';
import { keyFromRef } from '../mapping/key-text.ts';
import { wireBrake, wireRun } from '../mapping/runs.ts';
import { given } from '../mapping/values.ts';
import { findIn, keyShapeOf, notThere, pairNames } from './common.ts';
import { tellRun } from './tell.ts';

type DecisionCalls = Pick<Handlers, 'holds.list' | 'holds.answer' | 'brakes.list' | 'brakes.answer'>;

export function decisionHandlers(host: Host): DecisionCalls {
  return {
    async 'holds.list'({ pair }) {
      const lists = await Promise.all(
        pairNames(host, pair).map((name) => host.pool.use(name, 'state', ({ engine }) => engine.holds())),
      );
      return lists.flat().map(wireHold);
    },
    'holds.answer': ({ pair, collection, key, answer, generation }, { who }) =>
      host.pool.use(pair, 'sides', async (open) => {
        const bytes = await keyFromRef(key, () => keyShapeOf(open, collection));
        const run = await open.engine.answerHold({ collection, key: bytes, answer, who, ...given({ generation }) });
        await tellRun(host, open, run);
        return wireRun(run);
      }),
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
