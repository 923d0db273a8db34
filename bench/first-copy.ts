import { copyFileSync } from 'node:fs';
import type { Bench } from './context.ts';
import { ratio, Series, whole } from './figures.ts';
import { newTemplates, openPair, pairFrom, removePairFiles, syncOnce, type OpenPair, type Templates } from './pair.ts';
import { countRows, insertAll, makeFile, openRaw } from './raw.ts';
import { bytesPerRow, people, rowsOf, shop, type Table } from './tables.ts';

interface Shape {
  readonly id: string;
  readonly what: string;
  readonly tables: readonly Table[];
}

type Filled = ReturnType<typeof rowsOf>;

/** R1: the first copy of one table, and of tables with references, against the same rows written by hand. */
export async function firstCopy(bench: Bench): Promise<void> {
  const what = 'first copy / raw batch insert';
  await copyShape(bench, { id: 'R1', what: `${what}, one table`, tables: [people] });
  await copyShape(bench, { id: 'R1 shop', what: `${what}, 6 tables with references`, tables: shop(bench.sizes.n) });
}

async function copyShape(bench: Bench, { id, what, tables }: Shape): Promise<void> {
  const filled = rowsOf(tables, bench.sizes.n);
  const templates = newTemplates();
  try {
    makeFile(templates.empty, tables);
    copyFileSync(templates.empty, templates.full);
    const db = openRaw(templates.full);
    insertAll(db, filled);
    db.close();
    const { raw, copy } = await alternate(bench, id, filled, templates);
    const count = filled.reduce((sum, { rows }) => sum + rows.length, 0);
    bench.note({
      id,
      what,
      value: ratio(copy.ms / raw.ms),
      goal: '≤ 2.5 (stretch 2.0)',
      reached: copy.ms / raw.ms <= 2.5,
      made: [
        `N ${whole(count)}, ${whole(bytesPerRow(filled))} B a row`,
        `Tandem ${copy.show()} = ${whole(count / (copy.ms / 1000))} rows/s`,
        `raw ${raw.show()}`,
        `of the processor alone ${ratio(copy.processorMs / raw.processorMs)}`,
      ].join('; '),
    });
  } finally {
    templates.drop();
  }
}

async function alternate(
  bench: Bench,
  id: string,
  filled: Filled,
  templates: Templates,
): Promise<{ readonly raw: Series; readonly copy: Series }> {
  const [raw, copy] = [new Series(), new Series()];
  for (let round = 1; round <= bench.sizes.rounds; round++) {
    bench.say(`${id}: round ${round} of ${bench.sizes.rounds}`);
    await rawCopy(filled, templates, raw);
    await ourCopy(filled, templates, copy);
  }
  return { raw, copy };
}

async function rawCopy(filled: Filled, { full, empty }: Templates, series: Series): Promise<void> {
  const files = pairFrom(full, empty);
  const db = openRaw(files.B);
  try {
    await series.add(() => insertAll(db, filled));
  } finally {
    db.close();
    removePairFiles(files);
  }
}

/** From the addresses to the last acknowledged batch: opening the pair counts, too. */
async function ourCopy(filled: Filled, { full, empty }: Templates, series: Series): Promise<void> {
  const files = pairFrom(full, empty);
  let pair: OpenPair | null = null;
  try {
    await series.add(async () => {
      pair = await openPair(files);
      await syncOnce(pair);
    });
    for (const { table, rows } of filled)
      if (countRows(files.B, table.name) !== rows.length) throw new Error(`${table.name} did not arrive whole`);
  } finally {
    await (pair as OpenPair | null)?.close();
    removePairFiles(files);
  }
}
