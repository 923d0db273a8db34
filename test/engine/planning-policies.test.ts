import { describe, expect, test } from 'vitest';
import type { CollectionSettings, Policy } from '../../electron/engine/settings.ts';
import { Bench, plain, table, type Row } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?', city: 'text?', zip: 'text?', at: 'any?' });
const ann: Row = { id: 1n, name: 'Ann', city: 'Bern', zip: '3000', at: 10n };

/** A pair that agrees on Ann. */
async function agreed(rules: Partial<CollectionSettings> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [people], rules: { people: rules } });
  bench.putBoth('people', ann);
  await bench.sync();
  expect(await bench.base('people', 1n)).toEqual(ann);
  return bench;
}

describe('Touch fields and policies', () => {
  test('[E8] a touch field takes the later value whichever side has it, and the earlier one is recorded', async () => {
    for (const [late, early] of [
      ['A', 'B'],
      ['B', 'A'],
    ] as const) {
      const bench = await agreed({ touch: ['at'] });
      bench.put(late, 'people', { id: 1n, at: 30n, name: 'Late' });
      bench.put(early, 'people', { id: 1n, at: 20n, city: 'Early' });
      await bench.sync();
      expect(bench.both('people')).toEqual([{ ...ann, at: 30n, name: 'Late', city: 'Early' }]);
      const [row] = await bench.store.decisions(1, { limit: 10 });
      expect(row).toMatchObject({ policy: 'touch', winner: late, fields: ['at'] });
      expect(plain(row?.lost ?? null)).toMatchObject({ at: 20n });
    }
  });

  test('[E8] a change of touch fields alone does not stop a delete, and what it replaced is recorded', async () => {
    const bench = await agreed({ touch: ['at'] });
    bench.put('B', 'people', { id: 1n, at: 99n });
    bench.drop('A', 'people', 1n);
    await bench.sync();
    expect(bench.both('people')).toEqual([]);
    const [row] = await bench.store.decisions(1, { limit: 10 });
    expect(plain(row?.lost ?? null)).toEqual({ ...ann, at: 99n });
  });

  test('[E8] records inserted twice that differ in touch fields alone are one record with the later value', async () => {
    const bench = await Bench.open({ tables: [people], rules: { people: { touch: ['at'], merge: 'record' } } });
    bench.put('A', 'people', { ...ann, at: 5n });
    bench.put('B', 'people', { ...ann, at: 6n });
    await bench.sync();
    expect(bench.both('people')).toEqual([{ ...ann, at: 6n }]);
  });

  const winners: readonly {
    policy: Policy;
    newestBy?: string;
    name: string;
    gone: 'back' | 'gone' | 'asks';
  }[] = [
    { policy: 'ask', name: 'asks', gone: 'asks' },
    { policy: 'local', name: 'Of A', gone: 'back' },
    { policy: 'remote', name: 'Of B', gone: 'gone' },
    { policy: 'newest', newestBy: 'at', name: 'Of B', gone: 'asks' },
    { policy: 'newest', name: 'asks', gone: 'asks' },
    { policy: 'edit-wins', name: 'asks', gone: 'back' },
  ];
  for (const { policy, newestBy = '', name, gone } of winners) {
    const by = newestBy === '' ? '' : ` by ${newestBy}`;
    test(`[E9] [E11] ${policy}${by}: of two edits ${name}, a delete on B against an edit on A: ${gone}; a plain merge is untouched`, async () => {
      const bench = await agreed({ policy, newestBy });
      bench.putBoth('people', { ...ann, id: 2n }, { ...ann, id: 3n });
      await bench.sync();
      bench.put('A', 'people', { id: 1n, name: 'Of A', at: 20n });
      bench.put('B', 'people', { id: 1n, name: 'Of B', at: 30n });
      bench.put('A', 'people', { id: 2n, name: 'Edited' });
      bench.drop('B', 'people', 2n);
      bench.put('A', 'people', { id: 3n, name: 'Merged' });
      bench.put('B', 'people', { id: 3n, city: 'Merged' });
      const asked = (name === 'asks' ? 1 : 0) + (gone === 'asks' ? 1 : 0);
      const plan = await bench.engine.plan({});
      expect([plan.decided, plan.actions.filter(({ rules }) => rules.join() === policy).length]).toEqual([
        2 - asked,
        2 - asked,
      ]);
      await bench.sync();
      expect(bench.one('B', 'people', 3n)).toEqual({ ...ann, id: 3n, name: 'Merged', city: 'Merged' });
      expect([bench.one('A', 'people', 1n)?.['name'], bench.one('B', 'people', 1n)?.['name']]).toEqual(
        name === 'asks' ? ['Of A', 'Of B'] : [name, name],
      );
      expect([bench.one('A', 'people', 2n) !== null, bench.one('B', 'people', 2n) !== null]).toEqual(
        gone === 'asks' ? [true, false] : gone === 'back' ? [true, true] : [false, false],
      );
      expect(await bench.open()).toHaveLength(asked);
      const decided = (await bench.store.decisions(1, { limit: 10 })).map(({ key }) => key);
      expect(new Set(decided).size).toBe(2 - asked);
    });
  }

  test('[E9] newest asks where the declared column is equal, missing, NULL or of another class on the two sides', async () => {
    const unlike: readonly (readonly [Row[string], Row[string]])[] = [
      [5n, 5n],
      [5n, null],
      ['5', 5n],
      [Number.NaN, 5],
      [new Uint8Array([1]), new Uint8Array([2])],
      ['2024-2-1', '2024-12-01'],
      ['2024-06-01T10:00:00', '2024-06-01T09:00:00Z'],
      ['2024-06-01T10:00:00+01:00', '2024-06-01T09:00:00Z'],
      ['2024-06-01 10:00:00', '2024-06-01T09:00:00'],
      ['9', '10'],
    ];
    for (const [a, b] of unlike) {
      const bench = await agreed({ policy: 'newest', newestBy: 'at' });
      bench.put('A', 'people', { id: 1n, name: 'Of A', at: a ?? null });
      bench.put('B', 'people', { id: 1n, name: 'Of B', at: b ?? null });
      await bench.sync();
      expect((await bench.theConflict()).fields).toContain('name');
      expect([bench.one('A', 'people', 1n)?.['name'], bench.one('B', 'people', 1n)?.['name']]).toEqual([
        'Of A',
        'Of B',
      ]);
    }
  });

  test('[E9] newest takes the later moment, whatever the offset from UTC that it is written with', async () => {
    const bench = await agreed({ policy: 'newest', newestBy: 'at' });
    bench.put('A', 'people', { id: 1n, name: 'Of A', at: '2024-06-01T10:00:00+09:00' });
    bench.put('B', 'people', { id: 1n, name: 'Of B', at: '2024-06-01T05:00:00Z' });
    await bench.sync();
    expect(bench.both('people')[0]).toMatchObject({ name: 'Of B' });
  });

  test('[E9] a policy of a field goes before that of the collection, and one field that asks keeps the record waiting', async () => {
    const edit = (bench: Bench): void => {
      bench.put('A', 'people', { id: 1n, name: 'A', city: 'A' });
      bench.put('B', 'people', { id: 1n, name: 'B', city: 'B' });
    };
    const mixed = await agreed({ policy: 'local', fieldPolicy: { city: 'remote' } });
    edit(mixed);
    await mixed.sync();
    expect(mixed.both('people')).toEqual([{ ...ann, name: 'A', city: 'B' }]);
    const asks = await agreed({ policy: 'local', fieldPolicy: { city: 'ask' } });
    edit(asks);
    await asks.sync();
    expect(await asks.theConflict()).toMatchObject({ kind: 'update/update', fields: ['city'] });
    expect(asks.one('B', 'people', 1n)).toEqual({ ...ann, name: 'B', city: 'B' });
  });

  test('[E10] the same edits with the sides swapped end with the same records and the same conflicts', async () => {
    const ends: unknown[] = [];
    for (const [x, y] of [
      ['A', 'B'],
      ['B', 'A'],
    ] as const) {
      const bench = await agreed({
        touch: ['at'],
        policy: x === 'A' ? 'local' : 'remote',
        fieldPolicy: { city: 'ask' },
      });
      bench.putBoth('people', { ...ann, id: 2n });
      await bench.sync();
      bench.put(x, 'people', { id: 1n, name: 'X', at: 30n });
      bench.put(y, 'people', { id: 1n, name: 'Y', at: 20n });
      bench.put(x, 'people', { id: 2n, city: 'X' });
      bench.put(y, 'people', { id: 2n, city: 'Y' });
      bench.put(y, 'people', { id: 3n, name: 'New' });
      await bench.sync();
      ends.push([
        bench.dump(x, 'people'),
        bench.dump(y, 'people'),
        (await bench.open()).map(({ kind, fields }) => [kind, fields]),
      ]);
    }
    expect(ends[1]).toEqual(ends[0]);
  });

  test('[E11] every value that was replaced without asking stands in a decision row, with run, winner and time', async () => {
    const bench = await agreed({ policy: 'remote', touch: ['at'] });
    bench.putBoth('people', { ...ann, id: 2n });
    await bench.sync();
    bench.put('A', 'people', { id: 1n, name: 'Lost', at: 5n });
    bench.put('B', 'people', { id: 1n, name: 'Won', at: 6n });
    bench.put('A', 'people', { id: 2n, name: 'Lost too' });
    bench.drop('B', 'people', 2n);
    bench.put('A', 'people', { id: 3n, name: 'Of A' });
    bench.put('B', 'people', { id: 3n, name: 'Of B' });
    const { id } = await bench.sync();
    const rows = await bench.store.decisions(1, { run: id, limit: 10 });
    expect(rows.map((row) => [row.policy, row.winner, row.fields, plain(row.lost)?.['name']])).toEqual(
      expect.arrayContaining([
        ['remote', 'B', ['name'], 'Lost'],
        ['touch', 'B', ['at'], 'Lost'],
        ['remote', 'B', ['name'], 'Lost too'],
        ['remote', 'B', ['name'], 'Of A'],
      ]),
    );
    expect(rows).toHaveLength(4);
    expect(rows.every(({ at, who }) => at > 0 && who === 'ann')).toBe(true);
    expect(bench.both('people').map(({ name }) => name)).toEqual(['Won', 'Of B']);
  });
});
