import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/contract/errors.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';
import type { Call } from '../support/tapped.ts';

const things = table('things', { id: 'integer', name: 'text?' });
const others = table('others', { id: 'integer', name: 'text?' });
const row = (id: number, name: string): Row => ({ id: BigInt(id), name });
const DAY = 86_400_000;

interface Watched {
  readonly bench: Bench;
  /** Hints so far. */
  readonly hints: () => number;
}

/** In step, and somebody listens. */
async function watched(options: Partial<BenchOptions> = {}, rows = 30): Promise<Watched> {
  const bench = await Bench.open({
    tables: [things, others],
    capabilities: { capture: true, gate: false },
    ...options,
  });
  bench.putBoth('things', ...Array.from({ length: rows }, (_, i) => row(i + 1, 'as agreed')));
  await bench.sync();
  let count = 0;
  await bench.engine.listen(() => count++);
  return { bench, hints: () => count };
}

const step = (bench: Bench): ReturnType<Bench['sync']> => bench.sync({ trigger: 'live' });

/** What the engine asks of the sides while `work` is done, as `A read`. */
async function asked(bench: Bench, work: () => Promise<unknown>): Promise<readonly Call[]> {
  const calls: Call[] = [];
  bench.tap.current = (call) => void (call.when === 'before' && call.on !== 'state' && calls.push(call));
  await work();
  bench.tap.current = null;
  return calls;
}
const names = (calls: readonly Call[]): ReadonlySet<string> => new Set(calls.map(({ on, name }) => `${on} ${name}`));

describe('Live', () => {
  test('[E130] [L1] a change on either side is told, and the step that follows carries what stands there by then', async () => {
    const { bench, hints } = await watched();
    bench.put('A', 'things', row(1, 'early'));
    expect(hints()).toBe(1);
    bench.put('A', 'things', row(1, 'late'));
    await step(bench);
    expect(bench.one('B', 'things', 1n)).toEqual(row(1, 'late'));
    const before = hints();
    bench.drop('B', 'things', 2n);
    expect(hints()).toBe(before + 1);
    await step(bench);
    expect(bench.both('things')).toHaveLength(29);
    await bench.expectPeace('things');
  });

  test('[E130] nobody is told after listening ended, and a side without a history is not listened to', async () => {
    const { bench, hints } = await watched();
    bench.engine.stopListening();
    bench.put('A', 'things', row(1, 'new'));
    expect(hints()).toBe(0);
    const scanned = await watched({ capabilities: { capture: false, gate: false } });
    scanned.bench.put('A', 'things', row(1, 'new'));
    expect(scanned.hints()).toBe(0);
    await step(scanned.bench);
    expect(scanned.bench.one('B', 'things', 1n)).toEqual(row(1, 'new'));
  });

  test('[E130] the definitions changed: the sides are listened to as they are bound anew', async () => {
    const { bench, hints } = await watched();
    bench.B.restore({
      ...bench.B.snapshot(),
      collections: [things, { ...others, unique: [{ name: 'u', fields: ['name'] }] }],
    });
    await bench.sync();
    const before = hints();
    bench.put('B', 'things', row(1, 'new'));
    expect(hints()).toBe(before + 1);
    await step(bench);
    expect(bench.one('A', 'things', 1n)).toEqual(row(1, 'new'));
  });

  test('[E131] a live step reads the history of the side that told and the records it names, whatever the collections hold', async () => {
    const { bench } = await watched({}, 3000);
    await step(bench);
    bench.put('A', 'things', row(7, 'new'));
    const calls = await asked(bench, () => step(bench));
    expect(names(calls)).toEqual(new Set(['A identity', 'B identity', 'A changes', 'A read', 'B read', 'B write']));
    const read = calls.filter(({ name }) => name === 'read').map(({ args }) => args[1]);
    expect(read).toEqual([[bench.keyOf('things', 7n)], [bench.keyOf('things', 7n)]]);
    expect(bench.one('B', 'things', 7n)).toEqual(row(7, 'new'));
  });

  test('[E131] [L9] a live step is judged as every run: brakes, unique values, conflicts', async () => {
    const { bench } = await watched({
      tables: [things, { ...others, unique: [{ name: 'by_name', fields: ['name'] }] }],
    });
    for (let id = 1; id <= 20; id++) bench.drop('A', 'things', BigInt(id));
    bench.put('A', 'others', row(1, 'taken'));
    bench.put('B', 'others', row(2, 'taken'));
    await step(bench);
    expect((await bench.engine.brakes()).map(({ collection, kind }) => [collection, kind])).toEqual([
      ['things', 'deletes'],
    ]);
    expect(bench.dump('B', 'things')).toHaveLength(30);
    expect((await bench.open()).map(({ kind }) => kind)).toEqual(['unique']);
    expect([bench.dump('A', 'others'), bench.dump('B', 'others')]).toEqual([[row(1, 'taken')], [row(2, 'taken')]]);
  });

  test('[E132] the audit that is due is left to the next run that is no live step', async () => {
    const { bench } = await watched();
    const whole = bench.A.changesAfter.bind(bench.A);
    bench.A.changesAfter = (sequence, limit) =>
      whole(sequence, limit)?.map((change) => ({ ...change, collection: 'elsewhere' })) ?? null;
    bench.put('A', 'things', row(1, 'unseen'));
    bench.now += DAY;
    expect(writtenBy(await step(bench))).toBe(0);
    expect(writtenBy(await bench.sync({ trigger: 'schedule' }))).toBe(1);
    expect(bench.one('B', 'things', 1n)).toEqual(row(1, 'unseen'));
  });

  test('[E132] a hint from elsewhere, for which no side told anything, looks at everything', async () => {
    const { bench } = await watched();
    await bench.engine.hint('things');
    const calls = await asked(bench, () => step(bench));
    expect(names(calls)).toContain('A describe');
    expect(names(calls)).toContain('B changes');
  });

  test('[E133] [E23] [L10] lost history in a live step leads to a complete comparison in the same run', async () => {
    const { bench } = await watched({ captureWindow: 3 });
    for (let id = 1; id <= 5; id++) bench.put('A', 'things', row(id, 'new'));
    bench.drop('A', 'things', 30n);
    expect(writtenBy(await step(bench))).toBe(6);
    expect(bench.both('things')).toHaveLength(29);
    await bench.expectPeace('things');
  });

  for (const side of ['A', 'B'] as const)
    test(`[E133] [E43] [E79] [L6] a collection that vanished from ${side}, or was made again, is a brake and deletes nothing`, async () => {
      for (const kind of ['missing', 'replaced'] as const) {
        const { bench } = await watched({}, 5);
        const snapshot = bench[side].snapshot();
        const tables = new Map([...snapshot.tables].filter(([name]) => name !== 'things'));
        const collections = kind === 'missing' ? [others] : snapshot.collections;
        bench[side].restore({ ...snapshot, collections, tables });
        await step(bench);
        expect((await bench.engine.brakes()).map((brake) => [brake.kind, brake.collection])).toEqual([
          [kind, 'things'],
        ]);
        expect(bench.dump(side === 'A' ? 'B' : 'A', 'things')).toHaveLength(5);
      }
    });

  test('[E133] [L6] another database in the place of a side sets the base aside, and nothing is written', async () => {
    const { bench } = await watched();
    bench.B.restore({ ...bench.B.snapshot(), identity: 'another', tables: new Map() });
    await step(bench);
    expect((await bench.engine.brakes()).map(({ kind, collection }) => [kind, collection])).toEqual([['replaced', '']]);
    expect([bench.dump('A', 'things').length, bench.dump('B', 'things').length]).toEqual([30, 0]);
  });

  test('[E133] a step that fails and can be tried again looks at everything', async () => {
    const { bench } = await watched();
    bench.put('A', 'things', row(1, 'new'));
    let failed = false;
    const calls: string[] = [];
    bench.tap.current = ({ on, name, when }) => {
      if (on === 'state' || when === 'after') return;
      calls.push(`${on} ${name}`);
      if (name !== 'write' || failed) return;
      failed = true;
      throw new AppError({ code: 'busy', operation: 'write', message: 'Busy.', next: '', hint: '', retry: 'backoff' });
    };
    await step(bench);
    expect(calls.indexOf('A describe')).toBeGreaterThan(calls.indexOf('B write'));
    expect(bench.one('B', 'things', 1n)).toEqual(row(1, 'new'));
  });

  test('[E134] [L12] while nothing changes, listening writes nothing to a side and nothing to the state', async () => {
    const { bench, hints } = await watched();
    const before = { A: bench.A.sequence, B: bench.B.sequence, state: bench.store.serialize() };
    bench.now += DAY;
    expect([hints(), bench.A.sequence, bench.B.sequence]).toEqual([0, before.A, before.B]);
    expect(bench.store.serialize()).toEqual(before.state);
    const report = await step(bench);
    expect([writtenBy(report), bench.A.sequence, bench.B.sequence]).toEqual([0, before.A, before.B]);
    expect(await bench.engine.run(report.id)).toBeNull();
  });
});
