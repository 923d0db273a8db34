import type { Bench } from './context.ts';
import type { Life } from './child.ts';
import { runChild } from './children.ts';
import { ms, ratio, whole } from './figures.ts';
import { noteMemory } from './notes.ts';
import { newPairFiles, removePairFiles } from './pair.ts';
import { fill, makeFile } from './raw.ts';
import { people } from './tables.ts';

/** R2 and R7: the same life of a pair at two sizes, each in a process of its own. */
export async function memory(bench: Bench): Promise<void> {
  const { small, large, few } = bench.sizes;
  // As for people who start it the second time: what was compiled is kept, and the first size pays nothing for the others.
  await lifeAt(bench, 1000);
  const little = await lifeAt(bench, small);
  const much = await lifeAt(bench, large);
  noteMemory(bench, '', { little: { n: small, life: little }, much: { n: large, life: much }, on: '' });
  bench.note({
    id: 'R2',
    what: 'a delta of few changes, large size / small size',
    value: ratio(much.deltaMs / little.deltaMs),
    goal: '≤ 1.15 with live capture, which SQLite does not have',
    reached: null,
    made: `k ${whole(few)}; N ${whole(large)}: ${ms(much.deltaMs)}; N ${whole(small)}: ${ms(little.deltaMs)}; it grows with N: a changed file is scanned. Without changes ${ms(much.noopMs)} and ${ms(little.noopMs)}: nothing is read`,
  });
}

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
