import type { Params, Result } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { HoldReport } from '../../engine/reports/waiting.ts';
import type { HoldFilter } from '../../engine/requests.ts';
import type { CallContext, Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { wireHold, wireNames } from '../mapping/conflicts.ts';
import { keyFromRef, wireKeyOf } from '../mapping/key-text.ts';
import { wireByItself } from '../mapping/by-itself.ts';
import { wireRun } from '../mapping/runs.ts';
import { fitting } from '../mapping/shortened.ts';
import { given, wireStatesOf } from '../mapping/values.ts';
import { keyShapeOf, pairNames } from './common.ts';
import { tellRun } from './tell.ts';

type HoldCalls = Pick<Handlers, 'holds.list' | 'holds.count' | 'holds.answer' | 'holds.answerAll'>;

export function holdHandlers(host: Host): HoldCalls {
  return {
    async 'holds.list'({ pair, ...filter }) {
      const lists = await Promise.all(pairNames(host, pair).map((name) => listOf(host, name, given(filter))));
      return fitting(lists.flat().slice(0, filter.limit), wireHold);
    },
    async 'holds.count'({ pair }) {
      const counts = await Promise.all(
        pairNames(host, pair).map((name) =>
          host.pool.use(name, 'state', async ({ engine }) =>
            (await engine.countHolds()).map(({ run, ...each }) => ({ pair: name, undoneRun: run, ...each })),
          ),
        ),
      );
      return counts.flat();
    },
    'holds.answer': (params, context) => answer(host, params, context),
    'holds.answerAll': (params, context) => answerAll(host, params, context),
  };
}

/** Checked against both sides; where that cannot be done, as the state knows them, with the reason. */
async function listOf(host: Host, name: string, filter: HoldFilter): Promise<readonly HoldReport[]> {
  try {
    return await host.pool.use(name, 'sides', ({ engine }) => engine.judgedHolds(filter));
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const held = await host.pool.use(name, 'state', ({ engine }) => engine.holds(filter));
    return held.map((hold) => ({ ...hold, unchecked: cause.message }));
  }
}

function answer(
  host: Host,
  { pair, collection, key, answer: chosen, generation }: Params<'holds.answer'>,
  { who }: CallContext,
): Promise<Result<'holds.answer'>> {
  return host.pool.use(pair, 'sides', async (open) => {
    const bytes = await keyFromRef(key, () => keyShapeOf(open, collection));
    const request = { collection, key: bytes, answer: chosen, who, ...given({ generation }) };
    const { record, byItself, ...run } = await open.engine.answerHold(request);
    await tellRun(host, open, run);
    const { before, local, remote } = record;
    const states = wireStatesOf([before.local, before.remote, local, remote], record.fields);
    const [wasLocal = null, wasRemote = null, isLocal = null, isRemote = null] = states;
    return {
      ...wireRun(run),
      byItself: wireByItself(pair, byItself),
      record: {
        collection,
        key: wireKeyOf(bytes),
        fields: [...record.fields],
        before: { local: wasLocal, remote: wasRemote },
        local: isLocal,
        remote: isRemote,
        along: wireNames(record.along),
      },
    };
  });
}

function answerAll(
  host: Host,
  { pair, dryRun = false, ...which }: Params<'holds.answerAll'>,
  { who }: CallContext,
): Promise<Result<'holds.answerAll'>> {
  return host.pool.use(pair, 'sides', async (open) => {
    const report = await open.engine.answerHolds({ ...given(which), answer: which.answer, who, dryRun });
    const run = report.run > 0 ? await open.engine.run(report.run) : null;
    if (run) await tellRun(host, open, run);
    return {
      pair,
      byItself: wireByItself(pair, report.byItself),
      run: run?.id ?? null,
      dryRun,
      answer: which.answer,
      answered: report.answered,
      written: { A: { ...report.written.A }, B: { ...report.written.B } },
      failed: report.failed.map(({ collection, key, code, why }) => ({ collection, key: wireKeyOf(key), code, why })),
    };
  });
}
