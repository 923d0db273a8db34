import type { Bench } from './context.ts';
import type { Life } from './child.ts';
import { runChild } from './children.ts';
import { mb, ms, ratio, whole } from './figures.ts';
import { newPairFiles, removePairFiles } from './pair.ts';
import { fill, makeFile } from './raw.ts';
import { people } from './tables.ts';

const MB = 1024 * 1024;

/** R2 and R7: the same life of a pair at two sizes, each in a process of its own. */
export async function memory(bench: Bench): Promise<void> {
  const { small, large, few } = bench.sizes;
  // As for people who start it the second time: what was compiled is kept, and the first size pays nothing for the others.
  await lifeAt(bench, 1000);
  const little = await lifeAt(bench, small);
  const much = await lifeAt(bench, large);
  const grown = much.endBytes - little.endBytes;
  bench.note({
    id: 'R7',
    what: 'most memory at the large size − at the small one',
    value: mb(grown),
    goal: '≤ 48 MB',
    reached: grown <= 48 * MB,
    made: `N ${whole(large)}: ${shown(much)}; N ${whole(small)}: ${shown(little)}`,
  });
  bench.note({
    id: 'R7 whole',
    what: 'most memory in all, Node included',
    value: mb(much.endBytes),
    goal: '≤ 150 MB',
    reached: much.endBytes <= 150 * MB,
    made: `N ${whole(large)}; first copy ${ms(much.copyMs)} = ${whole(large / (much.copyMs / 1000))} rows/s; comparison ${ms(much.compareMs)}`,
  });
  bench.note({
    id: 'R2',
    what: 'a delta of few changes, large size / small size',
    value: ratio(much.deltaMs / little.deltaMs),
    goal: '≤ 1.15 with live capture, which SQLite does not have',
    reached: null,
    made: `k ${whole(few)}; N ${whole(large)}: ${ms(much.deltaMs)}; N ${whole(small)}: ${ms(little.deltaMs)}; it grows with N: a changed file is scanned. Without changes ${ms(much.noopMs)} and ${ms(little.noopMs)}: nothing is read`,
  });
}

const shown = ({ openedBytes, copiedBytes, endBytes }: Life): string =>
  `opened ${mb(openedBytes)}, first copy ${mb(copiedBytes)}, after deltas and a comparison ${mb(endBytes)}`;

async function lifeAt(bench: Bench, n: number): Promise<Life> {
  const files = newPairFiles();
  try {
    bench.say(`R7: a process of its own with ${whole(n)} records`);
    makeFile(files.A, [people]);
    makeFile(files.B, [people]);
    fill(files.A, people, n);
    const { few, rounds } = bench.sizes;
    const { last } = await runChild({ task: 'life', over: { files }, n, few, rounds });
    if (last?.said !== 'life') throw new Error('The process said nothing of its life');
    return last;
  } finally {
    removePairFiles(files);
  }
}
