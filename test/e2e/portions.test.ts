import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunReport } from '../../electron/engine/reports/run.ts';
import {
  dumpOf,
  edit,
  makeSides,
  newPairFiles,
  openFilePair,
  removePairFiles,
  type Dump,
  type OpenPair,
  type PairFiles,
} from '../support/file-pair.ts';

const RECORDS = 600;
const PORTION = 40;
const GOAL = RECORDS * 0.9;

const schema = 'CREATE TABLE donations (id INTEGER PRIMARY KEY, donor TEXT, amount INTEGER)';
const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${RECORDS})
  INSERT INTO donations SELECT i, 'Donor ' || i, i * 5 FROM n`;

async function inStep(): Promise<{ files: PairFiles; pair: OpenPair }> {
  const files = newPairFiles();
  makeSides(files, schema, rows, { A: 'wal', B: 'delete' });
  const pair = await openFilePair(files, { marker: true });
  onTestFinished(async () => {
    await pair.close();
    removePairFiles(files);
  });
  await sync(pair);
  return { files, pair };
}

const sync = ({ engine }: OpenPair): Promise<RunReport> => engine.sync({ trigger: 'live', who: 'the test' });
/** A boolean, for a difference of hundreds of records is not readable. */
const sameDump = (one: Dump, other: Dump): boolean => JSON.stringify(one) === JSON.stringify(other);
const count = (path: string): number => dumpOf(path)['donations']?.length ?? 0;

/** Somebody deletes 90 % on this computer, 40 at a time, and a sync follows each portion. */
async function deleteInPortions(files: PairFiles, pair: OpenPair): Promise<RunReport> {
  let last: RunReport | undefined;
  for (let deleted = 0; deleted < GOAL; deleted += PORTION) {
    edit(files.A, `DELETE FROM donations WHERE id > ${deleted} AND id <= ${Math.min(GOAL, deleted + PORTION)}`);
    last = await sync(pair);
  }
  if (!last) throw new Error('Nothing was deleted');
  return last;
}

describe(`deleting 90 % of ${RECORDS} records in portions of ${PORTION}`, () => {
  it('[L9] is stopped by one brake while Remote still has at least 80 %', async () => {
    const { files, pair } = await inStep();
    const last = await deleteInPortions(files, pair);
    expect(count(files.A)).toBe(RECORDS - GOAL);
    expect(count(files.B)).toBeGreaterThanOrEqual(RECORDS * 0.8);
    expect(count(files.B)).toBeLessThan(RECORDS);
    expect(last.brakes).toHaveLength(1);
    expect(last.brakes[0]).toMatchObject({ kind: 'deletes', side: 'B', collection: 'donations' });
    expect(last.brakes[0]?.cause).toMatch(/records of donations vanished from This computer\. Remote still has/);
  });

  it('[L9] stays stopped after a restart', async () => {
    const { files, pair } = await inStep();
    await deleteInPortions(files, pair);
    const before = dumpOf(files.B);
    const again = await openFilePair(files, { marker: true });
    onTestFinished(() => again.close());
    expect((await sync(again)).brakes).toHaveLength(1);
    expect(sameDump(dumpOf(files.B), before)).toBe(true);
  });

  it('[L9] bring back returns what the brake had stopped, and asks again for what went since', async () => {
    const { files, pair } = await inStep();
    const last = await deleteInPortions(files, pair);
    const there = dumpOf(files.B);
    await pair.engine.answerBrake(last.brakes[0]?.id ?? 0, 'bring-back', 'the test');
    expect(sameDump(dumpOf(files.B), there)).toBe(true);
    expect(count(files.A)).toBe(RECORDS - GOAL + PORTION);
    const [second, ...more] = await pair.engine.brakes();
    expect(more).toEqual([]);
    expect(second).toMatchObject({ kind: 'deletes', side: 'B', count: count(files.B) - count(files.A) });
    await pair.engine.answerBrake(second?.id ?? 0, 'bring-back', 'the test');
    expect(sameDump(dumpOf(files.B), there)).toBe(true);
    expect(sameDump(dumpOf(files.A), there)).toBe(true);
    expect((await sync(pair)).brakes).toEqual([]);
    expect((await pair.engine.compare()).equal).toBe(true);
  });

  it('[L9] let go deletes what the brake had stopped, and asks again for what went since', async () => {
    const { files, pair } = await inStep();
    const last = await deleteInPortions(files, pair);
    const here = dumpOf(files.A);
    const left = count(files.B);
    await pair.engine.answerBrake(last.brakes[0]?.id ?? 0, 'let-go', 'the test');
    expect(count(files.B)).toBe(left - PORTION);
    const [second, ...more] = await pair.engine.brakes();
    expect(more).toEqual([]);
    expect(second).toMatchObject({ kind: 'deletes', side: 'B', count: left - PORTION - count(files.A) });
    await pair.engine.answerBrake(second?.id ?? 0, 'let-go', 'the test');
    expect(count(files.B)).toBe(count(files.A));
    expect(sameDump(dumpOf(files.B), here)).toBe(true);
    expect(sameDump(dumpOf(files.A), here)).toBe(true);
    expect((await sync(pair)).brakes).toEqual([]);
    expect((await pair.engine.compare()).equal).toBe(true);
  });

  it('[L9] keep paused writes nothing, and the brake stands', async () => {
    const { files, pair } = await inStep();
    const last = await deleteInPortions(files, pair);
    const there = dumpOf(files.B);
    await pair.engine.answerBrake(last.brakes[0]?.id ?? 0, 'keep', 'the test');
    expect((await sync(pair)).brakes).toHaveLength(1);
    expect(sameDump(dumpOf(files.B), there)).toBe(true);
  });
});
