import type { Params, Result } from '../../../shared/contract/calls.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import type { Transport } from '../../transport/transport.ts';
import { errorBodyOf } from '../../store/store.ts';
import type { ConflictRow } from './conflict-source.ts';

type Report = Result<'conflicts.resolve'>;
export type Preview = Report['preview'][number];

export interface Refusal {
  readonly row: ConflictRow;
  readonly text: string;
}

/** What a decision about many came to, or would come to. */
export interface Outcome {
  readonly decided: readonly ConflictRow[];
  readonly refused: readonly Refusal[];
  readonly previews: readonly Preview[];
  /** To be undone in the reverse order. */
  readonly runs: Report['runs'];
  /** So many were looked at; fewer than chosen where a trial looks at the first ones alone, or somebody stopped it. */
  readonly looked: number;
}

export interface Many {
  readonly rows: readonly ConflictRow[];
  readonly strategy: Strategy;
  readonly notes: string;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}

/** A trial asks about at most so many one by one. */
const MOST_TRIED = 100;

/**
 * Decides the chosen conflicts, and no other one: with one word where they are all that wait of a kind in a collection,
 * else one by one, each as it was when it was chosen.
 */
export async function decideMany(transport: Transport, many: Many): Promise<Outcome> {
  const { rows, signal, onProgress, dryRun } = many;
  const parts: Outcome[] = [];
  let done = 0;
  for (const group of groupsOf(rows)) {
    if (signal.aborted) break;
    const all = group.length > 1 ? await waitingWith(transport, group, signal) : 0;
    if (all === group.length) parts.push(await together(transport, group, many));
    else
      for (const row of dryRun ? group.slice(0, MOST_TRIED) : group) {
        if (signal.aborted) break;
        parts.push(await alone(transport, row, many));
        onProgress(done + parts.length, rows.length);
      }
    done = parts.reduce((sum, { looked }) => sum + looked, 0);
    onProgress(done, rows.length);
  }
  return {
    decided: parts.flatMap(({ decided }) => decided),
    refused: parts.flatMap(({ refused }) => refused),
    previews: parts.flatMap(({ previews }) => previews),
    runs: parts.flatMap(({ runs }) => runs),
    looked: parts.reduce((sum, { looked }) => sum + looked, 0),
  };
}

const groupsOf = (rows: readonly ConflictRow[]): readonly ConflictRow[][] => [
  ...Map.groupBy(rows, ({ pair, collection, kind }) => JSON.stringify([pair, collection, kind])).values(),
];

/** How many wait of the pair, collection and kind of these. */
async function waitingWith(
  transport: Transport,
  [first]: readonly ConflictRow[],
  signal: AbortSignal,
): Promise<number> {
  if (first === undefined) return 0;
  const { pair, collection, kind } = first;
  return (await transport.call('conflicts.index', { pair, collection, kind: [kind], limit: 1 }, { signal })).total;
}

async function together(
  transport: Transport,
  rows: readonly ConflictRow[],
  { strategy, notes, dryRun }: Many,
): Promise<Outcome> {
  const [first] = rows;
  if (first === undefined) return nothing;
  const { pair, collection, kind } = first;
  const where = { pair, collection, kind, limit: rows.length };
  return await ask(transport, rows, { where, strategy, dryRun, ...noted(notes) });
}

const alone = (transport: Transport, row: ConflictRow, { strategy, notes, dryRun }: Many): Promise<Outcome> =>
  ask(transport, [row], {
    id: row.id,
    strategy,
    generation: row.generation,
    dryRun,
    ...noted(notes),
  });

const noted = (notes: string): { readonly notes?: string } => (notes.trim() === '' ? {} : { notes: notes.trim() });
const nothing: Outcome = { decided: [], refused: [], previews: [], runs: [], looked: 0 };

async function ask(
  transport: Transport,
  rows: readonly ConflictRow[],
  request: Params<'conflicts.resolve'>,
): Promise<Outcome> {
  try {
    const report = await transport.call('conflicts.resolve', request);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const rowsOf = (ids: readonly number[]): ConflictRow[] => ids.flatMap((id) => byId.get(id) ?? []);
    return {
      decided: rowsOf(report.resolved.map(({ id }) => id)),
      refused: report.failed.flatMap(({ id, text }) => rowsOf([id]).map((row) => ({ row, text }))),
      previews: report.preview,
      runs: report.runs,
      looked: rows.length,
    };
  } catch (cause) {
    const { message } = errorBodyOf(cause);
    return { ...nothing, refused: rows.map((row) => ({ row, text: message })), looked: rows.length };
  }
}
