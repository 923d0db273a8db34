import { expect } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { HoldReport } from '../../electron/engine/reports/waiting.ts';
import type { ResolveRequest } from '../../electron/engine/requests.ts';
import type { BenchOptions } from './bench-options.ts';
import { Bench, table, type Row } from './engine-harness.ts';

/** Two tables that most of what a person decides can be shown on: a unique name, and a reference. */
export const people = table(
  'people',
  { id: 'integer', name: 'text?', city: 'text?', zip: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }], nocase: ['name'] },
);
export const pets = table(
  'pets',
  { id: 'integer', owner: 'integer?' },
  { references: [{ fields: ['owner'], parent: 'people', parentFields: ['id'] }] },
);
export const person = (id: number, name: string | null, more: Row = {}): Row => ({
  id: BigInt(id),
  name,
  city: null,
  zip: null,
  ...more,
});

/** Both sides agree on `names`, by default Ann, Bob and Cyd. */
export async function peoplePair(
  options: Partial<BenchOptions> = {},
  names: readonly string[] = ['ann', 'bob', 'cyd'],
): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, pets], ...options });
  bench.putBoth('people', ...names.map((name, i) => person(i + 1, name)));
  await bench.sync();
  return bench;
}

/** The city of each was edited on both sides, and the conflicts are found. */
export async function edited(bench: Bench, ...ids: readonly number[]): Promise<void> {
  for (const id of ids)
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: BigInt(id), city: `of ${side}` });
  await bench.sync();
}

export const resolve = (
  bench: Bench,
  request: Partial<ResolveRequest> & Pick<ResolveRequest, 'where' | 'strategy'>,
): ReturnType<Bench['engine']['resolve']> => bench.engine.resolve({ who: 'ann', ...request });

/** A run that sent A's edit of two fields of Ann to B, taken back again. */
export async function undoneEdit(bench: Bench): Promise<Bench> {
  bench.put('A', 'people', { id: 1n, name: 'new', city: 'new' });
  const { id } = await bench.sync();
  await bench.engine.undo({ run: id }, 'ann');
  return bench;
}

export async function theHold(bench: Bench): Promise<HoldReport> {
  const holds = await bench.engine.holds();
  expect(holds).toHaveLength(1);
  return must(holds[0], 'a hold');
}
