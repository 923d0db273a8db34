import { describe, expect, test } from 'vitest';
import { openState } from '../../electron/engine/state/open-state.ts';
import type { WriteBatch, WriteIntent } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, plain, table, writtenBy, type Row } from '../support/engine-harness.ts';

const notes = table('notes', { id: 'integer', a: 'text?', b: 'text?', c: 'text?' });
const row = (id: number, more: Row = {}): Row => ({ id: BigInt(id), a: 'a', b: 'b', c: 'c', ...more });

async function agreed(count: number, options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [notes], ...options });
  bench.putBoth('notes', ...Array.from({ length: count }, (_, i) => row(i + 1)));
  await bench.sync();
  return bench;
}

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
    test(`[E21] [L12] after convergence a pass writes nothing to a side${marker ? ', its marker included' : ', and with a stream reads no record'}`, async () => {
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
