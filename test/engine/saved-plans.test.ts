import { describe, expect, test } from 'vitest';
import { recordName } from '../../electron/engine/conflict/records.ts';
import type { PlanEntry } from '../../electron/engine/reports/plan.ts';
import type { Direction } from '../../electron/engine/settings.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, table, writtenBy } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const people = table('people', { id: 'integer', name: 'text?', city: 'text?' });
const pets = table('pets', { id: 'integer', name: 'text?' });

async function pair(options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, pets], ...options });
  bench.putBoth('people', { id: 1n, name: 'ann', city: null }, { id: 2n, name: 'bob', city: null });
  bench.putBoth('pets', { id: 1n, name: 'rex' });
  await bench.sync();
  return bench;
}

/** Each side has changed a field of its own in one record, so that it is merged, and both are written. */
async function edited(): Promise<Bench> {
  const bench = await pair();
  bench.put('A', 'people', { id: 1n, name: 'of A' });
  bench.put('B', 'people', { id: 1n, city: 'of B' });
  return bench;
}

/** The pair goes another way from now on. */
const turn = (bench: Bench, direction: Direction): Promise<unknown> =>
  bench.reopen({ settings: { collections: bench.settings.collections.map((each) => ({ ...each, direction })) } });

const dump = (bench: Bench): unknown => [bench.dump('A', 'people'), bench.dump('B', 'people')];

/** The plan is refused with these words, and, asked to leave out what does not fit, leaves out this record; nothing is written. */
async function expectRefused(bench: Bench, plan: readonly PlanEntry[], name: string, why: string): Promise<void> {
  const before = dump(bench);
  await expect(bench.sync({ plan })).rejects.toMatchObject({
    code: 'moved',
    message: `Applying the saved plan was refused: ${name}, which it names, ${why}.`,
  });
  expect(dump(bench)).toEqual(before);
  const report = await bench.sync({ plan, partial: true });
  expect([report.moved.records.map(recordName), writtenBy(report)]).toEqual([[name], 0]);
  expect(report.moved).toMatchObject({ total: 1, otherFields: {} });
  expect(dump(bench)).toEqual(before);
}

const MOVED = 'has changed since';
const OTHERWISE =
  'is as it was, but something else would be done with it now: the rules or the fields of the pair were changed, or somebody decided about it';

describe('A saved plan', () => {
  test.each([true, false])(
    '[E60] [E144] names a record that waits in a conflict by now: it is refused for as long as it waits (streams: %s)',
    async (capture) => {
      const bench = await pair({ capabilities: { capture } });
      bench.put('A', 'people', { id: 1n, name: 'of A' });
      const { fingerprint } = await bench.engine.plan({});
      bench.put('B', 'people', { id: 1n, name: 'later' });
      await expectRefused(bench, fingerprint, 'people 1', MOVED);
      const { parked } = await bench.sync();
      expect(parked).toBe(1);
      for (let again = 0; again < 2; again++) await expectRefused(bench, fingerprint, 'people 1', MOVED);
      expect(await bench.open()).toHaveLength(1);
    },
  );

  test('[E60] that is refused left nothing out, and calls no record changed that was not looked at', async () => {
    const bench = await pair();
    for (const id of [1n, 2n]) bench.put('A', 'people', { id, name: 'planned' });
    const { fingerprint } = await bench.engine.plan({});
    bench.put('A', 'people', { id: 2n, name: 'another' });
    await expect(bench.sync({ plan: fingerprint })).rejects.toMatchObject({ code: 'moved' });
    const [refused] = await bench.engine.runs(1);
    expect(refused).toMatchObject({ status: 'failed', moved: { total: 0, records: [] } });
    const { moved } = await bench.sync({ plan: fingerprint, partial: true });
    expect([moved.total, moved.records.map(recordName)]).toEqual([1, ['people 2']]);
  });

  test('[E144] names a record that went another way meanwhile and is in step: it is refused', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'planned' });
    const { fingerprint } = await bench.engine.plan({});
    bench.put('A', 'people', { id: 1n, name: 'another' });
    expect(writtenBy(await bench.sync())).toBe(1);
    await expectRefused(bench, fingerprint, 'people 1', MOVED);
  });

  test('[E144] that was applied has nothing left to do, also where a part of it went with another sync', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'planned' });
    bench.put('B', 'people', { id: 1n, city: 'merged' });
    bench.drop('B', 'people', 2n);
    const { fingerprint } = await bench.engine.plan({});
    await bench.sync({ collections: ['people'], key: bench.keyOf('people', 2n) });
    const reports = [];
    for (let again = 0; again < 3; again++) reports.push(await bench.sync({ plan: fingerprint }));
    expect(reports.map(writtenBy)).toEqual([2, 0, 0]);
    expect(reports.map(({ moved, parked }) => [moved.total, parked])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(bench.both('people')).toEqual([{ id: 1n, name: 'planned', city: 'merged' }]);
    expect((await bench.engine.status()).pending).toBe(0);
  });

  test('[E144] of which one side took its part is finished by it', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'of A' });
    bench.put('B', 'people', { id: 1n, city: 'of B' });
    const { fingerprint } = await bench.engine.plan({});
    bench.put('A', 'people', { id: 1n, city: 'of B' });
    expect(writtenBy(await bench.sync({ plan: fingerprint }))).toBe(1);
    expect(bench.both('people')[0]).toEqual({ id: 1n, name: 'of A', city: 'of B' });
  });

  test('[E144] names a record that rests after an undo: it is left out, and goes on resting', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'new' });
    const { fingerprint } = await bench.engine.plan({});
    const { id: run } = await bench.sync({ plan: fingerprint });
    await bench.engine.undo({ run }, 'ann');
    await expectRefused(bench, fingerprint, 'people 1', OTHERWISE);
    expect(await bench.engine.holds()).toHaveLength(1);
    bench.put('A', 'people', { id: 1n, name: 'edited' });
    await expectRefused(bench, fingerprint, 'people 1', MOVED);
    expect(await bench.engine.holds()).toHaveLength(1);
    await bench.sync();
    expect([await bench.engine.holds(), bench.one('B', 'people', 1n)]).toMatchObject([[], { name: 'edited' }]);
  });

  test('[E144] names a record of a collection that left the pair: it is refused', async () => {
    const bench = await pair();
    bench.put('A', 'pets', { id: 1n, name: 'max' });
    const { fingerprint } = await bench.engine.plan({});
    const collections = bench.settings.collections.filter(({ name }) => name === 'people');
    await bench.reopen({ settings: { collections } });
    await expectRefused(bench, fingerprint, 'pets 1', 'is of a collection that left the pair');
    await bench.sync({ plan: fingerprint, collections: ['people'] });
    expect(bench.one('B', 'pets', 1n)).toEqual({ id: 1n, name: 'rex' });
  });

  test('[E145] that a rule decided fits no more once a person was asked, whatever the rule is then', async () => {
    const bench = await pair();
    const under = (policy: 'local' | 'ask'): Promise<unknown> =>
      bench.reopen({ settings: { collections: bench.settings.collections.map((each) => ({ ...each, policy })) } });
    await under('local');
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, name: `of ${side}` });
    const { fingerprint } = await bench.engine.plan({});
    await under('ask');
    expect((await bench.sync()).parked).toBe(1);
    await under('local');
    await expectRefused(bench, fingerprint, 'people 1', OTHERWISE);
  });

  test('[E144] names a record that cannot be read any more: it is refused, and not taken for deleted', async () => {
    const sqlite = await SqliteBench.open('CREATE TABLE notes(id TEXT PRIMARY KEY, body TEXT);', {
      notes: ['id', 'body'],
    });
    sqlite.exec('A', "INSERT INTO notes VALUES ('a', 'one'), ('b', 'two')");
    await sqlite.sync();
    sqlite.exec('A', "DELETE FROM notes WHERE id = 'b'");
    const { fingerprint: plan } = await sqlite.engine.plan({});
    sqlite.exec('A', "INSERT INTO notes VALUES ('b', CAST(x'ff41' AS TEXT))");
    sqlite.exec('B', "DELETE FROM notes WHERE id = 'b'");
    await expect(sqlite.engine.sync({ trigger: 'manual', who: 'ann', plan })).rejects.toMatchObject({
      code: 'moved',
      message: 'Applying the saved plan was refused: notes b, which it names, cannot be read now.',
    });
    const { moved } = await sqlite.engine.sync({ trigger: 'manual', who: 'ann', plan, partial: true });
    expect(moved.total).toBe(1);
    expect(sqlite.rows('A', 'SELECT id FROM notes ORDER BY id')).toEqual([['a'], ['b']]);
  });

  test('[E145] that no longer fits because a rule of the pair was changed is refused with that reason', async () => {
    const local = { people: { policy: 'local' as const } };
    const bench = await pair({ rules: local });
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, name: `of ${side}` });
    const { fingerprint, decided } = await bench.engine.plan({});
    expect(decided).toBe(1);
    await bench.reopen({
      settings: { collections: bench.settings.collections.map((each) => ({ ...each, policy: 'remote' as const })) },
    });
    await expectRefused(bench, fingerprint, 'people 1', OTHERWISE);
  });

  const ways: readonly (readonly [Direction, Direction, string])[] = [
    ['both', 'a-to-b', 'is This computer → Remote in this run, and was both ways in the plan'],
    ['a-to-b', 'both', 'is both ways in this run, and was This computer → Remote in the plan'],
    ['a-to-b', 'b-to-a', 'is Remote → This computer in this run, and was This computer → Remote in the plan'],
  ];
  test.each(ways)('[E148] made %s and applied %s, by an option of either: it is refused', async (made, now, why) => {
    const bench = await edited();
    const { fingerprint } = await bench.engine.plan({ direction: made });
    const before = dump(bench);
    await expect(bench.sync({ plan: fingerprint, direction: now })).rejects.toMatchObject({
      code: 'moved',
      message: `Applying the saved plan was refused: it is no longer what would happen. The direction of people ${why}.`,
      hint: `Apply it with --direction ${made}, or make the plan again.`,
    });
    const report = await bench.sync({ plan: fingerprint, direction: now, partial: true });
    expect([report.moved.total, writtenBy(report)]).toEqual([1, 0]);
    expect(dump(bench)).toEqual(before);
  });

  test.each(ways)(
    '[E148] made %s and applied %s, since the pair was changed: it is refused',
    async (made, now, why) => {
      const bench = await edited();
      await turn(bench, made);
      const { fingerprint } = await bench.engine.plan({});
      await turn(bench, now);
      const before = dump(bench);
      await expect(bench.sync({ plan: fingerprint })).rejects.toMatchObject({
        code: 'moved',
        message: expect.stringContaining(why),
      });
      expect(dump(bench)).toEqual(before);
    },
  );

  test.each(['a-to-b', 'b-to-a'] as const)(
    '[E148] made %s is applied in that direction, whether the run or the pair says so',
    async (direction) => {
      const [from, to] = direction === 'a-to-b' ? (['A', 'B'] as const) : (['B', 'A'] as const);
      const bench = await edited();
      const left = bench.one(from, 'people', 1n);
      const { fingerprint } = await bench.engine.plan({ direction });
      await turn(bench, direction);
      expect(writtenBy(await bench.sync({ plan: fingerprint }))).toBe(1);
      expect(bench.one(to, 'people', 1n)).toEqual({ id: 1n, name: 'of A', city: 'of B' });
      expect(bench.one(from, 'people', 1n)).toEqual(left);
      await turn(bench, 'both');
      expect(writtenBy(await bench.sync({ plan: fingerprint, direction }))).toBe(0);
      expect(bench.one(from, 'people', 1n)).toEqual(left);
    },
  );

  test.each([
    ['merge', { merge: 'record' }],
    ['groups', { merge: 'groups', groups: [['name', 'city']] }],
    ['fields', { fields: ['id', 'name'].map((name) => ({ name, A: name, B: name })) }],
  ] as const)('[E145] is refused where another rule of the pair (%s) would do something else', async (_, rule) => {
    const bench = await edited();
    const { fingerprint } = await bench.engine.plan({});
    await bench.reopen({ settings: { collections: bench.settings.collections.map((each) => ({ ...each, ...rule })) } });
    const before = dump(bench);
    await expect(bench.sync({ plan: fingerprint })).rejects.toMatchObject({ code: 'moved' });
    expect(dump(bench)).toEqual(before);
  });

  test.each([
    ['left', ['id', 'name', 'city'], ['id', 'name']],
    ['joined', ['id', 'name'], ['id', 'name', 'city']],
  ] as const)('[E145] says that a field %s the pair since it was made', async (_, before, after) => {
    const bench = await pair();
    const having = (names: readonly string[]): Promise<unknown> => {
      const fields = names.map((name) => ({ name, A: name, B: name }));
      const collections = bench.settings.collections.filter(({ name }) => name === 'people');
      return bench.reopen({ settings: { collections: collections.map((each) => ({ ...each, fields })) } });
    };
    await having(before);
    await bench.sync();
    bench.put('A', 'people', { id: 1n, name: 'new' });
    const { fingerprint: plan } = await bench.engine.plan({});
    await having(after);
    await bench.engine.plan({});
    await expect(bench.sync({ plan })).rejects.toMatchObject({
      code: 'moved',
      message: expect.stringContaining(
        'refused: fields of people joined or left the pair since it was made (pair edit)',
      ),
      hint: `Make a new one: tandem plan ${bench.settings.name} --out FILE`,
    });
    expect((await bench.sync({ plan, partial: true })).moved).toMatchObject({ total: 1, otherFields: { people: 1 } });
    expect(bench.one('B', 'people', 1n)).toMatchObject({ name: 'ann' });
  });

  test('[E60] is applied as it was shown where another rule of the pair does the same', async () => {
    const bench = await edited();
    const { fingerprint } = await bench.engine.plan({});
    await bench.reopen({
      settings: { collections: bench.settings.collections.map((each) => ({ ...each, policy: 'local' as const })) },
    });
    expect(writtenBy(await bench.sync({ plan: fingerprint }))).toBe(2);
    expect(bench.both('people')[0]).toEqual({ id: 1n, name: 'of A', city: 'of B' });
  });
});
