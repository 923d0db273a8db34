import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { prng, type Prng } from '../simulation/prng.ts';
import { makeSides, newPairFiles, openFilePair, removePairFiles, type PairFiles } from './file-pair.ts';
import { commonPoints, markerPoints, recoveryPoints, type KillPlan, type KillPoint } from './kill-points.ts';
import { LoopProcess, startScript } from './loop-process.ts';
import type { LoopOrder } from './sync-loop.ts';
import { judgeTokens, type Verdict } from './token-judge.ts';
import { tokenCollection, tokenRows, tokenSchema, tokenSettings } from './token-world.ts';

export interface SagaWish {
  /** Decides everything random except what the clock of the computer adds. */
  readonly seed: number;
  readonly marker: boolean;
  /** Kills at random times, beside those at every named point. */
  readonly randomKills: number;
  /** How often every named point is visited. */
  readonly rounds: number;
  readonly onKill?: (text: string) => void;
}

export interface SagaReport {
  readonly kills: number;
  readonly hit: ReadonlySet<KillPoint>;
  /** Named points that no process came to. */
  readonly missed: readonly KillPoint[];
  /** The most records that one start looked at again because an earlier run had sent them. */
  readonly mostRecovered: number;
  readonly recoveries: number;
  readonly runs: number;
  readonly errors: readonly string[];
  readonly verdict: Verdict;
  /** Kept when a law was broken, else removed. */
  readonly folder: string;
}

const NAMED_MS = 8000;
const REST_MS = 30_000;
const UNDOS = 12;

export const pointsFor = (marker: boolean): readonly KillPoint[] => [
  ...commonPoints,
  ...recoveryPoints,
  ...(marker ? markerPoints : []),
];

interface Saga {
  readonly wish: SagaWish;
  readonly files: PairFiles;
  readonly dice: Prng;
  readonly hit: Set<KillPoint>;
  readonly errors: string[];
  kills: number;
  runs: number;
  mostRecovered: number;
  recoveries: number;
}

/**
 * Two writers work on two files while the engine between them is killed again and again, at named points and at random
 * times. Then it comes to rest, and the judge looks for every value that a writer had been promised.
 */
export async function killSaga(wish: SagaWish): Promise<SagaReport> {
  const files = newPairFiles();
  const dice = prng(wish.seed, 3);
  const saga: Saga = {
    wish,
    files,
    dice,
    hit: new Set(),
    errors: [],
    kills: 0,
    runs: 0,
    mostRecovered: 0,
    recoveries: 0,
  };
  makeSides(files, tokenSchema, tokenRows, { A: 'wal', B: dice.chance(0.5) ? 'wal' : 'delete' });
  await comeToRest(saga);
  const writers = (['A', 'B'] as const).map((side) =>
    startScript('writers/token-writer.ts', [files[side], logOf(files, side), side, String(wish.seed)]),
  );
  await wait(300);
  for (const plan of schedule(saga)) await killOnce(saga, plan);
  for (const point of missedOf(saga)) await killOnce(saga, { point, nth: 1 });
  await Promise.all(writers.map(stopWriter));
  // The end of a run is hard to come to while others write faster than this computer can sync.
  for (const point of missedOf(saga)) await killOnce(saga, { point, nth: 1 });
  await comeToRest(saga);
  const verdict = await judge(saga);
  if (verdict.violations.length === 0) removePairFiles(files);
  const { kills, hit, mostRecovered, recoveries, runs, errors } = saga;
  const missed = missedOf(saga);
  return { kills, hit, missed, mostRecovered, recoveries, runs, errors, verdict, folder: files.folder };
}

const missedOf = ({ wish, hit }: Saga): KillPoint[] => pointsFor(wish.marker).filter((point) => !hit.has(point));

const logOf = ({ folder }: PairFiles, side: 'A' | 'B'): string => join(folder, `writer-${side}.log`);

async function stopWriter(writer: ChildProcess): Promise<void> {
  const over = once(writer, 'exit');
  writer.stdin?.end();
  const [code] = await over;
  if (code !== 0) throw new Error(`A writer ended with ${String(code)}`);
}

/** Random kills are `null`. A point of recovery follows a kill that leaves something to recover. */
function schedule({ wish, dice }: Saga): (KillPlan | null)[] {
  const units: (KillPlan | null)[][] = [];
  const plan = (point: KillPoint): KillPlan => ({ point, nth: point.startsWith('run-') ? 1 : 1 + dice.below(2) });
  for (let round = 0; round < wish.rounds; round++) {
    for (const point of [...commonPoints, ...(wish.marker ? markerPoints : [])]) units.push([plan(point)]);
    for (const point of recoveryPoints) units.push([plan('write-B:after'), { point, nth: 1 }]);
    units.push([plan('half-merge'), { point: 'recover-ack:before', nth: 1 }]);
  }
  for (let i = 0; i < wish.randomKills; i++) units.push([null]);
  for (let i = units.length - 1; i > 0; i--) {
    const j = dice.below(i + 1);
    const [one, two] = [units[i], units[j]];
    if (one && two) [units[i], units[j]] = [two, one];
  }
  return units.flat();
}

const orderFor = ({ wish, files, dice }: Saga, part: Pick<LoopOrder, 'until' | 'kill'>): LoopOrder => ({
  files,
  marker: wish.marker,
  pauseMs: 2,
  tokens: true,
  decide: part.until === 'killed' ? 1 + dice.below(1_000_000) : 0,
  ...part,
});

async function killOnce(saga: Saga, plan: KillPlan | null): Promise<void> {
  const loop = new LoopProcess(orderFor(saga, { until: 'killed', kill: plan }));
  if (plan === null) {
    await loop.heard((line) => ('ready' in line ? true : undefined), NAMED_MS);
    await wait(saga.dice.below(120));
  } else {
    const hit = await loop.heard((line) => ('hit' in line ? line.hit : undefined), NAMED_MS);
    if (hit !== null) saga.hit.add(plan.point);
  }
  loop.kill();
  const { signal, code } = await loop.ended;
  if (signal !== 'SIGKILL') throw new Error(`The engine ended by itself with ${String(code)}`);
  saga.kills++;
  take(saga, loop);
  saga.wish.onKill?.(`${saga.kills} ${plan === null ? 'at a random time' : `${plan.point} ${plan.nth}`}`);
}

function take(saga: Saga, { lines }: LoopProcess): void {
  for (const line of lines) {
    if ('error' in line) saga.errors.push(`${line.error.code}: ${line.error.message}`);
    if ('run' in line) saga.runs++;
    if (!('found' in line)) continue;
    saga.mostRecovered = Math.max(saga.mostRecovered, line.found);
    saga.recoveries++;
  }
}

async function comeToRest(saga: Saga): Promise<void> {
  const loop = new LoopProcess(orderFor(saga, { until: 'rest', kill: null }));
  const rest = await loop.heard((line) => ('rest' in line ? true : undefined), REST_MS);
  if (rest === null) loop.kill();
  await loop.ended;
  take(saga, loop);
  if (rest === null) throw new Error(`The engine does not come to rest: ${JSON.stringify(loop.lines.slice(-3))}`);
}

async function judge({ wish, files }: Saga): Promise<Verdict> {
  const pair = await openFilePair(files, {
    marker: wish.marker,
    settings: tokenSettings,
    collection: tokenCollection,
  });
  try {
    return await judgeTokens(pair, files, [logOf(files, 'A'), logOf(files, 'B')], UNDOS);
  } finally {
    await pair.close();
  }
}
