import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { ResolveRequest } from '../../electron/engine/requests.ts';
import { Bench, table } from '../support/engine-harness.ts';
import { edited, people, peoplePair, person, pets, resolve } from '../support/people-and-pets.ts';

async function clash(bench: Bench, here = 'new', there = 'NEW'): Promise<number> {
  bench.put('A', 'people', person(10, here, { city: 'of A' }));
  bench.put('B', 'people', person(11, there, { city: 'of B' }));
  await bench.sync();
  return (await bench.theConflict()).id;
}

describe('Decisions', () => {
  test('[E45] a resolution that names an older generation is refused, and nothing is written', async () => {
    const bench = await peoplePair();
    await edited(bench, 1);
    const { id, generation } = await bench.theConflict();
    bench.put('A', 'people', { id: 1n, city: 'later' });
    const report = await resolve(bench, { where: { id }, strategy: 'keep_remote', generation });
    expect(report).toMatchObject({ resolved: [], failed: [{ id, code: 'moved' }] });
    expect([bench.one('A', 'people', 1n)?.['city'], bench.one('B', 'people', 1n)?.['city']]).toEqual(['later', 'of B']);
  });

  for (const [winner, strategy] of [
    ['A', 'keep_local'],
    ['B', 'keep_remote'],
  ] as const) {
    test(`[E45] ${strategy} expects exactly the values shown: an edit between the look and the write is not overwritten`, async () => {
      for (const side of ['A', 'B'] as const) {
        const bench = await peoplePair();
        await edited(bench, 1);
        const { id, generation } = await bench.theConflict();
        let once = true;
        bench.tap.current = ({ on, name, when }) => {
          if (!once || on === 'state' || name !== 'write' || when !== 'before') return;
          once = false;
          bench.put(side, 'people', { id: 1n, city: 'meanwhile' });
        };
        await resolve(bench, { where: { id }, strategy, generation });
        bench.tap.current = null;
        await bench.sync();
        const open = await bench.open();
        expect(bench.one(side, 'people', 1n)?.['city']).toBe('meanwhile');
        expect(open.filter((one) => one.generation > generation)).toHaveLength(side === winner ? 0 : 1);
        expect(open).toHaveLength(side === winner ? 0 : 1);
      }
    });
  }

  test('[E45] an item that a crash left half resolved takes no resolution until a pass has looked again', async () => {
    const bench = await peoplePair();
    await edited(bench, 1);
    const { id } = await bench.theConflict();
    await bench.store.commit(1, { patchItems: [{ id, state: 'reopened', generation: 2 }] });
    const report = await resolve(bench, { where: { id }, strategy: 'keep_local', generation: 1 });
    expect(report.resolved).toEqual([]);
    expect([bench.one('A', 'people', 1n)?.['city'], bench.one('B', 'people', 1n)?.['city']]).toEqual(['of A', 'of B']);
  });

  test('[E47] merge refuses while a disputed field is not decided, and a field that does not exist', async () => {
    const bench = await peoplePair();
    bench.put('A', 'people', { id: 1n, city: 'of A', zip: 'of A' });
    bench.put('B', 'people', { id: 1n, city: 'of B', zip: 'of B', name: 'anna' });
    await bench.sync();
    const { id } = await bench.theConflict();
    const tries: readonly Partial<ResolveRequest>[] = [
      {},
      { value: 'x' },
      { fields: new Map([['city', 'x']]) },
      {
        fields: new Map([
          ['city', 'x'],
          ['nothing', 'y'],
        ]),
      },
    ];
    for (const one of tries)
      expect((await resolve(bench, { where: { id }, strategy: 'merge', ...one })).failed).toMatchObject([
        { code: 'refused' },
      ]);
    expect(bench.one('A', 'people', 1n)).toEqual(person(1, 'ann', { city: 'of A', zip: 'of A' }));
    const done = await resolve(bench, {
      where: { id },
      strategy: 'merge',
      fields: new Map([
        ['city', 'x'],
        ['zip', null],
      ]),
    });
    expect(done.resolved).toHaveLength(1);
    expect(bench.both('people')[0]).toEqual(person(1, 'anna', { city: 'x' }));
    await bench.expectPeace('people');
  });

  test('[E48] rename_local without a value gives the local record the suggested one, which is free on both sides', async () => {
    const bench = await peoplePair();
    const id = await clash(bench);
    const suggested = must((await bench.theConflict()).givesUp[0]?.suggestion, 'a suggestion');
    await resolve(bench, { where: { id }, strategy: 'rename_local' });
    expect(suggested).toMatch(/^new_[a-z0-9]{4}$/);
    expect(bench.both('people').slice(3)).toEqual([
      person(10, suggested, { city: 'of A' }),
      person(11, 'NEW', { city: 'of B' }),
    ]);
    await bench.expectPeace('people');
  });

  test('[E48] a value that is taken on either side, in whatever case, is refused; keep_local needs one', async () => {
    const bench = await peoplePair();
    const id = await clash(bench);
    bench.put('B', 'people', person(20, 'there'));
    for (const strategy of ['rename_local', 'keep_local', 'merge'] as const)
      for (const value of ['ANN', 'There', 'new'])
        expect((await resolve(bench, { where: { id }, strategy, value })).failed).toMatchObject([
          { code: 'value-taken' },
        ]);
    for (const strategy of ['keep_local', 'merge'] as const)
      expect((await resolve(bench, { where: { id }, strategy })).failed).toMatchObject([{ code: 'refused' }]);
    expect([bench.one('A', 'people', 10n)?.['name'], bench.one('B', 'people', 11n)?.['name']]).toEqual(['new', 'NEW']);
  });

  test('[E48] keep_remote clears the local value where the field may be empty and changes it where not; no record is deleted', async () => {
    const strict = {
      ...people,
      fields: people.fields.map((field) => ({ ...field, nullable: field.name !== 'name' && field.name !== 'id' })),
    };
    for (const [tables, name] of [
      [people, /^null$/],
      [strict, /^new_/],
    ] as const) {
      const bench = await peoplePair({ tables: [tables, pets] });
      const id = await clash(bench);
      expect((await resolve(bench, { where: { id }, strategy: 'keep_remote' })).resolved).toHaveLength(1);
      const [mine, theirs] = bench.both('people').slice(3);
      expect(String(mine?.['name'])).toMatch(name);
      expect([mine?.['id'], theirs]).toEqual([10n, person(11, 'NEW', { city: 'of B' })]);
      await bench.expectPeace('people');
    }
  });

  test('[E48] a clash of two existing records is decided without losing the other edits of either', async () => {
    for (const strategy of ['keep_local', 'keep_remote', 'rename_local'] as const) {
      const bench = await peoplePair();
      bench.put('A', 'people', { id: 1n, name: 'same', zip: 'A1' });
      bench.put('B', 'people', { id: 1n, city: 'B1' });
      bench.put('B', 'people', { id: 2n, name: 'same', zip: 'B2' });
      bench.put('A', 'people', { id: 2n, city: 'A2' });
      await bench.sync();
      const { id } = await bench.theConflict();
      expect(
        (await resolve(bench, { where: { id }, strategy, ...(strategy === 'keep_remote' ? {} : { value: 'free' }) }))
          .failed,
      ).toEqual([]);
      const [one, two] = bench.both('people');
      expect([one?.['zip'], one?.['city'], two?.['zip'], two?.['city']]).toEqual(['A1', 'B1', 'B2', 'A2']);
      expect([one?.['name'], two?.['name']]).toEqual(
        { keep_local: ['same', 'free'], keep_remote: [null, 'same'], rename_local: ['free', 'same'] }[strategy],
      );
      await bench.expectPeace('people');
    }
  });

  test('[E49] keep_both moves the local record to a free key; refused where others refer to it, or the key has several parts', async () => {
    const links = table('links', { a: 'integer', b: 'text', note: 'text?' }, { key: ['a', 'b'] });
    const bench = await peoplePair({ tables: [people, pets, links] });
    bench.put('A', 'people', person(10, 'here'));
    bench.put('B', 'people', person(10, 'there'));
    bench.put('A', 'people', person(11, 'taken'));
    bench.put('A', 'links', { a: 1n, b: 'x', note: 'A' });
    bench.put('B', 'links', { a: 1n, b: 'x', note: 'B' });
    bench.put('A', 'pets', { id: 1n, owner: 10n });
    await bench.sync();
    for (const { id } of await bench.engine.conflicts({ kind: 'insert/insert' }))
      expect((await resolve(bench, { where: { id }, strategy: 'keep_both' })).failed).toMatchObject([
        { code: 'refused' },
      ]);
    bench.drop('A', 'pets', 1n);
    await bench.sync();
    const [first] = await bench.engine.conflicts({ collection: 'people' });
    expect(
      (await resolve(bench, { where: { id: must(first, 'a conflict').id }, strategy: 'keep_both' })).failed,
    ).toEqual([]);
    expect(bench.both('people').slice(3)).toEqual([person(10, 'there'), person(11, 'taken'), person(12, 'here')]);
  });

  test('[E49] many at once get a key each', async () => {
    const bench = await peoplePair();
    for (const id of [10n, 11n, 12n])
      for (const side of ['A', 'B'] as const) bench.put(side, 'people', person(Number(id), `${id} of ${side}`));
    await bench.sync();
    const report = await resolve(bench, { where: { kind: 'insert/insert' }, strategy: 'keep_both' });
    expect(report).toMatchObject({ failed: [], resolved: [{}, {}, {}] });
    expect(
      bench
        .both('people')
        .slice(3)
        .map(({ id, name }) => [id, name]),
    ).toEqual([
      [10n, '10 of B'],
      [11n, '11 of B'],
      [12n, '12 of B'],
      [13n, '10 of A'],
      [14n, '11 of A'],
      [15n, '12 of A'],
    ]);
    await bench.expectPeace('people');
  });

  test('[E49] two records that hold one unique value cannot both be kept: nothing is written, and the conflict stands', async () => {
    const bench = await peoplePair();
    bench.put('A', 'people', person(10, 'same', { city: 'of A' }));
    bench.put('B', 'people', person(10, 'same', { city: 'of B' }));
    await bench.sync();
    const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
    const { id } = await bench.theConflict();
    const { failed, resolved, wrote } = await resolve(bench, { where: { id }, strategy: 'keep_both' });
    expect([resolved, wrote]).toEqual([[], []]);
    expect(failed).toMatchObject([{ id, text: expect.stringContaining('must be unique') }]);
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    await bench.sync();
    expect(await bench.theConflict()).toMatchObject({ kind: 'insert/insert', state: 'open' });
  });

  test('[E48] the suggestion for a number is a number, also after it was shown', async () => {
    const cards = table(
      'cards',
      { id: 'integer', code: 'integer' },
      { unique: [{ name: 'by_code', fields: ['code'] }] },
    );
    const bench = await Bench.open({ tables: [cards] });
    bench.putBoth('cards', { id: 1n, code: 6n });
    bench.put('A', 'cards', { id: 2n, code: 5n });
    bench.put('B', 'cards', { id: 3n, code: 5n });
    await bench.sync();
    const { id, givesUp } = await bench.theConflict();
    expect(givesUp[0]?.suggestion).toBe('7');
    expect((await resolve(bench, { where: { id }, strategy: 'rename_local' })).failed).toEqual([]);
    expect(bench.both('cards').map(({ code }) => code)).toEqual([6n, 7n, 5n]);
    await bench.expectPeace('cards');
  });

  test('[E48] where one record at most may be without a value, keep_remote changes it, and NULL is taken', async () => {
    const badges = table(
      'badges',
      { id: 'integer', code: 'text?' },
      { unique: [{ name: 'by_code', fields: ['code'], nullsClash: true }] },
    );
    for (const strategy of ['keep_remote', 'rename_local', 'keep_local'] as const) {
      const bench = await Bench.open({ tables: [badges] });
      bench.putBoth('badges', { id: 1n, code: 'x' });
      bench.put('A', 'badges', { id: 2n, code: null });
      bench.put('B', 'badges', { id: 3n, code: null });
      await bench.sync();
      const { id } = await bench.theConflict();
      const by = { where: { id }, strategy };
      expect((await resolve(bench, { ...by, value: null })).failed).toMatchObject([{ code: 'value-taken' }]);
      const value = strategy === 'keep_local' ? { value: 'y' } : {};
      expect((await resolve(bench, { ...by, ...value })).failed).toEqual([]);
      const [, mine, theirs] = bench.both('badges');
      const [given, kept] = strategy === 'keep_local' ? [theirs, mine] : [mine, theirs];
      expect(String(given?.['code'])).toMatch(strategy === 'keep_local' ? /^y$/ : /^value_[a-z0-9]{4}$/);
      expect(kept?.['code']).toBeNull();
      await bench.expectPeace('badges');
      await bench.engine.undo({ conflict: id }, 'ann');
      expect(bench.one('A', 'badges', 2n)).toEqual({ id: 2n, code: null });
      expect(bench.one('B', 'badges', 3n)).toEqual({ id: 3n, code: null });
    }
  });

  test('[E71] a child deleted by a decision does not take along the parent that waited for it, which is named', async () => {
    const bench = await peoplePair();
    bench.drop('A', 'people', 3n);
    bench.put('B', 'pets', { id: 1n, owner: 3n });
    await bench.sync();
    const child = must(
      (await bench.open()).find(({ kind }) => kind === 'fk-parent-missing'),
      'the child',
    );
    const dry = await resolve(bench, { where: { id: child.id }, strategy: 'keep_local', dryRun: true });
    const done = await resolve(bench, { where: { id: child.id }, strategy: 'keep_local' });
    const parent = { collection: 'people', key: bench.keyOf('people', 3n) };
    for (const report of [dry, done]) expect(report).toMatchObject({ resolved: [{ id: child.id }], follows: [parent] });
    expect(done.resolved[0]?.text).toContain('pets 1 is deleted on Remote; This computer never had it');
    expect(done.wrote).toEqual([{ collection: 'pets', key: bench.keyOf('pets', 1n), op: { B: 'delete' } }]);
    expect([bench.both('pets'), bench.one('B', 'people', 3n)]).toEqual([[], person(3, 'cyd')]);
    expect((await bench.theConflict()).kind).toBe('fk-child-exists');
    await bench.sync();
    expect(bench.both('people')).toHaveLength(2);
    await bench.expectPeace('people', 'pets');
  });

  test('[E70] what can only be written together with a decision goes with it: the other half of a swap', async () => {
    const bench = await peoplePair();
    bench.put('A', 'people', { id: 1n, name: 'free' });
    bench.put('A', 'people', { id: 2n, name: 'ann' });
    bench.put('A', 'people', { id: 1n, name: 'bob' });
    bench.put('B', 'people', { id: 1n, name: 'of B' });
    await bench.sync();
    for (const { id, kind } of await bench.open())
      if (kind === 'update/update') await resolve(bench, { where: { id }, strategy: 'keep_local' });
    await bench.sync();
    expect(bench.both('people').map(({ name }) => name)).toEqual(['bob', 'ann', 'cyd']);
    await bench.expectPeace('people');
  });
});
