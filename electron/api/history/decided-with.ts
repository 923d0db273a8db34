import type { WireDecision } from '../../../shared/contract/window-shapes.ts';
import { BY_STRATEGY } from '../../../shared/model/words.ts';
import type { DecidedItem, DecisionLine } from '../../engine/state/stored.ts';
import { Breath } from '../host/breathing.ts';
import { wireKeyOf } from '../mapping/key-text.ts';
import { titleOf } from '../mapping/record-title.ts';
import { momentOf } from '../mapping/values.ts';
import { byConflicts, byHold, byRule } from './decided-text.ts';
import type { HistoryOf } from './history-of.ts';

const PAGE = 1000;

/** What one word decided: the rows of one run, or of one moment where nothing was written. */
interface Group {
  readonly last: DecisionLine;
  readonly rows: DecisionLine[];
}

/** The decisions that stand in the state, one entry for all that was decided with one word. */
export async function decidedWith(history: HistoryOf, limit: number): Promise<WireDecision[]> {
  const groups = await groupsOf(history, limit);
  const runs = groups.filter(({ last }) => last.policy === 'resolve').map(({ last }) => last.run);
  const items = runs.length === 0 ? [] : await history.store.decidedItems(history.id, runs);
  const byRun = Map.groupBy(items, ({ run }) => run);
  const entries: WireDecision[] = [];
  for (const group of groups) entries.push(await entryOf(history, group, byRun.get(group.last.run) ?? []));
  return entries;
}

async function groupsOf({ store, id }: HistoryOf, limit: number): Promise<readonly Group[]> {
  const groups = new Map<string, Group>();
  const breath = new Breath();
  for (let beforeId = Number.MAX_SAFE_INTEGER; groups.size <= limit;) {
    await breath.take();
    const page = await store.decisionLines(id, { beforeId, limit: PAGE });
    const last = page.at(-1);
    if (!last) break;
    beforeId = last.id;
    for (const row of page) {
      if (!isTold(row)) continue;
      const name = JSON.stringify([row.run || row.at, row.policy, row.who]);
      const group = groups.get(name);
      if (group) group.rows.push(row);
      // What is beyond the limit is not looked for, but the last groups are read to their end.
      else groups.set(name, { last: row, rows: [row] });
    }
  }
  return [...groups.values()].slice(0, limit);
}

/** Touch fields are declared to need no decision; what an answer to a brake writes is told by the brake. */
const isTold = ({ policy }: DecisionLine): boolean => policy !== 'touch' && policy !== 'brake';

async function entryOf(
  { store, id, name, labels, undone }: HistoryOf,
  { last, rows }: Group,
  items: readonly DecidedItem[],
): Promise<WireDecision> {
  const { run, policy, who, at, collection, key } = last;
  const records = new Map(rows.map((row) => [`${row.collection}\n${row.key}`, row]));
  const isRule = who.endsWith(BY_STRATEGY) || (policy !== 'resolve' && policy !== 'hold');
  const [item, another] = items;
  // Of a unique clash two records may have been written; it is the conflict that was decided.
  const about = item && !another ? item : records.size === 1 ? { collection, key } : null;
  const [stored] = about ? await store.decisions(id, { ...about, run, limit: 1 }) : [];
  const facts = about ? (await store.facts(id, about.collection, [about.key])).get(about.key) : undefined;
  const known = [facts?.hold?.a ?? null, facts?.hold?.b ?? null, facts?.base?.doc ?? null];
  const told = { labels, rows, items, records: items.length || records.size };
  return {
    id: `decision-${last.id}`,
    pair: name,
    at: momentOf(at),
    by: who.endsWith(BY_STRATEGY) ? who.slice(0, -BY_STRATEGY.length) : who,
    kind: isRule ? 'auto' : policy === 'hold' ? 'hold' : about ? 'conflict' : 'bulk',
    subject: about && {
      collection: about.collection,
      key: wireKeyOf(about.key),
      title: titleOf(about.key, [stored?.won ?? null, stored?.lost ?? null, ...known]),
    },
    records: told.records,
    what: policy === 'resolve' ? byConflicts(told) : policy === 'hold' ? byHold(told) : byRule(policy, told),
    notes: notesOf(items),
    run: run === 0 ? null : run,
    undone: run === 0 ? null : await undone(run),
  };
}

/** What the person wrote to it, where it is the same for all. */
function notesOf(items: readonly DecidedItem[]): string {
  const notes = new Set(items.map((item) => item.notes));
  return notes.size === 1 ? ([...notes][0] ?? '') : '';
}
