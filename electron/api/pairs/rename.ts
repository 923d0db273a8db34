import { isMap, isScalar } from 'yaml';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Params, Result } from '../../../shared/contract/calls.ts';
import { must } from '../../../shared/lib/assert.ts';
import { renameRefusal, unmark } from '../../engine/run/mark-as.ts';
import { sideNames } from '../../engine/settings.ts';
import type { PairRow } from '../../engine/state/stored.ts';
import { pairNames } from '../handlers/common.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { secretVariable } from '../secrets/split-url.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';
import { wirePair } from './wire-pair.ts';

/**
 * Gives the pair another name, and keeps everything else: base, history, conflicts, passwords. Markers in the databases
 * carry the name: the new ones stand before the name changes, the old ones go after it, so that a crash in between
 * leaves a marker too many and never one too few.
 */
export async function renamePair(host: Host, { pair, name }: Params<'pairs.rename'>): Promise<Result<'pairs.rename'>> {
  pairNames(host, pair);
  await refuseName(host, pair, name);
  await host.byItself.get(pair);
  if (host.syncing.has(pair)) throw running(pair);
  const row = await pairRowOf(host, pair);
  const { marker, triggers } = pairEntryOf(host.config.load(), pair);
  // The name stands with the notes of changes until the next sync: whoever removes the pair before has to know it.
  if (triggers && row) await host.store.commit(row.id, { pair: { marks: [...new Set([...row.marks, pair])] } });
  const planted = marker ? await host.pool.use(pair, 'sides', ({ engine }) => engine.markAs(name)) : [];
  try {
    // Closing waits for what is still at work in the pair.
    await host.pool.drop(pair);
    await rename(host, row, pair, name);
  } catch (cause) {
    if (planted.length > 0) await host.pool.use(pair, 'sides', ({ sides }) => unmark(sides, planted, name));
    throw cause;
  }
  // Whoever asked for the pair meanwhile had it opened under its old name.
  await host.pool.drop(pair);
  host.pauses.renamed(pair, name);
  host.network.renamed(pair, name);
  const notes = movePasswords(host, pair, name);
  if (planted.length > 0 && row) {
    const left = await marksLeft(host, name);
    await host.pool.use(name, 'sides', async ({ sides }) => {
      for (const each of left) await unmark(sides, sideNames, each);
    });
    await host.store.commit(row.id, { pair: { marks: [] } });
  }
  return { ...wirePair(name, pairEntryOf(host.config.load(), name)), notes };
}

/** Names under which markers of the pair may stand that are not its own any more, nor those of another pair. */
export async function marksLeft(host: Host, pair: string): Promise<readonly string[]> {
  const pairs = await host.store.listPairs();
  const marks = pairs.find(({ name }) => name === pair)?.marks ?? [];
  return marks.filter((mark) => !pairs.some(({ name }) => name === mark));
}

/** The configuration is saved inside the change of the state: both carry the new name, or neither does. */
async function rename(host: Host, row: PairRow | undefined, pair: string, name: string): Promise<void> {
  const save = (): void => {
    host.config.update((document) => {
      const pairs = document.get('pairs');
      const entry = isMap(pairs)
        ? pairs.items.find(({ key }) => (isScalar(key) ? key.value : key) === pair)
        : undefined;
      must(entry, `the pair ${pair} in the configuration`).key = document.createNode(name);
    });
  };
  if (row) await host.store.renamePair(row.id, name, save);
  else save();
}

async function refuseName(host: Host, pair: string, name: string): Promise<void> {
  const entry = pairEntryOf(host.config.load(), pair);
  if (Object.hasOwn(host.config.load().pairs, name))
    throw renameRefusal('already-exists', pair, name, 'there is already a pair of this name', 'Choose another name.');
  if (await pairRowOf(host, name))
    throw renameRefusal(
      'already-exists',
      pair,
      name,
      'a pair of this name was removed, and its history is kept',
      `Choose another name, or delete that history first: tandem pair remove ${name} --purge`,
    );
  if (entry.stamp)
    throw renameRefusal(
      'unsupported',
      pair,
      name,
      'its reports in the local database carry the name',
      `Switch stamps off first, and on again afterwards: tandem pair edit ${pair} --no-stamp`,
    );
}

/** A password in the environment is named after the pair, and only whoever set it can name it anew. */
function movePasswords({ secrets }: Host, pair: string, name: string): string[] {
  const notes: string[] = [];
  for (const side of sideNames) {
    const kept = secrets.kept(pair, side);
    if (kept !== null) secrets.set(name, side, kept);
    if (secrets.get(pair, side) !== kept)
      notes.push(`Call the variable ${secretVariable(pair, side)} ${secretVariable(name, side)} from now on.`);
  }
  secrets.remove(pair);
  return notes;
}

const running = (pair: string): AppError =>
  new AppError({
    code: 'sync-in-progress',
    operation: 'pairs.rename',
    message: `Renaming the pair ${pair} failed: a sync of it is in progress.`,
    next: 'The running sync goes on; nothing was changed.',
    hint: 'Wait for it to end, or see: tandem status',
    subject: { pair },
    retry: 'backoff',
  });
