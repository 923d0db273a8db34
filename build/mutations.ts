import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inPatchedCopy, outdated, root, start } from './mutations.copy.ts';
import { knownCatches, saveCatches, type Catch, type Found } from './mutations.known.ts';
import { mutations } from './mutations.list.ts';
import type { Mutation } from './mutations.mutation.ts';
import { runTests, type NamedTest, type TestEnd } from './mutations.tests.ts';

/*
 * node build/mutations.ts [--only 'TEXT|TEXT'] [--seeds N] [--learn]
 * Every known-bad engine must be caught. First where it was caught before (build/mutations.known.json), and only if
 * that is no catch any more by a hunt through its worlds; --learn notes down what the hunts found.
 * The last line is "N passed, N failed, N skipped"; exit 1 if one survives or no longer applies.
 */
interface Verdict {
  readonly caught: boolean;
  readonly how: string;
  /** What a hunt found, where one was needed. */
  readonly learned?: Catch;
}

/** What the sources break without the mutation proves nothing: it is passed over, this many times. */
const CONTROLS = 5;
const SECONDS_AGAIN = 120;
const SECONDS_CONTROL = 600;
const SECONDS_HUNT = 1800;

/** The sources as they are, asked once for everything that is known: what breaks there, too, is no catch. */
interface Control {
  readonly known: ReadonlyMap<string, Catch>;
  readonly broken: ReadonlySet<Catch>;
  readonly tests: ReadonlyMap<NamedTest, TestEnd>;
}

async function controlFor(chosen: readonly Mutation[], known: ReadonlyMap<string, Catch>): Promise<Control> {
  const catches = chosen.flatMap(({ name }) => known.get(name) ?? []);
  const named = chosen.flatMap(({ where }) => ('test' in where ? [where] : []));
  const [found, tests] = await Promise.all([again(root, catches, SECONDS_CONTROL), runTests(root, named)]);
  if (found === null) throw new Error('The control (the sources as they are) did not come to its end');
  return {
    known,
    broken: new Set(catches.filter((_, i) => found[i] !== null)),
    tests,
  };
}

async function judge(mutation: Mutation, control: Control, seeds: number): Promise<Verdict> {
  const stale = outdated(mutation);
  if (stale)
    return {
      caught: false,
      how: `NO LONGER APPLIES: the text to replace does not stand exactly once in ${stale.file}`,
    };
  const { where, name } = mutation;
  return inPatchedCopy(mutation, async (folder) => {
    if ('test' in where) return tested(folder, where, control);
    const known = control.known.get(name);
    const first = known && !control.broken.has(known) ? await again(folder, [known], SECONDS_AGAIN) : null;
    const [found] = first ?? [];
    if (found) return { caught: true, how: describe(found) };
    const hunt = await hunted(folder, where, seeds);
    return known && hunt.caught ? { ...hunt, how: `NO LONGER where it was known, but ${hunt.how}` } : hunt;
  });
}

/** The named test must be green with the sources as they are, and red with the mutation. */
async function tested(folder: string, where: NamedTest, { tests }: Control): Promise<Verdict> {
  const how = `[${where.title}] of ${where.test}`;
  const before = tests.get(where);
  if (!before || before.trouble || before.failed > 0 || before.passed === 0)
    return { caught: false, how: `NO PROOF, it is not green without the mutation: ${how} ${before?.trouble ?? ''}` };
  const after = (await runTests(folder, [where])).get(where);
  if (!after || after.trouble) return { caught: false, how: `THE TEST DID NOT RUN: ${how} ${after?.trouble ?? ''}` };
  return { caught: after.failed > 0, how: after.failed > 0 ? how : `SURVIVED ${how}` };
}

async function hunted(folder: string, worlds: readonly string[], seeds: number): Promise<Verdict> {
  const skip: Catch[] = [];
  for (;;) {
    const { code, out, err } = await start(
      folder,
      [join('build', 'mutations.hunt.ts'), 'look', JSON.stringify({ worlds, seeds, skip })],
      SECONDS_HUNT,
    );
    if (code !== 0) return { caught: false, how: `THE HUNT FAILED: ${err.trim().slice(-500)}` };
    const found = JSON.parse(out) as Found | null;
    if (found === null) return { caught: false, how: `SURVIVED ${seeds} seeds in ${worlds.join(', ')}` };
    const { kind, world, seed } = found;
    const control = await again(root, [found], SECONDS_AGAIN);
    if (control?.[0] === null) return { caught: true, how: describe(found), learned: { kind, world, seed } };
    skip.push({ kind, world, seed });
    if (skip.length > CONTROLS)
      return { caught: false, how: `NO PROOF, the engine without the mutation fails there, too: ${describe(found)}` };
  }
}

/** Null: it did not come to its end. */
async function again(
  folder: string,
  catches: readonly Catch[],
  seconds: number,
): Promise<readonly (Found | null)[] | null> {
  const args = [join('build', 'mutations.hunt.ts'), 'again', JSON.stringify(catches)];
  const { code, out } = await start(folder, args, seconds);
  if (code !== 0) return null;
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Found | null);
}

const describe = ({ kind, world, seed, mode, broken }: Found): string =>
  `“${world}”, ${kind === 'walk' ? '' : `${kind} at every await, `}seed ${seed} (${mode}): ${broken}`;

function show({ law, name }: Mutation, { caught, how }: Verdict, ms: number): void {
  const seconds = `${(ms / 1000).toFixed(1)} s`.padStart(7);
  console.log(`${caught ? 'caught' : 'MISSED'}  ${seconds}  ${law.padEnd(4)} ${name.padEnd(62)} → ${how}`);
}

/** What hunts found; names that are on the list no more go. */
function learn(known: ReadonlyMap<string, Catch>, verdicts: ReadonlyMap<Mutation, Verdict>): void {
  const kept = new Map([...known].filter(([name]) => mutations.some((mutation) => mutation.name === name)));
  for (const [{ name }, { learned }] of verdicts) if (learned) kept.set(name, learned);
  saveCatches(kept);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seeds: { type: 'string', default: '2000' },
      learn: { type: 'boolean', default: false },
    },
  });
  const chosen = mutations.filter(
    ({ name }) => values.only === undefined || values.only.split('|').some((part) => name.includes(part)),
  );
  const known = knownCatches();
  const control = await controlFor(chosen, known);
  const verdicts = new Map<Mutation, Verdict>();
  const queue = [...chosen];
  const worker = async (): Promise<void> => {
    for (let mutation = queue.shift(); mutation; mutation = queue.shift()) {
      const started = performance.now();
      const verdict = await judge(mutation, control, Number(values.seeds));
      verdicts.set(mutation, verdict);
      show(mutation, verdict, performance.now() - started);
      if (values.learn) learn(known, verdicts);
    }
  };
  await Promise.all([worker(), worker()]);
  const missed = [...verdicts.values()].filter(({ caught }) => !caught).length;
  const moved = [...verdicts.values()].filter(({ caught, learned }) => caught && learned).length;
  if (moved > 0 && !values.learn) console.log(`\n${moved} were found by a hunt: --learn notes down where.`);
  console.log(`\n${chosen.length - missed} passed, ${missed} failed, 0 skipped`);
  process.exitCode = missed === 0 ? 0 : 1;
}

await main();
