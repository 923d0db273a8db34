import { describe, expect, test } from 'vitest';
import type { ConflictKind } from '../../shared/model/words.ts';
import { settingsFor } from '../support/bench-options.ts';
import { plain, Bench, table, writtenBy, type Row } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?', city: 'text?', zip: 'text?' });
const OLD: Row = { id: 1n, name: 'ann', city: 'Bern', zip: '3000' };

async function pair(): Promise<Bench> {
  const bench = await Bench.open({ tables: [people] });
  bench.putBoth('people', OLD);
  await bench.sync();
  return bench;
}

/** Name and city are in dispute; B alone changed zip. */
const disputes: Readonly<Record<string, () => Promise<Bench>>> = {
  'update/update': async () => edited(await pair()),
  async undone() {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'sent', city: 'sent' });
    const { id } = await bench.sync();
    await bench.engine.undo({ run: id }, 'ann');
    return edited(bench);
  },
  async 'insert/insert'() {
    return edited(await Bench.open({ tables: [people] }));
  },
};
async function edited(bench: Bench): Promise<Bench> {
  bench.put('A', 'people', { id: 1n, name: 'of A', city: 'of A' });
  bench.put('B', 'people', { id: 1n, name: 'of B', city: 'of B', zip: 'of B' });
  await bench.sync();
  return bench;
}

describe('What a resolution may not decide silently', () => {
  for (const kind of ['update/update', 'undone', 'insert/insert'] as const satisfies readonly ConflictKind[]) {
    test(`[E47] merge of ${kind}: a disputed field that is not given refuses the merge, and both sides stay`, async () => {
      const bench = await must(kind)();
      const { id } = await bench.theConflict();
      const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
      const report = await bench.engine.resolve({
        where: { id },
        strategy: 'merge',
        fields: new Map([['city', 'given']]),
        who: 'ann',
      });
      expect([report.resolved, report.failed.map(({ code }) => code)]).toEqual([[], ['refused']]);
      expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    });
  }

  for (const strategy of ['keep_local', 'keep_remote'] as const)
    test(`[E46] ${strategy} with a value of its own is refused, and nothing is written`, async () => {
      const bench = await must('update/update')();
      const { id } = await bench.theConflict();
      const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
      for (const given of [{ value: 'zz' }, { fields: new Map([['city', 'zz']]) }]) {
        const { failed } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann', ...given });
        expect(failed).toMatchObject([{ code: 'refused', text: expect.stringContaining('with merge') }]);
      }
      expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    });

  for (const kind of ['update/update', 'undone'] as const) {
    for (const strategy of ['keep_local', 'keep_remote', 'merge'] as const) {
      test(`[E46] ${strategy} of ${kind}: a field that only one side changed stays merged`, async () => {
        const bench = await must(kind)();
        const { id } = await bench.theConflict();
        const given =
          strategy === 'merge'
            ? {
                fields: new Map([
                  ['city', 'given'],
                  ['name', 'given'],
                ]),
              }
            : {};
        expect((await bench.engine.resolve({ where: { id }, strategy, who: 'ann', ...given })).failed).toEqual([]);
        const won = { keep_local: 'of A', keep_remote: 'of B', merge: 'given' }[strategy];
        expect(bench.both('people')).toEqual([{ id: 1n, name: won, city: won, zip: 'of B' }]);
        await bench.expectPeace('people');
      });
    }
  }

  for (const [strategy, name] of [
    ['keep_local', 'of A'],
    ['keep_remote', 'of B'],
    ['merge', 'given'],
  ] as const) {
    test(`[E46] ${strategy} leaves a field that a policy decides to the policy, says so, and records what lost`, async () => {
      const people = table('people', { id: 'integer', name: 'text?', city: 'text?' });
      const rules = { people: { policy: 'remote', fieldPolicy: { name: 'ask' } } } as const;
      const bench = await Bench.open({ tables: [people], rules });
      bench.putBoth('people', { id: 1n, name: 'old', city: 'old' });
      await bench.sync();
      for (const side of ['A', 'B'] as const)
        bench.put(side, 'people', { id: 1n, name: `of ${side}`, city: `city of ${side}` });
      await bench.sync();
      const { id, fields } = await bench.theConflict();
      expect(fields).toEqual(['name']);
      const given = strategy === 'merge' ? { fields: new Map([['name', 'given']]) } : {};
      const { resolved, run } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann', ...given });
      expect(bench.both('people')).toEqual([{ id: 1n, name, city: 'city of B' }]);
      expect(resolved).toMatchObject([
        { text: expect.stringContaining('By the rules of the pair they have city from Remote.') },
      ]);
      const decisions = await bench.store.decisions(1, { run, limit: 9 });
      expect(decisions).toContainEqual(expect.objectContaining({ policy: 'remote', winner: 'B', fields: ['city'] }));
    });
  }

  for (const [rule, how] of [
    [{ policy: 'remote' }, 'a policy'],
    [{ fieldPolicy: { city: 'remote' } }, 'a policy of the field'],
    [{ touch: ['city'] }, 'touch'],
    [{ merge: 'record', policy: 'remote' }, 'whole records'],
  ] as const)
    test(`[E46] what a person was asked about is theirs to decide, also where ${how} was set since`, async () => {
      const people = table('people', { id: 'integer', name: 'text?', city: 'text?' });
      const bench = await Bench.open({ tables: [people] });
      bench.putBoth('people', { id: 1n, name: 'old', city: 'old' });
      await bench.sync();
      for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, city: `of ${side}` });
      await bench.sync();
      const collections = settingsFor({ tables: [people], rules: { people: rule } }).collections;
      await bench.reopen({ settings: { collections } });
      const { id } = await bench.theConflict();
      const { resolved } = await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
      expect(resolved).toMatchObject([{ id, text: 'Both sides have city from This computer.' }]);
      expect(bench.both('people')).toEqual([{ id: 1n, name: 'old', city: 'of A' }]);
    });

  for (const [strategy, lost] of [
    ['keep_local', 'of B'],
    ['keep_remote', 'of A'],
  ] as const)
    test(`[E46] [L8] the record of ${strategy} holds what lost, also where both sides get other fields of each other`, async () => {
      const people = table('people', { id: 'integer', name: 'text?', city: 'text?', zip: 'text?' });
      const bench = await Bench.open({ tables: [people] });
      bench.putBoth('people', { id: 1n, name: 'old', city: 'old', zip: 'old' });
      await bench.sync();
      bench.put('A', 'people', { id: 1n, name: 'of A', city: 'new' });
      bench.put('B', 'people', { id: 1n, name: 'of B', zip: 'new' });
      await bench.sync();
      const { id } = await bench.theConflict();
      const { run } = await bench.engine.resolve({ where: { id }, strategy, who: 'ann' });
      const [row, ...more] = await bench.store.decisions(1, { run, limit: 9 });
      expect([row?.policy, plain(row?.lost ?? null)?.['name'], more]).toEqual(['resolve', lost, []]);
    });

  test('[E46] [E11] what a resolution replaced stands in the journal and can be taken back whole', async () => {
    const bench = await must('update/update')();
    const { id } = await bench.theConflict();
    const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
    const { run } = await bench.engine.resolve({ where: { id }, strategy: 'keep_local', who: 'ann' });
    await bench.engine.undo({ conflict: id }, 'ann');
    expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
    expect((await bench.journal({ run })).map(({ side, op }) => `${side} ${op}`).sort()).toEqual([
      'A update',
      'B update',
    ]);
    expect(writtenBy(await bench.sync())).toBe(0);
  });

  test('[E20] [E45] a merge by hand of which one side misses leaves both values and asks again, with the base as it was', async () => {
    const bench = await must('update/update')();
    const { id, generation } = await bench.theConflict();
    let once = true;
    bench.tap.current = ({ on, name, when }) => {
      if (!once || on !== 'B' || name !== 'write' || when !== 'before') return;
      once = false;
      bench.put('B', 'people', { id: 1n, name: 'later' });
    };
    const given = new Map([
      ['city', 'given'],
      ['name', 'given'],
    ]);
    const report = await bench.engine.resolve({ where: { id }, strategy: 'merge', fields: given, who: 'ann' });
    bench.tap.current = null;
    expect([report.resolved, report.failed.map(({ code }) => code)]).toEqual([[], ['moved']]);
    await bench.sync();
    expect([bench.one('A', 'people', 1n)?.['name'], bench.one('B', 'people', 1n)?.['name']]).toEqual([
      'given',
      'later',
    ]);
    expect((await bench.base('people', 1n))?.['name']).toBe('ann');
    const again = await bench.theConflict();
    expect([again.fields.includes('name'), again.generation > generation]).toEqual([true, true]);
  });
});

const must = (kind: string): (() => Promise<Bench>) => disputes[kind] ?? (() => Promise.reject(new Error(kind)));
