import { describe, expect, test } from 'vitest';
import { dieAt, placesOf } from '../support/crash-points.ts';
import { Bench, table, type Row } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text?' }, { unique: [{ name: 'by_name', fields: ['name'] }] });
const pets = table(
  'pets',
  { id: 'integer', owner: 'integer?' },
  { references: [{ fields: ['owner'], parent: 'people', parentFields: ['id'] }] },
);
const MANY = 1200;
const person = (i: number): Row => ({ id: BigInt(i), name: `name ${i}` });
const pet = (i: number): Row => ({ id: BigInt(i), owner: BigInt(MANY + 1 - i) });
const numbered = (make: (i: number) => Row): Row[] => Array.from({ length: MANY }, (_, i) => make(i + 1));

async function filled(settings = {}): Promise<Bench> {
  const bench = await Bench.open({
    tables: [pets, people],
    capabilities: { capture: false },
    settings: { batchSize: 500, ...settings },
  });
  for (const row of numbered(person)) bench.put('A', 'people', row);
  for (const row of numbered(pet)) bench.put('A', 'pets', row);
  return bench;
}

describe('First copies', () => {
  test('[E63] a first copy streams: nothing is staged, parents come before children, and the next pass has nothing to do', async () => {
    const bench = await filled();
    let staged = 0;
    bench.tap.current = ({ name, args }) => {
      if (name === 'commit' && (args[1] as { stage?: unknown }).stage !== undefined) staged++;
    };
    const run = await bench.sync();
    bench.tap.current = null;
    expect([run.aToB, staged, run.replanned]).toEqual([{ people: MANY, pets: MANY }, 0, 0]);
    expect(bench.dump('B', 'pets')).toEqual(bench.dump('A', 'pets'));
    expect(await bench.base('people', 7n)).toEqual(person(7));
    const next = await bench.sync();
    expect([next.aToB, next.bToA, next.adopted]).toEqual([{ people: 0, pets: 0 }, { people: 0, pets: 0 }, 0]);
  });

  test('[E63] [E24] where there is a history the side that is copied is read once, and what is edited on it meanwhile flows', async () => {
    const bench = await Bench.open({ tables: [people], settings: { batchSize: 500 } });
    for (const row of numbered(person)) bench.put('A', 'people', row);
    let pages = 0;
    bench.tap.current = ({ on, name, when }) => {
      if (on !== 'A' || name !== 'scan' || when !== 'after' || ++pages > 1) return;
      bench.put('A', 'people', { id: 1n, name: 'edited' });
      bench.drop('A', 'people', 2n);
    };
    await bench.sync();
    bench.tap.current = null;
    expect(pages).toBe(3);
    expect(bench.one('B', 'people', 1n)).toEqual({ id: 1n, name: 'edited' });
    expect(bench.one('B', 'people', 2n)).toBeNull();
    await bench.expectPeace('people');
  });

  test('[E63] what a stricter side does not take is parked with the reason, and all else is copied', async () => {
    const loose = table('people', { id: 'integer', name: 'text?' });
    const bench = await Bench.open({ tables: [loose], tablesB: [people], capabilities: { capture: false } });
    for (const row of numbered(person)) bench.put('A', 'people', row);
    bench.put('A', 'people', { id: 5000n, name: 'name 7' });
    await bench.sync();
    expect((await bench.open()).map(({ kind, local }) => [kind, local?.values[0]])).toEqual([['unique', 5000n]]);
    expect(bench.dump('B', 'people')).toHaveLength(MANY);
  });

  for (const marker of [false, true]) {
    test(`[E64] killed at any step, ${marker ? 'with' : 'without'} a marker, the copy goes on to the same end`, async () => {
      const places = await placesOf(await filled({ marker }), async () => undefined);
      const whole = await filled({ marker });
      const all = await placesOf(whole, () => whole.sync());
      expect(all.length).toBeGreaterThan(places.length + 8);
      for (const nth of all) {
        const bench = await filled({ marker });
        await dieAt(bench, nth, () => bench.sync());
        await bench.reopen();
        await bench.sync();
        expect(bench.dump('B', 'people'), `after dying before call ${nth}`).toEqual(numbered(person));
        expect(bench.dump('B', 'pets')).toEqual(numbered(pet));
        expect(await bench.open()).toEqual([]);
        expect(await bench.base('pets', BigInt(MANY))).toEqual(pet(MANY));
      }
    });
  }

  test('[E64] a streamed copy is undone like any run, rests, and can be sent again', async () => {
    const bench = await filled();
    const { id } = await bench.sync();
    const undone = await bench.engine.undo({ run: id }, 'ann');
    expect([undone.restored, undone.refused]).toEqual([2 * MANY, []]);
    expect(bench.dump('B', 'people')).toEqual([]);
    await bench.sync();
    expect([bench.dump('A', 'people').length, bench.dump('B', 'people').length]).toEqual([MANY, 0]);
    await bench.engine.answerHold({
      collection: 'people',
      key: bench.keyOf('people', 3n),
      answer: 'send-again',
      who: 'ann',
    });
    expect([bench.dump('A', 'people').length, bench.dump('B', 'people')]).toEqual([MANY, [person(3)]]);
  });

  test('[E64] one record of a streamed copy is undone alone, an edited one is left, and the rest can still be undone', async () => {
    const bench = await filled();
    const { id: run } = await bench.sync();
    const seventh = bench.keyOf('pets', 7n);
    expect((await bench.engine.timeline('pets', seventh)).map(({ what }) => what)).toEqual(['written']);
    expect(await bench.engine.undo({ run, collection: 'pets', key: seventh }, 'ann')).toMatchObject({ restored: 1 });
    expect(bench.dump('B', 'pets')).toEqual(numbered(pet).filter(({ id }) => id !== 7n));
    bench.put('B', 'people', { id: 9n, name: 'edited' });
    await bench.sync();
    const rest = await bench.engine.undo({ run }, 'ann');
    expect(rest).toMatchObject({ restored: 2 * MANY - 2 });
    expect([bench.dump('B', 'people'), bench.dump('B', 'pets')]).toEqual([[{ id: 9n, name: 'edited' }], []]);
    expect(bench.dump('A', 'people')).toHaveLength(MANY);
  });

  test('[E64] the journal of a streamed copy is read in pages, each row once, in order', async () => {
    const bench = await filled();
    const { id: run } = await bench.sync();
    const seen: { id: number; key: string }[] = [];
    for (let afterId = 0; ;) {
      const page = await bench.store.journal(1, { run, collection: 'pets', status: 'applied', afterId, limit: 70 });
      seen.push(...page);
      const last = page.at(-1);
      if (!last) break;
      afterId = last.id;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(MANY);
    expect(seen.map(({ key }) => key)).toEqual(numbered(pet).map((_, i) => bench.keyOf('pets', BigInt(i + 1))));
    expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).toSorted((x, y) => x - y));
  });

  const paired = async (settings = {}): Promise<Bench> => {
    const bench = await filled(settings);
    for (const row of numbered(person)) bench.put('B', 'people', row);
    for (const row of numbered(pet).slice(0, 1000)) bench.put('B', 'pets', row);
    bench.put('B', 'people', { id: 2n, name: 'other' });
    bench.put('B', 'people', { id: 9000n, name: 'only there' });
    return bench;
  };
  const expectPaired = async (bench: Bench): Promise<void> => {
    expect(bench.dump('B', 'pets')).toEqual(numbered(pet));
    expect(bench.dump('A', 'people').at(-1)).toEqual({ id: 9000n, name: 'only there' });
    expect([bench.dump('A', 'people')[1], bench.dump('B', 'people')[1]]).toEqual([
      person(2),
      { id: 2n, name: 'other' },
    ]);
    expect((await bench.open()).map(({ kind, local }) => [kind, local?.values[0]])).toEqual([['insert/insert', 2n]]);
    expect(await bench.base('people', 7n)).toEqual(person(7));
  };

  test('[E66] what both sides hold alike is adopted in one walk, one-sided records flow, different ones are asked', async () => {
    const bench = await paired();
    const run = await bench.sync();
    await expectPaired(bench);
    expect([run.adopted, run.aToB, run.bToA]).toEqual([
      MANY - 1 + 1000,
      { people: 0, pets: MANY - 1000 },
      { people: 1, pets: 0 },
    ]);
    bench.put('A', 'people', { id: 7n, name: 'edited' });
    expect((await bench.sync()).aToB).toEqual({ people: 1, pets: 0 });
    expect(bench.dump('B', 'people')[6]).toEqual({ id: 7n, name: 'edited' });
  });

  for (const marker of [false, true]) {
    test(`[E66] killed at any step, ${marker ? 'with' : 'without'} a marker, the first pairing goes on to the same end`, async () => {
      const places = await placesOf(await paired({ marker }), async () => undefined);
      const whole = await paired({ marker });
      const all = await placesOf(whole, () => whole.sync());
      expect(all.length).toBeGreaterThan(places.length + 8);
      for (const nth of all) {
        const bench = await paired({ marker });
        await dieAt(bench, nth, () => bench.sync());
        await bench.reopen();
        await bench.sync();
        await expectPaired(bench);
      }
    });
  }
});
