import type { PairEntry } from '../../../shared/config/schema.ts';
import { toAppError } from '../dispatcher.ts';
import { type SideName } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import type { PairLinks } from './overlap.ts';

/** Notes which databases the pair is about, so that later pairs can be compared with it even when a side is away. */
export async function rememberIdentity(host: Host, name: string): Promise<void> {
  const now = await host.pool.use(name, 'sides', async ({ sides }) => ({
    A: (await sides.A.identity()).id,
    B: (await sides.B.identity()).id,
  }));
  await beginAnew(host, name, now);
}

/**
 * What an earlier pair of this name, or the same pair with another database, knew is set aside: nobody watched the
 * sides meanwhile, and without a common past nothing may be deleted or reverted (L6). Its questions are void, its
 * history stays.
 */
export async function beginAnew(host: Host, name: string, now: Readonly<Record<SideName, string>>): Promise<void> {
  await host.pool.drop(name);
  await setAsideKnown(host, name);
  const { id } = await host.store.openPair(name, host.ports.clock.now());
  await host.store.commit(id, { pair: { identity: now } });
}

/** What an earlier pair of this name knew is no base for a new one. */
export async function setAsideKnown(host: Host, name: string): Promise<void> {
  const { id, identity, epoch } = await host.store.openPair(name, host.ports.clock.now());
  if (identity.A === '' && identity.B === '') return;
  const none = { A: '', B: '' };
  const forgotten = { identity: none, seen: { A: 0, B: 0 }, keys: {}, auditAt: 0, raising: false };
  await host.store.commit(id, {
    setAside: true,
    forgetWaited: true,
    pair: { ...forgotten, epoch: epoch + 1, mode: 'new' },
  });
  for (const brake of await host.store.brakes(id, false)) await host.store.commit(id, { dropBrake: brake.id });
}

export const linksFor = (pair: string, a: string, b: string, entry: PairEntry): PairLinks => ({
  pair,
  a,
  b,
  collections: Object.values(entry.collections),
  stamp: entry.stamp ?? false,
});

/** Every configured pair with the identities of its sides, as noted or else as they answer now. */
export async function linksOf(host: Host): Promise<readonly PairLinks[]> {
  const noted = new Map((await host.store.listPairs()).map(({ name, identity }) => [name, identity]));
  const links: PairLinks[] = [];
  for (const [pair, entry] of Object.entries(host.config.load().pairs)) {
    const identity = noted.get(pair);
    const found = identity && identity.A !== '' && identity.B !== '' ? identity : await askedNow(host, pair);
    if (found) links.push(linksFor(pair, found.A, found.B, entry));
  }
  return links;
}

/** A pair of which nothing is noted and that cannot be asked has not synced yet; it is looked at when it does. */
async function askedNow(host: Host, pair: string): Promise<{ readonly A: string; readonly B: string } | null> {
  try {
    return await host.pool.use(pair, 'sides', async ({ sides }) => ({
      A: (await sides.A.identity()).id,
      B: (await sides.B.identity()).id,
    }));
  } catch (cause) {
    host.ports.log.info(`The sides of ${pair} could not be compared with a new pair.`, {
      code: toAppError(cause, 'pairs.add').code,
    });
    return null;
  }
}
