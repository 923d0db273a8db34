import { describe, expect, test } from 'vitest';
import { defaultCollection, type CollectionSettings, type PairSettings } from '../../electron/engine/settings.ts';
import { dieEverywhere, modes, type Saga } from '../support/crash-points.ts';
import { Bench, plain, table, writtenBy } from '../support/engine-harness.ts';

const people = table('people', { id: 'integer', name: 'text', phone: 'text?', mail: 'text?' });
const notes = table('notes', { id: 'integer', text: 'text' });
const tables = [people, notes];

const mapped = (...fields: readonly string[]): CollectionSettings =>
  defaultCollection('people', ['id', ...fields], ['id']);
const ofNotes = defaultCollection('notes', ['id', 'text'], ['id']);

/** The pair maps other fields or collections from here on, as after an edit of its settings. */
async function map(
  bench: Bench,
  collections: readonly CollectionSettings[],
  more: Partial<PairSettings> = {},
): Promise<void> {
  bench.settings = { ...bench.settings, collections, ...more };
  await bench.reopen();
}
const begun = (settings: Partial<PairSettings> = {}): Promise<Bench> =>
  Bench.open({ tables, settings: { collections: [mapped('name')], ...settings } });

describe('Taking a field in', () => {
  test('[E110] what is equal is adopted, NULL yields on either side, and two values are a conflict of this field alone', async () => {
    const bench = await begun();
    for (const id of [1n, 2n, 3n, 4n, 5n]) bench.putBoth('people', { id, name: `n${id}` });
    await bench.sync();
    bench.putBoth('people', { id: 1n, phone: 'same' });
    bench.put('A', 'people', { id: 2n, phone: 'of A' });
    bench.put('B', 'people', { id: 3n, phone: 'of B' });
    bench.put('A', 'people', { id: 4n, phone: 'of A' });
    bench.put('B', 'people', { id: 4n, phone: 'of B', name: 'edited' });
    bench.put('B', 'people', { id: 5n, name: 'five' });

    await map(bench, [mapped('name', 'phone')]);
    const run = await bench.sync();
    expect(run).toMatchObject({ aToB: { people: 1 }, bToA: { people: 2 }, conflicts: { people: 1 } });
    expect(await bench.base('people', 1n)).toEqual({ id: 1n, name: 'n1', phone: 'same' });
    for (const side of ['A', 'B'] as const) {
      expect(bench.one(side, 'people', 2n)).toMatchObject({ phone: 'of A' });
      expect(bench.one(side, 'people', 3n)).toMatchObject({ phone: 'of B' });
      expect(bench.one(side, 'people', 5n)).toMatchObject({ name: 'five', phone: null });
    }
    expect(await bench.theConflict()).toMatchObject({ kind: 'update/update', fields: ['phone'] });

    await bench.engine.resolve({ where: {}, strategy: 'keep_local', who: 'ann' });
    expect(bench.both('people')[3]).toMatchObject({ phone: 'of A', name: 'edited' });
    await bench.expectPeace('people');
  });

  test('[E110] what flowed into a new field can be undone, back to NULL', async () => {
    const bench = await begun();
    bench.putBoth('people', { id: 1n, name: 'ann' });
    await bench.sync();
    bench.put('A', 'people', { id: 1n, phone: '111' });
    await map(bench, [mapped('name', 'phone')]);
    const { id } = await bench.sync();
    expect(bench.one('B', 'people', 1n)).toMatchObject({ phone: '111' });
    expect(await bench.engine.undo({ run: id }, 'ann')).toMatchObject({ restored: 1 });
    expect(bench.one('B', 'people', 1n)).toMatchObject({ phone: null });
    expect(await bench.base('people', 1n)).toEqual({ id: 1n, name: 'ann', phone: null });
    const [hold] = await bench.engine.holds();
    expect(hold).toMatchObject({ fields: ['phone'] });
    await bench.engine.answerHold({
      collection: 'people',
      key: bench.keyOf('people', 1n),
      answer: 'send-again',
      who: 'ann',
    });
    await bench.expectPeace('people');
    expect(bench.both('people')).toMatchObject([{ phone: '111' }]);
  });

  test('[E111] a delete still travels, unless the other side holds a value in the new field', async () => {
    const bench = await begun();
    for (const id of [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]) bench.putBoth('people', { id, name: `n${id}` });
    await bench.sync();
    bench.put('B', 'people', { id: 2n, phone: '222' });
    bench.drop('A', 'people', 1n);
    bench.drop('A', 'people', 2n);
    await map(bench, [mapped('name', 'phone')]);
    await bench.sync();
    expect(bench.one('B', 'people', 1n)).toBeNull();
    expect(await bench.theConflict()).toMatchObject({ kind: 'delete/update', fields: ['phone'] });
  });

  test('[E111] notes that are complete again are not taken for older ones, and no side for a restored copy', async () => {
    const bench = await begun({ marker: false });
    for (let id = 1n; id <= 40n; id++) bench.putBoth('people', { id, name: `n${id}`, phone: `p${id}` });
    await bench.sync();
    await map(bench, [mapped('name', 'phone')]);
    expect(await bench.engine.brakes()).toEqual([]);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(await bench.engine.brakes()).toEqual([]);
    await bench.expectPeace('people');
  });

  test('[E111] a large record, of which the notes hold hashes alone, is judged by field as well', async () => {
    const bench = await begun({ keepDocBytes: 0 });
    for (const id of [1n, 2n]) bench.putBoth('people', { id, name: `n${id}` });
    await bench.sync();
    bench.put('A', 'people', { id: 1n, phone: 'of A' });
    bench.put('B', 'people', { id: 1n, name: 'edited' });
    bench.drop('A', 'people', 2n);
    await map(bench, [mapped('name', 'phone')]);
    await bench.sync();
    expect(bench.both('people')).toMatchObject([{ id: 1n, name: 'edited', phone: 'of A' }]);
    await bench.expectPeace('people');
  });

  test('[E111] what rests after an undo goes on resting, over all fields as over one', async () => {
    const bench = await begun();
    for (const id of [1n, 2n]) bench.putBoth('people', { id, name: `n${id}` });
    await bench.sync();
    bench.put('A', 'people', { id: 1n, name: 'anna' });
    bench.put('A', 'people', { id: 3n, name: 'cyd' });
    const { id } = await bench.sync();
    await bench.engine.undo({ run: id }, 'ann');
    bench.putBoth('people', { id: 1n, phone: 'both' });
    bench.put('A', 'people', { id: 3n, phone: 'three' });
    await map(bench, [mapped('name', 'phone')]);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect((await bench.engine.holds()).map(({ fields }) => fields)).toEqual([['name'], []]);
    expect(await bench.open()).toEqual([]);
    expect(bench.one('B', 'people', 3n)).toBeNull();
  });

  test('[E112] values that fill a new field stop nothing, however many; edits of other fields do', async () => {
    const many = async (): Promise<Bench> => {
      const bench = await begun({ batchSize: 100 });
      for (let id = 1n; id <= 120n; id++) bench.putBoth('people', { id, name: `n${id}` });
      await bench.sync();
      for (let id = 1n; id <= 120n; id++) bench.put('B', 'people', { id, phone: `p${id}` });
      return bench;
    };
    const filled = await many();
    await map(filled, [mapped('name', 'phone')]);
    expect(await filled.sync()).toMatchObject({ bToA: { people: 120 }, brakes: [] });
    await filled.expectPeace('people');

    const edited = await many();
    await map(edited, [mapped('name', 'phone')]);
    await edited.sync();
    for (let id = 1n; id <= 70n; id++) edited.put('B', 'people', { id, phone: 'other' });
    await edited.sync();
    expect(await edited.engine.brakes()).toMatchObject([{ kind: 'changes', count: 70 }]);
  });

  test('[E112] deletes that come between taking in and writing stop as ever', async () => {
    const bench = await begun();
    for (let id = 1n; id <= 120n; id++) bench.putBoth('people', { id, name: `n${id}` });
    await bench.sync();
    for (let id = 1n; id <= 120n; id++) bench.put('B', 'people', { id, phone: `p${id}` });
    await map(bench, [mapped('name', 'phone')]);
    await bench.engine.plan({});
    for (let id = 1n; id <= 110n; id++) bench.drop('B', 'people', id);
    await bench.sync();
    expect(await bench.engine.brakes()).toMatchObject([{ kind: 'deletes' }]);
    expect(bench.dump('A', 'people')).toHaveLength(120);
  });

  const saga: Saga = {
    options: { tables, settings: { collections: [mapped('name')] } },
    async prepare(bench) {
      for (const id of [1n, 2n, 3n, 4n, 5n]) bench.putBoth('people', { id, name: `n${id}` });
      await bench.sync();
      bench.put('A', 'people', { id: 5n, name: 'undone' });
      const { id } = await bench.sync();
      await bench.engine.undo({ run: id }, 'ann');
      bench.putBoth('people', { id: 1n, phone: 'same' });
      bench.put('A', 'people', { id: 2n, phone: 'of A' });
      bench.put('B', 'people', { id: 2n, name: 'edited' });
      for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 3n, phone: `of ${side}` });
      bench.drop('B', 'people', 4n);
      bench.putBoth('notes', { id: 1n, text: 'one' });
      bench.put('A', 'notes', { id: 2n, text: 'two' });
      await map(bench, [mapped('name', 'phone'), ofNotes]);
    },
    act: (bench) => bench.sync(),
  };
  for (const mode of modes) {
    test(`[E111] ${mode.name}: wherever the program dies, the end is the same`, async () => {
      expect(await dieEverywhere(saga, mode)).toBeGreaterThan(10);
    });
  }

  test('[E111] a scope, and a decision about one record, take in only what they need, and the rest follows', async () => {
    const bench = await begun({ collections: [mapped('name'), ofNotes] });
    bench.putBoth('people', { id: 1n, name: 'ann', phone: '1' });
    bench.putBoth('notes', { id: 1n, text: 'one' });
    await bench.sync();
    await map(bench, [mapped('name', 'phone'), ofNotes]);
    await bench.sync({ collections: ['notes'] });
    expect(await bench.base('people', 1n)).toEqual({ id: 1n, name: 'ann' });
    await bench.sync();
    expect(await bench.base('people', 1n)).toEqual({ id: 1n, name: 'ann', phone: '1' });
  });
});

describe('Leaving out', () => {
  test('[E113] a field that leaves takes its conflict and its hold along, nothing is written, and it begins anew', async () => {
    const bench = await begun({ collections: [mapped('name', 'phone')] });
    for (const id of [1n, 2n, 3n]) bench.putBoth('people', { id, name: `n${id}`, phone: `p${id}` });
    await bench.sync();
    bench.put('A', 'people', { id: 2n, phone: 'undone' });
    const { id } = await bench.sync();
    await bench.engine.undo({ run: id }, 'ann');
    for (const side of ['A', 'B'] as const) bench.put(side, 'people', { id: 1n, phone: `of ${side}` });
    await bench.sync();
    expect(await bench.open()).toHaveLength(1);

    await map(bench, [mapped('name')]);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect(await bench.open()).toEqual([]);
    expect(await bench.engine.holds()).toEqual([]);
    expect(await bench.base('people', 3n)).toEqual({ id: 3n, name: 'n3' });

    bench.put('A', 'people', { id: 3n, phone: 'edited' });
    await map(bench, [mapped('name', 'phone')]);
    expect(writtenBy(await bench.sync())).toBe(0);
    expect((await bench.open()).map(({ fields }) => fields)).toEqual([['phone'], ['phone'], ['phone']]);
  });

  test('[E113] a collection that leaves is forgotten, one that is only not synced for now is not', async () => {
    const bench = await begun({ collections: [mapped('name'), ofNotes] });
    bench.putBoth('notes', { id: 1n, text: 'one' }, { id: 2n, text: 'two' });
    await bench.sync();
    await map(bench, [mapped('name')], { resting: [ofNotes] });
    await bench.sync();
    expect(await bench.store.countBase(1, 'notes')).toBe(2);

    await map(bench, [mapped('name')], { resting: [] });
    await bench.sync();
    expect(await bench.store.countBase(1, 'notes')).toBe(0);
    bench.drop('A', 'notes', 1n);
    await map(bench, [mapped('name'), ofNotes]);
    await bench.sync();
    expect(bench.both('notes').map(({ id }) => id)).toEqual([1n, 2n]);
    expect(plain((await bench.facts('notes', 1n)).base?.doc ?? null)).toEqual({ id: 1n, text: 'one' });
  });
});

describe('What is not part of the pair', () => {
  const grown = table('people', { id: 'integer', name: 'text', phone: 'text?', mail: 'text?', fax: 'text?' });
  const seen = [
    { collection: 'notes', field: null, side: null },
    { collection: 'people', field: 'phone', side: null },
    { collection: 'people', field: 'mail', side: null },
    { collection: 'people', field: 'fax', side: 'B' },
  ] as const;

  test('[E114] a run, a plan and the status name it once; what was left out is not named, until the other side gets it', async () => {
    const bench = await Bench.open({ tables, tablesB: [grown, notes], settings: { collections: [mapped('name')] } });
    expect((await bench.sync()).notInPair).toEqual(seen);
    expect((await bench.engine.plan({})).notInPair).toEqual(seen);
    expect((await bench.engine.status()).notInPair).toEqual(seen);
    expect((await bench.engine.runs(1))[0]?.notInPair).toEqual(seen);

    const leftOut = ['notes', 'people.phone', 'a:people.mail', 'b:people.fax'];
    await bench.reopen({ settings: { leftOut } });
    expect((await bench.sync()).notInPair).toEqual([{ collection: 'people', field: 'mail', side: null }]);
  });

  test('[E114] a collection that is only not synced for now is part of the pair', async () => {
    const bench = await begun({ collections: [mapped('name', 'phone', 'mail')], resting: [ofNotes] });
    expect((await bench.sync()).notInPair).toEqual([]);
  });
});
