import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';
import { Bench, table } from '../support/engine-harness.ts';

const SQL = 'CREATE TABLE notes(id TEXT PRIMARY KEY, body TEXT);';
const all = (bench: SqliteBench, side: 'A' | 'B'): string[] =>
  bench.rows(side, 'SELECT id, hex(body) AS body FROM notes ORDER BY id').map((row) => JSON.stringify(row));

describe('Records that cannot be read', () => {
  test('[E65] text that is no text waits with the reason, is deleted nowhere, takes no decision, and all else flows', async () => {
    const bench = await SqliteBench.open(SQL, { notes: ['id', 'body'] });
    bench.exec('A', "INSERT INTO notes VALUES ('a', 'one'), ('b', 'two'), ('c', 'three')");
    await bench.sync();
    bench.exec(
      'A',
      "UPDATE notes SET body = CAST(x'ff41' AS TEXT) WHERE id = 'b'; UPDATE notes SET body = 'changed' WHERE id = 'c'",
    );
    bench.exec('B', "UPDATE notes SET body = 'edited' WHERE id = 'b'");
    await bench.sync();
    await bench.sync();
    expect(all(bench, 'A').join()).toContain('FF41');
    expect(all(bench, 'A').join()).toContain('6368616E676564');
    expect(all(bench, 'B').join()).toContain('656469746564');
    expect(all(bench, 'B').join()).toContain('6368616E676564');
    const [item] = await bench.engine.conflicts({});
    expect(item?.kind).toBe('type-misfit');
    const report = await bench.engine.resolve({
      where: { id: must(item, 'an item').id },
      strategy: 'keep_local',
      who: 'ann',
    });
    expect(report.failed.map(({ code }) => code)).toEqual(['refused']);
    expect(all(bench, 'B')).toHaveLength(3);
    bench.exec('A', "UPDATE notes SET body = 'edited' WHERE id = 'b'");
    await bench.sync();
    expect(await bench.engine.conflicts({})).toEqual([]);
    expect(all(bench, 'A')).toEqual(all(bench, 'B'));
  });

  test('[E58] a receipt names one that a side cannot give as not compared, counts it nowhere else, and is not equal', async () => {
    const bench = await SqliteBench.open(SQL, { notes: ['id', 'body'] });
    bench.exec('A', "INSERT INTO notes VALUES ('a', 'one'), ('b', 'two')");
    await bench.sync();
    bench.exec('A', "UPDATE notes SET body = CAST(x'ff41' AS TEXT) WHERE id = 'b'");
    const expectNamed = async (): Promise<void> => {
      const { equal, collections, differing, notCompared } = await bench.engine.compare();
      const counts = { equal: 1, different: 0, onlyA: 0, onlyB: 0, waiting: 0, apart: 0 };
      expect([equal, collections, differing]).toEqual([false, [{ name: 'notes', ...counts }], []]);
      expect(notCompared).toEqual(['notes "b" (This computer): the text in body is not valid UTF-8']);
    };
    await expectNamed();
    bench.exec('B', "UPDATE notes SET body = 'edited' WHERE id = 'b'");
    await bench.sync();
    expect(await bench.engine.conflicts({})).toHaveLength(1);
    await expectNamed();
  });
});

describe('Memory', () => {
  test('[L13] no call to a side or to the state carries more than a page, however many records there are', async () => {
    const people = table('people', { id: 'integer', name: 'text?' });
    const bench = await Bench.open({
      tables: [people],
      capabilities: { capture: false },
      settings: { batchSize: 100 },
    });
    let largest = 0;
    let calls = 0;
    bench.tap.current = ({ args }) => {
      calls++;
      largest = Math.max(largest, ...args.map(longest));
    };
    for (let id = 1n; id <= 3500n; id++) bench.put('A', 'people', { id, name: `n${id}` });
    bench.put('B', 'people', { id: 5000n, name: 'of B' });
    await bench.sync();
    expect(bench.dump('B', 'people')).toHaveLength(3501);
    expect(calls).toBeGreaterThan(100);
    expect(largest).toBeLessThanOrEqual(2000);
  });
});

/** The longest list anywhere in an argument. */
function longest(value: unknown): number {
  if (Array.isArray(value)) return Math.max(value.length, ...value.slice(0, 3).map(longest));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return 0;
  return Math.max(0, ...Object.values(value).map(longest));
}
