import { AppError } from '../../../shared/contract/errors.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import type { RunReport } from '../../engine/reports/run.ts';
import type { SyncRequest } from '../../engine/requests.ts';
import { sideNames, type PairSettings } from '../../engine/settings.ts';
import type { StateStore } from '../../engine/state/store.ts';
import { decideAfter } from '../handlers/decide-after.ts';
import { Breath } from '../host/breathing.ts';
import type { Host } from '../host/host.ts';
import type { Copies } from './copies.ts';
import { forBoth, type Both, type Original } from './originals.ts';

export interface Rehearsed {
  readonly run: RunReport;
  readonly waiting: { readonly conflicts: number; readonly holds: number };
  readonly seconds: number;
  /** Written to both copies. */
  readonly bytes: number;
}

export interface SyncParts {
  readonly id: number;
  readonly entry: PairEntry;
  readonly settings: PairSettings;
  readonly originals: Both<Original>;
  readonly copies: Copies;
  readonly request: SyncRequest;
}

/** Syncs the copies with an engine of their own. A sync that fails is a result; one that was cancelled is not. */
export async function syncCopies(host: Host, parts: SyncParts): Promise<Rehearsed> {
  const closing: (() => Promise<void>)[] = [];
  try {
    const { copies, originals, settings, id } = parts;
    const sides = await forBoth(async (side) => {
      const connector = await host.pool.openSide(`${originals[side].kind}:${copies.paths[side]}`, null);
      closing.unshift(() => connector.close());
      return connector;
    });
    const store = host.parts.openState(copies.state);
    closing.unshift(() => store.close());
    await takeOverIdentity(store, { id, originals, sides });
    const breath = new Breath();
    const engine = await host.parts.openPairEngine({
      settings,
      sides: { A: breath.connector(sides.A), B: breath.connector(sides.B) },
      store: breath.store(store),
      ports: host.ports,
    });
    closing.unshift(() => engine.close());
    return await timedSync(host, parts, engine);
  } finally {
    for (const close of closing) await close();
  }
}

/** A copy is another file; it counts as replaced only if the original does. */
async function takeOverIdentity(
  store: StateStore,
  {
    id,
    originals,
    sides,
  }: { readonly id: number; readonly originals: Both<Original>; readonly sides: Both<Connector> },
): Promise<void> {
  const { identity, seen } = await store.pair(id);
  const now = await forBoth(async (side) =>
    originals[side].identity === identity[side] ? (await sides[side].identity()).id : identity[side],
  );
  // A copy counts its changes from the beginning; that of an older copy has to look like one, too.
  const versions = await forBoth(async (side) =>
    originals[side].version < seen[side] ? ((await sides[side].identity()).version ?? 0) + 1 : 0,
  );
  await store.commit(id, { pair: { identity: now, seen: versions } });
}

async function timedSync(
  { ports }: Host,
  { entry, request, copies, originals }: SyncParts,
  engine: PairEngine,
): Promise<Rehearsed> {
  const earlier = (await engine.runs(1))[0]?.id ?? 0;
  const began = ports.clock.now();
  const run = await syncOnce(engine, request, earlier);
  if (run.status === 'completed') await decideAfter(engine, entry, request.who);
  const seconds = Math.max(0, ports.clock.now() - began) / 1000;
  const { conflicts, holds } = await engine.status();
  return {
    run: underTheirNames(run, copies, originals),
    waiting: { conflicts: conflicts.open, holds },
    seconds,
    bytes: await writtenSince(engine, earlier),
  };
}

async function syncOnce(engine: PairEngine, request: SyncRequest, earlier: number): Promise<RunReport> {
  try {
    return await engine.sync(request);
  } catch (cause) {
    const [last] = await engine.runs(1);
    if (cause instanceof AppError && last && last.id > earlier && last.status === 'failed') return last;
    throw cause;
  }
}

/** What is said of a copy is meant for the original. */
function underTheirNames(run: RunReport, { paths }: Copies, originals: Both<Original>): RunReport {
  if (!run.error) return run;
  const message = sideNames.reduce(
    (text, side) => text.replaceAll(paths[side], originals[side].label),
    run.error.message,
  );
  return { ...run, error: { ...run.error, message } };
}

/** What all runs since then carried, those of the strategy of the pair included. */
async function writtenSince(engine: PairEngine, earlier: number): Promise<number> {
  const runs = (await engine.runs(100)).filter((run) => run.id > earlier);
  return runs.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
}
