import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Params } from '../../../shared/contract/calls.ts';
import type { Identity } from '../../engine/port/connector.ts';
import { otherSide, sideNames, type SideName } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { missingFolder, missingHere } from '../host/missing-side.ts';
import { given } from '../mapping/values.ts';
import type { SplitUrl } from '../secrets/split-url.ts';
import { isSourceOnly, pairEntryOf } from '../settings/pair-settings.ts';
import { linksFor, linksOf } from './identities.ts';
import { refuseSame } from './look.ts';
import { refuseOverlap } from './overlap.ts';

/** The new addresses; `null`: the side keeps its own. */
export type Addresses = Readonly<Record<SideName, SplitUrl | null>>;

export interface EditedSides {
  /** The sides whose new address leads to another database than the pair was about. */
  readonly anew: readonly SideName[];
  /** What each side is after the edit; '' where nobody knows yet. */
  readonly identity: Readonly<Record<SideName, string>>;
}

/** Opens the new addresses, and refuses what adding the pair would refuse. */
export async function lookAtEdit(
  host: Host,
  request: Params<'pairs.edit'>,
  addresses: Addresses,
): Promise<EditedSides> {
  const { pair } = request;
  const row = await pairRowOf(host, pair);
  const noted = row?.identity ?? { A: '', B: '' };
  const now: Record<SideName, Identity> = {
    A: { id: noted.A, label: noted.A },
    B: { id: noted.B, label: noted.B },
  };
  const changed = sideNames.filter((side) => addresses[side] !== null);
  for (const side of changed) {
    const address = addresses[side];
    if (address) now[side] = await identityAt(host, request, side, address);
  }
  const identity = { A: now.A.id, B: now.B.id };
  if (changed.length > 0 && identity.A !== '' && identity.B !== '') {
    refuseSame('Changing', pair, now[changed[0] ?? 'A'], now[otherSide(changed[0] ?? 'A')]);
    await refuseCircle(host, pair, identity);
  }
  return { anew: changed.filter((side) => noted[side] !== '' && noted[side] !== identity[side]), identity };
}

async function refuseCircle(host: Host, pair: string, { A: a, B: b }: EditedSides['identity']): Promise<void> {
  const others = (await linksOf(host)).filter((links) => links.pair !== pair);
  refuseOverlap('Changing', linksFor(pair, a, b, pairEntryOf(host.config.load(), pair)), others);
}

export const withRules = (
  { collections }: PairEntry,
  changes: Params<'pairs.edit'>['collections'],
): PairEntry['collections'] =>
  Object.fromEntries(
    Object.entries(collections).map(([name, rules]) => [name, { ...rules, ...given(changes?.[name] ?? {}) }]),
  );

/** An address that does not open is not saved. */
async function identityAt(
  host: Host,
  request: Params<'pairs.edit'>,
  side: SideName,
  { url, password }: SplitUrl,
): Promise<Identity> {
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
    try {
      return await connector.identity();
    } finally {
      await connector.close();
    }
  } catch (cause) {
    throw missingFolder(cause) ?? missingHere(cause);
  }
}
