import type { Document } from 'yaml';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Params, Result } from '../../../shared/contract/calls.ts';
import type { WireFinding } from '../../../shared/contract/pair-shapes.ts';
import type { ConfigFile, PairEntry } from '../../../shared/config/schema.ts';
import { unmark } from '../../engine/run/mark-as.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import { toAppError } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { kindOf } from '../host/open-sides.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { pairNames } from '../handlers/common.ts';
import { given } from '../mapping/values.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';
import { assertStampable } from '../stamps/assert-stampable.ts';
import { refuseUnagreed, WITH_OPTION } from '../stamps/own-values.ts';
import { reportCollections } from '../stamps/report-collections.ts';
import { removeBookkeeping, unstamp, type Removal } from '../stamps/remove.ts';
import { addressOf, withoutPasswords } from './address.ts';
import { comesBack, refuseOtherAddress } from './env-pair.ts';
import { lookAtEdit, withRules, type Addresses } from './edited-sides.ts';
import { beginAnew } from './identities.ts';
import { refuseOneName } from './look.ts';
import { assertMarkable, refuseWithoutFile } from './markable.ts';
import { marksLeft } from './rename.ts';
import { wirePair } from './wire-pair.ts';

/** Changes only what is given. New credentials keep base and history; another database, known by its identity, is a new beginning. */
export async function editPair(host: Host, request: Params<'pairs.edit'>): Promise<Result<'pairs.edit'>> {
  const { pair } = request;
  pairNames(host, pair);
  if (request.a !== undefined || request.b !== undefined)
    refuseOtherAddress(pair, pairEntryOf(host.config.load(), pair));
  const addresses = {
    A: request.a === undefined ? null : addressOf(host, request.a),
    B: request.b === undefined ? null : addressOf(host, request.b),
  };
  return withoutPasswords([addresses.A, addresses.B], () => edit(host, request, addresses));
}

async function edit(host: Host, request: Params<'pairs.edit'>, addresses: Addresses): Promise<Result<'pairs.edit'>> {
  const { pair, dryRun = false } = request;
  const before = pairEntryOf(host.config.load(), pair);
  if (request.nameA !== undefined || request.nameB !== undefined)
    refuseOneName('Changing', pair, request.nameA ?? before.a.name, request.nameB ?? before.b.name);
  const { anew, identity } = await lookAtEdit(host, request, addresses);
  const own = await refuseStamps(host, request, addresses, anew.length > 0);
  if (!dryRun && !request.keepOwn) refuseUnagreed({ pair, operation: 'pairs.edit', agree: WITH_OPTION }, own);
  if (request.options?.marker && !before.marker) await assertMarkable(host, pair, 'pairs.edit');
  if (request.options?.triggers) refuseWithoutFile(pair, 'pairs.edit', kindsOf(host, before, addresses));
  if (dryRun)
    return {
      ...wirePair(pair, before),
      newBeginning: [...anew],
      notes: own.map(({ collection, text }) => `${collection}: ${text}`),
    };
  // What Tandem added to the sides goes before their addresses are forgotten.
  const notes = anew.length > 0 ? await takeBack(host, pair, null) : [];
  const file = save(host, request, addresses);
  if (anew.length > 0) {
    await beginAnew(host, pair, identity);
    notes.push(...(await takeBack(host, pair, null)));
  }
  const after = pairEntryOf(file, pair);
  if (before.triggers && !after.triggers) notes.push(...(await removeTriggers(host, pair)));
  if (request.unstamp) notes.push(...(await host.pool.use(pair, 'sides', unstamp)));
  // A stamping pair shows its settings in the local database.
  if (after.stamp && request.options) await host.pool.use(pair, 'state', (open) => host.reports.write(host, open));
  return { ...wirePair(pair, after), newBeginning: [...anew], notes };
}

function save(host: Host, request: Params<'pairs.edit'>, addresses: Addresses): ConfigFile {
  const { pair } = request;
  const before = pairEntryOf(host.config.load(), pair);
  const file = host.config.update((document) => {
    const set = setter(document, pair);
    set(['a', 'url'], addresses.A?.url);
    set(['b', 'url'], addresses.B?.url);
    set(['a', 'name'], request.nameA);
    set(['b', 'name'], request.nameB);
    set(['direction'], request.direction);
    for (const [key, value] of Object.entries(request.options ?? {})) set([key], value);
    // Its own reports stay where they are, and are nothing to be taken in.
    if (before.stamp && request.options?.stamp === false)
      set(['leftOut'], [...new Set([...(before.leftOut ?? []), ...reportCollections.map((name) => `a:${name}`)])]);
    for (const [collection, rules] of Object.entries(request.collections ?? {})) {
      for (const [key, value] of Object.entries(rules)) set(['collections', collection, key], value);
    }
  });
  for (const side of sideNames) {
    const password = addresses[side]?.password;
    if (password) host.secrets.set(pair, side, password);
  }
  return file;
}

/** What a new stamping pair is refused for, an edit is refused for, too. Answers what a person has to agree to. */
async function refuseStamps(
  host: Host,
  request: Params<'pairs.edit'>,
  addresses: Addresses,
  isAnew: boolean,
): Promise<readonly WireFinding[]> {
  const { pair, options } = request;
  const before = pairEntryOf(host.config.load(), pair);
  const entry = { ...before, ...given(options ?? {}), collections: withRules(before, request.collections) };
  const isRenamed = Object.values(request.collections ?? {}).some(({ a, b }) => a !== undefined || b !== undefined);
  const isMoved = addresses.A !== null || addresses.B !== null || isRenamed;
  if (request.unstamp && entry.stamp) throw stillStamping(pair);
  if (!entry.stamp || (before.stamp && !isMoved)) return [];
  const own = await assertStampable(host, { pair, operation: 'pairs.edit', entry, addresses });
  // Of the same documents it was agreed to when stamps were switched on.
  return before.stamp && !isAnew && !isRenamed ? [] : own;
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

const kindsOf = (host: Host, { a, b }: PairEntry, addresses: Addresses): string[] =>
  [addresses.A?.url ?? a.url, addresses.B?.url ?? b.url].map((url) =>
    url === '' ? '' : kindOf(url, host.parts.kinds).kind,
  );

/** What is at work with the pair has ended by then, so that no run adds them once more. */
export async function removeTriggers(host: Host, pair: string): Promise<string[]> {
  await host.pool.drop(pair);
  return onEachSide(host, pair, async (open, side) => {
    for (const name of [pair, ...(await marksLeft(host, pair))]) await open.sides[side].setup?.removeTriggers?.(name);
  });
}

/** Takes away what Tandem added to the sides (L16); a side that is away is named in the answer. `removal`: the pair goes. */
async function takeBack(host: Host, pair: string, removal: Removal | null): Promise<string[]> {
  const notes = removal
    ? await host.pool.use(pair, 'state', async (open) => [...(await removeBookkeeping(host, open, removal))])
    : [];
  const marks = [pair, ...(await marksLeft(host, pair))];
  const left = await onEachSide(host, pair, async ({ sides }, side) => {
    for (const name of marks) await unmark(sides, [side], name);
  });
  return [...notes, ...left];
}

/** Answers what is still there on a side that is away, or that refuses it. */
function onEachSide(
  host: Host,
  pair: string,
  work: (open: OpenPair, side: SideName) => Promise<void>,
): Promise<string[]> {
  return host.pool.use(pair, 'state', async (open) => {
    const notes: string[] = [];
    const labels = { A: open.entry.a.name, B: open.entry.b.name };
    for (const side of sideNames) {
      try {
        if (open.problems[side]) throw open.problems[side];
        await work(open, side);
      } catch (cause) {
        notes.push(
          `What Tandem may have added to ${labels[side]} is still there: ${toAppError(cause, 'pairs.remove').message}`,
        );
      }
    }
    return notes;
  });
}

/** Forgets the pair; takes back what was added to the sides (L16). A side that is away is named in the notes. */
export async function removePair(
  host: Host,
  pair: string,
  removal: Removal,
): Promise<{ pair: string; purged: boolean; notes: string[] }> {
  if (removal.purge && !Object.hasOwn(host.config.load().pairs, pair)) return purgeRemoved(host, pair);
  pairNames(host, pair);
  const entry = pairEntryOf(host.config.load(), pair);
  const notes = [...(await takeBack(host, pair, removal)), ...comesBack(pair, entry)];
  await host.pool.drop(pair);
  const row = await pairRowOf(host, pair);
  host.config.update((document) => document.deleteIn(['pairs', pair]));
  host.secrets.remove(pair);
  host.pauses.resume([pair]);
  if (removal.purge && row) await host.store.removePair(row.id);
  return { pair, purged: removal.purge, notes };
}

/** What a pair of this name left behind when it was removed. */
async function purgeRemoved(host: Host, pair: string): Promise<{ pair: string; purged: boolean; notes: string[] }> {
  const row = await pairRowOf(host, pair);
  // Without either it is an unknown pair as ever.
  if (!row) pairNames(host, pair);
  else await host.store.removePair(row.id);
  return { pair, purged: true, notes: [] };
}
