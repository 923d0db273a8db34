import type { Document } from 'yaml';
import type { Params } from '../../../shared/contract/calls.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { SideName } from '../../engine/settings.ts';
import { toAppError } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { missingFolder, missingHere } from '../host/missing-side.ts';
import { pairNames } from '../handlers/common.ts';
import { given } from '../mapping/values.ts';
import type { SplitUrl } from '../secrets/split-url.ts';
import { isSourceOnly, pairEntryOf } from '../settings/pair-settings.ts';
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
  return wirePair(pair, pairEntryOf(file, pair));
}

function setter(document: Document, pair: string): (path: readonly string[], value: unknown) => void {
  return (path, value) => {
    if (value !== undefined) document.setIn(['pairs', pair, ...path], document.createNode(value));
  };
}

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
    collections: Object.fromEntries(
      Object.entries(before.collections).map(([name, rules]) => [
        name,
        { ...rules, ...given(collections?.[name] ?? {}) },
      ]),
    ),
  };
  const secret = password ?? host.secrets.get(pair, side);
  try {
    const connector = await host.pool.openSide(url, secret, { isSource: isSourceOnly(after, side) });
    await connector.close();
  } catch (cause) {
    throw missingFolder(cause) ?? missingHere(cause);
  }
}

/** What a pair of this name left behind when it was removed. */
async function purgeRemoved(host: Host, pair: string): Promise<{ pair: string; purged: boolean; notes: string[] }> {
  const row = (await host.store.listPairs()).find(({ name }) => name === pair);
  // Without either it is an unknown pair as ever.
  if (!row) pairNames(host, pair);
  else await host.store.removePair(row.id);
  return { pair, purged: true, notes: [] };
}

/** Forgets the pair; takes back what was added to the sides (L16). A side that is away is named in the notes. */
export async function removePair(
  host: Host,
  pair: string,
  purge: boolean,
): Promise<{ pair: string; purged: boolean; notes: string[] }> {
  if (purge && !Object.hasOwn(host.config.load().pairs, pair)) return purgeRemoved(host, pair);
  pairNames(host, pair);
  const notes: string[] = [];
  await host.pool.use(pair, 'state', async ({ sides, problems, entry }) => {
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
  if (purge && row) await host.store.removePair(row.id);
  return { pair, purged: purge, notes };
}
