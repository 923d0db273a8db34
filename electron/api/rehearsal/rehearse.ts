import { join } from 'node:path';
import type { Params } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { WireRehearsal } from '../../../shared/contract/run-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { PairSettings } from '../../engine/settings.ts';
import type { CallContext } from '../dispatcher.ts';
import { progressTeller } from '../handlers/common.ts';
import type { Host } from '../host/host.ts';
import { wireRun } from '../mapping/runs.ts';
import { given, momentOf } from '../mapping/values.ts';
import { hashOriginal, syncInProgress, takeCopies } from './copies.ts';
import { makeRehearsalFolder, removeFolder } from './folder.ts';
import { forBoth, withOriginals, type Both, type Original } from './originals.ts';
import { syncCopies } from './sync-copies.ts';

type Request = Params<'runs.rehearse'>;

/** Syncs copies of both sides, with a copy of what the state knows; nothing of it reaches the pair (docs/spec/contract.md, W7). */
export async function rehearse(host: Host, request: Request, context: CallContext): Promise<WireRehearsal> {
  const { pair } = request;
  const { entry, settings } = await idlePair(host, pair);
  const folder = makeRehearsalFolder(host.paths.state);
  try {
    return await withOriginals(host, pair, {
      entry,
      work: (originals) => rehearseIn(host, { request, context, folder, entry, settings, originals }),
    });
  } catch (cause) {
    throw context.signal.aborted ? stopped(pair) : cause;
  } finally {
    removeFolder(folder);
  }
}

interface Stage {
  readonly request: Request;
  readonly context: CallContext;
  readonly folder: string;
  readonly entry: PairEntry;
  readonly settings: PairSettings;
  readonly originals: Both<Original>;
}

async function rehearseIn(host: Host, stage: Stage): Promise<WireRehearsal> {
  const { request, context, folder, entry, settings, originals } = stage;
  const { pair, ...scope } = request;
  const { who, signal } = context;
  const { id } = await host.store.openPair(pair, host.ports.clock.now());
  const copies = await takeCopies(host, { pair, id, folder, originals, signal });
  const { run, waiting, seconds, bytes } = await syncCopies(host, {
    id,
    entry,
    settings,
    originals,
    copies,
    request: {
      ...given(scope),
      trigger: 'manual',
      who,
      signal,
      onProgress: progressTeller(host, pair, 'rehearse'),
    },
  });
  // Room for the copies that the proof needs.
  for (const path of [copies.paths.A, copies.paths.B]) removeFolder(path);
  const unchanged = await proveUnchanged(stage, copies.hashes);
  const { id: _id, ...report } = wireRun(run);
  return { pair, run: report, waiting, seconds, bytes, copied: copies.bytes, unchanged };
}

/** Opens the pair if need be, so that what keeps it from syncing keeps it from being rehearsed. */
async function idlePair(
  host: Host,
  pair: string,
): Promise<{ readonly entry: PairEntry; readonly settings: PairSettings }> {
  await host.byItself.get(pair);
  return host.pool.use(pair, 'sides', async ({ engine, entry, settings }) => {
    const { syncing } = await engine.status();
    if (syncing) throw syncInProgress(pair, `started by ${syncing.who} at ${momentOf(syncing.since)}`);
    return { entry, settings };
  });
}

function proveUnchanged(
  { request: { pair }, context: { signal }, folder, originals }: Stage,
  hashes: Both<string>,
): Promise<WireRehearsal['unchanged']> {
  return forBoth(async (side) => {
    const [original, before] = [originals[side], hashes[side]];
    const after = await hashOriginal(original, join(folder, 'after.db'), signal);
    const changedByOthers = before !== after && (await original.wasWritten());
    if (before !== after && !changedByOthers) throw changed(pair, original);
    return { before, after, changedByOthers };
  });
}

function stopped(pair: string): AppError {
  return new AppError({
    code: 'cancelled',
    operation: 'runs.rehearse',
    message: `Rehearsing ${pair} was stopped.`,
    next: 'The copies are gone; both databases are as they were.',
    subject: { pair },
  });
}

function changed(pair: string, { label }: Original): AppError {
  return new AppError({
    code: 'verification-failed',
    operation: 'runs.rehearse',
    message: `Rehearsing ${pair} ended with a doubt: ${label} is not what it was before, and nobody else is known to have written to it.`,
    next: 'The copies are gone. The history of the pair knows nothing of this rehearsal.',
    hint: 'Report this with the log file; compare the database with a backup.',
    subject: { pair, path: label },
  });
}
