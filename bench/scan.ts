import { copyFileSync } from 'node:fs';
import type { Bench } from './context.ts';
import { median, ms, ratio, spread, timed, whole } from './figures.ts';
import {
  newTemplates,
  openPair,
  pairFrom,
  removePairFiles,
  syncFiles,
  syncOnce,
  type PairFiles,
  type Templates,
} from './pair.ts';
import { fill, makeFile, openRaw, RAW_BATCH } from './raw.ts';
import { people } from './tables.ts';

/** R11 and its neighbours: what looking at everything costs when there is nothing to do. */
export async function scan(bench: Bench): Promise<void> {
  const templates = newTemplates();
  makeFile(templates.empty, [people]);
  copyFileSync(templates.empty, templates.full);
  fill(templates.full, people, bench.sizes.n);
  try {
    await comparison(bench, templates);
    await adoption(bench, templates);
  } finally {
    templates.drop();
  }
}

async function comparison(bench: Bench, { full, empty }: Templates): Promise<void> {
  const { n, rounds } = bench.sizes;
  const files = pairFrom(full, empty);
  try {
    bench.say(`R11: first copy of ${whole(n)} records`);
    await syncFiles(files);
    const times = { raw: [] as number[], pass: [] as number[], receipt: [] as number[] };
    for (let round = 1; round <= rounds; round++) {
      bench.say(`R11: round ${round} of ${rounds}`);
      times.raw.push(await timed(() => [files.A, files.B].map(rawScan)));
      const { pass, receipt } = await lookAtAll(files, n);
      times.pass.push(pass);
      times.receipt.push(receipt);
    }
    const raw = median(times.raw);
    for (const [id, what, all] of [
      ['R11', 'full comparison with the base, nothing changed: rows/s, both sides counted', times.pass],
      ['R11 receipt', 'both sides compared with each other: rows/s, both sides counted', times.receipt],
    ] as const) {
      const spent = median(all);
      const rate = (2 * n) / (spent / 1000);
      bench.note({
        id,
        what,
        value: whole(rate),
        goal: '≥ 150,000',
        reached: rate >= 150_000,
        made: `N ${whole(n)} on each side; Tandem ${ms(spent)}${spread(all)}; raw scan of both ${ms(raw)}${spread(times.raw)}, ratio ${ratio(spent / raw)}`,
      });
    }
  } finally {
    removePairFiles(files);
  }
}

function rawScan(path: string): number {
  const db = openRaw(path);
  try {
    const page = db.prepare<[number, number]>('SELECT * FROM people WHERE id > ? ORDER BY id LIMIT ?').raw();
    let seen = 0;
    for (let after = 0; ;) {
      const rows = page.all(after, RAW_BATCH) as number[][];
      seen += rows.length;
      after = rows.at(-1)?.[0] ?? after;
      if (rows.length < RAW_BATCH) return seen;
    }
  } finally {
    db.close();
  }
}

/** A new process knows nothing of what happened meanwhile, so its first run looks at every record. */
async function lookAtAll(files: PairFiles, n: number): Promise<{ readonly pass: number; readonly receipt: number }> {
  const pair = await openPair(files);
  try {
    const pass = await timed(() => syncOnce(pair));
    const start = performance.now();
    const { equal, collections } = await pair.engine.compare();
    const receipt = performance.now() - start;
    if (!equal || collections[0]?.equal !== n) throw new Error('The sides are not equal');
    return { pass, receipt };
  } finally {
    await pair.close();
  }
}

async function adoption(bench: Bench, { full }: Templates): Promise<void> {
  const { n, rounds } = bench.sizes;
  const times: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`adopt: round ${round} of ${rounds}`);
    const files = pairFrom(full, full);
    const pair = await openPair(files);
    try {
      times.push(
        await timed(async () => {
          const { adopted } = await syncOnce(pair);
          if (adopted !== n) throw new Error(`${adopted} of ${n} equal records were linked`);
        }),
      );
    } finally {
      await pair.close();
      removePairFiles(files);
    }
  }
  const spent = median(times);
  bench.note({
    id: 'adopt',
    what: 'first pairing of two equal sides: records/s',
    value: whole(n / (spent / 1000)),
    goal: '',
    reached: null,
    made: `N ${whole(n)}; ${ms(spent)}${spread(times)}`,
  });
}
