import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { killEverywhere, restoreEverywhere, type CrashPoints } from '../test/simulation/crash-points.ts';
import type { Scenario } from '../test/simulation/scenario.ts';
import type { Mode } from '../test/simulation/world.ts';
import { editEverywhere } from '../test/simulation/edit-points.ts';
import { explain } from '../test/simulation/report.ts';
import { allScenarios, further, scenarioNamed, scenarios, walks } from '../test/simulation/scenarios.ts';
import { documentWalks, ofDocuments } from '../test/simulation/scenarios-documents.ts';
import { modeFor, runSeed } from '../test/simulation/seeds.ts';
import { addStats, newStats, type Stats } from '../test/simulation/stats.ts';

/*
 * node build/simulate.ts [--seeds N] [--from S] [--scenario NAME] [--trace] [--keep DIR]
 * Seeded walks in every world, then the exhaustive crash points. Prints a table; exit 1 if a law was broken.
 */
interface Task {
  readonly kind: 'seeds' | 'points' | 'pairs' | 'restores' | 'edits';
  readonly scenario: string;
  readonly from: number;
  readonly to: number;
}
interface Found {
  readonly stats: Stats;
  readonly points: number;
  readonly judged: number;
  readonly failures: readonly {
    readonly seed: number;
    readonly oracle: string;
    readonly text: string;
    readonly regression: unknown;
  }[];
}

const FAILURES_SHOWN = 3;

async function exhaustive(
  kind: Task['kind'],
  scenario: Scenario,
  mode: Mode,
  seed: number,
): Promise<CrashPoints | null> {
  if (kind === 'seeds') return null;
  if (kind === 'edits') return editEverywhere(scenario, mode, seed);
  return kind === 'restores'
    ? restoreEverywhere(scenario, mode, seed)
    : killEverywhere(scenario, mode, seed, kind === 'pairs');
}

const sizeOf = (task: Task, { points, judged }: Found): string =>
  ({
    seeds: `${task.to - task.from + 1} seeds`,
    points: `${points} crash points, ${judged} judged`,
    pairs: `${points} with pairs, ${judged} judged`,
    restores: `${points} restored copies`,
    edits: `edits at ${points} awaits`,
  })[task.kind];

async function run(task: Task): Promise<Found> {
  const scenario = scenarioNamed(task.scenario);
  const stats = newStats();
  const failures: Found['failures'][number][] = [];
  let [points, judged] = [0, 0];
  for (let seed = task.from; seed <= task.to; seed++) {
    const mode = modeFor(scenario, seed);
    const killed = await exhaustive(task.kind, scenario, mode, seed);
    const result = killed?.result ?? (await runSeed(scenario, seed));
    points += killed?.points ?? 0;
    judged += killed?.judged ?? 0;
    addStats(stats, result.stats);
    if (!result.violation) continue;
    const told = killed || failures.length >= FAILURES_SHOWN ? null : await explain(scenario, mode, seed, result);
    failures.push({
      seed,
      oracle: result.violation.oracle,
      text: told?.text ?? `${result.violation.message}\n${result.trace.map((line) => `    ${line}`).join('\n')}`,
      regression: told?.regression,
    });
  }
  return { stats, points, judged, failures };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '2000' },
      from: { type: 'string', default: '1' },
      scenario: { type: 'string' },
      trace: { type: 'boolean', default: false },
      keep: { type: 'string' },
      points: { type: 'string', default: '2' },
    },
  });
  const started = performance.now();
  const tasks = tasksOf(Number(values.seeds), Number(values.from), values.scenario, Number(values.points));
  const total = newStats();
  let failed = 0;
  let seeds = 0;
  let [points, judged] = [0, 0];
  await inWorkers(tasks, (task, found) => {
    addStats(total, found.stats);
    failed += found.failures.length;
    seeds += task.to - task.from + 1;
    points += found.points;
    judged += found.judged;
    console.log(
      `${task.scenario.padEnd(48)} ${sizeOf(task, found).padStart(32)}  ${found.failures.length === 0 ? 'ok' : `${found.failures.length} VIOLATIONS`}`,
    );
    for (const failure of found.failures.slice(0, values.trace ? Infinity : FAILURES_SHOWN)) {
      console.log(`\n${failure.text}\n`);
      if (values.keep && failure.regression) keep(values.keep, task, failure.seed, failure.regression);
    }
  });
  console.log(
    `\n${seeds} seeds, ${points} crash points (${judged} judged, the others leave what one of these left), ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  console.log(
    Object.entries(total)
      .map(([name, count]) => `${name} ${count}`)
      .join(' · '),
  );
  console.log(failed === 0 ? 'No law was broken.' : `${failed} walks broke a law.`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function keep(folder: string, { scenario }: Task, seed: number, regression: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${scenario.replaceAll(/[^a-z]+/g, '-')}-${seed}.json`),
    `${JSON.stringify(regression, null, 2)}\n`,
  );
}

/** The seeds are shared out evenly; walks count four times, as more happens in them. */
function tasksOf(seeds: number, from: number, only: string | undefined, points: number): Task[] {
  const chosen = allScenarios.filter((scenario) => only === undefined || scenario.name.includes(only));
  const weight = (name: string): number =>
    [...walks, ...documentWalks].some((scenario) => scenario.name === name) ? 4 : 1;
  const parts = chosen.reduce((sum, scenario) => sum + weight(scenario.name), 0);
  const share = (name: string): number => Math.max(1, Math.ceil((seeds * weight(name)) / parts));
  const seedTasks = chosen.map(({ name }): Task => ({
    kind: 'seeds',
    scenario: name,
    from,
    to: from + share(name) - 1,
  }));
  const small = [...scenarios, ...further, ...ofDocuments].filter((scenario) => chosen.includes(scenario));
  const pointTasks =
    points === 0
      ? []
      : small.map((scenario): Task => ({
          kind: 'points',
          scenario: scenario.name,
          from,
          to: from + points - 1,
        }));
  const pairTasks =
    points === 0
      ? []
      : small
          .filter(({ name }) => /merges|undo and crash|two crashes|parent and child, crash|swapped/.test(name))
          .map(({ name }): Task => ({ kind: 'pairs', scenario: name, from, to: from }));
  const restoreTasks =
    points === 0
      ? []
      : small
          .filter(({ inPlace }) => inPlace)
          .map(({ name }): Task => ({ kind: 'restores', scenario: name, from, to: from + points * 10 }));
  const editTasks =
    points === 0
      ? []
      : small
          .filter(({ onlyDelete }) => !onlyDelete)
          .map(({ name }): Task => ({ kind: 'edits', scenario: name, from, to: from + points - 1 }));
  return [...seedTasks, ...pointTasks, ...editTasks, ...pairTasks, ...restoreTasks];
}

async function inWorkers(tasks: readonly Task[], show: (task: Task, found: Found) => void): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    const thread = new Worker(new URL(import.meta.url), { workerData: 'simulate' });
    while (next < tasks.length) {
      const task = tasks[next++] as Task;
      const found = await new Promise<Found>((resolve, reject) => {
        thread.once('message', resolve);
        thread.once('error', reject);
        thread.postMessage(task);
      });
      thread.removeAllListeners('error');
      show(task, found);
    }
    await thread.terminate();
  };
  await Promise.all([worker(), worker()]);
}

if (isMainThread) await main();
else if (workerData === 'simulate') {
  parentPort?.on('message', (task: Task) => {
    run(task).then(
      (found) => parentPort?.postMessage(found),
      (error: unknown) => {
        throw error;
      },
    );
  });
}
