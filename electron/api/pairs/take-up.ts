import type { WireNewCollection } from '../../../shared/contract/plan-shapes.ts';
import type { CollectionEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { Connector, Identity } from '../../engine/port/connector.ts';
import { mayWrite } from '../../engine/run/context.ts';
import { otherSide, sideNames, type Direction, type SideName } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { isSourceOnly, pairEntryOf, takesUp } from '../settings/pair-settings.ts';
import { linksFor, linksOf } from './identities.ts';
import { refuseSame } from './look.ts';
import { createSteps, statementsFor } from './missing-schema.ts';
import { newsOf, type News, type OneSided } from './news.ts';
import { refuseOverlap } from './overlap.ts';

type Both<T> = Readonly<Record<SideName, T>>;

/** What the request of the person is about. */
interface Limits {
  readonly collections?: readonly string[] | undefined;
  readonly direction?: Direction | undefined;
}

/**
 * Where the pair takes up new collections: those that both sides have by now belong to it from here on, and what one
 * side lacks is created there. Never again what the pair knows and a side lost: that is a question for a person. A side
 * that is away fails with its own error. Answers what it took up.
 */
export async function takeUpNew(host: Host, pair: string, limits: Limits = {}): Promise<readonly string[]> {
  // Two at once would both find the same to create; the second one looks when the first is done.
  const earlier = turns.get(host)?.get(pair);
  await earlier?.catch(() => undefined);
  let taken: readonly string[] = [];
  const mine = withNews(host, pair, async (open, news) => {
    taken = await takeUp(host, open, news, limits);
  });
  turns.set(host, (turns.get(host) ?? new Map<string, Promise<void>>()).set(pair, mine));
  await mine;
  return taken;
}

const turns = new WeakMap<Host, Map<string, Promise<void>>>();

async function takeUp(host: Host, open: OpenPair, news: News, limits: Limits): Promise<readonly string[]> {
  const pair = open.settings.name;
  const isMeant = (name: string): boolean => limits.collections?.includes(name) ?? true;
  const creatable = news.missing.filter(
    ({ name, on }) => isMeant(name) && !isSourceOnly(open.entry, on) && mayWrite(limits.direction ?? 'both', on),
  );
  for (const side of sideNames) {
    const statements = statementsFor(side, createSteps(creatable));
    if (statements.length > 0) await must(open.sides[side].setup, 'a side that can create').create(statements);
  }
  const made = creatable.map(({ name, entry }) => [name, entry] as const);
  const taken = new Map([...[...news.collections].filter(([name]) => isMeant(name)), ...made]);
  save(host, pair, taken);
  for (const { name, on } of creatable)
    host.ports.log.info(`The collection ${name} was created on ${open.settings.sideLabel[on]}.`, { pair });
  return [...taken.keys()];
}

/** The same without writing to a side: answers what the next sync would create, and how much it would copy. */
export async function lookForNew(host: Host, pair: string): Promise<readonly WireNewCollection[]> {
  const found: WireNewCollection[] = [];
  await withNews(host, pair, async ({ sides, entry }, news) => {
    save(host, pair, news.collections);
    for (const each of news.missing.filter(({ on }) => !isSourceOnly(entry, on)))
      found.push({ name: each.name, missingOn: each.on, records: await countOn(sides[otherSide(each.on)], each) });
  });
  return found;
}

async function withNews(host: Host, pair: string, work: (open: OpenPair, news: News) => Promise<void>): Promise<void> {
  if (!takesUp(pairEntryOf(host.config.load(), pair))) return;
  await host.pool.use(pair, 'sides', async (open) => {
    const news = await newsOf(open);
    if (news.collections.size + news.missing.length === 0) return;
    await refuseKnownWays(host, open, news);
    await work(open, news);
  });
}

/** Before anything is written: two databases, and no second way between two collections. */
async function refuseKnownWays(host: Host, { entry, sides, settings }: OpenPair, news: News): Promise<void> {
  const identity: Both<Identity> = { A: await sides.A.identity(), B: await sides.B.identity() };
  refuseSame('Changing', settings.name, identity.A, identity.B);
  const added = [...news.collections.values(), ...news.missing.map(({ entry: own }) => own)];
  const links = linksFor(settings.name, identity.A.id, identity.B.id, entry);
  const others = (await linksOf(host)).filter(({ pair }) => pair !== settings.name);
  refuseOverlap('Changing', { ...links, collections: added }, [...others, links]);
}

function save(host: Host, pair: string, collections: ReadonlyMap<string, CollectionEntry>): void {
  if (collections.size === 0) return;
  host.config.update((document) => {
    for (const [name, entry] of collections)
      document.setIn(['pairs', pair, 'collections', name], document.createNode(entry));
  });
}

async function countOn(connector: Connector, { from, entry }: OneSided): Promise<number> {
  const { name } = from;
  const fields = entry.fields.map((field) => (typeof field === 'string' ? field : field.name));
  const spec = { name, physical: name, key: entry.key, fields: fields.map((each) => ({ name: each, physical: each })) };
  const side = await connector.bind([{ ...spec, ...(entry.anyField ? { anyField: true as const } : {}) }]);
  try {
    return (await side.digest?.count(name)) ?? 0;
  } finally {
    await side.close();
  }
}
