import type { AppError } from '../../../shared/contract/errors.ts';
import { assertNever } from '../../../shared/lib/assert.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { PairStatus, Receipt } from '../../engine/reports/pair.ts';
import { toAppError, type Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { assertKeyOf, keyFromRef } from '../mapping/key-text.ts';
import { wireBrake, wireReceipt, wireRun, wireTimeline } from '../mapping/runs.ts';
import { momentOf } from '../mapping/values.ts';
import { explainedBefore } from '../pairs/news.ts';
import { lookForNew } from '../pairs/take-up.ts';
import { fitting } from '../mapping/shortened.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';
import { keyIn, keyShapeOf, pairNames, progressTeller } from './common.ts';
import { withPause } from './paused-status.ts';

type LookingCalls = Pick<
  Handlers,
  'records.timeline' | 'receipts.compare' | 'status.show' | 'hint.send' | 'hint.listen'
>;

export function lookingHandlers(host: Host): LookingCalls {
  return {
    'records.timeline': ({ pair, collection, key }) =>
      host.pool.use(pair, 'hex' in key ? 'state' : 'sides', async (open) => {
        const bytes = await keyIn(open, collection, key);
        return fitting(await open.engine.timeline(collection, bytes), wireTimeline);
      }),
    async 'receipts.compare'({ pair }, { signal }) {
      const create = await lookForNew(host, pair);
      return host.pool.use(pair, 'sides', async ({ engine, settings }) => {
        const compared = await engine.compare(progressTeller(host, pair, 'compare'), signal);
        const receipt = wireReceipt(compared);
        const toCome = create.map(
          ({ name, missingOn, records }) =>
            `${name}: it is not on ${settings.sideLabel[missingOn]} yet; the next sync creates it there and copies ${countText(records, 'record')}.`,
        );
        const isToCome = (text: string): boolean => create.some(({ name }) => text.startsWith(`${name} (`));
        const equal = receipt.equal && create.every(({ records }) => records === 0);
        const notCompared = [...receipt.notCompared.filter((text) => !isToCome(text)), ...toCome];
        // What is kept is what was said.
        if (create.length > 0) await keepReceipt(host, pair, { ...compared, equal, notCompared });
        return { ...receipt, equal, notCompared };
      });
    },
    'status.show': ({ pair }) => Promise.all(pairNames(host, pair).map((name) => statusOf(host, name))),
    'hint.send': ({ pair, collection, keys }) =>
      host.pool.use(pair, 'sides', async (open) => {
        const shape = await keyShapeOf(open, collection);
        const bytes = keys && (await Promise.all(keys.map((key) => keyFromRef(key, async () => shape))));
        for (const key of bytes ?? []) assertKeyOf(shape, key);
        await open.engine.hint(collection, bytes);
        host.events.publish('pair.hint', { pair, collection });
        return { ok: true };
      }),
    'hint.listen': ({ pair }) => host.listening.listen(pair),
  };
}

type Unpaused = Omit<WirePairStatus, 'paused'>;

async function keepReceipt(host: Host, pair: string, receipt: Receipt): Promise<void> {
  const row = await pairRowOf(host, pair);
  if (row) await host.store.commit(row.id, { receipt: { at: receipt.at, body: JSON.stringify(receipt) } });
}

/** Always an answer: what the state knows, and for a side that does not open why. */
async function statusOf(host: Host, name: string): Promise<WirePairStatus> {
  try {
    return await host.pool.use(name, 'state', async (open) => {
      const status = await open.engine.status();
      return withPause(host, {
        ...wireStatus(open, status),
        notInPair: await explainedBefore(open, status.notInPair),
      });
    });
  } catch (cause) {
    return withPause(host, brokenStatus(host, name, toAppError(cause, 'status.show')));
  }
}

function sidesOf({ entry }: Pick<OpenPair, 'entry'>): Pick<WirePairStatus, 'a' | 'b'> {
  return { a: { label: entry.a.name, url: entry.a.url }, b: { label: entry.b.name, url: entry.b.url } };
}

function wireStatus(open: OpenPair, status: PairStatus): Unpaused {
  const side = sideNames.find((name) => open.problems[name] !== undefined) ?? null;
  const problem = side && open.problems[side];
  const state = problem ? stateFor(problem) : status.state;
  return {
    pair: status.pair,
    state,
    sentence: problem ? problem.message : status.sentence,
    next: problem ? problem.hint : nextFor(status),
    ...sidesOf(open),
    lastRun: status.lastRun ? wireRun(status.lastRun) : null,
    lastDecision: status.lastDecision ? wireRun(status.lastDecision) : null,
    lastReceipt: status.lastReceipt ? wireReceipt(status.lastReceipt) : null,
    runs: status.runs,
    conflicts: { ...status.conflicts },
    holds: status.holds,
    apart: status.apart,
    drift: status.drift,
    brakes: status.brakes.map(wireBrake),
    pending: status.pending,
    notInPair: [],
    syncing: status.syncing ? { who: status.syncing.who, since: momentOf(status.syncing.since) } : null,
    capture: { A: open.sides.A.capture ?? null, B: open.sides.B.capture ?? null },
    error: problem ? shortError(open, problem, side) : null,
  };
}

function shortError(
  { entry }: Pick<OpenPair, 'entry'>,
  { code, message, hint }: AppError,
  side: SideName | null,
): NonNullable<WirePairStatus['error']> {
  const label = side === null ? '' : entry[side === 'A' ? 'a' : 'b'].name;
  return { side, label, code, message, hint };
}

/** The side whose database an error names. */
function sideOf({ entry }: Pick<OpenPair, 'entry'>, { subject: { side, path } }: AppError): SideName | null {
  const pathOf = (url: string): string => url.replace(/^[a-z][a-z0-9+.-]+:(?!\/\/)/i, '');
  return sideNames.find((name) => side === name || path === pathOf(entry[name === 'A' ? 'a' : 'b'].url)) ?? null;
}

const stateFor = ({ code }: AppError): WirePairStatus['state'] =>
  code === 'unreachable' || code === 'lost-answer' ? 'offline' : 'stopped';

function brokenStatus(host: Host, name: string, error: AppError): Unpaused {
  const entry = pairEntryOf(host.config.load(), name);
  return {
    pair: name,
    state: stateFor(error),
    sentence: error.message,
    next: error.hint,
    ...sidesOf({ entry }),
    lastRun: null,
    lastDecision: null,
    lastReceipt: null,
    runs: 0,
    conflicts: { total: 0, open: 0, behind: 0 },
    holds: 0,
    apart: 0,
    drift: 0,
    brakes: [],
    pending: 0,
    notInPair: [],
    syncing: null,
    capture: { A: null, B: null },
    error: shortError({ entry }, error, sideOf({ entry }, error)),
  };
}

/** A command that can be typed as it stands. */
function nextFor({ state, pair, brakes, conflicts, holds }: PairStatus): string {
  switch (state) {
    case 'in-step':
    case 'syncing':
      return '';
    case 'waiting':
    case 'stopped':
      if (brakes.length > 0) return 'tandem brake list';
      if (conflicts.open > 0) return `tandem conflicts --pair ${pair}`;
      return holds > 0 ? 'tandem holds' : `tandem sync ${pair}`;
    case 'paused':
    case 'offline':
      return `tandem sync ${pair}`;
    default:
      return assertNever(state, 'pair state');
  }
}
