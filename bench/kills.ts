import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Bench } from './context.ts';
import { runChild } from './children.ts';
import { median, whole } from './figures.ts';
import {
  newCounts,
  newTemplates,
  pairFrom,
  removePairFiles,
  syncFiles,
  type PairFiles,
  type Templates,
} from './pair.ts';
import { countRows, editPeople, edits, fill, makeFile } from './raw.ts';
import { people } from './tables.ts';

/** What one kill cost. */
interface Loss {
  /** False: the process was done before it was killed. */
  readonly killed: boolean;
  /** Some of the records had arrived, and some had not. */
  readonly midway: boolean;
  /** What the engine says it looked at again. */
  readonly recovered: number;
  /** Counted at the port: writes of the next run that stood on the other side already. */
  readonly again: number;
}

/** R8: processes killed at random times, half of them in a first copy and half in a delta. */
export async function kills(bench: Bench): Promise<void> {
  const n = Math.max(1000, bench.sizes.n / 5);
  const templates = newTemplates();
  makeFile(templates.empty, [people]);
  copyFileSync(templates.empty, templates.full);
  fill(templates.full, people, n);
  try {
    const half = Math.ceil(bench.sizes.kills / 2);
    const inCopy = await inCopies(bench, templates, { n, count: half });
    const inDelta = await inDeltas(bench, templates, { n, count: half });
    const all = [...inCopy, ...inDelta].filter(({ killed }) => killed);
    const most = Math.max(0, ...all.map(({ again }) => again));
    const recovered = all.map((loss) => loss.recovered);
    bench.note({
      id: 'R8',
      what: 'records sent again after kill -9 at a random time, at most',
      value: whole(most),
      goal: '≤ 1,000',
      reached: most <= 1000 && Math.max(0, ...recovered) <= 1000,
      made: `N ${whole(n)}, k ${whole(changesOf(bench, n))}; ${all.length} processes killed (${inCopy.filter(({ killed }) => killed).length} in a first copy, ${all.filter(({ midway }) => midway).length} with some records written and some not); looked at again: at most ${whole(Math.max(0, ...recovered))}, median ${whole(median(recovered))}`,
    });
  } finally {
    templates.drop();
  }
}

interface Wish {
  readonly n: number;
  readonly count: number;
}

const changesOf = ({ sizes }: Bench, n: number): number => Math.min(sizes.k, Math.floor(n / 2));

async function inCopies(bench: Bench, templates: Templates, { n, count }: Wish): Promise<Loss[]> {
  const losses: Loss[] = [];
  const usual = await usualMs(templates);
  for (let i = 1; i <= count; i++) {
    bench.say(`R8: kill ${i} of ${count} in a first copy`);
    const files = pairFrom(templates.full, templates.empty);
    try {
      losses.push(
        await killed(files, Math.random() * usual, { all: n, missing: () => n - countRows(files.B, 'people') }),
      );
    } finally {
      removePairFiles(files);
    }
  }
  return losses;
}

async function usualMs({ full, empty }: Templates): Promise<number> {
  const files = pairFrom(full, empty);
  try {
    const { last } = await runChild({ task: 'sync', files });
    if (last?.said !== 'synced') throw new Error('The process did not sync');
    return last.spentMs;
  } finally {
    removePairFiles(files);
  }
}

async function inDeltas(bench: Bench, { full, empty }: Templates, { n, count }: Wish): Promise<Loss[]> {
  const files = pairFrom(full, empty);
  const losses: Loss[] = [];
  const k = changesOf(bench, n);
  try {
    await syncFiles(files);
    editPeople(files.A, edits(k, n, 0));
    const { last } = await runChild({ task: 'sync', files });
    const usual = last?.said === 'synced' ? last.spentMs : 1000;
    for (let round = 1; round <= count; round++) {
      bench.say(`R8: kill ${round} of ${count} in a delta`);
      editPeople(files.A, edits(k, n, round));
      losses.push(await killed(files, Math.random() * usual, { all: k, missing: () => k - arrived(files.B, round) }));
    }
    return losses;
  } finally {
    removePairFiles(files);
  }
}

function arrived(path: string, round: number): number {
  const db = new Database(path, { readonly: true });
  try {
    return (
      db.prepare<[string], number>('SELECT count(*) FROM people WHERE note GLOB ?').pluck().get(`edited ${round} *`) ??
      0
    );
  } finally {
    db.close();
  }
}

/** The records that have to arrive, and how many of them have not yet. */
interface Work {
  readonly all: number;
  readonly missing: () => number;
}

async function killed(files: PairFiles, afterMs: number, { all, missing }: Work): Promise<Loss> {
  const outcome = await runChild({ task: 'sync', files }, afterMs);
  const needed = missing();
  const counts = newCounts();
  counts.A.weighing = counts.B.weighing = true;
  const { recovered } = await syncFiles(files, counts);
  if (missing() !== 0) throw new Error('Not everything arrived after a kill');
  const again = Math.max(0, counts.A.intents + counts.B.intents - needed);
  return { killed: outcome.killed, midway: needed > 0 && needed < all, recovered, again };
}
