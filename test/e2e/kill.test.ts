import { afterAll, describe, expect, it } from 'vitest';
import { dumpOf, makeSides, newPairFiles, removePairFiles, edit, type PairFiles } from '../support/file-pair.ts';
import { killSaga, pointsFor, type SagaReport } from '../support/kill-saga.ts';
import { LoopProcess } from '../support/loop-process.ts';
import type { LoopOrder } from '../support/sync-loop.ts';

const SEED = 20251;
const RANDOM_KILLS = 20;

/** A promise that is looked at by several tests, so that the sagas run side by side. */
const sagas = {
  withMarker: killSaga({ seed: SEED, marker: true, randomKills: RANDOM_KILLS, rounds: 1 }),
  without: killSaga({ seed: SEED + 1, marker: false, randomKills: RANDOM_KILLS, rounds: 1 }),
};
for (const saga of Object.values(sagas)) saga.catch(() => undefined);

describe.each([
  ['with a marker', true, sagas.withMarker],
  ['without a marker', false, sagas.without],
])(`kill -9 while two programs write, %s (seeds ${SEED}, ${SEED + 1})`, (_, marker, saga) => {
  it('[L11] finds every acknowledged value in the end state, with its reader, in a conflict or in a before-image', async () => {
    const { verdict, folder } = await saga;
    expect(verdict.violations, `the files are kept in ${folder}`).toEqual([]);
  }, 400_000);

  it('[L8] puts before-images back with undo', async () => {
    const { verdict } = await saga;
    expect(verdict.inBeforeImage).toBeGreaterThan(0);
    expect(verdict.undone).toBeGreaterThan(0);
  });

  it('kills at every named point', async () => {
    const { hit, missed } = await saga;
    expect(missed).toEqual([]);
    expect(hit.size).toBe(pointsFor(marker).length);
  });

  it('was no empty run: values were promised, conflicts opened and batches found half done', async () => {
    const { verdict, recoveries, mostRecovered } = await saga;
    expect(verdict.tokens).toBeGreaterThan(300);
    expect(verdict.inEndState).toBeGreaterThan(50);
    expect(verdict.inConflict).toBeGreaterThan(0);
    expect(recoveries).toBeGreaterThan(5);
    expect(mostRecovered).toBeLessThanOrEqual(1000);
  });
});

it('kills at least 100 times in all', async () => {
  const reports: SagaReport[] = await Promise.all(Object.values(sagas));
  expect(reports.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(100);
}, 400_000);

describe('kill -9 in the middle of 2,600 records', () => {
  const files = newPairFiles();
  afterAll(() => removePairFiles(files));

  it('[L11] sends at most one batch of 1,000 again, and none twice', async () => {
    const schema = 'CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT)';
    makeSides(files, schema, "INSERT INTO notes VALUES (1, 'first')", { A: 'wal', B: 'wal' });
    await runLoop(files, { until: 'rest', kill: null });
    edit(
      files.A,
      'WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 2601) INSERT INTO notes SELECT i, ? || i FROM n'.replace(
        '?',
        "'note '",
      ),
    );
    const killed = await runLoop(files, { until: 'killed', kill: { point: 'write-B:after', nth: 2 } });
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(dumpOf(files.B)['notes']).toHaveLength(2001);
    const resumed = await runLoop(files, { until: 'rest', kill: null });
    const found = resumed.lines.flatMap((line) => ('found' in line ? [line.found] : []));
    const inserts = resumed.lines.flatMap((line) => ('run' in line ? [line.run.written.B.insert] : []));
    expect(found).toEqual([1000]);
    expect(inserts[0]).toBe(600);
    expect(dumpOf(files.B)).toEqual(dumpOf(files.A));
  });
});

async function runLoop(files: PairFiles, part: Pick<LoopOrder, 'until' | 'kill'>): Promise<LoopProcess> {
  const loop = new LoopProcess({ files, marker: true, pauseMs: 1, tokens: false, decide: 0, ...part });
  await loop.ended;
  return loop;
}
