import type { Key } from '../port/key-codec.ts';
import { fieldOf, recordFrom, type State } from '../port/record.ts';
import type { TimelineEntry } from '../reports/run.ts';
import type { StateStore } from '../state/store.ts';
import type { DecisionRow, JournalRow, RunRow } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';

const LIMIT = 1000;

/** Why a record holds what it holds: every write, conflict and decision that is still kept, oldest first. */
export async function timelineOf(
  store: StateStore,
  pair: number,
  collection: string,
  key: Key,
): Promise<readonly TimelineEntry[]> {
  const journal = await store.journal(pair, { collection, key, limit: LIMIT });
  const decisions = await store.decisions(pair, { collection, key, limit: LIMIT });
  const items = (await store.items(pair, { collection, open: false, limit: 100_000 })).filter(
    (item) => item.key === key,
  );
  const runs = new Map<number, RunRow>();
  for (const id of new Set([...journal, ...decisions, ...items].map(({ run }) => run))) {
    const row = await store.run(pair, id);
    if (row) runs.set(id, row);
  }
  const who = (run: number): string => runs.get(run)?.who ?? '';
  const entries = [
    ...journal.flatMap((row) => written(row, who(row.run))),
    ...decisions.map(decided),
    ...items.flatMap((item) => parked(item, who(item.run))),
  ];
  return entries.sort((x, y) => x.at - y.at);
}

/** Every key of the collection that the history still knows, also where it left the pair since. */
export async function keysInHistory(store: StateStore, pair: number, collection: string): Promise<readonly Key[]> {
  const keys = new Set<Key>();
  for (let afterId = 0; ;) {
    const page = await store.journal(pair, { collection, afterId, limit: LIMIT });
    const last = page.at(-1);
    if (!last) return [...keys];
    afterId = last.id;
    for (const { key } of page) keys.add(key);
  }
}

function written(row: JournalRow, who: string): TimelineEntry[] {
  if (row.status !== 'applied' && row.status !== 'undone') return [];
  const what = row.origin === 'undo' ? 'undone' : 'written';
  const text = row.status === 'undone' ? `${row.op}, taken back later` : row.op;
  return [{ at: row.at, what, side: row.side, run: row.run, before: row.before, after: row.after, who, text }];
}

/** Of what was decided about single fields only these: what else differs goes its own way, and has its own entry. */
const decided = (row: DecisionRow): TimelineEntry => ({
  at: row.at,
  what: row.policy === 'resolve' ? 'resolved' : 'decision',
  run: row.run,
  before: partOf(row.lost, row.fields),
  after: partOf(row.won, row.fields),
  who: row.who,
  text: row.text,
});

const partOf = (state: State, fields: readonly string[]): State =>
  state === null || fields.length === 0 ? state : recordFrom(fields.map((name) => [name, fieldOf(state, name)]));

const parked = (item: ItemRow, who: string): TimelineEntry[] => [
  { at: item.at, what: 'conflict', run: item.run, before: item.a, after: item.b, who, text: item.reason },
];
