import { describe, expect, test } from 'vitest';
import { recordName } from '../../electron/engine/conflict/records.ts';
import { must } from '../../shared/lib/assert.ts';
import type { BenchOptions } from '../support/bench-options.ts';
import { Bench, plain, table, writtenBy, type Row } from '../support/engine-harness.ts';
import { SqliteBench } from '../support/sqlite-bench.ts';

const people = table(
  'people',
  { id: 'integer', name: 'text?', city: 'text?' },
  { unique: [{ name: 'by_name', fields: ['name'] }] },
);
const other = table('other', { id: 'integer', note: 'text?' });
const person = (id: number, name: string | null, city: string | null = null): Row => ({ id: BigInt(id), name, city });

async function pair(options: Partial<BenchOptions> = {}): Promise<Bench> {
  const bench = await Bench.open({ tables: [people, other], ...options });
  bench.putBoth('people', person(1, 'ann'), person(2, 'bob'), person(3, 'cyd'), person(4, 'dan'));
  await bench.sync();
  return bench;
}

describe('Statements', () => {
  test('[E58] a receipt counts equal, different, one-sided and waiting records of every collection', async () => {
    const bench = await pair();
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, city: `of ${side}` });
    await bench.sync();
    bench.put('A', 'people', { id: 2n, city: 'new' });
    bench.put('A', 'people', person(7, 'gus'));
    bench.drop('A', 'people', 4n);
    bench.put('B', 'other', { id: 1n, note: null });
    const receipt = await bench.engine.compare();
    expect(receipt.equal).toBe(false);
    expect(receipt.collections).toEqual([
      { name: 'people', equal: 1, different: 1, onlyA: 1, onlyB: 1, waiting: 1, apart: 0 },
      { name: 'other', equal: 0, different: 0, onlyA: 0, onlyB: 1, waiting: 0, apart: 0 },
    ]);
    const named = (collection: string, id: bigint, only: 'A' | 'B' | null, waits: 'waiting' | null = null) => ({
      collection,
      key: bench.keyOf(collection, id),
      only,
      waits,
    });
    expect(receipt.differing).toEqual([
      named('people', 1n, null, 'waiting'),
      named('people', 2n, null),
      named('people', 4n, 'B'),
      named('people', 7n, 'A'),
      named('other', 1n, 'B'),
    ]);
    expect((await bench.engine.status()).lastReceipt).toEqual(receipt);
    expect([bench.one('B', 'people', 7n), bench.one('A', 'other', 1n)]).toEqual([null, null]);
  });

  test('[E58] differences are read a second time: what became equal meanwhile is equal', async () => {
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, city: 'in flight' });
    bench.tap.current = ({ on, name, when }) => {
      if (on === 'B' && name === 'scan' && when === 'after') bench.put('B', 'people', { id: 1n, city: 'in flight' });
    };
    expect((await bench.engine.compare()).collections[0]).toEqual({
      name: 'people',
      equal: 4,
      different: 0,
      onlyA: 0,
      onlyB: 0,
      waiting: 0,
      apart: 0,
    });
  });

  test('[E58] a receipt names what was not compared: keys with NULL, tables outside the pair, views', async () => {
    const bench = await SqliteBench.open(
      `CREATE TABLE people(id TEXT PRIMARY KEY, name TEXT); CREATE TABLE secret(id INTEGER PRIMARY KEY); CREATE VIEW names AS SELECT name FROM people;
       INSERT INTO people VALUES ('a','ann'), (NULL,'nobody')`,
      { people: ['id', 'name'] },
    );
    await bench.sync();
    const { notCompared, collections, equal } = await bench.engine.compare();
    expect(collections).toEqual([{ name: 'people', equal: 1, different: 0, onlyA: 0, onlyB: 0, waiting: 0, apart: 0 }]);
    expect(equal).toBe(true);
    for (const what of ['secret (This computer)', 'secret (Remote)', 'names (This computer)', 'NULL'])
      expect(notCompared.join('\n')).toContain(what);
  });

  test('[E59] the timeline of a record lists every write, conflict and decision with who, when and which run', async () => {
    const bench = await pair({ rules: { people: { touch: ['city'] } } });
    bench.put('A', 'people', { id: 1n, name: 'anna', city: 'B' });
    bench.put('B', 'people', { id: 1n, city: 'C' });
    const merged = await bench.sync({ who: 'bob' });
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, name: `of ${side}` });
    const parked = await bench.sync({ who: 'cyd' });
    const { id } = await bench.theConflict();
    const resolved = await bench.engine.resolve({ where: { id }, strategy: 'keep_remote', who: 'dan' });
    const undo = await bench.engine.undo({ run: resolved.run }, 'eve');
    bench.put('A', 'people', { id: 2n, city: 'not mine' });
    await bench.sync();
    const entries = await bench.engine.timeline('people', bench.keyOf('people', 1n));
    const told = entries.map(({ what, side, run, who }) => [what, side ?? '', run, who]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['written', 'A', merged.id, 'bob'],
        ['written', 'B', merged.id, 'bob'],
        ['decision', '', merged.id, 'bob'],
        ['conflict', '', parked.id, 'cyd'],
        ['written', 'A', resolved.run, 'dan'],
        ['resolved', '', resolved.run, 'dan'],
        ['undone', 'A', undo.run, 'eve'],
      ]),
    );
    expect(told).toHaveLength(7);
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort((x, y) => x - y));
    const decision = must(
      entries.find(({ what }) => what === 'decision'),
      'the decision',
    );
    expect([plain(decision.before)?.['city'], plain(decision.after)?.['city']]).toEqual(['B', 'C']);
  });

  test('[E59] an answer to a brake and keep apart tell in the timeline what was decided', async () => {
    for (const [answer, text] of [
      ['let-go', 'A brake was answered: the change was let go.'],
      ['bring-back', 'A brake was answered: brought back from Remote.'],
    ] as const) {
      const bench = await pair();
      for (let id = 10n; id < 30n; id++) bench.putBoth('people', { id, name: `p${id}`, city: null });
      await bench.sync();
      for (let id = 10n; id < 30n; id++) bench.drop('A', 'people', id);
      await bench.sync();
      const [brake] = await bench.engine.brakes();
      await bench.engine.answerBrake(must(brake, 'a brake').id, answer, 'ann');
      const told = await bench.engine.timeline('people', bench.keyOf('people', 10n));
      expect(told.filter(({ what }) => what === 'decision')).toMatchObject([{ who: 'ann', text }]);
    }
    const bench = await pair();
    bench.put('A', 'people', { id: 1n, name: 'new' });
    const { id: run } = await bench.sync();
    await bench.engine.undo({ run }, 'ann');
    const key = bench.keyOf('people', 1n);
    await bench.engine.answerHold({ collection: 'people', key, answer: 'keep-apart', who: 'ann' });
    const told = await bench.engine.timeline('people', key);
    expect(told.at(-1)).toMatchObject({
      what: 'decision',
      who: 'ann',
      text: 'After the undo the two sides are kept apart on purpose.',
      before: null,
      after: null,
    });
  });

  test('[E60] a saved plan is refused if a record it names has moved; partial applies the rest; other changes wait', async () => {
    for (const side of ['A', 'B'] as const) {
      const bench = await pair();
      bench.put('A', 'people', { id: 1n, city: 'planned' });
      bench.put('B', 'people', { id: 2n, city: 'planned' });
      const { fingerprint, total } = await bench.engine.plan({});
      expect([fingerprint.length, total, JSON.stringify(fingerprint).includes('planned')]).toEqual([2, 2, false]);
      bench.put('A', 'people', { id: 3n, city: 'not in the plan' });
      bench.put(side, 'people', { id: 1n, name: 'moved' });
      const before = [bench.dump('A', 'people'), bench.dump('B', 'people')];
      await expect(bench.sync({ plan: fingerprint })).rejects.toMatchObject({ code: 'moved' });
      expect([bench.dump('A', 'people'), bench.dump('B', 'people')]).toEqual(before);
      const { moved } = await bench.sync({ plan: fingerprint, partial: true });
      expect([moved.total, moved.records.map(recordName)]).toEqual([1, ['people 1']]);
      expect(bench.one('A', 'people', 2n)).toEqual(person(2, 'bob', 'planned'));
      expect(bench.one('B', 'people', 3n)).toEqual(person(3, 'cyd'));
      expect(bench.one(side === 'A' ? 'B' : 'A', 'people', 1n)?.['name']).toBe('ann');
      await bench.sync();
      expect(bench.both('people').map(({ city }) => city)).toEqual(['planned', 'planned', 'not in the plan', null]);
      await bench.expectPeace('people');
    }
  });

  for (const capture of [true, false]) {
    test(`[E60] a saved plan whose records stand as they did is applied, after a restart too (${capture ? 'streams' : 'scans'})`, async () => {
      const bench = await pair({ capabilities: { capture } });
      bench.put('A', 'people', { id: 1n, city: 'planned' });
      bench.drop('B', 'people', 2n);
      const { fingerprint } = await bench.engine.plan({});
      bench.put('B', 'people', person(9, 'later'));
      await bench.reopen();
      expect(writtenBy(await bench.sync({ plan: fingerprint }))).toBe(2);
      expect(bench.dump('A', 'people').map(({ id }) => id)).toEqual([1n, 3n, 4n]);
      await bench.sync();
      expect(bench.both('people')).toHaveLength(4);
    });
  }

  for (const [direction, from, to] of [
    ['a-to-b', 'A', 'B'],
    ['b-to-a', 'B', 'A'],
  ] as const) {
    test(`[E61] ${direction}: an edit on ${to} is reported as drift, stays, and is overwritten only on request`, async () => {
      const bench = await pair({ rules: { people: { direction } } });
      bench.put(from, 'people', { id: 1n, city: 'flows' });
      bench.put(to, 'people', { id: 2n, city: 'drift' });
      bench.put(to, 'people', person(9, 'drift'));
      bench.drop(to, 'people', 3n);
      const report = await bench.sync();
      expect([report.drift, writtenBy(report)]).toEqual([3, 1]);
      expect(bench.dump(from, 'people')).toEqual([
        person(1, 'ann', 'flows'),
        person(2, 'bob'),
        person(3, 'cyd'),
        person(4, 'dan'),
      ]);
      expect(bench.dump(to, 'people')).toEqual([
        person(1, 'ann', 'flows'),
        person(2, 'bob', 'drift'),
        person(4, 'dan'),
        person(9, 'drift'),
      ]);
      for (const id of [2, 3, 9]) await bench.engine.hint('people', [bench.keyOf('people', BigInt(id))]);
      await bench.sync({ overwriteDrift: true });
      expect(bench.both('people')).toEqual([
        person(1, 'ann', 'flows'),
        person(2, 'bob'),
        person(3, 'cyd'),
        person(4, 'dan'),
      ]);
    });
  }

  test('[E61] a plan counts what drifts for as long as it differs, also after a run has told it', async () => {
    const bench = await pair({ rules: { people: { direction: 'a-to-b' } }, capabilities: { capture: false } });
    bench.put('B', 'people', { id: 2n, city: 'drift' });
    expect((await bench.engine.plan({})).drift).toBe(1);
    expect((await bench.sync()).drift).toBe(1);
    for (let again = 0; again < 2; again++) {
      const { drift, total } = await bench.engine.plan({});
      expect([drift, total]).toEqual([1, 0]);
    }
    await bench.sync({ overwriteDrift: true });
    expect((await bench.engine.plan({})).drift).toBe(0);
  });

  test.each([true, false])(
    '[E61] the status counts drift until it is overwritten or put right, also after a restart (streams: %s)',
    async (capture) => {
      const bench = await pair({ rules: { people: { direction: 'a-to-b' } }, capabilities: { capture } });
      bench.put('B', 'people', { id: 2n, city: 'drift' });
      bench.put('B', 'people', person(9, 'drift'));
      bench.drop('B', 'people', 3n);
      await bench.sync();
      const status = async (): Promise<readonly [number, string]> => {
        const { drift, state, sentence } = await bench.engine.status();
        expect(state).toBe('in-step');
        return [drift, sentence];
      };
      const still = 'In step at the last sync, but for 3 records edited on the receiving side (drift).';
      expect(await status()).toEqual([3, still]);
      await bench.reopen();
      await bench.sync();
      await bench.engine.plan({});
      expect(await status()).toEqual([3, still]);
      bench.put('A', 'people', { id: 1n, name: 'flows' });
      bench.put('B', 'people', { id: 2n, city: person(2, 'bob')['city'] ?? null });
      await bench.sync();
      expect((await status())[0]).toBe(2);
      await bench.sync({ overwriteDrift: true });
      expect(await status()).toEqual([0, 'In step at the last sync.']);
      expect(bench.both('people')).toHaveLength(4);
    },
  );

  test('[E61] what a side that sends as well holds has not drifted', async () => {
    const bench = await pair({ rules: { people: { direction: 'a-to-b' } }, capabilities: { capture: false } });
    bench.put('B', 'people', { id: 2n, city: 'drift' });
    await bench.sync();
    bench.settings = {
      ...bench.settings,
      collections: bench.settings.collections.map((each) => ({ ...each, direction: 'both' })),
    };
    await bench.reopen();
    expect((await bench.engine.status()).drift).toBe(0);
    await bench.sync();
    expect(bench.one('A', 'people', 2n)).toEqual(person(2, 'bob', 'drift'));
  });

  test('[E61] asking to overwrite drift is enough: no hint is needed to find what drifted before', async () => {
    for (const capture of [true, false]) {
      const bench = await pair({ rules: { people: { direction: 'a-to-b' } }, capabilities: { capture } });
      bench.put('B', 'people', { id: 2n, city: 'drift' });
      await bench.sync();
      await bench.sync({ overwriteDrift: true });
      expect([capture, bench.one('B', 'people', 2n)]).toEqual([capture, person(2, 'bob')]);
    }
  });

  test('[E61] a merge on a one-way collection sends the source’s part and leaves the receiver’s own edit as drift', async () => {
    const bench = await pair({ rules: { people: { direction: 'a-to-b' } } });
    bench.put('A', 'people', { id: 1n, name: 'anna' });
    bench.put('B', 'people', { id: 1n, city: 'drift' });
    await bench.sync();
    expect(bench.one('A', 'people', 1n)).toEqual(person(1, 'anna'));
    expect(bench.one('B', 'people', 1n)).toEqual(person(1, 'anna', 'drift'));
    expect(writtenBy(await bench.sync())).toBe(0);
  });

  test('[E62] the preview counts equal, one-sided and different records and unique clashes, and writes nothing', async () => {
    const bench = await Bench.open({ tables: [people, other], settings: { marker: true } });
    bench.putBoth('people', person(1, 'same'));
    bench.put('A', 'people', person(2, 'a'));
    bench.put('B', 'people', person(2, 'b'));
    bench.put('A', 'people', person(3, 'clash'));
    bench.put('B', 'people', person(4, 'clash'));
    bench.put('B', 'people', person(5, null));
    bench.put('A', 'people', person(6, null));
    const before = [bench.A.commits, bench.B.commits];
    expect(await bench.engine.preview()).toEqual({
      collections: [
        { name: 'people', equal: 1, onlyA: 2, onlyB: 2, different: 1, uniqueClashes: 1, clashingA: 1, clashingB: 1 },
        { name: 'other', equal: 0, onlyA: 0, onlyB: 0, different: 0, uniqueClashes: 0, clashingA: 0, clashingB: 0 },
      ],
      notCompared: [],
    });
    expect([bench.A.commits, bench.B.commits]).toEqual(before);
    expect([
      await bench.store.countBase(1, 'people'),
      await bench.store.countDirty(1),
      await bench.engine.runs(5),
    ]).toEqual([0, 0, []]);
  });

  test('[E62] the preview is true: the first sync copies what was one-sided and asks for exactly the rest', async () => {
    const bench = await Bench.open({ tables: [people, other] });
    bench.putBoth('people', person(1, 'same'));
    bench.put('A', 'people', person(2, 'a'));
    bench.put('B', 'people', person(2, 'b'));
    bench.put('A', 'people', person(3, 'clash'));
    bench.put('B', 'people', person(4, 'clash'));
    bench.put('B', 'people', person(5, 'only b'));
    const {
      collections: [counts],
    } = await bench.engine.preview();
    const { aToB, bToA } = await bench.sync();
    expect([aToB['people'], bToA['people']]).toEqual([
      (counts?.onlyA ?? 0) - (counts?.clashingA ?? 0),
      (counts?.onlyB ?? 0) - (counts?.clashingB ?? 0),
    ]);
    expect((await bench.open()).length).toBe((counts?.different ?? 0) + (counts?.uniqueClashes ?? 0));
    expect(bench.one('A', 'people', 5n)).toEqual(person(5, 'only b'));
  });
});
