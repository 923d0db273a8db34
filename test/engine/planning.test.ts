import { describe, expect, test } from 'vitest';
import type { CollectionSettings } from '../../electron/engine/settings.ts';
import { Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

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

describe('Planning one record', () => {
  test('[E1] equal sides that equal the base need nothing, and the base stays', async () => {
    const bench = await agreed();
    const report = await bench.sync();
    expect([writtenBy(report), report.adopted]).toEqual([0, 0]);
    expect(await bench.base('people', 1n)).toEqual(ann);
  });

  test('[E1] equal sides unlike the base are adopted: nothing is written and the base follows, absence included', async () => {
    const bench = await agreed();
    bench.putBoth('people', { id: 1n, city: 'Basel' }, { id: 2n, name: 'Bob' });
    const before = [bench.A.sequence, bench.B.sequence];
    const report = await bench.sync();
    expect([writtenBy(report), report.adopted]).toEqual([0, 2]);
    expect(await bench.base('people', 1n)).toEqual({ ...ann, city: 'Basel' });
    expect(await bench.base('people', 2n)).toMatchObject({ name: 'Bob' });
    for (const side of ['A', 'B'] as const) bench.drop(side, 'people', 1n);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(await bench.base('people', 1n)).toBeNull();
    expect([bench.A.sequence, bench.B.sequence]).toEqual(before.map((sequence) => sequence + 1));
  });

  for (const [from, to] of [
    ['A', 'B'],
    ['B', 'A'],
  ] as const) {
    test(`[E2] an insert, an edit and a delete on ${from} alone are copied to ${to}, and the base follows each`, async () => {
      const bench = await agreed();
      bench.put(from, 'people', { id: 7n, name: 'Zoe' });
      bench.put(from, 'people', { id: 1n, city: null });
      await bench.sync();
      expect(bench.both('people')).toEqual([
        { ...ann, city: null },
        { id: 7n, name: 'Zoe', city: null, zip: null, at: null },
      ]);
      expect(await bench.base('people', 1n)).toEqual({ ...ann, city: null });
      bench.drop(from, 'people', 7n);
      await bench.sync();
      expect(bench.both('people')).toEqual([{ ...ann, city: null }]);
      expect(await bench.base('people', 7n)).toBeNull();
      await bench.expectPeace('people');
    });
  }

  test('[E2] a record that one side deleted and inserted again unchanged is no edit', async () => {
    const bench = await agreed();
    bench.drop('A', 'people', 1n);
    bench.put('A', 'people', ann);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(bench.both('people')).toEqual([ann]);
  });

  test('[E2] where fields can be missing, NULL and missing are told apart, and both are copied', async () => {
    const bench = await Bench.open({ tables: [people], capabilities: { missingFields: true } });
    bench.put('A', 'people', { id: 1n, name: null });
    bench.put('B', 'people', { id: 2n, city: 'Bern' });
    await bench.sync();
    expect(bench.both('people')).toEqual([
      { id: 1n, name: null },
      { id: 2n, city: 'Bern' },
    ]);
    bench.put('A', 'people', { id: 2n, name: null });
    bench.put('B', 'people', { id: 1n, city: null });
    await bench.sync();
    expect(bench.both('people')).toEqual([
      { id: 1n, name: null, city: null },
      { id: 2n, name: null, city: 'Bern' },
    ]);
  });

  test('[E3] edits of different fields are merged, and each side is written only in the fields it lacks', async () => {
    const bench = await agreed();
    bench.put('A', 'people', { id: 1n, name: 'Anna' });
    bench.put('B', 'people', { id: 1n, city: 'Basel', zip: '4000' });
    const changes: Record<string, unknown> = {};
    bench.tap.current = ({ on, name, when, args }) => {
      if (name === 'write' && when === 'before') changes[on] = args[0];
    };
    await bench.sync();
    expect(bench.both('people')).toEqual([{ ...ann, name: 'Anna', city: 'Basel', zip: '4000' }]);
    const update = (...fields: object[]): object => ({
      intents: [expect.objectContaining({ op: 'update', changes: fields })],
    });
    expect(changes).toEqual({
      A: update({ name: 'city', from: 'Bern', to: 'Basel' }, { name: 'zip', from: '3000', to: '4000' }),
      B: update({ name: 'name', from: 'Ann', to: 'Anna' }),
    });
    expect(await bench.base('people', 1n)).toEqual(bench.one('A', 'people', 1n));
  });

  test('[E4] one field changed differently is a conflict that names exactly this field; both values stay', async () => {
    const bench = await agreed();
    bench.put('A', 'people', { id: 1n, name: 'Anna', city: 'Basel', zip: '4000' });
    bench.put('B', 'people', { id: 1n, name: 'Anne', city: 'Basel', at: 11n });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['name'], state: 'open' });
    expect(bench.dump('A', 'people')).toEqual([{ ...ann, name: 'Anna', city: 'Basel', zip: '4000' }]);
    expect(bench.dump('B', 'people')).toEqual([{ ...ann, name: 'Anne', city: 'Basel', at: 11n }]);
    expect(await bench.base('people', 1n)).toEqual(ann);
  });

  test('[E4] the same value on both sides is no conflict, and other fields still flow', async () => {
    const bench = await agreed();
    bench.putBoth('people', { id: 1n, name: null });
    bench.put('A', 'people', { id: 1n, zip: '9' });
    await bench.sync();
    expect(bench.both('people')).toEqual([{ ...ann, name: null, zip: '9' }]);
    await bench.expectPeace('people');
  });

  test('[E4] an integer and a double of one value are different values', async () => {
    const bench = await agreed();
    bench.put('A', 'people', { id: 1n, at: 11n });
    bench.put('B', 'people', { id: 1n, at: 11 });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['at'] });
  });

  for (const [gone, kept] of [
    ['A', 'B'],
    ['B', 'A'],
  ] as const) {
    test(`[E5] deleted on ${gone} and changed on ${kept} is a conflict; nothing is deleted and nothing comes back`, async () => {
      const bench = await agreed();
      bench.drop(gone, 'people', 1n);
      bench.put(kept, 'people', { id: 1n, city: 'Basel' });
      await bench.sync();
      expect(await bench.theConflict()).toMatchObject({ kind: 'delete/update', fields: ['city'] });
      expect(bench.dump(gone, 'people')).toEqual([]);
      expect(bench.dump(kept, 'people')).toEqual([{ ...ann, city: 'Basel' }]);
    });

    test(`[E5] without a base a record of ${kept} alone is copied to ${gone}, never deleted`, async () => {
      const bench = await Bench.open({ tables: [people] });
      bench.put(kept, 'people', ann);
      await bench.sync();
      expect(bench.both('people')).toEqual([ann]);
    });
  }

  test('[E5] after both sides deleted a record, one that is inserted again on one side is new', async () => {
    const bench = await agreed();
    for (const side of ['A', 'B'] as const) bench.drop(side, 'people', 1n);
    await bench.sync();
    bench.put('B', 'people', { ...ann, name: 'Second' });
    await bench.sync();
    expect(bench.both('people')).toEqual([{ ...ann, name: 'Second' }]);
  });

  test('[E6] two different records under one key without a base are one conflict, and both stay', async () => {
    const bench = await Bench.open({ tables: [people] });
    bench.put('A', 'people', ann);
    bench.put('B', 'people', { ...ann, name: 'Other', zip: null });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({
      kind: 'insert/insert',
      fields: ['name', 'zip'],
      base: null,
      baseKept: true,
    });
    expect([bench.one('A', 'people', 1n), bench.one('B', 'people', 1n)]).toEqual([
      ann,
      { ...ann, name: 'Other', zip: null },
    ]);
    expect(await bench.base('people', 1n)).toBeNull();
  });

  test('[E6] keys that a collation holds to be one are one record; keys of several parts are told apart by all of them', async () => {
    const tags = table('tags', { name: 'text', note: 'text?' }, { nocase: ['name'] });
    const links = table('links', { a: 'integer', b: 'text', note: 'text?' }, { key: ['a', 'b'] });
    const bench = await Bench.open({ tables: [tags, links] });
    bench.put('A', 'tags', { name: 'Red', note: 'x' });
    bench.put('B', 'tags', { name: 'red', note: 'x' });
    bench.put('A', 'links', { a: 1n, b: 'x', note: 'A' });
    bench.put('B', 'links', { a: 1n, b: 'y', note: 'B' });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ collection: 'tags', kind: 'insert/insert', fields: ['name'] });
    expect(bench.both('links').map(({ b }) => b)).toEqual(['x', 'y']);
  });

  test('[E7] with merge: record any two edits of one record are a conflict', async () => {
    const bench = await agreed({ merge: 'record' });
    bench.put('A', 'people', { id: 1n, name: 'Anna' });
    bench.put('B', 'people', { id: 1n, city: 'Basel' });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['city', 'name'] });
    expect(bench.one('A', 'people', 1n)).toEqual({ ...ann, name: 'Anna' });
  });

  test('[E7] with merge: groups the fields of a group are one unit and all others merge singly', async () => {
    const rules = { merge: 'groups', groups: [['city', 'zip']] } as const;
    const split = await agreed(rules);
    split.put('A', 'people', { id: 1n, city: 'Basel', name: 'Anna' });
    split.put('B', 'people', { id: 1n, zip: '4000' });
    await split.sync();
    expect(await split.theConflict()).toMatchObject({ kind: 'update/update', fields: ['city', 'zip'] });
    const apart = await agreed(rules);
    apart.put('A', 'people', { id: 1n, city: 'Basel', zip: '4000' });
    apart.put('B', 'people', { id: 1n, name: 'Anna', at: 3n });
    await apart.sync();
    expect(apart.both('people')).toEqual([{ id: 1n, name: 'Anna', city: 'Basel', zip: '4000', at: 3n }]);
  });

  test('[E2] a key that changed in case alone, where its collation does not tell, is an edit of one record', async () => {
    const tags = table('tags', { name: 'text', note: 'text?' }, { nocase: ['name'] });
    const bench = await Bench.open({ tables: [tags] });
    bench.putBoth('tags', { name: 'Red', note: 'x' });
    await bench.sync();
    bench.put('A', 'tags', { name: 'RED' });
    bench.put('B', 'tags', { name: 'red', note: 'y' });
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['name'] });
    bench.put('B', 'tags', { name: 'RED' });
    await bench.sync();
    expect(bench.both('tags')).toEqual([{ name: 'RED', note: 'y' }]);
    await bench.expectPeace('tags');
  });
});
