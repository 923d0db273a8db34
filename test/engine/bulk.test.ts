import { describe, expect, test } from 'vitest';
import { must } from '../../shared/lib/assert.ts';
import { RefusedWrite } from '../../electron/connectors/memory/transaction.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';
import { edited, peoplePair, person, resolve } from '../support/people-and-pets.ts';

function putClash(bench: Bench): void {
  bench.put('A', 'people', person(10, 'new', { city: 'of A' }));
  bench.put('B', 'people', person(11, 'NEW', { city: 'of B' }));
}

describe('Many decisions at once', () => {
  test('[E51] in bulk one refused item stops no other, a dry run writes nothing, and one undo takes all of it back', async () => {
    const bench = await peoplePair();
    await edited(bench, 1, 2);
    bench.drop('A', 'people', 3n);
    bench.put('B', 'people', { id: 3n, city: 'of B' });
    putClash(bench);
    await bench.sync();
    const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
    const dry = await resolve(bench, { where: {}, strategy: 'keep_local', dryRun: true });
    expect([dry.resolved.length, dry.failed.length, dry.preview.length]).toEqual([3, 1, 3]);
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    expect((await bench.open()).map(({ state }) => state)).toEqual(['open', 'open', 'open', 'open']);
    const real = await resolve(bench, { where: {}, strategy: 'keep_local' });
    expect([real.resolved.length, real.failed.map(({ code }) => code)]).toEqual([3, ['refused']]);
    expect(bench.dump('B', 'people').map(({ id, city }) => [id, city])).toEqual([
      [1n, 'of A'],
      [2n, 'of A'],
      [11n, 'of B'],
    ]);
    const undone = await bench.engine.undo({ run: real.run }, 'ann');
    expect(undone).toMatchObject({ restored: 3, kept: 0, refused: [] });
    await bench.sync();
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
  });

  test('[E171] those that are named are decided in one run as they were shown, and what moved or is over is not', async () => {
    const bench = await peoplePair({}, ['ann', 'bob', 'cyd', 'dan', 'eve']);
    await edited(bench, 1, 2, 3, 4, 5);
    const shown = await bench.open();
    const [ann, bob, cyd, dan, eve] = shown.map(({ id }) => id);
    await resolve(bench, { where: { id: must(dan, 'dan') }, strategy: 'keep_local' });
    bench.put('A', 'people', { id: 2n, city: 'moved on' });
    const ids = [eve, dan, bob, ann].map((id) => must(id, 'it'));
    const generations = new Map(shown.map(({ id, generation }) => [id, generation]));
    const dry = await resolve(bench, { where: { ids }, generations, strategy: 'keep_remote', dryRun: true });
    const report = await resolve(bench, { where: { ids }, generations, strategy: 'keep_remote' });
    for (const { resolved, failed } of [dry, report]) {
      expect(resolved.map(({ id }) => id)).toEqual([ann, eve]);
      expect(failed.map(({ id, code }) => [id, code])).toEqual([
        [bob, 'moved'],
        [dan, 'already-resolved'],
      ]);
    }
    const cities = (side: 'A' | 'B'): unknown[] => bench.dump(side, 'people').map(({ city }) => city);
    expect(cities('A')).toEqual(['of B', 'moved on', 'of A', 'of A', 'of B']);
    expect(cities('B')).toEqual(['of B', 'of B', 'of B', 'of A', 'of B']);
    expect((await bench.open()).map(({ id }) => id)).toEqual([bob, cyd]);
    expect((await bench.engine.runs(1))[0]).toMatchObject({ id: report.run, trigger: 'resolve' });
    expect(await bench.engine.undo({ run: report.run }, 'ann')).toMatchObject({ restored: 2, refused: [] });
    expect(cities('A')).toEqual(['of A', 'moved on', 'of A', 'of A', 'of A']);
  });

  test('[E171] a generation of before is refused, however the record stands', async () => {
    const bench = await peoplePair();
    await edited(bench, 1, 2);
    const [ann, bob] = await bench.open();
    bench.put('A', 'people', { id: 1n, city: 'again' });
    await bench.sync();
    const seen = [must(ann, 'ann'), must(bob, 'bob')];
    const report = await resolve(bench, {
      where: { ids: seen.map(({ id }) => id) },
      generations: new Map(seen.map(({ id, generation }) => [id, generation])),
      strategy: 'keep_remote',
    });
    expect([report.resolved.map(({ id }) => id), report.failed.map(({ code }) => code)]).toEqual([
      [bob?.id],
      ['moved'],
    ]);
    expect(bench.one('A', 'people', 1n)?.['city']).toBe('again');
  });

  test('[E52] auto-resolve takes the first rule that fits, at most N items, and leaves what it does not know to a person', async () => {
    const timed = table(
      'people',
      { id: 'integer', name: 'text?', createdAt: 'any?', updatedAt: 'any?' },
      { unique: [{ name: 'by_name', fields: ['name'] }] },
    );
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
    expect(one.notLookedAt).toBe(4);
    const rest = await bench.engine.autoResolve({ max: 100, who: 'ann' });
    expect(rest.notLookedAt).toBe(0);
    expect([...one.resolved, ...rest.resolved].map(({ strategy }) => String(strategy)).sort()).toEqual([
      'keep_remote',
      'keep_remote',
      'rename_local',
    ]);
    expect((await bench.open()).map(({ key }) => key).sort()).toEqual([5n, 8n].map((id) => bench.keyOf('people', id)));
    expect(bench.one('B', 'people', 1n)?.['name']).toMatch(/^young_/);
    expect([bench.one('A', 'people', 4n)?.['name'], bench.one('B', 'people', 3n)?.['name']]).toEqual(['old', null]);
    expect(bench.one('A', 'people', 7n)?.['name']).toBe('b');
    expect([bench.one('A', 'people', 8n)?.['name'], bench.one('B', 'people', 8n)?.['name']]).toEqual(['c', 'd']);
    expect(
      (await bench.engine.conflicts({ all: true }))
        .filter(({ state }) => state === 'resolved')
        .every(({ notes }) => notes.startsWith('automatic')),
    ).toBe(true);
  });

  test('[E52] what is skipped says why: the field is not there, or leaves a doubt', async () => {
    const timed = table('people', { id: 'integer', name: 'text?', updatedAt: 'any?' });
    const plainTable = table('other', { id: 'integer', name: 'text?' });
    const bench = await Bench.open({ tables: [timed, plainTable] });
    for (const side of ['A', 'B'] as const) {
      bench.put(side, 'people', { id: 1n, name: `of ${side}`, updatedAt: 'yesterday' });
      bench.put(side, 'other', { id: 1n, name: `of ${side}` });
    }
    await bench.sync();
    const { skipped } = await bench.engine.autoResolve({ max: 9, who: 'ann' });
    expect(skipped.map(({ why }) => why).toSorted()).toEqual([
      'other has no field updatedAt that could tell which record is newer',
      'updatedAt does not tell which record is newer: the times are equal, or cannot be compared',
    ]);
  });

  test('[E52] items that auto-resolve leaves to a person do not keep it from those it can decide', async () => {
    const timed = table('people', { id: 'integer', name: 'text?', updatedAt: 'integer?' });
    const bench = await Bench.open({ tables: [timed] });
    for (const [id, a, b] of [
      [1n, null, null],
      [2n, 1n, 2n],
    ] as const) {
      bench.put('A', 'people', { id, name: 'of A', updatedAt: a });
      bench.put('B', 'people', { id, name: 'of B', updatedAt: b });
    }
    await bench.sync();
    for (let i = 0; i < 2; i++) await bench.engine.autoResolve({ max: 1, who: 'ann' });
    expect(bench.one('A', 'people', 2n)?.['name']).toBe('of B');
    expect(bench.one('A', 'people', 1n)?.['name']).toBe('of A');
  });

  test('[E70] resolution, auto-resolve, hold answer and undo write what was decided; whatever else is dirty stays dirty', async () => {
    const bench = await peoplePair();
    bench.put('A', 'people', { id: 3n, zip: 'sent' });
    const { id: sent } = await bench.sync();
    await edited(bench, 1);
    bench.put('A', 'people', { id: 2n, city: 'unrelated' });
    bench.put('B', 'people', person(30, 'dan'));
    const untouched = (): void => {
      expect([bench.one('B', 'people', 2n)?.['city'], bench.one('A', 'people', 30n)]).toEqual([null, null]);
    };
    const { id } = await bench.theConflict();
    const report = await resolve(bench, { where: { kind: 'update/update' }, strategy: 'keep_remote' });
    expect(report).toMatchObject({ resolved: [{ id }], failed: [], follows: [], wrote: [{ op: { A: 'update' } }] });
    expect(report.wrote.map(({ key }) => key)).toEqual([bench.keyOf('people', 1n)]);
    untouched();
    await bench.engine.undo({ conflict: id }, 'ann');
    untouched();
    await bench.engine.undo({ run: sent }, 'ann');
    untouched();
    for (const { collection, key } of await bench.engine.holds())
      await bench.engine.answerHold({ collection, key, answer: 'send-again', who: 'ann' });
    untouched();
    await bench.engine.autoResolve({ max: 9, who: 'ann' });
    untouched();
    await bench.sync();
    expect(bench.both('people').map((row) => [row['id'], row['city'], row['zip']])).toEqual([
      [1n, 'of B', null],
      [2n, 'unrelated', null],
      [3n, null, 'sent'],
      [30n, null, null],
    ]);
    await bench.expectPeace('people');
  });

  test('[E71] a decision that wrote nothing names no run, also in bulk, and none stands in the history', async () => {
    const bench = await peoplePair();
    await edited(bench, 1);
    const before = (await bench.engine.runs(99)).length;
    const dry = await resolve(bench, { where: {}, strategy: 'keep_local', dryRun: true });
    const none = await resolve(bench, { where: { kind: 'unique' }, strategy: 'rename_local' });
    const refused = await resolve(bench, { where: {}, strategy: 'keep_both' });
    expect([dry.run, none.run, refused.run, refused.failed.length]).toEqual([0, 0, 0, 1]);
    expect([dry.wrote.length, none.wrote, refused.wrote]).toEqual([1, [], []]);
    expect((await bench.engine.runs(99)).length).toBe(before);
  });

  test('[E71] of decisions made at once each asks the side first that is more likely to refuse it', async () => {
    const notes = table('notes', { id: 'integer', name: 'text?', city: 'text?', zip: 'text?' });
    const bench = await Bench.open({ tables: [notes] });
    const note = (id: number): Row => person(id, 'agreed', { city: 'agreed', zip: 'agreed' });
    bench.putBoth('notes', note(1), note(2));
    await bench.sync();
    bench.put('A', 'notes', { id: 1n, name: 'of A', zip: null });
    bench.put('B', 'notes', { id: 1n, name: 'unwanted' });
    bench.put('A', 'notes', { id: 2n, name: 'of A', zip: 'unwanted' });
    bench.put('B', 'notes', { id: 2n, name: null });
    await bench.sync();
    for (const [side, field] of [
      ['A', 'name'],
      ['B', 'zip'],
    ] as const)
      bench[side].addTrigger({
        name: 'strict',
        collection: 'notes',
        writes: [],
        fire: (_, { after }) => {
          if (fieldOf(after, field) === 'unwanted') throw new RefusedWrite('check', 'not wanted');
        },
      });
    const before = [bench.dump('A', 'notes'), bench.dump('B', 'notes')];
    const report = await resolve(bench, { where: {}, strategy: 'keep_remote' });
    expect([report.resolved, report.failed.map(({ code }) => code), report.wrote]).toEqual([
      [],
      ['refused', 'refused'],
      [],
    ]);
    expect([bench.dump('A', 'notes'), bench.dump('B', 'notes')]).toEqual(before);
  });
});
