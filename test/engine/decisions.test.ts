import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import type { ResolveRequest } from '../../electron/engine/reports.ts';
import { Bench, table, type BenchOptions, type Row } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?', city: 'text?', zip: 'text?' }, { unique: [{ name: 'by_name', fields: ['name'] }], nocase: ['name'] });
const pets = table('pets', { id: 'integer', owner: 'integer?' }, { references: [{ fields: ['owner'], parent: 'people', parentFields: ['id'] }] });
const person = (id: number, name: string | null, more: Row = {}): Row => ({ id: BigInt(id), name, city: null, zip: null, ...more });

async function pair(options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, pets], ...options });
  bench.putBoth('people', person(1, 'ann'), person(2, 'bob'), person(3, 'cyd'));
  await bench.sync();
  return bench;
}
const edited = async (bench: Bench, ...ids: readonly number[]): Promise<void> => {
  for (const id of ids) for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: BigInt(id), city: `of ${side}` });
  await bench.sync();
};
const resolve = (bench: Bench, request: Partial<ResolveRequest> & Pick<ResolveRequest, 'where' | 'strategy'>): ReturnType<Bench['engine']['resolve']> =>
  bench.engine.resolve({ who: 'ann', ...request });
async function clash(bench: Bench, here = 'new', there = 'NEW'): Promise<number> {
  bench.put('A', 'people', person(10, here, { city: 'of A' }));
  bench.put('B', 'people', person(11, there, { city: 'of B' }));
  await bench.sync();
  return (await bench.theConflict()).id;
}

describe('Decisions', () => {
  test('[E45] a resolution that names an older generation is refused, and nothing is written', async () => {
    const bench = await pair();
    await edited(bench, 1);
    const { id, generation } = await bench.theConflict();
    bench.put('A', 'people', { id: 1n, city: 'later' });
    const report = await resolve(bench, { where: { id }, strategy: 'keep_remote', generation });
    expect(report).toMatchObject({ resolved: [], failed: [{ id, code: 'moved' }] });
    expect([bench.one('A', 'people', 1n)?.['city'], bench.one('B', 'people', 1n)?.['city']]).toEqual(['later', 'of B']);
  });

  for (const [winner, strategy] of [['A', 'keep_local'], ['B', 'keep_remote']] as const) {
    test(`[E45] ${strategy} expects exactly the values shown: an edit between the look and the write is not overwritten`, async () => {
      for (const side of ['A', 'B'] as const) {
        const bench = await pair();
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
        if (side === winner) expect(bench.both('people')[0]?.['city']).toBe('meanwhile');
        else {
          expect(bench.one(side, 'people', 1n)?.['city']).toBe('meanwhile');
          expect((await bench.theConflict()).generation).toBeGreaterThan(generation);
        }
      }
    });
  }

  test('[E45] an item that a crash left half resolved takes no resolution until a pass has looked again', async () => {
    const bench = await pair();
    await edited(bench, 1);
    const { id } = await bench.theConflict();
    await bench.store.commit(1, { patchItems: [{ id, state: 'reopened', generation: 2 }] });
    const report = await resolve(bench, { where: { id }, strategy: 'keep_local', generation: 1 });
    expect(report.resolved).toEqual([]);
    expect([bench.one('A', 'people', 1n)?.['city'], bench.one('B', 'people', 1n)?.['city']]).toEqual(['of A', 'of B']);
  });

  test('[E47] merge refuses while a disputed field is not decided, and a field that does not exist', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, city: 'of A', zip: 'of A' });
    bench.put('B', 'people', { id: 1n, city: 'of B', zip: 'of B', name: 'anna' });
    await bench.sync();
    const { id } = await bench.theConflict();
    const tries: readonly Partial<ResolveRequest>[] = [{}, { value: 'x' }, { fields: new Map([['city', 'x']]) }, { fields: new Map([['city', 'x'], ['nothing', 'y']]) }];
    for (const one of tries) expect((await resolve(bench, { where: { id }, strategy: 'merge', ...one })).failed).toMatchObject([{ code: 'refused' }]);
    expect(bench.one('A', 'people', 1n)).toEqual(person(1, 'ann', { city: 'of A', zip: 'of A' }));
    const done = await resolve(bench, { where: { id }, strategy: 'merge', fields: new Map([['city', 'x'], ['zip', null]]) });
    expect(done.resolved).toHaveLength(1);
    expect(bench.both('people')[0]).toEqual(person(1, 'anna', { city: 'x' }));
    await bench.expectPeace('people');
  });

  test('[E48] rename_local without a value gives the local record the suggested one, which is free on both sides', async () => {
    const bench = await pair();
    const id = await clash(bench);
    const suggested = must((await bench.theConflict()).suggestion, 'a suggestion');
    await resolve(bench, { where: { id }, strategy: 'rename_local' });
    expect(suggested).toMatch(/^new_[a-z0-9]{4}$/);
    expect(bench.both('people').slice(3)).toEqual([person(10, suggested, { city: 'of A' }), person(11, 'NEW', { city: 'of B' })]);
    await bench.expectPeace('people');
  });

  test('[E48] a value that is taken on either side, in whatever case, is refused; keep_local needs one', async () => {
    const bench = await pair();
    const id = await clash(bench);
    bench.put('B', 'people', person(20, 'there'));
    for (const strategy of ['rename_local', 'keep_local', 'merge'] as const)
      for (const value of ['ANN', 'There', 'new'])
        expect((await resolve(bench, { where: { id }, strategy, value })).failed).toMatchObject([{ code: 'value-taken' }]);
    for (const strategy of ['keep_local', 'merge'] as const) expect((await resolve(bench, { where: { id }, strategy })).failed).toMatchObject([{ code: 'refused' }]);
    expect([bench.one('A', 'people', 10n)?.['name'], bench.one('B', 'people', 11n)?.['name']]).toEqual(['new', 'NEW']);
  });

  test('[E48] keep_remote clears the local value where the field may be empty and changes it where not; no record is deleted', async () => {
    const strict = { ...people, fields: people.fields.map((field) => ({ ...field, nullable: field.name !== 'name' && field.name !== 'id' })) };
    for (const [tables, name] of [[people, null], [strict, /^new_/]] as const) {
      const bench = await pair({ tables: [tables, pets] });
      const id = await clash(bench);
      expect((await resolve(bench, { where: { id }, strategy: 'keep_remote' })).resolved).toHaveLength(1);
      const [mine, theirs] = bench.both('people').slice(3);
      if (name === null) expect(mine?.['name']).toBeNull();
      else expect(mine?.['name']).toMatch(name);
      expect([mine?.['id'], theirs]).toEqual([10n, person(11, 'NEW', { city: 'of B' })]);
      await bench.expectPeace('people');
    }
  });

  test('[E48] a clash of two existing records is decided without losing the other edits of either', async () => {
    for (const strategy of ['keep_local', 'keep_remote', 'rename_local'] as const) {
      const bench = await pair();
      bench.put('A', 'people', { id: 1n, name: 'same', zip: 'A1' });
      bench.put('B', 'people', { id: 1n, city: 'B1' });
      bench.put('B', 'people', { id: 2n, name: 'same', zip: 'B2' });
      bench.put('A', 'people', { id: 2n, city: 'A2' });
      await bench.sync();
      const { id } = await bench.theConflict();
      expect((await resolve(bench, { where: { id }, strategy, ...(strategy === 'keep_remote' ? {} : { value: 'free' }) })).failed).toEqual([]);
      const [one, two] = bench.both('people');
      expect([one?.['zip'], one?.['city'], two?.['zip'], two?.['city']]).toEqual(['A1', 'B1', 'B2', 'A2']);
      expect([one?.['name'], two?.['name']]).toEqual({ keep_local: ['same', 'free'], keep_remote: [null, 'same'], rename_local: ['free', 'same'] }[strategy]);
      await bench.expectPeace('people');
    }
  });

  test('[E49] keep_both moves the local record to a free key; refused where others refer to it, or the key has several parts', async () => {
    const links = table('links', { a: 'integer', b: 'text', note: 'text?' }, { key: ['a', 'b'] });
    const bench = await pair({ tables: [people, pets, links] });
    bench.put('A', 'people', person(10, 'here'));
    bench.put('B', 'people', person(10, 'there'));
    bench.put('A', 'people', person(11, 'taken'));
    bench.put('A', 'links', { a: 1n, b: 'x', note: 'A' });
    bench.put('B', 'links', { a: 1n, b: 'x', note: 'B' });
    bench.put('A', 'pets', { id: 1n, owner: 10n });
    await bench.sync();
    for (const { id, kind } of await bench.open())
      if (kind === 'insert/insert') expect((await resolve(bench, { where: { id }, strategy: 'keep_both' })).failed).toMatchObject([{ code: 'refused' }]);
    bench.drop('A', 'pets', 1n);
    await bench.sync();
    const [first] = await bench.engine.conflicts({ collection: 'people' });
    expect((await resolve(bench, { where: { id: must(first, 'a conflict').id }, strategy: 'keep_both' })).failed).toEqual([]);
    expect(bench.both('people').slice(3)).toEqual([person(10, 'there'), person(11, 'taken'), person(12, 'here')]);
  });

  test('[E51] in bulk one refused item stops no other, a dry run writes nothing, and one undo takes all of it back', async () => {
    const bench = await pair();
    await edited(bench, 1, 2);
    bench.drop('A', 'people', 3n);
    bench.put('B', 'people', { id: 3n, city: 'of B' });
    await clash(bench).catch(() => undefined);
    await bench.sync();
    const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
    const dry = await resolve(bench, { where: {}, strategy: 'keep_local', dryRun: true });
    expect([dry.resolved.length, dry.failed.length, dry.preview.length]).toEqual([3, 1, 3]);
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    expect((await bench.open()).map(({ state }) => state)).toEqual(['open', 'open', 'open', 'open']);
    const real = await resolve(bench, { where: {}, strategy: 'keep_local' });
    expect([real.resolved.length, real.failed.map(({ code }) => code)]).toEqual([3, ['refused']]);
    expect(bench.dump('B', 'people').map(({ id, city }) => [id, city])).toEqual([[1n, 'of A'], [2n, 'of A'], [11n, 'of B']]);
    const undone = await bench.engine.undo({ run: real.run }, 'ann');
    expect(undone).toMatchObject({ restored: 3, kept: 0, refused: [] });
    await bench.sync();
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
  });

  test('[E52] auto-resolve takes the first rule that fits, at most N items, and leaves what it does not know to a person', async () => {
    const timed = table('people', { id: 'integer', name: 'text?', createdAt: 'any?', updatedAt: 'any?' }, { unique: [{ name: 'by_name', fields: ['name'] }] });
    const bench = await Bench.open({ tables: [timed] });
    const at = (ms: number): string => new Date(bench.now + ms).toISOString();
    const put = (side: 'A' | 'B', id: number, name: string, createdAt: string | null, updatedAt: bigint | null): void =>
      bench.put(side, 'people', { id: BigInt(id), name, createdAt, updatedAt });
    put('A', 1, 'young', at(-60_000), 9n);
    put('B', 2, 'young', null, 1n);
    put('A', 3, 'old', at(-7_200_000), 1n);
    put('B', 4, 'old', null, 2n);
    put('A', 5, 'unknown', null, null);
    put('B', 6, 'unknown', null, 7n);
    put('A', 7, 'a', null, 1n);
    put('B', 7, 'b', null, 2n);
    put('A', 8, 'c', null, 2n);
    put('B', 8, 'd', null, 1n);
    await bench.sync();
    expect(await bench.open()).toHaveLength(5);
    const one = await bench.engine.autoResolve({ max: 1, who: 'ann' });
    expect(one.resolved.length + one.skipped.length).toBe(1);
    const rest = await bench.engine.autoResolve({ max: 100, who: 'ann' });
    expect([...one.resolved, ...rest.resolved].map(({ strategy }) => strategy).sort()).toEqual(['keep_remote', 'keep_remote', 'rename_local']);
    expect((await bench.open()).map(({ key }) => key).sort()).toEqual([5n, 8n].map((id) => bench.keyOf('people', id)));
    expect(bench.one('B', 'people', 1n)?.['name']).toMatch(/^young_/);
    expect([bench.one('A', 'people', 4n)?.['name'], bench.one('B', 'people', 3n)?.['name']]).toEqual(['old', null]);
    expect(bench.one('A', 'people', 7n)?.['name']).toBe('b');
    expect([bench.one('A', 'people', 8n)?.['name'], bench.one('B', 'people', 8n)?.['name']]).toEqual(['c', 'd']);
    expect((await bench.engine.conflicts({ all: true })).filter(({ state }) => state === 'resolved').every(({ notes }) => notes.startsWith('automatic'))).toBe(true);
  });
});
