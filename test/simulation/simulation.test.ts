import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ByScript } from './by-script.ts';
import { ByChance } from './by-chance.ts';
import { endAfterCrash, killEverywhere } from './crash-points.ts';
import { editEverywhere } from './edit-points.ts';
import { fingerprint } from './fingerprint.ts';
import { explain, type Regression } from './report.ts';
import type { Scenario } from './scenario.ts';
import { further, scenarioNamed, scenarios, walks } from './scenarios.ts';
import { begun } from './scenarios-begun.ts';
import { documentWalks, ofDocuments } from './scenarios-documents.ts';
import { modeFor, runSeed } from './seeds.ts';
import { addStats, newStats, type Counted } from './stats.ts';
import { walk, type WalkResult } from './walk.ts';

const SEEDS_SMALL = 11;
const SEEDS_BEGUN = 5;
const SEEDS_WALK = 24;
const SEEDS_DOCUMENTS = 16;
const total = newStats();
let seeds = 0;
let points = 0;

/** What a walk broke, made short; null if nothing. */
async function broken(scenario: Scenario, seed: number, result: WalkResult): Promise<string | null> {
  addStats(total, result.stats);
  seeds++;
  return result.violation ? (await explain(scenario, modeFor(scenario, seed), seed, result)).text : null;
}

describe('The worlds of the model, with the real engine and the real state', () => {
  for (const scenario of [...scenarios, ...further]) {
    it(`[${scenario.law}] ${scenario.name}: nothing is lost, and the pair comes to rest`, async () => {
      for (let seed = 1; seed <= SEEDS_SMALL; seed++)
        expect(await broken(scenario, seed, await runSeed(scenario, seed))).toBeNull();
    });
  }
});

describe('Worlds in which the rare part has happened already', () => {
  for (const scenario of begun) {
    it(`[${scenario.law}] ${scenario.name}: nothing is lost, and the pair comes to rest`, async () => {
      for (let seed = 1; seed <= SEEDS_BEGUN; seed++)
        expect(await broken(scenario, seed, await runSeed(scenario, seed))).toBeNull();
    });
  }
});

describe('Longer walks with everything at once', () => {
  for (const scenario of walks) {
    it(`[${scenario.law}] ${scenario.name}: nothing is lost, and the pair comes to rest`, async () => {
      for (let seed = 1; seed <= SEEDS_WALK; seed++)
        expect(await broken(scenario, seed, await runSeed(scenario, seed))).toBeNull();
    });
  }
});

describe('Databases of documents, with what such servers do', () => {
  /** The first thing that a walk in one of these worlds broke. */
  const firstBroken = async (part: string): Promise<string | null> => {
    const worlds = [...ofDocuments, ...documentWalks].filter(({ name }) => name.includes(part));
    expect(worlds.length).toBeGreaterThan(0);
    for (const scenario of worlds)
      for (let seed = 1; seed <= SEEDS_DOCUMENTS; seed++) {
        const found = await broken(scenario, seed, await runSeed(scenario, seed));
        if (found !== null) return found;
      }
    return null;
  };

  it('[E23] [E133] [L10] what fell out of a history, also in a live step, is compared and never skipped', async () => {
    expect(await firstBroken('history')).toBeNull();
  });

  it('[E43] [E79] [E135] [L6] a collection that is dropped, made again or renamed for a while deletes nothing', async () => {
    expect(await firstBroken('a collection is')).toBeNull();
  });

  it('[E104] [L4] what an old primary shows is written over nothing newer', async () => {
    expect(await firstBroken('old primary')).toBeNull();
  });

  it('[E103] [L5] what is taken back before most members hold it is in no base', async () => {
    expect(await firstBroken('taken back')).toBeNull();
  });

  it('[E101] [MO46] [L11] a command whose answer is lost is looked at, and no record of it is forgotten or written twice', async () => {
    expect(await firstBroken('the answer to')).toBeNull();
  });

  it('[E18] [L4] where totals alone tell what was written, what they hide is found', async () => {
    expect(await firstBroken('totals')).toBeNull();
    const totals = scenarioNamed('documents: only totals are told');
    const { result } = await editEverywhere(totals, modeFor(totals, 4), 4);
    expect(await broken(totals, 4, result)).toBeNull();
  });

  it('everything at once: nothing is lost, and the pair comes to rest', async () => {
    expect(await firstBroken('walk')).toBeNull();
  });
});

describe('[L11] Killed at every await', () => {
  for (const name of [
    'crash at every step, merges',
    'unique value',
    'parent and child',
    'undo',
    'a field is taken in of which one side holds a value',
  ]) {
    it(`${name}: each restart from the committed bytes ends as if nothing had happened`, async () => {
      const scenario = scenarioNamed(name);
      const found = await killEverywhere(scenario, modeFor(scenario, 1), 1, false);
      points += found.judged;
      expect(await broken(scenario, 1, found.result)).toBeNull();
    });
  }
});

describe('Kept regressions', () => {
  const folder = join(import.meta.dirname, 'regressions');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { scenario, mode, seed, oracle, note, script } = JSON.parse(
      readFileSync(join(folder, file), 'utf8'),
    ) as Regression;
    it(`${file}: ${oracle} is not broken again (${note})`, async () => {
      const result = await walk(scenarioNamed(scenario), mode, seed, new ByScript(script));
      expect(result.violation).toBeNull();
    });
  }
});

describe('The simulation itself', () => {
  it('makes the same walk from the same seed, step by step', async () => {
    const hash = (result: WalkResult): string => createHash('sha256').update(result.trace.join('\n')).digest('hex');
    for (const scenario of walks) {
      for (const seed of [3, 4])
        expect(hash(await runSeed(scenario, seed)), `${scenario.name}, seed ${seed}`).toBe(
          hash(await runSeed(scenario, seed)),
        );
    }
  });

  it('crashes that leave the same end alike, and one that leaves something else is another one', async () => {
    const ends = new Map<string, Set<string>>();
    let crashes = 0;
    const scenario = scenarioNamed('unique value');
    const director = new ByChance({ ...scenario, calls: 3 }, 1);
    await walk(scenario, modeFor(scenario, 1), 1, director, async (world, engine) => {
      crashes++;
      const bytes = engine.bytes();
      const print = fingerprint(world, bytes);
      const found = ends.get(print) ?? new Set();
      ends.set(print, found.add(await endAfterCrash(world, bytes)));
    });
    const different = [...ends.values()].map(({ size }) => size);
    expect(different).toEqual(different.map(() => 1));
    expect([different.length > 20, crashes > 2 * different.length]).toEqual([true, true]);
  });

  it('visited at least 500 seeds and 100 crash points that left something different', () => {
    expect(seeds).toBeGreaterThanOrEqual(500);
    expect(points).toBeGreaterThanOrEqual(100);
  });

  it('met what it is there to meet: the runs were not vacuous', () => {
    const least: Partial<Record<Counted, number>> = {
      edits: 1000,
      engineWrites: 500,
      conflicts: 100,
      merges: 10,
      misses: 20,
      crashes: 50,
      recovered: 10,
      restores: 10,
      undos: 10,
      resolutions: 10,
      brakes: 5,
      lostAnswers: 10,
      uniqueClashes: 1,
      triggers: 10,
      missedHints: 10,
      liveSteps: 100,
      powerCuts: 5,
      fellOut: 20,
      invalidated: 20,
      lostInLiveSteps: 10,
      drops: 15,
      renames: 15,
      elections: 50,
      rolledBack: 5,
      staleReads: 50,
      lostToOldPrimary: 3,
      totalsShort: 5,
      appliedUntold: 1,
      adoptedAnswers: 1,
      judgements: 300,
    };
    const missing = Object.entries(least).filter(([name, count]) => total[name as Counted] < count);
    expect(missing).toEqual([]);
  });

  afterAll(() => {
    console.info(
      `simulation: ${seeds} seeds, ${points} crash points; ${Object.entries(total)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    );
  });
});
