import type { Document } from 'yaml';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Params } from '../../../shared/contract/calls.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { SideName } from '../../engine/settings.ts';
import { toAppError } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { missingFolder, missingHere } from '../host/missing-side.ts';
import { pairNames } from '../handlers/common.ts';
import { given } from '../mapping/values.ts';
import type { SplitUrl } from '../secrets/split-url.ts';
import { isSourceOnly, pairEntryOf } from '../settings/pair-settings.ts';
import { assertStampable } from '../stamps/assert-stampable.ts';
import { removeBookkeeping, unstamp, type Removal } from '../stamps/remove.ts';
import { addressOf, withoutPasswords } from './address.ts';
import { wirePair } from './wire-pair.ts';

type Addresses = Readonly<Record<SideName, SplitUrl | null>>;

/** Changes only what is given. New credentials keep base and history; another database is found by its identity. */
export async function editPair(host: Host, request: Params<'pairs.edit'>): Promise<WirePair> {
  const { pair } = request;
  pairNames(host, pair);
  const addresses = {
    A: request.a === undefined ? null : addressOf(host, request.a),
    B: request.b === undefined ? null : addressOf(host, request.b),
  };
  return withoutPasswords([addresses.A, addresses.B], () => edit(host, request, addresses));
}

async function edit(host: Host, request: Params<'pairs.edit'>, addresses: Addresses): Promise<WirePair> {
  const { pair } = request;
  for (const side of ['A', 'B'] as const) {
    const address = addresses[side];
    if (address) await tryOut(host, request, side, address);
  }
  await refuseStamps(host, request, addresses);
  const file = host.config.update((document) => {
    const set = setter(document, pair);
    set(['a', 'url'], addresses.A?.url);
    set(['b', 'url'], addresses.B?.url);
    set(['a', 'name'], request.nameA);
    set(['b', 'name'], request.nameB);
    set(['direction'], request.direction);
    for (const [key, value] of Object.entries(request.options ?? {})) set([key], value);
    for (const [collection, rules] of Object.entries(request.collections ?? {})) {
      for (const [key, value] of Object.entries(rules)) set(['collections', collection, key], value);
    }
  });
  for (const side of ['A', 'B'] as const) {
    const password = addresses[side]?.password;
    if (password) host.secrets.set(pair, side, password);
  }
  const after = pairEntryOf(file, pair);
  if (request.unstamp) await host.pool.use(pair, 'sides', unstamp);
  // A stamping pair shows its settings in the local database.
  if (after.stamp && request.options) await host.pool.use(pair, 'state', (open) => host.reports.write(host, open));
  return wirePair(pair, after);
}

/** What a new stamping pair is refused for, an edit is refused for, too. */
async function refuseStamps(host: Host, request: Params<'pairs.edit'>, addresses: Addresses): Promise<void> {
  const { pair, options } = request;
  const before = pairEntryOf(host.config.load(), pair);
  const entry = { ...before, ...given(options ?? {}), collections: withRules(before, request.collections) };
  const isRenamed = Object.values(request.collections ?? {}).some(({ a, b }) => a !== undefined || b !== undefined);
  const isMoved = addresses.A !== null || addresses.B !== null || isRenamed;
  if (request.unstamp && entry.stamp) throw stillStamping(pair);
  if (!entry.stamp || (before.stamp && !isMoved)) return;
  await assertStampable(host, { pair, operation: 'pairs.edit', entry, addresses });
}

const stillStamping = (pair: string): AppError =>
  new AppError({
    code: 'usage',
    operation: 'pairs.edit',
    message: `Taking the stamps out of the documents of ${pair} failed: the pair stamps them, and would write them again.`,
    next: 'Nothing was changed.',
    hint: 'Switch stamps off as well: --no-stamp --unstamp.',
    subject: { pair },
  });

function setter(document: Document, pair: string): (path: readonly string[], value: unknown) => void {
  return (path, value) => {
    if (value !== undefined) document.setIn(['pairs', pair, ...path], document.createNode(value));
  };
}

const withRules = (
  { collections }: PairEntry,
  changes: Params<'pairs.edit'>['collections'],
): PairEntry['collections'] =>
  Object.fromEntries(
    Object.entries(collections).map(([name, rules]) => [name, { ...rules, ...given(changes?.[name] ?? {}) }]),
  );

/** An address that does not open is not saved. */
async function tryOut(
  host: Host,
  request: Params<'pairs.edit'>,
  side: SideName,
  { url, password }: SplitUrl,
): Promise<void> {
  const { pair, options, collections } = request;
  const before = pairEntryOf(host.config.load(), pair);
  const after = {
    direction: request.direction ?? before.direction,
    marker: options?.marker ?? before.marker,
    stamp: options?.stamp ?? before.stamp,
    collections: withRules(before, collections),
  };
  const secret = password ?? host.secrets.get(pair, side);
  try {
    const connector = await host.pool.openSide(url, secret, { isSource: isSourceOnly(after, side) });
    await connector.close();
  } catch (cause) {
    throw missingFolder(cause) ?? missingHere(cause);
  }
}

/** Forgets the pair; takes back what was added to the sides (L16). A side that is away is named in the notes. */
export async function removePair(
  host: Host,
  pair: string,
  removal: Removal,
): Promise<{ pair: string; purged: boolean; notes: string[] }> {
  pairNames(host, pair);
  const notes: string[] = [];
  await host.pool.use(pair, 'state', async (open) => {
    const { sides, problems, entry } = open;
    notes.push(...(await removeBookkeeping(host, open, removal)));
    const labels = { A: entry.a.name, B: entry.b.name };
    for (const side of ['A', 'B'] as const) {
      const problem = problems[side];
      try {
        if (problem) throw problem;
        const { setup } = sides[side];
        // Only what is there is taken away: a side that was never added to is not written.
        if (setup && (await setup.footprint(pair)).some(({ present }) => present)) await setup.remove(pair);
      } catch (cause) {
        notes.push(
          `What Tandem may have added to ${labels[side]} is still there: ${toAppError(cause, 'pairs.remove').message}`,
        );
      }
    }
  });
  await host.pool.drop(pair);
  const row = (await host.store.listPairs()).find(({ name }) => name === pair);
  host.config.update((document) => document.deleteIn(['pairs', pair]));
  host.secrets.remove(pair);
  if (removal.purge && row) await host.store.removePair(row.id);
  return { pair, purged: removal.purge, notes };
}
