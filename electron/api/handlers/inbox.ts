import type { Params, Result } from '../../../shared/contract/calls.ts';
import type { WireConflictRow } from '../../../shared/contract/window-shapes.ts';
import type { ItemGroup, ItemOfPair, ItemPageQuery } from '../../engine/state/waiting.ts';
import type { StateStore } from '../../engine/state/store.ts';
import type { Handlers } from '../dispatcher.ts';
import { Breath } from '../host/breathing.ts';
import type { Host } from '../host/host.ts';
import { conflictRow, type NamedPair } from '../mapping/conflict-row.ts';
import { given } from '../mapping/values.ts';
import { pairNames } from './common.ts';

const PAGE = 500;

export function inboxHandlers(host: Host): Pick<Handlers, 'conflicts.index'> {
  return { 'conflicts.index': (params) => conflictIndex(host, params) };
}

type Request = Params<'conflicts.index'>;
type Index = Result<'conflicts.index'>;
type Pairs = ReadonlyMap<number, NamedPair>;
type Store = Pick<StateStore, 'itemGroups' | 'itemPage'>;

async function conflictIndex(host: Host, request: Request): Promise<Index> {
  // One that is not there is refused by its name.
  pairNames(host, request.pair);
  return indexOf(host.store, await knownPairs(host), request);
}

/** Told from the state alone: no side is opened, and a run that goes on is not waited for. `all`: pairs by their numbers there. */
export async function indexOf(store: Store, all: Pairs, request: Request): Promise<Index> {
  const words = (request.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? byNumbers(store, all, request) : byWords(store, all, request, words);
}

/** A pair that never was opened has no number, and nothing that waits. */
async function knownPairs(host: Host): Promise<Pairs> {
  const names = new Set(pairNames(host, undefined));
  const { pairs } = host.config.load();
  const rows = (await host.store.listPairs()).filter(({ name }) => names.has(name));
  return new Map(
    rows.map(({ id, name }) => [
      id,
      { name, sideLabel: { A: pairs[name]?.a.name ?? '', B: pairs[name]?.b.name ?? '' } },
    ]),
  );
}

async function byNumbers(store: Store, all: Pairs, request: Request): Promise<Index> {
  const { pair, kind, collection, resolved = false, offset = 0, limit = 100 } = request;
  const asked = new Map([...all].filter(([, { name }]) => pair === undefined || name === pair));
  const groups = await store.itemGroups([...all.keys()], { over: resolved });
  const query: ItemPageQuery = { over: resolved, offset, limit, ...given({ kinds: kind, collection }) };
  const page = await store.itemPage([...asked.keys()], query);
  return { ...countsOf(groups, all, request), rows: page.map((item) => rowOf(item, all)) };
}

/** What a row shows is made up here, so that every conflict is looked at; a page at a time, with room for other callers. */
async function byWords(store: Store, all: Pairs, request: Request, words: readonly string[]): Promise<Index> {
  const { resolved = false, offset = 0, limit = 100 } = request;
  const breath = new Breath();
  const groups = new Map<string, { -readonly [K in keyof ItemGroup]: ItemGroup[K] }>();
  const rows: WireConflictRow[] = [];
  let passed = 0;
  for (let afterId = 0; ;) {
    await breath.take();
    const page = await store.itemPage([...all.keys()], { over: resolved, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) break;
    afterId = last.id;
    for (const item of page) {
      const row = rowOf(item, all);
      if (!showsAll(row, words)) continue;
      const name = JSON.stringify([item.pair, item.collection, item.kind]);
      const group = groups.get(name) ?? { pair: item.pair, collection: item.collection, kind: item.kind, count: 0 };
      group.count++;
      groups.set(name, group);
      if (isAsked(group, request, all) && passed++ >= offset && rows.length < limit) rows.push(row);
    }
  }
  return { ...countsOf([...groups.values()], all, request), rows };
}

const rowOf = (item: ItemOfPair, pairs: Pairs): WireConflictRow =>
  conflictRow(item, pairs.get(item.pair) ?? { name: '', sideLabel: { A: '', B: '' } });

function showsAll({ title, summary, key, collection }: WireConflictRow, words: readonly string[]): boolean {
  const text = `${title}\n${key.text}\n${collection}\n${summary}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

type Filter = 'pair' | 'kind' | 'collection';

function isAsked(group: ItemGroup, request: Request, pairs: Pairs, but?: Filter): boolean {
  const { pair, kind, collection } = request;
  return (
    (but === 'pair' || pair === undefined || pairs.get(group.pair)?.name === pair) &&
    (but === 'kind' || kind === undefined || kind.includes(group.kind)) &&
    (but === 'collection' || collection === undefined || collection === group.collection)
  );
}

function countsOf(groups: readonly ItemGroup[], pairs: Pairs, request: Request): Pick<Index, 'total' | 'counts'> {
  const nameOf = ({ pair }: ItemGroup): string => pairs.get(pair)?.name ?? '';
  const but = (filter: Filter): ItemGroup[] => groups.filter((group) => isAsked(group, request, pairs, filter));
  const total = groups.filter((group) => isAsked(group, request, pairs)).reduce((sum, { count }) => sum + count, 0);
  return {
    total,
    counts: {
      pairs: summed(but('pair'), (group) => ({ pair: nameOf(group) })),
      kinds: summed(but('kind'), ({ kind }) => ({ kind })),
      collections: summed(but('collection'), (group) => ({ pair: nameOf(group), collection: group.collection })),
    },
  };
}

/** Most first. */
function summed<T extends object>(groups: readonly ItemGroup[], by: (group: ItemGroup) => T): (T & { n: number })[] {
  const found = new Map<string, T & { n: number }>();
  for (const group of groups) {
    const part = by(group);
    const name = JSON.stringify(part);
    const one = found.get(name) ?? { ...part, n: 0 };
    one.n += group.count;
    found.set(name, one);
  }
  return [...found.values()].toSorted((a, b) => b.n - a.n);
}
