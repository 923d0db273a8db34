import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const people = table('people', { id: 'integer', name: 'text?' });

const rows = (count: number, name = 'n'): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: BigInt(i + 1), name: `${name}${i}` }));
const putAll = (bench: Bench, side: 'A' | 'B', all: readonly Row[]): void => {
  for (const row of all) bench.put(side, 'people', row);
};

interface Asked {
  readonly status?: string;
  readonly limit?: number;
  readonly stage?: { readonly actions: readonly unknown[] };
}

/** The most that the engine asked for, or wrote, in one call of each name. */
function largest(bench: Bench): Map<string, number> {
  const most = new Map<string, number>();
  bench.tap.current = ({ name, args, when }) => {
    if (when === 'after') return;
    const about = args.at(-1) as Asked | undefined;
    // What a crash left: one batch at most, however many are asked for.
    if (about?.status === 'sent') return;
    const size =
      name === 'read' ? (args[1] as readonly unknown[]).length : (about?.limit ?? about?.stage?.actions.length);
    if (size !== undefined) most.set(name, Math.max(most.get(name) ?? 0, size));
  };
  return most;
}

describe('Many records', () => {
  test('[E95][E53] an undo of more records than a page takes each of them back once', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.putBoth('people', ...rows(2_600));
    await bench.sync();
    putAll(bench, 'A', rows(1_200, 'a'));
    for (let id = 2_001; id <= 2_600; id++) bench.put('B', 'people', { id: BigInt(id), name: `b${id}` });
    for (let id = 2_601; id <= 3_900; id++) bench.put('A', 'people', { id: BigInt(id), name: `new${id}` });
    const { id } = await bench.sync();
    bench.put('B', 'people', { id: 7n, name: 'later' });
    const asked = largest(bench);
    const tried = await bench.engine.undo({ run: id }, 'ann', true);
    expect(await bench.engine.undo({ run: id }, 'ann')).toEqual({ ...tried, run: expect.any(Number) as number });
    expect(tried).toMatchObject({ restored: 3_099, kept: 1, leftOnHold: 0, refused: [] });
    expect([...asked.keys()].sort()).toContain('journal');
    for (const [name, most] of asked) expect([name, most]).toEqual([name, Math.min(most, 1_001)]);
    const before = rows(2_600);
    expect(bench.dump('B', 'people')).toEqual([
      ...before.slice(0, 6),
      { id: 7n, name: 'later' },
      ...before.slice(7, 2_000),
      ...rows(2_600)
        .slice(2_000)
        .map((_, i) => ({ id: BigInt(i + 2_001), name: `b${i + 2_001}` })),
    ]);
    expect(bench.dump('A', 'people').slice(2_000, 2_600)).toEqual(before.slice(2_000));

    asked.clear();
    const answer = { run: id, answer: 'send-again', who: 'ann' } as const;
    const would = await bench.engine.answerHolds({ ...answer, dryRun: true });
    expect(await bench.engine.answerHolds(answer)).toEqual({ ...would, run: expect.any(Number) as number });
    expect(would).toMatchObject({ answered: 3_099, failed: [] });
    for (const [name, most] of asked) expect([name, most]).toEqual([name, Math.min(most, 1_001)]);
    expect(await bench.engine.countHolds()).toEqual([]);
    bench.tap.current = null;
    await bench.sync();
    expect(bench.dump('A', 'people')).toEqual(bench.dump('B', 'people'));
    expect(bench.dump('A', 'people')).toHaveLength(3_900);
  });

  test('[E95][E36][E39] a change of all of 130,000 records, and their end, are one question each', async () => {
    const count = 130_000;
    const bench = await SqliteBench.open('CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT);', { t: ['id', 'name'] });
    bench.exec(
      'A',
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) INSERT INTO t SELECT i, 'name' FROM n`,
    );
    await bench.sync();
    bench.exec('A', "UPDATE t SET name = 'other'");
    await bench.sync();
    const [brake] = await bench.engine.brakes();
    expect(brake).toMatchObject({ kind: 'changes', count, of: count });
    bench.exec('A', "UPDATE t SET name = 'name'");
    await bench.engine.answerBrake(must(brake, 'a brake').id, 'let-go', 'ann');
    bench.exec('A', 'DELETE FROM t');
    await bench.sync();
    expect(await bench.engine.brakes()).toMatchObject([{ kind: 'emptied', count, of: count }]);
    expect(bench.rows('B', 'SELECT count(*), min(name), max(name) FROM t')).toEqual([[count, 'name', 'name']]);
  }, 240_000);
});
