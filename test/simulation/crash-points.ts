import type { SideName } from '../../electron/engine/settings.ts';
import { ByChance } from './by-chance.ts';
import { showRecord } from './ghosts.ts';
import { judgeAtPeace, opened } from './judge-peace.ts';
import { LiveEngine } from './live-engine.ts';
import { describeEdit } from './faults.ts';
import { fingerprint } from './fingerprint.ts';
import { prng, type Prng } from './prng.ts';
import type { Scenario } from './scenario.ts';
import { edit, editMenu } from './users.ts';
import { Violation } from './violation.ts';
import { walk, type WalkResult } from './walk.ts';
import { copyContent, type SideContent } from './sim-content.ts';
import { sides, type Mode, type World } from './world.ts';

export interface CrashPoints {
  /** Awaits at which the process was killed, or one killed where another one left exactly the same. */
  readonly points: number;
  /** Of these, what was left differed from all before it, or somebody edited it; so many copies were opened and judged. */
  readonly judged: number;
  readonly result: WalkResult;
}

/**
 * Fault F1, exhaustively: a short walk in which the process is killed at every await of every call, each time in a
 * copy of the world that is then opened again from its committed bytes, left in peace and judged. `pairs`: in every
 * such copy the first call after the restart is killed at every await, too. Most awaits change nothing, so that the
 * next crash leaves what the last one left: that is judged once, and once more with another edit.
 */
export async function killEverywhere(
  scenario: Scenario,
  mode: Mode,
  seed: number,
  pairs: boolean,
): Promise<CrashPoints> {
  let points = 0;
  const left = new Left();
  const director = new ByChance(
    { ...scenario, calls: Math.min(scenario.calls, pairs ? 3 : 5), budget: { ...scenario.budget, crash: 0 } },
    seed,
  );
  const result = await walk(scenario, mode, seed, director, async (world, engine) => {
    points++;
    const bytes = engine.bytes();
    const times = left.times(world, bytes);
    if (times === 1) await judgeAtPeace(world, bytes);
    if (!pairs && times <= EDITS) left.judged += await editThenRestart(world, bytes, prng(seed, points));
    if (scenario.power && times === 1) left.judged += await withPowerCut(world, bytes);
    if (pairs && times === 1) points += await killAgain(world, bytes, left);
  });
  return { points, judged: left.judged, result };
}

/** So many edits are tried on what a crash left. */
const EDITS = 2;

/** What crashes have left so far. */
class Left {
  readonly #times = new Map<string, number>();
  judged = 0;

  /** How often a crash has left exactly this; 1: nobody has judged it yet. */
  times(world: World, bytes: Uint8Array): number {
    const print = fingerprint(world, bytes);
    const times = (this.#times.get(print) ?? 0) + 1;
    this.#times.set(print, times);
    if (times === 1) this.judged++;
    return times;
  }
}

/**
 * Fault F9, exhaustively: a copy of each side at every await, put back in place before the next call, each in a copy
 * of the world. Only where the marker can tell: a copy from before the last raise.
 */
export async function restoreEverywhere(scenario: Scenario, mode: Mode, seed: number): Promise<CrashPoints> {
  let points = 0;
  let taken = new Map<string, { readonly side: SideName; readonly content: SideContent }>();
  const plain = { ...scenario, calls: 5, budget: { ...scenario.budget, crash: 0, copy: 0, restore: 0 } };
  const result = await walk(scenario, mode, seed, new ByChance(plain, seed), async (world, engine, _label, index) => {
    const earlier = taken;
    if (index === 1) {
      taken = new Map();
      for (const { side, content } of earlier.values())
        points += await judgeRestored(world, engine.bytes(), side, content);
    }
    for (const side of sides) {
      const { content } = world.sides[side];
      const shown = [...content.records].map(([place, record]) => `${place} ${showRecord(record)}`).join();
      taken.set(`${side} ${content.marker?.n} ${content.marker?.batch} ${shown}`, {
        side,
        content: copyContent(content),
      });
    }
  });
  return { points, judged: points, result };
}

async function judgeRestored(world: World, bytes: Uint8Array, side: SideName, content: SideContent): Promise<number> {
  if (content.marker?.n === world.sides[side].content.marker?.n) return 0;
  const fork = world.fork(4);
  fork.flags.untrusted = true;
  fork.sides[side].copy = content;
  fork.sides[side].restore(true);
  fork.note(`fault: side ${side} put back in place`);
  await judgedFork(world, fork, bytes);
  return 1;
}

/** What a sync after the crash makes of both sides and of the state, in one text. */
export async function endAfterCrash(world: World, bytes: Uint8Array): Promise<string> {
  const fork = world.fork(1);
  fork.state = bytes;
  fork.afterCrash();
  const engine = await opened(fork);
  await engine.call('sync', (real) => real.sync({ trigger: 'start', who: 'restart' }));
  const end = fingerprint(fork, engine.bytes());
  await engine.crash();
  return end;
}

/** Somebody edits between the crash and the restart. */
async function editThenRestart(world: World, bytes: Uint8Array, random: Prng): Promise<number> {
  const fork = world.fork(5);
  fork.afterCrash();
  const menu = sides.flatMap((side) => editMenu(fork, side));
  if (menu.length === 0) return 0;
  const chosen = random.pick(menu);
  edit(fork, chosen);
  fork.note(`crash, then ${describeEdit(chosen)}`);
  await judgedFork(world, fork, bytes);
  return 1;
}

async function withPowerCut(world: World, bytes: Uint8Array): Promise<number> {
  for (const side of sides) {
    const fork = world.fork(2);
    fork.sides[side].powerCut();
    fork.note(`power cut on ${side}`);
    await judgedFork(world, fork, bytes);
  }
  return sides.length;
}

async function killAgain(world: World, bytes: Uint8Array, left: Left): Promise<number> {
  const fork = world.fork(3);
  fork.state = bytes;
  fork.afterCrash();
  let points = 0;
  const opened = await LiveEngine.open(fork);
  if (opened.kind !== 'done') throw new Violation('engine-error', 'opening after a crash failed');
  const engine = opened.value;
  engine.meddler = async () => {
    points++;
    const after = engine.bytes();
    if (left.times(fork, after) === 1) await judgeAtPeace(fork, after);
  };
  await engine.call('sync', (real) => real.sync({ trigger: 'start', who: 'restart' }));
  await engine.crash();
  return points;
}

/** What led to a violation in the copy belongs to the story. */
async function judgedFork(world: World, fork: World, bytes: Uint8Array): Promise<void> {
  try {
    await judgeAtPeace(fork, bytes);
  } catch (error) {
    world.trace.push(...fork.trace);
    throw error;
  }
}
