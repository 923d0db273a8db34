import { AppError } from '../../../shared/contract/errors.ts';
import type { Params } from '../../../shared/contract/calls.ts';
import type { UndoReport } from '../../engine/reports/decision.ts';
import type { RunReport } from '../../engine/reports/run.ts';
import type { SyncRequest, UndoTarget } from '../../engine/requests.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import { toAppError, type CallContext, type Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { keyFromRef } from '../mapping/key-text.ts';
import { wireRun, wireRunRecords, wireUndo } from '../mapping/runs.ts';
import { given } from '../mapping/values.ts';
import { explained, explainedBefore } from '../pairs/news.ts';
import { takeUpNew } from '../pairs/take-up.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import { findIn, keyIn, keyShapeOf, notThere, pairNames, progressTeller } from './common.ts';
import { decideAfter } from './decide-after.ts';
import { withKept } from './plans.ts';
import { tellRules, tellUnlike, tellRun, tellStrategy } from './tell.ts';

type RunCalls = Pick<
  Handlers,
  'runs.start' | 'runs.rehearse' | 'runs.list' | 'runs.show' | 'runs.records' | 'runs.cancel' | 'runs.undo'
>;

export function runHandlers(host: Host): RunCalls {
  return {
    'runs.start': (params, context) => begin(host, withKept(host, params), context),
    'runs.rehearse': (params, context) => rehearse(host, params, context),
    async 'runs.list'({ pair, limit = 20 }) {
      const lists = await Promise.all(
        pairNames(host, pair).map((name) => host.pool.use(name, 'state', ({ engine }) => engine.runs(limit))),
      );
      const runs = lists.flat().toSorted((a, b) => b.id - a.id);
      return runs.slice(0, limit).map(wireRun);
    },
    async 'runs.show'({ pair, id }) {
      const { found } = await findIn(
        host,
        pair,
        ({ engine }) => engine.run(id),
        () => noRun(id),
      );
      return wireRun(found);
    },
    async 'runs.records'({ pair, id, limit }) {
      const { found } = await findIn(
        host,
        pair,
        async ({ engine }) => ((await engine.run(id)) ? engine.recordsOf(id, limit) : null),
        () => noRun(id),
      );
      return wireRunRecords(found);
    },
    async 'runs.cancel'({ pair }) {
      pairNames(host, pair);
      const running = host.syncing.get(pair);
      running?.abort();
      return { cancelled: running !== undefined };
    },
    'runs.undo': (params, context) => undo(host, params, context),
  };
}

const noRun = (id: number): AppError => notThere(`run ${id}`, '`tandem history` lists the runs.');

/** Runs that nobody asked for. */
const BY_ITSELF: ReadonlySet<Trigger> = new Set(['start', 'live', 'schedule', 'reconnect']);

/** One that a person asks for waits for one that runs by itself, and is refused only beside another person's. */
async function begin(
  host: Host,
  params: Params<'runs.start'>,
  context: CallContext,
): ReturnType<Handlers['runs.start']> {
  const { pair, trigger = 'manual' } = params;
  if (BY_ITSELF.has(trigger)) return beginNow(host, params, context);
  for (;;) {
    await host.byItself.get(pair);
    context.signal.throwIfAborted();
    try {
      return await beginNow(host, params, context);
    } catch (cause) {
      const isOther = cause instanceof AppError && cause.code === 'sync-in-progress' && host.byItself.has(pair);
      if (!isOther) throw cause;
    }
  }
}

/** A side that does not open is a run that failed: it stands in the history, and the status says so. */
async function beginNow(
  host: Host,
  params: Params<'runs.start'>,
  context: CallContext,
): ReturnType<Handlers['runs.start']> {
  let begun = false;
  try {
    // A sync that runs is told to whoever asks for another one; it must not be disturbed.
    if (!host.syncing.has(params.pair)) await takeUp(host, params);
    return await host.pool.use(params.pair, 'sides', (open) => {
      begun = true;
      return start(host, open, params, context);
    });
  } catch (cause) {
    if (!begun && cause instanceof AppError && Object.hasOwn(host.config.load().pairs, params.pair))
      await noteFailure(host, params, context, cause);
    throw cause;
  }
}

/** What comes between a look and listening to it is found by one more look. */
const LOOKS = 3;

/** A live step takes something up where a side told of it; every other run looks. */
async function takeUp(host: Host, params: Params<'runs.start'>): Promise<void> {
  const { pair, trigger } = params;
  if (trigger === 'live' && host.listening.isWhole(pair) && !host.listening.takeNew(pair)) return;
  for (let look = 0; look < LOOKS; look++) {
    const taken = await takeUpNew(host, pair, params);
    if (taken.length === 0) return;
    await host.listening.follow(pair, taken);
  }
}

async function noteFailure(
  host: Host,
  { pair, trigger = 'manual' }: Params<'runs.start'>,
  { who }: CallContext,
  cause: AppError,
): Promise<void> {
  try {
    await host.pool.use(pair, 'state', ({ engine }) => engine.neverBegan({ trigger, who }, cause));
  } catch (failure) {
    // What failed first is what the person has to hear.
    host.ports.log.warn(`The failed sync of ${pair} could not be noted.`, {
      code: toAppError(failure, 'runs.start').code,
    });
  }
}

async function start(
  host: Host,
  open: OpenPair,
  params: Params<'runs.start'>,
  { who, signal }: CallContext,
): ReturnType<Handlers['runs.start']> {
  const { pair, trigger = 'manual', key: _key, ...request } = params;
  const controller = new AbortController();
  const mine = !host.syncing.has(pair);
  const ended = Promise.withResolvers<void>();
  if (mine) host.syncing.set(pair, controller);
  if (mine && BY_ITSELF.has(trigger)) host.byItself.set(pair, ended.promise);
  const sync: SyncRequest = {
    ...given(request),
    ...(await recordKey(open, params)),
    trigger,
    who,
    signal: AbortSignal.any([signal, controller.signal]),
    onProgress: progressTeller(host, pair, 'sync'),
  };
  let report: RunReport;
  try {
    report = await open.engine.sync(sync);
  } catch (cause) {
    const [last] = await open.engine.runs(1);
    if (last && mine && last.status !== 'completed') await tellRun(host, open, last);
    throw cause;
  } finally {
    if (mine) {
      host.syncing.delete(pair);
      host.byItself.delete(pair);
    }
    ended.resolve();
  }
  const decided = report.status === 'completed' ? await decideAfter(open.engine, open.entry, who) : null;
  await tellRun(host, open, report);
  await tellRules(host, open, report);
  tellUnlike(host, report);
  if (decided && decided.run > 0) await tellStrategy(host, open, decided);
  const explain = trigger === 'live' ? explainedBefore : explained;
  return { ...wireRun(report), notInPair: await explain(open, report.notInPair) };
}

/** One record of one collection. */
async function recordKey(
  open: OpenPair,
  { collections = [], key }: Pick<Params<'runs.start'>, 'collections' | 'key'>,
): Promise<Pick<SyncRequest, 'key'>> {
  if (key === undefined) return {};
  const [name, ...more] = collections;
  if (name === undefined || more.length > 0)
    throw new AppError({
      code: 'usage',
      operation: 'runs.start',
      message: 'Syncing one record failed: --key needs exactly one collection.',
      next: 'Nothing was started.',
      hint: 'Add --collections NAME.',
    });
  return { key: await keyFromRef({ parts: key }, () => keyShapeOf(open, name)) };
}

async function undo(host: Host, params: Params<'runs.undo'>, { who }: CallContext): ReturnType<Handlers['runs.undo']> {
  const { pair, run, conflict, collection, key } = params;
  if ((run === undefined) === (conflict === undefined)) throw undoUsage('name either a run or a conflict');
  if ((collection === undefined) !== (key === undefined))
    throw undoUsage('a record is named by its collection and its key');
  if (conflict !== undefined && key !== undefined) throw undoUsage('a single record is undone as part of its run');
  const name =
    run === undefined
      ? await pairOfConflict(host, pair, conflict ?? 0)
      : (
          await findIn(
            host,
            pair,
            ({ engine }) => engine.run(run),
            () => noRun(run),
          )
        ).pair;
  return host.pool.use(name, 'sides', async (open) => {
    const report: UndoReport = await open.engine.undo(await target(open, params), who, params.dryRun);
    const written = report.run > 0 ? await open.engine.run(report.run) : null;
    if (written) await tellRun(host, open, written);
    return wireUndo(name, report);
  });
}

async function target(open: OpenPair, { run, conflict, collection, key }: Params<'runs.undo'>): Promise<UndoTarget> {
  if (run === undefined) return { conflict: conflict ?? 0 };
  if (collection === undefined || key === undefined) return { run };
  return { run, collection, key: await keyIn(open, collection, key) };
}

async function pairOfConflict(host: Host, pair: string | undefined, id: number): Promise<string> {
  const find = async ({ engine }: OpenPair): Promise<true | null> =>
    (await engine.conflicts({ id, all: true })).length > 0 ? true : null;
  return (await findIn(host, pair, find, () => notThere(`conflict ${id}`, '`tandem conflicts --all` lists them.')))
    .pair;
}

function undoUsage(what: string): AppError {
  return new AppError({
    code: 'usage',
    operation: 'runs.undo',
    message: `Undoing failed: ${what}.`,
    next: 'Nothing was done.',
    hint: '`tandem history` lists the runs.',
  });
}
