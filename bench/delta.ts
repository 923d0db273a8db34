import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './context.ts';
import { ms, Series, timed, whole } from './figures.ts';
import { sharesText } from './counted.ts';
import { noteCalls, noteNothing, notePerChange, noteWeight } from './notes.ts';
import {
  newCounts,
  newTemplates,
  openPair,
  pairFrom,
  removePairFiles,
  resetCounts,
  syncOnce,
  type OpenPair,
  type PairFiles,
  type PortCounts,
} from './pair.ts';
import { EDIT, editPeople, edits, fill, makeFile, openRaw, runInBatches } from './raw.ts';
import { cellBytes, people, type Cell } from './tables.ts';

interface World {
  readonly files: PairFiles;
  readonly pair: OpenPair;
  readonly counts: PortCounts;
  /** A third copy, which is edited by hand for comparison. */
  readonly beside: string;
}

/** R3–R6: what a delta and a run without changes cost, in one process that stays open. */
export async function delta(bench: Bench): Promise<void> {
  const templates = newTemplates();
  makeFile(templates.empty, [people]);
  copyFileSync(templates.empty, templates.full);
  fill(templates.full, people, bench.sizes.n);
  const files = pairFrom(templates.full, templates.empty);
  const beside = join(files.folder, 'beside.db');
  copyFileSync(templates.full, beside);
  const counts = newCounts();
  const pair = await openPair(files, counts);
  try {
    bench.say(`R3: first copy of ${whole(bench.sizes.n)} records`);
    await syncOnce(pair);
    const world: World = { files, pair, counts, beside };
    await perChange(bench, world);
    await calls(bench, world);
    await nothing(bench, world);
  } finally {
    await pair.close();
    removePairFiles(files);
    templates.drop();
  }
}

async function perChange(bench: Bench, world: World): Promise<void> {
  const { n, k, rounds } = bench.sizes;
  const [raw, ours] = [new Series(), new Series()];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`R3: round ${round} of ${rounds}`);
    const rows = edits(k, n, round);
    await rawEdit(world.beside, rows, raw);
    editPeople(world.files.A, rows);
    resetCounts(world.counts, false);
    await ours.add(() => syncOnce(world.pair));
  }
  const made = `N ${whole(n)}, k ${whole(k)}; Tandem ${ours.show()} = ${ms(ours.ms / k)} a change, ${sharesText(world.counts)}`;
  notePerChange(bench, '', { ours, raw, than: 'raw batch update a row', made });
}

async function rawEdit(path: string, rows: ReturnType<typeof edits>, series: Series): Promise<void> {
  const db = openRaw(path);
  try {
    const statement = db.prepare<Cell[]>(EDIT);
    await series.add(() => runInBatches(db, statement, rows));
  } finally {
    db.close();
  }
}

/** R4 and R6, counted at the port. */
async function calls(bench: Bench, world: World): Promise<void> {
  const { n, k } = bench.sizes;
  const rows = edits(k, n, 99);
  editPeople(world.files.A, rows);
  resetCounts(world.counts, true);
  await syncOnce(world.pair);
  noteCalls(bench, '', world.counts, k);
  const changed = rows.reduce((sum, [note, quantity]) => sum + cellBytes(note) + cellBytes(quantity), 0);
  noteWeight(bench, '', world.counts, { k, changed });
}

/** R5: nothing changed since the last run of this process. */
async function nothing(bench: Bench, world: World): Promise<void> {
  await syncOnce(world.pair);
  resetCounts(world.counts, true);
  const spent = await timed(() => syncOnce(world.pair));
  noteNothing(bench, '', world.counts, `N ${whole(bench.sizes.n)}, within the process, ${ms(spent)}`);
}
