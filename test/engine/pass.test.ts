import { describe, expect, test } from 'vitest';
import { openState } from '../../electron/engine/state/open-state.ts';
import type { WriteBatch, WriteIntent } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, plain, table, writtenBy, type Row } from '../support/engine-harness.ts';

const notes = table('notes', { id: 'integer', a: 'text?', b: 'text?', c: 'text?' });
const YEAR = 365 * 86_400_000;
const row = (id: number, more: Row = {}): Row => ({ id: BigInt(id), a: 'a', b: 'b', c: 'c', ...more });

async function agreed(count: number, options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [notes], ...options });
  bench.putBoth('notes', ...Array.from({ length: count }, (_, i) => row(i + 1)));
  await bench.sync();
  return bench;
}

/** Does `edit` once, when the engine is about to write the side. */
function onceBeforeWrite(bench: Bench, side: 'A' | 'B', edit: () => void): void {
  let done = false;
  bench.tap.current = ({ on, name, when }) => {
    if (done || on !== side || name !== 'write' || when !== 'before') return;
    done = true;
    edit();
  };
}

function replacedBy(intent: WriteIntent): Row | null {
  if (intent.op === 'insert') return null;
  if (intent.op === 'delete') return plain(intent.expect);
  return Object.fromEntries(intent.changes.map(({ name, from }) => [name, from ?? null]));
}

describe('One pass: writing', () => {
  test('[E17] whatever a write replaces or deletes is in the durable journal before the side is asked', async () => {
    const bench = await agreed(3);
    bench.put('A', 'notes', row(1, { a: 'new' }));
    bench.drop('A', 'notes', 2n);
    bench.put('B', 'notes', row(3, { c: 'of B' }));
    bench.put('A', 'notes', row(3, { a: 'of A' }));
    bench.put('B', 'notes', row(4));
    const seen: string[] = [];
    bench.tap.current = async ({ on, name, when, args }) => {
      if (on === 'state' || name !== 'write' || when !== 'before') return;
      const durable = openState({ bytes: bench.store.serialize() });
      const journal = (await durable.journal(1, { status: 'intended', limit: 100 })).filter(({ side }) => side === on);
      await durable.close();
      for (const intent of (args[0] as WriteBatch).intents) {
        const noted = must(
          journal.find(({ key }) => key === intent.key),
          'a journal row',
        );
        seen.push(`${on} ${intent.op}`);
        expect(plain(noted.before)).toEqual(replacedBy(intent));
      }
    };
    await bench.sync();
    expect(seen.sort()).toEqual(['A insert', 'A update', 'B delete', 'B update', 'B update']);
  });

  test('[E18] a record that changed meanwhile is not overwritten, deleted or inserted over: it is read and planned again', async () => {
    const cases: readonly {
      readonly plan: (bench: Bench) => void;
      readonly meanwhile: Row | null;
      readonly ends: string;
    }[] = [
      {
        plan: (bench) => bench.put('A', 'notes', row(1, { a: 'planned' })),
        meanwhile: { id: 1n, a: 'meanwhile' },
        ends: 'update/update',
      },
      {
        plan: (bench) => bench.put('A', 'notes', row(1, { a: 'planned' })),
        meanwhile: { id: 1n, b: 'meanwhile' },
        ends: 'merged',
      },
      { plan: (bench) => bench.put('A', 'notes', row(1, { a: 'planned' })), meanwhile: null, ends: 'delete/update' },
      { plan: (bench) => bench.drop('A', 'notes', 1n), meanwhile: { id: 1n, b: 'meanwhile' }, ends: 'delete/update' },
      {
        plan: (bench) => bench.put('A', 'notes', row(2)),
        meanwhile: { id: 2n, a: 'meanwhile' },
        ends: 'insert/insert',
      },
    ];
    for (const { plan, meanwhile, ends } of cases) {
      const bench = await agreed(1);
      plan(bench);
      onceBeforeWrite(bench, 'B', () =>
        meanwhile ? bench.put('B', 'notes', meanwhile) : bench.drop('B', 'notes', 1n),
      );
      const report = await bench.sync();
      expect((await bench.open()).map(({ kind }) => kind)).toEqual(ends === 'merged' ? [] : [ends]);
      expect(bench.dump('A', 'notes').some(({ a, b }) => a === 'planned' && b === 'meanwhile')).toBe(ends === 'merged');
      const last = bench.dump('B', 'notes').at(-1) ?? null;
      expect(last).toEqual(meanwhile && { ...last, ...meanwhile });
      expect(report.replanned).toBe(ends === 'merged' ? 0 : 1);
    }
  });

  test('[E19] where a side stores something else, the base is what was intended, and what is stored is an edit of that side', async () => {
    const trigger = { name: 'shout', field: 'b', to: 'TRIGGER' };
    const bench = await Bench.open({ tables: [notes], tablesB: [{ ...notes, rewrites: trigger }] });
    bench.put('A', 'notes', row(1));
    const bases: (Row | null)[] = [];
    bench.tap.current = async ({ on, name, when, args }) => {
      const change = args[1] as { setBase?: readonly unknown[] } | undefined;
      if (on === 'state' && name === 'commit' && when === 'after' && (change?.setBase?.length ?? 0) > 0)
        bases.push(await bench.base('notes', 1n));
    };
    await bench.sync();
    bench.tap.current = null;
    expect(bases).toEqual([row(1), row(1, { b: 'TRIGGER' })]);
    expect(bench.both('notes')).toEqual([row(1, { b: 'TRIGGER' })]);
    await bench.expectPeace('notes');
  });

  test('[E19] a record that comes back changed three times is parked as bounce; both sides stay, and nothing is written any more', async () => {
    const rewrites = (to: string): object => ({ rewrites: { name: 'own', field: 'b', to } });
    const bench = await Bench.open({
      tables: [{ ...notes, ...rewrites('A') }],
      tablesB: [{ ...notes, ...rewrites('B') }],
    });
    bench.put('A', 'notes', row(1));
    await bench.sync();
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'bounce' });
    expect([bench.one('A', 'notes', 1n)?.['b'], bench.one('B', 'notes', 1n)?.['b']]).toEqual(['A', 'B']);
    expect(writtenBy(await bench.sync())).toBe(0);
    bench.put('A', 'notes', row(2));
    await bench.sync();
    expect(bench.one('B', 'notes', 2n)).not.toBeNull();
  });

  test('[E20] of a merge that arrived on one side only, the base advances in the fields that arrived or were equal, in no other', async () => {
    const bench = await agreed(1);
    bench.put('A', 'notes', { id: 1n, a: 'of A', c: 'same' });
    bench.put('B', 'notes', { id: 1n, b: 'of B', c: 'same' });
    onceBeforeWrite(bench, 'A', () => bench.put('A', 'notes', { id: 1n, b: 'meanwhile' }));
    await bench.sync();
    expect(await bench.base('notes', 1n)).toEqual(row(1, { a: 'of A', c: 'same' }));
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['b'] });
    expect([bench.one('A', 'notes', 1n)?.['b'], bench.one('B', 'notes', 1n)?.['b']]).toEqual(['meanwhile', 'of B']);
  });

  for (const marker of [false, true]) {
    test(`[E21] after convergence a pass writes nothing to a side${marker ? ', its marker included' : ', and with a stream reads no record'}`, async () => {
      const bench = await agreed(3, { settings: { marker } });
      bench.put('A', 'notes', row(1, { a: 'new' }));
      bench.put('B', 'notes', row(1, { b: 'new' }));
      await bench.sync();
      await bench.sync();
      const calls: string[] = [];
      bench.tap.current = ({ on, name, when }) => void (on !== 'state' && when === 'before' && calls.push(name));
      const report = await bench.sync();
      expect(
        calls.filter(
          (name) => ['write', 'raise', 'scan', 'installMarker'].includes(name) || (name === 'read' && !marker),
        ),
      ).toEqual([]);
      expect(writtenBy(report)).toBe(0);
    });
  }
});

describe('One pass: what is looked at, and when it ends', () => {
  test('[E23] lost history leads to a complete comparison: every edit flows, and nothing is deleted that nobody deleted', async () => {
    const bench = await agreed(30, { captureWindow: 5 });
    for (let id = 1; id <= 9; id++) bench.put('A', 'notes', row(id, { a: 'edited' }));
    bench.drop('A', 'notes', 30n);
    bench.put('B', 'notes', row(40));
    for (let id = 10; id <= 16; id++) bench.put('B', 'notes', row(id, { b: 'edited' }));
    await bench.sync();
    const all = bench.both('notes');
    expect(all).toHaveLength(30);
    expect(all.filter(({ a }) => a === 'edited')).toHaveLength(9);
    expect(all.filter(({ b }) => b === 'edited')).toHaveLength(7);
    await bench.expectPeace('notes');
  });

  test('[E24] keys that no hint named are found by the audit, also deletes', async () => {
    const bench = await agreed(4);
    const whole = bench.A.changesAfter.bind(bench.A);
    bench.A.changesAfter = (sequence, limit) =>
      whole(sequence, limit)?.map((change) => ({ ...change, collection: 'elsewhere' })) ?? null;
    bench.put('A', 'notes', row(1, { a: 'unseen' }));
    bench.drop('A', 'notes', 2n);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(bench.one('B', 'notes', 1n)).toEqual(row(1));
    bench.now += 25 * 3_600_000;
    await bench.sync();
    expect(bench.both('notes').map(({ id, a }) => [id, a])).toEqual([
      [1n, 'unseen'],
      [3n, 'a'],
      [4n, 'a'],
    ]);
  });

  test('[E25] the clock moved by a year, forwards or backwards, changes neither records nor conflicts', async () => {
    const ends: unknown[] = [];
    for (const shift of [0, YEAR, -YEAR]) {
      const bench = await agreed(5, { rules: { notes: { policy: 'newest', newestBy: 'c', touch: ['c'] } } });
      for (const half of [1, 2]) {
        bench.now += shift;
        bench.put('A', 'notes', row(1, { a: `A${half}` }));
        bench.put('B', 'notes', row(1, { a: `B${half}`, c: 'd' }));
        bench.put('A', 'notes', row(2, { b: `A${half}` }));
        bench.put('B', 'notes', row(2, { b: `B${half}`, c: 'c' }));
        if (half === 1) bench.drop('A', 'notes', 3n);
        await bench.sync();
      }
      ends.push([
        bench.dump('A', 'notes'),
        bench.dump('B', 'notes'),
        (await bench.open()).map(({ kind, fields }) => [kind, fields]),
        await bench.base('notes', 1n),
      ]);
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });

  test('[E26] a second sync of one pair is refused and says who started the first and when; the first goes on', async () => {
    const bench = await agreed(1);
    bench.put('A', 'notes', row(1, { a: 'new' }));
    const since = new Date(bench.now).toISOString();
    const first = bench.sync({ who: 'ann' });
    const refusal = bench.sync({ who: 'bob' });
    await expect(refusal).rejects.toMatchObject({ code: 'sync-in-progress' });
    await expect(refusal).rejects.toThrow(`Sync is already in progress: office, started by ann at ${since}`);
    expect(await bench.engine.status()).toMatchObject({ state: 'syncing', syncing: { who: 'ann' } });
    expect((await first).status).toBe('completed');
    expect(bench.both('notes')).toEqual([row(1, { a: 'new' })]);
    expect((await bench.sync({ who: 'bob' })).status).toBe('completed');
  });

  test('[E27] a cancelled run ends between batches: what was written is acknowledged, the rest waits for the next run', async () => {
    const bench = await agreed(0, { settings: { batchSize: 2 } });
    for (let id = 1; id <= 7; id++) bench.put('A', 'notes', row(id));
    const stop = new AbortController();
    bench.tap.current = ({ on, name, when }) =>
      void (on === 'B' && name === 'write' && when === 'before' && stop.abort());
    await expect(bench.sync({ signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    bench.tap.current = null;
    expect(bench.dump('B', 'notes')).toEqual([row(1), row(2)]);
    expect([await bench.base('notes', 2n), await bench.base('notes', 3n)]).toEqual([row(2), null]);
    expect(await bench.engine.runs(1)).toMatchObject([{ status: 'cancelled', written: { B: { insert: 2 } } }]);
    const report = await bench.sync();
    expect([report.recovered, writtenBy(report)]).toEqual([0, 5]);
    await bench.expectPeace('notes');
  });
});
