import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './context.ts';
import type { PortCount } from './counted.ts';
import { median, ms, ratio, Series, timed, whole } from './figures.ts';
import {
  newCounts,
  newTemplates,
  openPair,
  pairFrom,
  removePairFiles,
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

const reset = ({ counts }: World, weighing: boolean): void => {
  counts.A.reset(weighing);
  counts.B.reset(weighing);
};

async function perChange(bench: Bench, world: World): Promise<void> {
  const { n, k, rounds } = bench.sizes;
  const [raw, ours] = [new Series(), new Series()];
  const scans: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`R3: round ${round} of ${rounds}`);
    const rows = edits(k, n, round);
    await rawEdit(world.beside, rows, raw);
    editPeople(world.files.A, rows);
    reset(world, false);
    await ours.add(() => syncOnce(world.pair));
    scans.push(world.counts.A.spentMs.get('scan') ?? 0);
  }
  bench.note({
    id: 'R3',
    what: 'delta, time a change / raw batch update a row',
    value: ratio(ours.ms / raw.ms),
    goal: '≤ 3',
    reached: ours.ms / raw.ms <= 3,
    made: [
      `N ${whole(n)}, k ${whole(k)}`,
      `Tandem ${ours.show()} = ${ms(ours.ms / k)} a change, of the whole ${ms(median(scans))} scan of A`,
      `raw ${raw.show()}`,
      `of the processor alone ${ratio(ours.processorMs / raw.processorMs)}`,
    ].join('; '),
  });
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

const isScan = (name: string): boolean => name === 'scan';
const byKeys = (count: PortCount): number => count.callsOf((name) => !isScan(name));

/** R4 and R6, counted at the port. Pages of a scan depend on N, not on k, and are told apart. */
async function calls(bench: Bench, world: World): Promise<void> {
  const { n, k } = bench.sizes;
  const rows = edits(k, n, 99);
  editPeople(world.files.A, rows);
  reset(world, true);
  await syncOnce(world.pair);
  const { A, B } = world.counts;
  const most = Math.max(byKeys(A), byKeys(B));
  const goal = 3 * Math.ceil(k / 1000) + 6;
  bench.note({
    id: 'R4',
    what: 'calls for k changes, the busier side, without pages of the scan',
    value: whole(most),
    goal: `≤ ${goal} (3⌈k/1000⌉ + 6)`,
    reached: most <= goal,
    made: `N ${whole(n)}, k ${whole(k)}; A: ${A.show()}; B: ${B.show()}`,
  });
  const changed = rows.reduce((sum, [note, quantity]) => sum + cellBytes(note) + cellBytes(quantity), 0);
  const moved = A.bytesWritten + B.bytesWritten;
  bench.note({
    id: 'R6',
    what: 'bytes in the writes / bytes of the changed fields',
    value: ratio(moved / changed),
    goal: '≤ 3',
    reached: moved / changed <= 3,
    made: `k ${whole(k)}; changed ${whole(changed)} B, sent ${whole(moved)} B (each with the old value it expects); read on this computer ${whole(A.bytesRead + B.bytesRead)} B in ${whole(A.recordsRead + B.recordsRead)} records (a scan reads the collection)`,
  });
}

/** R5: nothing changed since the last run of this process. */
async function nothing(bench: Bench, world: World): Promise<void> {
  await syncOnce(world.pair);
  reset(world, true);
  const spent = await timed(() => syncOnce(world.pair));
  const { A, B } = world.counts;
  const most = Math.max(A.callsOf(), B.callsOf());
  const records = A.recordsRead + B.recordsRead;
  const bytes = A.bytesRead + B.bytesRead + A.bytesWritten + B.bytesWritten;
  bench.note({
    id: 'R5 calls',
    what: 'a run without changes: calls, the busier side',
    value: whole(most),
    goal: '≤ 2 a side',
    reached: most <= 2,
    made: `N ${whole(bench.sizes.n)}, ${ms(spent)}; A: ${A.show()}; B: ${B.show()}`,
  });
  bench.note({
    id: 'R5 read',
    what: 'a run without changes: records and bytes read',
    value: `${whole(records)}, ${whole(bytes)} B`,
    goal: '0 records, ≤ 4 KB',
    reached: records === 0 && bytes <= 4096,
    made: `N ${whole(bench.sizes.n)}, within the process`,
  });
}
