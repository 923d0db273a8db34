import { AppError } from '../../../shared/contract/errors.ts';
import type { WireEnvReport, WireEnvRequest } from '../../../shared/contract/pair-shapes.ts';
import { FROM_ENVIRONMENT, type PairEntry } from '../../../shared/config/schema.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import type { SplitUrl } from '../secrets/split-url.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';
import { withoutPasswords } from './address.ts';
import { checkDatabaseName, checkTwo, databaseIn, envAddress, isSamePlace } from './env-address.ts';
import { envPlace, isStillMeant } from '../settings/env-file.ts';
import { linksOf, setAsideKnown } from './identities.ts';
import { envDefaults } from '../settings/env-defaults.ts';
import { wirePair } from './wire-pair.ts';

interface Wanted {
  readonly from: string;
  readonly database: string;
  /** B: `null` where there is none. */
  readonly addresses: { readonly A: SplitUrl; readonly B: SplitUrl | null };
}

/**
 * The pair that a `.env` means. One that was made from it, or that leads to the same two databases, is used; it is made
 * where there is none. No side has to answer: what the addresses say is kept, and the next sync looks.
 */
export async function pairFromEnv(host: Host, request: WireEnvRequest): Promise<WireEnvReport> {
  const database = request.database.trim();
  checkDatabaseName(database);
  const addresses = {
    A: envAddress('MONGODB_LOCAL_URL', request.local, database),
    B: request.cloud.trim() === '' ? null : envAddress('MONGODB_CLOUD_URL', request.cloud, database),
  };
  checkTwo(addresses.A, addresses.B);
  const wanted = { from: request.from, database, addresses };
  return withoutPasswords([addresses.A, addresses.B], async () => {
    const found = knownPair(host, wanted) ?? (await pairByIdentity(host, wanted));
    return found === null ? make(host, wanted) : refresh(host, found, wanted);
  });
}

/** The pair that was made from there comes first, then one over the same places. */
function knownPair(host: Host, { from, database, addresses: { A, B } }: Wanted): string | null {
  const pairs = Object.entries(host.config.load().pairs);
  const mine = pairs.find(([, { env, a }]) => env === from && databaseIn(a.url) === database);
  const twin = pairs.find(
    ([, { a, b }]) => isSamePlace(a.url, A.url) && (B === null ? b.url === '' : isSamePlace(b.url, B.url)),
  );
  return (mine ?? twin)?.[0] ?? null;
}

/** One database may have several names; only asked where another pair could be about the same two. */
async function pairByIdentity(host: Host, { addresses }: Wanted): Promise<string | null> {
  const { A, B } = addresses;
  const pairs = Object.values(host.config.load().pairs);
  if (B === null || !pairs.some(({ a, b }) => databaseIn(a.url) !== '' && databaseIn(b.url) !== '')) return null;
  const ids = await Promise.all([identityOf(host, A), identityOf(host, B)]);
  if (ids.includes(null)) return null;
  const same = (await linksOf(host)).find(({ a, b }) => ids.includes(a) && ids.includes(b) && a !== b);
  return same?.pair ?? null;
}

async function identityOf(host: Host, { url, password }: SplitUrl): Promise<string | null> {
  try {
    const connector = await host.pool.openSide(url, password);
    try {
      return (await connector.identity()).id;
    } finally {
      await connector.close();
    }
  } catch (cause) {
    if (cause instanceof AppError) return null;
    throw cause;
  }
}

/** Whoever named a database by hand knows best; what came from a `.env` follows it. */
async function refresh(host: Host, name: string, wanted: Wanted): Promise<WireEnvReport> {
  const before = pairEntryOf(host.config.load(), name);
  if (before.env === undefined) return { pair: wirePair(name, before), change: 'none', notes: [] };
  const { A, B } = wanted.addresses;
  const passwords = keepPasswords(host, name, wanted);
  const urls = { a: A.url, b: B?.url ?? '' };
  const moved = urls.a !== before.a.url || urls.b !== before.b.url;
  if (!moved && passwords.length === 0) return { pair: wirePair(name, before), change: 'none', notes: [] };
  const file = moved
    ? host.config.update((document) => {
        document.setIn(['pairs', name, 'a', 'url'], urls.a);
        document.setIn(['pairs', name, 'b', 'url'], urls.b);
      })
    : host.config.load();
  const what = moved ? 'The addresses' : 'The passwords';
  return {
    pair: wirePair(name, pairEntryOf(file, name)),
    change: 'edited',
    notes: [
      `${what} of pair ${name} were changed as ${placeText(wanted)} says. ${moved ? 'Where they lead to the same databases as before, base and history stay; to others, the next sync asks first.' : 'Base and history stay.'}`,
    ],
  };
}

async function make(host: Host, wanted: Wanted): Promise<WireEnvReport> {
  const { from, database, addresses } = wanted;
  const name = freeName(host, database);
  const entry: PairEntry = {
    a: { name: 'This computer', url: addresses.A.url },
    b: { name: 'Remote', url: addresses.B?.url ?? '' },
    env: from,
    direction: 'both',
    ...envDefaults,
    collections: {},
  };
  await setAsideKnown(host, name);
  const notes = keepPasswords(host, name, wanted);
  try {
    host.config.update((document) => document.setIn(['pairs', name], document.createNode(entry)));
  } catch (cause) {
    host.secrets.remove(name);
    throw cause;
  }
  return {
    pair: wirePair(name, entry),
    change: 'made',
    notes: [`The pair ${name} was made from ${placeText(wanted)}.`, ...notes],
  };
}

/** Only what is new is written; a password that an address does not name any more stays where it is. */
function keepPasswords(host: Host, name: string, { addresses }: Wanted): string[] {
  return sideNames.flatMap((side: SideName) => {
    const password = addresses[side]?.password ?? null;
    return password === null || password === host.secrets.kept(name, side)
      ? []
      : [host.secrets.set(name, side, password)];
  });
}

/** Named after the database; names of pairs know fewer characters than those of databases. */
function freeName(host: Host, database: string): string {
  const plain = database.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const base = (plain === '' ? 'mongodb' : plain).slice(0, 56);
  const taken = host.config.load().pairs;
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!Object.hasOwn(taken, name)) return name;
  }
}

const placeText = ({ from }: Wanted): string => envText(from);
const envText = (from: string): string =>
  `${envPlace(from)}${from === FROM_ENVIRONMENT ? ' (MONGODB_LOCAL_URL, DATABASE_NAME)' : ''}`;
/** The file is what counts: an address that is given otherwise would be gone with the next command there. */
export function refuseOtherAddress(pair: string, { env }: PairEntry): void {
  if (env === undefined || !isStillMeant(env)) return;
  throw new AppError({
    code: 'usage',
    operation: 'pairs.edit',
    message: `Changing the addresses of ${pair} failed: they come from ${envText(env)}, and every command there would put them back.`,
    next: 'Nothing was changed.',
    hint: 'Change them there: MONGODB_LOCAL_URL, MONGODB_CLOUD_URL.',
    subject: { pair },
    retry: 'after-user-action',
  });
}

/** Removed, it would be there again. */
export const comesBack = (pair: string, { env }: PairEntry): string[] =>
  env === undefined || !isStillMeant(env)
    ? []
    : [
        `${pair} was made from ${envText(env)}: the next command there makes it again, without what was known of it. Take MONGODB_LOCAL_URL out of it to be rid of the pair.`,
      ];
